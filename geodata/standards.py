"""Gap standards: thresholds, costs and responsible entities, read from an editable file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.errors import CatalogError, Problem, raise_if_any
from geodata.fields import load_fields
from geodata.ubigeo import LEVELS, Level

STANDARDS_FILE = Path(__file__).with_name("standards.toml")

Basis = Literal["oficial", "referencial", "propuesto"]
Better = Literal["higher", "lower"]

_REQUIRED = ("good", "label", "field", "level", "better", "adequate", "critical", "shortfall_unit", "basis")
_REQUIRED_WORDS = ("source", "year", "responsible", "responsible_level")


@dataclass(frozen=True)
class Standard:
    """What is enough of a public good, at which level it is known, and who answers for it."""

    id: str
    good: str
    label: str
    field: str
    level: Level
    better: Better
    adequate: float
    critical: float
    shortfall_unit: str
    basis: Basis
    source: str
    year: int
    responsible: str
    responsible_level: str
    shortfall_base: str | None = None
    """Field of units that a percentage is taken of; without it the shortfall is in the field's own unit."""
    cost_pen_per_unit: tuple[float, float] | None = None
    cost_basis: str | None = None


@cache
def load_standards(path: Path = STANDARDS_FILE) -> dict[str, Standard]:
    """
    Return the standards by id.

    Raises
    ------
    CatalogError
        With every entry that lacks something or cites an unknown field, level or basis.
    """
    with path.open("rb") as file:
        entries = tomllib.load(file)
    raise_if_any([problem for key, entry in entries.items() for problem in _problems(key, entry)], CatalogError)
    return {key: _standard(key, entry) for key, entry in entries.items()}


def _standard(key: str, entry: dict[str, Any]) -> Standard:
    values = dict(entry)
    if "cost_pen_per_unit" in values:
        low, high = values["cost_pen_per_unit"]
        values["cost_pen_per_unit"] = (float(low), float(high))
    return Standard(id=key, **values)


def _form_problems(key: str, entry: dict[str, Any]) -> list[Problem]:
    """Return what is wrong with the names and kinds of an entry, before its content can be read."""
    missing = [name for name in (*_REQUIRED, *_REQUIRED_WORDS) if name not in entry]
    problems = [_problem(key, "los campos obligatorios", f"faltan {', '.join(missing)}")] if missing else []
    known = {field.name for field in dataclass_fields(Standard)} - {"id"}
    problems += [
        _problem(f"{key}.{name}", f"uno de: {', '.join(sorted(known))}", repr(name))
        for name in entry
        if name not in known
    ]
    problems += [
        _problem(f"{key}.{name}", "un número", repr(entry[name]))
        for name in ("adequate", "critical")
        if name in entry and not _is_number(entry[name])
    ]
    cost = entry.get("cost_pen_per_unit", (0, 0))
    if not (isinstance(cost, list | tuple) and len(cost) == 2 and all(map(_is_number, cost)) and cost[0] <= cost[1]):
        problems.append(_problem(f"{key}.cost_pen_per_unit", "dos números: menor y mayor", repr(cost)))
    return problems


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _problems(key: str, entry: dict[str, Any]) -> list[Problem]:
    if malformed := _form_problems(key, entry):
        return malformed
    fields = load_fields()
    problems = [
        _problem(f"{key}.{part}", "un campo del diccionario", repr(entry[part]))
        for part in ("field", "shortfall_base")
        if part in entry and entry[part] not in fields
    ]
    for part, allowed in (("basis", get_args(Basis)), ("better", get_args(Better)), ("level", get_args(Level))):
        if entry[part] not in allowed:
            problems.append(_problem(f"{key}.{part}", "|".join(allowed), repr(entry[part])))
    field = fields.get(entry["field"])
    if field is not None and entry["level"] in LEVELS and not field.at(entry["level"]):
        problems.append(_problem(f"{key}.level", f"un nivel en que exista «{field.id}»", repr(entry["level"])))
    order = 1 if entry["better"] == "higher" else -1
    if order * (entry["adequate"] - entry["critical"]) < 0:
        problems.append(_problem(f"{key}.critical", "un umbral crítico peor que el adecuado", f"{entry['critical']}"))
    return problems


def _problem(where: str, expected: str, found: str) -> Problem:
    return Problem(
        what="norma de brecha incompleta",
        where=where,
        expected=expected,
        found=found,
        repair="corrija la entrada en geodata/standards.toml",
    )

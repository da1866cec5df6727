"""Gap standards: thresholds, costs and responsible entities, read from an editable file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.errors import CatalogError, Problem, raise_if_any
from geodata.fields import load_fields
from geodata.ubigeo import Level

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


def _problems(key: str, entry: dict[str, Any]) -> list[Problem]:
    missing = [name for name in (*_REQUIRED, *_REQUIRED_WORDS) if name not in entry]
    if missing:
        return [_problem(key, "los campos obligatorios", f"faltan {', '.join(missing)}")]
    fields = load_fields()
    problems = [
        _problem(f"{key}.{part}", "un campo del diccionario", repr(entry[part]))
        for part in ("field", "shortfall_base")
        if part in entry and entry[part] not in fields
    ]
    for part, allowed in (("basis", get_args(Basis)), ("better", get_args(Better)), ("level", get_args(Level))):
        if entry[part] not in allowed:
            problems.append(_problem(f"{key}.{part}", "|".join(allowed), repr(entry[part])))
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

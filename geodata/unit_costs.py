"""
Unit costs by intervention, read from an editable file.

A region replaces or adds entries with a file of its own in the workspace.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.errors import CatalogError, Problem, raise_if_any

COSTS_FILE = Path(__file__).with_name("unit_costs.toml")
"""The costs of the project; a file of the same name in the root of a workspace is the region's."""

Basis = Literal["oficial", "referencial", "propuesto"]
Origin = Literal["project", "region"]

_TEXTS = ("good", "label", "unit", "source")
_PAIRS = ("range_pen", "years")
_REQUIRED = (*_TEXTS, *_PAIRS, "basis")


@dataclass(frozen=True)
class UnitCost:
    """What a unit of an intervention costs: lowest and highest, in soles of the years stated."""

    id: str
    good: str
    label: str
    unit: str
    range_pen: tuple[float, float]
    years: tuple[int, int]
    basis: Basis
    source: str
    origin: Origin = "project"

    @property
    def words(self) -> str:
        """The intervention and its range, as people read them."""
        low, high = self.range_pen
        return f"{self.label} ({low:,.0f}-{high:,.0f} S/ por {self.unit})"


@cache
def load_unit_costs(path: Path = COSTS_FILE) -> dict[str, UnitCost]:
    """
    Return the unit costs of one file by intervention.

    Raises
    ------
    CatalogError
        With everything that is wrong in every entry.
    """
    return _read(path, "project")


def unit_costs_of(folder: Path) -> dict[str, UnitCost]:
    """
    Return the unit costs in force in a workspace: the project's, with those that the region replaces or adds.

    Raises
    ------
    CatalogError
        With everything that is wrong in the region's file. Then none of its entries is taken.
    """
    own = folder / COSTS_FILE.name
    # not cached: the region edits its file while the application runs
    return {**load_unit_costs(), **(_read(own, "region") if own.is_file() else {})}


def cost_basis(costs: Sequence[UnitCost]) -> str:
    """Return from which interventions, sources and years a range of costs comes, cheapest first."""
    ordered = sorted(costs, key=lambda cost: cost.range_pen)
    sources = dict.fromkeys(f"{cost.source} {cost.years[0]}-{cost.years[1]}" for cost in ordered)
    interventions = " a ".join(cost.words for cost in ordered)
    return f"De {interventions}; {'; '.join(sources)}" if len(ordered) > 1 else f"{interventions}; {', '.join(sources)}"


def _read(path: Path, origin: Origin) -> dict[str, UnitCost]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError([_problem(path, path.name, "un archivo TOML legible", str(error))]) from error
    raise_if_any([problem for key, entry in entries.items() for problem in _problems(path, key, entry)], CatalogError)
    return {key: _unit_cost(key, entry, origin) for key, entry in entries.items()}


def _unit_cost(key: str, entry: dict[str, Any], origin: Origin) -> UnitCost:
    low, high = entry["range_pen"]
    first, last = entry["years"]
    texts = {name: entry[name] for name in _TEXTS}
    return UnitCost(
        id=key, range_pen=(float(low), float(high)), years=(first, last), basis=entry["basis"], origin=origin, **texts
    )


def _problems(path: Path, key: str, entry: object) -> list[Problem]:
    if not isinstance(entry, dict):
        return [_problem(path, key, "una tabla [intervención]", repr(entry))]
    missing = [name for name in _REQUIRED if name not in entry]
    problems = [_problem(path, key, "los campos obligatorios", f"faltan {', '.join(missing)}")] if missing else []
    problems += [
        _problem(path, f"{key}.{name}", f"uno de: {', '.join(_REQUIRED)}", repr(name))
        for name in entry
        if name not in _REQUIRED
    ]
    problems += [
        _problem(path, f"{key}.{name}", "un texto", repr(entry[name]))
        for name in _TEXTS
        if name in entry and not (isinstance(entry[name], str) and entry[name].strip())
    ]
    problems += [
        _problem(path, f"{key}.{name}", "dos números positivos: menor y mayor", repr(entry[name]))
        for name in _PAIRS
        if name in entry and not _is_range(entry[name])
    ]
    if entry.get("basis", "propuesto") not in get_args(Basis):
        problems.append(_problem(path, f"{key}.basis", "|".join(get_args(Basis)), repr(entry["basis"])))
    return problems


def _is_range(value: object) -> bool:
    if not (isinstance(value, list) and len(value) == 2):
        return False
    are_numbers = all(isinstance(number, int | float) and not isinstance(number, bool) for number in value)
    return are_numbers and 0 < value[0] <= value[1]


def _problem(path: Path, where: str, expected: str, found: str) -> Problem:
    return Problem(
        what="costo unitario incorrecto",
        where=where,
        expected=expected,
        found=found,
        repair=f"corrija la entrada en {path}",
    )

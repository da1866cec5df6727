"""
The data dictionary: what every published figure is, of when, from whom, and how it goes from districts upwards.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.catalog import load_catalog
from geodata.errors import CatalogError, Problem, raise_if_any
from geodata.ubigeo import LEVELS, Level

FIELDS_FILE = Path(__file__).with_name("fields.toml")
CENSUS_FIELDS_FILE = Path(__file__).with_name("census_fields.toml")
"""The dictionary of the census: the same form, for a table of its own."""

THEMES_FOLDER = Path(__file__).with_name("fields_by_theme")
"""Entries of the public goods, a file per theme; read after the main file, in order of name."""

PRODUCTS_FILE = Path(__file__).with_name("products.toml")

AggregationMethod = Literal["sum", "weighted_mean", "ratio", "recompute", "published", "none"]
MissingMeans = Literal["unknown", "not_applicable"]

_PARTS = {"weighted_mean": ("weight",), "ratio": ("numerator", "denominator")}
_REQUIRED = ("label", "group", "unit", "decimals", "direction", "datasets", "year", "formula", "missing", "aggregation")


@dataclass(frozen=True)
class Aggregation:
    """How an indicator goes from districts to provinces and departments."""

    method: AggregationMethod
    weight: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Field:
    """One indicator of the published tables."""

    id: str
    label: str
    group: str
    unit: str
    decimals: int
    direction: int
    """+1 raises viability, -1 lowers it, 0 context."""
    datasets: tuple[str, ...]
    year: int
    formula: str
    missing: str
    aggregation: Aggregation
    levels: tuple[Level, ...] = LEVELS
    official_name: str | None = None
    official_column: str = "gap_share"
    missing_means: MissingMeans = "unknown"
    """Why a district has no value: nobody knows it, or the question makes no sense there."""
    selectable: bool = True
    """Whether people can choose it in a list; the others are weights and interval ends."""

    def at(self, level: Level) -> bool:
        """Return whether the indicator exists at `level`."""
        if level not in self.levels:
            return False
        return level == "district" or self.aggregation.method != "none"


@cache
def load_fields(path: Path = FIELDS_FILE) -> dict[str, Field]:
    """
    Return the dictionary by field id, in reading order; the project's own includes the files of every theme.

    Raises
    ------
    CatalogError
        With every entry that lacks something, cites a source that is not in the catalog or weighs by an unknown field.
    """
    files = [path, *sorted(THEMES_FOLDER.glob("*.toml"))] if path == FIELDS_FILE else [path]
    entries: dict[str, Any] = {}
    for file in files:
        entries |= tomllib.loads(file.read_text(encoding="utf-8"))
    raise_if_any(
        [problem for key, entry in entries.items() for problem in _problems(key, entry, entries)], CatalogError
    )
    return {key: _field(key, entry) for key, entry in entries.items()}


def fields_at(level: Level) -> dict[str, Field]:
    """Return the fields that exist at `level`."""
    return {key: entry for key, entry in load_fields().items() if entry.at(level)}


@cache
def programme_crops() -> dict[str, str]:
    """Return MIDAGRI crop name -> product of the programme."""
    with PRODUCTS_FILE.open("rb") as file:
        products = tomllib.load(file)["crops"]
    return {crop: product for product, crops in products.items() for crop in crops}


def _field(key: str, entry: dict[str, Any]) -> Field:
    values = dict(entry)
    aggregation = Aggregation(**values.pop("aggregation"))
    for name in ("datasets", "levels"):
        if name in values:
            values[name] = tuple(values[name])
    return Field(id=key, aggregation=aggregation, **values)


def _problems(key: str, entry: dict[str, Any], entries: dict[str, Any]) -> list[Problem]:
    missing = [name for name in _REQUIRED if name not in entry]
    if missing:
        return [_problem(key, "los campos obligatorios", f"faltan {', '.join(missing)}")]
    problems = [
        _problem(f"{key}.datasets", "una fuente del catálogo", repr(name))
        for name in _unknown(entry["datasets"], load_catalog())
    ]
    aggregation = entry["aggregation"]
    if aggregation.get("method") not in get_args(AggregationMethod):
        problems.append(
            _problem(f"{key}.aggregation", "|".join(get_args(AggregationMethod)), repr(aggregation.get("method")))
        )
    problems += [
        _problem(f"{key}.aggregation.{part}", "un campo del diccionario", repr(aggregation.get(part)))
        for part in _PARTS.get(aggregation.get("method"), ())
        if aggregation.get(part) not in entries
    ]
    if aggregation.get("method") == "none" and not aggregation.get("reason"):
        problems.append(_problem(f"{key}.aggregation.reason", "un motivo", "nada"))
    return problems


def _unknown(names: Iterable[str], known: Iterable[str]) -> list[str]:
    return [name for name in names if name not in set(known)]


def _problem(where: str, expected: str, found: str) -> Problem:
    return Problem(
        what="entrada incompleta del diccionario",
        where=where,
        expected=expected,
        found=found,
        repair="complete la entrada en geodata/fields.toml",
    )

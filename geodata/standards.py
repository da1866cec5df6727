"""
Gap standards: what is enough of a good, who answers for it and what it costs, read from editable files.

A region changes entries with files of its own in the workspace, key by key; each standard says when one did.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from functools import cache
from math import nan
from pathlib import Path
from typing import Any, Literal

from geodata.entities import Entity, entities_of, load_entities
from geodata.errors import CatalogError, Problem, raise_if_any
from geodata.fields import CENSUS_FIELDS_FILE, Field, load_fields
from geodata.standard_checks import Basis, Better, standard_problems, unreadable
from geodata.ubigeo import Level
from geodata.unit_costs import UnitCost, cost_basis, load_unit_costs, unit_costs_of

STANDARDS_FILE = Path(__file__).with_name("standards.toml")
"""The standards of the project; a file of the same name in the root of a workspace is the region's."""

GAP_FIELDS_FILE = Path(__file__).with_name("gap_fields.toml")
"""Figures that only the gap list uses."""

Kind = Literal["public_good", "private_service", "producer"]
Origin = Literal["project", "region"]

KIND_OF: dict[str, Kind] = {
    "riego": "public_good",
    "caminos": "public_good",
    "conectividad": "public_good",
    "insumos": "private_service",
    "asistencia_tecnica": "private_service",
    "financiamiento": "private_service",
    "habilidades": "producer",
    "articulacion": "producer",
    "padron": "producer",
}
"""The three public goods, the three private services and the three gaps of the producer (domain.md section 1)."""

_WORST = {"higher": 0.0, "lower": 100.0}
"""The far end of a scale, unless a standard says another: nothing of a good, all of an ill in percent."""


@dataclass(frozen=True)
class Standard:
    """What is enough of a good, at which level it is known, and who answers for it."""

    id: str
    good: str
    label: str
    field: str
    """Empty when nobody publishes a figure: `absence` says why."""
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
    network: str | None = None
    entities: tuple[str, ...] = ()
    """Ids of the entities, the one that answers first."""
    worst: float | None = None
    absence: str | None = None
    origin: Origin = "project"
    """Whether the region's files changed the threshold, the entity or the cost."""

    @property
    def kind(self) -> Kind:
        """What sort of good it is of; one that the notes do not name counts as public."""
        return KIND_OF.get(self.good, "public_good")

    @property
    def worst_value(self) -> float:
        """The far end of the scale, at which everything is missing."""
        return _WORST[self.better] if self.worst is None else self.worst


@cache
def gap_fields() -> dict[str, Field]:
    """Return every field that a standard may rest on: the dictionary, the census and those of the gap list alone."""
    return {**load_fields(GAP_FIELDS_FILE), **load_fields(CENSUS_FIELDS_FILE), **load_fields()}


@cache
def load_standards(path: Path = STANDARDS_FILE) -> dict[str, Standard]:
    """
    Return the standards of one file by id.

    Raises
    ------
    CatalogError
        With every entry that lacks something or cites an unknown field, level, basis, entity or intervention.
    """
    return _standards(_read(path), load_entities(), load_unit_costs(), path)


def standards_of(folder: Path) -> dict[str, Standard]:
    """
    Return the standards in force in a workspace.

    Parameters
    ----------
    folder
        Root of the workspace. Its `standards.toml` changes or adds entries key by key; its `entities.toml` and
        `unit_costs.toml` change who answers and what it costs. Without them the project's stand.

    Raises
    ------
    CatalogError
        With everything that is wrong in the region's files. Then none of their entries is taken.
    """
    own = folder / STANDARDS_FILE.name
    region = _read(own) if own.is_file() else {}
    project = _read(STANDARDS_FILE)
    merged = {key: {**project.get(key, {}), **region.get(key, {})} for key in {**project, **region}}
    return _standards(merged, entities_of(folder), unit_costs_of(folder), own, frozenset(region))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError([unreadable(path, path.name, "un archivo TOML legible", str(error))]) from error
    problems = [
        unreadable(path, key, "una tabla [norma]", repr(entry))
        for key, entry in entries.items()
        if not isinstance(entry, dict)
    ]
    raise_if_any(problems, CatalogError)
    return entries


def _standards(
    entries: Mapping[str, dict[str, Any]],
    entities: Mapping[str, Entity],
    costs: Mapping[str, UnitCost],
    path: Path,
    changed: frozenset[str] = frozenset(),
) -> dict[str, Standard]:
    problems: list[Problem] = []
    for key, entry in entries.items():
        problems += standard_problems(key, entry, gap_fields(), entities, costs, tuple(KIND_OF), path)
    raise_if_any(problems, CatalogError)
    return {key: _standard(key, entry, entities, costs, key in changed) for key, entry in entries.items()}


def _standard(
    key: str, entry: dict[str, Any], entities: Mapping[str, Entity], costs: Mapping[str, UnitCost], changed: bool
) -> Standard:
    answering = [entities[name] for name in entry["entities"]]
    interventions = [costs[name] for name in entry.get("interventions", ())]
    origins = {entity.origin for entity in answering} | {cost.origin for cost in interventions}
    by_region = changed or "region" in origins
    values: dict[str, Any] = {
        field.name: entry[field.name] for field in dataclass_fields(Standard) if field.name in entry
    }
    values |= {
        "entities": tuple(entry["entities"]),
        "responsible": "; ".join(entity.name for entity in answering),
        "responsible_level": answering[0].level,
        "origin": "region" if by_region else "project",
    }
    if interventions:
        ranges = [cost.range_pen for cost in interventions]
        values["cost_pen_per_unit"] = (min(low for low, _ in ranges), max(high for _, high in ranges))
        values["cost_basis"] = cost_basis(interventions)
    if "field" in values:
        values["absence"] = None  # somebody publishes it after all
    unmeasured: dict[str, Any] = {"field": "", "better": "higher", "adequate": nan, "critical": nan}
    return Standard(id=key, **(unmeasured | values))

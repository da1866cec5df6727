"""
The judgements of the viability index, read from an editable file.

A region changes entries with a file of its own in the workspace, key by key; each entry remembers which file it is of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from geodata.viability_checks import model_problems, raise_if_wrong

MODEL_FILE = Path(__file__).with_name("viability.toml")
"""The model proposed by the project; a file of the same name in the root of a workspace is the region's."""

SENTENCES_FILE = Path(__file__).with_name("viability_sentences.toml")

Transform = Literal["none", "log1p"]
Zero = Literal["measured", "structural", "absence"]
Rule = Literal["above", "at_least"]
Scope = Literal["general", "product"]
Basis = Literal["oficial", "referencial", "propuesto"]
Origin = Literal["project", "region"]

_SECTIONS = {
    "axes": "code",
    "pillars": "code",
    "indicators": "field",
    "product_indicators": "field",
    "gates": "code",
    "not_enumerated": "survey",
}
"""Sections of the file, and how the name of an entry is called in its class."""


@dataclass(frozen=True)
class Axis:
    """One of the two axes, and its weight in the index."""

    code: str
    label: str
    weight: float
    origin: Origin = "project"


@dataclass(frozen=True)
class Pillar:
    """A pillar of an axis, and its weight among those of the axis."""

    code: str
    axis: str
    label: str
    weight: float
    basis: Basis
    source: str
    origin: Origin = "project"


@dataclass(frozen=True)
class Indicator:
    """An indicator of a pillar."""

    field: str
    pillar: str
    direction: int
    """1 where more is better, -1 where less is."""
    transform: Transform
    weight: float
    basis: Basis
    source: str
    bounds: tuple[float, float] | None = None
    """Policy values that score the minimum and the maximum, in the unit of the field; else Sierra percentiles."""
    bounds_source: str = ""
    zero: Zero = "measured"
    """What a zero is: measured, impossible to be otherwise, or that nobody recorded any."""
    not_applicable_without: str | None = None
    """A count without which the question makes no sense."""
    survey: str | None = None
    """The census whose gaps of enumeration apply."""
    ages: bool = True
    """Whether the year of the figure says how old the score's data are; a mountain is no younger in a newer survey."""
    goalposts_of: str | None = None
    """For products: the indicator whose scale it takes."""
    replaces: tuple[str, ...] = ()
    """For products: the general indicators that it stands for."""
    origin: Origin = "project"


@dataclass(frozen=True)
class Gate:
    """A condition without which there is no viability today."""

    code: str
    scope: Scope
    field: str
    rule: Rule
    value: float
    reason: str
    basis: Basis
    source: str
    origin: Origin = "project"


@dataclass(frozen=True)
class NotEnumerated:
    """Districts that a census did not reach whole."""

    survey: str
    label: str
    ubigeos: tuple[str, ...]
    source: str
    origin: Origin = "project"


@dataclass(frozen=True)
class Settings:
    """Numbers of the method."""

    lower_quantile: float
    upper_quantile: float
    minimum_pillar_share: float
    minimum_reference_share: float
    apt_from_pct: float
    seed: int
    draws_count: int


@dataclass(frozen=True)
class ViabilityModel:
    """The whole model, checked."""

    settings: Settings
    axes: Mapping[str, Axis]
    pillars: Mapping[str, Pillar]
    indicators: Mapping[str, Indicator]
    product_indicators: Mapping[str, Indicator]
    gates: Mapping[str, Gate]
    not_enumerated: Mapping[str, NotEnumerated]

    def pillar_fields(self, pillar: str) -> tuple[str, ...]:
        """Return the indicators of a pillar, in the order of the file."""
        return tuple(field for field, indicator in self.indicators.items() if indicator.pillar == pillar)

    def axis_of(self, field: str) -> str:
        """Return the axis of an indicator."""
        return self.pillars[self.indicators[field].pillar].axis

    def as_entries(self) -> dict[str, Any]:
        """Return plain values in the form of the file, to be kept with a release; `model_of_entries` reads them."""
        entries: dict[str, Any] = {"settings": asdict(self.settings)}
        for section, key in _SECTIONS.items():
            named: Mapping[str, Any] = getattr(self, section)
            entries[section] = {
                name: {part: value for part, value in asdict(entry).items() if part != key and value is not None}
                for name, entry in named.items()
            }
        return entries


def load_model(path: Path = MODEL_FILE, region: Path | None = None) -> ViabilityModel:
    """
    Return the model of the project, with what a region changes.

    Parameters
    ----------
    path
        The whole model.
    region
        A file with only what differs (`<workspace>/viability.toml`); ignored when it does not exist.

    Raises
    ------
    CatalogError
        With every problem: a file that is not TOML, unknown or absent keys, wrong numbers or words, negative or all
        zero weights, more than four indicators in a pillar, poverty inside the index.
    """
    entries = _read(path)
    origins: dict[tuple[str, str], Origin] = {}
    if region is not None and region.is_file():
        entries, origins = _merged(entries, _read(region))
    raise_if_wrong(model_problems(entries, {key for key, origin in origins.items() if origin == "region"}))
    return _model(entries, origins)


def model_of_entries(entries: dict[str, Any]) -> ViabilityModel:
    """Return the model that a release keeps, as `ViabilityModel.as_entries` wrote it."""
    return _model(entries, {})


@cache
def load_sentences(path: Path = SENTENCES_FILE) -> dict[str, dict[str, str]]:
    """Return the Spanish templates of the explanation, by section and name."""
    with path.open("rb") as file:
        sections: dict[str, dict[str, str]] = tomllib.load(file)
    return sections


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise_if_wrong([(path.name, "un archivo TOML en UTF-8", str(error))])
        raise


def _merged(entries: dict[str, Any], changes: dict[str, Any]) -> tuple[dict[str, Any], dict[tuple[str, str], Origin]]:
    merged: dict[str, Any] = dict(entries)
    origins: dict[tuple[str, str], Origin] = {}
    for section, named in changes.items():
        if not isinstance(named, dict):
            merged[section] = named
            continue
        merged[section] = dict(merged.get(section, {}))
        for name, change in named.items():
            origins[section, name] = "region"
            old = merged[section].get(name)
            merged[section][name] = {**old, **change} if isinstance(old, dict) and isinstance(change, dict) else change
    return merged, origins


def _model(entries: dict[str, Any], origins: Mapping[tuple[str, str], Origin]) -> ViabilityModel:
    own: dict[str, dict[str, dict[str, Any]]] = {
        section: {
            name: {"origin": origins.get((section, name), "project"), **entry}
            for name, entry in entries.get(section, {}).items()
        }
        for section in _SECTIONS
    }
    return ViabilityModel(
        settings=Settings(**entries["settings"]),
        axes={code: Axis(code=code, **entry) for code, entry in own["axes"].items()},
        pillars={code: Pillar(code=code, **entry) for code, entry in own["pillars"].items()},
        indicators={field: _indicator(field, entry) for field, entry in own["indicators"].items()},
        product_indicators={field: _indicator(field, entry) for field, entry in own["product_indicators"].items()},
        gates={code: Gate(code=code, **entry) for code, entry in own["gates"].items()},
        not_enumerated={
            survey: NotEnumerated(survey=survey, **{**entry, "ubigeos": tuple(entry["ubigeos"])})
            for survey, entry in own["not_enumerated"].items()
        },
    )


def _indicator(field: str, entry: dict[str, Any]) -> Indicator:
    values = {**entry, "replaces": tuple(entry.get("replaces", ()))}
    if "bounds" in values:
        values["bounds"] = (float(values["bounds"][0]), float(values["bounds"][1]))
    return Indicator(field=field, **values)

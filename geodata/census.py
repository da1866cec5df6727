"""
The producer census (IV CENAGRO 2012): which variables are kept, what they are called, and what is doubted in them.

One file per department and module. Nothing is repaired: a doubtful row keeps its values and carries a flag.
"""

from __future__ import annotations

import csv
import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import polars as pl

CENSUS_FILE = Path(__file__).with_name("census.toml")

Kind = Literal["code", "wide_code", "count", "number", "text"]

DTYPES: dict[Kind, type[pl.DataType]] = {
    "code": pl.Int8,
    "wide_code": pl.Int16,
    "count": pl.Int32,
    "number": pl.Float64,
    "text": pl.String,
}

UBIGEO_PARTS = ("p001", "p002", "p003")
UBIGEO = "ubigeo_2012"

COMPLETE, INCOMPLETE = 1, 2
ENUMERATED = (COMPLETE, INCOMPLETE)
"""Answers of `resultado` that make a row a unit; refusals and absences are not (INEI's own count of 2,260,973)."""

NATURAL_PERSON = 1
"""Answer of `p016`."""

LARGEST_NATURAL_PERSON_HA = 100_000.0
"""More land than this in one district under one person is taken for a slip of the pen (issue 3)."""

PERU_LONGITUDE = (-81.5, -68.5)
PERU_LATITUDE = (-18.5, 0.1)
"""Degrees; the land of Peru lies within, and a point at 0, 0 does not (the same box as the contract of districts)."""

_COORDINATES = ("long_deci", "lat_deci")
_FLAGS_VERSION = "1"
"""To be raised when the flags below change, so that partitions are made again."""


@dataclass(frozen=True)
class Variable:
    """One variable that is kept."""

    source: str
    """INEI's name, lower case."""
    name: str
    kind: Kind
    width: int = 0
    also: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Every name under which a copy may carry it, the proper one first."""
        return (self.source, *self.also)


@dataclass(frozen=True)
class Module:
    """One module of the questionnaire."""

    name: str
    portal_number: int
    variables: tuple[Variable, ...]

    @property
    def schema(self) -> dict[str, type[pl.DataType]]:
        """Columns of its partitions in order, flags included."""
        own = {entry.name: DTYPES[entry.kind] for entry in self.variables if entry.name not in UBIGEO_PARTS}
        return {UBIGEO: pl.String, **own, **dict.fromkeys(_flags(self.name), pl.Boolean)}

    @property
    def digest(self) -> str:
        """Changes when what is kept, or how, changes."""
        text = repr((_FLAGS_VERSION, self.name, self.variables))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Census:
    """The modules by name and the departments by code."""

    modules: dict[str, Module]
    departments: dict[str, str]
    first_survey: int

    def department_of(self, survey: int) -> str | None:
        """Return the department of a portal survey number, or None."""
        code = f"{survey - self.first_survey + 1:02d}"
        return code if code in self.departments else None

    def module_of(self, portal_number: int) -> Module | None:
        """Return the module of a portal module number, or None when it is not one of those kept."""
        found = [module for module in self.modules.values() if module.portal_number == portal_number]
        return found[0] if found else None

    def zip_name(self, department: str, module: str) -> str:
        """Return how INEI's portal calls the zip."""
        return f"{self.first_survey + int(department) - 1}-Modulo{self.modules[module].portal_number}.zip"

    def label(self, department: str) -> str:
        """Return a department as people read it."""
        return f"{department} {self.departments[department]}"


@cache
def load_census(path: Path = CENSUS_FILE) -> Census:
    """Return what is kept of the census."""
    with path.open("rb") as file:
        entries = tomllib.load(file)
    key = _variables(entries["key"])
    modules = {
        name: Module(name, entry["portal_number"], (*key, *_variables(entry)))
        for name, entry in entries["modules"].items()
    }
    return Census(modules=modules, departments=entries["departments"], first_survey=entries["first_survey"])


def with_flags(module: str, frame: pl.DataFrame) -> pl.DataFrame:
    """
    Return the rows with the flags of the module; their values stay as they came.

    `is_point_missing`: no point, or one outside Peru. `is_area_suspect`: a negative area, or more than a natural
    person can work. Layers leave flagged rows out of what the flag is about, and say so.
    """
    return frame.with_columns(**_flags(module))


def tally(module: str, frame: pl.DataFrame) -> pl.DataFrame:
    """
    Return rows, enumerated units and flagged ones by ubigeo of 2012; tallies of chunks may be added.

    Where the module has no `resultado`, every row counts as one.
    """
    counted = pl.col("resultado").is_in(ENUMERATED) if module == "rec01" else pl.lit(True)
    flagged = [(pl.col(name) & counted).sum().cast(pl.Int64).alias(name) for name in _flags(module)]
    return frame.group_by(UBIGEO).agg(
        pl.len().cast(pl.Int64).alias("rows"), counted.fill_null(False).sum().cast(pl.Int64).alias("units"), *flagged
    )


def _flags(module: str) -> dict[str, pl.Expr]:
    if module == "rec02":
        return {"is_area_suspect": _any_negative(["p025"])}
    if module == "rec02a":
        return {"is_area_suspect": _any_negative(["p037_ss"])}
    if module != "rec01":
        return {}
    areas = [
        entry.name
        for entry in load_census().modules["rec01"].variables
        if entry.kind == "number" and entry.name not in _COORDINATES
    ]
    largest_ha = pl.max_horizontal(areas).fill_null(0.0)
    is_natural = pl.col("p016").eq(NATURAL_PERSON).fill_null(False)
    located = pl.col("long_deci").is_between(*PERU_LONGITUDE) & pl.col("lat_deci").is_between(*PERU_LATITUDE)
    return {
        "is_area_suspect": _any_negative(areas) | (is_natural & (largest_ha > LARGEST_NATURAL_PERSON_HA)),
        "is_point_missing": ~located.fill_null(False),
    }


def _any_negative(areas: list[str]) -> pl.Expr:
    return pl.min_horizontal(areas).fill_null(0.0) < 0.0


def _variables(entry: dict[str, Any]) -> tuple[Variable, ...]:
    renamed, widths, also = (entry.get(part, {}) for part in ("renamed", "widths", "also"))
    return tuple(
        Variable(
            source=source,
            name=renamed.get(source, source),
            kind=kind,
            width=widths.get(source, 0),
            also=tuple(also.get(source, ())),
        )
        for kind in DTYPES
        for source in entry.get(kind, [])
    )


CROP_CODES_FILE = Path(__file__).parent / "demo" / "cenagro_crop_codes.csv"


@cache
def crop_names() -> dict[str, str]:
    """Return the published names of crop codes (four digits); the codes of the simulated census have none."""
    with CROP_CODES_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: row["crop"].capitalize() for row in rows if row["code_basis"] == "published"}

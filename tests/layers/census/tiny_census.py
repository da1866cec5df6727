"""
A census of a few units in the eight squares of `tests.tiny`, built in code.

Every unit is a row of `units()`; what is not said takes a plain value, so a test states only what it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from layers.census.measures import UNIT_KEY
from tests import tiny

Rows = Iterable[Mapping[str, Any]]

_KEY = dict.fromkeys(UNIT_KEY, pl.String)
_REC01: dict[str, Any] = {
    "resultado": (pl.Int8, 1),
    "p016": (pl.Int8, 1),
    "p017": (pl.Int8, 1),
    "p019": (pl.Int32, 2),
    "p019_01": (pl.Int8, None),
    "p020_01": (pl.Float64, 4.0),
    "wsup01": (pl.Float64, 4.0),
    "wsup02a": (pl.Int8, 3),
    "wsup03": (pl.Float64, 3.0),
    "wsup03a": (pl.Float64, 1.0),
    "wsup03b": (pl.Float64, 2.0),
    "wsup08a": (pl.Float64, 0.5),
    "wsup08b": (pl.Float64, 0.25),
    "wsup09": (pl.Float64, 0.25),
    "wp111": (pl.Int8, 1),
    "wp112": (pl.Int32, 40),
    "wp114": (pl.Int8, 4),
    "wp115": (pl.Int8, 5),
    "long_deci": (pl.Float64, None),
    "lat_deci": (pl.Float64, None),
}
_REC04 = dict.fromkeys(("p_riego", "p048", "p049", "p050", "p051", "p057"), (pl.Int8, None))
_RECEIVED = [f"p086_0{number}" for number in (1, 2, 3)] + ["p088_06", "p088_13", "p088_14"]
_INFORMED = ["p089_01", "p089_02", "p089_04"]
_CREDIT = ["p090", "p091_03", "p092", "p093_03", "p095", "p096"]
_ORGANISED = ["p101"] + [f"p103_0{number}" for number in range(1, 8)]
_REC04B = dict.fromkeys(_RECEIVED + _INFORMED + _CREDIT + _ORGANISED, (pl.Int8, None))
_REC05A = {
    "p120_01": (pl.Int8, None),
    "p120_02": (pl.Int8, None),
    "p121": (pl.Float64, None),
    "p121_01": (pl.Int8, None),
}
_REC02 = {
    "parcel": (pl.String, "1"),
    "crop_order": (pl.Int16, 1),
    "p024_03": (pl.String, "2610"),
    "p025": (pl.Float64, 1.0),
    "p026": (pl.Int8, 2),
    "p027": (pl.Int8, None),
    "p028": (pl.Int8, 2),
    "p029_01": (pl.Int8, None),
    "p029_02": (pl.Int8, None),
    "p029_03": (pl.Int8, None),
}
_REC02A = {
    "parcel": (pl.String, "1"),
    "p036": (pl.Int8, None),
    "p037_01_01": (pl.Int8, None),
    "p037_01_03": (pl.Int8, None),
    "p037_ss": (pl.Float64, 1.0),
}
_MODULES = {"rec01": _REC01, "rec02": _REC02, "rec02a": _REC02A, "rec04": _REC04, "rec04b": _REC04B, "rec05a": _REC05A}


def table(module: str, rows: Rows) -> pl.DataFrame:
    """Return a module from rows that say only what is not the plain value."""
    columns = _MODULES[module]
    plain = {name: value for name, (_, value) in columns.items()}
    schema = _KEY | {name: dtype for name, (dtype, _) in columns.items()}
    return pl.DataFrame([plain | dict(row) for row in rows], schema=schema)


def unit(number: int, code: str, sea: str = "001", **values: Any) -> dict[str, Any]:
    """Return a unit of REC01 whose point is the centre of the square that its code names."""
    west, south = tiny.square(tiny.CODES.index(code)) if code in tiny.CODES else (0.0, 0.0)
    point = {"long_deci": west + tiny.SIDE_DEG / 2, "lat_deci": south + tiny.SIDE_DEG / 2}
    return key(number, code, sea) | point | values


def key(number: int, code: str, sea: str = "001") -> dict[str, Any]:
    """Return the key of a unit."""
    return {"ubigeo_2012": code, "sea": sea, "unit": f"{number:03d}", "nprin": "1"}


def census(units: Rows, **modules: Rows) -> dict[str, pl.LazyFrame]:
    """Return the modules given, and empty ones for those not given."""
    rows = {"rec01": units} | {name: modules.get(name, ()) for name in _MODULES if name != "rec01"}
    return {module: table(module, lines).lazy() for module, lines in rows.items()}


def random_census(seed: int, units_count: int = 400) -> dict[str, pl.DataFrame]:
    """Return a whole census of random answers; some points are zero, outside, or in another square than the code."""
    random = np.random.default_rng(seed)
    where = random.integers(0, len(tiny.CODES), units_count)
    units, lines, parcels = [], [], []
    answers: dict[str, list[dict[str, Any]]] = {name: [] for name in ("rec04", "rec04b", "rec05a")}
    for number in range(units_count):
        code = tiny.CODES[where[number]]
        sea = f"{random.integers(0, 4):03d}"
        # the sector decides the point: 0 is where the code says, 1 the next square, 2 outside, 3 has none
        west, south = tiny.square((where[number] + int(sea == "001")) % len(tiny.CODES))
        point = (0.0, 0.0) if sea == "003" else (-60.0, 10.0) if sea == "002" else (west + 0.1, south + 0.1)
        area = float(random.lognormal(1.0, 1.0))
        units.append(
            key(number, code, sea)
            | {
                "long_deci": point[0],
                "lat_deci": point[1],
                "resultado": int(random.choice([1, 1, 1, 2, 3, 4])),
                "p016": int(random.choice([1, 1, 1, 2, 7])),
                "p019": int(random.integers(1, 6)),
                "p019_01": None if random.random() < 0.9 else 1,
                "wsup01": area,
                "p020_01": area,
                "wsup02a": int(np.searchsorted([0.5, 3, 5, 10, 20, 50, 100], area, side="right")) + 1,
                "wsup03": area / 2,
                "wsup03a": area / 4 if random.random() < 0.5 else 0.0,
                "wp112": int(random.integers(18, 90)),
                "wp111": int(random.integers(1, 3)),
                "wp114": int(random.integers(1, 11)),
            }
        )
        for module, rows in answers.items():
            said = {
                name: int(random.integers(1, 4)) if random.random() < 0.7 else None
                for name, (dtype, _) in _MODULES[module].items()
                if dtype == pl.Int8
            }
            rows.append(key(number, code, sea) | said)
        for _ in range(random.integers(0, 4)):
            crop = {"p024_03": str(random.choice(["1103", "1203", "2610"])), "p025": float(random.random())}
            said = {name: int(random.integers(1, 5)) for name in ("p026", "p027", "p028")}
            lines.append(key(number, code, sea) | crop | said)
            parcels.append(key(number, code, sea) | {"p036": int(random.integers(1, 11)), "p037_01_01": 1})
    return {
        "rec01": table("rec01", units),
        "rec02": table("rec02", lines),
        "rec02a": table("rec02a", parcels),
        **{module: table(module, rows) for module, rows in answers.items()},
    }

"""
The simulated modules REC01, REC02 and REC02A: the unit and its producer, its parcels and what grows on them.

Everything here is simulated. Numbers are floats and what was not asked is null, as in INEI's files. WCUENCA and P018
(codes of river basins and professions) are left null: their code tables are not published with the dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.demo_farms import FloatArray, IntArray
from pipelines.synthetic_answers import Respondents, one_or_two
from pipelines.synthetic_crops import CROP_KINDS, M2_PER_HA, M2_PER_HA100, Lines, by_unit, crop_codes, is_watered
from pipelines.synthetic_units import (
    FALLOW,
    LANDLESS,
    MANAGED,
    NATIVE_COMMUNITY,
    NATURAL_PERSON,
    OTHER,
    REFUSED,
    RESTING,
    SMALL,
    SOWN,
    UNMANAGED,
    UNUSED,
    WOODLAND,
    BoolArray,
    Sectors,
    Units,
    region_rows,
)

Columns = dict[str, FloatArray]

# Classes of size (ha): lower limits of WSUP02 and WSUP02A from the second class on.
SIZE_LIMITS_HA = (0.5, 5.0, 10.0, 20.0, 50.0)
FINE_SIZE_LIMITS_HA = (0.5, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)
# Departments whose Sierra drains to the Pacific, roughly; Puno drains to Lake Titicaca, the rest to the Amazon.
PACIFIC, TITICACA = ("02", "04", "11", "13", "14", "15", "18", "20", "23"), ("21",)
# Judgement: mean and deviation of the producer's age, people in a household beyond one.
AGE, HOUSEHOLD_BEYOND_ONE = (50.0, 15.0), 2.8
# Judgement: units whose transitory crops are sown together (WSUP13 instead of WSUP07).
ASSOCIATED_UNITS_SHARE = 0.05
RESULT_COMPLETE, RESULT_INCOMPLETE, RESULT_REFUSED, RESULT_ABSENT = 1.0, 2.0, 3.0, 4.0
# Judgement: refusals among the forms without answer.
REFUSAL_SHARE = 0.15


@dataclass(frozen=True)
class Department:
    """A simulated department before it becomes frames."""

    totals: pd.DataFrame
    units: Units
    sectors: Sectors
    parcels: IntArray
    lines: Lines
    seed: int
    code: str

    def respondents(self, district: IntArray, stream: int) -> Respondents:
        """Return who answers a module: its own stream, so that a change in one module leaves the others alone."""
        rng = np.random.default_rng([self.seed, 310 + stream, int(self.code)])
        return Respondents(self.seed, self.totals.index.to_numpy(np.int64), district, rng)


def keys(made: Department, rows: BoolArray | IntArray) -> Columns:
    """Return the key of INEI's modules for these rows of units."""
    units, ubigeo = made.units, made.totals["ubigeo"]
    district = units.district[rows]
    parts = {"P001": (0, 2), "P002": (2, 4), "P003": (4, 6)}
    columns: Columns = {}
    for name, (start, end) in parts.items():
        columns[name] = ubigeo.str[start:end].to_numpy().astype(np.float64)[district]
    columns["P007X"] = units.sector_number[rows].astype(float)
    columns["P008"] = units.unit_number[rows].astype(float)
    columns["NPRIN"] = units.form_number[rows].astype(float)
    return columns


def rec01(made: Department) -> Columns:
    """Return the simulated units and producers, refusals and absences included."""
    units = made.units
    ask = made.respondents(units.district, 1)
    counted, with_land = units.kind != REFUSED, units.kind >= SMALL
    absent = np.where(ask.rng.random(ask.size) < REFUSAL_SHARE, RESULT_REFUSED, RESULT_ABSENT)
    done = np.where(ask.ticked("INCOMPLETE", counted), RESULT_INCOMPLETE, RESULT_COMPLETE)
    elsewhere = ask.yes_no("P022", counted)
    return {
        **keys(made, np.arange(ask.size)),
        **_place(made),
        **_areas(made),
        **_person(ask, counted & (units.legal == NATURAL_PERSON)),
        "P016": np.where(counted, units.legal.astype(float), np.nan),
        "P018": np.full(ask.size, np.nan),
        "P019": np.where(with_land, made.parcels.astype(float), np.nan),
        "P019_01": np.where(units.kind == LANDLESS, 1.0, np.nan),
        "P021": ask.yes_no("P021", with_land & (units.legal == NATURAL_PERSON)),
        "P022": elsewhere,
        "P022_01": np.where(elsewhere == 1, 1.0 + ask.rng.poisson(0.6, ask.size), np.nan),
        "RESULTADO": np.where(counted, done, absent),
    }


def _place(made: Department) -> Columns:
    sector = made.units.sector
    region = region_rows(made.totals)[made.sectors.district]
    altitude = made.sectors.altitude_m
    costa = np.where(altitude < 500, 1, 9)
    sierra = np.array([2, 3, 4, 5, 6])[np.searchsorted([2300, 3500, 4000, 4800], altitude, side="right")]
    selva = np.array([8, 7, 2, 3])[np.searchsorted([400, 1000, 2300], altitude, side="right")]
    inland = 0 if made.code in TITICACA else 1 if made.code in PACIFIC else 4
    return {
        "WREGION": region[sector] + 1.0,
        "WPISO": np.choose(region, [costa, sierra, selva])[sector].astype(float),
        "WREDHI": np.array([1.0, inland, 4.0])[region][sector],
        "WCUENCA": np.full(len(sector), np.nan),
        "WALTITUD": altitude[sector],
        "LONG_DECI": made.sectors.longitude[sector],
        "LAT_DECI": made.sectors.latitude[sector],
    }


def _areas(made: Department) -> Columns:
    """Return the WSUP variables (ha). Sown = 07 + 10 + 11 + 12 + 13; 08 = 08A + 08B; 03 = 06 + 10 + 11 + 12 + 13."""
    size, land = len(made.units.kind), M2_PER_HA100 * made.units.land
    crops = _crop_areas(made, land[:, SOWN])
    mixed = np.random.default_rng([made.seed, 309, int(made.code)]).random(size) < ASSOCIATED_UNITS_SHARE
    together = np.where(mixed, crops[0], 0)
    alone = crops[0] - together
    irrigated = by_unit(made.lines, made.lines.irrigated_m2, size)
    farmed, total = land[:, : RESTING + 1].sum(axis=1), land.sum(axis=1)
    idle = land[:, FALLOW] + land[:, UNUSED]
    natural = land[:, MANAGED] + land[:, UNMANAGED]
    m2 = {
        "P020_01": total, "WSUP01": total, "WSUP03": farmed, "WSUP03A": irrigated, "WSUP03B": farmed - irrigated,
        "WSUP04": total - farmed, "WSUP05": land[:, OTHER], "WSUP06": alone + idle + land[:, RESTING], "WSUP07": alone,
        "WSUP08": idle, "WSUP08A": land[:, FALLOW], "WSUP08B": land[:, UNUSED], "WSUP09": land[:, RESTING],
        "WSUP10": crops[1], "WSUP11": crops[2], "WSUP12": crops[3], "WSUP13": together, "WSUP14": natural,
        "WSUP15": land[:, MANAGED], "WSUP16": land[:, UNMANAGED], "WSUP17": land[:, WOODLAND],
        "WSUP18": land[:, SOWN], "WSUP19": crops[0],
    }  # fmt: skip
    with_land = made.units.kind >= SMALL
    areas = {name: np.where(with_land, value / M2_PER_HA, np.nan) for name, value in m2.items()}
    for name, limits in (("WSUP02", SIZE_LIMITS_HA), ("WSUP02A", FINE_SIZE_LIMITS_HA)):
        size_class = 1.0 + np.searchsorted(limits, areas["WSUP01"], side="right")
        areas[name] = np.where(with_land, size_class, np.nan)
    return areas


def _crop_areas(made: Department, sown_m2: IntArray) -> list[IntArray]:
    """Return the sown square metres of each unit by kind of crop, in the order of CROP_KINDS."""
    lines, size = made.lines, len(sown_m2)
    row_of = {kind: row for row, kind in enumerate(CROP_KINDS)}
    kinds = np.array([row_of[kind] for kind in crop_codes()["kind"]])
    grown = np.where(lines.crop >= 0, kinds[lines.crop], -1)
    others = [by_unit(lines, np.where(grown == row, lines.area_m2, 0), size) for row in range(1, len(CROP_KINDS))]
    # the rest is transitory: also sown land that a tiny census has no line for
    return [sown_m2 - np.sum(others, axis=0, dtype=np.int64), *others]


def _person(ask: Respondents, natural: BoolArray) -> Columns:
    schooling = ask.code("WP114", natural)
    reads = ask.ticked("P017.schooled", natural & (schooling > 1)) | ask.ticked("P017.unschooled", schooling == 1)
    age = np.clip(np.rint(AGE[0] + AGE[1] * ask.rng.standard_normal(ask.size)), 16, 98)
    return {
        "P017": one_or_two(reads, natural),
        "WP109": np.where(natural, 1.0 + ask.rng.poisson(HOUSEHOLD_BEYOND_ONE, ask.size), np.nan).astype(np.float64),
        "WP111": np.where(natural, 1.0 + ask.ticked("WOMAN", natural), np.nan),
        "WP112": np.where(natural, age, np.nan),
        "WP113": ask.yes_no("WP113", natural),
        "WP114": schooling,
        "WP115": ask.code("WP115", natural),
    }


def rec02(made: Department) -> Columns:
    """Return the simulated lines: crops, and land that is not sown (orders from 90)."""
    lines = made.lines
    ask = made.respondents(made.units.district[lines.unit], 2)
    sown, farmed, watered = lines.kind == SOWN, lines.kind <= RESTING, is_watered(lines)
    pressure = ask.ticked("DRIP", watered), ask.ticked("SPRINKLER", watered), ask.ticked("SEEPAGE", watered)
    sold = ask.ticked("SALE", sown)
    feed = ask.ticked("FEED", sown & ~sold)
    own = ask.ticked("OWN_INPUT", sown & ~sold & ~feed)
    return {
        **keys(made, lines.unit),
        "NPARCX": lines.parcel.astype(float),
        "P024_01": lines.order.astype(float),
        "P024_03": np.where(sown, crop_codes()["code"].to_numpy(float)[lines.crop], np.nan),
        "P025": lines.area_m2 / M2_PER_HA,
        "P026": one_or_two(watered, farmed),
        "P027": np.where(watered, np.select(pressure, [3.0, 2.0, 4.0], 1.0), np.nan),
        "P028": np.where(sown, np.select((sold, feed, own), [1.0, 4.0, 3.0], 2.0), np.nan),
        **ask.boxes(["P029_01", "P029_02", "P029_03"], sold),
    }


def rec02a(made: Department) -> Columns:
    """Return one simulated row per parcel; lines come ordered by unit and parcel."""
    lines = made.lines
    start = np.flatnonzero(np.diff(lines.unit, prepend=-1) | np.diff(lines.parcel, prepend=0))
    unit = lines.unit[start]
    ask = made.respondents(made.units.district[unit], 3)
    everyone = np.ones(ask.size, dtype=bool)
    unused = np.logical_or.reduceat(lines.kind == UNUSED, start)
    water = ask.ticked("P036.water", unused)
    owner = ask.ticked("P037_01_01", everyone)
    native = made.units.legal[unit] == NATIVE_COMMUNITY
    jungle = region_rows(made.totals)[made.units.district[unit]] == 2
    member = ~owner & ask.ticked("PEASANT", everyone)
    return {
        **keys(made, unit),
        "NPARCX": lines.parcel[start].astype(float),
        "P036": np.where(water, 1.0, ask.code("P036.other", unused & ~water)),
        "P037_01_01": np.where(owner, 1.0, np.nan),
        "P037_01_03": ask.code("P037_01_03", owner),
        "P037_SS": np.add.reduceat(lines.area_m2, start) / M2_PER_HA,
        "P039_01": np.where(member, np.where(native | jungle, 2.0, 1.0), np.nan),
    }

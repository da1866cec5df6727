"""
Simulated parcels and lines of the census form: what each unit grows or leaves, on which parcel, watered or not.

Everything here is simulated. Areas are whole square metres, so that the lines of a unit add up to its land exactly.
Questions 30 to 35 of the form (orders 90 to 96) are read as the kinds of land that INEI tabulates, in that order; the
published dictionary names the questions only by their numbers.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.demo_cells import DEMO_FOLDER
from pipelines.demo_farms import FloatArray, IntArray, altitude_fit, share_out
from pipelines.synthetic_totals import exact_totals
from pipelines.synthetic_units import (
    LAND_KINDS,
    LARGE,
    RESTING,
    SMALL,
    SOWN,
    BoolArray,
    Units,
    even_normal,
    region_rows,
)

M2_PER_HA, M2_PER_HA100 = 10_000, 100
# Order (P024_01) of the line of each kind of land that is not sown: questions 30, 31, 32, 33 A, 33 B, 34 and 35.
FIRST_ORDER_NOT_SOWN = 89
CROP_KINDS = ("transitory", "permanent", "pasture", "forest")

# Judgement: no unit has more than 30 parcels, nor more than 14 crops on each parcel or 60 lines beyond the needed ones.
MOST_PARCELS, CROPS_PER_PARCEL, MOST_EXTRA_LINES = 30, 14, 60
# Judgement: crops of a place differ so much in weight, and small growers' crops hardly follow the value tables.
CROP_SPREAD = 0.7
# Judgement: irrigation comes by unit more than by line; idle land is watered last.
LINE_SPREAD, IDLE_SHIFT, RESTING_SHIFT = 0.3, 0.5, 2.0
# Judgement: larger farms are irrigated a little less.
LARGE_SHIFT = 0.2
# Rounds in which lines that do not fit are passed over, so that the one watered in part is given little.
WATERING_ROUNDS = 4


@dataclass(frozen=True)
class Lines:
    """Simulated lines of REC02 of one department, ordered by unit, parcel and order."""

    unit: IntArray  # row of Units
    parcel: IntArray  # from 1 in each unit
    order: IntArray  # P024_01
    kind: IntArray  # kind of land, as in synthetic_units
    crop: IntArray  # row of crop_codes(); -1 where nothing is sown
    area_m2: IntArray
    irrigated_m2: IntArray  # all, nothing, or, on about one line per district, a part


@functools.cache
def crop_codes() -> pd.DataFrame:
    """Return the crops of the simulation: code, crop, kind, like (row of crops.csv), share, code_basis."""
    return pd.read_csv(DEMO_FOLDER / "cenagro_crop_codes.csv")


@functools.lru_cache(maxsize=4)
def crop_shares(seed: int) -> FloatArray:
    """Return the simulated share of sown lines of each crop (column) in each district (row); rows sum to 1."""
    totals, codes = exact_totals(seed), crop_codes()
    rng = np.random.default_rng([seed, 301])
    crops = pd.read_csv(DEMO_FOLDER / "crops.csv").set_index("crop").loc[codes["like"]]
    fit = altitude_fit(totals["capital_altitude_m"].to_numpy(float), crops)
    regional = crops[["costa_weight", "sierra_weight", "selva_weight"]].to_numpy(float).T
    weight = fit * regional[region_rows(totals)]
    grown = rng.random(fit.shape) < 0.3 + 0.7 * crops["grown_share"].to_numpy(float)
    weight *= grown * codes["share"].to_numpy(float) * rng.lognormal(0, CROP_SPREAD, fit.shape)
    # nothing fits the highest places but cultivated pasture
    weight += np.where(codes["kind"].eq("pasture").to_numpy(), 1e-3, 0.0)
    return weight / weight.sum(axis=1, keepdims=True)


def parcel_counts(units: Units, total: int, rng: np.random.Generator) -> IntArray:
    """Return P019: parcels of each unit, 0 without land; together `total`, or one per unit where that is more."""
    with_land = units.kind >= SMALL
    counts = with_land.astype(np.int64)
    weights = rng.lognormal(0, 0.9, len(counts)) * with_land
    rest = max(total - int(counts.sum()), 0)
    return counts + share_out(rest, weights, np.where(with_land, MOST_PARCELS - 1, 0))


def make_lines(
    units: Units, parcels: IntArray, total: int, irrigated: IntArray, shares: FloatArray, rng: np.random.Generator
) -> Lines:
    """
    Return the simulated lines of one department.

    Parameters
    ----------
    parcels
        Parcels of each unit.
    total
        Lines wanted; exact whenever it is at least one per parcel and kind of land.
    irrigated
        Irrigated hundredths of a hectare of each district.
    shares
        Share of each crop (column) in each district (row).
    """
    unit, kind, count = _pairs(units, parcels, total, rng)
    area = _split(units.land[unit, kind] * M2_PER_HA100, count, rng)
    line_unit, line_kind = np.repeat(unit, count), np.repeat(kind, count)
    first = np.searchsorted(line_unit, line_unit, side="left")
    position = np.arange(len(line_unit)) - first
    parcel = position % parcels[line_unit] + 1
    order = np.where(line_kind == SOWN, position // parcels[line_unit] + 1, FIRST_ORDER_NOT_SOWN + line_kind)
    row = np.argsort((line_unit * (MOST_PARCELS + 1) + parcel) * 128 + order, kind="stable")
    line_unit, parcel, order, line_kind, area = (x[row] for x in (line_unit, parcel, order, line_kind, area))
    district = units.district[line_unit]
    crop = np.where(line_kind == SOWN, _draw_by_district(shares, district, rng), -1)
    watered = _water(units, line_unit, line_kind, area, irrigated * M2_PER_HA100, rng)
    return Lines(line_unit, parcel, order, line_kind, crop, area, watered)


def _pairs(
    units: Units, parcels: IntArray, total: int, rng: np.random.Generator
) -> tuple[IntArray, IntArray, IntArray]:
    """Return unit, kind of land and lines of each pair, at least one line per pair and per parcel."""
    present = units.land > 0
    while True:
        kinds = present.sum(axis=1)
        needed = np.maximum(kinds, parcels)
        excess = int(needed.sum()) - total
        spare = np.flatnonzero(kinds > np.maximum(parcels, 1))
        if excess <= 0 or not len(spare):
            break
        # a tiny census may have fewer lines than kinds of land: the last kinds of some units are not listed
        dropped = rng.permutation(spare)[:excess]
        present[dropped, LAND_KINDS - 1 - present[dropped, ::-1].argmax(axis=1)] = False
    sown = present[:, SOWN]
    most = np.where(sown, np.minimum(CROPS_PER_PARCEL * parcels, MOST_EXTRA_LINES), 0)
    weights = sown * (parcels + 0.5 * (units.kind == LARGE)) * rng.lognormal(0, 0.5, len(sown))
    extra = share_out(max(-excess, 0), weights, most)
    unit, kind = np.nonzero(present)
    # the main kind of a unit, the first listed, takes the lines beyond one per kind
    main = np.diff(unit, prepend=-1) > 0
    return unit, kind, 1 + main * (needed + extra - kinds)[unit]


def _split(area: IntArray, count: IntArray, rng: np.random.Generator) -> IntArray:
    """Divide each area at random among its `count` lines, one square metre at least; the first takes the remainder."""
    start = np.cumsum(count) - count
    weight = rng.standard_exponential(int(count.sum())) + 0.05
    portion = np.repeat((area - count) / np.add.reduceat(weight, start), count)
    lines = 1 + np.floor(weight * portion).astype(np.int64)
    lines[start] += area - np.add.reduceat(lines, start)
    return lines


def _draw_by_district(shares: FloatArray, district: IntArray, rng: np.random.Generator) -> IntArray:
    """Return one column of `shares` per line, drawn with the shares of its district."""
    steps = np.cumsum(shares, axis=1)
    steps[:, -1] = 1.0
    ladder = (steps + np.arange(len(shares))[:, None]).ravel()
    found = np.searchsorted(ladder, district + rng.random(len(district)), side="right")
    return np.minimum(found - district * shares.shape[1], shares.shape[1] - 1)


def _water(
    units: Units, unit: IntArray, kind: IntArray, area: IntArray, irrigated_m2: IntArray, rng: np.random.Generator
) -> IntArray:
    """Water farm land line by line, in an order that keeps units together, until the district has what it must."""
    farmed = np.flatnonzero(kind <= RESTING)
    key = even_normal(4 * units.district + units.kind, rng) + LARGE_SHIFT * (units.kind == LARGE)
    line_key = key[unit[farmed]] + LINE_SPREAD * rng.standard_normal(len(farmed))
    line_key += IDLE_SHIFT * (kind[farmed] != SOWN) + RESTING_SHIFT * (kind[farmed] == RESTING)
    place = units.district[unit]
    row = farmed[np.lexsort((line_key, place[farmed]))]
    watered, left = np.zeros(len(unit), dtype=np.int64), irrigated_m2
    for _ in range(WATERING_ROUNDS):
        # a line too large for what is left is passed over; the next round goes on behind it
        row = row[area[row] <= left[place[row]]]
        fits = _running_sum(area[row], place[row]) <= left[place[row]]
        watered[row[fits]] = area[row[fits]]
        given = np.bincount(place[row[fits]], weights=area[row[fits]], minlength=len(left))
        left = left - given.astype(np.int64)
        row = row[~fits]
    return _water_rest(watered, left, place, np.where(kind <= RESTING, area, 0))


def _water_rest(watered: IntArray, left: IntArray, district: IntArray, area: IntArray) -> IntArray:
    """Water in part, or in turn, the lines that are still dry, until nothing is left to give."""
    dry = np.flatnonzero((watered == 0) & (left[district] > 0) & (area > 0))
    dry = dry[np.lexsort((area[dry], district[dry]))]
    before = _running_sum(area[dry], district[dry]) - area[dry]
    watered[dry] = np.clip(left[district[dry]] - before, 0, area[dry])
    return watered


def _running_sum(values: IntArray, group: IntArray) -> IntArray:
    """Return the sum up to each value within its group; groups are contiguous and in order."""
    total = np.cumsum(values)
    first = np.searchsorted(group, group, side="left")
    return total - (total - values)[first]


def is_watered(lines: Lines) -> BoolArray:
    """Return whether a line counts as irrigated: one that is watered in part does when most of it is."""
    return 2 * lines.irrigated_m2 > lines.area_m2


def by_unit(lines: Lines, values: IntArray, rows: int) -> IntArray:
    """Return the sum of whole numbers per line for each unit; exact below 2**53."""
    return np.bincount(lines.unit, weights=values, minlength=rows).astype(np.int64)

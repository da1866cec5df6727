"""
Simulated producer units of IV CENAGRO 2012: which exist, in which enumeration sector, with how much land of each kind.

Everything here is simulated; per district it adds up to `pipelines.synthetic_totals`. Nobody has a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from pipelines.demo_farms import FloatArray, IntArray, share_out
from pipelines.synthetic_totals import LARGE_LEAST_HA100, LAST, SMALL_FARMED_MOST_HA100, SMALL_MOST_HA100, whole

BoolArray = npt.NDArray[np.bool_]

REFUSED, LANDLESS, SMALL, LARGE = 0, 1, 2, 3
NATURAL_PERSON, PEASANT_COMMUNITY, NATIVE_COMMUNITY = 1, 7, 8

# Kinds of land in the order of the questionnaire: sown, fallow (to be sown until July 2013), unused, resting, managed
# and unmanaged natural pasture, woodland, other land.
SOWN, FALLOW, UNUSED, RESTING, MANAGED, UNMANAGED, WOODLAND, OTHER = range(8)
LAND_KINDS = 8

# An enumeration sector holds some 60 units; in a smaller census sectors are smaller, so that they stay many.
UNITS_PER_SECTOR, LEAST_UNITS_PER_SECTOR = 60, 5
# Of the sectors of a district whose limits changed after 2017, those that lie in the new district today (at least one).
MOVED_SHARE = 0.01
# Sectors published with coordinates 0, 0.
ZERO_SHARE = 0.001
# Judgement: altitude of a sector around that of the capital (m).
SECTOR_ALTITUDE_SPREAD_M = 180.0
# Judgement: how much more pasture and woodland than a large farm a community holds; shares of units with any at all.
COMMUNITY_WEIGHT, SMALL_UNFARMED_WEIGHT = 400.0, 0.01
UNFARMED_UNITS_SHARE = 0.45
# Judgement: share of units that leave land fallow, unused or resting.
IDLE_UNITS_SHARE = {FALLOW: 0.4, UNUSED: 0.25, RESTING: 0.45}
# Judgement: kinds of legal persons and of land not farmed by region (Costa, Sierra, Selva).
LEGAL_KINDS = (2, 3, 4, 5, 6, PEASANT_COMMUNITY, NATIVE_COMMUNITY, 9)
LEGAL_SHARES = np.array(
    [
        [0.45, 0.15, 0.1, 0.1, 0.03, 0.1, 0.0, 0.07],
        [0.08, 0.02, 0.02, 0.05, 0.03, 0.75, 0.0, 0.05],
        [0.12, 0.03, 0.03, 0.05, 0.04, 0.1, 0.58, 0.05],
    ]
)
UNFARMED_KINDS = (MANAGED, UNMANAGED, WOODLAND, OTHER)
UNFARMED_SHARES = np.array([[0.05, 0.4, 0.25, 0.3], [0.12, 0.63, 0.12, 0.13], [0.06, 0.04, 0.85, 0.05]])
SECOND_KIND_SHARE, SECOND_KIND_AREA = 0.3, 0.2
REGIONS = {"Costa": 0, "Sierra": 1, "Selva": 2}
# The normal distribution as a table: its values at 4,001 steps, cut at one in a million.
NORMAL_STEPS = np.linspace(1e-6, 1 - 1e-6, 4001)
NORMAL_VALUES = np.array([NormalDist().inv_cdf(step) for step in NORMAL_STEPS.tolist()])


@dataclass(frozen=True)
class Units:
    """Simulated rows of REC01 of one department, by district, sector and number; areas in hundredths of a hectare."""

    district: IntArray  # row in the totals of the department
    sector: IntArray  # row in the sectors of the department
    sector_number: IntArray  # P007X, from 1 in each district
    unit_number: IntArray  # P008, from 1 in each sector
    form_number: IntArray  # NPRIN, from 1 in each district
    kind: IntArray  # REFUSED, LANDLESS, SMALL or LARGE
    legal: IntArray  # P016; 0 for refusals
    land: IntArray  # shape (rows, LAND_KINDS)


@dataclass(frozen=True)
class Sectors:
    """Simulated enumeration sectors of one department: the district that each declares, its point and altitude."""

    district: IntArray
    longitude: FloatArray
    latitude: FloatArray
    altitude_m: FloatArray


def make_units(totals: pd.DataFrame, rng: np.random.Generator, scale: float) -> Units:
    """
    Return the simulated units of one department.

    Parameters
    ----------
    totals
        Districts with COUNTS and AREAS of `synthetic_totals` (areas in hundredths of a hectare).
    """
    kind = _kinds(totals, rng)
    rows = whole(totals, "rec01")
    district = np.repeat(np.arange(len(totals)), rows)
    position = np.arange(len(district)) - np.repeat(np.cumsum(rows) - rows, rows)
    sectors = sector_counts(totals, scale)
    in_district = position * sectors[district] // rows[district]
    sector = (np.cumsum(sectors) - sectors)[district] + in_district
    first = np.searchsorted(sector, sector, side="left")
    region = region_rows(totals)[district]
    legal = _legal(totals, district, kind, region, rng)
    return Units(
        district=district,
        sector=sector,
        sector_number=in_district + 1,
        unit_number=np.arange(len(district)) - first + 1,
        form_number=position + 1,
        kind=kind,
        legal=legal,
        land=_land(totals, district, kind, legal, region, rng),
    )


def region_rows(totals: pd.DataFrame) -> IntArray:
    """Return 0, 1 or 2 for each district: Costa, Sierra, Selva."""
    return np.array([REGIONS[name] for name in totals["natural_region"]], dtype=np.int64)


def sector_counts(totals: pd.DataFrame, scale: float) -> IntArray:
    """Return how many enumeration sectors each district has: at least one where there is any row."""
    per_sector = max(UNITS_PER_SECTOR * np.sqrt(scale), LEAST_UNITS_PER_SECTOR)
    rows = whole(totals, "rec01")
    counts = np.clip(np.rint(rows / per_sector), 1, np.maximum(rows, 1))
    return np.where(rows > 0, counts, 0).astype(np.int64)


def _kinds(totals: pd.DataFrame, rng: np.random.Generator) -> IntArray:
    units, with_land = whole(totals, "units"), whole(totals, "with_land")
    small = whole(totals, "under_5ha")
    counts = np.column_stack([whole(totals, "rec01") - units, units - with_land, small, with_land - small])
    kind = np.repeat(np.tile(np.arange(4), len(totals)), counts.ravel())
    district = np.repeat(np.arange(len(totals)), counts.sum(axis=1))
    return kind[np.lexsort((rng.random(len(kind)), district))]


def _legal(
    totals: pd.DataFrame, district: IntArray, kind: IntArray, region: IntArray, rng: np.random.Generator
) -> IntArray:
    """Return P016: natural persons but for the legal persons of each district, on its large units if it has enough."""
    legal = np.where(kind == REFUSED, 0, NATURAL_PERSON)
    order = np.lexsort((rng.random(len(kind)), -kind, district))
    rows = whole(totals, "rec01")
    rank = np.arange(len(kind)) - np.repeat(np.cumsum(rows) - rows, rows)
    chosen = order[rank < whole(totals, "legal")[district]]
    drawn = np.array(LEGAL_KINDS)[_draw(LEGAL_SHARES[region[chosen]], rng)]
    community = (drawn == PEASANT_COMMUNITY) | (drawn == NATIVE_COMMUNITY)
    legal[chosen] = np.where(community & (kind[chosen] != LARGE), 9, drawn)
    return legal


def _draw(shares: FloatArray, rng: np.random.Generator) -> IntArray:
    """Return one column number per row, drawn with that row's shares."""
    return (np.cumsum(shares, axis=1)[:, :-1] < rng.random(len(shares))[:, None]).sum(axis=1)


def _land(
    totals: pd.DataFrame,
    district: IntArray,
    kind: IntArray,
    legal: IntArray,
    region: IntArray,
    rng: np.random.Generator,
) -> IntArray:
    """Return the hundredths of a hectare of each kind of land, exact per district for every kind that is fixed."""
    size = len(kind)
    land = np.zeros((size, LAND_KINDS), dtype=np.int64)
    group = 4 * district + kind
    draws = {"farmed": _farmed_weight(kind, group, rng), "unfarmed": _unfarmed_weight(kind, legal, group, rng)}
    idle: dict[int, FloatArray] = {}
    for part, share in IDLE_UNITS_SHARE.items():
        idle[part] = np.where(_even_in_groups(group, rng) < share, 1.0, LAST).astype(np.float64)
    unfarmed = np.zeros(size, dtype=np.int64)
    ends = np.cumsum(whole(totals, "rec01"))
    names = ("agricultural", "resting", "unused", "fallow", "total")
    goals = np.column_stack([whole(totals, name) for name in ("rec01", *names)])
    for end, goal in zip(ends, goals.tolist(), strict=True):
        rows, agricultural, resting, unused, fallow, total = goal
        here = np.arange(end - rows, end)
        here = here[kind[here] >= SMALL]
        if not len(here):
            continue
        most = np.where(kind[here] == SMALL, float(SMALL_FARMED_MOST_HA100), np.inf)
        farmed = share_out(agricultural, draws["farmed"][here], most)
        left = farmed
        for part, wanted in ((RESTING, resting), (UNUSED, unused), (FALLOW, fallow)):
            land[here, part] = share_out(wanted, (left + LAST) * idle[part][here], left)
            left = left - land[here, part]
        land[here, SOWN] = left
        unfarmed[here] = _fill_up(total - agricultural, farmed, kind[here], draws["unfarmed"][here])
    _split_unfarmed(land, unfarmed, region, rng)
    return land


def _fill_up(total: int, farmed: IntArray, kind: IntArray, weights: FloatArray) -> IntArray:
    """Share out land that is not farmed so that a small unit stays below 5 ha and a large one reaches them."""
    least = np.where(kind == SMALL, np.maximum(1 - farmed, 0), np.maximum(LARGE_LEAST_HA100 - farmed, 0))
    most = np.where(kind == SMALL, SMALL_MOST_HA100 - farmed - least, np.inf)
    return least + share_out(total - int(least.sum()), weights, most)


def _even_in_groups(group: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return uniform numbers, spread evenly over the members of each group (whole numbers from 0)."""
    order = np.lexsort((rng.random(len(group)), group))
    counts = np.bincount(group)
    even = np.empty(len(group))
    even[order] = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    return (even + rng.random(len(group))) / counts[group]


def even_normal(group: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return normal numbers, spread evenly over each group: a small census keeps its sizes of farms."""
    return np.interp(_even_in_groups(group, rng), NORMAL_STEPS, NORMAL_VALUES)


def _farmed_weight(kind: IntArray, group: IntArray, rng: np.random.Generator) -> FloatArray:
    drawn = even_normal(group, rng)
    return np.where(kind == LARGE, 9.0 * np.exp(0.9 * drawn), 1.1 * np.exp(0.7 * drawn))


def _unfarmed_weight(kind: IntArray, legal: IntArray, group: IntArray, rng: np.random.Generator) -> FloatArray:
    weight = np.exp(1.2 * even_normal(group, rng)) * np.where(kind == SMALL, SMALL_UNFARMED_WEIGHT, 1.0)
    weight *= np.where((legal == PEASANT_COMMUNITY) | (legal == NATIVE_COMMUNITY), COMMUNITY_WEIGHT, 1.0)
    return np.where((_even_in_groups(group, rng) < UNFARMED_UNITS_SHARE) | (kind == LARGE), weight, LAST * LAST)


def _split_unfarmed(land: IntArray, unfarmed: IntArray, region: IntArray, rng: np.random.Generator) -> None:
    rows = np.flatnonzero(unfarmed)
    kinds = np.array(UNFARMED_KINDS)
    first = kinds[_draw(UNFARMED_SHARES[region[rows]], rng)]
    second = kinds[_draw(UNFARMED_SHARES[region[rows]], rng)]
    area = unfarmed[rows]
    part = np.where(rng.random(len(rows)) < SECOND_KIND_SHARE, (SECOND_KIND_AREA * area).astype(np.int64), 0)
    land[rows, first] += area - part
    land[rows, second] += part


def make_sectors(
    totals: pd.DataFrame,
    shapes: gpd.GeoSeries,
    limits: pd.DataFrame,
    rng: np.random.Generator,
    scale: float,
) -> Sectors:
    """
    Return the simulated sectors, each with a point (EPSG:4326, six decimals) inside its district.

    Parameters
    ----------
    shapes
        Polygons indexed by ubigeo.
    limits
        Districts created after 2017: ubigeo, parent_ubigeo. A few sectors of a parent lie in its new district.
    """
    counts = sector_counts(totals, scale)
    codes = totals["ubigeo"].to_numpy(dtype=object)
    district = np.repeat(np.arange(len(totals)), counts)
    place = codes[district].copy()
    inside_parent = limits[limits["parent_ubigeo"].isin(codes)].drop_duplicates("parent_ubigeo")
    for ubigeo, parent in inside_parent[["ubigeo", "parent_ubigeo"]].itertuples(index=False):
        members = np.flatnonzero(codes[district] == parent)
        moved = min(int(np.ceil(MOVED_SHARE * len(members))), len(members) // 3)
        place[rng.choice(members, size=moved, replace=False)] = ubigeo
    points = _points_inside(shapes.reindex(place).to_numpy(), rng)
    points[rng.random(len(points)) < ZERO_SHARE] = 0.0
    altitude = totals["capital_altitude_m"].to_numpy(float)[district]
    spread = SECTOR_ALTITUDE_SPREAD_M * rng.standard_normal(len(district)) * np.minimum(altitude / 1000, 1.0)
    return Sectors(district, points[:, 0], points[:, 1], np.rint(np.clip(altitude + spread, 1, 5200)))


def _points_inside(shapes: npt.NDArray[np.object_], rng: np.random.Generator) -> FloatArray:
    shapely.prepare(shapes)
    bounds = shapely.bounds(shapes)
    points = np.full((len(shapes), 2), np.nan)
    waiting = np.arange(len(shapes))
    while len(waiting):
        low, high = bounds[waiting, :2], bounds[waiting, 2:]
        drawn = np.round(low + rng.random((len(waiting), 2)) * (high - low), 6)
        inside = shapely.contains_xy(shapes[waiting], drawn[:, 0], drawn[:, 1])
        points[waiting[inside]] = drawn[inside]
        waiting = waiting[~inside]
    return points

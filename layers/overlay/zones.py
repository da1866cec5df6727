"""
Zonal statistics: what the pixels of a raster say of each district, in one pass over its rows.

A raster is whatever can give its rows (`Raster`): a file through `geodata.readers.raster`, or an array. The zones go to
the raster's CRS, never the raster to theirs. Every pixel weighs by its true area. A district that the raster covers by
less than `COVERED_SHARE_MINIMUM` has no figure: a part of a district is not shown as the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.raster_grid import Grid
from layers.overlay.spans import Cells, FloatArray, Spans, cells_of, merged, spans_of, zones_on_grid

COVERED_SHARE_MINIMUM = 0.95
"""Below this covered share of its area a district gets no figure from a raster (issue 4, terrain and climate)."""

LOWEST_M, HIGHEST_M = -500, 7000
"""Altitudes counted, in whole metres: Huascaran has 6,768; what lies beyond is not an altitude of Peru."""

STEEP_RISE = 0.25
"""Rise over run from which land counts as steep: 25 % (issue 4, terrain and climate)."""

SLOPE_PIXEL_M = 300.0
"""Judgement: larger pixels tell no slope. An overview of a third of the resolution already loses 36 % of it
(performance.md); the coarsest DEM in use has 250 m."""

STRIP_PIXELS = 2_000_000
"""Pixels read at a time: a few arrays of them stay near the processor."""

FloatImage = npt.NDArray[np.float32]


class Raster(Protocol):
    """Bands of numbers on a grid without rotation."""

    @property
    def grid(self) -> Grid:
        """Where the pixels lie."""

    @property
    def band_count(self) -> int:
        """How many bands there are."""

    def rows(self, band: int, first: int, last: int) -> FloatImage:
        """Return rows `first` to `last` (excluded) of a band, numbered from 0; NaN where there is no data."""


@dataclass(frozen=True)
class ArrayRaster:
    """A raster that is already in memory."""

    grid: Grid
    values: FloatImage
    """Bands x rows x columns; NaN where there is no data."""

    @property
    def band_count(self) -> int:
        return len(self.values)

    def rows(self, band: int, first: int, last: int) -> FloatImage:
        return self.values[band, first:last]


@dataclass(frozen=True)
class AltitudeZones:
    """Altitude and slope by district, for the districts that touch the raster; areas in square metres."""

    ubigeo: pd.Index
    histogram_m2: FloatArray
    """Districts x metres: area at each whole metre, the first column at `LOWEST_M`."""
    covered_share: pd.Series
    """Area with data over the area of the district, 0-1."""
    slope_known_share: pd.Series
    """Area with a slope over the area of the district, 0-1: a pixel beside one without data has none, nor has one of
    more than `SLOPE_PIXEL_M`."""
    steep_share: pd.Series
    """Area steeper than `STEEP_RISE` over the area with a slope; missing where less than enough has one."""
    implausible_count: int
    """Pixels within districts that hold a number outside `LOWEST_M` to `HIGHEST_M`; they count as without data."""


@dataclass(frozen=True)
class ZoneMeans:
    """Means of each band by district, for the districts that touch the raster."""

    means: pd.DataFrame
    """A column per band (0, 1, ...), indexed by ubigeo; missing below `COVERED_SHARE_MINIMUM`."""
    covered_share: pd.DataFrame
    """Area with data over the area of the district, 0-1, same shape."""
    implausible_count: int
    """Pixels within districts that hold a number outside the limits given; they count as without data."""


def altitude_zones(raster: Raster, districts: gpd.GeoDataFrame) -> AltitudeZones:
    """
    Return how much of each district lies at each metre of altitude, and how much of it is steep.

    Slope is Horn's (3 x 3 pixels, as in GDAL) in metres at full resolution; on a geographic grid the metres of a pixel
    follow its latitude.

    Parameters
    ----------
    raster
        Altitude in metres in its first band.
    districts
        `ubigeo` and polygons, any CRS.

    Raises
    ------
    CrsMismatchError
        If the districts have no CRS.
    """
    zones = zones_on_grid(districts, raster.grid)
    spans = spans_of(zones, raster.grid)
    bins = HIGHEST_M - LOWEST_M + 1
    histogram = np.zeros((len(zones), bins))
    steepness = np.zeros((len(zones), 3))
    implausible = 0
    for strip, cells in _strips(raster, spans, range(1)):
        metres, wrong = _whole_metres(strip.values[0])
        pixel = cells.pixel
        implausible += 0 if wrong is None else _count_pixels(pixel, wrong.ravel()[pixel])
        histogram[cells.present] += _sum_by(cells, metres.ravel()[pixel], bins + 1)[:, 1:]
        steepness[cells.present] += _sum_by(cells, _steepness(strip, raster.grid).ravel()[pixel], 3)
    ubigeo = pd.Index(zones["ubigeo"], name="ubigeo")
    known_share = _share(steepness[:, 1:].sum(axis=1), spans.total_m2)
    enough = known_share >= COVERED_SHARE_MINIMUM
    return AltitudeZones(
        ubigeo=ubigeo,
        histogram_m2=histogram,
        covered_share=pd.Series(_share(histogram.sum(axis=1), spans.total_m2), ubigeo, name="covered_share"),
        slope_known_share=pd.Series(known_share, ubigeo, name="slope_known_share"),
        steep_share=pd.Series(
            np.where(enough, _share(steepness[:, 2], steepness[:, 1:].sum(axis=1)), np.nan), ubigeo, name="steep_share"
        ),
        implausible_count=implausible,
    )


def zone_means(raster: Raster, districts: gpd.GeoDataFrame, *, lowest: float, highest: float) -> ZoneMeans:
    """
    Return the mean of every band in each district, weighted by the area that each pixel shares with it.

    Parameters
    ----------
    districts
        `ubigeo` and polygons, any CRS.
    lowest, highest
        Limits of a plausible value; beyond them a pixel counts as without data, and is counted.

    Raises
    ------
    CrsMismatchError
        If the districts have no CRS.
    """
    zones = zones_on_grid(districts, raster.grid)
    spans = spans_of(zones, raster.grid)
    weight = np.zeros((raster.band_count, len(zones)))
    total = np.zeros_like(weight)
    implausible = 0
    for strip, cells in _strips(raster, spans, range(raster.band_count)):
        once = merged(cells, strip.values[0].size)
        for band, image in enumerate(strip.values):
            values = image.ravel()[once.pixel]
            usable = np.isfinite(values) & (values >= lowest) & (values <= highest)
            implausible += _count_pixels(once.pixel, ~usable & ~np.isnan(values))
            area = np.where(usable, once.area_m2, 0.0)
            weight[band] += _by_zone(once, area, len(zones))
            total[band] += _by_zone(once, area * np.where(usable, values, 0.0), len(zones))
    covered = _share(weight, spans.total_m2)
    means = np.where(covered >= COVERED_SHARE_MINIMUM, _share(total, weight, limit=np.inf), np.nan)
    ubigeo = pd.Index(zones["ubigeo"], name="ubigeo")
    return ZoneMeans(pd.DataFrame(means.T, index=ubigeo), pd.DataFrame(covered.T, index=ubigeo), implausible)


@dataclass(frozen=True)
class _Strip:
    """Rows `first` to `last` (excluded) of some bands, and the same with the row above and below."""

    first: int
    last: int
    with_halo: FloatImage
    """Bands x rows x columns."""

    @property
    def values(self) -> FloatImage:
        return self.with_halo[:, 1:-1]


def _strips(raster: Raster, spans: Spans, bands: range) -> Iterator[tuple[_Strip, Cells]]:
    """Give the rows that zones reach, some at a time; the next are read while these are worked on."""
    if not len(spans.row):
        return
    grid = raster.grid
    step = max(STRIP_PIXELS // (grid.width * len(bands)), 1)
    end = int(spans.row[-1]) + 1
    limits = [(first, min(first + step, end)) for first in range(int(spans.row[0]), end, step)]
    with ThreadPoolExecutor(max_workers=1) as ahead:
        coming = ahead.submit(_read, raster, bands, *limits[0])
        for number in range(len(limits)):
            strip = coming.result()
            if number + 1 < len(limits):
                coming = ahead.submit(_read, raster, bands, *limits[number + 1])
            yield strip, cells_of(spans, grid, strip.first, strip.last)


def _read(raster: Raster, bands: range, first: int, last: int) -> _Strip:
    above, below = max(first - 1, 0), min(last + 1, raster.grid.height)
    # beyond the first and the last row of the raster there is no data
    with_halo = np.full((len(bands), last - first + 2, raster.grid.width), np.nan, dtype=np.float32)
    for place, band in enumerate(bands):
        with_halo[place, above - first + 1 : below - first + 1] = raster.rows(band, above, below)
    return _Strip(first, last, with_halo)


def _whole_metres(values: FloatImage) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_] | None]:
    """Return 1 + metres above `LOWEST_M`, 0 without data; and where a number is no altitude, if anywhere."""
    bins = HIGHEST_M - LOWEST_M + 1
    # fmax and fmin take the other operand where there is NaN, so that no-data ends below the first metre
    shifted = np.fmax(values, np.float32(LOWEST_M - 1))
    shifted -= np.float32(LOWEST_M - 1.5)
    beyond = bool(shifted.max(initial=0.0) >= bins + 1) or bool(np.fmin.reduce(values, axis=None) < LOWEST_M - 0.5)
    if not beyond:
        return shifted.astype(np.int32), None
    wrong = np.isfinite(values) & ((values < LOWEST_M - 0.5) | (shifted >= bins + 1)) | np.isinf(values)
    shifted[wrong] = 0.0
    return shifted.astype(np.int32), wrong


def _steepness(strip: _Strip, grid: Grid) -> npt.NDArray[np.int8]:
    """Return 2 where Horn's slope exceeds `STEEP_RISE`, 1 where it does not, 0 where there is none to tell."""
    values = strip.with_halo[0]
    if grid.pixel_height_m > SLOPE_PIXEL_M:
        return np.zeros(strip.values[0].shape, dtype=np.int8)
    width_m, height_m = grid.pixel_metres(strip.first, strip.last)
    down = values[:-2] + values[2:]
    down += values[1:-1]
    down += values[1:-1]
    east = down[:, 2:] - down[:, :-2]
    across = values[:, :-2] + values[:, 2:]
    across += values[:, 1:-1]
    across += values[:, 1:-1]
    north = across[2:] - across[:-2]
    # eight times the rise, because Horn's weights sum to eight
    east *= (1 / (8 * width_m)).astype(np.float32)[:, None]
    north *= (1 / (8 * height_m)).astype(np.float32)[:, None]
    east *= east
    north *= north
    east += north
    classes = np.zeros(strip.values[0].shape, dtype=np.int8)
    # the middle pixel is not among the eight of Horn: without data it has no slope either
    known = np.isfinite(east) & np.isfinite(values[1:-1, 1:-1])
    classes[:, 1:-1] = known
    classes[:, 1:-1] += known & (east > np.float32(STEEP_RISE**2))
    return classes


def _sum_by(cells: Cells, kind: npt.NDArray[np.integer], kinds: int) -> FloatArray:
    """Return the area of each kind in each of the zones that are present; `kind` is given by entry."""
    key = cells.zone * kinds
    key += kind
    size = len(cells.present) * kinds
    return np.bincount(key, weights=cells.area_m2, minlength=size).reshape(-1, kinds).astype(np.float64)


def _by_zone(cells: Cells, weights: FloatArray, zones: int) -> FloatArray:
    """Return the sum of the weights of each zone, those that are not there included."""
    sums = np.zeros(zones)
    sums[cells.present] = np.bincount(cells.zone, weights=weights, minlength=len(cells.present))
    return sums


def _count_pixels(pixel: npt.NDArray[np.int64], chosen: npt.NDArray[np.bool_]) -> int:
    """Return how many different pixels are chosen: a pixel on a border has an entry for each of its zones."""
    return len(np.unique(pixel[chosen]))


def _share(part: FloatArray, whole: FloatArray, limit: float = 1.0) -> FloatArray:
    """Return part / whole, at most `limit` (sums of floats may pass it by a hair); 0 where there is no whole."""
    divided = np.divide(part, whole, out=np.zeros_like(part), where=np.broadcast_to(whole > 0, part.shape))
    return np.minimum(divided, limit)

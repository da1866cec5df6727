"""
Polygons as runs of cells along the rows of a grid: what a zone covers of a raster, found once and used for every band.

A row is cut by the borders of a zone into pairs of crossings; between the two of a pair lies the zone. Runs of
different zones do not know of each other, so districts that overlap both keep the ground they share.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.errors import CrsMismatchError, Problem
from geodata.raster_grid import Grid

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CENTRE_PIXEL_M = 100.0
"""
Up to this height of a pixel the pixel centre decides whose it is: on a DEM of 3 arc-seconds such means lie within
1.9 m of exactextract (performance.md). A higher pixel is cut into sub-rows, exact along the row.
"""

SMALL_ZONE_PIXELS = 10_000
"""Zones of fewer pixels are cut into sub-rows whatever the pixel: on a rough DEM of 3 arc-seconds the means of small
districts by pixel centre were up to 2.9 m off exactextract, with this at most 1.2 m (tests/bench_zonal.py)."""

SUB_ROW_M = 50.0
"""Height of a sub-row: on the real pack the rain of every district is then within 1 % of exactextract."""

SUB_ROWS_MINIMUM = 4


@dataclass(frozen=True)
class Spans:
    """Runs sorted by row: zone `zone` covers row `row` from column `first` to column `last` (fractions of a pixel)."""

    row: IntArray
    zone: IntArray
    first: FloatArray
    last: FloatArray
    height: FloatArray
    """Share of the row's height that the run stands for: 1, or less where the row is cut into sub-rows."""
    total_m2: FloatArray
    """By zone: area of all its runs, those outside the raster included."""


@dataclass(frozen=True)
class Cells:
    """What the zones cover of some rows: one entry per pixel and zone."""

    present: IntArray
    """Numbers of the zones that are there."""
    zone: IntArray
    """By entry: place of its zone in `present`."""
    pixel: IntArray
    """By entry: place of its pixel in the flattened rows."""
    area_m2: FloatArray


def zones_on_grid(districts: gpd.GeoDataFrame, grid: Grid) -> gpd.GeoDataFrame:
    """
    Return the districts that touch the raster, in the raster's CRS; the raster itself is never reprojected.

    Raises
    ------
    CrsMismatchError
        If the districts have no CRS.
    """
    if districts.crs is None:
        raise CrsMismatchError(
            [
                Problem(
                    what="capa sin CRS",
                    where="districts",
                    expected="una capa con su CRS declarado",
                    found="sin CRS",
                    repair="declare el CRS verdadero de la capa",
                )
            ]
        )
    there = districts[["ubigeo", "geometry"]].to_crs(grid.crs)
    west, south, east, north = grid.bounds
    bounds = there.geometry.bounds
    touches = (bounds["minx"] < east) & (bounds["maxx"] > west) & (bounds["miny"] < north) & (bounds["maxy"] > south)
    return there[touches]


def spans_of(zones: gpd.GeoDataFrame, grid: Grid) -> Spans:
    """
    Return the runs of every zone along the rows of the grid.

    Parameters
    ----------
    zones
        Polygons in the CRS of the grid (`zones_on_grid`); the position of a row is the number of its zone.

    Returns
    -------
    spans
        By pixel centre where pixels are small (`CENTRE_PIXEL_M`) and the zone is not (`SMALL_ZONE_PIXELS`), otherwise
        by sub-row with exact ends.
    """
    shapes = zones.geometry.to_numpy()
    height_m = grid.pixel_height_m
    pixels = shapely.area(shapes) / abs(grid.pixel_width * grid.pixel_height)
    fine = (pixels < SMALL_ZONE_PIXELS) | (height_m > CENTRE_PIXEL_M)
    sub_rows = max(int(np.ceil(height_m / SUB_ROW_M)), SUB_ROWS_MINIMUM)
    runs = [_runs(shapes, np.flatnonzero(~fine), grid, 1), _runs(shapes, np.flatnonzero(fine), grid, sub_rows)]
    row, zone, first, last, height = (np.concatenate(parts) for parts in zip(*runs, strict=True))
    lowest, highest = (int(row.min()), int(row.max()) + 1) if len(row) else (0, 0)
    area = grid.row_areas_m2(lowest, highest)[row - lowest] * height
    total = np.bincount(zone, weights=(last - first) * area, minlength=len(zones)).astype(np.float64)
    first, last = np.clip(first, 0, grid.width), np.clip(last, 0, grid.width)
    inside = np.flatnonzero((row >= 0) & (row < grid.height) & (last > first))
    inside = inside[np.argsort(row[inside], kind="stable")]
    return Spans(row[inside], zone[inside], first[inside], last[inside], height[inside], total)


def _runs(
    shapes: npt.NDArray[np.object_], chosen: IntArray, grid: Grid, sub_rows: int
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray]:
    """Return row, zone, first, last and height of the runs of the chosen zones."""
    row, place, column = _crossings(shapes[chosen], grid, sub_rows)
    order = np.lexsort((column, place, row))
    row, place, column = row[order], place[order], column[order]
    first, last = column[0::2], column[1::2]
    if sub_rows == 1:
        # a pixel belongs to the run that holds its centre
        first, last = np.ceil(first - 0.5), np.ceil(last - 0.5)
    return row[0::2] // sub_rows, chosen[place[0::2]], first, last, np.full(len(first), 1 / sub_rows)


def cells_of(spans: Spans, grid: Grid, first_row: int, last_row: int) -> Cells:
    """
    Return the pixels of rows `first_row` to `last_row` (excluded) that zones cover, with the area that each covers.

    A pixel on a border appears once for each zone; where a pixel has sub-rows, once for each of them.
    """
    window = slice(*np.searchsorted(spans.row, [first_row, last_row]))
    row, zone, first, last = spans.row[window], spans.zone[window], spans.first[window], spans.last[window]
    start, stop = np.floor(first).astype(np.int64), np.ceil(last).astype(np.int64)
    count = stop - start
    begins = np.cumsum(count) - count
    pixel = np.arange(count.sum()) + np.repeat((row - first_row) * grid.width + start - begins, count)
    area = grid.row_areas_m2(first_row, last_row)[row - first_row] * spans.height[window]
    area_m2 = np.repeat(area, count)
    # the first and the last pixel of a run may be in it by a part
    area_m2[begins] -= area * (first - start)
    area_m2[begins + count - 1] -= area * (stop - last)
    present, local = np.unique(zone, return_inverse=True)
    return Cells(present, np.repeat(local, count), pixel, area_m2)


def merged(cells: Cells, pixels: int) -> Cells:
    """Return the cells with one entry per pixel and zone, where sub-rows gave several; `pixels` is all there are."""
    key, place = np.unique(cells.zone * pixels + cells.pixel, return_inverse=True)
    area_m2 = np.bincount(place, weights=cells.area_m2, minlength=len(key)).astype(np.float64)
    return Cells(cells.present, key // pixels, key % pixels, area_m2)


def _crossings(shapes: npt.NDArray[np.object_], grid: Grid, sub_rows: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Return sub-row, zone and column of every place where a border crosses the middle of a sub-row."""
    parts, zone_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    x = (points[:, 0] - grid.west) / grid.pixel_width
    y = (points[:, 1] - grid.top) / grid.pixel_height * sub_rows
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    # the sub-rows whose middle lies between the two ends, the lower end included and the upper not
    begin = np.ceil(np.minimum(y[edge], y[edge + 1]) - 0.5).astype(np.int64)
    count = np.ceil(np.maximum(y[edge], y[edge + 1]) - 0.5).astype(np.int64) - begin
    edge, begin, count = edge[count > 0], begin[count > 0], count[count > 0]
    row = np.arange(count.sum()) + np.repeat(begin - (np.cumsum(count) - count), count)
    slope = (x[edge + 1] - x[edge]) / (y[edge + 1] - y[edge])
    column = np.repeat(x[edge] - slope * y[edge], count) + np.repeat(slope, count) * (row + 0.5)
    zone = np.repeat(zone_of_part[part_of_ring[ring[edge]]].astype(np.int64), count)
    return row, zone, column

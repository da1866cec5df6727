"""
Approximate district shapes for the embedded default data set.

The published packages give the seat and the area of every district and the outline of every department, but no district
limits. This script divides each department into one cell per seat on a 0.01 degree grid, with a Voronoi diagram
weighted until each cell has its district's known area (`pipelines.demo_partition`), and melts the grid steps into
slanted borders. `python -m pipelines.demo_cells` writes `geodata/demo/cells.parquet`, which is committed; the
application only reads that file.

The cells are not the legal limits, nor the census limits, of any district.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from rasterio import Affine, features
from rich.logging import RichHandler

import geodata.demo
from geodata import crs
from pipelines.demo_partition import Domain, FloatArray, IntArray, divide, snap_seats

log = logging.getLogger(__name__)

ShapeArray = npt.NDArray[np.object_]

DEMO_FOLDER = Path(geodata.demo.__file__).parent

GRID_STEP_DEG = 0.01
# The authalic radius: the sphere with the area of the ellipsoid, so that grid cells add up to true areas.
EARTH_RADIUS_KM = 6371.007
KM_PER_DEG = float(np.radians(1.0)) * EARTH_RADIUS_KM

# Natural Earth draws Callao with 55 of its 147 km2 and leaves four of its seven seats in Lima, so both are divided
# together and the limit between them is that of the cells.
SHARED_OUTLINE = {"07": "15"}

# Judgement: a piece cut off from its seat goes to its neighbours unless it is this share of the whole cell.
KEPT_PIECE_SHARE = 0.25
# Judgement: the tolerance that melts grid steps of 0.01 degrees into slanted borders and keeps one-cell districts.
SMOOTHING_DEG = 0.013


@dataclass(frozen=True)
class Grid:
    """A grid of GRID_STEP_DEG: its western and northern limit in degrees, and its rows and columns."""

    west: float
    north: float
    shape: tuple[int, int]

    def lonlat(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Return the middle of grid cells in degrees, shape (cells, 2)."""
        return np.column_stack([self.west + (columns + 0.5) * GRID_STEP_DEG, self.north - (rows + 0.5) * GRID_STEP_DEG])


def main() -> None:
    """Compute the cells of the whole country and write them."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[RichHandler(show_path=False)])
    started = time.perf_counter()
    districts = read_districts()
    cells = district_cells(districts, read_departments())
    write_cells(cells, DEMO_FOLDER / "cells.parquet")
    within_2, within_25_pct = area_agreement(crs.area_km2(cells.geometry).to_numpy(), districts["area_km2"].to_numpy())
    log.info("%d cells in %.1f s", len(cells), time.perf_counter() - started)
    log.info("areas within a factor of 2: %.1f %%; within 25 %%: %.1f %%", 100 * within_2, 100 * within_25_pct)


def read_districts() -> pd.DataFrame:
    """Return the committed facts of the 1,891 districts, in order of ubigeo (columns: SOURCES.md)."""
    return pd.read_csv(DEMO_FOLDER / "districts.csv", dtype={"ubigeo": "str"}, encoding="utf-8")


def read_departments() -> gpd.GeoDataFrame:
    """Return the 25 department outlines of Natural Earth: ubigeo, department, geometry in EPSG:4326."""
    return gpd.read_file(DEMO_FOLDER / "departments.geojson")[["ubigeo", "department", "geometry"]]


def read_cells() -> gpd.GeoDataFrame:
    """Return the committed cells: ubigeo, geometry in EPSG:4326, in order of ubigeo."""
    return gpd.read_parquet(DEMO_FOLDER / "cells.parquet")


def write_cells(cells: gpd.GeoDataFrame, path: Path) -> None:
    """Write the cells as GeoParquet; the same cells give the same bytes with the same library versions."""
    cells.to_parquet(path, compression="zstd", compression_level=19, index=False)


def area_agreement(area_km2: FloatArray, known_km2: FloatArray) -> tuple[float, float]:
    """Return the share of cells within a factor of 2, and the share within 25 %, of their known area."""
    ratio = area_km2 / known_km2
    return float(np.mean((ratio >= 0.5) & (ratio <= 2.0))), float(np.mean(np.abs(ratio - 1.0) <= 0.25))


def district_cells(districts: pd.DataFrame, departments: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Divide each department into one cell per district.

    Parameters
    ----------
    districts
        ubigeo, capital_longitude, capital_latitude (degrees), area_km2 (the goal; scaled to fill the outline).
    departments
        ubigeo ("010000"), geometry; a coverage in EPSG:4326.

    Returns
    -------
    cells
        ubigeo, geometry (Polygon or MultiPolygon, EPSG:4326), one row per district in the order given. They form a
        valid coverage; each district has at least one grid cell, and that of its seat is its own.
    """
    grid, labels = _label_grid(departments)
    owners = np.full(grid.shape, -1, dtype=np.int64)
    seat_cells = np.zeros((len(districts), 2), dtype=np.int64)
    outlines = _outline_numbers(districts["ubigeo"])
    lonlat = districts[["capital_longitude", "capital_latitude"]].to_numpy(float)
    for number in np.unique(outlines):
        started = time.perf_counter()
        members = np.flatnonzero(outlines == number)
        domain, seats_km = _domain(grid, labels == number, lonlat[members])
        seats = snap_seats(domain.xy_km, seats_km)
        parts = divide(domain, seats, districts["area_km2"].to_numpy(float)[members])
        owners[domain.rows, domain.columns] = members[parts]
        seat_cells[members] = np.column_stack([domain.rows[seats], domain.columns[seats]])
        log.info("outline %02d: %d cells in %.1f s", number, len(members), time.perf_counter() - started)
    owners = absorb_fragments(owners, labels, seat_cells)
    shapes = _to_degrees(smooth(_pixel_polygons(owners, len(districts))), grid)
    return gpd.GeoDataFrame({"ubigeo": districts["ubigeo"].to_numpy()}, geometry=shapes, crs=crs.ON_DISK)


def _outline_numbers(ubigeo: pd.Series) -> IntArray:
    return ubigeo.str[:2].replace(SHARED_OUTLINE).to_numpy(dtype=np.int64)


def _label_grid(departments: gpd.GeoDataFrame) -> tuple[Grid, IntArray]:
    """Return a grid over all outlines and the outline number of each grid cell (0 outside)."""
    west, south, east, north = departments.total_bounds / GRID_STEP_DEG
    top, left = int(np.ceil(north)), int(np.floor(west))
    shape = (top - int(np.floor(south)), int(np.ceil(east)) - left)
    grid = Grid(left * GRID_STEP_DEG, top * GRID_STEP_DEG, shape)
    labels = features.rasterize(
        zip(departments.geometry, _outline_numbers(departments["ubigeo"]), strict=True),
        out_shape=shape,
        transform=Affine(GRID_STEP_DEG, 0, grid.west, 0, -GRID_STEP_DEG, grid.north),
        dtype="int32",
    )
    return grid, labels.astype(np.int64)


def _domain(grid: Grid, inside: npt.NDArray[np.bool_], seats: FloatArray) -> tuple[Domain, FloatArray]:
    """Return the chosen grid cells as a domain, and the seats (degrees) on the same local plane (km)."""
    rows, columns = np.nonzero(inside)
    lonlat = grid.lonlat(rows, columns)
    middle = lonlat.mean(axis=0)
    scale = KM_PER_DEG * np.array([np.cos(np.radians(middle[1])), 1.0])
    height_km = GRID_STEP_DEG * KM_PER_DEG
    area_km2 = height_km**2 * np.cos(np.radians(lonlat[:, 1]))
    return Domain(rows, columns, (lonlat - middle) * scale, area_km2, height_km), (seats - middle) * scale


def absorb_fragments(owners: IntArray, labels: IntArray, seat_cells: IntArray) -> IntArray:
    """
    Return the owners after giving away the small pieces of a cell that are cut off from its seat.

    Parameters
    ----------
    owners, labels
        District (-1 outside) and outline of each grid cell; a piece goes to neighbours of its own outline only.
        Pieces without such neighbours (islands) stay as they are.
    seat_cells
        Row and column of the seat of each district.
    """
    # a frame of nothing: rolling the array must not make neighbours of opposite sides
    framed, outline = np.pad(owners, 1, constant_values=-1), np.pad(labels, 1)
    cut_off = np.pad(_cut_off(owners, seat_cells), 1)
    result = np.where(cut_off, -1, framed)
    while True:
        before = result.copy()
        for shift, axis in ((1, 0), (-1, 0), (1, 1), (-1, 1)):
            neighbour, same_outline = np.roll(before, shift, axis), np.roll(outline, shift, axis) == outline
            result = np.where(cut_off & (result < 0) & (neighbour >= 0) & same_outline, neighbour, result)
        if (result == before).all():
            return np.where(result < 0, framed, result)[1:-1, 1:-1]


def _cut_off(owners: IntArray, seat_cells: IntArray) -> npt.NDArray[np.bool_]:
    size = np.bincount(owners[owners >= 0], minlength=len(seat_cells))
    loose = [
        piece
        for piece, owner in _pieces(owners)
        if piece.area < KEPT_PIECE_SHARE * size[owner]
        and not shapely.contains_xy(piece, seat_cells[owner, 1] + 0.5, seat_cells[owner, 0] + 0.5)
    ]
    if not loose:
        return np.zeros(owners.shape, dtype=bool)
    return features.rasterize(loose, out_shape=owners.shape, dtype="uint8").astype(bool)


def _pieces(owners: IntArray) -> Iterator[tuple[shapely.Polygon, int]]:
    """Yield each connected piece of equal owners, in pixel coordinates (x column, y row), with its owner."""
    for shape, owner in features.shapes(owners.astype(np.int32), mask=owners >= 0, connectivity=4):
        yield shapely.geometry.shape(shape), int(owner)


def _pixel_polygons(owners: IntArray, count: int) -> ShapeArray:
    """Return one shape per owner; neighbours share every grid node of their common border."""
    pieces: list[list[shapely.Polygon]] = [[] for _ in range(count)]
    for shape, owner in _pieces(owners):
        # nodes at every grid step: without them a corner of one cell would touch the edge of another
        pieces[owner].append(shapely.segmentize(shape, 1.0))
    return np.array([own[0] if len(own) == 1 else shapely.MultiPolygon(own) for own in pieces], dtype=object)


def smooth(shapes: ShapeArray) -> ShapeArray:
    """Return the coverage (pixel coordinates) with its steps melted into slanted borders, still a coverage."""
    smoothed: ShapeArray = shapely.coverage_simplify(shapes, SMOOTHING_DEG / GRID_STEP_DEG)
    return smoothed


def _to_degrees(shapes: ShapeArray, grid: Grid) -> ShapeArray:
    def place(pixels: FloatArray) -> FloatArray:
        # every node is a grid node: rounding to the grid is exact and keeps the file small
        return np.round([grid.west, grid.north] + pixels * [GRID_STEP_DEG, -GRID_STEP_DEG], 2)

    placed: ShapeArray = shapely.normalize(shapely.transform(shapes, place))
    return placed


if __name__ == "__main__":
    main()

"""
Simulated terrain and rain of the embedded default data set: two coarse grids through the same engine as real rasters.

Real: the altitude of the 1,891 capitals, from which the grid is interpolated. Simulated: what lies between and above
them (capitals lie in valleys, so land is raised around them), the slopes and all the rain. A figure made from these
grids says nothing about the district that carries it.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import crs
from geodata.raster_grid import Grid
from layers.climate import MONTHS
from layers.overlay.zones import ArrayRaster
from pipelines.terrain import Announce, Source, TerrainTables, tables_of

DEMO_SEED = 2025
SIMULATED = "simulated_grid"

STEP_DEG = 0.1
# pixels of altitude in one of rain, per side: districts smaller than a pixel of rain still have some relief
FINER = 2

# Judgement: the land of a district rises this much above its seat, on average, and varies as much around it.
RELIEF_SHARE = 0.08
# Judgement, mm a year: the desert coast, the inter-Andean valleys and the eastern slope, in their order of magnitude.
RAIN_MM = {"Costa": 30.0, "Sierra": 700.0, "Selva": 2200.0}
# Judgement: share of the year's rain by month in the Andes: wet January to March, dry June to August.
MONTHLY_SHARES = (0.17, 0.18, 0.18, 0.09, 0.04, 0.02, 0.02, 0.03, 0.05, 0.06, 0.06, 0.10)
# Judgement: half of a district is steep where a tenth of its land lies this far above another tenth.
HALF_STEEP_RELIEF_M = 900.0


def demo_terrain_tables(
    districts: gpd.GeoDataFrame, seed: int = DEMO_SEED, announce: Announce = lambda _: None
) -> TerrainTables:
    """
    Return simulated terrain and rain of the districts; the same seed gives the same tables.

    Parameters
    ----------
    districts
        `ubigeo`, `natural_region`, `capital_longitude`, `capital_latitude`, `capital_altitude_m` and polygons
        (EPSG:4326).
    """
    altitude, rain = simulated_rasters(districts, np.random.default_rng([seed, 40]))
    sources = [Source(SIMULATED, "terrain", altitude), Source(SIMULATED, "rain", rain)]
    tables = tables_of(sources, districts, announce)
    terrain = tables.terrain.assign(slope_above_25_pct=simulated_slope_pct(tables.terrain))
    # the engine tells no slope from pixels of kilometres: this one is simulated, and the remark is of no use here
    findings = [finding for finding in tables.findings["terrain"] if finding.code != "slope_unknown"]
    sloped = pd.DataFrame({"ubigeo": terrain["ubigeo"], "field": "slope_above_25_pct", "method": SIMULATED})
    methods = pd.concat([tables.methods, sloped], ignore_index=True)
    return replace(tables, terrain=terrain, methods=methods, findings={**tables.findings, "terrain": findings})


def simulated_slope_pct(terrain: pd.DataFrame) -> pd.Series:
    """Return a share of steep land (0-100) that grows with the relief of the district."""
    relief_m = terrain["altitude_p90_m"] - terrain["altitude_p10_m"]
    return 100.0 * relief_m / (relief_m + HALF_STEEP_RELIEF_M)


def simulated_rasters(districts: gpd.GeoDataFrame, random: np.random.Generator) -> tuple[ArrayRaster, ArrayRaster]:
    """Return a grid of altitudes (m) that passes near every capital, and twelve of monthly rain (mm)."""
    grid = _grid_over(districts)
    annual_mm = districts["natural_region"].map(RAIN_MM).to_numpy(np.float32)
    seats = districts["capital_altitude_m"].to_numpy(np.float32)
    surface, annual = _interpolated(grid, districts, np.column_stack([seats, annual_mm]))
    surface = surface.repeat(FINER, axis=0).repeat(FINER, axis=1)
    surface *= 1.0 + RELIEF_SHARE * (1.0 + random.standard_normal(surface.shape))
    finer = replace(
        grid,
        width=grid.width * FINER,
        height=grid.height * FINER,
        pixel_width=grid.pixel_width / FINER,
        pixel_height=grid.pixel_height / FINER,
    )
    monthly = annual * np.array(MONTHLY_SHARES).reshape(MONTHS, 1, 1)
    monthly *= random.uniform(0.8, 1.2, monthly.shape)
    # above the sea, below Huascaran
    altitude = np.clip(surface, 1.0, 6500.0)[None].astype(np.float32)
    return ArrayRaster(finer, altitude), ArrayRaster(grid, monthly.astype(np.float32))


def _grid_over(districts: gpd.GeoDataFrame) -> Grid:
    west, south, east, north = districts.total_bounds / STEP_DEG
    # whole steps, a pixel beyond on every side
    left, top = np.floor(west) - 1, np.ceil(north) + 1
    width, height = int(np.ceil(east) + 1 - left), int(top - np.floor(south) + 1)
    return Grid(crs.ON_DISK, width, height, left * STEP_DEG, top * STEP_DEG, STEP_DEG, -STEP_DEG)


def _interpolated(grid: Grid, districts: gpd.GeoDataFrame, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return, per column of `values`, their mean over the capitals by the fourth power of the inverse distance."""
    x = grid.west + grid.pixel_width * (np.arange(grid.width) + 0.5)
    y = grid.top + grid.pixel_height * (np.arange(grid.height) + 0.5)
    squared_x = ((x[:, None] - districts["capital_longitude"].to_numpy(float)) ** 2).astype(np.float32)
    squared_y = ((y[:, None] - districts["capital_latitude"].to_numpy(float)) ** 2).astype(np.float32)
    surfaces = np.empty((values.shape[1], grid.height, grid.width))
    for row, squared in enumerate(squared_y):
        # a hundredth of a degree away at least, so that no distance is zero
        weights = np.reciprocal(squared_x + squared + np.float32(1e-4))
        weights *= weights
        surfaces[:, row] = (weights @ values / weights.sum(axis=1, keepdims=True)).T
    return surfaces

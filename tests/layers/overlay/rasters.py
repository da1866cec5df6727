"""Rasters and districts small enough to count their pixels."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geodata.raster_grid import Grid
from layers.overlay.zones import ArrayRaster

UTM = CRS.from_epsg(32718)
WEST, TOP = 500_000.0, 8_700_000.0


def metres(values: npt.ArrayLike, pixel: float | tuple[float, float] = 90.0) -> ArrayRaster:
    """Return a raster in UTM 18S; `pixel` is its side, or width and height, in metres."""
    bands = np.array(values, dtype=np.float32)
    bands = bands if bands.ndim == 3 else bands[None]
    width, height = pixel if isinstance(pixel, tuple) else (pixel, pixel)
    return ArrayRaster(Grid(UTM, bands.shape[2], bands.shape[1], WEST, TOP, width, -height), bands)


def block(column: float, row: float, columns: float, rows: float, pixel: float = 90.0) -> BaseGeometry:
    """Return the rectangle from a column and a row of such a raster on."""
    west, top = WEST + pixel * column, TOP - pixel * row
    return box(west, top - pixel * rows, west + pixel * columns, top)


def zones(*shapes: BaseGeometry, crs: object = UTM, regions: Sequence[str] | None = None) -> gpd.GeoDataFrame:
    """Return districts "010101", "010102", … of those shapes."""
    codes = pd.Series([f"0101{number:02d}" for number in range(1, len(shapes) + 1)], dtype="str")
    region = list(regions) if regions else ["Sierra"] * len(shapes)
    return gpd.GeoDataFrame({"ubigeo": codes, "natural_region": region}, geometry=list(shapes), crs=crs)

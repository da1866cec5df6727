"""
Where the pixels of a raster lie, and how large they truly are.

Only grids without rotation: the readers refuse the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer

from geodata import crs as named_crs

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """Where the pixels of a raster without rotation lie; `pixel_height` is negative in a raster whose north is up."""

    crs: CRS
    width: int
    height: int
    west: float
    top: float
    pixel_width: float
    pixel_height: float

    def row_areas_m2(self, first: int, last: int) -> FloatArray:
        """
        Return the true area of one pixel of each row from `first` to `last` (excluded), in square metres.

        On a geographic grid the area falls towards the poles (EPSG:6933); on a projected one it is that of the plane.
        """
        edges = self.top + self.pixel_height * np.arange(first, last + 1)
        if not self.crs.is_geographic:
            return np.full(last - first, abs(self.pixel_width * self.pixel_height) * self._unit_m**2)
        to_equal_area = Transformer.from_crs(self.crs.geodetic_crs, named_crs.EQUAL_AREA, always_xy=True)
        x, y = to_equal_area.transform(np.full(len(edges), abs(self.pixel_width)), np.clip(edges, -90.0, 90.0))
        return np.abs(np.diff(y)) * np.asarray(x)[:-1]

    def pixel_metres(self, first: int, last: int) -> tuple[FloatArray, FloatArray]:
        """Return width and height in metres of the pixels of each row from `first` to `last` (excluded)."""
        ones = np.ones(last - first)
        if not self.crs.is_geographic:
            return ones * abs(self.pixel_width) * self._unit_m, ones * abs(self.pixel_height) * self._unit_m
        latitude = np.radians(self.top + self.pixel_height * (np.arange(first, last) + 0.5))
        # radii of curvature of the ellipsoid: along the parallel, along the meridian
        flattened = 1 - named_crs.GEOD.es * np.sin(latitude) ** 2
        parallel = named_crs.GEOD.a / np.sqrt(flattened) * np.cos(latitude)
        meridian = named_crs.GEOD.a * (1 - named_crs.GEOD.es) / flattened**1.5
        return parallel * np.radians(abs(self.pixel_width)), meridian * np.radians(abs(self.pixel_height))

    @property
    def pixel_height_m(self) -> float:
        """Height of a pixel in the middle row, in metres."""
        return float(self.pixel_metres(self.height // 2, self.height // 2 + 1)[1][0])

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, in the units of the CRS."""
        right, bottom = self.west + self.width * self.pixel_width, self.top + self.height * self.pixel_height
        return min(self.west, right), min(self.top, bottom), max(self.west, right), max(self.top, bottom)

    @property
    def _unit_m(self) -> float:
        return float(self.crs.axis_info[0].unit_conversion_factor)

"""Shapes that the tests of the overlay engine share."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

WGS84 = "EPSG:4326"


def districts(*shapes: BaseGeometry) -> gpd.GeoDataFrame:
    """Return districts 010101, 010102… with these shapes."""
    codes = [f"{10101 + number:06d}" for number in range(len(shapes))]
    return gpd.GeoDataFrame({"ubigeo": codes}, geometry=list(shapes), crs=WGS84)


def roads(*shapes: BaseGeometry | None, network: Sequence[str | None] | str = "vecinal") -> gpd.GeoDataFrame:
    """Return roads with these shapes, of one network or one each."""
    names = [network] * len(shapes) if isinstance(network, str) else list(network)
    return gpd.GeoDataFrame({"network": names}, geometry=list(shapes), crs=WGS84)


def wandering(seed: int, count: int) -> list[LineString]:
    """Return random lines over the tiny country and a little beyond."""
    random = np.random.default_rng(seed)
    lines = []
    for _ in range(count):
        steps = random.normal(0, 0.2, (int(random.integers(2, 8)), 2))
        lines.append(LineString(random.uniform([-76.2, -12.2], [-73.8, -10.8]) + np.cumsum(steps, axis=0)))
    return lines


def counted_kinds(frame: gpd.GeoDataFrame) -> list[str]:
    """Return the kind of each shape."""
    return [shapely.GeometryType(code).name for code in shapely.get_type_id(frame.geometry.to_numpy())]

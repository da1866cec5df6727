"""Roads and way-points on the tiny country: department 01 is the lower row of squares, department 02 the upper."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point

from geodata.crs import GEOD
from tests.tiny import SIDE_DEG, SOUTH, WEST

LOWER, UPPER = SOUTH + SIDE_DEG / 2, SOUTH + 1.5 * SIDE_DEG
"""Latitudes of the middle of department 01 and of department 02."""


def along(latitude: float, first: float, last: float) -> LineString:
    """Return a line due east; `first` and `last` count squares from the western edge."""
    return LineString([(WEST + SIDE_DEG * first, latitude), (WEST + SIDE_DEG * last, latitude)])


def km(line: LineString) -> float:
    """Return its geodesic length, vertex by vertex."""
    return float(GEOD.geometry_length(line)) / 1000


def roads(rows: Sequence[tuple]) -> gpd.GeoDataFrame:
    """Return a `roads` layer from (network, department, surface, condition, line)."""
    frame = pd.DataFrame([row[:4] for row in rows], columns=["network", "department_code", "surface", "condition"])
    frame = frame.astype("str").assign(declared_km=float("nan"))
    frame.insert(1, "route_code", pd.Series([f"AB-{number}" for number in range(len(rows))], dtype="str"))
    return gpd.GeoDataFrame(frame, geometry=[row[4] for row in rows], crs="EPSG:4326")


def route_points(rows: Sequence[tuple[str, str, str, float, float, float]]) -> gpd.GeoDataFrame:
    """Return a `road_route_points` layer from (network, department, route, position, x in squares, latitude)."""
    frame = pd.DataFrame(
        {
            "network": [row[0] for row in rows],
            "department_code": [row[1] for row in rows],
            "route_code": [row[2] for row in rows],
            "position": [float(row[3]) for row in rows],
            "place": [f"Lugar {number}" for number in range(len(rows))],
            "point_type": "INTERMEDIO",
        }
    )
    return gpd.GeoDataFrame(frame, geometry=[Point(WEST + SIDE_DEG * row[4], row[5]) for row in rows], crs="EPSG:4326")

"""
Coordinate reference systems, named by their purpose.

The Sierra spans UTM 17S, 18S and 19S, so no single UTM zone serves the country (UTM 18S overstates area by 0.63 %
at Puno). Areas are taken in an equal-area projection, lengths on the ellipsoid.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS, Geod

from geodata.errors import CrsMismatchError, Problem

ON_DISK = CRS.from_epsg(4326)
"""Everything stored: WGS 84, longitude and latitude in degrees."""

EQUAL_AREA = CRS.from_epsg(6933)
"""Areas: NSIDC EASE-Grid 2.0, a cylindrical equal-area projection on WGS 84."""

GEOD = Geod(ellps="WGS84")
"""Lengths and distances: geodesics on the WGS 84 ellipsoid, in metres."""

SQUARE_METRES_PER_KM2 = 1e6


def require_crs(expected: CRS, **layers: gpd.GeoDataFrame | gpd.GeoSeries) -> None:
    """
    Raise if any of the named layers is not in the expected CRS.

    Raises
    ------
    CrsMismatchError
        One problem per layer that has no CRS or another one.
    """
    problems = [
        Problem(
            what="CRS distinto del necesario",
            where=name,
            expected=f"EPSG:{expected.to_epsg()}",
            found="sin CRS" if layer.crs is None else layer.crs.to_string(),
            repair=f"reproyecte la capa a EPSG:{expected.to_epsg()} o declare su CRS verdadero",
        )
        for name, layer in layers.items()
        if layer.crs is None or not _is_same(CRS.from_user_input(layer.crs), expected)
    ]
    if problems:
        raise CrsMismatchError(problems)


def _is_same(crs: CRS, expected: CRS) -> bool:
    """Return whether two CRS are one: OGC:CRS84 and the WKT of other makers are EPSG:4326 for a file in x, y order."""
    return crs.equals(expected, ignore_axis_order=True) or crs.to_epsg() == expected.to_epsg()


def area_km2(shapes: gpd.GeoSeries) -> pd.Series:
    """
    Return the area of each polygon in square kilometres.

    Parameters
    ----------
    shapes
        Polygons in EPSG:4326, full resolution: a simplified border is not a source of areas.

    Returns
    -------
    area_km2
        Measured in EPSG:6933 (equal-area), indexed like `shapes`.
    """
    require_crs(ON_DISK, shapes=shapes)
    return (shapes.to_crs(EQUAL_AREA).area / SQUARE_METRES_PER_KM2).rename("area_km2")


def distance_km(
    longitude: npt.ArrayLike, latitude: npt.ArrayLike, to_longitude: npt.ArrayLike, to_latitude: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Return geodesic distances in kilometres between pairs of points given in degrees."""
    _, _, metres = GEOD.inv(
        np.asarray(longitude, float),
        np.asarray(latitude, float),
        np.asarray(to_longitude, float),
        np.asarray(to_latitude, float),
    )
    return np.asarray(metres, dtype=np.float64) / 1000.0

"""Points in districts."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from layers.overlay.shapes import Floats, Rows, Shapes


def points_in_districts(longitude: pd.Series, latitude: pd.Series, districts: gpd.GeoDataFrame) -> pd.Series:
    """
    Return the ubigeo of the district that contains each point; missing outside every district.

    Where districts overlap, the first in the frame wins.

    Parameters
    ----------
    longitude, latitude
        Degrees (EPSG:4326), same index.
    districts
        `ubigeo` and polygons in EPSG:4326.

    Returns
    -------
    ubigeo
        Text, indexed like `longitude`.

    Raises
    ------
    CrsMismatchError
        If the districts are in another CRS.
    """
    crs.require_crs(crs.ON_DISK, districts=districts)
    rows = first_holding(
        longitude.to_numpy(dtype=np.float64), latitude.to_numpy(dtype=np.float64), districts.geometry.to_numpy()
    )
    codes = districts["ubigeo"].astype("str").to_numpy(dtype=object)
    # a country without districts has no code to take, not even to throw it away
    values = np.where(rows >= 0, codes[rows], None) if len(codes) else np.full(len(rows), None)
    return pd.Series(values, index=longitude.index, name="ubigeo", dtype="str")


def first_holding(
    x: Floats, y: Floats, areas: Shapes, holds: Callable[[object, Floats, Floats], object] = shapely.contains_xy
) -> Rows:
    """
    Return the position of the first area that holds each point, -1 where none does.

    Points are sorted by x once; each area, prepared, tests only those within its bounds. This avoids both a join table
    and building a geometry per point. `holds` is `shapely.contains_xy` (a point on a border lies in no area) or
    `shapely.intersects_xy` (it lies in the first of those that share the border).
    """
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    shapely.prepare(areas)
    bounds = shapely.bounds(areas)
    first = np.searchsorted(x, bounds[:, 0], side="left")
    last = np.searchsorted(x, bounds[:, 2], side="right")
    found = np.full(len(x), -1, dtype=np.intp)
    for row, area in enumerate(areas):
        window = slice(first[row], last[row])
        near = (y[window] >= bounds[row, 1]) & (y[window] <= bounds[row, 3]) & (found[window] < 0)
        candidates = np.flatnonzero(near) + first[row]
        inside = candidates[np.asarray(holds(area, x[candidates], y[candidates]), dtype=bool)]
        found[inside] = row
    rows = np.empty_like(found)
    rows[order] = found
    return rows

"""The spatial joins that the layers share."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs


def points_in_districts(longitude: pd.Series, latitude: pd.Series, districts: gpd.GeoDataFrame) -> pd.Series:
    """
    Return the ubigeo of the district that contains each point; missing outside every district.

    Points are sorted by longitude once; each district, prepared, tests only those within its bounds. This avoids both
    a join table and building a geometry per point. Where districts overlap, the first in the frame wins.

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
    """
    crs.require_crs(crs.ON_DISK, districts=districts)
    order = np.argsort(longitude.to_numpy(), kind="stable")
    x = longitude.to_numpy(dtype=np.float64)[order]
    y = latitude.to_numpy(dtype=np.float64)[order]
    shapes = districts.geometry.to_numpy()
    shapely.prepare(shapes)
    bounds = shapely.bounds(shapes)
    first = np.searchsorted(x, bounds[:, 0], side="left")
    last = np.searchsorted(x, bounds[:, 2], side="right")
    found = np.full(len(x), -1, dtype=np.int32)
    for row, shape in enumerate(shapes):
        window = slice(first[row], last[row])
        near = (y[window] >= bounds[row, 1]) & (y[window] <= bounds[row, 3]) & (found[window] < 0)
        candidates = np.flatnonzero(near) + first[row]
        inside = candidates[shapely.contains_xy(shape, x[candidates], y[candidates])]
        found[inside] = row
    rows = np.empty_like(found)
    rows[order] = found
    codes = districts["ubigeo"].astype("str").to_numpy(dtype=object)
    values = np.where(rows >= 0, codes[rows], None)
    return pd.Series(values, index=longitude.index, name="ubigeo", dtype="str")

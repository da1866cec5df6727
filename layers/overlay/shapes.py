"""What every overlay asks of the shapes it is given: a CRS, the right kinds, finite coordinates in degrees."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata import crs
from geodata.errors import CrsMismatchError, Problem

POINT_KINDS = frozenset({"Point"})
LINE_KINDS = frozenset({"LineString", "LinearRing", "MultiLineString"})
POLYGON_KINDS = frozenset({"Polygon", "MultiPolygon"})

SQUARE_METRES_PER_HA = 1e4

Shapes = npt.NDArray[Any]
"""shapely geometries (null where missing)."""
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
"""Positions of rows, from 0; -1 where there is none."""


def require_declared_crs(layer: gpd.GeoDataFrame | gpd.GeoSeries, name: str) -> None:
    """Raise `CrsMismatchError` if the layer does not say in which CRS it is: none is assumed."""
    if layer.crs is None:
        raise CrsMismatchError(
            [
                Problem(
                    what="capa sin CRS",
                    where=name,
                    expected="un CRS declarado",
                    found="sin CRS",
                    repair="declare el CRS verdadero de la capa antes de cruzarla",
                )
            ]
        )


def in_degrees(layer: gpd.GeoDataFrame | gpd.GeoSeries, kinds: frozenset[str], name: str) -> Shapes:
    """
    Return the shapes of a layer in EPSG:4326 and two dimensions, in row order; null and empty ones stay.

    Raises
    ------
    CrsMismatchError
        If the layer has no CRS.
    ValueError
        If a shape is of another kind than `kinds` or has a coordinate that is no number: `inspect_shapes` takes them
        out and counts them.
    """
    require_declared_crs(layer, name)
    geometry = layer.geometry
    flat = geometry.to_numpy()
    if (shapely.has_z(flat) | shapely.has_m(flat)).any():
        flat = shapely.force_2d(flat)
    _require_kinds(flat, kinds, name)
    if geometry.crs != crs.ON_DISK:
        flat = gpd.GeoSeries(flat, crs=geometry.crs).to_crs(crs.ON_DISK).to_numpy()
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        raise ValueError(f"{name}: coordinates that are not finite; pass the layer through inspect_shapes first")
    return np.asarray(flat, dtype=object)


def _require_kinds(shapes: Shapes, kinds: frozenset[str], name: str) -> None:
    """Raise `ValueError` if a shape that holds anything is of another kind."""
    present = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    codes = np.unique(shapely.get_type_id(present))
    others = sorted({shapely.GeometryType(code).name for code in codes} - {kind.upper() for kind in kinds})
    if others:
        raise ValueError(
            f"{name}: {', '.join(others)} where {', '.join(sorted(kinds))} are expected; "
            "pass the layer through inspect_shapes first"
        )


def area_ha(shapes: Shapes) -> Floats:
    """Return the area of shapes given in degrees, in hectares (EPSG:6933); zero where null or empty."""
    metres2 = gpd.GeoSeries(shapes, crs=crs.ON_DISK).to_crs(crs.EQUAL_AREA).area.fillna(0.0)
    return metres2.to_numpy(dtype=np.float64) / SQUARE_METRES_PER_HA

"""Polygons in districts, in hectares, ground covered twice counted once."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.overlay.shapes import POLYGON_KINDS, Floats, Rows, Shapes, area_ha, in_degrees


@dataclass(frozen=True)
class PolygonsInDistricts:
    """Hectares that polygons cover; `covered_ha` and `outside_ha` add up to the ground covered by any."""

    covered_ha: pd.Series
    """By ubigeo, every district once in order: the ground covered, once each; 0 where no polygon lies. Whether that
    means «none» or «not surveyed» is for who knows what the layer covers."""
    overlap_ha: float
    """Added areas of the polygons minus the ground they cover: what adding them up would count too much."""
    outside_ha: float
    """Ground covered outside every district."""


def polygons_in_districts(polygons: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> PolygonsInDistricts:
    """
    Return the hectares of each district that polygons cover.

    Only polygons that overlap another are merged, and only those that cross a border are cut.

    Parameters
    ----------
    polygons
        Polygon or MultiPolygon, valid, in any CRS; they may overlap. Null and empty ones count nothing.
    districts
        `ubigeo` and polygons in any CRS. Where they overlap, the first in the frame wins.

    Returns
    -------
    PolygonsInDistricts
        Areas measured in EPSG:6933 (equal-area).

    Raises
    ------
    CrsMismatchError
        If a layer has no CRS.
    ValueError
        If a shape is no polygon, is invalid or has coordinates that are not finite.
    """
    shapes = in_degrees(polygons, POLYGON_KINDS, "polygons")
    areas = in_degrees(districts, POLYGON_KINDS, "districts")
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not shapely.is_valid(shapes).all():
        raise ValueError("polygons: invalid shapes; pass the layer through inspect_shapes first")
    apart = _apart(shapes)
    holder, pieces = _cut(apart, areas)
    hectares = area_ha(pieces)
    inside = holder >= 0
    by_row = np.bincount(holder[inside], weights=hectares[inside], minlength=len(areas))
    covered = pd.Series(by_row, index=pd.Index(districts["ubigeo"].astype("str"), name="ubigeo"), name="covered_ha")
    return PolygonsInDistricts(
        covered_ha=covered.groupby(level="ubigeo", sort=False).sum(),
        overlap_ha=max(0.0, float(_total(shapes) - _total(apart))) if apart is not shapes else 0.0,
        outside_ha=float(hectares[~inside].sum()),
    )


def _total(shapes: Shapes) -> Floats:
    return area_ha(shapes).sum()


def _apart(shapes: Shapes) -> Shapes:
    """Return shapes that cover the same ground once: those that share ground with another are merged."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    # neighbours that only share a border stay as they are
    share_ground = ~shapely.touches(shapes[one], shapes[other])
    merged = np.zeros(len(shapes), dtype=bool)
    merged[one[share_ground]] = merged[other[share_ground]] = True
    if not merged.any():
        return shapes
    return np.concatenate([shapes[~merged], shapely.get_parts(shapely.union_all(shapes[merged]))])


def _cut(shapes: Shapes, areas: Shapes) -> tuple[Rows, Shapes]:
    """Return the pieces of shapes and the position of the area each lies in, -1 outside every area."""
    shapely.prepare(areas)
    tree = shapely.STRtree(shapes)
    area, shape = tree.query(areas, predicate="intersects")
    order = np.lexsort((area, shape))
    area, shape = area[order], shape[order]
    rest = shapes.copy()
    holders: list[Rows] = []
    pieces: list[Shapes] = []
    # the nth area of every shape at once takes its part of what the earlier ones left
    rank = np.arange(len(shape)) - np.searchsorted(shape, shape, side="left")
    for turn in range(int(rank.max(initial=-1)) + 1):
        now = np.flatnonzero(rank == turn)
        taker, giver = area[now], shape[now]
        holds_all = shapely.contains(areas[taker], rest[giver])
        part, left = rest[giver], np.full(len(giver), shapely.Polygon(), dtype=object)
        crossing = np.flatnonzero(~holds_all)
        part[crossing] = shapely.intersection(areas[taker[crossing]], rest[giver[crossing]])
        left[crossing] = shapely.difference(rest[giver[crossing]], areas[taker[crossing]])
        rest[giver] = left
        holders.append(taker)
        pieces.append(part)
    return np.concatenate([*holders, np.full(len(rest), -1)]).astype(np.intp), np.concatenate([*pieces, rest])

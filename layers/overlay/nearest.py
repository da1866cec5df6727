"""
The nearest line or point, in geodesic metres.

Nearest in degrees is not nearest in metres: at 18° S a degree of longitude is 5 % shorter than one of latitude. The
candidates are looked for on a stereographic plane, where what lies within a distance of a place is a circle, and all
those that could be nearer than the best found so far are measured on the ellipsoid.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from layers.overlay.plane import Plane
from layers.overlay.shapes import LINE_KINDS, POINT_KINDS, Floats, Rows, Shapes, in_degrees

LONGEST_STEP_DEG = 0.02
"""Longer steps are divided to be looked for: one of 2.2 km, straight in degrees, bends 3 cm on the plane at 18° S."""

_BEND_M = 0.1
"""More than twice that bend: how much farther than the nearest, on the plane, the true nearest may lie for it."""

_NEARLY = 1.001
"""Candidates this much farther in the rough measure than the best are still measured: it errs less (1 in 10,000 at
300 km)."""

FAR_M = 20_000.0
"""Beyond this the first step found may be some hundred metres farther than the nearest: worth a second look, which
spares thousands of candidates."""

_TIE_DECIMALS = 6
"""Distances equal to the micrometre are a tie; the first target of the frame wins it."""


def nearest_m(points: gpd.GeoDataFrame, targets: gpd.GeoDataFrame, *, within_m: float | None = None) -> pd.DataFrame:
    """
    Return the geodesic distance from each point to the nearest target, and which one it is.

    Good to a millimetre within some kilometres and to 1 in 100,000 at hundreds. A layer that ends far from many of
    the points (one department only) takes ten times longer, unless `within_m` says how far to look.

    Parameters
    ----------
    points
        Points in any CRS.
    targets
        Lines or points in any CRS. The steps of lines are straight in degrees.
    within_m
        Do not look farther than this; spares time where only «within 2 km» is asked.

    Returns
    -------
    nearest
        Indexed like `points`: `distance_m` (float) and `target_index` (label in `targets.index`); both missing for a
        point without place, without any target, or with none within `within_m`. Of equally near ones, the first.

    Raises
    ------
    CrsMismatchError
        If a layer has no CRS.
    ValueError
        If a shape is of another kind or has coordinates that are not finite.
    """
    places = in_degrees(points, POINT_KINDS, "points")
    steps = _steps(in_degrees(targets, LINE_KINDS | POINT_KINDS, "targets"))
    has_place = np.flatnonzero(~(shapely.is_missing(places) | shapely.is_empty(places)))
    distance = np.full(len(places), np.nan)
    target = np.full(len(places), -1, dtype=np.intp)
    if len(steps.row) and len(has_place):
        distance[has_place], target[has_place] = _nearest(shapely.get_coordinates(places[has_place]), steps, within_m)
    return pd.DataFrame({"distance_m": distance, "target_index": _labels(targets.index, target)}, index=points.index)


@dataclass(frozen=True)
class _Steps:
    """The short straight steps of targets; a point is a step of no length."""

    xy: Floats
    """Vertices in degrees."""
    first: Rows
    last: Rows
    """Positions in `xy` of the ends of each step."""
    row: Rows
    """The target each step comes from."""


def _steps(shapes: Shapes) -> _Steps:
    """Return the steps of every target."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    is_line = shapely.get_dimensions(parts) == 1
    parts[is_line] = shapely.segmentize(parts[is_line], LONGEST_STEP_DEG)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    joined = np.flatnonzero((part[1:] == part[:-1]) & is_line[part[1:]])
    alone = np.flatnonzero(~is_line[part])
    first = np.concatenate([joined, alone])
    return _Steps(xy, first, np.concatenate([joined + 1, alone]), row[part[first]])


def _nearest(xy: Floats, steps: _Steps, within_m: float | None) -> tuple[Floats, Rows]:
    """Return metres to and row of the nearest step of each point."""
    plane = Plane.around(xy)
    drawn = plane.project(steps.xy)
    tree = shapely.STRtree(shapely.linestrings(np.stack([drawn[steps.first], drawn[steps.last]], axis=1)))
    distance, found = np.full(len(xy), np.nan), np.full(len(xy), -1, dtype=np.intp)
    limit = None if within_m is None else float(plane.reach(xy, np.full(len(xy), within_m)).max()) + _BEND_M
    point, step = tree.query_nearest(shapely.points(plane.project(xy)), max_distance=limit, all_matches=False)
    metres = _metres(xy[point], steps, step)
    far = np.flatnonzero(metres > FAR_M)
    if len(far):
        # once more from the middle of the circle that the distance found draws: far away it lies elsewhere
        middle, _ = plane.circle(xy[point[far]], metres[far])
        again, step = tree.query_nearest(shapely.points(middle), all_matches=False)
        metres[far[again]] = np.minimum(metres[far[again]], _metres(xy[point[far[again]]], steps, step))
    middle, radius = plane.circle(xy[point], metres)
    local, step = tree.query(shapely.points(middle), predicate="dwithin", distance=radius + _BEND_M)
    row, metres, target = _measured(xy, point[local], steps, step)
    near = metres <= (np.inf if within_m is None else within_m)
    distance[row[near]], found[row[near]] = metres[near], target[near]
    return distance, found


def _measured(xy: Floats, point: Rows, steps: _Steps, step: Rows) -> tuple[Rows, Floats, Rows]:
    """Return each point of the pairs once, with the metres to and the row of its nearest candidate."""
    place, rough_m = _nearest_place(xy[point], steps, step)
    least = np.full(len(xy), np.inf)
    np.minimum.at(least, point, rough_m)
    likely = rough_m <= least[point] * _NEARLY + _BEND_M
    point, row = point[likely], steps.row[step[likely]]
    metres = crs.distance_km(*xy[point].T, *place[likely].T) * 1000.0
    order = np.lexsort((row, np.round(metres, _TIE_DECIMALS), point))
    best = order[np.diff(point[order], prepend=-1) > 0]
    return point[best], metres[best], row[best]


def _metres(xy: Floats, steps: _Steps, step: Rows) -> Floats:
    """Return the geodesic metres from points to steps, pair by pair."""
    place, _ = _nearest_place(xy, steps, step)
    return crs.distance_km(*xy.T, *place.T) * 1000.0


def _nearest_place(xy: Floats, steps: _Steps, step: Rows) -> tuple[Floats, Floats]:
    """Return the nearest place of each step, in degrees, and its rough metres, on a plane at their middle latitude."""
    start, end = steps.xy[steps.first[step]], steps.xy[steps.last[step]]
    sine2 = np.sin(np.radians((xy[:, 1] + (start[:, 1] + end[:, 1]) / 2) / 2)) ** 2
    normal = crs.GEOD.a / np.sqrt(1 - crs.GEOD.es * sine2)
    meridian = normal * (1 - crs.GEOD.es) / (1 - crs.GEOD.es * sine2)
    metres = np.radians(np.stack([normal * np.sqrt(1 - sine2), meridian], axis=1))
    along, apart = (end - start) * metres, (xy - start) * metres
    length2 = (along**2).sum(axis=1)
    share = np.divide((apart * along).sum(axis=1), length2, out=np.zeros(len(xy)), where=length2 > 0).clip(0, 1)
    place = start + (end - start) * share[:, None]
    return place, np.hypot(*((xy - place) * metres).T)


def _labels(index: pd.Index, rows: Rows) -> pd.Series:
    """Return the labels at positions, missing where -1; whole numbers stay whole."""
    labels = pd.Series(index)
    if pd.api.types.is_integer_dtype(labels.dtype):
        labels = labels.astype("Int64")
    return labels.reindex(pd.Index(rows)).array

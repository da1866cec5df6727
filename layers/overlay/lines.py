"""
Lines in districts, in geodesic kilometres.

Nine lines in ten lie whole within one district: a prepared polygon says so and their length is theirs alone. Only the
others are cut, and not by intersecting them with whole districts: each straight step is cut where a border crosses it
and each piece belongs to the first district that holds its middle. So every piece is counted once, also along a border
that two districts share, and the pieces add up to the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.overlay.borders import cuts_of_steps
from layers.overlay.geodesic import step_lengths_m
from layers.overlay.points import first_holding
from layers.overlay.shapes import LINE_KINDS, POLYGON_KINDS, Floats, Rows, Shapes, in_degrees

OUTSIDE = -1
_TO_BE_CUT = -2
METRES_PER_KM = 1000.0


@dataclass(frozen=True)
class LinesInDistricts:
    """Kilometres of lines by district and class; `inside` and `outside` add up to `total_km`."""

    inside: pd.DataFrame
    """`ubigeo`, the classes, `length_km`: one row per district and class that has any; a missing class is a class."""
    outside: pd.DataFrame
    """The classes and `length_km` of what lies outside every district."""
    total_km: float


@dataclass(frozen=True)
class _Steps:
    """The straight steps of lines, in the order of the lines."""

    row: Rows
    start: Floats
    end: Floats
    length_m: Floats

    def of(self, chosen: np.ndarray) -> _Steps:
        return _Steps(self.row[chosen], self.start[chosen], self.end[chosen], self.length_m[chosen])


def lines_in_districts(
    lines: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, by: Sequence[str] = ("network",)
) -> LinesInDistricts:
    """
    Return the geodesic kilometres of lines in each district, by class.

    Parameters
    ----------
    lines
        LineString or MultiLineString in any CRS, Z and M ignored; null and empty ones count nothing.
    districts
        `ubigeo` and polygons in any CRS. Where they overlap or share a border, the first in the frame wins.
    by
        Columns of `lines` that make the classes; may be none. A missing value is a class of its own.

    Raises
    ------
    CrsMismatchError
        If a layer has no CRS.
    ValueError
        If a shape is no line or has coordinates that are not finite.
    """
    pieces = line_pieces(lines, districts)
    class_of_line, classes = _classes(lines, list(by))
    row, length = pieces["district_row"].to_numpy(), pieces["length_km"].to_numpy()
    of_class = class_of_line[pieces["line_row"].to_numpy()]
    is_inside = row != OUTSIDE
    codes, place = np.unique(districts["ubigeo"].astype("str").to_numpy(dtype=object), return_inverse=True)
    inside, inside_km = _summed(place[row[is_inside]] * len(classes) + of_class[is_inside], length[is_inside])
    outside, outside_km = _summed(of_class[~is_inside], length[~is_inside])
    found = classes.iloc[inside % max(len(classes), 1)].reset_index(drop=True)
    found.insert(0, "ubigeo", pd.Series(codes[inside // max(len(classes), 1)], dtype="str"))
    return LinesInDistricts(
        inside=found.assign(length_km=inside_km),
        outside=classes.iloc[outside].reset_index(drop=True).assign(length_km=outside_km),
        total_km=float(length.sum()),
    )


def line_pieces(lines: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Return how much of each line lies in which district.

    Returns
    -------
    pieces
        `line_row` and `district_row` (positions in the two frames; -1 outside every district) and `length_km`
        (geodesic); at most one row per pair, ordered by both.
    """
    shapes = in_degrees(lines, LINE_KINDS, "lines")
    areas = in_degrees(districts, POLYGON_KINDS, "districts")
    steps = _steps(shapes)
    holder = _whole(shapes, areas)
    is_cut = holder[steps.row] == _TO_BE_CUT
    whole_m = np.bincount(steps.row, weights=steps.length_m, minlength=len(shapes))
    whole = np.flatnonzero((holder != _TO_BE_CUT) & (whole_m > 0))
    cut = _cut(steps.of(is_cut), areas)
    pieces = pd.DataFrame(
        {
            "line_row": np.concatenate([whole, cut[0]]),
            "district_row": np.concatenate([holder[whole], cut[1]]),
            "length_km": np.concatenate([whole_m[whole], cut[2]]) / METRES_PER_KM,
        }
    )
    return pieces.groupby(["line_row", "district_row"], sort=True)[["length_km"]].sum().reset_index()


def length_km(lines: gpd.GeoDataFrame | gpd.GeoSeries) -> pd.Series:
    """Return the geodesic length of each line (any CRS; zero where null or empty), indexed like `lines`."""
    shapes = in_degrees(lines, LINE_KINDS, "lines")
    steps = _steps(shapes)
    metres = np.bincount(steps.row, weights=steps.length_m, minlength=len(shapes))
    return pd.Series(metres / METRES_PER_KM, index=lines.index, name="length_km")


def _steps(shapes: Shapes) -> _Steps:
    """Return every straight step with its geodesic length."""
    parts, line = shapes, np.arange(len(shapes))
    # taking parts of lines that have one only copies them
    if (shapely.get_type_id(shapes) == shapely.GeometryType.MULTILINESTRING).any():
        parts, line = shapely.get_parts(shapes, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    joined = part[1:] == part[:-1]
    if not joined.any():
        return _Steps(np.empty(0, np.intp), np.empty((0, 2)), np.empty((0, 2)), np.empty(0))
    start, end = xy[:-1][joined], xy[1:][joined]
    return _Steps(line[part[:-1][joined]], start, end, step_lengths_m(start, end))


def _whole(shapes: Shapes, areas: Shapes) -> Rows:
    """Return the position of the area each line lies whole in, `_TO_BE_CUT` for the others."""
    none = len(areas)
    holder = np.full(len(shapes), none, dtype=np.intp)
    shapely.prepare(areas)
    tree = shapely.STRtree(shapes)
    area, line = tree.query(areas, predicate="contains_properly")
    np.minimum.at(holder, line, area)
    # an earlier district that overlaps takes its part first
    area, line = tree.query(areas)
    earlier = (area < holder[line]) & (holder[line] < none)
    area, line = area[earlier], line[earlier]
    touched = line[shapely.intersects(areas[area], shapes[line])]
    holder[touched] = none
    holder[holder == none] = _TO_BE_CUT
    return holder


def _cut(steps: _Steps, areas: Shapes) -> tuple[Rows, Rows, Floats]:
    """Return line, area and length in metres of the pieces of steps, cut where borders cross them."""
    step, first, last = cuts_of_steps(steps.start, steps.end, areas)
    middle = ((first + last) / 2)[:, None]
    xy = steps.start[step] * (1 - middle) + steps.end[step] * middle
    # a piece that runs along a border belongs to the first of the districts that share it
    area = first_holding(xy[:, 0], xy[:, 1], areas, holds=shapely.intersects_xy)
    return steps.row[step], area, steps.length_m[step] * (last - first)


def _classes(lines: gpd.GeoDataFrame, by: list[str]) -> tuple[Rows, pd.DataFrame]:
    """Return the class of each line, as a number, and what each class is, in order; a missing value is one."""
    if not by:
        return np.zeros(len(lines), dtype=np.intp), pd.DataFrame(index=range(1))
    table = pd.DataFrame(lines[by])
    number = np.asarray(table.groupby(by, dropna=False, observed=True, sort=True).ngroup(), dtype=np.intp)
    _, first = np.unique(number, return_index=True)
    return number, table.iloc[first].reset_index(drop=True)


def _summed(key: Rows, length: Floats) -> tuple[Rows, Floats]:
    """Return the different keys in order and the length that each adds up to."""
    keys, place = np.unique(key, return_inverse=True)
    return keys, np.bincount(place, weights=length, minlength=len(keys)).astype(np.float64)

"""
Roads, canals and settlements light enough to be laid over the map: one small file per overlay and department.

A file is for drawing only. Lines are thinned and joined end to end, so neither lengths nor counts can be read back from
it; how many rows a file was drawn from travels beside it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.crs import ON_DISK
from layers.overlay.shapes import require_declared_crs

OverlayId = Literal["roads", "canals", "settlements"]

OVERLAYS: Final[tuple[OverlayId, ...]] = ("roads", "canals", "settlements")

APPROXIMATE = "aprox"
"""Ending of the class of a road that was joined from way-points and not surveyed as a line."""

NETWORKS: Final = ("nacional", "departamental", "vecinal")
TECHNOLOGIES: Final = ("4g", "3g", "2g", "none")

# 0.0009 degrees is 100 m of latitude: five pixels at the deepest zoom of the map (13), one at zoom 10
LINE_TOLERANCE_DEG = 0.0009
# four decimals are 11 m: finer than one pixel at zoom 13, and half the digits of the source
STEPS_PER_DEGREE = 10_000
# the map offers no more than what a phone shows: 5G and 4G read the same to somebody who wants to send a video
_BEST_FIRST: Final = {"5g": "4g", "4g": "4g", "3g": "3g", "2g": "2g"}


@dataclass(frozen=True)
class OverlayFile:
    """One overlay in one department."""

    overlay: OverlayId
    department: str
    """Two digits."""
    content: bytes
    """UTF-8 JSON, see `overlay_files`."""
    counts: dict[str, int]
    """Rows of the layer by class; a line shorter than one step (11 m) is counted and not seen."""


@dataclass(frozen=True)
class Overlay:
    """Every file of one overlay, and what could not be drawn."""

    id: OverlayId
    files: tuple[OverlayFile, ...]
    without_department_count: int
    """Rows that say no department: they are in no file."""
    without_shape_count: int
    """Rows without a shape, or of another kind than the overlay's."""


def overlay_files(layers: Mapping[str, gpd.GeoDataFrame]) -> list[Overlay]:
    """
    Return the overlays of the layers that are there and have rows, in the order of OVERLAYS.

    Parameters
    ----------
    layers
        Canonical frames, any CRS: `roads` and `road_route_lines` (`network`, `department_code`), `canals` (`kind`,
        `department_code`), `settlements` (`settlement_code`, `settlement_type`, and `best_technology` as
        `best_technology` returns it, when coverage is known). Others are ignored.

    Returns
    -------
    overlays
        The content of a file is ``{"kind": "lines"|"points", "scale": steps per degree, "groups": {class: coded}}``.
        Lines: a list of ``[x, y, dx, dy, …]``; points: one such list. Every number is in steps; all after the first
        pair are differences. Roads joined from way-points have the class ``<network>-aprox`` and are left out where the
        department has lines of that network.

    Raises
    ------
    CrsMismatchError
        If a layer has no CRS.
    """
    made: list[Overlay] = []
    for overlay in OVERLAYS:
        frame = _classed(overlay, layers)
        if frame is not None and len(frame):
            made.append(_overlay(overlay, frame))
    return made


def best_technology(settlements: pd.DataFrame, coverage: pd.DataFrame, scope: Collection[str]) -> pd.Series:
    """
    Return the best technology that reaches each settlement: one of TECHNOLOGIES, or missing where nobody reported.

    Parameters
    ----------
    settlements
        `settlement_code`, ten digits.
    coverage
        `settlement_code`, `technology`, `total_share` (0-1, any operator): a share above zero counts as reached.
    scope
        Codes of the territories for which `coverage` is complete: a settlement absent there has none.
    """
    reached = coverage[coverage["total_share"].gt(0)]
    words = reached["technology"].map(_BEST_FIRST)
    order = words.map({word: rank for rank, word in enumerate(TECHNOLOGIES)})
    best = words.loc[order.sort_values(kind="stable").index].groupby(reached["settlement_code"]).first()
    codes = settlements["settlement_code"].astype("str")
    prefixes = tuple(str(code)[: _digits(str(code))] for code in scope)
    inside = codes.map(lambda code: code.startswith(prefixes)) if prefixes else pd.Series(False, index=codes.index)
    found = codes.map(best).astype("object")
    return found.where(found.notna(), inside.map({True: "none", False: None})).rename("best_technology")


def _digits(code: str) -> int:
    return 2 if code.endswith("0000") else 4 if code.endswith("00") else 6


def _classed(overlay: OverlayId, layers: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame | None:
    """Return `drawn_as`, `department` (two digits or missing) and geometry (EPSG:4326), or None without a layer."""
    frames = {name: _in_degrees(name, layers[name]) for name in _layers_of(overlay) if name in layers}
    parts = [_words(name, frame) for name, frame in frames.items()]
    if not parts:
        return None
    if len(parts) == 2:
        surveyed, joined = parts
        known = set(zip(surveyed["department"], surveyed["drawn_as"], strict=True))
        network = joined["drawn_as"].str.removesuffix(f"-{APPROXIMATE}")
        is_known = [pair in known for pair in zip(joined["department"], network, strict=True)]
        parts = [surveyed, joined[~np.array(is_known, dtype=bool)]]
    whole = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=ON_DISK)


def _layers_of(overlay: OverlayId) -> tuple[str, ...]:
    return ("roads", "road_route_lines") if overlay == "roads" else (overlay,)


def _in_degrees(name: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    require_declared_crs(frame, name)
    return frame.to_crs(ON_DISK)


def _words(name: str, frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return how each row is drawn and in which department it is."""
    if name == "settlements":
        drawn_as = frame["settlement_type"].astype("str").str.lower()
        if "best_technology" in frame:
            technology = frame["best_technology"]
            drawn_as = drawn_as.where(technology.isna(), drawn_as + "-" + technology.astype("str"))
        department = frame["settlement_code"].astype("str").str[:2]
    else:
        drawn_as = frame["kind" if name == "canals" else "network"].astype("str")
        drawn_as = drawn_as + f"-{APPROXIMATE}" if name == "road_route_lines" else drawn_as
        department = frame["department_code"].astype("str").str[:2].where(frame["department_code"].notna())
    columns = {"drawn_as": drawn_as, "department": department, "geometry": frame.geometry.to_numpy()}
    return pd.DataFrame(columns, index=frame.index)


def _overlay(overlay: OverlayId, frame: gpd.GeoDataFrame) -> Overlay:
    wanted = ("Point",) if overlay == "settlements" else ("LineString", "MultiLineString")
    box = frame.geometry.bounds
    has_shape = frame.geometry.geom_type.isin(wanted) & np.isfinite(box).all(axis="columns")
    has_department = frame["department"].notna()
    drawn = frame[has_shape & has_department]
    files = tuple(_file(overlay, str(code), rows) for code, rows in drawn.groupby("department", sort=True))
    return Overlay(overlay, files, int((has_shape & ~has_department).sum()), int((~has_shape).sum()))


def _file(overlay: OverlayId, department: str, rows: gpd.GeoDataFrame) -> OverlayFile:
    is_points = overlay == "settlements"
    code = _coded_points if is_points else _coded_lines
    classes = {str(word): part for word, part in rows.groupby("drawn_as", sort=True)}
    content: dict[str, Any] = {
        "kind": "points" if is_points else "lines",
        "scale": STEPS_PER_DEGREE,
        "groups": {word: code(part.geometry) for word, part in classes.items()},
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return OverlayFile(overlay, department, text.encode(), {word: len(part) for word, part in classes.items()})


def _coded_points(points: gpd.GeoSeries) -> list[int]:
    # neighbours follow each other along a Hilbert curve: small differences, which compress to half
    order = np.argsort(points.hilbert_distance(total_bounds=points.total_bounds).to_numpy(), kind="stable")
    steps = _rounded(shapely.get_coordinates(points.to_numpy()[order])).astype(np.int64)
    return _flat(np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)))


def _coded_lines(lines: gpd.GeoSeries) -> list[list[int]]:
    # in steps before anything else: ends that meet to within one step are then the same point
    parts = shapely.transform(shapely.get_parts(shapely.force_2d(lines.to_numpy())), _rounded)
    # pieces that meet end to end are one line to the eye; joined first, their inner ends can be thinned too
    joined = shapely.line_merge(shapely.multilinestrings(parts))
    pieces = shapely.get_parts(shapely.simplify(joined, LINE_TOLERANCE_DEG * STEPS_PER_DEGREE))
    coordinates, owner = shapely.get_coordinates(pieces, return_index=True)
    steps = np.rint(coordinates).astype(np.int64)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    moves = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    moves[starts] = steps[starts]
    bounds = [*starts.tolist(), len(steps)]
    flat = _flat(moves)
    # in one order whatever the order of the rows, so that the same layer has the same file
    return sorted(flat[2 * start : 2 * end] for start, end in pairwise(bounds))


def _rounded(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.rint(coordinates * STEPS_PER_DEGREE)


def _flat(pairs: npt.NDArray[np.int64]) -> list[int]:
    return [int(number) for number in pairs.ravel().tolist()]

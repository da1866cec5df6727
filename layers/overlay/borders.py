"""Where the borders of areas cross straight steps of lines."""

from __future__ import annotations

import numpy as np
import shapely

from layers.overlay.shapes import Floats, Rows, Shapes

STEPS_PER_CHUNK = 8
"""Steps of border that the tree holds as one: fewer boxes to keep, few steps to try in vain (32 take twice as long)."""

SHARE_DECIMALS = 9
"""Cuts of one step nearer than this share of it are one cut: a micrometre in a kilometre."""

_REACH = 1e-9
"""How far beyond its ends a step of border still cuts, as a share of it: none slips through between two of them."""


def cuts_of_steps(start: Floats, end: Floats, areas: Shapes) -> tuple[Rows, Floats, Floats]:
    """
    Return the pieces into which the borders of `areas` cut straight steps.

    A step that runs along a border is cut where the border leaves it, because the border's next step crosses it there.

    Parameters
    ----------
    start, end
        Ends of the steps (n × 2), in the coordinates of `areas`.
    areas
        Polygons.

    Returns
    -------
    step, first, last
        Of each piece, the position of its step and the shares of the step (0-1) at which it begins and ends. The
        pieces of a step cover it from 0 to 1.
    """
    step, share = _crossings(start, end, areas)
    count = len(start)
    every = np.arange(count)
    step = np.concatenate([every, every, step])
    share = np.concatenate([np.zeros(count), np.ones(count), np.round(share, SHARE_DECIMALS)])
    order = np.lexsort((share, step))
    step, share = step[order], share[order]
    is_piece = (step[1:] == step[:-1]) & (share[1:] > share[:-1])
    return step[:-1][is_piece], share[:-1][is_piece], share[1:][is_piece]


def _crossings(start: Floats, end: Floats, areas: Shapes) -> tuple[Rows, Floats]:
    """Return the steps that a border crosses and at which share of the step."""
    from_xy, to_xy, first_of_chunk, boxes = _border(areas)
    steps = shapely.box(*np.minimum(start, end).T, *np.maximum(start, end).T)
    step, chunk = shapely.STRtree(boxes).query(steps)
    # every step of the border of those chunks, tried at once
    size = np.diff(first_of_chunk)[chunk]
    step = np.repeat(step, size)
    within = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    border = np.repeat(first_of_chunk[chunk], size) + within
    along, against = end[step] - start[step], to_xy[border] - from_xy[border]
    apart = from_xy[border] - start[step]
    turn = _cross(along, against)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = _cross(apart, against) / turn
        border_share = _cross(apart, along) / turn
        # parallel steps divide by zero: never between
        crosses = (share > 0) & (share < 1) & (border_share >= -_REACH) & (border_share <= 1 + _REACH)
    return step[crosses], share[crosses]


def _border(areas: Shapes) -> tuple[Floats, Floats, Rows, Shapes]:
    """Return the steps of every ring, the first step of each chunk of them (and the end), and the chunks' boxes."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(areas)), return_index=True)
    joined = ring[1:] == ring[:-1]
    from_xy, to_xy, ring = xy[:-1][joined], xy[1:][joined], ring[:-1][joined]
    if not len(ring):
        return from_xy, to_xy, np.zeros(1, np.intp), np.empty(0, dtype=object)
    starts = np.flatnonzero(np.concatenate([[True], ring[1:] != ring[:-1]]))
    within = np.arange(len(ring)) - np.repeat(starts, np.diff(np.append(starts, len(ring))))
    first = np.flatnonzero(within % STEPS_PER_CHUNK == 0)
    low = np.minimum.reduceat(np.minimum(from_xy, to_xy), first)
    high = np.maximum.reduceat(np.maximum(from_xy, to_xy), first)
    return from_xy, to_xy, np.append(first, len(ring)), shapely.box(*low.T, *high.T)


def _cross(one: Floats, other: Floats) -> Floats:
    """Return the cross product of pairs of plane vectors."""
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]

"""
The two-axis map: Potencial by Condiciones in nine classes and nine colours.

A class is `potential * 3 + conditions`, each axis 0 (low), 1 (middle) or 2 (high) by terciles frozen on a
reference: 0 is low/low, 2 good conditions without potential, 6 potential that lacks conditions (the agenda de
la Mesa), 8 both.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.rendering.classification import MISSING_CLASS, classify, quantile_breaks

AXIS_CLASS_COUNT = 3
# high potential, low conditions: where a Mesa has something to unblock
AGENDA_CLASS = 6

# Potential goes towards ochre, conditions towards blue, both together to green. Searched in CIELAB like the
# ramps of `palette`: any two of the nine are at least so far apart in CIEDE2000 (normal, protan, deutan,
# tritan): light 15.2, 14.7, 14.6, 12.1; dark 14.9, 14.9, 15.0, 11.1. The agenda has almost twice the chroma
# of any other (75 against 40 in light, 79 against 38 in dark) and on a dark page it is also the lightest.
LIGHT_COLOURS = (
    *("#f0ebd8", "#bcd7f8", "#4091cf"),
    *("#ffda92", "#aaad99", "#287386"),
    *("#df8f00", "#727b4d", "#194c21"),
)
DARK_COLOURS = (
    *("#423b30", "#2a516f", "#187bb4"),
    *("#705522", "#748e8e", "#5ba8ca"),
    *("#ffbf23", "#968f52", "#8dc99a"),
)


def tercile_breaks(reference: pd.Series) -> tuple[float, float]:
    """
    Return the two round numbers that split the reference into thirds.

    Raises
    ------
    ValueError
        If the reference has fewer than three distinct values, or so many ties that a third would be empty:
        two axes of a constant say nothing and must not pass silently.
    """
    breaks = quantile_breaks(reference, classes=AXIS_CLASS_COUNT)
    if len(breaks) != AXIS_CLASS_COUNT - 1:
        raise ValueError(
            f"{reference.name!r} gives {len(breaks) + 1} classes, expected 3: "
            f"{reference.nunique()} distinct values in {reference.notna().sum()}"
        )
    return breaks[0], breaks[1]


def bivariate_classes(
    potential: pd.Series,
    conditions: pd.Series,
    potential_breaks: Sequence[float],
    conditions_breaks: Sequence[float],
) -> npt.NDArray[np.int8]:
    """
    Return the class of each territory, 0 to 8, or -1 where either axis is missing.

    Parameters
    ----------
    potential, conditions
        Values on the same index, in the same order.
    potential_breaks, conditions_breaks
        Two breaks each, from `tercile_breaks` of the reference. A value equal to a break is in the class
        below it.

    Raises
    ------
    ValueError
        If the indexes differ, there are not two breaks per axis, or a value is infinite.
    """
    if not potential.index.equals(conditions.index):
        raise ValueError("potential and conditions have different indexes: align them on ubigeo first")
    for axis, breaks in (("potential", potential_breaks), ("conditions", conditions_breaks)):
        if len(breaks) != AXIS_CLASS_COUNT - 1:
            raise ValueError(f"{axis} has {len(breaks)} breaks, expected 2")
    row = classify(potential, potential_breaks)
    column = classify(conditions, conditions_breaks)
    known = (row != MISSING_CLASS) & (column != MISSING_CLASS)
    return np.where(known, row * AXIS_CLASS_COUNT + column, MISSING_CLASS).astype(np.int8)

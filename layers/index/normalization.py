"""
Normalisation with goalposts: min-max against fixed bounds.

The bounds are taken once from a reference set and frozen with the release, so that the score of a territory does not
move when somebody filters the view (OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Transform = Literal["none", "log1p"]

SCALE_MINIMUM = 1.0
"""Not zero: a geometric mean would turn one worst value into a score of zero."""
SCALE_MAXIMUM = 100.0


@dataclass(frozen=True)
class Goalposts:
    """The values of an indicator that score the minimum and the maximum of the scale, after its transform."""

    low: float
    high: float
    transform: Transform = "none"
    direction: int = 1


def transformed(values: pd.Series, transform: Transform) -> pd.Series:
    """Return the values as they are, or log(1 + x) for skewed counts, money and distances."""
    return np.log1p(values) if transform == "log1p" else values


def goalposts(
    reference: pd.Series, *, transform: Transform, direction: int, lower_quantile: float, upper_quantile: float
) -> Goalposts:
    """
    Return the goalposts of an indicator from a reference set of territories.

    Raises
    ------
    ValueError
        If the reference has fewer than two different values: a constant indicator ranks nobody and must not pass
        silently.
    """
    low, high = transformed(reference, transform).quantile([lower_quantile, upper_quantile])
    if not (np.isfinite(low) and np.isfinite(high)) or high <= low:
        raise ValueError(f"indicator {reference.name!r} is constant or empty in the reference set: no goalposts")
    return Goalposts(low=float(low), high=float(high), transform=transform, direction=direction)


def normalise(values: pd.Series, posts: Goalposts) -> pd.Series:
    """Return values from 1 (worst) to 100 (best); beyond the goalposts the scale ends; missing stays missing."""
    position = ((transformed(values, posts.transform) - posts.low) / (posts.high - posts.low)).clip(0.0, 1.0)
    if posts.direction < 0:
        position = 1.0 - position
    return SCALE_MINIMUM + (SCALE_MAXIMUM - SCALE_MINIMUM) * position

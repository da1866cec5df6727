"""
Normalisation: every indicator on one scale.

With goalposts (min-max against fixed bounds), the bounds are taken once from a reference set and frozen with the
release, so that the score of a territory does not move when somebody filters the view (OECD/JRC, Handbook on
Constructing Composite Indicators, 2008, step 5). The other methods take their bounds from the data they are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from geodata.errors import Problem
from layers.index.checks import check_data
from layers.index.errors import ConstantIndicatorError, IndexInputError

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
    ConstantIndicatorError
        If the reference has fewer than two different values: a constant indicator ranks nobody and must not pass
        silently.
    """
    low, high = transformed(reference, transform).quantile([lower_quantile, upper_quantile])
    if not (np.isfinite(low) and np.isfinite(high)) or high <= low:
        raise ConstantIndicatorError([_constant(reference)])
    return Goalposts(low=float(low), high=float(high), transform=transform, direction=direction)


def normalise(values: pd.Series, posts: Goalposts) -> pd.Series:
    """Return values from 1 (worst) to 100 (best); beyond the goalposts the scale ends; missing stays missing."""
    infinite = np.isinf(values.to_numpy(dtype=float))
    if infinite.any():
        found = ", ".join(str(unit) for unit in values.index[infinite][:5])
        raise IndexInputError(
            [
                Problem(
                    "Valores infinitos", f"indicador {values.name}", "números finitos o sin dato", found, "corríjalos"
                )
            ]
        )
    position = ((transformed(values, posts.transform) - posts.low) / (posts.high - posts.low)).clip(0.0, 1.0)
    if posts.direction < 0:
        position = 1.0 - position
    return SCALE_MINIMUM + (SCALE_MAXIMUM - SCALE_MINIMUM) * position


def min_max(values: pd.Series, low: float = 0.0, high: float = 100.0) -> pd.Series:
    """Return the values rescaled from their own minimum and maximum to `low` and `high`."""
    least, greatest = values.min(), values.max()
    _refuse_constant(values, greatest - least)
    # the handbook's formula in this order reproduces COINr digit by digit
    return (values - least) / (greatest - least) * (high - low) + low


def z_score(values: pd.Series, mean: float = 0.0, standard_deviation: float = 1.0) -> pd.Series:
    """Return the values with this mean and (sample) standard deviation."""
    spread = float(values.std())
    _refuse_constant(values, spread)
    return (values - values.mean()) / spread * standard_deviation + mean


def rank(values: pd.Series) -> pd.Series:
    """Return the rank, 1 for the lowest; ties share the mean of their ranks."""
    return values.rank(method="average")


def percentile_rank(values: pd.Series) -> pd.Series:
    """Return 100 (rank - 1) / (n - 1): 0 the lowest, 100 the highest; ties share."""
    count = int(values.notna().sum())
    _refuse_constant(values, count - 1)
    return (rank(values) - 1.0) / (count - 1) * 100.0


def distance_to_target(values: pd.Series, target: float, direction: int = 1) -> pd.Series:
    """
    Return 1 minus the distance to a target over the greatest possible distance: 1 at the target or beyond it.

    COINr's `n_dist2targ`: the range is from the target to the worst value. Direction is applied here.
    """
    worst = values.min() if direction > 0 else values.max()
    _refuse_constant(values, abs(target - worst))
    position = 1.0 - (target - values) / (target - worst)
    return position.clip(upper=1.0)


Method = Literal["min_max", "z_score", "rank", "percentile_rank"]


def normalise_table(
    data: pd.DataFrame, directions: pd.Series, method: Method = "min_max", low: float = 0.0, high: float = 100.0
) -> pd.DataFrame:
    """
    Return every indicator on one scale, the best always high.

    Parameters
    ----------
    data
        One row per unit, one column per indicator.
    directions
        1 or -1 by indicator; -1 is applied by changing the sign first, as the handbook does.
    method
        `min_max` to `low`-`high`; `z_score` with the mean at the middle of `low`-`high` and a sixth of it as standard
        deviation, ended at `low` and `high`, so that a geometric mean can follow; `rank`; `percentile_rank` to
        `low`-`high`.

    Raises
    ------
    IndexInputError
        If the data cannot be normalised (see `check_data`) or an indicator has no direction.
    """
    check_data(data, list(data.columns))
    turned = data.astype(float) * directions.reindex(data.columns).astype(float)
    if method == "min_max":
        return turned.apply(min_max, low=low, high=high)
    if method == "z_score":
        scaled = turned.apply(z_score, mean=(low + high) / 2, standard_deviation=(high - low) / 6)
        return scaled.clip(low, high)
    if method == "rank":
        return turned.apply(rank)
    if method == "percentile_rank":
        return low + turned.apply(percentile_rank) * ((high - low) / 100.0)
    raise ValueError(f"unknown normalisation {method!r}")


def _refuse_constant(values: pd.Series, spread: float) -> None:
    if not spread > 0:
        raise ConstantIndicatorError([_constant(values)])


def _constant(values: pd.Series) -> Problem:
    return Problem(
        what="Indicador constante o sin dato: no distingue a nadie",
        where=f"indicador {values.name}",
        expected="valores distintos",
        found="un solo valor o ninguno",
        repair="quítelo del índice",
    )

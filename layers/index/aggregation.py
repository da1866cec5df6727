"""
Aggregation of normalised indicators, level by level: arithmetic, geometric, harmonic, Copeland.

Arithmetic lets indicators of one pillar stand in for each other; geometric does not let one pillar hide another
(OECD/JRC Handbook, 2008, step 6); harmonic still less. Missing parts are left out with their weight, down to a stated
minimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from layers.index.checks import check_data
from layers.index.errors import IndexInputError
from layers.index.scoring import Floats, Method, by_aggregate, forward, inverse, not_positive, weight_rows
from layers.index.screening import ROUNDING_SLACK
from layers.index.structure import Structure

MINIMUM_SHARE = 2 / 3
"""The share of a node's weight that must have a value, unless another is asked for."""

_OUTRANKING_BLOCK = 256
"""Units compared at a time with all the others: bounds the memory of Copeland."""


@dataclass(frozen=True)
class Aggregated:
    """
    Every aggregate of every unit.

    `scores` (unit x aggregate, bottom up; missing where withheld), `present_share` (0-1, same shape: the weight of the
    children that have a value).
    """

    scores: pd.DataFrame
    present_share: pd.DataFrame


def aggregate(
    normalised: pd.DataFrame,
    structure: Structure,
    methods: Method | Mapping[int, Method] = "arithmetic",
    weights: Mapping[str, float] | None = None,
    minimum_share: float | Mapping[int, float] = MINIMUM_SHARE,
) -> Aggregated:
    """
    Return the aggregates of all levels.

    Parameters
    ----------
    normalised
        One row per unit, one column per indicator, the best always high; strictly positive under a
        geometric or harmonic mean.
    methods
        One for all, or by the level that is made (2 from the indicators, and so on).
    weights
        By node, among siblings; the structure's own by default. A weight of 0 removes the node.
    minimum_share
        The share of the children's weight (0-1) below which a node is withheld; one for all, or by the level made.

    Raises
    ------
    IndexInputError
        With every problem of the data, the weights or the settings.
    """
    check_data(normalised, structure.indicators, allow_constant=True)
    method_of: dict[str, Method] = by_aggregate(structure, methods)
    minimum_of = by_aggregate(structure, minimum_share)
    rows = weight_rows(structure, weights)
    values = {code: normalised[code].to_numpy(dtype=float, na_value=np.nan) for code in structure.indicators}
    shares: dict[str, Floats] = {}
    for code in structure.aggregates:
        parts = np.stack([values[child] for child in structure.children(code)])
        known = ~np.isnan(parts)
        shares[code] = (rows[code][:, None] * known).sum(axis=0)
        made = _aggregated(parts, rows[code], method_of[code], code)
        # what has no part at all is missing already: nothing over nothing
        values[code] = np.where(shares[code] >= minimum_of[code] - ROUNDING_SLACK, made, np.nan)
    return Aggregated(
        scores=pd.DataFrame({code: values[code] for code in structure.aggregates}, index=normalised.index),
        present_share=pd.DataFrame(shares, index=normalised.index),
    )


def copeland(parts: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """
    Return how many others each unit outranks minus how many outrank it.

    A unit outranks another when the parts in which it is better weigh more than those in which it is worse (equal parts
    count half to each; OECD/JRC Handbook, 2008, step 6). A part that one of the two misses does not count.
    """
    values = parts.to_numpy(dtype=float).T
    return pd.Series(_copeland(values, weights.reindex(parts.columns).to_numpy(dtype=float)), index=parts.index)


def _aggregated(parts: Floats, weights: Floats, method: Method, code: str) -> Floats:
    used = parts[weights > 0]
    if method == "copeland":
        return _copeland(used, weights[weights > 0])
    if method != "arithmetic" and np.nanmin(used, initial=np.inf) <= 0:
        raise IndexInputError([not_positive(code, float(np.nanmin(used)))])
    known = ~np.isnan(used)
    weighted = weights[weights > 0][:, None]
    total = (weighted * np.where(known, forward(np.where(known, used, 1.0), method), 0.0)).sum(axis=0)
    present = (weighted * known).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return inverse(total / present, method)


def _copeland(values: Floats, weights: Floats) -> Floats:
    count = values.shape[1]
    scores = np.empty(count)
    for start in range(0, count, _OUTRANKING_BLOCK):
        block = values[:, start : start + _OUTRANKING_BLOCK]
        margin = np.zeros((block.shape[1], count))
        for mine, theirs, weight in zip(block, values, weights, strict=True):
            margin += weight * np.nan_to_num(np.sign(mine[:, None] - theirs[None, :]))
        # sums of weights that should cancel out leave a rounding remainder
        margin[np.abs(margin) < ROUNDING_SLACK] = 0.0
        scores[start : start + _OUTRANKING_BLOCK] = np.sign(margin).sum(axis=1)
    return np.where(np.isnan(values).all(axis=0), np.nan, scores)


def weighted_arithmetic_mean(parts: pd.DataFrame, weights: pd.Series, minimum_weight_share: float) -> pd.Series:
    """
    Return the weighted mean of the present parts of each row.

    Parameters
    ----------
    parts
        One column per part.
    weights
        Positive, by column name.
    minimum_weight_share
        The share of the weight that must have a value (0-1); below it the mean is withheld (missing).
    """
    return _mean(parts, weights, minimum_weight_share)


def weighted_geometric_mean(parts: pd.DataFrame, weights: pd.Series, minimum_weight_share: float) -> pd.Series:
    """Return the weighted geometric mean of the present parts of each row; parts are positive."""
    log_mean = _mean(parts.map(np.log), weights, minimum_weight_share)
    return pd.Series(np.exp(log_mean), index=parts.index)


def weighted_harmonic_mean(parts: pd.DataFrame, weights: pd.Series, minimum_weight_share: float) -> pd.Series:
    """Return the weighted harmonic mean of the present parts of each row; parts are positive."""
    return 1.0 / _mean(1.0 / parts, weights, minimum_weight_share)


def present_weight_share(parts: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Return the share of the weight (0-1) that has a value in each row."""
    aligned = weights.reindex(parts.columns)
    return parts.notna().mul(aligned).sum(axis=1) / aligned.sum()


def _mean(parts: pd.DataFrame, weights: pd.Series, minimum_weight_share: float) -> pd.Series:
    aligned = weights.reindex(parts.columns)
    if aligned.isna().any() or (aligned <= 0).any():
        raise ValueError("every part needs a positive weight")
    present = parts.notna().mul(aligned)
    total = present.sum(axis=1)
    mean = parts.mul(aligned).sum(axis=1) / total.where(total > 0)
    # a hair of slack: two thirds has no exact binary form
    return mean.where(present_weight_share(parts, weights) >= minimum_weight_share - 1e-12)

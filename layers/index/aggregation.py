"""
Aggregation of normalised indicators: arithmetic inside a group, geometric between groups.

Arithmetic lets indicators of one pillar stand in for each other; geometric does not let one pillar hide another
(OECD/JRC Handbook, 2008, step 6). Missing parts are left out with their weight, down to a stated minimum.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


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

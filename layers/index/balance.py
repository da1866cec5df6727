"""
Weights optimised for balance: each part as important as it is said to be.

Equal weights do not give equal importance: correlated parts dominate (Becker, Saisana, Paruolo and Vandecasteele,
Ecological Indicators 80, 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.errors import Problem
from layers.index.checks import check_data
from layers.index.errors import IndexInputError
from layers.index.scoring import Floats, Mean, forward, inverse

WEIGHT_FLOOR_SHARE, WEIGHT_CEILING_SHARE = 0.25, 4.0
"""Balanced weights stay between a quarter and four times the equal weight: beyond it a node is as good as removed."""

BALANCE_STEPS = 500
BALANCE_STEP_SIZE = 2.0
BALANCE_TOLERANCE = 1e-6
"""Steps and their size: small enough not to swing on correlated pillars, many enough to settle (tested on them)."""


@dataclass(frozen=True)
class Balanced:
    """
    Weights of a group optimised for balance.

    `weights` (add up to 1), `correlations` of each part with the group's score, `targets` (relative importance, adds
    up to 1), `gap_before` and `gap_after` (greatest distance between relative correlation and target, with equal
    weights and now).
    """

    weights: pd.Series
    correlations: pd.Series
    targets: pd.Series
    gap_before: float
    gap_after: float


def balanced_weights(
    parts: pd.DataFrame,
    method: Mean = "arithmetic",
    targets: Mapping[str, float] | None = None,
    floor_share: float = WEIGHT_FLOOR_SHARE,
    ceiling_share: float = WEIGHT_CEILING_SHARE,
) -> Balanced:
    """
    Return the weights with which each part's correlation with the score of the group is what it should be.

    Iterative and bounded; the best of the iterates is kept, so it is never worse than equal weights.

    Parameters
    ----------
    parts
        Unit x part, normalised; rows with a missing part are left out.
    targets
        Relative importance by part; equal by default.
    floor_share, ceiling_share
        Bounds, as multiples of the equal weight.
    """
    complete = parts.astype(float).dropna()
    check_data(complete, list(parts.columns))
    count = parts.shape[1]
    wanted = np.array([float((targets or {}).get(str(code), 1.0)) for code in parts.columns])
    if not (np.isfinite(wanted).all() and (wanted > 0).all()):
        raise IndexInputError(
            [
                Problem(
                    "Importancia que no vale", "pesos balanceados", "números mayores que cero", str(wanted), "corríjala"
                )
            ]
        )
    wanted /= wanted.sum()
    values = complete.to_numpy().T
    weights = np.full(count, 1.0 / count)
    before = gap = _gap(values, weights, method, wanted)
    best = weights
    for _ in range(BALANCE_STEPS):
        relative = _relative(_correlations(values, weights, method))
        weights = np.clip(
            weights * np.exp(BALANCE_STEP_SIZE * (wanted - relative)), floor_share / count, ceiling_share / count
        )
        weights = weights / weights.sum()
        now = _gap(values, weights, method, wanted)
        if now < gap:
            best, gap = weights, now
        if now < BALANCE_TOLERANCE:
            break
    return Balanced(
        weights=pd.Series(best, index=parts.columns, name="weight"),
        correlations=pd.Series(_correlations(values, best, method), index=parts.columns, name="correlation"),
        targets=pd.Series(wanted, index=parts.columns, name="target"),
        gap_before=before,
        gap_after=gap,
    )


def _correlations(values: Floats, weights: Floats, method: Mean) -> Floats:
    score = inverse((weights[:, None] * forward(values, method)).sum(axis=0), method)
    return np.array([np.corrcoef(part, score)[0, 1] for part in values])


def _relative(correlation: Floats) -> Floats:
    total = correlation.sum()
    return correlation / total if total > 0 else correlation


def _gap(values: Floats, weights: Floats, method: Mean, wanted: Floats) -> float:
    return float(np.abs(_relative(_correlations(values, weights, method)) - wanted).max())

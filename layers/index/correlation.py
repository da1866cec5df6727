"""
Correlation, redundancy and internal consistency of the indicators of an index (OECD/JRC Handbook, 2008, step 4).
"""

from __future__ import annotations

from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from layers.index.structure import Structure

Correlation = Literal["pearson", "spearman"]

REDUNDANT = 0.9
"""Beyond |rho| 0.9 two indicators of a pillar count the same thing twice: one goes (domain.md section 9)."""

SMALLEST_SAMPLE = 3
"""With two units any two indicators are perfectly correlated."""


def correlations(data: pd.DataFrame, method: Correlation = "pearson") -> pd.DataFrame:
    """Return the correlation of every pair of columns over the units that have both; missing where one is constant."""
    frame = data.astype(float)
    ranked = frame.rank() if method == "spearman" and not frame.isna().to_numpy().any() else frame
    return ranked.corr(method="pearson" if ranked is not frame else method, min_periods=SMALLEST_SAMPLE)


def redundant_pairs(
    data: pd.DataFrame, structure: Structure, threshold: float = REDUNDANT, method: Correlation = "pearson"
) -> pd.DataFrame:
    """
    Return the pairs of siblings that say nearly the same.

    Parameters
    ----------
    data
        Unit x indicator, and aggregates if their pairs are wanted too.
    structure
        Which are siblings.
    threshold
        Of the absolute correlation (0-1); pairs above it are listed.

    Returns
    -------
    pairs
        `parent`, `first`, `second`, `correlation`, `units_count`; the strongest first.
    """
    found = []
    for parent in structure.aggregates:
        siblings = [child for child in structure.children(parent) if child in data]
        table = correlations(data[siblings], method).to_numpy(dtype=float)
        for first, second in combinations(siblings, 2):
            rho = float(table[siblings.index(first), siblings.index(second)])
            if abs(rho) > threshold:
                both = int(data[[first, second]].notna().all(axis=1).sum())
                found.append((parent, first, second, rho, both))
    pairs = pd.DataFrame(found, columns=["parent", "first", "second", "correlation", "units_count"])
    return pairs.sort_values("correlation", key=abs, ascending=False, kind="stable", ignore_index=True)


def correlations_with_parents(data: pd.DataFrame, structure: Structure) -> pd.DataFrame:
    """
    Return how each node goes with every aggregate above it: `node`, `aggregate`, `level`, `correlation`.

    An indicator that goes against its pillar, or weighs nothing in the index, shows here. `data` holds indicators and
    aggregates.
    """
    rows = []
    for node in structure.nodes:
        above = node.parent
        while above is not None:
            pair = data[[node.code, above]].astype(float)
            rows.append((node.code, above, structure.by_code[above].level, float(pair.corr().to_numpy()[0, 1])))
            above = structure.by_code[above].parent
    return pd.DataFrame(rows, columns=["node", "aggregate", "level", "correlation"])


def cronbach_alpha(data: pd.DataFrame, *, standardised: bool = False) -> float:
    """
    Return Cronbach's alpha of a group of indicators, over the units that have all of them.

    k / (k - 1) x (1 - sum of variances / variance of the sum); `standardised` takes z-scores first. NaN with fewer
    than two indicators or three units, or when the sum does not vary.
    """
    complete = data.astype(float).dropna()
    count = complete.shape[1]
    if count < 2 or len(complete) < SMALLEST_SAMPLE:
        return float("nan")
    if standardised:
        complete = (complete - complete.mean()) / complete.std()
    whole = float(complete.sum(axis=1).var())
    if not whole > 0:
        return float("nan")
    parts = float(np.sum(complete.var().to_numpy(dtype=float)))
    return count / (count - 1) * (1.0 - parts / whole)

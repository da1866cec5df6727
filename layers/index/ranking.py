"""
Ranks of many draws at once.

A score and its unit are packed into one 64-bit key, so that one sort of plain integers, which processors do many at a
time, gives the whole order; sorting positions (`argsort`) or ranking a frame takes several times longer.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ranks = NDArray[np.unsignedinteger]

UNRANKED = 0
"""The rank of a unit without a score."""


def rank_type(units_count: int) -> type[np.unsignedinteger]:
    """Return the smallest whole number type that holds every rank."""
    return np.uint16 if units_count <= np.iinfo(np.uint16).max else np.uint32


def ranks_of(scores: NDArray[np.float32]) -> Ranks:
    """
    Return the rank of every unit in every draw: 1 is the highest score, equal scores share the better rank.

    Parameters
    ----------
    scores
        Draw x unit, single precision; missing scores get rank 0.

    Returns
    -------
    ranks
        Draw x unit.
    """
    draws, count = scores.shape
    bits = max(int(count - 1).bit_length(), 1)
    # a missing score makes the lowest missing, so that one pass tells the common case
    plain = bool(scores.size) and bool(scores.min() > 0)
    missing = np.zeros(0, dtype=bool) if plain else np.isnan(scores)
    # the bits of positive floats sort as integers
    keys = (scores.view(np.int32) if plain else _sortable(scores, missing)).astype(np.int64)
    keys *= -(1 << bits)
    keys += np.arange(count) + (int(np.iinfo(np.int32).max) << bits)
    keys.sort(axis=1)
    units = keys & ((1 << bits) - 1)
    keys >>= bits
    kind = rank_type(count)
    places = np.broadcast_to(np.arange(1, count + 1, dtype=kind), (draws, count))
    repeated = keys[:, 1:] == keys[:, :-1]
    if repeated.any():
        places = places.copy()
        places[:, 1:][repeated] = 0
        places = np.maximum.accumulate(places, axis=1)
    ranks = np.empty((draws, count), dtype=kind)
    np.put_along_axis(ranks, units, places, axis=1)
    if missing.any():
        ranks[missing] = UNRANKED
    return ranks


def _sortable(scores: NDArray[np.float32], missing: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return integers in the order of the scores; missing ones are the lowest."""
    # adding zero turns -0.0 into 0.0: they are equal and their bits are not
    ordered = (scores + np.float32(0.0)).view(np.int32)
    # negative floats sort backwards as integers: turn their magnitude bits
    ordered ^= (ordered >> 31) & np.int32(0x7FFFFFFF)
    ordered[missing] = np.iinfo(np.int32).min
    return ordered


def twins(data: pd.DataFrame) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """
    Return the positions of the rows that repeat an earlier one, and the positions of that one.

    Matrix products may round two equal rows differently; equal data must get equal ranks.
    """
    groups = pd.Series(data.groupby(list(data.columns), dropna=False, sort=False).ngroup().to_numpy())
    first = groups.drop_duplicates()
    position = pd.Series(first.index, index=first.to_numpy())
    original = position.loc[groups.to_numpy()].to_numpy(dtype=np.intp)
    copies = np.flatnonzero(original != np.arange(len(data)))
    return copies, original[copies]


def rank_quantiles(ranks_by_unit: Ranks, shares: tuple[float, ...]) -> NDArray[np.float64]:
    """
    Return quantiles of each unit's ranks over the draws in which it has one: unit x share, missing if it never has.

    The quantile is the smallest rank that at least that share of the draws does not exceed.
    """
    found = np.full((len(ranks_by_unit), len(shares)), np.nan)
    for unit, ranks in enumerate(ranks_by_unit):
        counts = np.bincount(ranks)
        counts[UNRANKED] = 0
        reached = np.cumsum(counts)
        if reached[-1]:
            found[unit] = np.searchsorted(reached, np.asarray(shares) * reached[-1] - 1e-9)
    return found

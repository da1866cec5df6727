"""
Ranks of many draws at once.

A score and its unit are packed into one key, so that one sort of plain integers, which processors do many at a time,
gives the whole order; sorting positions (`argsort`) or ranking a frame takes several times longer. Keys of 32 bits sort
twice as fast as keys of 64; the few scores that they cannot tell apart are compared afterwards.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ranks = NDArray[np.unsignedinteger]

SHORT_KEY_UNIT_BITS = 12
SHORT_KEY_SCORE_BITS = 20
"""The 32 bits of a short key: up to 4,096 units, and so many steps of score that about two neighbours in a thousand
must be compared afterwards; fewer than the 24 of single precision, so that the step is exact."""

SHORTEST_SPAN = np.float32(1e-20)
"""Below this the number of steps in a unit of score overflows."""

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
    bits = max(int(scores.shape[1] - 1).bit_length(), 1)
    if bits <= SHORT_KEY_UNIT_BITS and scores.size:
        with np.errstate(invalid="ignore", over="ignore"):
            span = scores.max(axis=1, keepdims=True) - scores.min(axis=1, keepdims=True)
        # missing and infinite scores, and spans beyond single precision, need the longer keys
        if np.isfinite(span).all() and (span >= SHORTEST_SPAN).all():
            return _ranks_by_short_keys(scores, bits, span)
    return _ranks_by_long_keys(scores, bits)


def _ranks_by_short_keys(scores: NDArray[np.float32], bits: int, span: NDArray[np.float32]) -> Ranks:
    """Return the same ranks by keys of 32 bits, for scores none of which is missing; `span` by draw."""
    steps = np.float32((1 << SHORT_KEY_SCORE_BITS) - 1)
    keys = ((scores.max(axis=1, keepdims=True) - scores) * (steps / span)).astype(np.uint32)
    keys <<= bits
    keys |= np.arange(scores.shape[1], dtype=np.uint32)
    keys.sort(axis=1)
    units = keys & np.uint32((1 << bits) - 1)
    keys >>= bits
    repeated = keys[:, 1:] == keys[:, :-1]
    again = _settle(scores, units, repeated)
    ranks = _placed(units, repeated)
    if len(again):
        ranks[again] = _ranks_by_long_keys(np.ascontiguousarray(scores[again]), bits)
    return ranks


def _settle(scores: NDArray[np.float32], units: NDArray[np.uint32], repeated: NDArray[np.bool_]) -> NDArray[np.intp]:
    """
    Put in order, in place, the neighbours whose short keys are equal; return the draws that need longer keys.

    A pair is told apart by its scores. Three in a row are rare: their draw is ranked again.
    """
    draw, place = np.nonzero(repeated)
    first, second = units[draw, place], units[draw, place + 1]
    ahead, behind = scores[draw, first], scores[draw, second]
    turned = behind > ahead
    units[draw[turned], place[turned]], units[draw[turned], place[turned] + 1] = second[turned], first[turned]
    repeated[draw, place] = ahead == behind
    in_a_row = (draw[1:] == draw[:-1]) & (place[1:] == place[:-1] + 1)
    return np.unique(draw[1:][in_a_row])


def _ranks_by_long_keys(scores: NDArray[np.float32], bits: int) -> Ranks:
    count = scores.shape[1]
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
    ranks = _placed(units, keys[:, 1:] == keys[:, :-1])
    if missing.any():
        ranks[missing] = UNRANKED
    return ranks


def _placed(units: NDArray[np.integer], repeated: NDArray[np.bool_]) -> Ranks:
    """Return the rank of every unit from the units in order; a place that repeats the one before it shares its rank."""
    draws, count = units.shape
    kind = rank_type(count)
    places = np.broadcast_to(np.arange(1, count + 1, dtype=kind), (draws, count))
    if repeated.any():
        places = places.copy()
        places[:, 1:][repeated] = 0
        places = np.maximum.accumulate(places, axis=1)
    ranks = np.empty((draws, count), dtype=kind)
    flat = units + (np.arange(draws, dtype=np.intp) * count)[:, None]
    ranks.reshape(-1)[flat.reshape(-1)] = places.reshape(-1)
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

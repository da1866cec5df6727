"""
Why this score: what every indicator adds to it, from a stated baseline.

The contributions add up to the score minus the score of the baseline, exactly and under every mean. Under the
arithmetic mean each is weight x difference. Under the geometric one the logarithmic-mean rule: S - S0 = L(S, S0) x sum
of w (ln x - ln x0), with L(a, b) = (a - b) / (ln a - ln b) (Ang, Energy Policy 33, 2005: LMDI, exact, no remainder).
The chain through the levels is a product of such factors. `shapley` is the rule of the games' value instead, for a few
pillars.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
import pandas as pd

from geodata.errors import Problem
from layers.index.aggregation import MINIMUM_SHARE, aggregate
from layers.index.errors import IndexInputError
from layers.index.scoring import Floats, Method, by_aggregate, forward, inverse, not_positive, weight_rows
from layers.index.structure import Structure

SHAPLEY_PLAYERS_AT_MOST = 12
"""Each one doubles the work: twelve are 4,096 scorings."""


@dataclass(frozen=True)
class Explanation:
    """
    Scores taken apart.

    `contributions` (unit x indicator, in points of the score; missing where the unit has no value or no score),
    `scores` and `baseline_scores` by unit. Row sums of the contributions are `scores - baseline_scores`. The baseline
    is scored with the indicators that the unit has, so what a unit misses neither helps nor harms it.
    """

    contributions: pd.DataFrame
    scores: pd.Series
    baseline_scores: pd.Series

    def by_node(self, structure: Structure, codes: Sequence[str]) -> pd.DataFrame:
        """Return the contributions added up by pillar or axis; missing where nothing under it has a value."""
        return pd.DataFrame(
            {code: self.contributions[list(structure.leaves(code))].sum(axis=1, min_count=1) for code in codes}
        )

    def strongest(self, unit: object, count: int = 3) -> tuple[pd.Series, pd.Series]:
        """Return the `count` greatest contributions above zero, and the `count` lowest below it, of one unit."""
        row = self.contributions[self.contributions.index == unit].iloc[0].dropna()
        ordered = row.sort_values(kind="stable")
        return ordered[ordered > 0].iloc[::-1].head(count), ordered[ordered < 0].head(count)


def explain(
    normalised: pd.DataFrame,
    structure: Structure,
    methods: Method | Mapping[int, Method],
    baseline: pd.Series | float,
    weights: Mapping[str, float] | None = None,
    minimum_share: float | Mapping[int, float] = MINIMUM_SHARE,
) -> Explanation:
    """
    Return what each indicator adds to each unit's score.

    Parameters
    ----------
    normalised, structure, methods, weights, minimum_share
        As in `aggregate`; Copeland cannot be taken apart.
    baseline
        Normalised value by indicator from which the contributions are counted (a region's medians, say), or one for
        all. With 0 and arithmetic means the contributions add up to the score itself; geometric and harmonic means
        need it positive.
    """
    method_of: dict[str, Method] = by_aggregate(structure, methods)
    if "copeland" in method_of.values():
        raise IndexInputError([_problem("Copeland no se descompone", "una media", "copeland")])
    codes = list(structure.indicators)
    profile = _profile(baseline, codes)
    made = aggregate(normalised, structure, methods, weights, minimum_share)
    rows = weight_rows(structure, weights)
    values = {code: normalised[code].to_numpy(dtype=float, na_value=np.nan) for code in codes}
    values |= {code: made.scores[code].to_numpy(dtype=float) for code in structure.aggregates}
    base = {code: np.full(len(normalised), profile[code]) for code in codes}
    factor_of: dict[str, Floats] = {}
    for code in structure.aggregates:
        children = structure.children(code)
        now, then = (np.stack([table[child] for child in children]) for table in (values, base))
        shares = _shares(rows[code], now)
        base[code] = _mean(then, shares, method_of[code], code)
        factors = _factors(now, then, shares, values[code], base[code], method_of[code])
        factor_of |= dict(zip(children, factors, strict=True))
    # a withheld score has no contributions
    share_of = {structure.root: np.where(np.isnan(values[structure.root]), np.nan, 1.0)}
    for code in reversed(structure.aggregates):
        for child in structure.children(code):
            share_of[child] = share_of[code] * factor_of[child]
    contributions = {code: share_of[code] * (values[code] - base[code]) for code in codes}
    scores = made.scores[structure.root]
    return Explanation(
        contributions=pd.DataFrame(contributions, index=normalised.index),
        scores=scores,
        baseline_scores=pd.Series(base[structure.root], index=normalised.index).where(scores.notna()),
    )


def shapley(
    row: pd.Series,
    baseline: pd.Series | float,
    structure: Structure,
    methods: Method | Mapping[int, Method],
    players: Sequence[str],
    weights: Mapping[str, float] | None = None,
) -> pd.Series:
    """
    Return the exact Shapley value of each player (a pillar, an axis or an indicator) in one unit's score.

    The mean, over every order, of what the score gains when the player's indicators go from the baseline to the unit's
    values. Adds up to the score minus that of the baseline. What the unit misses is missing in the baseline too.
    """
    if len(players) > SHAPLEY_PLAYERS_AT_MOST:
        raise IndexInputError([_problem("Demasiadas partes", f"{SHAPLEY_PLAYERS_AT_MOST} o menos", str(len(players)))])
    leaves = [leaf for player in players for leaf in structure.leaves(player)]
    if sorted(leaves) != sorted(structure.indicators):
        raise IndexInputError(
            [_problem("Partes que no cubren el índice una vez", "cada indicador en una", str(list(players)))]
        )
    codes = list(structure.indicators)
    own = row[codes].astype(float)
    profile = pd.Series(_profile(baseline, codes))[codes].where(own.notna())
    count = len(players)
    member = (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1
    profiles = pd.DataFrame(np.tile(profile.to_numpy(), (2**count, 1)), columns=codes)
    for position, player in enumerate(players):
        for leaf in structure.leaves(player):
            profiles.loc[member[:, position], leaf] = own[leaf]
    # an indicator that this unit misses is missing in every coalition: nothing to refuse here
    known = [code for code in codes if pd.notna(own[code])]
    scores = _scores_of(profiles, known, structure, methods, weights)
    sizes = member.sum(axis=1)
    values = {}
    for position, player in enumerate(players):
        without = np.flatnonzero(~member[:, position])
        chance = np.array([factorial(s) * factorial(count - 1 - s) / factorial(count) for s in sizes[without]])
        values[player] = float((chance * (scores[without | (1 << position)] - scores[without])).sum())
    return pd.Series(values, name="contribution")


def _scores_of(
    profiles: pd.DataFrame,
    known: list[str],
    structure: Structure,
    methods: Method | Mapping[int, Method],
    weights: Mapping[str, float] | None,
) -> Floats:
    kept = structure.without(set(structure.indicators) - set(known))
    chosen = None if weights is None else {node.code: weights[node.code] for node in kept.nodes if node.code in weights}
    made = aggregate(profiles[known], kept, methods, chosen, minimum_share=0.0)
    return made.scores[structure.root].to_numpy(dtype=float)


def _profile(baseline: pd.Series | float, codes: list[str]) -> dict[str, float]:
    if not isinstance(baseline, pd.Series):
        return dict.fromkeys(codes, float(baseline))
    profile = baseline.reindex(codes).astype(float)
    bad = profile.index[~np.isfinite(profile)].tolist()
    if bad:
        raise IndexInputError(
            [_problem("Línea de base incompleta", "un valor por indicador", ", ".join(map(str, bad)))]
        )
    return {str(code): float(value) for code, value in profile.items()}


def _shares(row: Floats, values: Floats) -> Floats:
    present = row[:, None] * ~np.isnan(values)
    total = present.sum(axis=0)
    return np.divide(present, total, out=np.zeros_like(present), where=total > 0)


def _mean(values: Floats, shares: Floats, method: Method, code: str) -> Floats:
    used = shares > 0
    if method != "arithmetic" and values[used].min(initial=np.inf) <= 0:
        raise IndexInputError([not_positive(f"{code} (línea de base)", float(values[used].min()))])
    total = (shares * np.where(used, forward(np.where(used, values, 1.0), method), 0.0)).sum(axis=0)
    return np.where(used.any(axis=0), inverse(np.where(used.any(axis=0), total, 1.0), method), np.nan)


def _factors(now: Floats, then: Floats, shares: Floats, score: Floats, base: Floats, method: Method) -> Floats:
    """Return, child x unit, by what a child's change is multiplied in its parent's."""
    missing = np.isnan(now)
    used = shares > 0
    # a part without weight changes nothing, whatever its value; a missing one has no contribution at all
    now, then = np.where(used, now, 1.0), np.where(used, then, 1.0)
    if method == "arithmetic":
        factors = shares
    elif method == "harmonic":
        factors = shares * score * base / (now * then)
    else:
        factors = shares * _logarithmic_mean(score, base) / _logarithmic_mean(now, then)
    return np.where(missing, np.nan, factors)


def _logarithmic_mean(first: Floats, second: Floats) -> Floats:
    ratio = np.log(first / second)
    # expm1 keeps the digits when the two are nearly equal; at equality the mean is either
    stretch = np.divide(np.expm1(ratio), ratio, out=np.ones_like(ratio), where=ratio != 0)
    return second * np.where(np.isnan(ratio), np.nan, stretch)


def _problem(what: str, expected: str, found: str) -> Problem:
    return Problem(what, "explicación del puntaje", expected, found, "corríjalo")

"""What the draws of a robustness analysis say: rank intervals, probabilities, who is ahead of whom."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.index.ranking import UNRANKED, Ranks, rank_quantiles, ranks_of

INTERVAL_SHARES = (0.05, 0.5, 0.95)
TOP_SHARE = 0.1
"""The top decile."""

SURE_SHARE = 0.8
"""A class or an order is shown only when at least 80 % of the draws agree (domain.md section 9)."""

_BLOCK_DRAWS = 1024


@dataclass(frozen=True)
class RankDraws:
    """
    The ranks of every unit in every draw (unit x draw; 1 is best, ties share the better rank, 0 has no score).

    `scores` are those of the index itself, by unit.
    """

    units: pd.Index
    ranks: Ranks
    scores: pd.Series

    def within(self, mask: pd.Series) -> RankDraws:
        """Return the ranks among the units of a mask (a region, say), from the same draws."""
        chosen = mask.reindex(self.units, fill_value=False).to_numpy(dtype=bool)
        subset = self.ranks[chosen]
        again = np.empty_like(subset)
        for start in range(0, subset.shape[1] if len(subset) else 0, _BLOCK_DRAWS):
            block = subset[:, start : start + _BLOCK_DRAWS].T
            # whole numbers up to 2^24 are exact in single precision
            scores = np.where(block == UNRANKED, np.float32(np.nan), -block.astype(np.float32))
            again[:, start : start + _BLOCK_DRAWS] = ranks_of(scores).T
        return RankDraws(units=self.units[chosen], ranks=again, scores=self.scores[chosen])

    def summary(self) -> pd.DataFrame:
        """
        Return, by unit, the rank of the index itself and those of the draws.

        Columns `rank`, `rank_p05`, `rank_p50`, `rank_p95`, `top_decile_share`, `ranked_share`. Shares are
        of the draws (0-1). Missing for units without a score.
        """
        quantiles = rank_quantiles(self.ranks, INTERVAL_SHARES)
        scored = self.scores.notna()
        return pd.DataFrame(
            {
                "rank": self.scores.rank(ascending=False, method="min"),
                "rank_p05": quantiles[:, 0],
                "rank_p50": quantiles[:, 1],
                "rank_p95": quantiles[:, 2],
                "top_decile_share": self.top_share(max(1, int(np.ceil(TOP_SHARE * scored.sum())))),
                "ranked_share": pd.Series((self.ranks != UNRANKED).mean(axis=1), index=self.units).where(scored),
            },
            index=self.units,
        )

    def top_share(self, first: int) -> pd.Series:
        """Return the share of the draws (0-1) in which each unit is among the `first` best; missing if never ranked."""
        # rank 0 (none) becomes the largest number: one comparison does for both
        among = (self.ranks - self.ranks.dtype.type(1)) < first
        ranked = np.count_nonzero(self.ranks, axis=1)
        return self._share(np.count_nonzero(among, axis=1), ranked).rename("top_share")

    def ahead_of_all(self, unit: Hashable) -> pd.Series:
        """
        Return the share of the draws (0-1) in which a unit ranks before each other one; a tie counts half.

        Over the draws in which both have a rank; missing for itself and where there is none.
        """
        mine = self.ranks[self.units.get_loc(unit)]
        both = (self.ranks != UNRANKED) & (mine != UNRANKED)
        ahead = np.count_nonzero((mine < self.ranks) & both, axis=1) + 0.5 * np.count_nonzero(
            (mine == self.ranks) & both, axis=1
        )
        shares = self._share(ahead, np.count_nonzero(both, axis=1))
        return shares.mask(self.units == unit).rename("ahead_share")

    def ahead(self, first: Hashable, second: Hashable) -> float:
        """Return the share of the draws (0-1) in which `first` ranks before `second`; a tie counts half."""
        pair = self.units.isin([first, second])
        shares = RankDraws(self.units[pair], self.ranks[pair], self.scores[pair]).ahead_of_all(first)
        return float(shares[shares.index == second].iloc[0])

    def can_tell_apart(self, first: Hashable, second: Hashable, sure_share: float = SURE_SHARE) -> bool:
        """Return whether at least `sure_share` of the draws agree on which of two units is ahead."""
        share = self.ahead(first, second)
        return bool(max(share, 1.0 - share) >= sure_share)

    def _share(self, part: NDArray[np.number], whole: NDArray[np.integer]) -> pd.Series:
        return pd.Series(np.where(whole > 0, part / np.maximum(whole, 1), np.nan), index=self.units)

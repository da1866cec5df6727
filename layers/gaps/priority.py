"""
Priority of a gap, open to whoever disagrees: impact x severity / cost, each term a column.

Impact is producers x potential (score / 100). Severity is the share of the way to the standard that is missing. Cost is
how dear the gap is per producer beside the others of its level. Ranks compare like with like: a province has more
producers than a district, so each level has its own; equal priorities share a rank.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers.gaps.severity import ACTIONABLE

COST_BOUNDS = (0.5, 2.0)
"""A gap twice as dear per producer as the median counts half, and no further either way.

Basis: judgement. The unit costs are ranges of press cases whose ends differ by a factor of 7 to 28: a finer comparison
would be one of noise."""

NEUTRAL_COST = 1.0
"""The term of a gap without a cost to trust: it is neither favoured nor put back."""

PRIORITY_DECIMALS = 1
"""Priorities are compared as they are read: what differs by less is a tie."""

TERMS = ("priority_impact", "priority_severity", "priority_cost")


def with_priority(gaps: pd.DataFrame) -> pd.DataFrame:
    """
    Return the gaps with their terms, `priority` and `priority_rank`.

    Parameters
    ----------
    gaps
        `level`, `severity`, `severity_share` (0-1), `producers_count`, `potential_score` (0-100), `cost_low_pen`,
        `cost_high_pen`.

    Returns
    -------
    gaps
        Without `potential_score`. Everything is missing where there is nothing to act on; impact, priority and rank
        where producers (unknown or reserved) or potential are. `priority_rank` is among the gaps of the same level, 1
        the first; `priority_ties_count` says how many share it.
    """
    is_open = gaps["severity"].isin(ACTIONABLE)
    impact = (gaps["producers_count"] * gaps["potential_score"] / 100.0).where(is_open)
    severity = gaps["severity_share"].where(is_open)
    cost = cost_term(gaps).where(is_open)
    priority = (impact * severity / cost).round(PRIORITY_DECIMALS)
    by_level = priority.groupby(gaps["level"])
    rank = by_level.rank(method="min", ascending=False)
    ties = rank.groupby([gaps["level"], rank]).transform("size")
    return gaps.drop(columns="potential_score").assign(
        priority_impact=impact,
        priority_severity=severity,
        priority_cost=cost,
        priority=priority,
        priority_rank=rank,
        priority_ties_count=ties,
    )


def cost_term(gaps: pd.DataFrame) -> pd.Series:
    """
    Return the cost per producer over its median among the open gaps of the same level, within `COST_BOUNDS`.

    One where there is no cost to trust, or nobody knows the producers.
    """
    middle = (gaps["cost_low_pen"] + gaps["cost_high_pen"]) / 2.0
    each = (middle / gaps["producers_count"].where(gaps["producers_count"] > 0)).where(
        gaps["severity"].isin(ACTIONABLE)
    )
    median = each.groupby(gaps["level"]).transform("median")
    ratio = (each / median.where(median > 0)).clip(*COST_BOUNDS)
    return ratio.astype(float).replace([np.inf, -np.inf], np.nan).fillna(NEUTRAL_COST).rename("priority_cost")

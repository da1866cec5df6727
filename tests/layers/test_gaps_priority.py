"""Priority of gaps: three terms anybody can multiply, ranks within a level, ties stated, nothing reserved let out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.gaps import COST_BOUNDS, cost_term, with_priority

repeatable = settings(derandomize=True, deadline=None)


def rows(*given: dict[str, Any]) -> pd.DataFrame:
    """Return open gaps of districts, 100 producers, potential 50, half of the way missing, no cost, unless said."""
    usual = {
        "level": "district",
        "severity": "critical",
        "severity_share": 0.5,
        "producers_count": 100.0,
        "potential_score": 50.0,
        "cost_low_pen": np.nan,
        "cost_high_pen": np.nan,
    }
    return pd.DataFrame([usual | row for row in given])


def test_impact_by_severity_over_cost() -> None:
    """By hand: 100 producers x 0.5 of potential x 0.5 missing over a neutral cost is 25."""
    found: Any = with_priority(rows({})).iloc[0]
    terms = ["priority_impact", "priority_severity", "priority_cost", "priority", "priority_rank"]
    assert found[terms].tolist() == [50, 0.5, 1, 25, 1]


def test_equal_priorities_share_a_rank_and_say_so() -> None:
    """Two equal gaps are both first, each of two; the next one is third."""
    found = with_priority(rows({}, {}, {"severity_share": 0.2}))
    assert found["priority_rank"].tolist() == [1, 1, 3]
    assert found["priority_ties_count"].tolist() == [2, 2, 1]


def test_what_reads_the_same_is_a_tie() -> None:
    """Priorities that differ by less than the decimal shown are not ranked apart."""
    found = with_priority(rows({"producers_count": 100.0}, {"producers_count": 100.1}))
    assert found["priority_rank"].tolist() == [1, 1]


def test_a_level_ranks_by_itself() -> None:
    """A province has more producers than its districts, and does not push them down the list."""
    found = with_priority(rows({}, {"level": "province", "producers_count": 5000.0}))
    assert found["priority_rank"].tolist() == [1, 1]


def test_without_producers_or_potential_there_is_no_priority() -> None:
    """Reserved producers leave impact, cost and priority without a number from which they could be worked out."""
    costs = {"cost_low_pen": 10.0, "cost_high_pen": 20.0}
    found = with_priority(rows(costs | {"producers_count": np.nan}, {"potential_score": np.nan}, costs))
    assert found["priority"].isna().tolist() == [True, True, False]
    assert found["priority_impact"].isna().tolist() == [True, True, False]
    assert found["priority_rank"].isna().tolist() == [True, True, False]
    assert found["priority_cost"].iloc[0] == 1


def test_a_gap_that_is_met_or_unknown_has_no_priority() -> None:
    """Nothing to act on: no terms, no rank, and no part in anybody else's median."""
    found = with_priority(rows({"severity": "none", "severity_share": 0.0}, {"severity": "no_data"}, {}))
    assert found["priority_rank"].isna().tolist() == [True, True, False]
    assert found["priority_cost"].isna().tolist() == [True, True, False]


def test_the_cost_is_per_producer_beside_the_median_and_bounded() -> None:
    """
    By hand: middles of 100, 200, 300 and 10,000 soles for 100 producers each; the median is 2.5 soles per producer.

    Ratios 0.4, 0.8, 1.2 and 40; the first and last stay at the bounds. Without a cost the term is 1.
    """
    middles = [100.0, 200.0, 300.0, 10_000.0]
    found = cost_term(rows(*({"cost_low_pen": cost, "cost_high_pen": cost} for cost in middles), {}))
    assert found.round(6).tolist() == [COST_BOUNDS[0], 0.8, 1.2, COST_BOUNDS[1], 1.0]


def test_no_producers_is_no_division() -> None:
    """A territory with zero producers has no cost per producer, and a priority of zero."""
    found: Any = with_priority(rows({"producers_count": 0.0, "cost_low_pen": 5.0, "cost_high_pen": 9.0})).iloc[0]
    assert (found["priority_cost"], found["priority"]) == (1, 0)


@repeatable
@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=20), st.floats(1.5, 3))
def test_more_of_any_term_is_never_a_worse_rank(shares: list[float], more: float) -> None:
    """Raising the producers of one gap, all else equal, never makes its rank worse."""
    gaps = rows(*({"severity_share": share} for share in shares))
    raised = gaps.assign(producers_count=[100.0 * more, *gaps["producers_count"].iloc[1:]])
    assert with_priority(raised)["priority_rank"].iloc[0] <= with_priority(gaps)["priority_rank"].iloc[0]

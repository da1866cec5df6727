"""Why this score: contributions that add up, under every mean."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.index.aggregation import aggregate
from layers.index.errors import IndexInputError
from layers.index.explanation import explain, shapley
from tests.layers.index.trees import CODES, METHODS, TREE, methods, pair, scores, tables, weights

repeatable = settings(derandomize=True, deadline=None, max_examples=30)
few = settings(derandomize=True, deadline=None, max_examples=6)
MIXED: list[Any] = [{2: "geometric", 3: "harmonic", 4: "arithmetic"}, {2: "harmonic", 3: "arithmetic", 4: "geometric"}]
baselines = st.floats(1, 100) | st.integers(0, 99).map(lambda seed: scores(1, seed).iloc[0])


@repeatable
@given(tables, methods | st.sampled_from(MIXED), weights, baselines)
def test_contributions_add_up_to_the_score_minus_the_baseline(
    data: pd.DataFrame, method: Any, weight: Any, base: Any
) -> None:
    """To 1e-9, with gaps, withheld pillars and every mix of means; nothing for what is missing."""
    found = explain(data, TREE, method, base, weight, minimum_share=0.4)
    known = found.scores.notna()
    total = found.contributions.sum(axis=1)
    assert (total - (found.scores - found.baseline_scores))[known].abs().max() < 1e-9 or not known.any()
    assert found.scores.equals(aggregate(data, TREE, method, weight, 0.4).scores["index"])
    assert not found.contributions[data.isna()].notna().any(axis=None)
    assert found.contributions[~known].isna().all(axis=None)


def test_under_arithmetic_from_zero_they_add_up_to_the_score_itself() -> None:
    """Weight times value, exactly: 0.25 x 40 and 0.75 x 80."""
    data = pd.DataFrame({"a": [40.0], "b": [80.0]})
    found = explain(data, pair(b=3), "arithmetic", 0.0)
    assert found.contributions.iloc[0].tolist() == [10, 60]
    assert found.baseline_scores.tolist() == [0]


def test_under_geometric_by_the_logarithmic_rule_by_hand() -> None:
    """From 10 x 10 to 20 x 80: the score goes from 10 to 40; log 2 and log 8 share the 30 as 1 to 3."""
    found = explain(pd.DataFrame({"a": [20.0], "b": [80.0]}), pair(), "geometric", 10.0)
    assert found.contributions.iloc[0].tolist() == pytest.approx([7.5, 22.5])


def test_who_is_at_the_baseline_adds_nothing_and_the_sign_is_that_of_the_difference() -> None:
    """At it zero, above it positive, below it negative; weight 0 adds nothing whatever the value."""
    data = pd.DataFrame([dict.fromkeys(CODES, 50.0) | {"p1a": 70.0, "h1a": 20.0, "p2a": 99.0}])
    weight = {**dict.fromkeys(TREE.by_code, 1.0), "p2a": 0.0}
    row = explain(data, TREE, METHODS, 50.0, weight).contributions.iloc[0]
    assert row["p1a"] > 0 > row["h1a"]
    assert row.drop(["p1a", "h1a"]).abs().max() < 1e-12


def test_the_baseline_is_scored_with_what_the_unit_has() -> None:
    """Without h2 the baseline has none either: a unit at the baseline in all the rest contributes nothing."""
    data = scores(2)
    profile = data.iloc[1].copy()
    data.loc["u1", "h2a"] = np.nan
    found = explain(data, TREE, METHODS, profile, minimum_share=0)
    assert found.contributions.loc["u1"].drop("h2a").abs().max() < 1e-12
    assert np.isnan(found.contributions.loc["u1", "h2a"])  # type: ignore[arg-type]
    assert found.baseline_scores["u1"] == pytest.approx(found.scores["u1"])


def test_by_pillar_and_strongest() -> None:
    """Pillars add their indicators up; three strengths and three weaknesses, in order, never of the wrong sign."""
    found = explain(scores(20), TREE, METHODS, scores(20).median())
    pillars = found.by_node(TREE, ["p1", "p2", "h1", "h2"])
    pd.testing.assert_series_equal(pillars.sum(axis=1), found.contributions.sum(axis=1))
    strengths, weaknesses = found.strongest("u3")
    assert (strengths > 0).all()
    assert (weaknesses < 0).all()
    assert strengths.is_monotonic_decreasing
    assert weaknesses.is_monotonic_increasing
    assert len(strengths) <= 3
    assert strengths.iloc[0] == found.contributions.loc["u3"].max()


@few
@given(st.integers(0, 300), methods, baselines, st.sampled_from([0.0, 0.2]))
def test_shapley_adds_up_and_is_the_mean_over_every_order(seed: int, method: Any, base: Any, gaps: float) -> None:
    """Four pillars, 24 orders, compared with going through them one by one."""
    row = scores(1, seed, gaps).iloc[0]
    players = ["p1", "p2", "h1", "h2"]
    if row[list(TREE.leaves("p"))].isna().all() and row[list(TREE.leaves("h"))].isna().all():
        return
    found = shapley(row, base, TREE, method, players)
    start = (base if isinstance(base, pd.Series) else pd.Series(base, index=CODES)).where(row.notna())
    gained = dict.fromkeys(players, 0.0)
    for order in permutations(players):
        now = start.copy()
        before = score(now, method)
        first = before
        for player in order:
            leaves = list(TREE.leaves(player))
            now[leaves] = row[leaves]
            after = score(now, method)
            gained[player] += (after - before) / 24
            before = after
    assert found.to_dict() == pytest.approx(gained, abs=1e-9)
    assert found.sum() == pytest.approx(before - first, abs=1e-9)


def score(row: pd.Series, method: Any) -> float:
    known = row.dropna()
    tree = TREE.without(set(CODES) - set(known.index))
    return float(aggregate(known.to_frame().T, tree, method, minimum_share=0).scores["index"].iloc[0])


def test_shapley_and_the_linear_rule_agree_under_arithmetic() -> None:
    """The same numbers."""
    data = scores(3)
    linear = explain(data, TREE, "arithmetic", 30.0).by_node(TREE, ["p", "h"])
    games = shapley(data.iloc[1], 30.0, TREE, "arithmetic", ["p", "h"])
    assert games.to_dict() == pytest.approx(linear.loc["u1"].to_dict())


def test_what_cannot_be_explained_is_refused() -> None:
    """Copeland, a baseline of zero under geometric, an incomplete one, parts that overlap, thirteen parts."""
    data = scores(3)
    with pytest.raises(IndexInputError, match="Copeland"):
        explain(data, TREE, "copeland", 1.0)
    with pytest.raises(IndexInputError, match="línea de base"):
        explain(data, TREE, METHODS, 0.0)
    with pytest.raises(IndexInputError, match=r"incompleta.*h2a"):
        explain(data, TREE, METHODS, data.iloc[0].drop("h2a"))
    with pytest.raises(IndexInputError, match="no cubren"):
        shapley(data.iloc[0], 1.0, TREE, METHODS, ["p", "p1", "h"])
    with pytest.raises(IndexInputError, match="Demasiadas"):
        shapley(data.iloc[0], 1.0, TREE, METHODS, ["p"] * 13)

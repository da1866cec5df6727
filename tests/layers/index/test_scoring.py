"""Many draws at once give what one scoring at a time gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.index.aggregation import aggregate
from layers.index.errors import IndexInputError
from layers.index.perturbation import without_left_out
from layers.index.scoring import Scorer, by_aggregate, weight_rows
from tests.layers.index.trees import CODES, METHODS, TREE, methods, scores, tables, weights

repeatable = settings(derandomize=True, deadline=None, max_examples=25)
MIXED = [METHODS, {2: "geometric", 3: "harmonic", 4: "arithmetic"}, {2: "harmonic", 3: "arithmetic", 4: "geometric"}]


def scorer(data: pd.DataFrame, method: Any, minimum: float, may_empty: bool = False) -> Scorer:
    withheld = aggregate(data, TREE, method, minimum_share=minimum).scores.isna()
    masks = {code: withheld[code].to_numpy() for code in TREE.aggregates}
    return Scorer(data, TREE, by_aggregate(TREE, method), masks, by_aggregate(TREE, minimum), may_empty)


@repeatable
@given(tables, methods | st.sampled_from(MIXED), weights, weights)
def test_a_block_of_draws_is_as_good_as_one_by_one(data: pd.DataFrame, method: Any, first: Any, second: Any) -> None:
    """Two draws together, gaps and every mix of means included; and the ordering orders as the score does."""
    together = scorer(data, method, 0)
    rows = [weight_rows(TREE, weight) for weight in (first, second)]
    block = {parent: np.vstack([row[parent] for row in rows]) for parent in TREE.aggregates}
    expected = [aggregate(data, TREE, method, weight, 0).scores["index"].to_numpy() for weight in (first, second)]
    found = together.scores(block)
    np.testing.assert_allclose(found, np.vstack(expected), rtol=1e-9)
    ordering = together.ordering(block)
    for score, order in zip(found, ordering, strict=True):
        known = ~np.isnan(score)
        assert (np.argsort(score[known], kind="stable") == np.argsort(order[known], kind="stable")).all()


@repeatable
@given(st.integers(0, 500), methods | st.sampled_from(MIXED), weights, st.sampled_from([0.0, 0.3]))
def test_leaving_an_indicator_out_is_scoring_the_smaller_tree(seed: int, method: Any, weight: Any, gaps: float) -> None:
    """Each indicator in turn, the one that is alone in its pillar too."""
    data = scores(12, seed, gaps)
    left = np.arange(len(CODES))
    rows = {parent: np.tile(row, (len(left), 1)) for parent, row in weight_rows(TREE, weight).items()}
    found = scorer(data, method, 0, may_empty=True).scores(without_left_out(TREE, rows, left))
    for position, code in enumerate(CODES):
        smaller = TREE.without([code])
        kept = {node.code: weight[node.code] for node in smaller.nodes}
        alone = aggregate(data.drop(columns=code), smaller, method, kept, 0).scores["index"]
        np.testing.assert_allclose(found[position], alone, rtol=1e-9)


def test_what_the_index_withholds_stays_withheld() -> None:
    """A pillar with one of three has no score in the index, so none in any draw."""
    data = scores(5)
    data.loc["u2", ["p1a", "p1b"]] = np.nan
    found = scorer(data, METHODS, 2 / 3).scores({k: row[None, :] for k, row in weight_rows(TREE).items()})
    withheld = aggregate(data, TREE, METHODS, minimum_share=2 / 3).scores["index"]
    np.testing.assert_allclose(found[0], withheld, rtol=1e-12)


def test_copeland_is_no_mean() -> None:
    """It is refused with a sentence, not scored wrongly."""
    with pytest.raises(IndexInputError, match="Copeland"):
        scorer(scores(), {2: "arithmetic", 3: "arithmetic", 4: "copeland"}, 0)

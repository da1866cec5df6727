"""Ranks by packed keys: the same as pandas', ties and gaps included."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.index.ranking import UNRANKED, rank_quantiles, rank_type, ranks_of, twins

repeatable = settings(derandomize=True, deadline=None)
values = st.one_of(
    st.floats(-1e6, 1e6, width=32), st.sampled_from([0.0, -0.0, 1.0, -1.0, float("nan"), 1e-45, float("inf")])
)
blocks = st.integers(1, 12).flatmap(
    lambda n: st.lists(st.lists(values, min_size=n, max_size=n), min_size=1, max_size=5)
)


@repeatable
@given(blocks)
def test_the_same_ranks_as_pandas(rows: list[list[float]]) -> None:
    """1 for the highest, ties share the better rank, negative zero ties with zero, missing has none."""
    scores = np.array(rows, dtype=np.float32)
    expected = pd.DataFrame(scores).rank(axis=1, ascending=False, method="min").fillna(UNRANKED)
    assert ranks_of(scores).tolist() == expected.to_numpy().astype(int).tolist()


def test_ranks_take_two_bytes_at_national_size() -> None:
    """And four only beyond 65,535 units."""
    assert rank_type(1891) is np.uint16
    assert rank_type(70_000) is np.uint32
    assert ranks_of(np.random.default_rng(0).random((3, 1891), dtype=np.float32)).max() == 1891


def test_equal_rows_are_found_with_their_gaps() -> None:
    """Rows 2 and 3 repeat row 0; a gap equals a gap."""
    data = pd.DataFrame({"a": [1.0, 2, 1, 1, np.nan, np.nan], "b": [5.0, 5, 5, 5, 1, 1]})
    copies, originals = twins(data)
    assert copies.tolist() == [2, 3, 5]
    assert originals.tolist() == [0, 0, 4]


@repeatable
@given(st.lists(st.integers(1, 50), min_size=1, max_size=60), st.sampled_from([0.05, 0.5, 0.95, 1.0]))
def test_a_quantile_is_the_smallest_rank_that_enough_draws_do_not_exceed(ranks: list[int], share: float) -> None:
    """As numpy's `inverted_cdf`; draws without a rank do not count, a unit never ranked has none."""
    table = np.array([[*ranks, UNRANKED], [UNRANKED] * (len(ranks) + 1)], dtype=np.uint16)
    found = rank_quantiles(table, (share,))
    assert found[0, 0] == np.quantile(ranks, share, method="inverted_cdf")
    assert np.isnan(found[1, 0])


@repeatable
@given(st.integers(0, 10_000), st.integers(2, 400), st.sampled_from([1e-3, 1e-6, 1.0, 50.0]))
def test_scores_that_a_short_key_confuses_are_told_apart(seed: int, count: int, width: float) -> None:
    """Scores as near as single precision allows, pairs and crowds of them, rank as pandas ranks them."""
    random = np.random.default_rng(seed)
    scores = (50 + random.uniform(0, width, (3, count))).astype(np.float32)
    scores[:, 0] = 1.0  # one far away: the others share few steps
    expected = pd.DataFrame(scores).rank(axis=1, ascending=False, method="min")
    assert ranks_of(scores).tolist() == expected.to_numpy().astype(int).tolist()

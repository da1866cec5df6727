"""Aggregation inside an index: means that stay between their parts, and are withheld when too little is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.index.aggregation import present_weight_share, weighted_arithmetic_mean, weighted_geometric_mean

repeatable = settings(derandomize=True, deadline=None)

Mean = Callable[[pd.DataFrame, pd.Series, float], pd.Series]
MEANS = [weighted_arithmetic_mean, weighted_geometric_mean]
EQUAL = pd.Series({"a": 1.0, "b": 1.0})
THIRDS = pd.Series({"a": 1.0, "b": 1.0, "c": 1.0})

scores = st.floats(1, 100)
parts_of_three = st.lists(st.tuples(scores, scores, scores), min_size=1, max_size=20).map(
    lambda rows: pd.DataFrame(rows, columns=["a", "b", "c"])
)
weights_of_three = st.tuples(*[st.floats(0.1, 10)] * 3).map(lambda weights: pd.Series(weights, index=["a", "b", "c"]))


def frame(*rows: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list("abc")[: len(rows[0])], dtype=float)


def test_by_hand() -> None:
    """4 and 16: their arithmetic mean is 10, their geometric mean 8; with weights 3 to 1, 7 and 4 x sqrt 2."""
    parts = frame((4, 16))
    uneven = pd.Series({"a": 3.0, "b": 1.0})
    assert weighted_arithmetic_mean(parts, EQUAL, 1).tolist() == [10]
    assert weighted_geometric_mean(parts, EQUAL, 1).tolist() == pytest.approx([8])
    assert weighted_arithmetic_mean(parts, uneven, 1).tolist() == [7]
    assert weighted_geometric_mean(parts, uneven, 1).tolist() == pytest.approx([4 * np.sqrt(2)])


@repeatable
@given(parts_of_three, weights_of_three)
def test_means_lie_between_the_worst_and_the_best_part(parts: pd.DataFrame, weights: pd.Series) -> None:
    """And the geometric never exceeds the arithmetic: a weak part cannot be hidden by a strong one."""
    arithmetic, geometric = (mean(parts, weights, 1) for mean in MEANS)
    assert (geometric <= arithmetic + 1e-9).all()
    assert (geometric >= parts.min(axis=1) - 1e-9).all()
    assert (arithmetic <= parts.max(axis=1) + 1e-9).all()


@repeatable
@given(parts_of_three, weights_of_three, st.sampled_from("abc"), st.floats(0.1, 50), st.sampled_from(MEANS))
def test_a_better_part_never_lowers_the_mean(
    parts: pd.DataFrame, weights: pd.Series, part: str, gain: float, mean: Mean
) -> None:
    """Raising one part raises the mean, whatever the weights."""
    better = parts.assign(**{part: parts[part] + gain})
    assert (mean(better, weights, 1) > mean(parts, weights, 1)).all()


@repeatable
@given(parts_of_three, weights_of_three, st.floats(0.1, 10), st.sampled_from(MEANS))
def test_only_the_proportion_of_weights_matters(
    parts: pd.DataFrame, weights: pd.Series, factor: float, mean: Mean
) -> None:
    """Weights in percent or in points give the same mean, and so does another order of parts or weights."""
    expected = mean(parts, weights, 1).tolist()
    assert mean(parts, weights * factor, 1).tolist() == pytest.approx(expected)
    assert mean(parts[["c", "a", "b"]], weights[["b", "c", "a"]], 1).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("mean", MEANS)
def test_equal_parts_are_their_own_mean(mean: Mean) -> None:
    """Three times 37 is 37."""
    assert mean(frame((37, 37, 37)), THIRDS, 1).tolist() == pytest.approx([37])


@pytest.mark.parametrize("mean", MEANS)
def test_two_thirds_are_enough_and_less_is_withheld(mean: Mean) -> None:
    """With all, two and one of three equal parts, and a minimum of 2/3: known, known, withheld."""
    parts = frame((10, 10, 10), (10, 10, np.nan), (10, np.nan, np.nan), (np.nan, np.nan, np.nan))
    assert mean(parts, THIRDS, 2 / 3).isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize("mean", MEANS)
def test_the_minimum_is_of_weight_not_of_count(mean: Mean) -> None:
    """One part of three with 70 % of the weight is enough; the two others, with 30 %, are not."""
    weights = pd.Series({"a": 7.0, "b": 2.0, "c": 1.0})
    assert mean(frame((10, np.nan, np.nan), (np.nan, 10, 10)), weights, 2 / 3).isna().tolist() == [False, True]


def test_a_missing_part_is_left_out_with_its_weight() -> None:
    """The mean of 10 and unknown is 10, not 5."""
    parts = frame((10, np.nan, 10))
    assert weighted_arithmetic_mean(parts, THIRDS, 2 / 3).tolist() == [10]
    assert weighted_geometric_mean(parts, THIRDS, 2 / 3).tolist() == pytest.approx([10])


@pytest.mark.parametrize("mean", MEANS)
def test_nothing_known_has_no_mean_even_when_nothing_is_asked(mean: Mean) -> None:
    """A row of missing parts is missing, whatever the minimum."""
    assert mean(frame((np.nan, np.nan)), EQUAL, 0).isna().all()


def test_the_share_that_rests_on_data_is_reported() -> None:
    """All, three quarters, a quarter and none of the weight."""
    parts = frame((1, 1), (1, np.nan), (np.nan, 1), (np.nan, np.nan))
    assert present_weight_share(parts, pd.Series({"b": 1.0, "a": 3.0})).tolist() == [1, 0.75, 0.25, 0]


@pytest.mark.parametrize("weights", [{"a": 1.0}, {"a": 1.0, "b": 0.0}, {"a": 1.0, "b": -1.0}])
@pytest.mark.parametrize("mean", MEANS)
def test_every_part_needs_a_positive_weight(mean: Mean, weights: dict[str, float]) -> None:
    """A part without weight, or with zero or less, is an error: it would vanish in silence."""
    with pytest.raises(ValueError, match="positive weight"):
        mean(frame((10, 10)), pd.Series(weights), 1)

"""Normalisation: from 1 to 100 between frozen goalposts; missing stays missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.index.errors import IndexInputError
from layers.index.normalization import (
    Goalposts,
    Method,
    distance_to_target,
    goalposts,
    min_max,
    normalise,
    normalise_table,
    percentile_rank,
    rank,
    transformed,
    z_score,
)

repeatable = settings(derandomize=True, deadline=None)

values = st.lists(st.floats(-1e6, 1e6) | st.none(), min_size=1, max_size=40).map(lambda v: pd.Series(v, dtype=float))
not_negative = st.lists(st.floats(0, 1e6), min_size=2, max_size=40).map(lambda v: pd.Series(v, dtype=float))
posts = st.builds(
    lambda low, width, direction: Goalposts(low, low + width, "none", direction),
    st.floats(-1e3, 1e3),
    st.floats(1e-3, 1e3),
    st.sampled_from([1, -1]),
)


def test_by_hand() -> None:
    """Goalposts 0 and 10: the worst scores 1, the best 100, the middle 50.5; beyond them the scale ends."""
    scores = normalise(pd.Series([0.0, 5.0, 10.0, -3.0, 99.0]), Goalposts(0, 10))
    assert scores.tolist() == [1, 50.5, 100, 1, 100]


def test_where_less_is_better_the_scale_turns() -> None:
    """With direction -1 the lowest value is the best."""
    scores = normalise(pd.Series([0.0, 5.0, 10.0]), Goalposts(0, 10, direction=-1))
    assert scores.tolist() == [100, 50.5, 1]


def test_skewed_quantities_are_scored_by_their_logarithm() -> None:
    """With log1p the value halfway between log 1 and log 100 scores the middle: 9."""
    scores = normalise(pd.Series([0.0, 9.0, 99.0]), Goalposts(0, np.log(100), "log1p"))
    assert scores.tolist() == pytest.approx([1, 50.5, 100])
    assert transformed(pd.Series([0.0, 9.0]), "log1p").tolist() == pytest.approx([0, np.log(10)])


@repeatable
@given(values, posts)
def test_scores_stay_on_the_scale_and_missing_stays_missing(series: pd.Series, frozen: Goalposts) -> None:
    """Any value scores from 1 to 100; exactly the missing ones have no score."""
    scores = normalise(series, frozen)
    assert scores.isna().equals(series.isna())
    assert scores.dropna().between(1, 100).all()


@repeatable
@given(values, posts)
def test_a_better_value_never_scores_less(series: pd.Series, frozen: Goalposts) -> None:
    """Sorted from worst to best by direction, scores never fall."""
    ordered = series.dropna().sort_values(ascending=frozen.direction > 0)
    assert (np.diff(normalise(ordered, frozen)) >= -1e-9).all()


@repeatable
@given(values, posts)
def test_the_two_directions_mirror_each_other(series: pd.Series, frozen: Goalposts) -> None:
    """What one direction gives above the minimum, the other gives below the maximum: they add up to 101."""
    turned = Goalposts(frozen.low, frozen.high, frozen.transform, -frozen.direction)
    assert (normalise(series, frozen) + normalise(series, turned)).dropna().tolist() == pytest.approx(
        [101.0] * series.notna().sum()
    )


@repeatable
@given(values, posts, st.integers(0, 39))
def test_a_score_does_not_move_when_others_are_filtered_away(series: pd.Series, frozen: Goalposts, row: int) -> None:
    """The goalposts are frozen: one territory alone scores what it scores in company."""
    chosen = series.iloc[[row % len(series)]]
    assert normalise(chosen, frozen).equals(normalise(series, frozen)[chosen.index])


def test_goalposts_are_the_quantiles_of_the_reference() -> None:
    """0 to 1,000: the 2.5th and 97.5th percentiles are 25 and 975; with quantiles 0 and 1 the extremes."""
    reference = pd.Series(np.arange(1001.0), name="n")
    options = {"transform": "none", "direction": -1}
    trimmed = goalposts(reference, **options, lower_quantile=0.025, upper_quantile=0.975)  # type: ignore[arg-type]
    whole = goalposts(reference, **options, lower_quantile=0, upper_quantile=1)  # type: ignore[arg-type]
    assert trimmed == Goalposts(25, 975, "none", -1)
    assert whole == Goalposts(0, 1000, "none", -1)


def test_one_monster_does_not_squeeze_the_others() -> None:
    """A single extreme beyond the 97.5th percentile does not set the scale."""
    reference = pd.Series([*np.arange(100.0), 1e9], name="n")
    frozen = goalposts(reference, transform="none", direction=1, lower_quantile=0.025, upper_quantile=0.975)
    assert frozen.high < 100


@repeatable
@given(not_negative)
def test_goalposts_of_logarithms_are_taken_after_the_transform(reference: pd.Series) -> None:
    """With log1p the goalposts are logarithms, so the extremes of the reference score 1 and 100."""
    if np.log1p(reference).nunique() < 2:
        return
    frozen = goalposts(reference, transform="log1p", direction=1, lower_quantile=0, upper_quantile=1)
    scores = normalise(reference, frozen)
    assert scores.min() == pytest.approx(1)
    assert scores.max() == pytest.approx(100)


@pytest.mark.parametrize("reference", [[5.0, 5.0, 5.0], [5.0], [np.nan, np.nan], []])
def test_an_indicator_that_ranks_nobody_does_not_pass_silently(reference: list[float]) -> None:
    """A constant or empty reference is an error that names the indicator."""
    series = pd.Series(reference, dtype=float, name="constante")
    with pytest.raises(IndexInputError, match="indicador constante"):
        goalposts(series, transform="none", direction=1, lower_quantile=0.025, upper_quantile=0.975)


def test_the_handbooks_methods_by_hand() -> None:
    """2, 4, 4, 10, missing: min-max, z-score, rank, percentile rank and distance to a target."""
    values_given = pd.Series([2.0, 4.0, 4.0, 10.0, np.nan], name="x")

    def agree(found: pd.Series, expected: list[float]) -> None:
        assert found.tolist() == pytest.approx([*expected, np.nan], nan_ok=True)

    agree(min_max(values_given), [0, 25, 25, 100])
    agree(min_max(values_given, 1, 5), [1, 2, 2, 5])
    spread = np.sqrt(36 / 3)
    agree(z_score(values_given), [-3 / spread, -1 / spread, -1 / spread, 5 / spread])
    agree(rank(values_given), [1, 2.5, 2.5, 4])
    agree(percentile_rank(values_given), [0, 50, 50, 100])
    agree(distance_to_target(values_given, 6), [0, 0.5, 0.5, 1])
    agree(distance_to_target(values_given, 4, direction=-1), [1, 1, 1, 0])


@pytest.mark.parametrize("method", ["min_max", "z_score", "rank", "percentile_rank"])
def test_a_table_has_its_best_on_top_whatever_the_method(method: Method) -> None:
    """With direction -1 the lowest is best; scale and shift of the raw data do not matter, nor the order of rows."""
    data = pd.DataFrame({"up": [1.0, 5, 2, np.nan, 9], "down": [1.0, 5, 2, 7, 9]})
    directions = pd.Series({"up": 1, "down": -1})
    found = normalise_table(data, directions, method, 1, 100)
    assert found["up"].idxmax() == 4
    assert found["down"].idxmax() == 0
    assert found.isna().equals(data.isna())
    pd.testing.assert_frame_equal(normalise_table(data * 7 + 3, directions, method, 1, 100), found)
    pd.testing.assert_frame_equal(normalise_table(data[::-1], directions, method, 1, 100)[::-1], found)
    if method != "rank":
        assert found.min().min() >= 1
        assert found.max().max() <= 100


def test_what_cannot_be_normalised_is_refused() -> None:
    """Constant, infinite and duplicated; a target that is the worst value; infinite against goalposts."""
    with pytest.raises(IndexInputError) as caught:
        normalise_table(
            pd.DataFrame({"a": [1.0, 1.0], "b": [1.0, np.inf]}, index=["x", "x"]), pd.Series({"a": 1, "b": 1})
        )
    assert len(caught.value.problems) == 3
    with pytest.raises(IndexInputError, match="constante"):
        distance_to_target(pd.Series([1.0, 2.0], name="x"), 1)
    with pytest.raises(IndexInputError, match="infinitos"):
        normalise(pd.Series([1.0, np.inf], name="x"), Goalposts(0, 1))
    with pytest.raises(ValueError, match="unknown normalisation"):
        normalise_table(pd.DataFrame({"a": [1.0, 2.0]}), pd.Series({"a": 1}), "softmax")  # type: ignore[arg-type]

"""Classes that stay put: every finite value has one, missing has none, and the legend tells the truth."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.rendering.classification import class_labels, classify, format_number, quantile_breaks

# the same cases on every machine, and no failure because a machine was busy
repeatable = settings(derandomize=True, deadline=None)

finite = st.floats(allow_nan=False, allow_infinity=False)
few = st.integers(-3, 3).map(float)
references = st.lists(finite | few, max_size=60).map(lambda values: pd.Series(values, dtype=float))
ascending = st.lists(finite, max_size=6, unique=True).map(sorted)


@repeatable
@given(references, st.integers(1, 7))
def test_breaks_ascend_and_leave_no_class_empty(reference: pd.Series, classes: int) -> None:
    """Any reference gives at most the wanted classes, distinct breaks and no class without a value."""
    breaks = quantile_breaks(reference, classes)
    assert len(breaks) < classes or not breaks
    assert list(breaks) == sorted(set(breaks))
    if len(reference):
        assert set(classify(reference, breaks)) == set(range(len(breaks) + 1))


@repeatable
@given(references, st.randoms(use_true_random=False))
def test_row_order_is_irrelevant(reference: pd.Series, random: object) -> None:
    """The same values in another order give the same breaks."""
    shuffled = reference.sample(frac=1, random_state=random.randrange(2**32))  # type: ignore[attr-defined]
    assert quantile_breaks(reference) == quantile_breaks(shuffled)


@repeatable
@given(references)
def test_missing_does_not_move_the_breaks(reference: pd.Series) -> None:
    """Missing values are left out of the reference."""
    assert quantile_breaks(pd.concat([reference, pd.Series([np.nan] * 5)])) == quantile_breaks(reference)


@repeatable
@given(st.lists(finite, min_size=1, max_size=60), ascending)
def test_every_finite_value_has_a_class_and_order_is_kept(values: list[float], breaks: list[float]) -> None:
    """Whatever the breaks, each finite value has a class in range and a larger value never a lower class."""
    found = classify(pd.Series(sorted(values)), breaks)
    assert found.dtype == np.int8
    assert found.min() >= 0
    assert found.max() <= len(breaks)
    assert (np.diff(found) >= 0).all()


@repeatable
@given(st.lists(finite | st.none(), min_size=1, max_size=60), ascending)
def test_missing_and_only_missing_is_minus_one(values: list[float | None], breaks: list[float]) -> None:
    """Missing is -1, never the lowest class, and nothing else is -1."""
    series = pd.Series(values, dtype="Float64")
    assert ((classify(series, breaks) == -1) == series.isna().to_numpy()).all()


@repeatable
@given(ascending)
def test_a_value_on_a_break_belongs_below(breaks: list[float]) -> None:
    """Classes are closed on the right, so "> 45.6" in the legend is exact."""
    assert classify(pd.Series(breaks, dtype=float), breaks).tolist() == list(range(len(breaks)))


def test_breaks_are_round_and_classes_nearly_equal() -> None:
    """1 to 1,000 splits at the round numbers 200, 400, 600, 800 into five classes of 200."""
    reference = pd.Series(range(1, 1001))
    breaks = quantile_breaks(reference)
    assert breaks == (200, 400, 600, 800)
    assert np.bincount(classify(reference, breaks)).tolist() == [200] * 5


def test_rounding_costs_at_most_one_percent_of_the_reference() -> None:
    """On skewed values each break leaves below it its fifth of the reference, give or take 1 %."""
    reference = pd.Series(np.random.default_rng(1).lognormal(3, 1.5, 1200))
    below = [(reference <= edge).mean() for edge in quantile_breaks(reference)]
    assert below == pytest.approx([0.2, 0.4, 0.6, 0.8], abs=0.0101)


def test_ties_are_never_split() -> None:
    """Where more than half are zero, the zeros are one class and the rest shares the others."""
    reference = pd.Series([0] * 60 + list(range(1, 41)))
    breaks = quantile_breaks(reference)
    assert breaks[0] == 0
    assert np.bincount(classify(reference, breaks))[0] == 60


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], ()), ([np.nan, np.nan], ()), ([7, 7, 7], ()), ([1, 2], (1,)), ([0, 1, 2, 3, 4], (0, 1, 2, 3))],
)
def test_few_distinct_values_give_fewer_classes(values: list[float], expected: tuple[float, ...]) -> None:
    """A constant or empty reference gives one class, two values two, five values five."""
    assert quantile_breaks(pd.Series(values, dtype=float)) == expected


def test_values_beyond_the_reference_keep_a_class() -> None:
    """The first and the last class are open-ended."""
    assert classify(pd.Series([-1e9, 15, 1e9]), (10, 20)).tolist() == [0, 1, 2]


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_infinite_is_refused_by_name(bad: float) -> None:
    """An infinite value is an error upstream: the message names the indicator and the territory."""
    values = pd.Series([1.0, bad], index=["010101", "010102"], name="value_per_producer")
    with pytest.raises(ValueError, match=r"value_per_producer.*infinite in 1 rows \(010102\)"):
        quantile_breaks(values)
    with pytest.raises(ValueError, match=r"value_per_producer.*infinite in 1 rows \(010102\)"):
        classify(values, (1, 2))


def test_text_is_refused() -> None:
    """Numbers read as text would sort as text."""
    with pytest.raises(ValueError, match="expected numbers"):
        classify(pd.Series(["10", "9"]), (1, 2))


@pytest.mark.parametrize("breaks", [(2, 1), (1, 1), (1, np.nan), (1, np.inf)])
def test_disordered_breaks_are_refused(breaks: tuple[float, ...]) -> None:
    """Breaks that repeat, descend or are not finite are refused."""
    with pytest.raises(ValueError, match="strictly ascending"):
        classify(pd.Series([1.0]), breaks)


def test_no_classes_are_refused() -> None:
    """Zero classes make no sense."""
    with pytest.raises(ValueError, match="expected 1 or more"):
        quantile_breaks(pd.Series([1.0]), 0)


def test_labels_are_built_from_the_breaks() -> None:
    """Labels write numbers as the ministries do and say which end is open."""
    assert class_labels((12.3, 45.6, 12345.6)) == ["≤ 12.3", "12.3 – 45.6", "45.6 – 12,345.6", "> 12,345.6"]
    assert class_labels((1000, 2000), decimals=0) == ["≤ 1,000", "1,000 – 2,000", "> 2,000"]
    assert class_labels(()) == [""]


def test_labels_never_hide_the_break() -> None:
    """A break gets the decimals it needs, beyond those asked, so no label contradicts the colour."""
    assert class_labels((0.25, 0.5), decimals=1) == ["≤ 0.25", "0.25 – 0.50", "> 0.50"]


def test_labels_of_counts_do_not_overlap() -> None:
    """Counts read "1", "2 – 5": no number is in two labels, and a class of one number reads as it."""
    assert class_labels((0, 1, 5), whole_numbers=True, lowest=0) == ["0", "1", "2 – 5", "> 5"]
    assert class_labels((3, 5), whole_numbers=True, lowest=0) == ["≤ 3", "4 – 5", "> 5"]


def test_numbers_are_peruvian() -> None:
    """Comma for thousands, point for decimals, never a negative zero."""
    assert format_number(12345.64, 1) == "12,345.6"
    assert format_number(-0.04, 1) == "0.0"


@repeatable
@given(references)
def test_one_label_per_class(reference: pd.Series) -> None:
    """Whatever the reference, there are as many labels as classes."""
    breaks = quantile_breaks(reference)
    assert len(class_labels(breaks)) == len(breaks) + 1

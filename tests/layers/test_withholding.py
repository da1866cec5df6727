"""No cell tells of fewer than five producers, and none can be worked out from what is published beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.suppression import FEWEST_PRODUCERS
from layers.withholding import withheld_codes

COUNTS = st.lists(
    st.lists(
        st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9, 40, 300]) | st.none(), min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=3,
)
"""Producers of the districts of the provinces of a few departments; None where nobody knows."""


def series(country: list[list[list[int | None]]]) -> pd.Series:
    """Return the counts by ubigeo."""
    values = {
        f"{department:02d}{province:02d}{district:02d}": count
        for department, provinces in enumerate(country, start=1)
        for province, districts in enumerate(provinces, start=1)
        for district, count in enumerate(districts, start=1)
    }
    return pd.Series(values, dtype=float)


def test_alone_in_its_province_a_small_district_takes_another_with_it() -> None:
    """3, 20 and 100: the total 123 is published, so the 20 is withheld beside the 3."""
    found = withheld_codes(series([[[3, 20, 100]]]))
    assert found == {"district": {"010101", "010102"}, "province": set(), "department": set()}


def test_two_small_ones_with_five_between_them_need_nobody_else() -> None:
    """2 and 4 are withheld; the others stay."""
    assert withheld_codes(series([[[2, 4, 50, 60]]]))["district"] == {"010101", "010102"}


def test_two_small_ones_under_five_together_need_a_third() -> None:
    """1 and 2 add up to 3, which would be a cell under five: the 50 goes with them."""
    assert withheld_codes(series([[[1, 2, 50, 60]]]))["district"] == {"010101", "010102", "010103"}


def test_zero_and_unknown_are_not_withheld() -> None:
    """Zero tells of nobody; the unknown is not a secret."""
    assert withheld_codes(series([[[0, None, 7]]])) == {"district": set(), "province": set(), "department": set()}


def test_a_small_province_is_withheld_with_a_neighbour_and_one_of_its_districts() -> None:
    """
    A province with 3 producers in all is withheld; so is the next smallest province, and the smallest district of that
    one, because its districts would add up to it.
    """
    found = withheld_codes(series([[[3], [40, 50], [500]]]))
    assert found["province"] == {"010100", "010200"}
    assert found["district"] == {"010101", "010201"}


def test_row_order_is_irrelevant() -> None:
    """The same cells are withheld whatever the order of the table."""
    counts = series([[[3, 20, 20, 100], [4]], [[9, 1]]])
    assert withheld_codes(counts) == withheld_codes(counts.iloc[::-1])


@settings(derandomize=True, deadline=None, max_examples=300)
@given(COUNTS)
def test_no_small_cell_is_published(country: list[list[list[int | None]]]) -> None:
    """At every level what is published is zero, unknown, or five and more."""
    counts = series(country)
    found = withheld_codes(counts)
    known = counts.dropna()
    for level, width in (("district", 6), ("province", 4), ("department", 2)):
        codes = known.index.str[:width].str.pad(6, side="right", fillchar="0")
        totals = known.groupby(codes).sum()
        published = totals.drop(list(found[level]))  # type: ignore[index]
        assert ((published == 0) | (published >= FEWEST_PRODUCERS)).all()


@settings(derandomize=True, deadline=None, max_examples=300)
@given(COUNTS)
def test_no_withheld_cell_follows_from_the_published_ones(country: list[list[list[int | None]]]) -> None:
    """
    The published totals are equations in the withheld districts; no withheld district is their only solution.

    Exception: a whole country of one withheld district beside nothing else has no equation, and none is needed.
    """
    counts = series(country).dropna()
    found = withheld_codes(counts)
    unknown = sorted(found["district"])
    if not unknown:
        return
    equations = []
    for level, width in (("province", 4), ("department", 2)):
        for code in {name[:width].ljust(6, "0") for name in counts.index}:
            if code not in found[level]:  # type: ignore[index]
                equations.append([float(name.startswith(code[:width])) for name in unknown])
    matrix = np.array(equations).reshape(-1, len(unknown))
    rank = np.linalg.matrix_rank(matrix) if len(matrix) else 0
    for position in range(len(unknown)):
        unit = np.eye(len(unknown))[position]
        assert np.linalg.matrix_rank(np.vstack([matrix, unit])) > rank, unknown[position]


@pytest.mark.parametrize("minimum", [3, 10])
def test_the_minimum_can_be_another(minimum: int) -> None:
    """A region with a stricter rule sets its own."""
    counts = series([[[2, 8, 9, 100]]])
    hidden = withheld_codes(counts, minimum)["district"]
    assert all(code in hidden for code in counts.index[counts < minimum])

"""Denomination and screening by data availability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.index.errors import IndexInputError
from layers.index.screening import denominate, screen_units, zero_share

DATA = pd.DataFrame({"goods": [10.0, 20.0, np.nan], "score": [1.0, 2.0, 3.0]}, index=["x", "y", "z"])


def test_by_hand() -> None:
    """10 over 2 and 20 over an unknown; what has no denominator stays."""
    sizes = pd.DataFrame({"gdp": [5.0, 2.0, np.nan]}, index=["z", "x", "y"])
    found = denominate(DATA, sizes, {"goods": "gdp"})
    assert found["goods"].tolist() == pytest.approx([5, np.nan, np.nan], nan_ok=True)
    assert found["score"].equals(DATA["score"])


def test_zero_denominators_are_refused_not_divided() -> None:
    """Neither infinity nor a missing comes out; absent columns are told in the same error."""
    sizes = pd.DataFrame({"gdp": [0.0, 2.0, -1.0]}, index=DATA.index)
    with pytest.raises(IndexInputError) as caught:
        denominate(DATA, sizes, {"goods": "gdp", "score": "area"})
    assert [problem.what for problem in caught.value.problems] == [
        "Columna que no está en los datos",
        "Denominador de cero o menos",
    ]
    assert "x, z" in caught.value.problems[1].found


def test_units_with_too_little_in_any_group_are_dropped_and_named() -> None:
    """Exactly two thirds is enough; below it in one group drops the unit although the whole is well."""
    data = pd.DataFrame(
        {"a": [1, 1, 1.0], "b": [1, 1, np.nan], "c": [1, np.nan, np.nan], "d": [1, 1, 1.0]}, index=["x", "y", "z"]
    )
    screened = screen_units(data, {"one": ["a", "b", "c"], "two": ["d"]}, 2 / 3)
    assert screened.data.index.tolist() == ["x", "y"]
    assert screened.dropped.tolist() == ["z"]
    assert screened.present_share["one"].tolist() == pytest.approx([1, 2 / 3, 1 / 3])


def test_a_minimum_outside_its_range_is_refused() -> None:
    """66 is a percentage, not a share."""
    with pytest.raises(IndexInputError, match="entre 0 y 1"):
        screen_units(DATA, {"all": ["score"]}, 66)


def test_zeros_are_counted_among_what_is_known() -> None:
    """One zero of two known; nothing known has no share."""
    data = pd.DataFrame({"a": [0.0, 1.0, np.nan], "b": [np.nan] * 3})
    assert zero_share(data).tolist() == pytest.approx([0.5, np.nan], nan_ok=True)

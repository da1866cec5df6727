"""Bringing figures to districts: absent is missing, nothing is divided by zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.joining import by_code, by_district, ratio, share_pct
from tests.layers.examples import codes


def test_each_district_gets_its_own_figure_in_the_order_asked_for() -> None:
    """The code decides, not the position; the index of the districts is kept."""
    layer = pd.DataFrame({"ubigeo": codes("010102", "010103", "010101"), "n": [2, 3, 1]})
    brought = by_district(codes("010101", "010102", start=7), layer, "n")
    assert brought.to_dict() == {7: 1.0, 8: 2.0}
    assert brought.name == "n"


def test_an_absent_district_is_missing_and_a_zero_is_zero() -> None:
    """Not being in the register is not having zero producers."""
    layer = pd.DataFrame({"ubigeo": codes("010101", "010102"), "n": [0.0, np.nan]})
    brought = by_district(codes("010101", "010102", "010103"), layer, "n")
    assert brought.iloc[0] == 0
    assert brought.isna().tolist() == [False, True, True]


def test_a_code_that_does_not_exist_lands_nowhere() -> None:
    """Figures of an unknown code are not given to anybody."""
    layer = pd.DataFrame({"ubigeo": codes("140401", "010101"), "n": [57.0, 1.0]})
    assert by_district(codes("010101"), layer, "n").tolist() == [1.0]


def test_a_repeated_code_is_not_chosen_in_silence() -> None:
    """Two rows of one district are an error, not the last one."""
    layer = pd.DataFrame({"ubigeo": codes("010101", "010101"), "n": [1.0, 2.0]})
    with pytest.raises(ValueError, match="010101"):
        by_district(codes("010101"), layer, "n")


def test_every_repeated_code_is_named() -> None:
    """The error lists the codes that repeat; a table without repetition is indexed by its codes."""
    with pytest.raises(ValueError, match="010101, 010103;"):
        by_code(pd.DataFrame({"ubigeo": codes("010101", "010102", "010103", "010101", "010103", "010101")}))
    assert by_code(pd.DataFrame({"ubigeo": codes("010102", "010101"), "n": [2, 1]}))["n"].to_dict() == {
        "010102": 2,
        "010101": 1,
    }


def test_shares_and_ratios_of_nothing_are_missing() -> None:
    """Dividing by zero or by unknown gives unknown, never infinity and never zero."""
    part = pd.Series([1.0, 0.0, 1.0, np.nan, 2.0])
    whole = pd.Series([4.0, 2.0, 0.0, 4.0, np.nan])
    assert share_pct(part, whole).tolist()[:2] == [25.0, 0.0]
    assert ratio(part, whole).tolist()[:2] == [0.25, 0.0]
    assert share_pct(part, whole)[2:].isna().all()
    assert ratio(part, whole)[2:].isna().all()

"""The filters of a list: which rows they leave, and how they are said."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.workspace import Publication
from layers.gaps import ORDERS, ordered
from pipelines.export.choice import Choice


def test_no_filter_is_the_whole_list(real: Publication) -> None:
    """Without filters every gap is there, in the order of the publication."""
    gaps = real.table("gaps")
    pd.testing.assert_frame_equal(Choice().rows(gaps), gaps)


def test_filters_add_up(real: Publication) -> None:
    """Each filter narrows the list by its own column, and all of them hold at once."""
    gaps = real.table("gaps")
    choice = Choice(territory="010000", goods=("riego", "caminos"), severities=("critical",), levels=("district",))
    rows = choice.rows(gaps)
    assert len(rows) > 0
    expected = gaps[
        gaps["ubigeo"].str.startswith("01")
        & gaps["good"].isin(["riego", "caminos"])
        & gaps["severity"].eq("critical")
        & gaps["level"].eq("district")
    ]
    pd.testing.assert_frame_equal(rows, expected)
    assert Choice(sierra_only=True).rows(gaps)["is_sierra"].all()
    quadrant = str(gaps["quadrant"].dropna().iloc[0])
    assert set(Choice(quadrants=(quadrant,)).rows(gaps)["quadrant"]) == {quadrant}


def test_picked_gaps_are_those_and_no_others(real: Publication) -> None:
    """Gaps picked one by one come in the order of the list; filters set since then take none of them away."""
    gaps = real.table("gaps")
    first, last = gaps["gap_id"].iloc[0], gaps["gap_id"].iloc[-1]
    choice = Choice(territory="020000", gap_ids=(last, first))
    assert choice.rows(gaps)["gap_id"].tolist() == [first, last]
    assert choice.in_words({}) == {"Brechas": "2 elegidas una por una"}


@pytest.mark.parametrize("order", ORDERS)
def test_order_changes_places_and_no_row(real: Publication, order: str) -> None:
    """Every order of the page exists here, holds the same rows and is said unless it is that of the list."""
    gaps = real.table("gaps")
    choice = Choice(order=order)
    pd.testing.assert_frame_equal(choice.rows(gaps), ordered(gaps, order))
    assert ("Orden" in choice.in_words({})) == (order != ORDERS[0])


def test_filters_are_said_in_spanish() -> None:
    """Region with name and code, closed words in Spanish, «todos» where nothing was chosen."""
    words = Choice(territory="080000", severities=("critical", "moderate")).in_words({"080000": "Cusco"})
    assert list(words.values()) == ["Cusco (080000)", "todos", "todos", "crítica, moderada"]
    assert next(iter(words)) == "Región"
    assert Choice().in_words({})["Región"] == "Todo el Perú"
    assert Choice(sierra_only=True).in_words({})["Región"] == "Toda la Sierra"
    more = Choice(products=("Quinua",), entities=("of_nobody",)).in_words({})
    assert (more["Productos"], more["Entidades"]) == ("Quinua", "of_nobody")

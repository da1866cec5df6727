"""The part of the address that says what lies over the map."""

from __future__ import annotations

import pytest

from pages.components.selection import OVERLAY_WORDS, Selection, overlays_of


@pytest.mark.parametrize(
    ("address", "known", "unknown"),
    [
        ("", (), []),
        ("caminos", ("roads",), []),
        ("canales,caminos", ("roads", "canals"), []),
        ("caminos,caminos", ("roads",), []),
        (",,centros-poblados,", ("settlements",), []),
        ("roads,<script>,caminos,<script>", ("roads",), ["roads", "<script>"]),
    ],
)
def test_overlays_of_an_address(address: str, known: tuple[str, ...], unknown: list[str]) -> None:
    """Known words in their own order, once; every other word is handed back once, to be told."""
    assert overlays_of({"capas": address}) == (known, unknown)


def test_overlays_are_none_without_the_part() -> None:
    """An address of an earlier version opens without overlays."""
    assert overlays_of({}) == ((), [])
    assert len(set(OVERLAY_WORDS.values())) == len(OVERLAY_WORDS)


@pytest.mark.parametrize(
    ("selection", "department"),
    [
        (Selection(), None),
        (Selection(region="peru"), None),
        (Selection(region="08"), "08"),
        (Selection(region="08", territory="210100"), "08"),
        (Selection(territory="210101"), "21"),
    ],
)
def test_the_department_in_view(selection: Selection, department: str | None) -> None:
    """A region that is a department decides; a wider view takes the selected territory's."""
    assert selection.department == department

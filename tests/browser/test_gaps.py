"""Brechas in a real browser: mark rows, add them up, share the link, take them to the Mesa."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from geodata.workspace import Workspace
from layers.gaps import ACTIONABLE, choose
from tests.browser.app_server import offline_tab

ROW_PX = 35
MARK_X_PX = 18
WAIT_MS = 20_000
PHONE = {"width": 360, "height": 740}


def opened(tab: Any, address: str, path: str) -> Any:
    """Open the page and return its table once it is drawn."""
    tab.goto(address + path)
    table = tab.locator("[data-testid=stDataFrame]").first
    table.wait_for(timeout=WAIT_MS)
    tab.get_by_text("productores ·").first.wait_for(timeout=WAIT_MS)
    return table


def marked_in(tab: Any) -> list[str]:
    """Return the gaps that the address marks."""
    return parse_qs(urlsplit(tab.url).query).get("brechas", [""])[0].split(",")


def test_marked_rows_are_added_up_shared_and_taken_to_the_mesa(
    browser: Any, tab: Any, demo_app: str, demo_workspace: Workspace
) -> None:
    """Two rows marked with the mouse are in the address, in the totals, in a new browser, and at the Mesa's door."""
    gaps = choose(demo_workspace.publication().table("gaps"), territory="080000", severities=ACTIONABLE)
    expected = gaps["gap_id"].head(2).tolist()
    table = opened(tab, demo_app, "/brechas?region=08")
    for row in (1, 2):
        tab.wait_for_timeout(500)
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        tab.mouse.click(box["x"] + MARK_X_PX, box["y"] + ROW_PX * row + ROW_PX // 2)
        tab.wait_for_function(
            "count => (new URLSearchParams(location.search).get('brechas') || '').split(',').filter(Boolean).length"
            " === count",
            arg=row,
            timeout=WAIT_MS,
        )
    assert sorted(marked_in(tab)) == sorted(expected)
    tab.get_by_text("2 brechas ·").wait_for(timeout=WAIT_MS)
    with offline_tab(browser) as other:
        opened(other, demo_app, tab.url.removeprefix(demo_app))
        other.get_by_text("2 brechas ·").wait_for(timeout=WAIT_MS)
    tab.get_by_role("link", name="Llevar a la Mesa").click()
    tab.wait_for_url("**/mesas?**", timeout=WAIT_MS)
    assert sorted(marked_in(tab)) == sorted(expected)
    assert tab.asked_outside == []


def test_a_filter_keeps_the_marks(tab: Any, demo_app: str, demo_workspace: Workspace) -> None:
    """A mark that a filter hides still counts; the filter is written beside it in the address."""
    gaps = choose(demo_workspace.publication().table("gaps"), territory="080000", goods=["riego"])
    gap_id = gaps.loc[gaps["severity"].isin(ACTIONABLE), "gap_id"].iloc[0]
    opened(tab, demo_app, f"/brechas?region=08&brechas={gap_id}")
    tab.get_by_text("1 brecha ·").wait_for(timeout=WAIT_MS)
    tab.get_by_role("button", name="Caminos", exact=True).click()
    tab.wait_for_function("location.search.includes('bien=caminos')", timeout=WAIT_MS)
    tab.get_by_text("1 brecha ·").wait_for(timeout=WAIT_MS)
    assert marked_in(tab) == [gap_id]


@pytest.mark.parametrize("screen", [PHONE, {**PHONE, "dark": True}], ids=["light", "dark"])
def test_on_a_phone_the_list_comes_before_the_map(browser: Any, demo_app: str, screen: dict[str, Any]) -> None:
    """A tall map traps a finger: the table is above it, and nothing is wider than the screen."""
    with offline_tab(browser, **screen) as tab:
        table = opened(tab, demo_app, "/brechas?region=08")
        legend = tab.locator("[data-atlas-gap-legend]")
        legend.wait_for(timeout=WAIT_MS)
        assert table.bounding_box()["y"] < legend.bounding_box()["y"]
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

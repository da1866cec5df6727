"""Every page with the network cut: it asks nobody else for anything, icons included, and fits a phone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.app_server import offline_tab

pytestmark = pytest.mark.browser

WIDTH_PX = 360
PAGES = {
    "Mapa": "/?region=08&territorio=080905",
    "Ficha": "/ficha?territorio=080905",
    "Brechas": "/brechas?region=08",
    "Mesas Ejecutivas": "/mesas",
    "Escenarios": "/escenarios?region=08",
    "Capas": "/capas",
}
RAN = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@pytest.mark.parametrize("path", PAGES.values(), ids=list(PAGES))
def test_a_page_asks_nobody_and_fits_a_phone(path: str, browser: Any, demo_app: str) -> None:
    """Nothing is asked of another server (a page icon named `:material/...:` would be), and nothing is cut sideways."""
    with offline_tab(browser, width=WIDTH_PX, height=740) as tab:
        tab.goto(demo_app + path)
        tab.get_by_text("Sierra: ").last.wait_for()
        tab.locator(RAN).wait_for()
        assert tab.asked_outside == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= WIDTH_PX
        assert tab.locator('[data-testid="stException"]').count() == 0

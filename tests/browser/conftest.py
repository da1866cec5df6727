"""A browser, and the app served on the embedded default and on the real pack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from geodata.workspace import Workspace
from tests.browser.app_server import offline_tab, served_app
from tests.find_browser import installed_browser

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Yield a real Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=installed_browser(), args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """Yield a fresh tab with the network cut."""
    with offline_tab(browser) as page:
        yield page


@pytest.fixture(scope="session")
def demo_app(demo_workspace: Workspace) -> Iterator[str]:
    """Yield the address of the app on the embedded default."""
    with served_app(demo_workspace.root) as address:
        yield address


@pytest.fixture(scope="session")
def real_app(real_workspace: Workspace) -> Iterator[str]:
    """Yield the address of the app on the real pack."""
    with served_app(real_workspace.root) as address:
        yield address

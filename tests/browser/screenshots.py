"""
Take the pictures of docs/ from the real app: `make screenshots`.

They show the embedded default, which anybody can reproduce; look at them before committing.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from geodata.workspace import Workspace
from pipelines.commands import build_demo
from tests.browser.app_server import offline_tab, served_app
from tests.browser.conftest import CHROMIUM_OPTIONS
from tests.browser.map_driver import READY
from tests.conftest import ROOT, silent
from tests.find_browser import installed_browser

FOLDER = ROOT / "docs" / "screenshots"
SETTLE_MS = 1500

MAP_PATH = "/?region=08&territorio=080905"
GAPS_PATH = "/brechas?region=08"
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "mapa": ("/", {"height": 860}),
    "mapa-tarjeta": (MAP_PATH, {"height": 1100}),
    "mapa-indicador": ("/?region=21&ver=households_without_mobile_pct", {}),
    "mapa-oscuro": (MAP_PATH, {"dark": True}),
    "mapa-telefono": (MAP_PATH, {"width": 360, "height": 740}),
    "ficha": ("/ficha?territorio=080905", {"height": 1500}),
    "brechas": (GAPS_PATH, {"height": 900}),
    "brechas-oscuro": (GAPS_PATH, {"dark": True}),
    "brechas-telefono": (GAPS_PATH, {"width": 360, "height": 740}),
}


WAITED_FOR = {"mapa": READY, "ficha": "[data-atlas-profile]", "brechas": "[data-testid=stDataFrame]"}


def main() -> None:
    """Build the embedded default, serve it, and take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as root, sync_playwright() as driver:
        workspace = Workspace(Path(root))
        build_demo(workspace, "capital_2000m", wait_s=0, announce=silent)
        browser = driver.chromium.launch(executable_path=installed_browser(), args=CHROMIUM_OPTIONS)
        with served_app(workspace.root) as address:
            for name, (path, screen) in PICTURES.items():
                with offline_tab(browser, **screen) as tab:
                    tab.goto(address + path)
                    tab.locator(WAITED_FOR[name.split("-")[0]]).first.wait_for()
                    tab.wait_for_timeout(SETTLE_MS)
                    tab.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()

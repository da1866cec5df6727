"""
The figures of the project, measured on this machine: `make figures`.

Prints one line per figure. Not a test: the bounds that matter are in the tests; this is for notes and comparisons.
"""

from __future__ import annotations

import gzip
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from playwright.sync_api import sync_playwright
from rich.console import Console

from geodata.workspace import Publication, Workspace
from tests.browser.app_server import offline_tab, served_app
from tests.browser.conftest import CHROMIUM_OPTIONS
from tests.browser.map_driver import MAP, READY, click_on, count_frames, repaint
from tests.conftest import ROOT, pack_folder
from tests.find_browser import installed_browser

# the child reports its own peak: that of its parent's other children is theirs
MEASURED = """
import resource, sys, time
from pipelines.__main__ import app
started = time.perf_counter()
app(sys.argv[1:], standalone_mode=False)
scale = 1 if sys.platform == "darwin" else 1024
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6
print(f"{time.perf_counter() - started:.1f} s, {peak:,.0f} MB at the peak")
"""

out = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Measure the embedded default and, when the pack is here, the real data."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=installed_browser(), args=CHROMIUM_OPTIONS)
        orders = {"embedded default": ["demo"]}
        if (pack := pack_folder()) is not None:
            orders["real pack"] = ["build", "--pack", str(pack)]
        for name, order in orders.items():
            workspace = Workspace(Path(folder) / name)
            out.print(f"[bold]{name}[/]")
            out.print(f"  build: {_order([*order, '--workspace', str(workspace.root)])}")
            _files(workspace.publication())
            with served_app(workspace.root) as address:
                _screen(chromium, address)
        chromium.close()


def _order(words: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def _files(release: Publication) -> None:
    reads = [_milliseconds(lambda: pd.read_parquet(release.path / "territories.parquet")) for _ in range(9)]
    out.print(f"  read territories.parquet: {statistics.median(reads):.0f} ms")
    shapes = (release.web_folder / release.provenance["geometry"]["map_file"]).read_bytes()
    out.print(f"  map file: {len(shapes) / 1e3:,.0f} kB, {len(gzip.compress(shapes)) / 1e3:,.0f} kB compressed")


def _screen(chromium: Any, address: str) -> None:
    with offline_tab(chromium) as tab:
        frames = count_frames(tab)

        def opened(path: str) -> None:
            tab.goto(address + path)
            tab.locator(READY).wait_for()

        out.print(f"  first map, cold browser and cold server: {_milliseconds(lambda: opened('/')):,.0f} ms")
        out.print(f"  again: {_milliseconds(lambda: opened('/?region=08')):,.0f} ms")
        view = tab.locator(MAP)
        tab.wait_for_timeout(1000)
        for indicator in ("Superficie agrícola", "Pobreza monetaria", "Hogares sin internet"):
            tab.get_by_role("combobox", name="Qué ver").fill(indicator)
            option = tab.get_by_role("option").first
            option.wait_for()
            frames.clear()
            taken = _milliseconds(lambda option=option: _repainted(view, option.click))  # type: ignore[misc]
            tab.wait_for_timeout(700)
            received = sum(size for way, size in frames if way == "in")
            out.print(f"  change to «{indicator}» → repainted: {taken:.0f} ms, {received / 1e3:.1f} kB")
        for ubigeo in ("080901", "080905", "081101"):
            taken = _milliseconds(lambda code=ubigeo: _card(tab, view, code))  # type: ignore[misc]
            tab.wait_for_timeout(700)
            out.print(f"  click → card of {ubigeo}: {taken:.0f} ms")
        switch = _milliseconds(lambda: _page(tab, "Brechas", "brechas ·"))
        out.print(f"  page switch: {switch:.0f} ms")


def _repainted(view: Any, action: Callable[[], None]) -> None:
    with repaint(view):
        action()


def _card(tab: Any, view: Any, ubigeo: str) -> None:
    _repainted(view, lambda: click_on(tab, view, ubigeo))
    tab.locator(".st-key-atlas-card [data-atlas-figures]").first.wait_for(state="attached")


def _page(tab: Any, link: str, text: str) -> None:
    tab.get_by_role("link", name=link).click()
    tab.get_by_text(text).wait_for()


def _milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()

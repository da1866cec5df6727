"""The real app on a workspace, and the tab of somebody whose machine reaches nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.map_driver import free_port, wait_for_health

ROOT_FOLDER = Path(__file__).parents[2]
OUTSIDE = re.compile(r"^https?://(?!127\.0\.0\.1)")


@contextmanager
def served_app(workspace: Path) -> Iterator[str]:
    """Serve the app as `make run` does, on a free port; yield its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "pages", f"--server.port={port}", "--server.headless=true"],
        cwd=ROOT_FOLDER,
        env={**os.environ, "SIERRA_WORKSPACE": str(workspace)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_health(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=15)


@contextmanager
def offline_tab(browser: Any, *, width: int = 1366, height: int = 768, dark: bool = False) -> Iterator[Any]:
    """Open a tab that reaches only this machine; what it asks of others is kept in `tab.asked_outside`."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        accept_downloads=True,
        locale="es-PE",
    )
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()

    context.route(OUTSIDE, refuse)
    page = context.new_page()
    page.asked_outside = asked
    try:
        yield page
    finally:
        context.close()

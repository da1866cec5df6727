"""What the tests of the map share: four squares to draw, a server for the harness, clicks by position."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT_FOLDER = Path(__file__).parents[2]
HARNESS = Path(__file__).with_name("map_harness.py")
BASE_PATH = "atlas/sierra"
MAP = "[data-atlas-map]"
READY = f"{MAP}[data-ready=true]"
START_SECONDS = 30

# Arcs in half degrees from (-77, -10): four inner edges, four outer corners, one island.
ARCS = [
    [[2, 2], [0, 2]],
    [[2, 2], [-2, 0]],
    [[2, 2], [0, -2]],
    [[2, 2], [2, 0]],
    [[2, 4], [-2, 0], [0, -2]],
    [[0, 2], [0, -2], [2, 0]],
    [[2, 0], [2, 0], [0, 2]],
    [[4, 2], [0, 2], [-2, 0]],
    [[5, 0], [1, 0], [0, 1], [-1, 0], [0, -1]],
]
SQUARES = [
    ("010101", "Noroeste", "Uno, Alfa", [[[0, 4, -2]]]),
    ("010107", "Noreste", "Uno, Alfa", [[[3, 7, -1]]]),
    ("010203", "Suroeste", "Dos, Alfa", [[[1, 5, -3]]]),
    ("020101", "Sureste", "Tres, Beta", [[[2, 6, -4]], [[8]]]),
]


def four_squares() -> dict[str, Any]:
    shapes = [
        {"type": "MultiPolygon", "id": code, "properties": {"n": name, "p": place}, "arcs": arcs}
        for code, name, place, arcs in SQUARES
    ]
    return {
        "type": "Topology",
        "bbox": [-77, -10, -74, -8],
        "transform": {"scale": [0.5, 0.5], "translate": [-77, -10]},
        "objects": {"districts": {"type": "GeometryCollection", "geometries": shapes}},
        "arcs": ARCS,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_health(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the harness did not start")


@contextmanager
def served_harness(folder: Path) -> Iterator[str]:
    """Serve the harness on the four squares, under a base path as behind a proxy; yield its address."""
    content = json.dumps(four_squares()).encode()
    name = f"map-{hashlib.sha256(content).hexdigest()[:8]}.json"
    (folder / name).write_bytes(content)
    port = free_port()
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.baseUrlPath": BASE_PATH,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    flags = [f"--{option}={value}" for option, value in options.items()]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT_FOLDER),
        "MAP_HARNESS_FOLDER": str(folder),
        "MAP_HARNESS_FILE": name,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(HARNESS), *flags],
        cwd=ROOT_FOLDER,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_health(f"http://127.0.0.1:{port}/{BASE_PATH}", process)
        yield f"http://127.0.0.1:{port}/{BASE_PATH}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def open_map(page: Any, address: str, path: str = "/") -> Any:
    page.goto(address + path)
    page.wait_for_selector(READY)
    return page.locator(MAP)


def point_of(view: Any, code: str) -> tuple[float, float]:
    found = view.evaluate("(root, code) => root.atlasProbe(code)", code)
    assert found, f"{code} is not in view"
    return found["x"], found["y"]


def click_on(page: Any, view: Any, code: str, clicks: int = 1) -> None:
    page.mouse.click(*point_of(view, code), click_count=clicks)


def colour_at(view: Any, code: str) -> str:
    """Colour of the base canvas where the unit lies."""
    x, y = point_of(view, code)
    script = """(root, [x, y]) => {
        const canvas = root.querySelector(".leaflet-overlay-pane canvas");
        const box = canvas.getBoundingClientRect();
        const scale = canvas.width / box.width;
        const [column, row] = [(x - box.left) * scale, (y - box.top) * scale];
        const pixel = canvas.getContext("2d").getImageData(column, row, 1, 1);
        return "#" + [...pixel.data].slice(0, 3).map((part) => part.toString(16).padStart(2, "0")).join("");
    }"""
    return str(view.evaluate(script, [x, y]))


def camera(view: Any) -> list[float]:
    script = "root => { const m = root.atlasMap.map, c = m.getCenter(); return [c.lat, c.lng, m.getZoom()]; }"
    return list(view.evaluate(script))


def wait_for_text(page: Any, text: str) -> None:
    page.get_by_text(text).first.wait_for()


@contextmanager
def repaint(view: Any) -> Iterator[None]:
    """Whatever is done inside has been answered with a repaint when this ends."""
    view.evaluate("root => { window.atlasRoot = root; }")
    before = int(view.get_attribute("data-painted"))
    yield
    view.page.wait_for_function("before => Number(window.atlasRoot.dataset.painted) > before", arg=before)


def pick(page: Any, view: Any, code: str, answer: str, clicks: int = 1) -> None:
    """Click on a unit and wait for the page's answer and the repaint that comes with it."""
    with repaint(view):
        click_on(page, view, code, clicks)
        wait_for_text(page, answer)


def choose(page: Any, label: str, option: str) -> None:
    """Take an option of a Streamlit selector and wait for the repaint."""
    with repaint(page.locator(MAP)):
        page.get_by_role("combobox", name=label).click()
        page.get_by_role("option", name=option, exact=True).click()


def runs(page: Any) -> int:
    return int(page.get_by_text("runs=").inner_text().split("runs=")[1])


def count_frames(page: Any) -> list[tuple[str, int]]:
    frames: list[tuple[str, int]] = []

    def listen(connection: Any) -> None:
        connection.on("framereceived", lambda frame: frames.append(("in", len(frame))))
        connection.on("framesent", lambda frame: frames.append(("out", len(frame))))

    page.on("websocket", listen)
    return frames


def swipe(context: Any, page: Any, start: tuple[float, float]) -> None:
    """One finger, 60 px upwards."""
    session = context.new_cdp_session(page)
    x, y = start
    for step in range(7):
        kind = "touchMove" if step else "touchStart"
        point = {"x": x, "y": y - 10 * step}
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        page.wait_for_timeout(20)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(400)

"""Scenarios in a real browser with the network cut: a slider, a link, a name, two side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from geodata.workspace import Workspace
from tests.browser.app_server import offline_tab, served_app

pytestmark = pytest.mark.browser

CUSCO = "/escenarios?region=08"
CHART = "[data-testid=stVegaLiteChart]"


@pytest.fixture(scope="module")
def scenario_app(demo_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Yield the address of the app on the embedded default, in a workspace whose scenarios are the test's own."""
    root: Path = tmp_path_factory.mktemp("scenarios")
    release = demo_workspace.publication()
    (root / "releases").mkdir()
    (root / "releases" / release.release_id).symlink_to(release.path, target_is_directory=True)
    (root / "published").symlink_to(release.path, target_is_directory=True)
    with served_app(root) as address:
        yield address


def asked(tab: Any, name: str) -> str:
    """Return what the address of a tab says."""
    return parse_qs(urlsplit(tab.url).query).get(name, [""])[0]


def step(tab: Any, label: str, presses: int) -> None:
    """Move a slider to the right by the keyboard."""
    slider = tab.get_by_role("slider", name=label)
    slider.focus()
    for _ in range(presses):
        slider.press("ArrowRight")


def test_from_a_slider_to_two_scenarios_side_by_side(browser: Any, tab: Any, scenario_app: str) -> None:
    """A weight moves the places; the link opens the same; saved by name it is opened, and set beside another."""
    tab.goto(scenario_app + CUSCO)
    tab.get_by_text("0 distritos cambian de puesto").wait_for()
    tab.locator(CHART).wait_for()
    step(tab, "Riego", 2)
    tab.wait_for_function("decodeURIComponent(location.search).includes('riego:2')")
    tab.get_by_text("Qué cambia este escenario (1)").wait_for()
    assert asked(tab, "pesos") == "riego:2"
    said = tab.get_by_text("distritos cambian de puesto en la Sierra").inner_text()
    assert not said.startswith("0 ")

    with offline_tab(browser) as other:
        other.goto(tab.url)
        other.get_by_text(said).wait_for()
        other.locator(CHART).wait_for()
        assert other.get_by_role("slider", name="Riego").input_value() == "2"

    tab.get_by_role("textbox", name="Nombre de este escenario").fill("Más riego")
    tab.get_by_role("button", name="Guardar").click()
    tab.get_by_text("Más riego (abierto)").wait_for()
    assert asked(tab, "escenario") == "Más riego"
    assert asked(tab, "pesos") == ""

    step(tab, "Escala y masa crítica", 2)
    tab.wait_for_function("decodeURIComponent(location.search).includes('escala:2')")
    assert sorted(asked(tab, "pesos").split(",")) == ["escala:2", "riego:2"]
    tab.get_by_text("Qué cambia este escenario (2)").wait_for()
    tab.locator("[data-test-script-state=notRunning]").wait_for()
    other_name = tab.get_by_role("combobox", name="Ponerlo al lado de")
    # a list closes when the page scrolls under it
    other_name.scroll_into_view_if_needed()
    tab.wait_for_timeout(500)
    other_name.click()
    other_name.press("ArrowDown")
    tab.get_by_role("option", name="Más riego").click(timeout=6000)
    tab.get_by_text("puestos que gana con el segundo").wait_for()
    assert asked(tab, "comparar") == "Más riego"
    assert tab.asked_outside == []


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Any, scenario_app: str, dark: bool) -> None:
    """At 360 pixels the page scrolls down and never sideways, in both themes."""
    with offline_tab(browser, width=360, height=740, dark=dark) as phone:
        phone.goto(f"{scenario_app}{CUSCO}&pesos=riego:2&cerrar=irrigation:080900&producto=quinua")
        phone.locator(CHART).wait_for()
        assert phone.evaluate("document.documentElement.scrollWidth") == 360
        assert phone.locator(CHART).bounding_box()["width"] <= 360


def test_a_hostile_link_runs_nothing(tab: Any, scenario_app: str) -> None:
    """What a link names and does not exist is told as text."""
    bad = "%3Cimg%20src%3Dx%20onerror%3D%22window.owned%3D1%22%3E"
    tab.goto(f"{scenario_app}/escenarios?pesos={bad}:2&cerrar={bad}:{bad}&producto={bad}&comparar={bad}")
    tab.get_by_text("se deja fuera").first.wait_for()
    tab.locator(CHART).wait_for()
    assert tab.evaluate("window.owned") is None

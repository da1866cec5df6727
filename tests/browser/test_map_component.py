"""The map component in a real browser, on four squares whose classes can be worked out by hand.

::

    010101 (class 3) | 010107 (sin dato)          the same with "km²":  4 | 0
    -----------------+------------------                                --+--
    010203 (reserv.) | 020101 (class 3) + an island                      1 | 4
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.map_driver import (
    MAP,
    READY,
    camera,
    choose,
    click_on,
    colour_at,
    count_frames,
    open_map,
    pick,
    point_of,
    repaint,
    runs,
    served_harness,
    swipe,
    wait_for_text,
)

pytestmark = pytest.mark.browser

BYTES_PER_CHANGE = 30_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_harness(tmp_path_factory.mktemp("geometry")) as served:
        yield served


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    """One tab for all tests, which saves half of each page load, and which reaches nothing but this machine."""
    context = browser.new_context(viewport={"width": 1100, "height": 900}, reduced_motion="reduce")
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.fixture
def page(tab: Any) -> Iterator[Any]:
    tab.mouse.move(0, 0)
    yield tab
    tab.unroute_all()


def test_draws_with_the_network_cut(page: Any, address: str) -> None:
    """The map draws its classes with nothing reachable but the app, and asks nobody else for anything."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    view = open_map(page, address)
    assert colour_at(view, "010101") == "#5d6b7f"
    assert colour_at(view, "020101") == "#5d6b7f"
    assert [url for url in asked if "/component/" in url and not url.startswith(address)] == []
    frame = view.locator(".atlas-frame")
    assert frame.get_attribute("role") == "application"
    assert frame.get_attribute("aria-label") == "Mapa de prueba"
    assert view.locator(".leaflet-control-zoom-in").get_attribute("title") == "Acercar"


def test_click_selects_and_second_click_deselects(page: Any, address: str) -> None:
    """A click by position selects in one script run and writes the link; the same again lifts it."""
    view = open_map(page, address)
    before = runs(page)
    pick(page, view, "020101", "picked='020101' sel='020101'")
    assert view.get_attribute("data-selected") == "020101"
    assert "sel=020101" in page.url
    assert runs(page) == before + 1
    pick(page, view, "020101", "picked='' sel=None")
    assert view.get_attribute("data-selected") == ""
    assert runs(page) == before + 2


def test_double_click_selects_and_escape_deselects(page: Any, address: str) -> None:
    """A double click does not undo itself; Escape lifts the selection; the keys + and arrows move the map."""
    view = open_map(page, address)
    pick(page, view, "010101", "sel='010101'", clicks=2)
    start = camera(view)
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert camera(view)[2] > start[2]
    assert camera(view)[1] > start[1]
    page.keyboard.press("Escape")
    wait_for_text(page, "picked='' sel=None")


def test_change_repaints_in_place(page: Any, address: str) -> None:
    """Another indicator keeps the same Leaflet map, position and selection, in one run and few bytes."""
    frames = count_frames(page)
    view = open_map(page, address, "/?sel=010101")
    view.evaluate("root => { root.querySelector('.atlas-frame').marker = 'kept'; }")
    x, y = point_of(view, "010107")
    frames.clear()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y + 30, steps=6)
    page.mouse.up()
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(400)
    assert frames == [], "panning and zooming must not reach the server"
    moved, before = camera(view), runs(page)
    choose(page, "Indicador", "km²")
    assert colour_at(view, "010107") == "#ffe945"
    wait_for_text(page, f"runs={before + 1}")
    assert camera(view) == moved
    assert view.get_attribute("data-selected") == "010101"
    with repaint(view):
        page.get_by_text("Aviso encima del mapa").click()
        wait_for_text(page, "Un elemento más encima del mapa")
    assert view.evaluate("root => root.querySelector('.atlas-frame').marker") == "kept"
    assert sum(size for direction, size in frames if direction == "in") < 2 * BYTES_PER_CHANGE


def test_hover_tells_name_place_and_value(page: Any, address: str) -> None:
    """The tooltip names the district and its province and says the value, *sin dato* or *reservado*."""
    view = open_map(page, address)
    tip = view.locator(".leaflet-tooltip")
    expected = {
        "020101": ["Sureste", "Tres, Beta", "43,800 ha"],
        "010107": ["Noreste", "Uno, Alfa", "sin dato"],
        "010203": ["Suroeste", "Dos, Alfa", "reservado"],
    }
    for code, lines in expected.items():
        page.mouse.move(*point_of(view, code))
        expect(tip).to_have_text("".join(lines))


def test_outside_the_region_nothing_answers(page: Any, address: str) -> None:
    """A district outside the chosen region is context: no tooltip and no selection."""
    view = open_map(page, address)
    choose(page, "Región", "01")
    before = runs(page)
    click_on(page, view, "020101")
    page.wait_for_timeout(300)
    assert view.locator(".leaflet-tooltip").count() == 0
    assert view.get_attribute("data-selected") == ""
    assert runs(page) == before


def test_provinces_and_departments_are_merged_from_districts(page: Any, address: str) -> None:
    """At province and department level a click anywhere in the union picks the padded code."""
    view = open_map(page, address)
    choose(page, "Nivel", "province")
    pick(page, view, "010107", "sel='010100'")
    choose(page, "Nivel", "department")
    page.mouse.move(*point_of(view, "010203"))
    expect(view.locator(".atlas-tip-name")).to_have_text("Alfa")
    pick(page, view, "010203", "sel='010000'")


def test_refits_only_when_the_focus_key_changes(page: Any, address: str) -> None:
    """A new focus moves the map; the button brings a person who got lost back to it."""
    view = open_map(page, address)
    start = camera(view)
    choose(page, "Enfoque", "norte")
    focused = camera(view)
    assert focused[0] > start[0]
    view.locator(".leaflet-control-zoom-out").click()
    assert camera(view)[2] < focused[2]
    view.get_by_role("button", name="Volver a la vista inicial").click()
    assert camera(view) == pytest.approx(focused, abs=0.01)


def test_link_and_page_switch_restore_the_map(page: Any, address: str) -> None:
    """A link to a page opens with its selection; coming back fetches nothing and keeps the view."""
    view = open_map(page, address, "/brechas?sel=010101")
    assert view.get_attribute("data-selected") == "010101"
    view.locator(".leaflet-control-zoom-in").click()
    left = camera(view)
    page.get_by_role("link", name="Otra").click()
    wait_for_text(page, "otra página")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Brechas").click()
    page.wait_for_selector(READY)
    assert camera(page.locator(MAP)) == left
    assert [url for url in asked if "/component/" in url] == []


def test_missing_geometry_is_said_and_retried(page: Any, address: str) -> None:
    """When the limits cannot be fetched the map says why in Spanish, and the button tries again."""
    geometry = re.compile(r"/map-\w+\.json$")
    page.route(geometry, lambda route: route.fulfill(status=404, body=""))
    page.goto(address + "/?sel=010101")
    view = page.locator(MAP)
    expect(view).to_contain_text("No se pudo cargar el mapa base: el servidor respondió 404.")
    page.unroute(geometry)
    page.route(geometry, lambda route: route.fulfill(status=200, body="{"))
    view.get_by_role("button", name="Reintentar").click()
    expect(view).to_contain_text("el archivo de límites no corresponde")
    page.unroute(geometry)
    view.get_by_role("button", name="Reintentar").click()
    page.wait_for_selector(READY)
    assert colour_at(view, "010101") == "#5d6b7f"


def test_phone_scrolls_with_one_finger_until_the_map_is_tapped(browser: Any, address: str) -> None:
    """On a touch screen the map leaves one-finger movement to the page until a tap activates it."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, color_scheme="dark"
    )
    page = context.new_page()
    view = open_map(page, address)
    assert view.bounding_box()["height"] <= 0.75 * 740
    assert view.get_attribute("data-touch") == "idle"
    view.scroll_into_view_if_needed()
    resting = camera(view)
    swipe(context, page, point_of(view, "010101"))
    assert camera(view) == resting
    page.touchscreen.tap(*point_of(view, "010101"))
    wait_for_text(page, "sel='010101'")
    assert view.get_attribute("data-touch") == "active"
    swipe(context, page, point_of(view, "010101"))
    assert camera(view) != resting
    page.get_by_text("runs=").tap()
    assert view.get_attribute("data-touch") == "idle"
    context.close()

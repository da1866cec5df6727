"""The whole way in a real browser with the network cut: both pages, on the embedded default and on the real pack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from geodata.workspace import Publication, Workspace
from tests.browser.app_server import offline_tab
from tests.browser.map_driver import READY, click_on, colour_at, open_map, repaint

pytestmark = pytest.mark.browser

DEMO_NOTICE = "Datos de demostración: límites aproximados, indicadores simulados"


@pytest.fixture(params=["demo", pytest.param("real", marks=pytest.mark.pack)])
def served(request: pytest.FixtureRequest) -> tuple[str, Publication]:
    """Return the address of the app and the publication that it shows."""
    workspace: Workspace = request.getfixturevalue(f"{request.param}_workspace")
    return request.getfixturevalue(f"{request.param}_app"), workspace.publication()


def largest_of(release: Publication, department: str) -> pd.Series:
    """Return the largest district of a department that has a score: easy to hit with a mouse."""
    territories = release.table("territories")
    inside = territories[territories["ubigeo"].str.startswith(department) & territories["viability_score"].notna()]
    return inside.sort_values("area_km2").iloc[-1]


def test_click_by_position_opens_the_card(tab: Any, served: tuple[str, Publication]) -> None:
    """A click on the place where a district lies opens its card, with figures, years and sources as published."""
    address, release = served
    district = largest_of(release, "08")
    view = open_map(tab, address, "/?region=08")
    with repaint(view):
        click_on(tab, view, district["ubigeo"])
        tab.locator(".st-key-atlas-card").wait_for()
    card = tab.locator(".st-key-atlas-card")
    assert card.get_by_role("heading", name=district["name"]).is_visible()
    assert f"territorio={district['ubigeo']}" in tab.url
    assert view.get_attribute("data-selected") == district["ubigeo"]
    card.locator("summary").filter(has_text="Cifras").first.click()
    figures = card.locator("[data-atlas-figures]").first.inner_text()
    assert f"{district['population_count']:,.0f} habitantes" in figures
    assert f"{district['area_km2']:,.0f} km²" in figures
    assert "2025 · INEI" in figures
    assert ("2024 · simulado" if release.is_demo else "2024 · MIDAGRI-DGESEP") in figures
    assert ("MIDAGRI" in figures) is not release.is_demo


def test_nothing_is_asked_of_an_outside_server(tab: Any, served: tuple[str, Publication]) -> None:
    """With the network cut both pages draw, and neither asks anybody else for anything."""
    address, release = served
    view = open_map(tab, address)
    assert colour_at(view, largest_of(release, "08")["ubigeo"]) != "#000000"
    tab.goto(f"{address}/brechas")
    tab.get_by_text("brechas ·").wait_for()
    assert tab.asked_outside == []


def test_changing_the_indicator_repaints_the_same_map(tab: Any, served: tuple[str, Publication]) -> None:
    """Another indicator changes colours and legend; the map is the same object, where it was."""
    address, _ = served
    view = open_map(tab, address, "/?region=21")
    view.evaluate("root => { root.atlasMap.map.getContainer().marked = true; root.atlasMap.map.setZoom(9); }")
    with repaint(view):
        # the list of indicators is long: people type a part of the name
        tab.get_by_role("combobox", name="Qué ver").fill("Superficie agrícola")
        tab.get_by_role("option", name="Productores · Superficie agrícola", exact=True).click()
    tab.locator("[data-atlas-legend]", has_text="Superficie agrícola (ha)").wait_for()
    assert view.evaluate("root => root.atlasMap.map.getContainer().marked") is True
    assert view.evaluate("root => root.atlasMap.map.getZoom()") == 9
    assert "ver=agricultural_area_ha" in tab.url


def test_a_link_reopens_the_same_screen(browser: Any, served: tuple[str, Publication]) -> None:
    """The address holds region, indicator, level and territory: another browser shows the same."""
    address, release = served
    province = release.table("provinces").set_index("ubigeo").loc["210100"]
    with offline_tab(browser) as tab:
        open_map(tab, address, "/?region=21&ver=households_without_mobile_pct&nivel=provincia&territorio=210100")
        card = tab.locator(".st-key-atlas-card")
        card.wait_for()
        assert card.get_by_role("heading", name=province["name"]).is_visible()
        assert (
            tab.get_by_role("combobox", name="Región").input_value()
            == release.table("departments").set_index("ubigeo").loc["210000", "name"]
        )
        assert tab.locator(READY).get_attribute("data-selected") == "210100"


def test_hostile_addresses_fall_back_with_a_sentence(tab: Any, served: tuple[str, Publication]) -> None:
    """Unknown and hostile values show the default view and say so; no script of theirs runs."""
    address, _ = served
    bad = "%3Cimg%20src%3Dx%20onerror%3D%22window.owned%3D1%22%3E"
    open_map(tab, address, f"/?region={bad}&ver=../../etc&nivel=galaxia&territorio=999999")
    assert tab.get_by_text("no existe: se muestra toda la Sierra").is_visible()
    assert tab.get_by_text("no existe: se muestran los dos ejes").is_visible()
    assert tab.get_by_text("no existe: se muestran distritos").is_visible()
    assert tab.get_by_text("no existe: no hay nada seleccionado").is_visible()
    assert tab.evaluate("window.owned") is None


def test_gap_list_filters_and_downloads(tab: Any, served: tuple[str, Publication], tmp_path: Path) -> None:
    """The list of a region downloads as XLSX, CSV and GeoPackage with the rows that the page counts."""
    address, release = served
    gaps = release.table("gaps")
    expected = gaps[
        gaps["ubigeo"].str.startswith("09") & gaps["severity"].eq("critical") & gaps["good"].eq("conectividad")
    ]
    tab.goto(f"{address}/brechas?region=09&severidad=critical&bien=conectividad")
    tab.get_by_text(f"{len(expected):,} brechas ·").wait_for()
    files = {}
    for label, ending in (("Excel", "xlsx"), ("CSV", "csv"), ("GeoPackage", "gpkg")):
        with tab.expect_download() as waiting:
            tab.get_by_role("button", name=label, exact=True).click()
        files[ending] = tmp_path / f"gaps.{ending}"
        waiting.value.save_as(files[ending])
        assert waiting.value.suggested_filename.endswith(f"{release.release_id}.{ending}")
    head, *rows = openpyxl.load_workbook(files["xlsx"])["Lista"].iter_rows(values_only=True)
    codes = [row[head.index("Ubigeo")] for row in rows]
    assert sorted(codes) == sorted(expected["ubigeo"])
    table = pd.read_csv(files["csv"], dtype=str)
    assert sorted(table["Ubigeo"]) == sorted(expected["ubigeo"])
    assert gpd.read_file(files["gpkg"], layer="brechas")["ubigeo"].str.startswith("09").all()


def test_provincial_figures_are_drawn_at_their_level(tab: Any, served: tuple[str, Publication]) -> None:
    """A road gap published per province paints provinces and says so, even when districts were asked for."""
    address, _ = served
    view = open_map(tab, address, "/?ver=vecinal_road_inadequate_pct")
    assert tab.get_by_text("Este indicador se publica por provincia").is_visible()
    with repaint(view):
        click_on(tab, view, "080900")
        tab.locator(".st-key-atlas-card").wait_for()
    assert "territorio=080900" in tab.url


def test_demo_notice_is_always_in_sight(tab: Any, demo_app: str) -> None:
    """On simulated data both pages say so, also after scrolling to the end; a direct link is no way around."""
    for path in ("/?region=08&territorio=080101", "/brechas"):
        tab.goto(f"{demo_app}{path}")
        notice = tab.get_by_text(DEMO_NOTICE)
        notice.wait_for()
        tab.get_by_text("Publicación del ").last.wait_for()
        tab.mouse.move(700, 400)
        tab.mouse.wheel(0, 20_000)
        tab.wait_for_timeout(300)
        box = notice.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 200


@pytest.mark.pack
def test_real_data_carry_no_demo_notice(tab: Any, real_app: str) -> None:
    """Real figures are not called simulated."""
    open_map(tab, real_app)
    assert tab.get_by_text(DEMO_NOTICE).count() == 0


def test_phone_and_dark_theme_draw(browser: Any, demo_app: str) -> None:
    """At 360 x 740 nothing is wider than the screen; in the dark theme the map has the dark colours."""
    with offline_tab(browser, width=360, height=740, dark=True) as tab:
        open_map(tab, demo_app)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        assert tab.locator("[data-atlas-legend] span[style*='#ffbf23']").count() == 2


def test_empty_workspace_says_what_to_do(browser: Any, tmp_path: Path) -> None:
    """With nothing published the page tells the command to run, in Spanish, without a traceback."""
    from tests.browser.app_server import served_app

    with served_app(tmp_path) as address, offline_tab(browser) as tab:
        tab.goto(address)
        tab.get_by_text("Todavía no hay nada publicado.").wait_for()
        assert tab.get_by_text("make run").is_visible()


def test_the_twin_table_selects_and_the_map_lifts(tab: Any, demo_app: str) -> None:
    """A row of the table opens its card; lifting the selection on the map is not undone by the marked row."""
    open_map(tab, demo_app, "/?region=08")
    tab.get_by_text("Ver como tabla").click()
    grid = tab.locator("[data-testid=stDataFrame]")
    grid.wait_for()
    grid.scroll_into_view_if_needed()
    tab.wait_for_timeout(500)
    box = grid.bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + 20, box["y"] + 52)
    card = tab.locator(".st-key-atlas-card")
    card.wait_for()
    assert "territorio=08" in tab.url
    tab.get_by_role("button", name="Quitar selección").click()
    tab.get_by_text("Por dónde empezar").wait_for()
    tab.wait_for_timeout(500)
    assert "territorio" not in tab.url
    assert card.count() == 0


def test_from_the_map_to_the_profile(tab: Any, served: tuple[str, Publication]) -> None:
    """*Ver ficha* opens the profile of the territory that was clicked; its address reopens it."""
    address, release = served
    district = largest_of(release, "08")
    view = open_map(tab, address, "/?region=08")
    with repaint(view):
        click_on(tab, view, district["ubigeo"])
        tab.locator(".st-key-atlas-card").wait_for()
    tab.get_by_role("link", name="Ver ficha").click()
    profile = tab.locator("[data-atlas-profile]")
    profile.first.wait_for()
    assert tab.get_by_role("heading", name=district["name"], exact=True).is_visible()
    assert f"/ficha?territorio={district['ubigeo']}" in tab.url
    tab.reload()
    profile.first.wait_for()
    assert f"{district['population_count']:,.0f}" in profile.nth(1).inner_text()
    assert tab.asked_outside == []

"""Roads, canals and settlements over the map of the real app, in a real browser with the network cut."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString

from geodata.workspace import Workspace
from pipelines.overlays import write_overlays
from tests.browser.app_server import offline_tab, served_app
from tests.browser.map_driver import MAP, camera, click_on, count_frames, open_map, repaint, wait_for_text

pytestmark = pytest.mark.browser

CUSCO = "/?region=08"
OVERLAY_FILE = re.compile(r"/overlay-\w+-08-\w+\.json$")
# what one switch sends in all: the switches, their legends and addresses; the map itself is not among it
SWITCH_BYTES = 8_000


def lines_across(release_districts: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Return a road of each network and a canal that cross Cusco from side to side, and a point in each district."""
    cusco = release_districts[release_districts["ubigeo"].str.startswith("08")]
    west, south, east, north = cusco.total_bounds
    heights = [south + (north - south) * share for share in (0.3, 0.5, 0.7)]
    across = [LineString([(west, height), (east, height)]) for height in heights]
    networks = {"network": ["nacional", "departamental", "vecinal"], "department_code": ["080000"] * 3}
    upright = LineString([((west + east) / 2, south), ((west + east) / 2, north)])
    points = cusco.representative_point().reset_index(drop=True)
    kinds = pd.DataFrame(
        {"settlement_code": [f"{code}0001" for code in cusco["ubigeo"]], "settlement_type": ["Rural"] * len(cusco)}
    )
    canal = {"kind": ["canal"], "department_code": ["080000"]}
    return {
        "roads": gpd.GeoDataFrame(networks, geometry=across, crs=4326),
        "canals": gpd.GeoDataFrame(canal, geometry=[upright], crs=4326),
        "settlements": gpd.GeoDataFrame(kinds, geometry=points, crs=4326),
    }


@pytest.fixture(scope="module")
def overlay_app(demo_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of the app on the embedded default with overlays of known lines."""
    release = demo_workspace.publication()
    root = tmp_path_factory.mktemp("overlays") / "workspace"
    copy = shutil.copytree(release.path, root / "releases" / release.release_id)
    (root / "published").symlink_to(Path("releases") / release.release_id, target_is_directory=True)
    write_overlays(copy / "geometry", lines_across(release.shapes("districts")))
    with served_app(root) as address:
        yield address


def inked(view: Any) -> int:
    """Count the pixels of the overlays' canvas that are not empty."""
    script = """root => {
        const canvas = root.atlasMap.map.getPane("atlas-overlays").querySelector("canvas");
        if (!canvas || !canvas.width) return 0;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let i = 3; i < data.length; i += 4) count += data[i] > 0;
        return count;
    }"""
    return int(view.evaluate(script))


def switch(tab: Any, label: str, shown: str) -> None:
    """Move a switch and wait until the map shows exactly the overlays named."""
    view = tab.locator(MAP)
    with repaint(view):
        tab.get_by_text(label, exact=True).click()
    tab.locator(f'{MAP}[data-overlays="{shown}"]').wait_for()
    # the report comes with the frame in which the canvas is drawn
    tab.wait_for_timeout(100)


def test_a_switch_draws_over_the_same_map_and_takes_it_off_again(tab: Any, overlay_app: str) -> None:
    """On: painted, in the address; off: gone. The map is the same object, where it was; the file is asked for once."""
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    frames = count_frames(tab)
    view = open_map(tab, overlay_app, CUSCO)
    view.evaluate("root => { root.atlasMap.map.getContainer().marked = true; root.atlasMap.map.setZoom(9); }")
    tab.wait_for_timeout(300)
    there = camera(view)
    assert inked(view) == 0
    frames.clear()
    switch(tab, "Caminos", "roads")
    assert sum(size for direction, size in frames if direction == "in") < SWITCH_BYTES
    roads = inked(view)
    assert roads > 500
    assert "capas=caminos" in tab.url
    switch(tab, "Canales", "roads,canals")
    assert inked(view) > roads
    assert re.search(r"capas=caminos(,|%2C)canales", tab.url)
    switch(tab, "Canales", "roads")
    assert inked(view) == roads
    switch(tab, "Caminos", "")
    assert inked(view) == 0
    assert "capas=" not in tab.url
    switch(tab, "Caminos", "roads")
    assert inked(view) == roads
    assert view.evaluate("root => root.atlasMap.map.getContainer().marked") is True
    assert camera(view) == there
    fetched = [url for url in asked if OVERLAY_FILE.search(url)]
    assert sorted(url.split("overlay-")[1].split("-")[0] for url in fetched) == ["canals", "roads"]
    assert tab.asked_outside == []


def test_a_link_opens_with_its_overlays_and_they_follow_the_region(tab: Any, overlay_app: str) -> None:
    """The address brings them; a department without a file shows none and says so; wider views ask for one."""
    view = open_map(tab, overlay_app, f"{CUSCO}&capas=caminos,centros-poblados,volcanes")
    tab.locator(f'{MAP}[data-overlays="roads,settlements"]').wait_for()
    tab.wait_for_timeout(100)
    assert inked(view) > 500
    assert tab.get_by_text("La capa «volcanes» no existe").is_visible()
    legend = tab.locator("[data-atlas-overlay-legend=roads]")
    assert legend.inner_text().split() == ["Red", "nacional", "1", "Red", "departamental", "1", "Red", "vecinal", "1"]
    tab.get_by_role("combobox", name="Región").click()
    tab.get_by_role("option", name="Toda la Sierra", exact=True).click()
    wait_for_text(tab, "Elija un departamento para ver caminos")
    tab.locator(f'{MAP}[data-overlays=""]').wait_for()
    tab.get_by_role("combobox", name="Región").click()
    tab.get_by_role("option", name="Ayacucho", exact=True).click()
    wait_for_text(tab, "Sin capa de caminos en Ayacucho")
    assert inked(view) == 0


def test_what_lies_over_a_district_does_not_take_its_click(tab: Any, overlay_app: str) -> None:
    """With everything switched on, a click on the settlement in a district opens the card of the district."""
    view = open_map(tab, overlay_app, f"{CUSCO}&capas=caminos,canales,centros-poblados")
    tab.locator(f'{MAP}[data-overlays="roads,canals,settlements"]').wait_for()
    drawn = inked(view)
    with repaint(view):
        click_on(tab, view, "080905")
        tab.locator(".st-key-atlas-card").wait_for()
    assert view.get_attribute("data-selected") == "080905"
    assert view.get_attribute("data-overlays") == "roads,canals,settlements"
    assert inked(view) == drawn


def test_leaving_the_page_and_coming_back_draws_them_again(tab: Any, overlay_app: str) -> None:
    """Another page has no trace of them; back by the browser they are there, from memory."""
    open_map(tab, overlay_app, f"{CUSCO}&capas=caminos")
    tab.locator(f'{MAP}[data-overlays="roads"]').wait_for()
    tab.get_by_role("link", name="Brechas").click()
    wait_for_text(tab, "brechas ·")
    tab.go_back()
    tab.locator(f'{MAP}[data-overlays="roads"]').wait_for()
    tab.wait_for_timeout(200)
    assert inked(tab.locator(MAP)) > 500


def test_a_file_that_is_missing_is_said_and_the_map_stays(tab: Any, overlay_app: str) -> None:
    """The sentence names what could not be shown and why, the rest is drawn, and the button tries again."""
    roads = re.compile(r"/overlay-roads-08-\w+\.json$")
    tab.route(roads, lambda route: route.fulfill(status=404, body=""))
    view = open_map(tab, overlay_app, f"{CUSCO}&capas=caminos,canales")
    wait_for_text(tab, "No se pudo mostrar «Caminos»: el servidor respondió 404.")
    tab.locator(f'{MAP}[data-overlays="canals"]').wait_for()
    assert view.get_attribute("data-ready") == "true"
    tab.unroute(roads)
    tab.route(roads, lambda route: route.fulfill(status=200, body="{"))
    tab.get_by_role("button", name="Reintentar").click()
    wait_for_text(tab, "No se pudo mostrar «Caminos»: el archivo no tiene la forma esperada.")
    tab.unroute(roads)
    tab.get_by_role("button", name="Reintentar").click()
    tab.locator(f'{MAP}[data-overlays="roads,canals"]').wait_for()
    assert tab.get_by_text("No se pudo mostrar").count() == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_both_themes_draw_them_in_their_own_colours(browser: Any, overlay_app: str, dark: bool) -> None:
    """The national road takes the colour of the page's theme, on a telephone too."""
    with offline_tab(browser, width=360, height=740, dark=dark) as tab:
        view = open_map(tab, overlay_app, f"{CUSCO}&capas=caminos")
        tab.locator(f'{MAP}[data-overlays="roads"]').wait_for()
        tab.wait_for_timeout(200)
        color = view.evaluate(
            """root => {
                const seen = new Set();
                root.atlasMap.map.eachLayer((layer) => layer.options?.color && seen.add(layer.options.color));
                return [...seen];
            }"""
        )
        assert ("#ff9a86" in color) is dark
        assert ("#7c1d2f" in color) is not dark


def test_the_layers_page_opens_a_layer_by_its_link_and_takes_the_report_away(tab: Any, overlay_app: str) -> None:
    """*Capas* shows completeness by department, says what is simulated, and its report downloads."""
    tab.goto(f"{overlay_app}/capas?capa=settlements")
    tab.get_by_role("heading", name="Centros poblados", exact=True).wait_for()
    tiles = tab.locator("[data-atlas-coverage=settlements] li")
    tiles.last.wait_for()
    assert tiles.count() == 25
    tab.get_by_text("Cifras simuladas para la demostración").first.wait_for()
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Hallazgos (CSV)").click()
    report = pd.read_csv(waiting.value.path())
    found = report.set_index("Capa")["Hallazgo"]
    assert "distritos que la capa no trae" in found.loc[["Pobreza monetaria"]].tolist()
    tab.get_by_role("combobox", name="Ver una capa").focus()
    tab.keyboard.type("Pobreza")
    tab.get_by_role("option", name="Pobreza monetaria", exact=True).wait_for()
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", name="Pobreza monetaria", exact=True).wait_for()
    assert "capa=poverty_2018" in tab.url
    assert tab.asked_outside == []

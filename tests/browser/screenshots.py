"""
Take the pictures of docs/ from the real app: `make screenshots`.

They show the embedded default, which anybody can reproduce; look at them before committing.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from geodata.agenda.records import Actor, GapLink, MesaDraft, Role, TrabaDraft
from geodata.agenda.store import Agenda
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
    "ficha-departamento": ("/ficha?territorio=080000", {"height": 1100}),
    "brechas": (GAPS_PATH, {"height": 900}),
    "brechas-oscuro": (GAPS_PATH, {"dark": True}),
    "brechas-telefono": (GAPS_PATH, {"width": 360, "height": 740}),
    "mesas": ("/mesas?mesa=1", {"height": 900}),
    "escenarios": ("/escenarios?region=08&pesos=caminos:3", {"height": 1100}),
    "capas": ("/capas?capa=roads", {"height": 1100}),
}


WAITED_FOR = {
    "mapa": READY,
    "ficha": "[data-atlas-profile]",
    "brechas": "[data-testid=stDataFrame]",
    "mesas": "text=En curso",
    "escenarios": "[data-testid=stVegaLiteChart]",
    "capas": "[data-atlas-coverage]",
}


def fill_agenda(workspace: Workspace) -> None:
    """Keep a Mesa of invented people with a committed bottleneck and one still to commit, on gaps of the release."""
    agenda, actor = Agenda.open(workspace.root), Actor("ejemplo", Role.FACILITADOR, "Persona de ejemplo", is_local=True)
    release, today = workspace.publication(), agenda.today()
    gaps = release.table("gaps")
    region = gaps[gaps["ubigeo"].str.startswith("08") & gaps["severity"].eq("critical") & gaps["value"].notna()]
    mesa = agenda.mesas.create(MesaDraft("Mesa de ejemplo", "080000", "department", today, "Palta"), actor=actor)
    titles = {"caminos": "Entregar el expediente del camino vecinal", "conectividad": "Aprobar el permiso de antenas"}
    for good, title in titles.items():
        gap = region[region["good"].eq(good) & region["level"].ne("department")].iloc[0]
        code = str(gap["ubigeo"])
        figure = float(gap["value"]), str(gap["unit"]), int(gap["year"]), str(gap["label"])
        link = GapLink(release.release_id, code, str(gap["standard"]), *figure)
        draft = TrabaDraft(mesa.mesa_id, title, "gestion", good, ubigeos=(code,), entity="gobierno_regional")
        traba = agenda.trabas.create(replace(draft, due=today + timedelta(days=30)), [link], actor=actor)
        for state in ("validada", "priorizada", "comprometida") if good == "caminos" else ():
            traba = agenda.trabas.move(traba.traba_id, state, row_version=traba.row_version, actor=actor)
    agenda.close()


def main() -> None:
    """Build the embedded default, serve it, and take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as root, sync_playwright() as driver:
        workspace = Workspace(Path(root))
        build_demo(workspace, "capital_2000m", wait_s=0, announce=silent)
        fill_agenda(workspace)
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

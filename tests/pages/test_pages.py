"""The logic of the pages, without a browser: every page runs alone and through app.py, with data and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geodata.workspace import Workspace
from pipelines.build import build
from tests import tiny
from tests.conftest import ROOT

PAGES = sorted(path.name for path in (ROOT / "pages").glob("*.py") if not path.name.startswith("_"))
TIMEOUT_S = 30


def run(script: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """Run a script against a workspace with an address."""
    monkeypatch.setenv("SIERRA_WORKSPACE", str(workspace.root))
    app = AppTest.from_file(str(script), default_timeout=TIMEOUT_S)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_alone(page: str, demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page run by itself draws without error and carries its own notice of simulated data."""
    app = run(ROOT / "pages" / page, demo_workspace, monkeypatch)
    assert not app.exception
    assert not app.error
    assert any("Datos de demostración" in block.proto.body for block in app.get("html"))


def test_the_app_opens_on_the_map(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first screen is the map, with the region in five numbers and three places to start."""
    app = run(ROOT / "app.py", demo_workspace, monkeypatch)
    assert not app.exception
    assert app.header[0].value == "¿Dónde es viable un consorcio y qué falta ahí?"
    assert app.subheader[0].value == "Toda la Sierra en cinco números"
    assert sum(str(button.key).startswith("start-") for button in app.button) == 3


@pytest.mark.parametrize("page", ["app.py", *(f"pages/{name}" for name in PAGES)])
def test_an_empty_workspace_teaches(page: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a publication every page says what to run, and nothing else."""
    app = run(ROOT / page, workspace, monkeypatch)
    assert not app.exception
    assert "make run" in app.info[0].value


def test_a_region_of_the_address_is_the_one_of_the_selector(
    demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The widgets show what the address asks for, and changing them changes the address."""
    app = run(ROOT / "app.py", demo_workspace, monkeypatch, region="08", ver="population_count", nivel="provincia")
    assert app.selectbox(key="region").value == "08"
    assert app.selectbox(key="theme").value == "population_count"
    app.selectbox(key="region").select("21").run()
    assert "21" in app.query_params["region"]
    assert app.subheader[0].value == "Puno en cinco números"


def test_an_unexpected_failure_is_told_with_a_code(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks, people read a sentence with a code; the traceback is for the log."""
    from pages.components import atlas_map

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(atlas_map, "view_of", broken)
    app = run(ROOT / "pages" / "territory_map.py", demo_workspace, monkeypatch)
    assert not app.exception
    assert "quedó anotado con el código" in app.error[0].value
    assert "secret detail" not in app.error[0].value


def test_the_gap_list_says_what_it_does_not_know(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Totals are always in sight, and an empty choice says how to see more."""
    app = run(ROOT / "pages" / "gap_list.py", demo_workspace, monkeypatch, region="08")
    assert any("brechas ·" in text.value for text in app.markdown)
    app = run(
        ROOT / "pages" / "gap_list.py", demo_workspace, monkeypatch, region="07", bien="riego", severidad="critical"
    )
    assert any("brechas ·" in text.value for text in app.markdown)


def test_the_profile_sets_a_territory_beside_its_surroundings(
    demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Own figure, province, department and median of the Sierra, as published; what exists only above says so."""
    release = demo_workspace.publication()
    district = release.table("territories").set_index("ubigeo").loc["080905"]
    province = release.table("provinces").set_index("ubigeo").loc["080900"]
    app = run(ROOT / "pages" / "district_profile.py", demo_workspace, monkeypatch, territorio="080905")
    assert not app.exception
    assert app.header[0].value == district["name"]
    shown = " ".join(block.proto.body for block in app.get("html"))
    assert f"{district['population_count']:,.0f}" in shown
    assert f"{province['population_count']:,.0f}" in shown
    assert f"Provincia: {district['province']}" in shown
    assert f"{province['vecinal_road_inadequate_pct']:,.1f}" in shown
    assert "no existe a este nivel" in shown


def test_the_profile_without_a_territory_says_how_to_choose(
    demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is lost: without a territory the page tells the two ways to choose one."""
    app = run(ROOT / "pages" / "district_profile.py", demo_workspace, monkeypatch, region="08")
    assert not app.exception
    assert "Ver ficha" in app.info[0].value
    assert app.selectbox(key="territory").value is None
    app.selectbox(key="territory").select("080900").run()
    assert app.header[0].value == "La Convención"


def test_a_figure_under_five_producers_is_reserved(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says «reservado», which is neither zero nor missing, and never the figure."""
    frames = tiny.layers()
    producers = frames["ppa_2024"]
    producers.loc[producers["ubigeo"].eq("010101"), "producers_count"] = 3.0
    with workspace.lock():
        build(workspace, frames, version="v", sierra="capital_2000m", notes={}, is_demo=False, sources={})
    app = run(ROOT / "pages" / "district_profile.py", workspace, monkeypatch, territorio="010101")
    assert not app.exception
    shown = " ".join(block.proto.body for block in app.get("html"))
    assert '<span class="missing">reservado</span>' in shown
    assert any("Viabilidad reservada" in text.value for text in app.markdown)

"""What is said of the overlays, and how little of it is sent."""

from __future__ import annotations

import json
import shutil
import zlib
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import LineString
from streamlit.testing.v1 import AppTest

from geodata.workspace import Workspace
from layers.rendering.overlay_styles import styles
from layers.rendering.overlays import APPROXIMATE, NETWORKS, OVERLAYS, TECHNOLOGIES, OverlayId
from layers.rendering.palette import LIGHT
from pages.components.map_view import OVERLAY_LABEL_KEYS, MapOverlay, map_overlays, pack_overlays
from pages.components.overlay_choice import completeness
from pages.text import section
from pipelines.overlays import write_overlays
from tests import tiny
from tests.conftest import ROOT

# the most that a switch of an overlay may send
OVERLAY_BYTES = 1_000
CLASSES: dict[OverlayId, list[str]] = {
    "roads": [f"{network}{end}" for network in NETWORKS for end in ("", f"-{APPROXIMATE}")],
    "canals": ["canal", "acequia"],
    "settlements": [f"{kind}-{word}" for kind in ("rural", "urbano") for word in TECHNOLOGIES],
}


def one(overlay: OverlayId, **changes: Any) -> MapOverlay:
    strokes = styles(overlay, CLASSES[overlay], LIGHT)
    style = {word: stroke.as_dict() for word, stroke in strokes.items()}
    fields = {"id": overlay, "label": overlay, "file": f"overlay-{overlay}-08-0123456789.json", "style": style}
    return MapOverlay(**(fields | changes))


@pytest.fixture(scope="module")
def with_overlays(demo_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the embedded default with a road in Cusco and settlements in department 01."""
    release = demo_workspace.publication()
    root = tmp_path_factory.mktemp("choice") / "workspace"
    copy = shutil.copytree(release.path, root / "releases" / release.release_id)
    (root / "published").symlink_to(Path("releases") / release.release_id, target_is_directory=True)
    shape = [LineString([(-72, -13), (-71, -13)])]
    road = gpd.GeoDataFrame({"network": ["vecinal"], "department_code": ["080000"]}, geometry=shape, crs=4326)
    write_overlays(copy / "geometry", {"roads": road, "settlements": tiny.settlements()})
    return Workspace(root)


def opened(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("SIERRA_WORKSPACE", str(workspace.root))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def captions(app: AppTest) -> str:
    return " ".join(str(caption.value) for caption in app.caption)


def test_everything_at_once_stays_under_a_kilobyte() -> None:
    """Three overlays with all their classes and styles fit what one switch may send, and read back whole."""
    overlays = [one(overlay) for overlay in OVERLAYS]
    sent = pack_overlays(
        overlays,
        lambda file: f"component/pages.x.map_geometry_1234/{file}",
        section("map_labels") | {"failed": "x" * 60},
    )
    assert len(sent) <= OVERLAY_BYTES
    received = json.loads(zlib.decompress(sent))
    assert [overlay["id"] for overlay in received["overlays"]] == list(OVERLAYS)
    assert received["overlays"][0]["address"].endswith("overlay-roads-08-0123456789.json")
    assert received["overlays"][0]["style"]["vecinal-aprox"]["dash"] == [5.0, 3.0]
    assert set(received["labels"]) == OVERLAY_LABEL_KEYS


def test_a_file_of_another_folder_is_refused() -> None:
    """A programming error fails in Python: no address climbs out of the folder; no message lacks its words."""
    with pytest.raises(ValueError, match="plain file name"):
        one("roads", file="../secret.json")
    with pytest.raises(ValueError, match="labels missing"):
        map_overlays(Path(), [], labels={}, key="x")


def test_what_a_department_lacks_is_said() -> None:
    """Surveyed, joined and missing networks are told apart; canals never claim to be complete."""
    said = completeness("roads", ["departamental", "vecinal-aprox"])
    assert said == (
        "Con líneas: red departamental. Aproximada, uniendo puntos de ruta: red vecinal. Sin capa: red nacional."
    )
    assert completeness("roads", list(NETWORKS)) == "Con líneas: red nacional, departamental y vecinal."
    assert "no se sabe" in completeness("canals", ["canal"])


def test_canals_are_as_complete_as_their_layer_states() -> None:
    """What the layer's own record says of the department stands before the general caution."""
    assert completeness("canals", ["canal"], "Capa completa.") == "Capa completa."


def test_signal_known_of_some_settlements_only_is_said() -> None:
    """Where a report covers a part of the department, the dots without colour are not taken as without signal."""
    assert "reporte de señal" in completeness("settlements", ["rural", "rural-4g"])
    assert "reporte de señal" not in completeness("settlements", ["rural", "urbano"])
    assert "reporte de señal" not in completeness("settlements", ["rural-none", "rural-4g"])


def test_the_address_moves_the_switches_and_they_move_the_address(
    with_overlays: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the link says is on; a switch adds its word or takes it away and leaves the rest."""
    app = opened(with_overlays, monkeypatch, region="08", capas="caminos")
    assert not app.exception
    assert app.toggle(key="overlay-roads").value is True
    assert app.toggle(key="overlay-settlements").value is False
    app.toggle(key="overlay-settlements").set_value(True).run()
    assert "".join(app.query_params["capas"]) == "caminos,centros-poblados"
    app.toggle(key="overlay-roads").set_value(False).run()
    assert "".join(app.query_params["capas"]) == "centros-poblados"
    app.toggle(key="overlay-settlements").set_value(False).run()
    assert "capas" not in app.query_params


def test_only_overlays_of_the_release_are_offered(with_overlays: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """No switch for canals where the release has none; an unknown word in the address is told."""
    app = opened(with_overlays, monkeypatch, region="08", capas="canales,volcanes")
    keys = {str(toggle.key) for toggle in app.toggle}
    assert {"overlay-roads", "overlay-settlements"} <= keys
    assert "overlay-canals" not in keys
    assert any("«volcanes»" in str(warning.value) for warning in app.warning)


def test_count_year_and_source_stand_by_the_switch(with_overlays: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of the embedded default name nobody as their author; where there is no file, its absence is said."""
    said = captions(opened(with_overlays, monkeypatch, region="01", capas="centros-poblados"))
    assert "6 centros poblados · 2017 · simulado. Lista completa del departamento." in said
    assert "Sin capa de caminos en Amazonas" in said
    assert "INEI" not in said.split("6 centros poblados")[1].split("Sin capa")[0]


def test_wider_views_ask_for_a_department(with_overlays: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Sierra has no one file; a selected territory chooses its department."""
    ask = "Elija un departamento para ver caminos"
    assert ask in captions(opened(with_overlays, monkeypatch))
    said = captions(opened(with_overlays, monkeypatch, territorio="080905"))
    assert ask not in said
    assert "1 tramo" in said


def test_a_release_without_overlays_offers_none(
    workspace: Workspace, with_overlays: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A publication of an earlier version shows its map and no switch."""
    release = with_overlays.publication()
    copy = shutil.copytree(release.path, workspace.releases / release.release_id)
    workspace.published.symlink_to(Path("releases") / release.release_id, target_is_directory=True)
    (copy / "geometry" / "overlays.json").unlink()
    app = opened(workspace, monkeypatch, region="08")
    assert not app.exception
    assert not any(str(toggle.key).startswith("overlay-") for toggle in app.toggle)

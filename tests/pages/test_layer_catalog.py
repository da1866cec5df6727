"""The page *Capas*: the layer of the address, both ways to choose another, and what it says of simulated data."""

from __future__ import annotations

import pytest

from geodata.workspace import Workspace
from tests.conftest import ROOT
from tests.pages.test_pages import run

PAGE = ROOT / "pages" / "layer_catalog.py"


def test_the_layer_of_the_address_is_open(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link opens its layer; the chooser shows it and writes another to the address."""
    app = run(PAGE, demo_workspace, monkeypatch, capa="settlements")
    assert not app.exception
    assert app.subheader[0].value == "Centros poblados"
    assert app.selectbox(key="layer").value == "settlements"
    app.selectbox(key="layer").select("poverty_2018").run()
    assert "".join(app.query_params["capa"]) == "poverty_2018"
    assert app.subheader[0].value == "Pobreza monetaria"


def test_an_unknown_layer_falls_back_with_a_sentence(
    demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown and hostile values show the first layer and say so."""
    app = run(PAGE, demo_workspace, monkeypatch, capa="<img src=x>" * 20)
    assert not app.exception
    assert "no existe en esta publicación" in app.warning[0].value
    assert len(app.warning[0].value) < 150
    assert app.subheader[0].value == "Límites y atributos de distritos"


def test_every_layer_of_the_release_can_be_read(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """No layer of the embedded default breaks the page."""
    app = run(PAGE, demo_workspace, monkeypatch)
    for layer in app.selectbox(key="layer").options:
        app.selectbox(key="layer").set_value(_id_of(app, layer)).run()
        assert not app.exception
        assert not app.error


def test_simulated_layers_say_so(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The source of a simulated layer is shown as simulated, and no publisher beside it."""
    app = run(PAGE, demo_workspace, monkeypatch, capa="ppa_2024")
    said = [str(caption.value) for caption in app.caption]
    assert any("Cifras simuladas" in text for text in said)
    assert not any("MIDAGRI" in text for text in said)


def _id_of(app: object, title: str) -> str:
    from pages.components.layer_quality import layer_entries

    release = Workspace().publication()
    return next(entry.id for entry in layer_entries(release) if entry.title == title)

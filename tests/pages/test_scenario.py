"""The page of scenarios: sliders and address are one, results never without ranges, what is typed is never lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geodata.scenarios import read_scenarios, save_scenario, scenarios_file
from geodata.workspace import Workspace
from tests.conftest import ROOT

PAGE = ROOT / "pages" / "scenario.py"
TIMEOUT_S = 30


@pytest.fixture
def workspace(demo_workspace: Workspace, tmp_path: Path) -> Workspace:
    """Return a workspace of the test's own, in which the embedded default is published."""
    release = demo_workspace.publication()
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / release.release_id).symlink_to(release.path, target_is_directory=True)
    (tmp_path / "published").symlink_to(release.path, target_is_directory=True)
    return Workspace(tmp_path)


def run(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """Open the page with an address."""
    monkeypatch.setenv("SIERRA_WORKSPACE", str(workspace.root))
    app = AppTest.from_file(str(PAGE), default_timeout=TIMEOUT_S)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def texts(app: AppTest) -> str:
    return " ".join(str(block.value) for block in (*app.markdown, *app.caption, *app.text))


def asked(app: AppTest, name: str) -> str:
    """Return what the address says: a list of one when it was given, a text when the page wrote it."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def save(workspace: Workspace, name: str, release_id: str = "another", **weights: float) -> None:
    file = scenarios_file(workspace.root)
    save_scenario(file, name, weights=weights, closed_gaps={}, product=None, release_id=release_id)


def test_it_opens_on_the_published_index(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the pillars have sliders in sight, all at their weight, and nothing is said to change."""
    app = run(workspace, monkeypatch, region="08")
    assert not app.exception
    assert not app.error
    assert {slider.value for slider in app.slider} == {1.0}
    assert "Nada: es el índice publicado" in texts(app)
    assert "0 distritos cambian de puesto" in texts(app)


def test_a_slider_writes_the_address_and_the_address_sets_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weight is in the address in words; opening that address elsewhere gives the same screen."""
    app = run(workspace, monkeypatch, region="08")
    app.slider(key="weight-irrigation").set_value(3.0).run()
    assert asked(app, "pesos") == "riego:3"
    other = run(workspace, monkeypatch, region="08", pesos="riego:3")
    assert other.slider(key="weight-irrigation").value == 3.0
    assert texts(other) == texts(app)
    assert app.dataframe[-1].value.to_dict("records")[0]["Qué"] == "Peso de Riego"
    app.button(key="scenario-reset").click().run()
    assert "pesos" not in app.query_params
    assert app.slider(key="weight-irrigation").value == 1.0


def test_places_come_with_their_ranges_and_the_warning(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table twin has a range beside each place; who cannot be told apart is said."""
    app = run(workspace, monkeypatch, region="08", pesos="riego:3")
    rows = app.dataframe[0].value
    assert {"Puesto antes", "Rango antes", "Puesto después", "Rango después"} <= set(rows)
    ranked = rows[rows["Puesto después"].notna()]
    assert ranked["Rango después"].str.fullmatch(r"\d+–\d+").all()
    assert any("No se puede decir quién va adelante" in warning.value for warning in app.warning)


def test_closing_a_gap_shows_whom_it_touches_and_what_it_costs(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Districts, producers and a range of cost; every figure is listed from what to what, with its source."""
    app = run(workspace, monkeypatch, region="08", cerrar="irrigation:080900", producto="quinua")
    assert not app.error
    assert "distritos mejoran una cifra" in texts(app)
    assert "índice de Quinua" in texts(app)
    changes = app.dataframe[-1].value
    assert changes["A"].isin(["Quinua", "36"]).all()
    assert len(changes) > 2
    # the district and its province are both called Cusco
    app.multiselect(key="close-mobile_phone").set_value(["080101"]).run()
    assert asked(app, "cerrar") == "irrigation:080900,mobile_phone:080101"
    app.button(key="open-irrigation").click().run()
    assert asked(app, "cerrar") == "mobile_phone:080101"


def test_weights_that_cancel_out_are_told_and_the_sliders_stay(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All pillars of an axis at zero is a sentence, never an empty chart."""
    app = run(workspace, monkeypatch, pesos="riego:0,caminos:0,conectividad:0,servicios:0")
    assert not app.exception
    assert app.error
    assert app.slider(key="weight-irrigation").value == 0.0


def test_a_hostile_address_falls_back_with_sentences(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is believed, everything of it is told, and the published index is shown."""
    app = run(
        workspace,
        monkeypatch,
        pesos="riego:nan,luna:2,escala:99,<script>:1",
        cerrar="luna:080101,irrigation:999999+<b>,vecinal_roads:080101",
        producto="../../etc",
        comparar="nadie",
    )
    assert not app.exception
    told = [warning.value for warning in app.warning]
    assert len([one for one in told if "riego" in one or "luna" in one or "escala" in one or "script" in one]) == 5
    for part in ("999999", "vecinal_roads", "etc", "nadie"):
        assert any(part in one for one in told)
    assert "Nada: es el índice publicado" in texts(app)


def test_saved_by_name_opened_by_name_and_deleted(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address becomes the name; a deletion keeps the screen, so that saving again undoes it."""
    app = run(workspace, monkeypatch, region="08", pesos="riego:2")
    app.text_input(key="scenario-name").input("Más riego")
    app.button[-1].click().run()
    book = read_scenarios(scenarios_file(workspace.root))
    assert [entry.name for entry in book.saved] == ["Más riego"]
    assert asked(app, "escenario") == "Más riego"
    assert "pesos" not in app.query_params
    assert app.slider(key="weight-irrigation").value == 2.0
    assert "Guardado" in app.success[0].value
    app.button(key=f"delete-{book.saved[0].entry_id}").click().run()
    assert read_scenarios(scenarios_file(workspace.root)).saved == ()
    assert asked(app, "pesos") == "riego:2"
    assert app.text_input(key="scenario-name").value == "Más riego"


def test_a_refused_name_stays_in_the_form(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is taken is told; nothing typed is lost."""
    save(workspace, "Más riego", irrigation=3.0)
    app = run(workspace, monkeypatch, pesos="riego:2")
    app.text_input(key="scenario-name").input("más riego")
    next(button for button in app.button if button.label == "Guardar").click().run()
    assert "ya guardado" in app.error[0].value
    assert app.text_input(key="scenario-name").value == "más riego"
    assert asked(app, "pesos") == "riego:2"


def test_one_saved_on_another_release_says_so(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its parts that this release does not know are told too."""
    save(workspace, "De antes", irrigation=2.0, moon=3.0)
    app = run(workspace, monkeypatch, escenario="de antes")
    told = " ".join(warning.value for warning in app.warning)
    assert "se guardó sobre la publicación del another" in told
    assert "moon" in told
    assert app.slider(key="weight-irrigation").value == 2.0


def test_two_scenarios_side_by_side(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The open one and a saved one: what each changes and the places that each gives; the address holds both."""
    save(workspace, "*Caminos*", access=4.0)
    app = run(workspace, monkeypatch, region="08", pesos="riego:2")
    app.selectbox(key="scenario-other").select("*Caminos*").run()
    assert asked(app, "comparar") == "*Caminos*"
    compared = app.dataframe[-1].value
    assert {"Puesto publicado", "Puesto, primero", "Puesto, segundo", "Diferencia"} <= set(compared)
    assert (
        (compared["Puesto, primero"] - compared["Puesto, segundo"]).dropna().eq(compared["Diferencia"].dropna()).all()
    )
    assert compared["Rango, segundo"].str.contains("–").any()
    # a name is text: its asterisks are seen
    assert "*Caminos*" in [block.value for block in app.text]


def test_a_damaged_line_is_told(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page still opens, and names the line."""
    scenarios_file(workspace.root).write_text('{"entry_id"\n')
    app = run(workspace, monkeypatch)
    assert any("línea 1" in warning.value for warning in app.warning)


def test_a_release_without_the_open_index_says_so(
    demo_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier publication has no inputs of the index: the page teaches what to do."""
    release = demo_workspace.publication()
    copy = tmp_path / "releases" / "old"
    shutil.copytree(release.path, copy, ignore=shutil.ignore_patterns("index_inputs.parquet", "geometry"))
    (tmp_path / "published").symlink_to(copy, target_is_directory=True)
    app = run(Workspace(tmp_path), monkeypatch)
    assert not app.exception
    assert "vuelva a construir" in app.info[0].value

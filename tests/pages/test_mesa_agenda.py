"""The page *Mesas Ejecutivas*: what opens from an address, what each role may do, and what is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geodata.agenda.records import Actor, AttendanceDraft, GapLink, MesaDraft, Role, SessionDraft, Traba, TrabaDraft
from geodata.agenda.roles import local_actor
from geodata.agenda.store import Agenda
from geodata.workspace import Workspace
from pages.components import identity
from pipelines.build import build
from pipelines.export.acta_content import acta_of
from tests import tiny
from tests.conftest import ROOT
from tests.pages.test_pages import run

PAGE = ROOT / "pages" / "mesa_agenda.py"
ROSA, JUAN = local_actor("Rosa Quispe"), local_actor("Juan Mamani")
HARMFUL = (
    '<script>window.owned=1</script><img src=x onerror="alert(1)">',
    '=HYPERLINK("http://127.0.0.1/","clic")',
    "**negrita** :material/delete: [enlace](http://127.0.0.1/) 🚜",
)
GAP = GapLink("20261122-demo", "020103", "mobile_internet", 12.5, "%", 2024, "Cobertura móvil", 700.0, 1750.0)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the tiny country, published once."""
    workspace = Workspace(tmp_path_factory.mktemp("mesas") / "workspace")
    with workspace.lock():
        build(workspace, tiny.layers(), version="v", sierra="capital_2000m", notes={}, is_demo=True, sources={})
    return workspace


@pytest.fixture
def agenda(country: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Agenda]:
    """Yield an empty agenda that the page opens."""
    monkeypatch.setenv("SIERRA_DATABASE_URL", f"sqlite:///{tmp_path / 'agenda.sqlite'}")
    made = Agenda.open(country.root)
    yield made
    made.close()


@pytest.fixture
def mesa(agenda: Agenda) -> int:
    """Return the Mesa of department 02, sixty days old."""
    start = agenda.today() - timedelta(days=60)
    return agenda.mesas.create(MesaDraft("Mesa del sur", "020000", "department", start), actor=ROSA).mesa_id


def traba_of(agenda: Agenda, mesa_id: int, title: str = "Otorgar el permiso de la antena") -> Traba:
    """Write a bottleneck with evidence and an entity down."""
    draft = TrabaDraft(mesa_id, title, "tramite", "conectividad", ubigeos=("020103",), entity="pronatel")
    return agenda.trabas.create(replace(draft, responsible="Ana Torres"), [GAP], actor=ROSA)


def committed(agenda: Agenda, mesa_id: int, due: date, title: str = "Otorgar el permiso de la antena") -> Traba:
    """Return a bottleneck that somebody committed to."""
    traba = traba_of(agenda, mesa_id, title)
    for state in ("validada", "priorizada"):
        traba = agenda.trabas.move(traba.traba_id, state, row_version=traba.row_version, actor=ROSA)
    return agenda.trabas.move(traba.traba_id, "comprometida", row_version=traba.row_version, due=due, actor=ROSA)


def open_page(country: Workspace, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """Run the page on the tiny country."""
    app = run(PAGE, country, monkeypatch, **query)
    assert not app.exception
    assert not app.error
    return app


def widget(app: AppTest, kind: str, label: str) -> Any:
    """Return the first widget of a kind whose label starts so."""
    return next(one for one in getattr(app, kind) if one.label.startswith(label))


def html_of(app: AppTest) -> str:
    """Return what the page drew as HTML."""
    return " ".join(block.proto.body for block in app.get("html"))


def as_reader(monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Make whoever opens the page a reader."""
    reader = Actor("lector", Role.CONSULTA)
    monkeypatch.setattr(identity, "current", lambda _agenda: reader)
    return reader


def test_an_empty_agenda_teaches(country: Workspace, agenda: Agenda, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a Mesa the page says what one is and how to make it, and who is taken to be writing."""
    app = open_page(country, monkeypatch)
    assert any("Cree la primera" in block.value for block in app.info)
    assert any("Un solo usuario, todos los permisos, solo en este equipo" in text.value for text in app.caption)


def test_a_gap_becomes_a_bottleneck_with_its_evidence(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gaps of the address are copied with value, unit, year and release; what was typed is kept under a name."""
    app = open_page(country, monkeypatch, brechas="020103:mobile_internet")
    widget(app, "text_input", "¿Quién registra?").set_value("Rosa Quispe").run()
    widget(app, "text_input", "Qué hay").set_value("Otorgar el permiso").run()
    widget(app, "button", "Registrar la traba").click().run()
    kept = agenda.trabas.get(1)
    published = country.publication().table("gaps").set_index("gap_id").loc["020103:mobile_internet"]
    assert kept.title == "Otorgar el permiso"
    assert kept.good == "conectividad"
    assert [(one.ubigeo, one.value, one.unit) for one in kept.gaps] == [
        ("020103", published["value"], published["unit"])
    ]
    assert kept.gaps[0].release_id == country.publication().release_id
    assert agenda.log.of_traba(1)[0].who == "Rosa Quispe"
    assert dict(app.query_params)["traba"] in ("1", ["1"])


def test_an_unknown_address_falls_back_with_a_sentence(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Mesa, session, bottleneck, view or gap that does not exist is named, shortened, and the board is drawn."""
    bad = "<img src=x>" * 20
    app = open_page(country, monkeypatch, mesa=bad, sesion="99", traba="77", vista=bad, brechas="999999:nada")
    sentences = [block.value for block in app.warning]
    for part in ("La Mesa «", "La sesión «99»", "La traba «77»", "La vista «", "no están en esta publicación"):
        assert any(part in sentence for sentence in sentences), part
    assert max(map(len, sentences)) < 200
    assert [block.value for block in app.subheader][:3] == ["Por comprometer · 0", "En curso · 0", "Vencido · 0"]


def test_the_board_says_light_figure_owner_and_dates(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each column holds its own; an overdue card carries shape, word, days, figure, owner and both dates."""
    today = agenda.today()
    committed(agenda, mesa, today - timedelta(days=3))
    moved = committed(agenda, mesa, today - timedelta(days=20))
    later = today + timedelta(days=40)
    agenda.trabas.reprogram(moved.traba_id, later, "sin quórum", row_version=moved.row_version, actor=ROSA)
    traba_of(agenda, mesa)
    app = open_page(country, monkeypatch, mesa=str(mesa))
    assert [block.value for block in app.subheader] == ["Por comprometer · 1", "En curso · 1", "Vencido · 1"]
    shown = html_of(app)
    for words in (
        "▲ Rojo",
        "vencida hace 3 días",
        "Cobertura móvil, Distrito 020103: 12.5 % (2024)",
        "PRONATEL",
        f"Para el {later} · original {today - timedelta(days=20)} · reprogramaciones: 1",
        "● Verde",
    ):
        assert words in shown, words


@pytest.mark.parametrize("harm", HARMFUL)
def test_what_people_type_is_drawn_as_text(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    """HTML, script, markdown, formulas and emoji are shown letter by letter on the board, the page and the log."""
    kept = committed(agenda, mesa, agenda.today() + timedelta(days=5), harm[:120])
    for query in ({}, {"traba": str(kept.traba_id)}, {"vista": "bitacora"}, {"vista": "proximos"}):
        app = open_page(country, monkeypatch, mesa=str(mesa), **query)
        assert "<script" not in html_of(app)
        assert "<img" not in html_of(app)
        drawn: list[Any] = [
            one for kind in ("markdown", "caption", "subheader", "warning", "info") for one in app.get(kind)
        ]
        said = [str(one.value) for one in drawn] + [button.label for button in app.button]
        assert not any(harm[:20] in text for text in said)


def test_a_reader_sees_no_names_and_changes_nothing(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the role there is no form, no name of a person, and the service below refuses as well."""
    kept = committed(agenda, mesa, agenda.today() + timedelta(days=5))
    reader = as_reader(monkeypatch)
    app = open_page(country, monkeypatch, mesa=str(mesa), traba=str(kept.traba_id))
    assert not {"Comprometer", "Reprogramar", "Registrar el compromiso"} & {button.label for button in app.button}
    assert any("Su rol (consulta) lee la agenda" in text.value for text in app.caption)
    assert "Ana Torres" not in html_of(app)
    assert not any("Ana Torres" in str(frame.value) for frame in app.dataframe)
    assert not any("Rosa Quispe" in frame.value.to_string() for frame in app.dataframe)
    with pytest.raises(Exception, match="no tiene permiso"):
        agenda.trabas.note(kept.traba_id, "hola", actor=reader)


def test_a_refusal_keeps_what_was_typed(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A title that is missing is told in Spanish; the rest of the form stays as it was."""
    app = open_page(country, monkeypatch, mesa=str(mesa))
    widget(app, "text_area", "Causa").set_value("Nadie firmó el convenio").run()
    widget(app, "button", "Registrar la traba").click().run()
    assert 'class="mesa-refused" role="alert"' in html_of(app)
    assert widget(app, "text_area", "Causa").value == "Nadie firmó el convenio"
    assert agenda.trabas.all(mesa) == []


@pytest.mark.parametrize("keep", ["Guardar lo mío", "Dejar lo guardado"])
def test_two_people_correct_the_same_and_nothing_is_lost(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch, keep: str
) -> None:
    """The second sees both versions, keeps either one, and the one set aside is in the log."""
    kept = committed(agenda, mesa, agenda.today() + timedelta(days=5))
    app = open_page(country, monkeypatch, mesa=str(mesa), traba=str(kept.traba_id))
    widget(app, "button_group", "Qué hacer").set_value("edit").run()
    theirs = replace(
        TrabaDraft(mesa, kept.title, kept.kind, kept.good, ubigeos=kept.ubigeos, entity=kept.entity),
        next_step="Lo de Juan",
        responsible=kept.responsible,
        due=kept.due,
    )
    agenda.trabas.edit(kept.traba_id, theirs, row_version=kept.row_version, actor=JUAN)
    # any other run of the page in between must not make the form take the newer version for its own
    app.run()
    widget(app, "text_area", "Acción siguiente").set_value("Lo de Rosa").run()
    app.button(key="traba-save").click().run()
    shown = html_of(app)
    assert "Lo de Juan" in shown
    assert "Lo de Rosa" in shown
    widget(app, "button", keep).click().run()
    step = agenda.trabas.get(kept.traba_id).next_step
    log = str([(entry.before, entry.after) for entry in agenda.log.of_traba(kept.traba_id)])
    assert step == ("Lo de Rosa" if keep == "Guardar lo mío" else "Lo de Juan")
    assert "Lo de Rosa" in log
    assert "Lo de Juan" in log


def test_the_session_shows_one_row_at_a_time(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most fifteen rows, the overdue first; arrows are buttons; closing makes the acta final."""
    today = agenda.today()
    for number in range(17):
        traba_of(agenda, mesa, f"Aprobar el paso {number}")
    committed(agenda, mesa, today - timedelta(days=3), "Firmar lo vencido")
    session = agenda.mesas.create_session(SessionDraft(mesa, today), actor=ROSA)
    app = open_page(country, monkeypatch, mesa=str(mesa), sesion=str(session.session_id), vista="sesion")
    assert any("Fila 1 de 15" in text.value for text in app.caption)
    assert "Firmar lo vencido" in html_of(app)
    assert "Aprobar el paso 0" not in html_of(app)
    widget(app, "button", "Siguiente").click().run()
    assert any("Fila 2 de 15" in text.value for text in app.caption)
    assert "Firmar lo vencido" not in html_of(app)
    widget(app, "button", "Cerrar sesión").click().run()
    widget(app, "button", "Sí, cerrar").click().run()
    assert agenda.mesas.session(session.session_id).closed_at is not None
    assert any("La sesión está cerrada." in text.value for text in app.caption)


def test_an_atlas_that_others_reach_is_read_only_without_sign_in(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full rights without a sign-in are for this machine alone."""
    monkeypatch.setattr(identity, "is_only_local", lambda: False)
    app = open_page(country, monkeypatch, mesa=str(mesa))
    assert any("no tiene inicio de sesión configurado" in block.value for block in app.info)
    assert not any(button.label == "Crear la Mesa" for button in app.button)
    assert identity.current(agenda).role is Role.CONSULTA


@pytest.mark.parametrize(
    ("listed", "writes"), [(None, False), (Role.CONSULTA, False), (Role.ANALISTA, False), (Role.FACILITADOR, True)]
)
def test_signed_in_people_have_the_role_that_the_database_gives(
    country: Workspace, agenda: Agenda, mesa: int, monkeypatch: pytest.MonkeyPatch, listed: Role | None, writes: bool
) -> None:
    """With a sign-in nobody unlisted writes, and a typed name replaces nobody's identity."""
    if listed is not None:
        agenda.users.save("Rosa@ejemplo.pe", listed, actor=ROSA)
    monkeypatch.setattr(identity, "is_sign_in_configured", lambda: True)
    monkeypatch.setattr(identity, "_identity", lambda: "rosa@ejemplo.pe")
    monkeypatch.setattr(identity, "_administrators", lambda: [])
    app = open_page(country, monkeypatch, mesa=str(mesa))
    assert any(button.label == "Crear la Mesa" for button in app.button) is writes
    assert not any(box.label == "¿Quién registra?" for box in app.text_input)
    assert identity.current(agenda).name == "rosa@ejemplo.pe"


def test_the_acta_names_people_to_whoever_may_see_them(country: Workspace, agenda: Agenda, mesa: int) -> None:
    """A facilitator's acta has names; a reader's has entities; both have every bottleneck of the session."""
    today, release = agenda.today(), country.publication()
    kept = committed(agenda, mesa, today + timedelta(days=5))
    session = agenda.mesas.create_session(SessionDraft(mesa, today, "Huamanga"), actor=ROSA)
    agenda.mesas.attend(AttendanceDraft(session.session_id, "pronatel", "Juan Pérez", "Director"), actor=ROSA)
    moment = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    places = {"020103": "Distrito 020103"}
    full = acta_of(agenda, session, ROSA, places=places, release=release, moment=moment)
    bare = acta_of(agenda, session, Actor("lector", Role.CONSULTA), places=places, release=release, moment=moment)
    assert [row.title for row in full.rows] == [row.title for row in bare.rows] == [kept.title]
    assert (full.rows[0].responsible, full.attendance[0].person) == ("Ana Torres", "Juan Pérez")
    assert (bare.rows[0].responsible, bare.attendance[0].person) == ("", "")
    assert full.rows[0].evidence[0].in_words == "Cobertura móvil, Distrito 020103: 12.5 % (2024)"
    assert not full.is_closed

"""The whole path in a real browser, by two people at once: gap, bottleneck, commitment, overdue, verified, acta."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geodata.agenda.store import Agenda
from geodata.workspace import Workspace
from pipelines.build import build
from tests import tiny
from tests.browser.app_server import offline_tab, served_app

pytestmark = pytest.mark.browser

GAP = "020103:mobile_internet"
HARM = '<img src=x onerror="window.owned=1">=1+1 **Otorgar** 🚜'


@pytest.fixture
def mesa_app(tmp_path: Path) -> Iterator[tuple[str, Workspace]]:
    """Yield the address of the app on the tiny country, with an agenda of its own, and its workspace."""
    workspace = Workspace(tmp_path / "workspace")
    with workspace.lock():
        build(workspace, tiny.layers(), version="v", sierra="capital_2000m", notes={}, is_demo=True, sources={})
    with served_app(workspace.root) as address:
        yield address, workspace


def type_in(tab: Any, kind: str, label: str, text: str) -> None:
    """Type in a field (TextInput, TextArea, DateInput), found by its label, and leave it."""
    widget = tab.get_by_test_id(f"st{kind}").filter(has_text=label).locator("visible=true").first
    if kind == "DateInput":
        # year, month and day are fields of their own, and each hands over to the next
        widget.get_by_role("spinbutton").first.click()
        tab.keyboard.type(text.replace("-", ""), delay=20)
    else:
        widget.locator("input, textarea").first.fill(text)
    tab.keyboard.press("Tab")
    idle(tab)


def choose(tab: Any, label: str, option: str) -> None:
    """Choose an option of a list by the beginning of its text."""
    box = tab.get_by_test_id("stSelectbox").filter(has_text=label).locator("input").locator("visible=true").first
    if option in box.input_value():
        return
    box.click()
    box.fill(option)
    tab.get_by_role("option").filter(has_text=option).first.click()
    idle(tab)


def press(tab: Any, name: str) -> None:
    """Press a button by its whole name."""
    tab.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()
    idle(tab)


def do(tab: Any, name: str) -> None:
    """Choose what to do with the bottleneck."""
    option = tab.get_by_test_id("stButtonGroup").get_by_role("radio", name=name, exact=True).first
    if option.get_attribute("aria-checked") != "true":
        option.click()
    idle(tab)


def idle(tab: Any) -> None:
    """Wait until the page has answered."""
    tab.wait_for_timeout(150)
    tab.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def said(tab: Any, words: str) -> None:
    """Wait until the page says something."""
    tab.get_by_text(words).first.wait_for()


def test_from_a_gap_to_a_verified_commitment_by_two_people(
    browser: Any, mesa_app: tuple[str, Workspace], tmp_path: Path
) -> None:
    """Two people take a gap to a verified commitment; a stale edit shows both versions; the acta downloads."""
    address, workspace = mesa_app
    today = Agenda.open(workspace.root).today()
    late, later, latest = (today + timedelta(days=days) for days in (-10, 20, 30))
    with offline_tab(browser, width=1280) as rosa, offline_tab(browser, width=1280) as juan:
        rosa.goto(f"{address}/mesas?brechas={GAP}")
        idle(rosa)
        type_in(rosa, "TextInput", "¿Quién registra?", "Rosa Quispe")
        make_mesa(rosa, today - timedelta(days=60))
        type_in(rosa, "TextInput", "Qué hay que destrabar", HARM)
        press(rosa, "Registrar la traba")
        said(rosa, "Traba registrada.")
        assert "traba=1" in rosa.url
        assert "brechas" not in rosa.url
        commit(rosa, late)
        said(rosa, "Compromiso registrado")
        said(rosa, "vencida hace 10 días")

        juan.goto(re.sub(r"&?brechas=[^&]*", "", rosa.url))
        said(juan, "Volver al tablero")
        type_in(juan, "TextInput", "¿Quién registra?", "Juan Mamani")
        assert juan.evaluate("window.owned") is None
        assert juan.get_by_text(HARM).first.is_visible()
        for tab, day in ((rosa, later), (juan, latest)):
            do(tab, "Reprogramar")
            type_in(tab, "DateInput", "Nueva fecha", day.isoformat())
            type_in(tab, "TextInput", "Motivo", f"motivo {day}")
            tab.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Reprogramar").click()
            idle(tab)
        said(juan, "Otra persona guardó antes que usted")
        panel = juan.locator(".st-key-mesa-conflict-panel")
        assert later.isoformat() in panel.inner_text()
        assert latest.isoformat() in panel.inner_text()
        press(juan, "Guardar lo mío")
        said(juan, f"Para el {latest} · original {late} · reprogramaciones: 2")

        rosa.reload()
        idle(rosa)
        type_in(rosa, "TextInput", "¿Quién registra?", "Rosa Quispe")
        move(rosa, "En ejecución")
        move(rosa, "Resuelta", evidence="Resolución 12-2026 publicada")
        move(rosa, "Verificada")
        said(rosa, "no se puede guardar")
        juan.reload()
        idle(juan)
        type_in(juan, "TextInput", "¿Quién registra?", "Juan Mamani")
        move(juan, "Verificada")
        said(juan, "Estado cambiado.")

        acta = session_with_acta(juan, tmp_path)
    assert HARM in [cell.value for row in acta["Acuerdos"].iter_rows() for cell in row]
    agenda = Agenda.open(workspace.root)
    kept = agenda.trabas.get(1)
    assert (kept.state, kept.title, kept.resolved_by, kept.verified_by) == (
        "verificada",
        HARM,
        "Rosa Quispe",
        "Juan Mamani",
    )
    assert (kept.original_due, kept.due, kept.reprogrammings_count) == (late, latest, 2)
    assert {"Rosa Quispe", "Juan Mamani"} == {entry.who for entry in agenda.log.of_traba(1)}


def make_mesa(tab: Any, start: date) -> None:
    """Make the Mesa of department 02."""
    type_in(tab, "TextInput", "Nombre", "Mesa de prueba")
    choose(tab, "Territorio", "020000")
    type_in(tab, "DateInput", "Fecha de inicio", start.isoformat())
    press(tab, "Crear la Mesa")
    said(tab, "Mesa creada.")


def commit(tab: Any, due: date) -> None:
    """Put an owner and a date on the bottleneck that is open."""
    choose(tab, "Entidad responsable", "PRONATEL")
    type_in(tab, "TextInput", "Persona responsable", "Ana Torres")
    type_in(tab, "DateInput", "Fecha de compromiso", due.isoformat())
    tab.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Comprometer").click()
    idle(tab)


def move(tab: Any, state: str, *, evidence: str = "") -> None:
    """Move the bottleneck that is open to another state."""
    do(tab, "Cambiar estado")
    choose(tab, "Estado", state)
    if evidence:
        type_in(tab, "TextArea", "Evidencia", evidence)
    press(tab, "Cambiar de estado")


def session_with_acta(tab: Any, folder: Path) -> openpyxl.Workbook:
    """Make a session, look at it on the projector, close it and bring its acta."""
    press(tab, "Volver al tablero")
    tab.get_by_text("Nueva sesión").click()
    press(tab, "Crear la sesión")
    said(tab, "Sesión creada.")
    press(tab, "Modo sesión")
    said(tab, "Asistencia por entidad")
    press(tab, "Cerrar sesión")
    press(tab, "Sí, cerrar y hacer el acta")
    said(tab, "La sesión está cerrada.")
    with tab.expect_download() as waiting:
        press(tab, "Acta en Excel")
    waiting.value.save_as(folder / "acta.xlsx")
    return openpyxl.load_workbook(folder / "acta.xlsx")

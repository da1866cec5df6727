"""Mesas, sessions and attendance, alike in SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from geodata.agenda.records import AttendanceDraft, MesaDraft, SessionDraft
from geodata.errors import ContractError, StaleVersionError
from tests.geodata.agenda.people import ANA, GAP, LUIS, START, a_mesa, a_promise, a_traba, committed, draft_of

HELD = date(2026, 2, 15)


def a_session(agenda, mesa, **others):
    """Keep a session of a Mesa."""
    draft = replace(SessionDraft(mesa.mesa_id, HELD, "Huanta"), **others)
    return agenda.mesas.create_session(draft, actor=ANA)


def test_a_mesa_comes_back_as_it_was_typed(agenda):
    """Name, territory, level, start and theme survive; the list has it."""
    mesa = a_mesa(agenda)
    assert (mesa.name, mesa.territory, mesa.level, mesa.start_on) == ("Mesa de la palta", "050000", "department", START)
    assert agenda.mesas.all() == [mesa] == [agenda.mesas.get(mesa.mesa_id)]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": ""}, "Nombre"),
        ({"territory": "50000"}, "Territorio"),
        ({"territory": "050401"}, "Nivel"),
        ({"level": "macrorregión"}, "Nivel"),
        ({"start_on": None}, "Inicio de la Mesa"),
    ],
)
def test_a_mesa_without_name_place_or_start_is_refused(agenda, change, where):
    """Each part is checked, and the level must be that of the code."""
    draft = replace(MesaDraft("Mesa", "050000", "department", START), **change)
    with pytest.raises(ContractError) as refused:
        agenda.mesas.create(draft, actor=ANA)
    assert [problem.where for problem in refused.value.problems] == [where]


def test_the_second_who_edits_a_mesa_is_told(agenda):
    """A stale edit raises with both versions."""
    mesa = a_mesa(agenda)
    draft = MesaDraft("Mesa de Ana", "050000", "department", START)
    assert agenda.mesas.edit(mesa.mesa_id, draft, row_version=1, actor=ANA).row_version == 2
    with pytest.raises(StaleVersionError) as stale:
        agenda.mesas.edit(mesa.mesa_id, replace(draft, name="de Luis"), row_version=1, actor=LUIS)
    assert (stale.value.current.name, stale.value.yours.name) == ("Mesa de Ana", "de Luis")


def test_a_mesa_does_not_begin_after_what_it_holds(agenda):
    """Moving the start past a session, a traba or a commitment is refused, and says which dates stand in the way."""
    mesa = a_mesa(agenda)
    a_session(agenda, mesa)
    agenda.commitments.create(a_promise(committed(agenda, mesa), due=date(2026, 2, 20)), actor=ANA)
    draft = MesaDraft("Mesa", "050000", "department", date(2026, 3, 1))
    with pytest.raises(ContractError) as refused:
        agenda.mesas.edit(mesa.mesa_id, draft, row_version=1, actor=ANA)
    expected = " ".join(problem.expected for problem in refused.value.problems)
    assert "15/02/2026, por lo ya registrado en «Fecha de la sesión»" in expected
    assert "20/02/2026, por lo ya registrado en «Fecha original»" in expected


def test_sessions_come_newest_first_and_not_before_the_mesa(agenda):
    """A session before the start is refused; the list is by date."""
    mesa = a_mesa(agenda)
    first, second = a_session(agenda, mesa), a_session(agenda, mesa, held_on=HELD + timedelta(days=14))
    assert agenda.mesas.sessions(mesa.mesa_id) == [second, first]
    with pytest.raises(ContractError, match=r"Fecha de la sesión.*desde el inicio de la Mesa, 01/02/2026"):
        a_session(agenda, mesa, held_on=START - timedelta(days=1))
    with pytest.raises(ContractError, match="no existe lo que se pide"):
        agenda.mesas.create_session(SessionDraft(999, HELD), actor=ANA)


def test_a_closed_session_takes_no_more_changes(agenda):
    """After closing: no edit, no attendance, no new traba or commitment, no second closing."""
    mesa = a_mesa(agenda)
    session = a_session(agenda, mesa)
    there = agenda.mesas.attend(AttendanceDraft(session.session_id, "ana", "Pedro Rojas"), actor=ANA)
    traba = a_traba(agenda, mesa, session_id=session.session_id)
    closed = agenda.mesas.close_session(session.session_id, row_version=1, actor=ANA)
    assert closed.closed_at == agenda.desk.clock()
    draft = SessionDraft(mesa.mesa_id, HELD, "otro lugar")
    for attempt in (
        lambda: agenda.mesas.edit_session(session.session_id, draft, row_version=2, actor=ANA),
        lambda: agenda.mesas.close_session(session.session_id, row_version=2, actor=ANA),
        lambda: agenda.mesas.attend(AttendanceDraft(session.session_id, "psi"), actor=ANA),
        lambda: agenda.mesas.leave(there.attendance_id, actor=ANA),
        lambda: a_traba(agenda, mesa, session_id=session.session_id),
        lambda: agenda.commitments.create(a_promise(traba, session_id=session.session_id), actor=ANA),
    ):
        with pytest.raises(ContractError, match="una sesión abierta; se encontró cerrada el"):
            attempt()
    # what the closed session already holds can still be corrected
    edited = agenda.trabas.edit(
        traba.traba_id, draft_of(mesa, session_id=session.session_id, cause="x"), row_version=1, actor=ANA
    )
    assert edited.cause == "x"


def test_a_link_to_a_session_that_is_none_or_of_another_mesa_is_refused(agenda):
    """Neither database is asked to guess: the sentence says what is wrong."""
    mesa, other = a_mesa(agenda), a_mesa(agenda)
    session = a_session(agenda, other)
    for number, told in ((999, "no existe lo que se pide"), (session.session_id, "de otra")):
        with pytest.raises(ContractError, match=told):
            agenda.trabas.create(draft_of(mesa, session_id=number), [GAP], actor=ANA)
        with pytest.raises(ContractError, match=told):
            agenda.commitments.create(a_promise(a_traba(agenda, mesa), session_id=number), actor=ANA)


def test_attendance_is_by_entity_and_written_once(agenda):
    """The same person of the same entity twice is one line; a line taken out stays in the log."""
    session = a_session(agenda, a_mesa(agenda))
    draft = AttendanceDraft(session.session_id, "ana", "Pedro Rojas " * 1000, "Administrador local")
    there = agenda.mesas.attend(draft, actor=ANA)
    assert agenda.mesas.attend(draft, actor=LUIS) == there
    agenda.mesas.attend(AttendanceDraft(session.session_id, "psi"), actor=ANA)
    assert [line.entity for line in agenda.mesas.attendances(session.session_id)] == ["ana", "psi"]
    agenda.mesas.leave(there.attendance_id, actor=ANA)
    assert [line.entity for line in agenda.mesas.attendances(session.session_id)] == ["psi"]
    assert agenda.log.of("attendance", there.attendance_id)[-1].before["post"] == "Administrador local"


def test_an_entity_outside_the_catalogue_does_not_attend(agenda):
    """The list of attendance and the list of responsible entities speak of the same ones."""
    session = a_session(agenda, a_mesa(agenda))
    with pytest.raises(ContractError, match=r"una entidad del catálogo.*entities\.toml"):
        agenda.mesas.attend(AttendanceDraft(session.session_id, "mi_empresa"), actor=ANA)


def test_a_region_adds_its_own_entity(agenda, tmp_path):
    """An entity of the workspace's own file may answer, without restarting."""
    session = a_session(agenda, a_mesa(agenda))
    own = '[mi_empresa]\nname = "Mi empresa"\nlevel = "privado"\ngoods = ["riego"]\n'
    (tmp_path / "entities.toml").write_text(own, encoding="utf-8")
    assert agenda.mesas.attend(AttendanceDraft(session.session_id, "mi_empresa"), actor=ANA).entity == "mi_empresa"

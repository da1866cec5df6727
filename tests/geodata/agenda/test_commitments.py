"""Commitments: dates that stay, evidence, and two people at once, alike in SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geodata.agenda.engine import writer
from geodata.errors import ContractError, StaleVersionError
from tests.geodata.agenda.people import ANA, DUE, LUIS, START, a_mesa, a_promise, a_traba, committed, taken_to

LATER = date(2026, 4, 10)


def a_commitment(agenda, **others):
    """Keep a commitment of a committed traba."""
    return agenda.commitments.create(a_promise(committed(agenda), **others), actor=ANA)


def test_a_commitment_comes_back_as_it_was_typed(agenda):
    """Its date is also the original one; the lists by Mesa and by traba hold it."""
    made = a_commitment(agenda, text="Emitir la resolución 🌽 <b>ya</b>", post="Administrador local")
    assert (made.due, made.original_due, made.reprogrammings_count, made.done_on) == (DUE, DUE, 0, None)
    assert agenda.commitments.get(made.commitment_id) == made
    assert agenda.commitments.all(made.mesa_id) == agenda.commitments.all(traba_id=made.traba_id) == [made]
    assert agenda.commitments.all(made.mesa_id + 1) == []


def test_every_problem_of_a_commitment_comes_at_once(agenda):
    """Empty text, an entity out of the catalogue, a date before the Mesa and an unknown session are all told."""
    with pytest.raises(ContractError) as refused:
        a_commitment(agenda, text=" ", entity="mi_primo", due=START - timedelta(days=1), session_id=999)
    where = [problem.where for problem in refused.value.problems]
    assert where == ["Compromiso", "Entidad responsable", "Fecha de compromiso", "Sesión"]
    assert agenda.commitments.all() == []


def test_a_closed_traba_takes_no_commitment(agenda):
    """What is resolved or discarded must be reopened first."""
    for traba in (
        taken_to(agenda, a_traba(agenda), "descartada"),
        taken_to(agenda, committed(agenda), "en_ejecucion", "resuelta"),
    ):
        with pytest.raises(ContractError, match="una traba abierta"):
            agenda.commitments.create(a_promise(traba), actor=ANA)


def test_a_reprogramming_keeps_the_original_date_and_is_counted(agenda):
    """Current and original date, the count and the reason are all there afterwards."""
    made = a_commitment(agenda)
    moved = agenda.commitments.reprogram(made.commitment_id, LATER, "lluvias", row_version=1, actor=LUIS)
    assert (moved.due, moved.original_due, moved.reprogrammings_count) == (LATER, DUE, 1)
    last = agenda.log.of("commitment", made.commitment_id)[-1]
    assert (last.who, last.action, last.after["reason"]) == (LUIS.name, "reprogram", "lluvias")
    with pytest.raises(ContractError, match="use «Reprogramar»"):
        agenda.commitments.edit(made.commitment_id, a_promise_of(moved, due=DUE), row_version=2, actor=ANA)


def a_promise_of(commitment, **others):
    """Return the draft that shows a commitment, with changes."""
    from geodata.agenda.records import CommitmentDraft

    shown = CommitmentDraft(commitment.traba_id, commitment.text, commitment.entity, commitment.due)
    return replace(shown, responsible=commitment.responsible, **others)


def test_the_database_itself_refuses_another_original_date(agenda):
    """Whoever writes past the services meets the guard of the table."""
    a_commitment(agenda)
    with pytest.raises(DBAPIError, match="la fecha original no se cambia"), writer(agenda.desk.engine).begin() as raw:
        raw.execute(text("UPDATE commitments SET original_due = '2027-01-01'"))


def test_two_people_edit_one_commitment_and_nothing_is_lost(agenda):
    """The second is told, gets both versions, and can save hers over the one she has now seen."""
    made = a_commitment(agenda)
    agenda.commitments.edit(made.commitment_id, a_promise_of(made, text="de Ana"), row_version=1, actor=ANA)
    his = a_promise_of(made, text="de Luis")
    with pytest.raises(StaleVersionError) as stale:
        agenda.commitments.edit(made.commitment_id, his, row_version=1, actor=LUIS)
    assert (stale.value.current.text, stale.value.yours.text) == ("de Ana", "de Luis")
    with pytest.raises(StaleVersionError) as stale:
        agenda.commitments.reprogram(made.commitment_id, LATER, "lluvias", row_version=1, actor=LUIS)
    assert stale.value.yours == {"due": LATER, "reason": "lluvias"}
    won = agenda.commitments.edit(made.commitment_id, his, row_version=2, actor=LUIS)
    assert (won.text, won.row_version) == ("de Luis", 3)


def test_keeping_a_promise_needs_a_day_and_evidence(agenda):
    """Not in the future, not before the Mesa, not without evidence, not twice."""
    made = a_commitment(agenda)
    for done_on, evidence, told in (
        (date(2026, 3, 3), "oficio", "hasta hoy, 02/03/2026"),
        (START - timedelta(days=1), "oficio", "desde el inicio de la Mesa"),
        (date(2026, 3, 1), " ", "Evidencia"),
    ):
        with pytest.raises(ContractError, match=told):
            agenda.commitments.fulfil(made.commitment_id, done_on, evidence, row_version=1, actor=ANA)
    done = agenda.commitments.fulfil(
        made.commitment_id, date(2026, 3, 1), "https://ana.gob.pe/r/1", row_version=1, actor=ANA
    )
    assert (done.done_on, done.evidence, done.is_open) == (date(2026, 3, 1), "https://ana.gob.pe/r/1", False)
    with pytest.raises(ContractError, match="un compromiso cumplido"):
        agenda.commitments.fulfil(made.commitment_id, date(2026, 3, 1), "otra", row_version=2, actor=ANA)


def test_a_promise_can_be_taken_back_and_reopened_with_its_reason(agenda):
    """Withdrawn it is no longer owed; reopened it is; the log holds both reasons."""
    made = a_commitment(agenda)
    gone = agenda.commitments.withdraw(made.commitment_id, "se registró dos veces", row_version=1, actor=ANA)
    assert (gone.is_open, gone.withdrawn_reason) == (False, "se registró dos veces")
    back = agenda.commitments.reopen(made.commitment_id, "no era la misma", row_version=2, actor=LUIS)
    assert (back.is_open, back.withdrawn_reason) == (True, "")
    with pytest.raises(ContractError, match="uno abierto"):
        agenda.commitments.reopen(made.commitment_id, "x", row_version=3, actor=ANA)
    assert [entry.action for entry in agenda.log.of_traba(made.traba_id)][-2:] == ["withdraw", "reopen"]


def test_a_promise_breaks_the_silence_of_its_traba_without_making_it_stale(agenda, clock):
    """The traba's last activity moves, its version does not."""
    traba = committed(agenda, a_mesa(agenda))
    clock.pass_days(3)
    agenda.commitments.create(a_promise(traba), actor=LUIS)
    kept = agenda.trabas.get(traba.traba_id)
    assert (kept.last_activity_at, kept.row_version) == (clock.moment, traba.row_version)


def test_a_form_sent_twice_makes_one_commitment(agenda):
    """A retry after a cut returns the record that is already there; a key that is too long is refused."""
    draft = a_promise(committed(agenda))
    first = agenda.commitments.create(draft, form_key="k1", actor=ANA)
    assert agenda.commitments.create(draft, form_key="k1", actor=ANA) == first
    assert len(agenda.commitments.all()) == 1
    with pytest.raises(ContractError, match="Formulario"):
        agenda.commitments.create(draft, form_key="k" * 65, actor=ANA)

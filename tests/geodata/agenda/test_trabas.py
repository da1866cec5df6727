"""Trabas: evidence, states, dates and verification, alike in SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geodata.agenda.engine import writer
from geodata.agenda.records import Actor, GapLink, Role
from geodata.agenda.roles import local_actor
from geodata.agenda.store import Agenda
from geodata.agenda.words import load_words
from geodata.errors import ContractError, StaleVersionError
from tests.geodata.agenda.conftest import Clock
from tests.geodata.agenda.people import (
    ANA,
    DUE,
    GAP,
    LUIS,
    OTHER_GAP,
    START,
    a_mesa,
    a_traba,
    committed,
    draft_of,
    taken_to,
)

NASTY = [
    '=HYPERLINK("http://malo.pe","clic")',
    "<script>alert('hola')</script><b>negrita</b>",
    "🌽👩‍🌾 ñandú Ñ «comillas» \u202e\ttabulador\r\nlínea",
    "'; DROP TABLE trabas; --",
    "%s {x} :clave $$ \\ \\u0000",
    "+51 -1 @SUM(A1)",
]


def test_a_traba_comes_back_as_it_was_typed_with_its_evidence(agenda):
    """Every field, list, date and figure survives the database, and the evidence is a copy with its year."""
    mesa = a_mesa(agenda)
    draft = draft_of(
        mesa,
        place="Canal Huanta, progresiva 4+200",
        products=("palta", "tara"),
        cause="Expediente sin foliar",
        support_entities=("psi", "municipalidad_distrital:050401"),
        cui=("2456789",),
        cost_low_pen=4000.0,
        cost_high_pen=28000.5,
        feasibility=4,
        entered_on=date(2026, 2, 10),
    )
    made = agenda.trabas.create(draft, [GAP, OTHER_GAP], actor=ANA)
    kept = agenda.trabas.get(made.traba_id)
    assert kept == made
    for name in (
        "place",
        "products",
        "cause",
        "support_entities",
        "cui",
        "cost_high_pen",
        "feasibility",
        "entered_on",
        "due",
    ):
        assert getattr(kept, name) == getattr(draft, name)
    assert [replace(gap, link_id=None) for gap in kept.gaps] == [GAP, OTHER_GAP]
    assert (kept.state, kept.row_version, kept.original_due) == ("identificada", 1, None)
    assert kept.created_at == agenda.desk.clock()
    assert agenda.trabas.all(mesa.mesa_id) == [kept]


@pytest.mark.parametrize("typed", NASTY)
def test_what_people_type_is_kept_verbatim(agenda, typed):
    """Formulas, HTML, scripts, emoji and SQL are text like any other, in every field and in the log."""
    made = a_traba(agenda, title=typed, place=typed, cause=typed, next_step=typed, responsible=typed, products=(typed,))
    kept = agenda.trabas.get(made.traba_id)
    assert {kept.title, kept.place, kept.cause, kept.next_step, kept.responsible, kept.products[0]} == {typed}
    assert agenda.log.of("traba", made.traba_id)[0].after["title"] == typed


def test_a_text_of_100_kb_is_kept_and_a_longer_one_is_refused_with_its_size(agenda):
    """100 kB survive whole; beyond the limit nothing is written and the problem names the field."""
    long = "ñandú " * 16_000
    made = a_traba(agenda, cause=long)
    assert agenda.trabas.get(made.traba_id).cause == long
    with pytest.raises(ContractError, match=r"Causa.*hasta 128 kB.*se encontró 195 kB"):
        a_traba(agenda, cause="x" * 200_000)


@pytest.mark.parametrize("typed", ["a\0b", "\ud83d"])
def test_characters_that_are_no_text_are_refused_alike(agenda, typed):
    """What one database would cut or refuse is refused before either sees it."""
    with pytest.raises(ContractError, match=r"Causa.*un carácter que no es texto"):
        a_traba(agenda, cause=typed)


def test_every_problem_of_a_form_comes_at_once_and_nothing_is_written(agenda):
    """Title, kind, good, codes, entity, figures, dates and session are all reported, each by its Spanish label."""
    mesa = a_mesa(agenda)
    draft = draft_of(
        mesa,
        title="  ",
        kind="raro",
        good="oro",
        ubigeos=("50401",),
        entity="mi_primo",
        support_entities=("psi:5",),
        area_ha=-1.0,
        cost_low_pen=5.0,
        cost_high_pen=2.0,
        feasibility=9,
        entered_on=START - timedelta(days=1),
        due=START - timedelta(days=1),
        session_id=77,
    )
    with pytest.raises(ContractError) as refused:
        agenda.trabas.create(draft, [replace(GAP, year=None)], actor=ANA)
    where = {problem.where for problem in refused.value.problems}
    assert where == {
        *(
            "Título",
            "Tipo",
            "Bien o servicio",
            "Distritos",
            "Entidad responsable",
            "Entidades de apoyo",
            "Sesión",
            "Año",
        ),
        *("Hectáreas afectadas", "Costo mínimo (S/)", "Factibilidad", "Fecha de ingreso", "Fecha de compromiso"),
    }
    assert agenda.trabas.all() == []
    assert [entry.kind for entry in agenda.log.all()] == ["mesa"]


def test_producers_and_hectares_are_those_of_the_territories_once_and_an_edit_needs_a_reason(agenda):
    """Two gaps of one district count its producers once; another figure without its reason is refused."""
    mesa = a_mesa(agenda)
    same_place = replace(GAP, standard="vecinal_roads")
    made = agenda.trabas.create(draft_of(mesa), [GAP, same_place, OTHER_GAP], actor=ANA)
    assert (made.producers_count, made.area_ha) == (450.0, 2000.0)
    with pytest.raises(ContractError, match=r"Productores afectados.*lo calculado, 450.0, o un motivo"):
        agenda.trabas.edit(made.traba_id, draft_of(mesa, producers_count=90.0), row_version=1, actor=ANA)
    typed = draft_of(mesa, producers_count=90.0, figures_reason="solo la margen derecha")
    edited = agenda.trabas.edit(made.traba_id, typed, row_version=1, actor=ANA)
    assert (edited.producers_count, edited.area_ha) == (90.0, 2000.0)
    # a figure with its reason is nobody's to overwrite
    assert agenda.trabas.unlink(made.traba_id, edited.gaps[2].link_id, actor=ANA).producers_count == 90.0


def test_unknown_producers_stay_unknown(agenda):
    """Missing is not zero: without a figure in the evidence there is none in the traba."""
    mesa = a_mesa(agenda)
    absent: dict[str, Any] = {"producers_count": float("nan"), "area_ha": None, "value": float("nan"), "year": pd.NA}
    blank = replace(GAP, **absent)
    made = agenda.trabas.create(draft_of(mesa), [blank], actor=ANA)
    assert (made.producers_count, made.area_ha, made.gaps[0].value, made.gaps[0].year) == (None, None, None, None)


def test_evidence_is_linked_once_and_figures_follow(agenda):
    """The same gap twice is one link; adding and removing evidence changes the computed figures and is logged."""
    made = a_traba(agenda)
    both = agenda.trabas.link(made.traba_id, [GAP, OTHER_GAP, OTHER_GAP], actor=LUIS)
    assert [gap.ubigeo for gap in both.gaps] == ["050401", "050402"]
    assert both.producers_count == 450.0
    one = agenda.trabas.unlink(made.traba_id, both.gaps[0].link_id, actor=LUIS)
    assert (one.producers_count, [gap.ubigeo for gap in one.gaps]) == (150.0, ["050402"])
    entries = agenda.log.of("traba", made.traba_id)
    assert [(entry.action, entry.who) for entry in entries] == [
        ("create", ANA.name),
        ("link", LUIS.name),
        ("unlink", LUIS.name),
    ]
    assert entries[2].before["gaps"][0]["ubigeo"] == "050401"
    with pytest.raises(ContractError, match="no existe lo que se pide"):
        agenda.trabas.unlink(made.traba_id, 999, actor=ANA)


def test_committing_needs_a_number_an_owner_and_a_date(agenda):
    """No row is committed without at least one figure, an entity of the catalogue and a date; all three are told."""
    made = agenda.trabas.create(draft_of(a_mesa(agenda), entity="", due=None), [replace(GAP, value=None)], actor=ANA)
    ready = taken_to(agenda, made, "validada", "priorizada")
    with pytest.raises(ContractError) as refused:
        agenda.trabas.move(made.traba_id, "comprometida", row_version=ready.row_version, actor=ANA)
    assert [problem.where for problem in refused.value.problems] == [
        "Brechas",
        "Entidad responsable",
        "Fecha de compromiso",
    ]
    early = START - timedelta(days=1)
    with pytest.raises(ContractError, match="desde el inicio de la Mesa, 01/02/2026"):
        agenda.trabas.move(made.traba_id, "comprometida", row_version=ready.row_version, due=early, actor=ANA)


def test_a_committed_traba_keeps_its_last_number(agenda):
    """What was promised on a figure does not lose the figure."""
    traba = committed(agenda)
    with pytest.raises(ContractError, match="al menos una brecha con valor"):
        agenda.trabas.unlink(traba.traba_id, traba.gaps[0].link_id, actor=ANA)


def test_the_original_date_stays_and_reprogrammings_are_counted(agenda):
    """Two reprogrammings: the date is the last one, the original the first, the count two; reasons are logged."""
    traba = committed(agenda)
    assert (traba.due, traba.original_due, traba.reprogrammings_count) == (DUE, DUE, 0)
    for number, due in enumerate((date(2026, 4, 1), date(2026, 5, 1)), start=1):
        traba = agenda.trabas.reprogram(traba.traba_id, due, "faltó firma", row_version=traba.row_version, actor=ANA)
        assert (traba.due, traba.original_due, traba.reprogrammings_count) == (due, DUE, number)
    last = agenda.log.of("traba", traba.traba_id)[-1]
    assert last.before == {"due": "2026-04-01", "reprogrammings_count": 1}
    assert last.after == {"due": "2026-05-01", "reprogrammings_count": 2, "reason": "faltó firma"}


@pytest.mark.parametrize(
    ("due", "reason", "told"),
    [(DUE, "x", "otra fecha"), (date(2026, 2, 20), "x", "desde hoy"), (date(2026, 4, 1), " ", "Motivo")],
)
def test_a_reprogramming_needs_another_date_to_come_and_a_reason(agenda, due, reason, told):
    """The same date, one that passed and a missing reason are refused."""
    traba = committed(agenda)
    with pytest.raises(ContractError, match=told):
        agenda.trabas.reprogram(traba.traba_id, due, reason, row_version=traba.row_version, actor=ANA)


def test_a_correction_cannot_move_the_date_of_a_committed_traba(agenda):
    """An edit is no way around the count of reprogrammings; before committing, the date is a proposal."""
    mesa = a_mesa(agenda)
    free = a_traba(agenda, mesa)
    later = draft_of(mesa, due=date(2026, 6, 1))
    assert agenda.trabas.edit(free.traba_id, later, row_version=1, actor=ANA).due == date(2026, 6, 1)
    traba = committed(agenda, mesa)
    with pytest.raises(ContractError, match="use «Reprogramar»"):
        agenda.trabas.edit(traba.traba_id, later, row_version=traba.row_version, actor=ANA)


@pytest.mark.parametrize("value", ["'2027-01-01'", "NULL"])
def test_the_database_itself_refuses_another_original_date(agenda, value):
    """Whoever writes past the services meets the guard of the table."""
    traba = committed(agenda)
    with pytest.raises(DBAPIError, match="la fecha original no se cambia"), writer(agenda.desk.engine).begin() as raw:
        raw.execute(text(f"UPDATE trabas SET original_due = {value}"))
    assert agenda.trabas.get(traba.traba_id).original_due == DUE


def test_the_moves_lead_from_every_state_to_an_end():
    """Each state but the last leads somewhere known, and every one can reach `verificada`."""
    states = load_words().states
    assert [word for word, state in states.items() if not state.next] == ["verificada"]
    for word, state in states.items():
        assert set(state.next) <= set(states), word
        reached, frontier = {word}, [word]
        while frontier:
            new = set(states[frontier.pop()].next) - reached
            reached |= new
            frontier += new
        assert "verificada" in reached


def test_a_move_that_is_not_allowed_names_those_that_are(agenda):
    """From the first state one cannot jump to the end; an unknown state is refused the same way."""
    made = a_traba(agenda)
    for state in ("verificada", "inventada"):
        with pytest.raises(ContractError, match="«Validada», «Descartada», «Duplicada»"):
            agenda.trabas.move(made.traba_id, state, row_version=1, actor=ANA)


def test_a_resolved_traba_is_verified_by_somebody_else_with_evidence(agenda):
    """Neither who called it resolved nor the responsible may verify; a third person may, and is named."""
    owner = Actor("pedro@ana.gob.pe", Role.FACILITADOR, "pedro  ROJAS")
    traba = taken_to(agenda, committed(agenda), "en_ejecucion")
    with pytest.raises(ContractError, match="Evidencia"):
        agenda.trabas.move(traba.traba_id, "resuelta", row_version=traba.row_version, actor=ANA)
    done = taken_to(agenda, traba, "resuelta")
    assert (done.resolved_by, done.evidence) == ("Ana Quispe", "oficio 12")
    for actor in (ANA, owner, replace(ANA, person="ANA  Quíspe")):
        with pytest.raises(ContractError, match="alguien distinto del responsable"):
            # signed in, a name typed does not hide who one is
            agenda.trabas.move(
                done.traba_id, "verificada", row_version=done.row_version, checked_by="Otra Persona", actor=actor
            )
    checked = agenda.trabas.move(done.traba_id, "verificada", row_version=done.row_version, actor=LUIS)
    assert (checked.state, checked.verified_by) == ("verificada", "Luis Mamani")


def test_what_is_resolved_does_not_change_before_somebody_verifies_it(agenda):
    """The responsible cannot write another's name over his own and then verify; evidence stays as it is too."""
    mesa = a_mesa(agenda)
    done = taken_to(agenda, committed(agenda, mesa), "en_ejecucion", "resuelta")
    other = draft_of(mesa, responsible="Otra Persona")
    for attempt in (
        lambda: agenda.trabas.edit(done.traba_id, other, row_version=done.row_version, actor=LUIS),
        lambda: agenda.trabas.link(done.traba_id, [OTHER_GAP], actor=LUIS),
        lambda: agenda.trabas.unlink(done.traba_id, done.gaps[0].link_id, actor=LUIS),
    ):
        with pytest.raises(ContractError, match="una traba sin resolver; se encontró Resuelta"):
            attempt()
    assert agenda.trabas.get(done.traba_id) == done


def test_on_a_machine_of_one_user_the_checker_is_named(agenda):
    """The local user may verify only in the name of somebody else, who is written down."""
    done = taken_to(agenda, committed(agenda), "en_ejecucion")
    me = local_actor()
    done = agenda.trabas.move(done.traba_id, "resuelta", row_version=done.row_version, evidence="foto", actor=me)
    for name in ("", "usuario local", "Pedro Rojas"):
        with pytest.raises(ContractError, match="Quién verificó"):
            agenda.trabas.move(done.traba_id, "verificada", row_version=done.row_version, checked_by=name, actor=me)
    checked = agenda.trabas.move(
        done.traba_id, "verificada", row_version=done.row_version, checked_by="Rosa Huanca", actor=me
    )
    assert checked.verified_by == "Rosa Huanca"


def test_evidence_that_is_not_enough_sends_it_back_and_forgets_who_resolved_it(agenda):
    """Going back needs a reason; the log keeps who had resolved it."""
    done = taken_to(agenda, committed(agenda), "en_ejecucion", "resuelta")
    with pytest.raises(ContractError, match="Motivo"):
        agenda.trabas.move(done.traba_id, "en_ejecucion", row_version=done.row_version, actor=LUIS)
    back = agenda.trabas.move(
        done.traba_id, "en_ejecucion", row_version=done.row_version, reason="la foto es de otro canal", actor=LUIS
    )
    assert (back.state, back.resolved_by) == ("en_ejecucion", "")
    assert agenda.log.of("traba", done.traba_id)[-1].before["resolved_by"] == "Ana Quispe"


def test_escalation_climbs_level_by_level_to_the_third(agenda):
    """Each escalation is higher than the last; above the third there is none."""
    traba = taken_to(agenda, committed(agenda), "escalada")
    assert traba.escalation_level == 1
    traba = agenda.trabas.move(
        traba.traba_id, "escalada", row_version=traba.row_version, reason="sigue", escalation_level=3, actor=ANA
    )
    assert traba.escalation_level == 3
    with pytest.raises(ContractError, match="Nivel de escalamiento"):
        agenda.trabas.move(traba.traba_id, "escalada", row_version=traba.row_version, reason="más", actor=ANA)


def test_a_duplicate_names_the_traba_that_stays_and_can_be_undone(agenda):
    """Of itself, of nothing, of something that does not exist and of another copy are refused."""
    mesa = a_mesa(agenda)
    kept, copy, third = (a_traba(agenda, mesa) for _ in range(3))
    for other in (None, copy.traba_id, 999):
        with pytest.raises(ContractError, match="Duplicada de"):
            agenda.trabas.move(copy.traba_id, "duplicada", row_version=1, duplicate_of=other, actor=ANA)
    copy = agenda.trabas.move(copy.traba_id, "duplicada", row_version=1, duplicate_of=kept.traba_id, actor=ANA)
    assert copy.duplicate_of == kept.traba_id
    with pytest.raises(ContractError, match="que no sea copia"):
        agenda.trabas.move(third.traba_id, "duplicada", row_version=1, duplicate_of=copy.traba_id, actor=ANA)
    undone = taken_to(agenda, copy, "identificada")
    assert undone.duplicate_of is None


def test_a_reopened_traba_keeps_its_first_date(agenda):
    """Discarded and committed to again with another date: the original stays and the change is counted."""
    traba = taken_to(agenda, committed(agenda), "descartada", "identificada", "validada", "priorizada")
    again = agenda.trabas.move(
        traba.traba_id, "comprometida", row_version=traba.row_version, due=date(2026, 7, 1), actor=ANA
    )
    assert (again.original_due, again.due, again.reprogrammings_count) == (DUE, date(2026, 7, 1), 1)


def test_the_second_of_two_who_edit_is_told_and_both_versions_are_there(agenda):
    """Ana saves first; Luis gets her version and his own back, and nothing of either is lost."""
    mesa = a_mesa(agenda)
    seen = a_traba(agenda, mesa)
    agenda.trabas.edit(seen.traba_id, draft_of(mesa, cause="lo de Ana"), row_version=seen.row_version, actor=ANA)
    his = draft_of(mesa, cause="lo de Luis")
    with pytest.raises(StaleVersionError, match="otra persona cambió este registro") as stale:
        agenda.trabas.edit(seen.traba_id, his, row_version=seen.row_version, actor=LUIS)
    assert (stale.value.current.cause, stale.value.yours.cause) == ("lo de Ana", "lo de Luis")
    won = agenda.trabas.edit(seen.traba_id, his, row_version=stale.value.current.row_version, actor=LUIS)
    assert won.cause == "lo de Luis"


def test_saving_without_a_change_makes_no_version_and_no_entry(agenda):
    """Pressing the button again is no event."""
    mesa = a_mesa(agenda)
    made = a_traba(agenda, mesa)
    again = agenda.trabas.edit(made.traba_id, draft_of(mesa), row_version=1, actor=LUIS)
    assert again == made
    assert len(agenda.log.of("traba", made.traba_id)) == 1


def test_a_form_sent_twice_makes_one_traba(agenda):
    """A double click, or a retry after a cut, returns the record that is already there."""
    draft = draft_of(a_mesa(agenda))
    first = agenda.trabas.create(draft, [GAP], form_key="abc", actor=ANA)
    assert agenda.trabas.create(draft, [GAP], form_key="abc", actor=ANA) == first
    assert len(agenda.trabas.all()) == 1


def test_a_note_breaks_the_silence_without_making_anybody_stale(agenda, clock: Clock):
    """A note is activity; whoever has the form open can still save it."""
    made = a_traba(agenda)
    clock.pass_days(5)
    written = agenda.trabas.note(made.traba_id, "llamé a la ALA", actor=LUIS)
    kept = agenda.trabas.get(made.traba_id)
    assert (written.action, written.after) == ("note", {"note": "llamé a la ALA"})
    assert (kept.last_activity_at, kept.row_version) == (clock.moment, made.row_version)
    with pytest.raises(ContractError, match="Nota"):
        agenda.trabas.note(made.traba_id, " ", actor=LUIS)


def test_a_link_to_what_does_not_exist_is_a_sentence(agenda: Agenda):
    """An unknown Mesa, traba or number beyond any record gives the same refusal in both databases."""
    for number in (999, 2**40, 2**70, -1):
        with pytest.raises(ContractError, match="no existe lo que se pide"):
            agenda.trabas.get(number)
    mesa = a_mesa(agenda)
    with pytest.raises(ContractError, match="no existe lo que se pide"):
        agenda.trabas.create(replace(draft_of(mesa), mesa_id=999), actor=ANA)


def test_a_gap_keeps_its_code_as_text(agenda):
    """`050401` does not become 50401 on its way through a database."""
    assert a_traba(agenda).gaps[0].ubigeo == "050401"
    with pytest.raises(ContractError, match="códigos de seis dígitos"):
        agenda.trabas.link(1, [GapLink("r", "50401", "s", 1.0, "%", 2012, "x")], actor=ANA)

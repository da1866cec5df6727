"""Who appears in the tests of the agenda, and what they type."""

from __future__ import annotations

from datetime import date

from geodata.agenda.records import Actor, CommitmentDraft, GapLink, Mesa, MesaDraft, Role, Traba, TrabaDraft
from geodata.agenda.store import Agenda

ANA = Actor("ana@gore.pe", Role.FACILITADOR, "Ana Quispe")
LUIS = Actor("luis@gore.pe", Role.FACILITADOR, "Luis Mamani")
READER = Actor("rosa@mef.pe", Role.ANALISTA, "Rosa Huanca")
CHIEF = Actor("jefa@gore.pe", Role.ADMINISTRADOR, "Julia Poma")

START = date(2026, 2, 1)
DUE = date(2026, 3, 20)

GAP = GapLink("2026-03-01", "050401", "irrigation", 12.5, "%", 2012, "Superficie bajo riego", 300.0, 1200.0)
OTHER_GAP = GapLink("2026-03-01", "050402", "irrigation", 9.0, "%", 2012, "Superficie bajo riego", 150.0, 800.0)


def a_mesa(agenda: Agenda) -> Mesa:
    """Keep a Mesa of Ayacucho."""
    return agenda.mesas.create(MesaDraft("Mesa de la palta", "050000", "department", START, "palta"), actor=ANA)


def draft_of(mesa: Mesa, **others: object) -> TrabaDraft:
    """Return a traba as somebody types it."""
    typed: dict = {
        "title": "Otorgar el permiso de la captación",
        "kind": "tramite",
        "good": "riego",
        "ubigeos": ("050401",),
        "entity": "ana",
        "responsible": "Pedro Rojas",
        "due": DUE,
    }
    return TrabaDraft(mesa.mesa_id, **(typed | others))


def a_traba(agenda: Agenda, mesa: Mesa | None = None, **others: object) -> Traba:
    """Keep a traba with a gap as evidence."""
    return agenda.trabas.create(draft_of(mesa or a_mesa(agenda), **others), [GAP], actor=ANA)


def taken_to(agenda: Agenda, traba: Traba, *states: str) -> Traba:
    """Take a traba through some states, with what each asks for."""
    for state in states:
        evidence = "oficio 12" if state in ("resuelta", "verificada") else ""
        traba = agenda.trabas.move(
            traba.traba_id, state, row_version=traba.row_version, reason="porque sí", evidence=evidence, actor=ANA
        )
    return traba


def committed(agenda: Agenda, mesa: Mesa | None = None, **others: object) -> Traba:
    """Keep a traba that an entity has committed to."""
    return taken_to(agenda, a_traba(agenda, mesa, **others), "validada", "priorizada", "comprometida")


def a_promise(traba: Traba, **others: object) -> CommitmentDraft:
    """Return a commitment as somebody types it."""
    typed: dict = {"text": "Emitir la resolución", "entity": "ana", "due": DUE, "responsible": "Pedro Rojas"}
    return CommitmentDraft(traba.traba_id, **(typed | others))

"""What the acta of a session says, gathered from the agenda: who came, what was looked at, who does what by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from geodata.agenda.desk import PERU
from geodata.agenda.records import Actor, Commitment, GapLink, Session, Traba
from geodata.agenda.roles import Right, may
from geodata.agenda.store import Agenda
from geodata.agenda.words import Words, entity_label, load_words
from geodata.entities import Entity
from geodata.workspace import Publication
from layers import mesa as rules
from pipelines.export.acta import Acta, ActaAttendance, ActaEvidence, ActaRow
from pipelines.export.selection import DEMO_NOTICE


def acta_of(
    agenda: Agenda,
    session: Session,
    actor: Actor,
    *,
    places: Mapping[str, str],
    release: Publication,
    moment: datetime,
) -> Acta:
    """
    Return the acta of a session.

    The rows are those of the session page and, besides, every bottleneck that the session made, decided about or
    closed. Names of persons are there for whoever may see how to reach them; the others get the entities.

    Parameters
    ----------
    places
        Code -> name of every territory.
    moment
        When the acta is written, with its time zone.
    """
    writer = _Writer(agenda, actor, places)
    mesa = agenda.mesas.get(session.mesa_id)
    trabas, commitments = agenda.trabas.all(mesa.mesa_id), agenda.commitments.all(mesa.mesa_id)
    seen = _seen(trabas, commitments, session, agenda.today())
    rows = tuple(writer.row(number, traba, commitments) for number, traba in enumerate(seen, start=1))
    came = agenda.mesas.attendances(session.session_id)
    return Acta(
        mesa=mesa.name,
        territory=places.get(mesa.territory, mesa.territory),
        session_date=session.held_on,
        place=session.place,
        agenda=session.agenda_text,
        written_by=actor.person or actor.name or "—",
        moment=moment,
        attendance=tuple(writer.attendance(one.entity, one.person, one.post) for one in came),
        rows=rows,
        notice=DEMO_NOTICE if release.is_demo else "",
        is_closed=session.closed_at is not None,
        totals=_totals(seen, agenda.today()),
    )


class _Writer:
    """Says records in words, for one reader."""

    def __init__(self, agenda: Agenda, actor: Actor, places: Mapping[str, str]) -> None:
        self.today: date = agenda.today()
        self.places = places
        self.words: Words = load_words()
        self.entities: dict[str, Entity] = agenda.desk.entities
        self.names_people = may(actor, Right.READ_CONTACTS)

    def row(self, number: int, traba: Traba, commitments: Sequence[Commitment]) -> ActaRow:
        own = [one for one in commitments if one.traba_id == traba.traba_id and not one.withdrawn_reason]
        light = rules.traba_light(traba, self.today)
        return ActaRow(
            number=number,
            title=traba.title,
            state=self.words.states[traba.state].label.lower(),
            light=self.words.lights[light].lower() if light else "",
            entity=self._entity(traba.entity),
            responsible=self._person(traba.responsible, traba.post),
            agreement="\n".join([part for part in (traba.next_step, *map(self._promise, own)) if part]),
            due=traba.due,
            original_due=traba.original_due,
            reprogrammings_count=traba.reprogrammings_count,
            evidence=tuple(map(self._evidence, traba.gaps)),
        )

    def attendance(self, entity: str, person: str, post: str) -> ActaAttendance:
        named = (person, post) if self.names_people else ("", "")
        return ActaAttendance(self._entity(entity), *named)

    def _promise(self, one: Commitment) -> str:
        who = ", ".join(part for part in (self._entity(one.entity), self._person(one.responsible, one.post)) if part)
        when = f"cumplido el {one.done_on.isoformat()}" if one.done_on else f"para el {one.due.isoformat()}"
        return f"{one.text} — {who}, {when}"

    def _evidence(self, link: GapLink) -> ActaEvidence:
        place, year = self.places.get(link.ubigeo, link.ubigeo), str(link.year or "sin año")
        return ActaEvidence(link.label, place, link.ubigeo, link.value, link.unit, year, link.release_id)

    def _entity(self, entity: str) -> str:
        return entity_label(entity, self.entities, self.places) if entity else ""

    def _person(self, person: str, post: str) -> str:
        return ", ".join(part for part in (person, post) if part) if self.names_people else ""


def _seen(trabas: Sequence[Traba], commitments: Sequence[Commitment], session: Session, today: date) -> list[Traba]:
    """Return the bottlenecks of the session: its page in its order, then the others that it touched."""
    by_number = {traba.traba_id: traba for traba in trabas}
    on_page = [int(number) for number in rules.session_page(trabas, commitments, today)["traba_id"]]
    promised = {one.traba_id for one in commitments if one.session_id == session.session_id}
    touched = [
        traba.traba_id
        for traba in trabas
        if traba.session_id == session.session_id
        or traba.traba_id in promised
        or traba.last_activity_at.astimezone(PERU).date() == session.held_on
    ]
    return [by_number[number] for number in dict.fromkeys([*on_page, *touched])]


def _totals(trabas: Sequence[Traba], today: date) -> str:
    overdue = sum(rules.column_of(traba, today) == "vencido" for traba in trabas)
    return f"{len(trabas)} cuellos de botella · {overdue} vencidos"

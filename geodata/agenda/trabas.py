"""Trabas (bottlenecks): what stands in the way, its evidence, who answers, by when and in what state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from geodata.agenda import checks, moves
from geodata.agenda.desk import Desk, Work, found, record, refuse, same_version
from geodata.agenda.evidence import (
    COMPUTED,
    add_links,
    as_kept,
    computed_figures,
    figure_problems,
    gap_key,
    gap_problems,
    links_of,
)
from geodata.agenda.log import entry
from geodata.agenda.mesas import moved_mesa, session_link
from geodata.agenda.models import GapLinkRow, TrabaRow
from geodata.agenda.records import Actor, GapLink, LogEntry, Traba, TrabaDraft
from geodata.agenda.words import FIRST_STATE, load_words
from geodata.errors import Problem

FEASIBILITIES = range(1, 6)

_FIGURES = ("producers_count", "area_ha", "value_pen", "cost_low_pen", "cost_high_pen")
_STARTED = {
    "state": FIRST_STATE,
    "reprogrammings_count": 0,
    "escalation_level": 0,
    "state_reason": "",
    "evidence": "",
    "resolved_by": "",
    "verified_by": "",
}


@dataclass(frozen=True)
class Trabas:
    """The trabas of an agenda. What refuses, and why, is said in `store.Agenda`."""

    desk: Desk

    def all(self, mesa_id: int | None = None) -> list[Traba]:
        """Return the trabas of a Mesa, or of all, with their evidence, in the order in which they were made."""
        query = select(TrabaRow).order_by(TrabaRow.traba_id)
        if mesa_id is not None:
            query = query.where(TrabaRow.mesa_id == mesa_id)
        with self.desk.reading() as transaction:
            return _trabas(transaction, transaction.scalars(query).all())

    def get(self, traba_id: int) -> Traba:
        """Return one traba."""
        with self.desk.reading() as transaction:
            return _traba(transaction, found(transaction.get(TrabaRow, traba_id), "traba_id", traba_id))

    def create(
        self, draft: TrabaDraft, gaps: Sequence[GapLink] = (), *, actor: Actor, form_key: str | None = None
    ) -> Traba:
        """Keep a new traba, in its first state, with the gaps that are its evidence."""
        gaps = [as_kept(gap) for gap in gaps]
        with self.desk.work(actor) as work:
            earlier = work.earlier(TrabaRow, form_key)
            if earlier:
                return _traba(work.transaction, earlier)
            values = self._filled(draft, gaps)
            problems = [
                *self._problems(work, values, draft.mesa_id),
                *figure_problems(draft, gaps),
                *gap_problems(gaps),
            ]
            refuse([*problems, *session_link(work, draft.session_id, draft.mesa_id)])
            row = work.add(TrabaRow(**values, **_STARTED, last_activity_at=work.now, form_key=form_key))
            links = add_links(work, row.traba_id, gaps)
            _log(work, row, "create", None, {**values, "gaps": links})
            return _traba(work.transaction, row)

    def edit(self, traba_id: int, draft: TrabaDraft, *, row_version: int, actor: Actor) -> Traba:
        """Correct a traba, except for its state and, once committed to, its date."""
        with self.desk.work(actor) as work:
            row = self._current(work, traba_id, row_version, draft)
            gaps = links_of(work.transaction, [traba_id])[traba_id]
            values = self._filled(replace(draft, entered_on=draft.entered_on or row.entered_on), gaps)
            problems = [*self._problems(work, values, row.mesa_id), *figure_problems(draft, gaps), *_kept(row, draft)]
            if draft.session_id != row.session_id:
                problems += session_link(work, draft.session_id, row.mesa_id)
            refuse([*problems, *moved_mesa(draft.mesa_id, row.mesa_id), *_settled(row)])
            return _changed(work, row, "edit", values)

    def link(self, traba_id: int, gaps: Sequence[GapLink], *, actor: Actor) -> Traba:
        """Add gaps as evidence; one that is already there stays as it was copied."""
        gaps = [as_kept(gap) for gap in gaps]
        with self.desk.work(actor) as work:
            row = work.locked(TrabaRow, traba_id, "traba_id")
            refuse([*gap_problems(gaps), *_settled(row)])
            known = {gap_key(gap) for gap in links_of(work.transaction, [traba_id])[traba_id]}
            added = add_links(work, traba_id, [gap for gap in gaps if gap_key(gap) not in known])
            return _refigured(work, row, "link", added)

    def unlink(self, traba_id: int, link_id: int, *, actor: Actor) -> Traba:
        """Take a gap off the evidence; a committed traba keeps at least one number."""
        with self.desk.work(actor) as work:
            row = work.locked(TrabaRow, traba_id, "traba_id")
            refuse(_settled(row))
            links = {gap.link_id: gap for gap in links_of(work.transaction, [traba_id])[traba_id]}
            link = found(work.transaction.get(GapLinkRow, link_id) if link_id in links else None, "gaps", link_id)
            left = [gap for key, gap in links.items() if key != link_id and gap.value is not None]
            if load_words().states[row.state].is_committed and not left:
                repair = "agregue antes otra brecha con su valor"
                refuse([checks.problem("gaps", "al menos una brecha con valor", "la última", repair)])
            removed = asdict(links[link_id])
            work.transaction.delete(link)
            work.transaction.flush()
            return _refigured(work, row, "unlink", [removed])

    def move(
        self,
        traba_id: int,
        state: str,
        *,
        row_version: int,
        actor: Actor,
        reason: str = "",
        due: date | None = None,
        evidence: str = "",
        checked_by: str = "",
        duplicate_of: int | None = None,
        escalation_level: int | None = None,
    ) -> Traba:
        """
        Take a traba to another state; `words.toml` holds the moves and what each needs.

        Committing to it needs a number (a gap), an owner (an entity of the catalogue) and a date, which stays as the
        original one. Verifying it needs evidence seen by somebody who neither answers for it nor called it resolved:
        the actor; where nobody signs in, the person named in `checked_by`.
        """
        move = moves.Move(state, reason, due, evidence, checked_by, duplicate_of, escalation_level)
        with self.desk.work(actor) as work:
            row = self._current(work, traba_id, row_version, move)
            refuse(moves.problems_of(work, row, links_of(work.transaction, [traba_id])[traba_id], move))
            return _changed(work, row, "move", moves.values_of(row, move, actor))

    def reprogram(self, traba_id: int, due: date, reason: str, *, row_version: int, actor: Actor) -> Traba:
        """Give a committed traba another date. The original one stays; the change is counted."""
        typed = {"due": due, "reason": reason}
        with self.desk.work(actor) as work:
            row = self._current(work, traba_id, row_version, typed)
            problems = list(checks.new_date(typed, row.due, self.desk.today))
            state = load_words().states[row.state]
            if not (state.is_committed and state.is_open):
                repair = "comprométala primero" if state.is_open else "reábrala primero, con su motivo"
                problems.append(checks.problem("state", "una traba comprometida y abierta", state.label, repair))
            refuse(problems)
            values = {"due": due, "reprogrammings_count": row.reprogrammings_count + 1}
            return _changed(work, row, "reprogram", values, reason=reason)

    def note(self, traba_id: int, text: str, *, actor: Actor) -> LogEntry:
        """Write a note in the log of a traba."""
        with self.desk.work(actor) as work:
            row = work.locked(TrabaRow, traba_id, "traba_id")
            refuse([*checks.texts({"note": text}), *checks.required({"note": text}, "note")])
            work.touch(traba_id)
            written = work.log("traba", row.traba_id, "note", after={"note": text}, traba_id=traba_id)
            return entry(written)

    def _current(self, work: Work, traba_id: int, row_version: int, yours: object) -> TrabaRow:
        row = work.locked(TrabaRow, traba_id, "traba_id")
        same_version(_traba(work.transaction, row), row_version, yours)
        return row

    def _filled(self, draft: TrabaDraft, gaps: Iterable[GapLink]) -> dict[str, Any]:
        values = checks.values_of(draft)
        values["entered_on"] = draft.entered_on or self.desk.today
        computed = computed_figures(gaps)
        return {**values, **{name: computed[name] for name in COMPUTED if values[name] is None}}

    def _problems(self, work: Work, values: dict[str, Any], mesa_id: int) -> Iterator[Problem]:
        words, start_on = load_words(), work.mesa(mesa_id).start_on
        yield from checks.texts(values)
        yield from checks.required(values, "title")
        yield from checks.word("kind", values["kind"], words.kinds)
        yield from checks.word("good", values["good"], words.goods)
        yield from checks.codes("ubigeos", values["ubigeos"])
        if values["entity"]:
            yield from checks.entity("entity", values["entity"], self.desk.entities)
        yield from checks.entities("support_entities", values["support_entities"], self.desk.entities)
        yield from checks.numbers(values, *_FIGURES)
        yield from _cost_and_feasibility(values)
        yield from checks.not_before("entered_on", values["entered_on"], start_on)
        yield from checks.not_after("entered_on", values["entered_on"], self.desk.today)
        yield from checks.not_before("due", values["due"], start_on)


def _cost_and_feasibility(values: dict[str, Any]) -> Iterator[Problem]:
    low, high, feasibility = values["cost_low_pen"], values["cost_high_pen"], values["feasibility"]
    if low is not None and high is not None and low > high:
        yield checks.problem("cost_low_pen", f"hasta el costo máximo, {high}", str(low), "corrija el rango")
    if feasibility is not None and feasibility not in FEASIBILITIES:
        yield checks.problem("feasibility", "de 1 (difícil) a 5 (a la mano)", str(feasibility), "elija una de la lista")


def _kept(row: TrabaRow, draft: TrabaDraft) -> Iterator[Problem]:
    """What a committed traba no longer loses by a correction: its date and its owner."""
    if not load_words().states[row.state].is_committed:
        return
    if draft.due != row.due:
        repair = "use «Reprogramar» y escriba el motivo"
        yield checks.problem("due", f"la fecha vigente, {checks.day(row.due)}", checks.day(draft.due), repair)
    if not draft.entity:
        yield from checks.required({"entity": draft.entity}, "entity")


def _settled(row: TrabaRow) -> Iterator[Problem]:
    """What is resolved stays as it will be verified: above all, who answers for it."""
    state = load_words().states[row.state]
    if state.is_committed and not state.is_open:
        repair = "devuélvala a ejecución con su motivo" if state.next else "registre otra traba"
        yield checks.problem("state", "una traba sin resolver", state.label, repair)


def _traba(transaction: Transaction, row: TrabaRow) -> Traba:
    return _trabas(transaction, [row])[0]


def _trabas(transaction: Transaction, rows: Sequence[TrabaRow]) -> list[Traba]:
    links = links_of(transaction, [row.traba_id for row in rows]) if rows else defaultdict(list)
    return [record(Traba, row, gaps=tuple(links[row.traba_id])) for row in rows]


def _changed(work: Work, row: TrabaRow, action: str, values: dict[str, Any], *, reason: str | None = None) -> Traba:
    before, after = work.change(row, values)
    if after:
        _log(work, row, action, before, after if reason is None else {**after, "reason": reason})
    return _traba(work.transaction, row)


def _refigured(work: Work, row: TrabaRow, action: str, gaps: list[dict[str, Any]]) -> Traba:
    """Compute again what evidence says, unless people gave a figure of their own with its reason."""
    if gaps:
        figures = (
            {} if row.figures_reason else computed_figures(links_of(work.transaction, [row.traba_id])[row.traba_id])
        )
        before, after = work.change(row, figures)
        changed = {"before": {**before, "gaps": gaps}, "after": after}
        if action == "link":
            changed = {"before": before, "after": {**after, "gaps": gaps}}
        _log(work, row, action, changed["before"], changed["after"])
    return _traba(work.transaction, row)


def _log(work: Work, row: TrabaRow, action: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    row.last_activity_at = work.now
    work.transaction.flush()
    work.log("traba", row.traba_id, action, before=before, after=after, traba_id=row.traba_id)

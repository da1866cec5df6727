"""Commitments: what an entity promised about a traba, and whether it kept it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from geodata.agenda import checks
from geodata.agenda.desk import Desk, Work, found, record, refuse, same_version, state_label
from geodata.agenda.mesas import session_link
from geodata.agenda.models import CommitmentRow, TrabaRow
from geodata.agenda.records import Actor, Commitment, CommitmentDraft
from geodata.agenda.words import load_words
from geodata.errors import Problem


@dataclass(frozen=True)
class Commitments:
    """The commitments of an agenda. What refuses, and why, is said in `store.Agenda`."""

    desk: Desk

    def all(
        self, mesa_id: int | None = None, *, traba_id: int | None = None, session_id: int | None = None
    ) -> list[Commitment]:
        """Return the commitments of a Mesa, a traba or a session, in the order in which they were made."""
        asked = {"mesa_id": mesa_id, "traba_id": traba_id, "session_id": session_id}
        chosen = {name: value for name, value in asked.items() if value is not None}
        query = select(CommitmentRow).filter_by(**chosen).order_by(CommitmentRow.commitment_id)
        with self.desk.reading() as transaction:
            return [record(Commitment, row) for row in transaction.scalars(query)]

    def get(self, commitment_id: int) -> Commitment:
        """Return one commitment."""
        with self.desk.reading() as transaction:
            row = transaction.get(CommitmentRow, commitment_id)
            return record(Commitment, found(row, "commitment_id", commitment_id))

    def create(self, draft: CommitmentDraft, *, actor: Actor, form_key: str | None = None) -> Commitment:
        """Keep a new commitment of an open traba; its date becomes the original one."""
        values = checks.values_of(draft)
        with self.desk.work(actor) as work:
            earlier = work.earlier(CommitmentRow, form_key)
            if earlier:
                return record(Commitment, earlier)
            traba = work.locked(TrabaRow, draft.traba_id, "traba_id")
            refuse([*self._problems(work, values, traba), *_takes_no_more(traba)])
            started = {"reprogrammings_count": 0, "evidence": "", "withdrawn_reason": "", "original_due": draft.due}
            row = work.add(CommitmentRow(**values, **started, mesa_id=traba.mesa_id, form_key=form_key))
            _written(work, row, "create", None, values)
            return record(Commitment, row)

    def edit(self, commitment_id: int, draft: CommitmentDraft, *, row_version: int, actor: Actor) -> Commitment:
        """Correct a commitment, except for its date: that is a reprogramming, with its reason."""
        values = checks.values_of(draft)
        with self.desk.work(actor) as work:
            row = self._current(work, commitment_id, row_version, draft)
            traba = work.locked(TrabaRow, row.traba_id, "traba_id")
            session_id = None if draft.session_id == row.session_id else draft.session_id
            problems = [*self._problems(work, {**values, "session_id": session_id}, traba), *_is_over(row)]
            if draft.due != row.due:
                found, repair = checks.day(draft.due), "use «Reprogramar» y escriba el motivo"
                problems.append(checks.problem("due", f"la fecha vigente, {checks.day(row.due)}", found, repair))
            if draft.traba_id != row.traba_id:
                repair = "regístrelo de nuevo en la otra traba"
                problems.append(checks.problem("traba_id", f"la traba {row.traba_id}", str(draft.traba_id), repair))
            refuse(problems)
            return _changed(work, row, "edit", values)

    def reprogram(self, commitment_id: int, due: date, reason: str, *, row_version: int, actor: Actor) -> Commitment:
        """Give a commitment another date. The original one stays; the change is counted."""
        typed = {"due": due, "reason": reason}
        with self.desk.work(actor) as work:
            row = self._current(work, commitment_id, row_version, typed)
            refuse([*checks.new_date(typed, row.due, self.desk.today), *_is_over(row)])
            values = {"due": due, "reprogrammings_count": row.reprogrammings_count + 1}
            return _changed(work, row, "reprogram", values, reason=reason)

    def fulfil(self, commitment_id: int, done_on: date, evidence: str, *, row_version: int, actor: Actor) -> Commitment:
        """Say that a commitment was kept, when, and how one can see it."""
        typed = {"done_on": done_on, "evidence": evidence}
        with self.desk.work(actor) as work:
            row = self._current(work, commitment_id, row_version, typed)
            problems = [*checks.texts(typed), *checks.required(typed, "done_on", "evidence"), *_is_over(row)]
            problems += checks.not_after("done_on", done_on, self.desk.today)
            refuse([*problems, *checks.not_before("done_on", done_on, work.mesa(row.mesa_id).start_on)])
            return _changed(work, row, "fulfil", typed)

    def reopen(self, commitment_id: int, reason: str, *, row_version: int, actor: Actor) -> Commitment:
        """Take back that a commitment was kept or withdrawn; the log keeps the evidence that was not enough."""
        typed = {"reason": reason}
        with self.desk.work(actor) as work:
            row = self._current(work, commitment_id, row_version, typed)
            problems = [*checks.texts(typed), *checks.required(typed, "reason")]
            if record(Commitment, row).is_open:
                repair = "no hace falta reabrirlo"
                problems.append(checks.problem("text", "un compromiso cumplido o anulado", "uno abierto", repair))
            refuse(problems)
            values = {"done_on": None, "evidence": "", "withdrawn_reason": ""}
            return _changed(work, row, "reopen", values, reason=reason)

    def withdraw(self, commitment_id: int, reason: str, *, row_version: int, actor: Actor) -> Commitment:
        """Take a commitment off the agenda, with the reason; it stays in the records."""
        typed = {"reason": reason}
        with self.desk.work(actor) as work:
            row = self._current(work, commitment_id, row_version, typed)
            refuse([*checks.texts(typed), *checks.required(typed, "reason"), *_is_over(row)])
            return _changed(work, row, "withdraw", {"withdrawn_reason": reason})

    def _current(self, work: Work, commitment_id: int, row_version: int, yours: object) -> CommitmentRow:
        row = work.locked(CommitmentRow, commitment_id, "commitment_id")
        same_version(record(Commitment, row), row_version, yours)
        return row

    def _problems(self, work: Work, values: dict[str, Any], traba: TrabaRow) -> Iterator[Problem]:
        yield from checks.texts(values)
        yield from checks.required(values, "text", "due")
        yield from checks.entity("entity", values["entity"], self.desk.entities)
        yield from checks.not_before("due", values["due"], work.mesa(traba.mesa_id).start_on)
        yield from session_link(work, values["session_id"], traba.mesa_id)


def _takes_no_more(traba: TrabaRow) -> Iterator[Problem]:
    if not load_words().states[traba.state].is_open:
        found = state_label(traba.state).lower()
        yield checks.problem("traba_id", "una traba abierta", f"una traba {found}", "reabra la traba, con su motivo")


def _is_over(row: CommitmentRow) -> Iterator[Problem]:
    if row.done_on is not None or row.withdrawn_reason:
        found = "un compromiso anulado" if row.withdrawn_reason else "un compromiso cumplido"
        yield checks.problem("text", "un compromiso abierto", found, "reábralo primero, con su motivo")


def _changed(
    work: Work, row: CommitmentRow, action: str, values: dict[str, Any], *, reason: str | None = None
) -> Commitment:
    before, after = work.change(row, values)
    if after:
        _written(work, row, action, before, after if reason is None else {**after, "reason": reason})
    return record(Commitment, row)


def _written(work: Work, row: CommitmentRow, action: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    # the traba is not silent; its own version stays, so that nobody's form goes stale
    work.touch(row.traba_id)
    work.log("commitment", row.commitment_id, action, before=before, after=after, traba_id=row.traba_id)

"""Mesas, their sessions and who came to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from geodata.agenda import checks
from geodata.agenda.desk import Desk, Work, found, record, refuse, same_version, unknown
from geodata.agenda.models import AttendanceRow, CommitmentRow, MesaRow, SessionRow, TrabaRow
from geodata.agenda.records import Actor, Attendance, AttendanceDraft, Mesa, MesaDraft, Session, SessionDraft
from geodata.errors import Problem


@dataclass(frozen=True)
class Mesas:
    """The Mesas of an agenda. What refuses, and why, is said in `store.Agenda`."""

    desk: Desk

    def all(self) -> list[Mesa]:
        """Return every Mesa, in the order in which they were made."""
        with self.desk.reading() as transaction:
            return [record(Mesa, row) for row in transaction.scalars(select(MesaRow).order_by(MesaRow.mesa_id))]

    def get(self, mesa_id: int) -> Mesa:
        """Return one Mesa."""
        with self.desk.reading() as transaction:
            return record(Mesa, found(transaction.get(MesaRow, mesa_id), "mesa_id", mesa_id))

    def create(self, draft: MesaDraft, *, actor: Actor, form_key: str | None = None) -> Mesa:
        """Keep a new Mesa."""
        values = checks.values_of(draft)
        with self.desk.work(actor) as work:
            earlier = work.earlier(MesaRow, form_key)
            if earlier:
                return record(Mesa, earlier)
            refuse(_mesa_problems(values))
            row = work.add(MesaRow(**values, form_key=form_key))
            work.log("mesa", row.mesa_id, "create", after=values)
            return record(Mesa, row)

    def edit(self, mesa_id: int, draft: MesaDraft, *, row_version: int, actor: Actor) -> Mesa:
        """Correct a Mesa. It cannot begin after something that it already holds."""
        values = checks.values_of(draft)
        with self.desk.work(actor) as work:
            row = work.locked(MesaRow, mesa_id, "mesa_id")
            same_version(record(Mesa, row), row_version, draft)
            refuse([*_mesa_problems(values), *_begins_late(work, mesa_id, draft.start_on)])
            before, after = work.change(row, values)
            if after:
                work.log("mesa", mesa_id, "edit", before=before, after=after)
            return record(Mesa, row)

    def sessions(self, mesa_id: int) -> list[Session]:
        """Return the sessions of a Mesa, the newest first."""
        newest = (SessionRow.held_on.desc(), SessionRow.session_id.desc())
        with self.desk.reading() as transaction:
            rows = transaction.scalars(select(SessionRow).where(SessionRow.mesa_id == mesa_id).order_by(*newest))
            return [record(Session, row) for row in rows]

    def session(self, session_id: int) -> Session:
        """Return one session."""
        with self.desk.reading() as transaction:
            return record(Session, found(transaction.get(SessionRow, session_id), "session_id", session_id))

    def create_session(self, draft: SessionDraft, *, actor: Actor, form_key: str | None = None) -> Session:
        """Keep a new session."""
        values = checks.values_of(draft)
        with self.desk.work(actor) as work:
            earlier = work.earlier(SessionRow, form_key)
            if earlier:
                return record(Session, earlier)
            refuse(_session_problems(values, work.mesa(draft.mesa_id)))
            row = work.add(SessionRow(**values, form_key=form_key))
            work.log("session", row.session_id, "create", after=values)
            return record(Session, row)

    def edit_session(self, session_id: int, draft: SessionDraft, *, row_version: int, actor: Actor) -> Session:
        """Correct a session that is still open. It stays in its Mesa."""
        values = checks.values_of(draft)
        with self.desk.work(actor) as work:
            row = work.locked(SessionRow, session_id, "session_id")
            same_version(record(Session, row), row_version, draft)
            problems = [*_session_problems(values, work.mesa(row.mesa_id)), *_closed(row)]
            refuse([*problems, *moved_mesa(draft.mesa_id, row.mesa_id)])
            before, after = work.change(row, values)
            if after:
                work.log("session", session_id, "edit", before=before, after=after)
            return record(Session, row)

    def close_session(self, session_id: int, *, row_version: int, actor: Actor) -> Session:
        """Close a session: what its minutes say no longer changes."""
        with self.desk.work(actor) as work:
            row = work.locked(SessionRow, session_id, "session_id")
            same_version(record(Session, row), row_version, {"closed_at": work.now})
            refuse(_closed(row))
            before, after = work.change(row, {"closed_at": work.now})
            work.log("session", session_id, "close", before=before, after=after)
            return record(Session, row)

    def attendances(self, session_id: int) -> list[Attendance]:
        """Return who came, by entity and person."""
        order = (AttendanceRow.entity, AttendanceRow.attendance_id)
        with self.desk.reading() as transaction:
            rows = transaction.scalars(select(AttendanceRow).filter_by(session_id=session_id).order_by(*order))
            return [record(Attendance, row) for row in rows]

    def attend(self, draft: AttendanceDraft, *, actor: Actor) -> Attendance:
        """Write that somebody came, or that an entity did; the same person of the same entity is written once."""
        values = checks.values_of(draft)
        with self.desk.work(actor) as work:
            session = work.locked(SessionRow, draft.session_id, "session_id")
            problems = [*checks.texts(values), *checks.entity("entity", draft.entity, self.desk.entities)]
            refuse([*problems, *_closed(session)])
            same = {name: values[name] for name in ("session_id", "entity", "person")}
            earlier = work.transaction.scalars(select(AttendanceRow).filter_by(**same)).first()
            if earlier:
                return record(Attendance, earlier)
            row = work.add(AttendanceRow(**values))
            work.log("attendance", row.attendance_id, "create", after=values)
            return record(Attendance, row)

    def leave(self, attendance_id: int, *, actor: Actor) -> None:
        """Take a line out of the list of attendance; the log keeps it."""
        with self.desk.work(actor) as work:
            row = work.locked(AttendanceRow, attendance_id, "attendance_id")
            refuse(_closed(work.locked(SessionRow, row.session_id, "session_id")))
            values = checks.values_of(record(Attendance, row))
            work.transaction.delete(row)
            work.log("attendance", attendance_id, "leave", before=values)


def session_link(work: Work, session_id: int | None, mesa_id: int) -> Iterator[Problem]:
    """Yield why a record of a Mesa cannot be linked to a session: none such, of another Mesa, or closed."""
    if session_id is None:
        return
    # nobody closes it between this look and the record that is linked to it
    row = work.transaction.get(SessionRow, session_id, with_for_update={"read": True})
    if row is None:
        yield unknown("session_id", session_id)
    elif row.mesa_id != mesa_id:
        repair = "elija una sesión de esta Mesa"
        yield checks.problem("session_id", "una sesión de la misma Mesa", f"la sesión {session_id}, de otra", repair)
    else:
        yield from _closed(row)


def moved_mesa(yours: int, current: int) -> Iterator[Problem]:
    """Yield a record that would change its Mesa."""
    if yours != current:
        yield checks.problem("mesa_id", f"la Mesa {current}", str(yours), "regístrelo de nuevo en la otra Mesa")


def _mesa_problems(values: dict[str, Any]) -> Iterator[Problem]:
    yield from checks.texts(values)
    yield from checks.required(values, "name", "start_on")
    yield from checks.territory(values["territory"], values["level"])


def _session_problems(values: dict[str, Any], mesa: MesaRow) -> Iterator[Problem]:
    yield from checks.texts(values)
    yield from checks.required(values, "held_on")
    yield from checks.not_before("held_on", values["held_on"], mesa.start_on)


def _closed(row: SessionRow) -> Iterator[Problem]:
    if row.closed_at is not None:
        found = f"cerrada el {row.closed_at:%d/%m/%Y}"
        yield checks.problem("session_id", "una sesión abierta", found, "regístrelo en la sesión siguiente")


def _begins_late(work: Work, mesa_id: int, start_on: date | None) -> Iterator[Problem]:
    columns: list[tuple[Any, Any, str]] = [
        (SessionRow.held_on, SessionRow.mesa_id, "held_on"),
        (TrabaRow.entered_on, TrabaRow.mesa_id, "entered_on"),
        (TrabaRow.due, TrabaRow.mesa_id, "due"),
        (CommitmentRow.original_due, CommitmentRow.mesa_id, "original_due"),
        (CommitmentRow.due, CommitmentRow.mesa_id, "due"),
    ]
    for column, of_mesa, name in columns:
        first: date | None = work.transaction.scalar(select(func.min(column)).where(of_mesa == mesa_id))
        if start_on is not None and first is not None and first < start_on:
            expected = f"un inicio hasta el {first:%d/%m/%Y}, por lo ya registrado en «{checks.label(name)}»"
            yield checks.problem("start_on", expected, f"{start_on:%d/%m/%Y}", "corrija el inicio o esas fechas")

"""The log: who did what, and when. It only grows; the database itself refuses the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from geodata.agenda.desk import Desk, record
from geodata.agenda.models import LogRow
from geodata.agenda.records import Actor, LogEntry
from geodata.agenda.roles import Right, may

LATEST = 200

PERSONAL_KINDS = ("contact", "user")
"""Their entries are called by a person's name or address."""


@dataclass(frozen=True)
class Log:
    """The log of an agenda, to be read."""

    desk: Desk

    def of(self, kind: str, object_id: object) -> list[LogEntry]:
        """Return what was done to one object, the oldest first."""
        return self._read(_oldest_first().where(LogRow.kind == kind, LogRow.object_id == str(object_id)))

    def of_traba(self, traba_id: int) -> list[LogEntry]:
        """Return what was done to a traba and to its commitments, the oldest first."""
        return self._read(_oldest_first().where(LogRow.traba_id == traba_id))

    def latest(self, limit: int = LATEST, *, actor: Actor) -> list[LogEntry]:
        """Return what was done last, the newest first; what names a contact or a user, to whoever may read those."""
        query = select(LogRow)
        if not may(actor, Right.READ_CONTACTS):
            query = query.where(LogRow.kind.not_in(PERSONAL_KINDS))
        return self._read(query.order_by(LogRow.entry_id.desc()).limit(limit))

    def all(self) -> list[LogEntry]:
        """Return everything, the oldest first."""
        return self._read(_oldest_first())

    def _read(self, query: Select[Any]) -> list[LogEntry]:
        with self.desk.reading() as transaction:
            return [entry(row) for row in transaction.scalars(query)]


def entry(row: LogRow) -> LogEntry:
    """Return a row of the log as people get it."""
    return record(LogEntry, row)


def _oldest_first() -> Select[Any]:
    return select(LogRow).order_by(LogRow.entry_id)

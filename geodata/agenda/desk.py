"""
Where the services work: a database, a clock and the catalogue of entities.

A piece of work is one transaction: the records and their log entries are kept together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session as Transaction

from geodata.agenda import checks
from geodata.agenda.engine import translated, writer
from geodata.agenda.models import Base, LogRow, MesaRow, TrabaRow, VersionedRow
from geodata.agenda.records import Actor
from geodata.agenda.roles import Right, require
from geodata.agenda.words import load_words
from geodata.entities import Entity, entities_of
from geodata.errors import ContractError, Problem, StaleVersionError, raise_if_any

Row = TypeVar("Row", bound=Base)
Versioned = TypeVar("Versioned", bound=VersionedRow)
Record = TypeVar("Record")

PERU = timezone(timedelta(hours=-5))
"""Peru keeps one hour all year; promises fall due by its calendar, wherever the server stands."""

_FORM_KEY_LENGTH = 64


@dataclass(frozen=True)
class Desk:
    """A database and what the rules need to know besides."""

    engine: Engine
    place: str
    root: Path
    clock: Callable[[], datetime]

    @property
    def today(self) -> date:
        """The date in Peru."""
        return self.clock().astimezone(PERU).date()

    @property
    def entities(self) -> dict[str, Entity]:
        """The catalogue in force in the workspace: a region may have its own entries."""
        return entities_of(self.root)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Give a transaction that only reads; it does not wait for those who write."""
        with translated(self.place), Transaction(self.engine) as transaction:
            yield transaction

    @contextmanager
    def work(self, actor: Actor, right: Right = Right.WRITE_AGENDA) -> Iterator[Work]:
        """
        Give a transaction that writes; when the block ends well, everything is on the disk.

        Raises
        ------
        RoleError
            If the actor may not. Nothing is touched.
        WorkspaceError
            If the database cannot be written.
        """
        require(actor, right)
        raise_if_any(list(checks.texts({"name": actor.name})), ContractError)
        with translated(self.place), Transaction(writer(self.engine)) as transaction, transaction.begin():
            yield Work(self, transaction, actor)


@dataclass(frozen=True)
class Work:
    """One transaction of somebody."""

    desk: Desk
    transaction: Transaction
    actor: Actor

    @cached_property
    def now(self) -> datetime:
        """The moment of everything in this transaction."""
        return self.desk.clock().astimezone(UTC)

    def earlier(self, kind: type[Versioned], form_key: str | None) -> Versioned | None:
        """Return the record that the same form already made; two that come together are made to come in turn."""
        if form_key is None:
            return None
        if not 0 < len(form_key) <= _FORM_KEY_LENGTH:
            raise ContractError([unknown("form_key", form_key)])
        if self.transaction.get_bind().dialect.name == "postgresql":
            self.transaction.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": form_key})
        return self.transaction.scalars(select(kind).where(kind.form_key == form_key)).first()

    def locked(self, kind: type[Row], key: int, where: str) -> Row:
        """
        Return a row that nobody else changes until this work ends.

        Raises
        ------
        ContractError
            If there is none.
        """
        return found(self.transaction.get(kind, key, with_for_update=True), where, key)

    def mesa(self, mesa_id: int) -> MesaRow:
        """Return a Mesa, whose start the dates are compared with."""
        return found(self.transaction.get(MesaRow, mesa_id), "mesa_id", mesa_id)

    def add(self, row: Row) -> Row:
        """Keep a new row, with its moments if it is a record of its own."""
        if isinstance(row, VersionedRow):
            row.row_version, row.created_at, row.updated_at = 1, self.now, self.now
        self.transaction.add(row)
        self.transaction.flush()
        return row

    def change(self, row: VersionedRow, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Change parts of a row; return what they were and what they are, of those that differ."""
        before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        after = {name: values[name] for name in before}
        if before:
            for name, value in after.items():
                setattr(row, name, value)
            row.row_version, row.updated_at = row.row_version + 1, self.now
            self.transaction.flush()
        return before, after

    def touch(self, traba_id: int) -> None:
        """Write that something happened about a traba, without making a new version of it."""
        self.transaction.execute(
            update(TrabaRow).where(TrabaRow.traba_id == traba_id).values(last_activity_at=self.now)
        )

    def log(
        self,
        kind: str,
        object_id: object,
        action: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        traba_id: int | None = None,
    ) -> LogRow:
        """Write down what was done, in the same transaction as the deed."""
        row = LogRow(at=self.now, who=self.actor.name, kind=kind, object_id=str(object_id), action=action)
        row.traba_id, row.before, row.after = traba_id, plain(before), plain(after)
        return self.add(row)


def found(row: Row | None, where: str, key: object) -> Row:
    """
    Return the row.

    Raises
    ------
    ContractError
        If there is none.
    """
    if row is None:
        raise ContractError([unknown(where, key)])
    return row


def unknown(where: str, key: object) -> Problem:
    """Return the problem of a link to something that does not exist."""
    what, repair = "no existe lo que se pide", "vuelva a la lista y elija de nuevo; pudo ser de otra agenda"
    return checks.problem(where, "algo que exista en esta agenda", f"{checks.shown(key)}", repair, what)


def same_version(current: Any, row_version: int, yours: object) -> None:
    """
    Return when the record is still the one that the person was looking at.

    Raises
    ------
    StaleVersionError
        If not, with both versions.
    """
    if current.row_version == row_version:
        return
    problem = Problem(
        what="otra persona cambió este registro mientras usted escribía",
        where=f"guardado el {current.updated_at.astimezone(PERU):%d/%m/%Y %H:%M}",
        expected=f"la versión {row_version}",
        found=f"la versión {current.row_version}",
        repair="compare las dos versiones y elija; no se perdió nada de lo escrito",
    )
    raise StaleVersionError([problem], current=current, yours=yours)


def record(kind: type[Record], row: Base, **others: Any) -> Record:
    """Return the frozen record of a row."""
    names = [field.name for field in fields(kind) if field.name not in others]  # type: ignore[arg-type]
    values = {name: getattr(row, name) for name in names}
    return kind(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}, **others
    )


def plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return values as JSON keeps them: dates and moments as text."""
    if values is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def refuse(problems: Iterable[Problem]) -> None:
    """
    Return when there is no problem.

    Raises
    ------
    ContractError
        With all of them.
    """
    raise_if_any(list(problems), ContractError)


def state_label(state: str) -> str:
    """Return a state as people read it."""
    return load_words().states[state].label

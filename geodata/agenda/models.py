"""The tables of the agenda. What they hold is said in `records`; how they come to be, in `migrations`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Date, DateTime, Dialect, Float, ForeignKey, Index, Integer, String, Text, TypeDecorator
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcMoment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the zone of a moment; here it is always UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the agenda."""

    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy as it stands
        str: Text(),
        int: Integer(),
        float: Float(),
        date: Date(),
        datetime: UtcMoment(),
        list[str]: JSON(),
        dict[str, Any]: JSON(none_as_null=True),
    }


class VersionedRow(Base):
    """A record that several people may edit."""

    __abstract__ = True

    row_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The form it was sent with: the same form sent twice makes one record."""


class MesaRow(VersionedRow):
    """A Mesa."""

    __tablename__ = "mesas"

    mesa_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    territory: Mapped[str] = mapped_column(String(6))
    level: Mapped[str]
    start_on: Mapped[date]
    theme: Mapped[str]


class SessionRow(VersionedRow):
    """A session."""

    __tablename__ = "sessions"

    session_id: Mapped[int] = mapped_column(primary_key=True)
    mesa_id: Mapped[int] = mapped_column(ForeignKey("mesas.mesa_id"), index=True)
    held_on: Mapped[date]
    place: Mapped[str]
    agenda_text: Mapped[str]
    closed_at: Mapped[datetime | None]


class AttendanceRow(Base):
    """A line of the list of attendance."""

    __tablename__ = "attendances"
    attendance_id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.session_id"), index=True)
    entity: Mapped[str]
    person: Mapped[str]
    post: Mapped[str]


class TrabaRow(VersionedRow):
    """A bottleneck."""

    __tablename__ = "trabas"

    traba_id: Mapped[int] = mapped_column(primary_key=True)
    mesa_id: Mapped[int] = mapped_column(ForeignKey("mesas.mesa_id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.session_id"))
    title: Mapped[str]
    kind: Mapped[str]
    good: Mapped[str]
    ubigeos: Mapped[list[str]]
    place: Mapped[str]
    products: Mapped[list[str]]
    producers_count: Mapped[float | None]
    area_ha: Mapped[float | None]
    value_pen: Mapped[float | None]
    figures_reason: Mapped[str]
    cause: Mapped[str]
    next_step: Mapped[str]
    entity: Mapped[str]
    responsible: Mapped[str]
    post: Mapped[str]
    support_entities: Mapped[list[str]]
    cui: Mapped[list[str]]
    cost_low_pen: Mapped[float | None]
    cost_high_pen: Mapped[float | None]
    cost_basis: Mapped[str]
    feasibility: Mapped[int | None]
    entered_on: Mapped[date]
    due: Mapped[date | None]
    original_due: Mapped[date | None]
    reprogrammings_count: Mapped[int]
    state: Mapped[str] = mapped_column(String(40))
    state_reason: Mapped[str]
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("trabas.traba_id"))
    escalation_level: Mapped[int]
    evidence: Mapped[str]
    resolved_by: Mapped[str]
    verified_by: Mapped[str]
    last_activity_at: Mapped[datetime]


class GapLinkRow(Base):
    """A gap that a traba removes, copied as it was published."""

    __tablename__ = "gap_links"
    __table_args__ = (
        Unique("traba_id", "release_id", "ubigeo", "standard", name="uq_gap_links_once"),
        Index("ix_gap_links_gap", "ubigeo", "standard"),
    )

    link_id: Mapped[int] = mapped_column(primary_key=True)
    traba_id: Mapped[int] = mapped_column(ForeignKey("trabas.traba_id"))
    release_id: Mapped[str] = mapped_column(String(120))
    ubigeo: Mapped[str] = mapped_column(String(6))
    standard: Mapped[str] = mapped_column(String(120))
    value: Mapped[float | None]
    unit: Mapped[str]
    year: Mapped[int | None]
    label: Mapped[str]
    producers_count: Mapped[float | None]
    area_ha: Mapped[float | None]


class CommitmentRow(VersionedRow):
    """A commitment."""

    __tablename__ = "commitments"

    commitment_id: Mapped[int] = mapped_column(primary_key=True)
    traba_id: Mapped[int] = mapped_column(ForeignKey("trabas.traba_id"), index=True)
    mesa_id: Mapped[int] = mapped_column(ForeignKey("mesas.mesa_id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.session_id"))
    text: Mapped[str]
    entity: Mapped[str]
    responsible: Mapped[str]
    post: Mapped[str]
    due: Mapped[date]
    original_due: Mapped[date]
    reprogrammings_count: Mapped[int]
    done_on: Mapped[date | None]
    evidence: Mapped[str]
    withdrawn_reason: Mapped[str]


class ContactRow(Base):
    """How to reach a person."""

    __tablename__ = "contacts"

    entity: Mapped[str] = mapped_column(String(200), primary_key=True)
    person: Mapped[str] = mapped_column(String(200), primary_key=True)
    phone: Mapped[str]
    email: Mapped[str]


class UserRow(Base):
    """Who may do what."""

    __tablename__ = "users"

    identity: Mapped[str] = mapped_column(String(320), primary_key=True)
    person: Mapped[str]
    role: Mapped[str] = mapped_column(String(20))


class LogRow(Base):
    """What somebody did. Triggers refuse to change or delete a row."""

    __tablename__ = "log"
    __table_args__ = (Index("ix_log_object", "kind", "object_id"),)

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(420))
    traba_id: Mapped[int | None] = mapped_column(index=True)
    """The traba it is about, so that the history of a traba holds its commitments'."""
    action: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]

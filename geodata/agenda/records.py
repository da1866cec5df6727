"""What the agenda keeps: drafts that people type, records that come back. All frozen, none tied to the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any


class Role(IntEnum):
    """What somebody may do; each role may do all that the lower ones may."""

    CONSULTA = 0
    ANALISTA = 1
    FACILITADOR = 2
    ADMINISTRADOR = 3

    @property
    def word(self) -> str:
        """The role as people write it."""
        return self.name.lower()

    @classmethod
    def of_word(cls, word: str) -> Role:
        """
        Return the role of a word.

        Raises
        ------
        KeyError
            If there is no such role.
        """
        return cls[word.strip().upper()]


@dataclass(frozen=True)
class Actor:
    """Who writes: the name that the log keeps (the identity, when signed in), the role and the person's name."""

    name: str
    role: Role
    person: str = ""
    is_local: bool = False
    """Nobody signs in here: the name was typed, or is that of the only user."""


@dataclass(frozen=True)
class MesaDraft:
    """A Mesa as typed. `territory` is the code of a district, province or department; `level` says which."""

    name: str
    territory: str
    level: str
    start_on: date
    theme: str = ""


@dataclass(frozen=True)
class SessionDraft:
    """A session as typed."""

    mesa_id: int
    held_on: date
    place: str = ""
    agenda_text: str = ""


@dataclass(frozen=True)
class AttendanceDraft:
    """Who came to a session, for which entity. How to reach the person is kept apart (`Contact`)."""

    session_id: int
    entity: str
    person: str = ""
    post: str = ""


@dataclass(frozen=True)
class GapLink:
    """The evidence of a traba: a copy of a gap as a release published it, which later releases do not change."""

    release_id: str
    ubigeo: str
    standard: str
    value: float | None
    unit: str
    year: int | None
    label: str
    producers_count: float | None = None
    area_ha: float | None = None
    link_id: int | None = None


@dataclass(frozen=True)
class TrabaDraft:
    """
    A bottleneck as typed.

    `producers_count` and `area_ha` that are None are computed from the gaps; others need a `figures_reason`.
    `feasibility` goes from 1 (hard) to 5 (at hand). `due` is a proposal until the traba is committed to.
    """

    mesa_id: int
    title: str
    kind: str
    good: str
    session_id: int | None = None
    ubigeos: tuple[str, ...] = ()
    place: str = ""
    products: tuple[str, ...] = ()
    producers_count: float | None = None
    area_ha: float | None = None
    value_pen: float | None = None
    figures_reason: str = ""
    cause: str = ""
    next_step: str = ""
    entity: str = ""
    responsible: str = ""
    post: str = ""
    support_entities: tuple[str, ...] = ()
    cui: tuple[str, ...] = ()
    cost_low_pen: float | None = None
    cost_high_pen: float | None = None
    cost_basis: str = ""
    feasibility: int | None = None
    entered_on: date | None = None
    due: date | None = None


@dataclass(frozen=True)
class CommitmentDraft:
    """What an entity promised about a traba, and by when."""

    traba_id: int
    text: str
    entity: str
    due: date
    session_id: int | None = None
    responsible: str = ""
    post: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What every record of the database carries. `row_version` grows with every change; moments are UTC."""

    row_version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Mesa(MesaDraft, Kept):
    """A Mesa."""

    mesa_id: int


@dataclass(frozen=True, kw_only=True)
class Session(SessionDraft, Kept):
    """A session of a Mesa; once closed it takes no more changes."""

    session_id: int
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Attendance(AttendanceDraft):
    """One line of the list of attendance."""

    attendance_id: int


@dataclass(frozen=True, kw_only=True)
class Traba(TrabaDraft, Kept):
    """A bottleneck with its evidence, its state and its dates. `original_due` never changes once it is there."""

    traba_id: int
    state: str
    last_activity_at: datetime
    gaps: tuple[GapLink, ...] = ()
    original_due: date | None = None
    reprogrammings_count: int = 0
    state_reason: str = ""
    duplicate_of: int | None = None
    escalation_level: int = 0
    evidence: str = ""
    resolved_by: str = ""
    verified_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Commitment(CommitmentDraft, Kept):
    """A commitment with what became of it. `original_due` never changes."""

    commitment_id: int
    mesa_id: int
    original_due: date
    reprogrammings_count: int = 0
    done_on: date | None = None
    evidence: str = ""
    withdrawn_reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes it."""
        return self.done_on is None and not self.withdrawn_reason


@dataclass(frozen=True)
class Contact:
    """How to reach a person: read by facilitators only, and never written to the log."""

    entity: str
    person: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class User:
    """An identity of the sign-in service and what it may do."""

    identity: str
    person: str
    role: Role


@dataclass(frozen=True)
class LogEntry:
    """One thing that somebody did. `before` and `after` hold what changed; moments are UTC."""

    entry_id: int
    at: datetime
    who: str
    kind: str
    object_id: str
    action: str
    before: Mapping[str, Any] | None = field(default=None)
    after: Mapping[str, Any] | None = field(default=None)

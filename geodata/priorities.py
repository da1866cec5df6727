"""
The products that a municipality, a province or a region has prioritised, with the act that says so.

People decide them and people enter them: no release makes or unmakes one. They lie in `priorities.jsonl` in the root of
the workspace, a line per entry, and the file only grows: a withdrawal is one more line that names the one withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from geodata import journal
from geodata.errors import ContractError, Problem, raise_if_any
from geodata.priority_contract import LONGEST_WHO, Draft, draft_problems, refused, text_problems

PRIORITIES_FILE = "priorities.jsonl"

WHAT = "prioridad no válida"

_COLUMNS = ("entry_id", "ubigeo", "product", "act", "act_date", "level", "who", "entered_at")


@dataclass(frozen=True)
class Priority:
    """A priority as it is kept."""

    entry_id: str
    ubigeo: str
    product: str
    act: str
    act_date: str
    level: str
    who: str
    entered_at: str


@dataclass(frozen=True)
class Withdrawal:
    """The end of a priority."""

    entry_id: str
    withdraws: str
    who: str
    entered_at: str


@dataclass(frozen=True)
class Register:
    """What the file holds: every entry in order, and every line that could not be read."""

    entries: tuple[Priority | Withdrawal, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def in_force(self) -> tuple[Priority, ...]:
        """The priorities that nobody has withdrawn, in the order in which they were entered."""
        withdrawn = {entry.withdraws for entry in self.entries if isinstance(entry, Withdrawal)}
        priorities = [entry for entry in self.entries if isinstance(entry, Priority)]
        return tuple(entry for entry in priorities if entry.entry_id not in withdrawn)

    def frame(self) -> pd.DataFrame:
        """Return the priorities in force, a row each, every column text."""
        return pd.DataFrame([asdict(entry) for entry in self.in_force], columns=list(_COLUMNS), dtype="str")


def priorities_file(root: Path) -> Path:
    """Return where the priorities of a workspace lie."""
    return root / PRIORITIES_FILE


def read_priorities(file: Path) -> Register:
    """
    Return what the file holds; without a file, nothing.

    A damaged line is a problem that names its number; the lines around it stand.

    Raises
    ------
    WorkspaceError
        If the file is there and cannot be read.
    """
    entries, problems = journal.read_lines(file, WHAT, "una prioridad o un retiro", _entry)
    return Register(tuple(entries), tuple(problems))


def add_priorities(
    file: Path,
    drafts: Sequence[Draft],
    *,
    codes: Collection[str],
    products: Collection[str],
    now: datetime | None = None,
) -> list[Priority]:
    """
    Accept priorities and write them, all or none; return them as kept.

    Parameters
    ----------
    file
        From `priorities_file`.
    drafts
        What is proposed.
    codes
        The territories that exist: six characters, any level.
    products
        The products that have a window.
    now
        The moment of entry, UTC.

    Raises
    ------
    ContractError
        With everything that is wrong in every draft.
    BusyWorkspaceError
        If another process holds the file for too long.
    WorkspaceError
        If the file cannot be written.
    """
    moment = now or datetime.now(UTC)
    problems = [problem for draft in drafts for problem in draft_problems(draft, codes, products, moment.date())]
    raise_if_any(problems, ContractError)
    accepted = [
        Priority(
            entry_id=journal.new_id(),
            ubigeo=draft.ubigeo,
            product=draft.product,
            act=draft.act.strip(),
            act_date=draft.act_date.isoformat(),
            level=draft.level,
            who=draft.who.strip(),
            entered_at=moment.isoformat(timespec="seconds"),
        )
        for draft in drafts
    ]
    with journal.locked(file, WHAT):
        raise_if_any(repeated_problems(drafts, read_priorities(file).in_force), ContractError)
        journal.append(file, [asdict(entry) for entry in accepted])
    return accepted


def withdraw_priority(file: Path, entry_id: str, *, who: str, now: datetime | None = None) -> Withdrawal:
    """
    End a priority; what was entered stays in the file, and so does who ended it.

    Raises
    ------
    ContractError
        If the priority does not exist, is withdrawn already, or nobody answers for the withdrawal.
    """
    raise_if_any(text_problems("quién lo registra", who, LONGEST_WHO, "retiro"), ContractError)
    moment = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    withdrawal = Withdrawal(entry_id=journal.new_id(), withdraws=entry_id, who=who.strip(), entered_at=moment)
    with journal.locked(file, WHAT):
        if entry_id not in {entry.entry_id for entry in read_priorities(file).in_force}:
            expected = "una prioridad vigente"
            raise ContractError([refused("retiro", expected, repr(entry_id), "vuelva a cargar la página")])
        journal.append(file, [asdict(withdrawal)])
    return withdrawal


def repeated_problems(drafts: Sequence[Draft], in_force: Sequence[Priority]) -> list[Problem]:
    """Return a problem per priority that is in force already, or twice in what is proposed."""
    known = {_same(entry) for entry in in_force}
    problems = []
    for draft in drafts:
        if _same(draft) in known:
            found = f"{draft.product} en {draft.ubigeo} por «{draft.act}», ya registrado"
            expected = "una prioridad que no esté registrada"
            problems.append(refused(draft.where, expected, found, "no la registre otra vez, o retire la anterior"))
        known.add(_same(draft))
    return problems


def _same(entry: Priority | Draft) -> tuple[str, str, str]:
    return entry.ubigeo, entry.product, " ".join(entry.act.casefold().split())


def _entry(record: Mapping[str, Any]) -> Priority | Withdrawal:
    kind: type[Priority | Withdrawal] = Withdrawal if "withdraws" in record else Priority
    return kind(**journal.texts(record, [field.name for field in dataclass_fields(kind)]))

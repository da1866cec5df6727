"""From one state of a traba to the next: which moves there are, what each asks for and what it changes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from geodata.agenda import checks
from geodata.agenda.desk import Work, state_label, unknown
from geodata.agenda.models import TrabaRow
from geodata.agenda.records import Actor, GapLink
from geodata.agenda.words import FIRST_STATE, load_words
from geodata.errors import Problem

HIGHEST_LEVEL = 3
"""Of escalation: the MEF team or PCM (domain.md section 3)."""

BACK_TO_WORK = "en_ejecucion"


@dataclass(frozen=True)
class Move:
    """Where somebody wants to take a traba, and what they typed to that end."""

    state: str
    reason: str = ""
    due: date | None = None
    evidence: str = ""
    checked_by: str = ""
    duplicate_of: int | None = None
    escalation_level: int | None = None

    def checker(self, actor: Actor) -> str:
        """Who looked at the evidence: the actor; where nobody signs in, whom the actor names."""
        return self.checked_by.strip() if actor.is_local and self.checked_by.strip() else actor.person or actor.name


def problems_of(work: Work, row: TrabaRow, gaps: list[GapLink], move: Move) -> Iterator[Problem]:
    """Yield every reason why the move cannot be made."""
    typed = checks.values_of(move)
    yield from checks.texts(typed)
    states = load_words().states
    if move.state not in states[row.state].next:
        allowed = ", ".join(f"«{states[word].label}»" for word in states[row.state].next) or "ninguno: ya terminó"
        found = states[move.state].label if move.state in states else checks.shown(move.state)
        repair = "siga los pasos en orden, o elija uno de esos estados"
        yield checks.problem("state", f"desde «{state_label(row.state)}», {allowed}", found, repair)
        return
    needs = states[move.state].needs
    if "reason" in needs or _goes_back(row, move):
        yield from checks.required(typed, "reason")
    if "evidence" in needs:
        yield from checks.required({"evidence": move.evidence or row.evidence}, "evidence")
    if "level" in needs:
        yield from _level(row, move)
    if "other" in needs:
        yield from _other(work, row, move)
    if "checker" in needs:
        yield from _checker(work.actor, row, move)
    if states[move.state].is_committed and not states[row.state].is_committed:
        yield from _promise(work, row, gaps, move)


def values_of(row: TrabaRow, move: Move, actor: Actor) -> dict[str, Any]:
    """Return what the move changes."""
    states = load_words().states
    values: dict[str, Any] = {"state": move.state, "state_reason": move.reason, "duplicate_of": None}
    if move.evidence:
        values["evidence"] = move.evidence
    if move.state == "escalada":
        values["escalation_level"] = _next_level(row, move)
    if move.state == "duplicada":
        values["duplicate_of"] = move.duplicate_of
    if move.state == "resuelta":
        values["resolved_by"] = actor.person or actor.name
    if move.state == "verificada":
        values["verified_by"] = move.checker(actor)
    if _goes_back(row, move):
        # the log keeps who had called it resolved
        values["resolved_by"] = ""
    if states[move.state].is_committed and not states[row.state].is_committed:
        values.update(_dates(row, move))
    return values


def same_person(one: str, other: str) -> bool:
    """Return whether two names are the same but for case, accents and spaces."""
    return bool(_key(one)) and _key(one) == _key(other)


def _key(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().split())


def _goes_back(row: TrabaRow, move: Move) -> bool:
    return move.state == FIRST_STATE or (row.state == "resuelta" and move.state == BACK_TO_WORK)


def _dates(row: TrabaRow, move: Move) -> dict[str, Any]:
    due = move.due or row.due
    if row.original_due is None:
        return {"due": due, "original_due": due}
    # committed to once before, and reopened: the first date stays
    return {"due": due, "reprogrammings_count": row.reprogrammings_count + (due != row.due)}


def _promise(work: Work, row: TrabaRow, gaps: list[GapLink], move: Move) -> Iterator[Problem]:
    """A number, an owner and a date: without the three nobody has promised anything."""
    if not any(gap.value is not None for gap in gaps):
        repair = "agregue como evidencia al menos una brecha con su valor y su año"
        yield checks.problem("gaps", "al menos una brecha con valor", f"{len(gaps)} sin valor", repair)
    yield from checks.entity("entity", row.entity, work.desk.entities)
    due = move.due or row.due
    yield from checks.required({"due": due}, "due")
    yield from checks.not_before("due", due, work.mesa(row.mesa_id).start_on)


def _next_level(row: TrabaRow, move: Move) -> int:
    return row.escalation_level + 1 if move.escalation_level is None else move.escalation_level


def _level(row: TrabaRow, move: Move) -> Iterator[Problem]:
    level = _next_level(row, move)
    if not row.escalation_level < level <= HIGHEST_LEVEL:
        expected = f"un nivel de {row.escalation_level + 1} a {HIGHEST_LEVEL}"
        if row.escalation_level >= HIGHEST_LEVEL:
            expected = f"un nivel hasta {HIGHEST_LEVEL}, que ya es el de esta traba"
        yield checks.problem("escalation_level", expected, str(level), "elija un nivel más alto que el actual")


def _other(work: Work, row: TrabaRow, move: Move) -> Iterator[Problem]:
    repair = "elija la traba que queda"
    if move.duplicate_of is None:
        yield checks.problem("duplicate_of", "la traba de la que es copia", "vacío", repair)
        return
    other = work.transaction.get(TrabaRow, move.duplicate_of)
    if other is None:
        yield unknown("duplicate_of", move.duplicate_of)
    elif other.traba_id == row.traba_id or other.state == "duplicada":
        yield checks.problem("duplicate_of", "otra traba, que no sea copia", str(other.traba_id), repair)


def _checker(actor: Actor, row: TrabaRow, move: Move) -> Iterator[Problem]:
    # signed in, nobody checks under another's name
    names = [move.checker(actor)] if actor.is_local else [actor.name, actor.person]
    owners = [row.responsible, row.resolved_by]
    if any(same_person(name, owner) for name in names for owner in owners):
        expected = "alguien distinto del responsable y de quien la dio por resuelta"
        repair = "pida a otra persona que vea la evidencia y la verifique"
        yield checks.problem("checked_by", expected, move.checker(actor), repair)

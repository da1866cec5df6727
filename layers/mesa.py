"""
How a Mesa reads its agenda: lights, overdue dates, the columns of the board and the page of a session.

All is computed from the records and a date; nothing here is kept. Closed trabas have no light. The days and the order
are proposed in domain.md, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal

import pandas as pd

from geodata.agenda.records import Commitment, Traba
from geodata.agenda.words import load_words

Light = Literal["rojo", "ambar", "verde"]
Column = Literal["por_comprometer", "en_curso", "vencido", "cerrada"]
Lane = Literal["rapida", "inversion"]

# domain.md section 3: red when overdue or silent for 30 days, amber when due within 7 or silent for 14 (proposed)
RED_SILENT_DAYS = 30
AMBER_SILENT_DAYS = 14
AMBER_DUE_DAYS = 7

DUE_SOON_DAYS = 14
SESSION_ROWS = 15
"""What a session gets through (domain.md section 3)."""

MISSED_DATES_TO_ESCALATE = 2
QUICK_WIN_DAYS = 60
TITLE_LENGTH = 120

DEFAULT_FEASIBILITY = 3
"""The middle of 1 to 5, where nobody judged it."""

HIGH_POTENTIAL = ("mesa_agenda", "ready")
"""Quadrants of high potential, the agenda of the Mesa first."""

ACTIONABLE = ("critical", "moderate")

_PERU = timezone(timedelta(hours=-5))
_INFINITIVES = ("ar", "er", "ir", "ír", "arse", "erse", "irse")

_COLUMNS = [
    "object", "traba_id", "commitment_id", "mesa_id", "title", "state", "good", "entity", "responsible", "due",
    "original_due", "days_overdue", "reprogrammings_count", "missed_dates_count", "proposes_escalation", "light",
    "silent_days", "producers_count", "feasibility", "impact_by_feasibility", "lane",
]  # fmt: skip


def light(due: date | None, last_activity_on: date, today: date, *, is_open: bool = True) -> Light | None:
    """Return the light of something promised; None for what is no longer open."""
    if not is_open:
        return None
    silent_days = (today - last_activity_on).days
    if days_overdue(due, today) > 0 or silent_days >= RED_SILENT_DAYS:
        return "rojo"
    is_near = due is not None and (due - today).days <= AMBER_DUE_DAYS
    return "ambar" if is_near or silent_days >= AMBER_SILENT_DAYS else "verde"


def traba_light(traba: Traba, today: date) -> Light | None:
    """Return the light of a traba; a date that nobody committed to does not fall due."""
    due = traba.due if is_committed(traba) else None
    return light(due, _on(traba.last_activity_at), today, is_open=is_open(traba))


def commitment_light(commitment: Commitment, today: date) -> Light | None:
    """Return the light of a commitment."""
    return light(commitment.due, _on(commitment.updated_at), today, is_open=commitment.is_open)


def is_open(record: Traba | Commitment) -> bool:
    """Return whether somebody still owes it."""
    return record.is_open if isinstance(record, Commitment) else load_words().states[record.state].is_open


def is_committed(traba: Traba) -> bool:
    """Return whether a traba has a number, an owner and a date."""
    return load_words().states[traba.state].is_committed


def days_overdue(due: date | None, today: date) -> int:
    """Return the days since a date passed; 0 on the date itself, before it and without one."""
    return 0 if due is None else max((today - due).days, 0)


def missed_dates_count(record: Traba | Commitment, today: date) -> int:
    """Return the dates that were not kept: those that had to be changed, and the current one when it has passed."""
    is_late = is_open(record) and _promised_days_overdue(record, today) > 0
    return record.reprogrammings_count + is_late


def proposes_escalation(record: Traba | Commitment, today: date) -> bool:
    """Return whether so many dates were missed that the next level should hear of it. People decide."""
    return is_open(record) and missed_dates_count(record, today) >= MISSED_DATES_TO_ESCALATE


def column_of(traba: Traba, today: date, commitments: Iterable[Commitment] = ()) -> Column:
    """Return the column of the board where a traba stands; one of its `commitments` that is late makes it late."""
    if not is_open(traba):
        return "cerrada"
    own = [commitment for commitment in commitments if commitment.traba_id == traba.traba_id]
    records: list[Traba | Commitment] = [traba, *own]
    if any(_promised_days_overdue(record, today) > 0 for record in records):
        return "vencido"
    return "en_curso" if is_committed(traba) else "por_comprometer"


def lane(traba: Traba) -> Lane:
    """Return the lane: quick is due within 60 days of entering and opens no investment."""
    has_investment = bool(traba.cui) or any(cost for cost in (traba.cost_low_pen, traba.cost_high_pen))
    due = traba.original_due or traba.due
    is_quick = due is not None and (due - traba.entered_on).days <= QUICK_WIN_DAYS if traba.entered_on else False
    return "rapida" if is_quick and not has_investment else "inversion"


def title_advice(title: str) -> list[str]:
    """Return how a title could be better, in Spanish; advice, never a refusal."""
    advice = []
    if len(title) > TITLE_LENGTH:
        advice.append(f"El título tiene {len(title)} caracteres; con {TITLE_LENGTH} o menos se lee en la sesión.")
    first = next(iter(title.split()), "").strip("¡¿«»\"'.,;:").lower()
    if not first.endswith(_INFINITIVES):
        advice.append("Empiece con un verbo: qué hay que hacer (por ejemplo, «Otorgar el permiso de la antena…»).")
    return advice


def overdue(trabas: Iterable[Traba], commitments: Iterable[Commitment], today: date) -> pd.DataFrame:
    """Return what is past its date and still open, the oldest debt first."""
    return _table(trabas, commitments, today, lambda record: _promised_days_overdue(record, today) > 0)


def due_soon(
    trabas: Iterable[Traba], commitments: Iterable[Commitment], today: date, *, days: int = DUE_SOON_DAYS
) -> pd.DataFrame:
    """Return what falls due from today to `days` days from now, the nearest first."""
    last = today + timedelta(days=days)
    table = _table(
        trabas,
        commitments,
        today,
        lambda record: _is_promised(record) and record.due is not None and today <= record.due <= last,
    )
    return table.sort_values(["due", "traba_id", "commitment_id"], ignore_index=True)


def stalled(trabas: Iterable[Traba], today: date, *, days: int = RED_SILENT_DAYS) -> pd.DataFrame:
    """Return the open trabas about which nothing was written for `days` days, the most silent first."""
    table = _table(trabas, [], today, lambda record: _silent_days(record, today) >= days)
    return table.sort_values(["silent_days", "traba_id"], ascending=[False, True], ignore_index=True)


def by_entity(trabas: Iterable[Traba], commitments: Iterable[Commitment], today: date) -> pd.DataFrame:
    """
    Return how many open promises each entity has, the most overdue first.

    Returns
    -------
    by_entity
        `entity` (empty for trabas that nobody answers for yet), `open_count`, `overdue_count`, `due_soon_count`,
        `most_overdue_days`, `reprogrammings_count`.
    """
    table = _table(trabas, commitments, today, lambda _record: True)
    is_late = table["days_overdue"] > 0
    last = today + timedelta(days=DUE_SOON_DAYS)
    is_near = table["due"].map(lambda due: due is not None and today <= due <= last).astype(bool)
    grouped = table.assign(is_late=is_late, is_near=is_near).groupby("entity", as_index=False)
    counted = grouped.agg(
        open_count=("traba_id", "size"),
        overdue_count=("is_late", "sum"),
        due_soon_count=("is_near", "sum"),
        most_overdue_days=("days_overdue", "max"),
        reprogrammings_count=("reprogrammings_count", "sum"),
    )
    order = ["overdue_count", "most_overdue_days", "open_count", "entity"]
    return counted.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def session_page(
    trabas: Iterable[Traba], commitments: Iterable[Commitment], today: date, *, rows: int = SESSION_ROWS
) -> pd.DataFrame:
    """
    Return the open trabas of a session, at most `rows` of them.

    Ordered by the days overdue of the traba or of its latest commitment, then by impact (producers affected) times
    feasibility (1 to 5, the middle where nobody judged it). Where the producers are not known the product is missing
    and comes last: missing is not zero.
    """
    late: dict[int, int] = {}
    for commitment in commitments:
        if commitment.is_open:
            days = days_overdue(commitment.due, today)
            late[commitment.traba_id] = max(days, late.get(commitment.traba_id, 0))
    table = _table(trabas, [], today, lambda _record: True)
    by_commitment = table["traba_id"].map(late).fillna(0).astype(int)
    table["days_overdue"] = table["days_overdue"].where(table["days_overdue"] >= by_commitment, by_commitment)
    order = ["days_overdue", "impact_by_feasibility", "traba_id"]
    ordered = table.sort_values(order, ascending=[False, False, True], na_position="last", ignore_index=True)
    return ordered.drop(columns=["object", "commitment_id"]).head(rows)


def without_traba(gaps: pd.DataFrame, trabas: Iterable[Traba]) -> pd.DataFrame:
    """
    Return the gaps to act on, in territories of high potential, that no traba takes up yet; the order of `gaps` stays.

    Parameters
    ----------
    gaps
        The published list: `ubigeo`, `standard`, `severity` and `quadrant`.
    trabas
        A discarded or duplicated traba takes nothing up. A gap is the same in every release.
    """
    taken = {
        (gap.ubigeo, gap.standard) for traba in trabas if is_open(traba) or is_committed(traba) for gap in traba.gaps
    }
    is_wanted = gaps["quadrant"].isin(HIGH_POTENTIAL) & gaps["severity"].isin(ACTIONABLE)
    is_taken = pd.Series(list(zip(gaps["ubigeo"], gaps["standard"], strict=True)), index=gaps.index).isin(taken)
    return gaps[is_wanted & ~is_taken]


def _table(
    trabas: Iterable[Traba],
    commitments: Iterable[Commitment],
    today: date,
    chosen: Callable[[Traba | Commitment], bool],
) -> pd.DataFrame:
    """Return the open records that are chosen, the most overdue first; a commitment carries its traba's figures."""
    by_id = {traba.traba_id: traba for traba in trabas}
    records: Sequence[Traba | Commitment] = [*by_id.values(), *commitments]
    rows = [_row(record, by_id, today) for record in records if is_open(record) and chosen(record)]
    table = pd.DataFrame(rows, columns=_COLUMNS).astype({"impact_by_feasibility": "float64", "commitment_id": "Int64"})
    order = ["days_overdue", "traba_id", "commitment_id"]
    return table.sort_values(order, ascending=[False, True, True], na_position="first", ignore_index=True)


def _row(record: Traba | Commitment, by_id: dict[int, Traba], today: date) -> dict[str, Any]:
    is_traba = isinstance(record, Traba)
    traba = record if isinstance(record, Traba) else by_id.get(record.traba_id)
    row: dict[str, Any] = {
        "object": "traba" if is_traba else "commitment",
        "traba_id": record.traba_id,
        "commitment_id": None if isinstance(record, Traba) else record.commitment_id,
        "mesa_id": record.mesa_id,
        "title": record.title if isinstance(record, Traba) else record.text,
        "entity": record.entity,
        "responsible": record.responsible,
        "due": record.due,
        "original_due": record.original_due,
        "days_overdue": _promised_days_overdue(record, today),
        "reprogrammings_count": record.reprogrammings_count,
        "missed_dates_count": missed_dates_count(record, today),
        "proposes_escalation": proposes_escalation(record, today),
        "light": traba_light(record, today) if isinstance(record, Traba) else commitment_light(record, today),
        "silent_days": _silent_days(record, today),
    }
    if traba is not None:
        feasibility = traba.feasibility or DEFAULT_FEASIBILITY
        row |= {"state": traba.state, "good": traba.good, "lane": lane(traba), "feasibility": feasibility}
        row["producers_count"] = traba.producers_count
        if traba.producers_count is not None:
            row["impact_by_feasibility"] = traba.producers_count * feasibility
    return row


def _is_promised(record: Traba | Commitment) -> bool:
    return is_open(record) and (isinstance(record, Commitment) or is_committed(record))


def _promised_days_overdue(record: Traba | Commitment, today: date) -> int:
    """The date of a traba that nobody committed to is a proposal: it does not fall due."""
    return days_overdue(record.due, today) if _is_promised(record) else 0


def _silent_days(record: Traba | Commitment, today: date) -> int:
    moment = record.last_activity_at if isinstance(record, Traba) else record.updated_at
    return (today - _on(moment)).days


def _on(moment: datetime) -> date:
    """The date of a moment, in Peru."""
    return moment.astimezone(_PERU).date()

"""What a Mesa sees: lights, overdue days, columns, the page of the session and the views."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.agenda.records import Commitment, GapLink, Traba
from geodata.agenda.words import load_words
from layers import mesa

TODAY = date(2026, 3, 20)
NOON = datetime(2026, 3, 20, 17, tzinfo=UTC)


def on(day: date) -> datetime:
    """Return noon in Peru."""
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def traba(number: int = 1, **others) -> Traba:
    """Return a committed traba, active today, due in ten days."""
    known: dict[str, Any] = {
        "mesa_id": 1,
        "title": "Otorgar el permiso",
        "kind": "tramite",
        "good": "riego",
        "entity": "ana",
        "entered_on": date(2026, 3, 1),
        "due": TODAY + timedelta(days=10),
        "state": "comprometida",
        "last_activity_at": NOON,
        "row_version": 1,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Traba(traba_id=number, **(known | others))


def commitment(number: int = 1, traba_id: int = 1, **others) -> Commitment:
    """Return an open commitment, active today, due in ten days."""
    known: dict[str, Any] = {
        "text": "Emitir la resolución",
        "entity": "psi",
        "due": TODAY + timedelta(days=10),
        "mesa_id": 1,
        "original_due": TODAY,
        "row_version": 1,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Commitment(traba_id=traba_id, commitment_id=number, **(known | others))


@pytest.mark.parametrize(
    ("due_in", "silent", "expected"),
    [
        (-1, 0, "rojo"),
        (0, 0, "ambar"),
        (7, 0, "ambar"),
        (8, 0, "verde"),
        (60, 13, "verde"),
        (60, 14, "ambar"),
        (60, 29, "ambar"),
        (60, 30, "rojo"),
        (None, 0, "verde"),
        (None, 30, "rojo"),
    ],
)
def test_the_light_of_each_border_day(due_in, silent, expected):
    """Red: overdue or 30 days silent. Amber: due in 7 days or 14 silent. Green: the rest. The borders, by hand."""
    due = None if due_in is None else TODAY + timedelta(days=due_in)
    assert mesa.light(due, TODAY - timedelta(days=silent), TODAY) == expected
    assert mesa.light(due, TODAY - timedelta(days=silent), TODAY, is_open=False) is None


@given(st.integers(-400, 400), st.integers(0, 400), st.integers(0, 60))
def test_a_light_never_improves_by_waiting(due_in, silent, days):
    """Property: with nothing done, another day turns no red into amber and no amber into green."""
    order: list[str | None] = ["verde", "ambar", "rojo"]
    due, last = TODAY + timedelta(days=due_in), TODAY - timedelta(days=silent)
    now, later = mesa.light(due, last, TODAY), mesa.light(due, last, TODAY + timedelta(days=days))
    assert order.index(later) >= order.index(now)


def test_a_day_ends_in_peru_not_in_london():
    """What somebody wrote at ten in the evening of the 5th was written on the 5th, though in UTC it was the 6th."""
    late = traba(due=None, last_activity_at=datetime(2026, 3, 7, 3, tzinfo=UTC))
    assert mesa.traba_light(late, date(2026, 3, 20)) == "ambar"
    assert mesa.traba_light(late, date(2026, 3, 19)) == "verde"


def test_a_date_that_nobody_committed_to_does_not_fall_due():
    """A proposal in the past is no debt; its column says that it is still to be committed to."""
    proposal = traba(state="priorizada", due=TODAY - timedelta(days=5))
    assert mesa.traba_light(proposal, TODAY) == "verde"
    assert mesa.column_of(proposal, TODAY) == "por_comprometer"
    assert mesa.overdue([proposal], [], TODAY).empty
    assert mesa.due_soon([traba(state="priorizada")], [], TODAY).empty


def test_every_state_has_its_column_and_no_closed_one_a_light():
    """The board shows each open traba in one of three columns; a late commitment makes its traba late."""
    columns = {word: mesa.column_of(traba(state=word), TODAY) for word in load_words().states}
    assert {word for word, column in columns.items() if column == "cerrada"} == {
        *("resuelta", "verificada", "descartada", "duplicada"),
    }
    assert {word for word, column in columns.items() if column == "en_curso"} == {
        *("comprometida", "en_ejecucion", "bloqueada", "escalada"),
    }
    assert mesa.column_of(traba(due=TODAY - timedelta(days=1)), TODAY) == "vencido"
    late = commitment(due=TODAY - timedelta(days=1))
    assert mesa.column_of(traba(), TODAY, [late]) == "vencido"
    assert mesa.column_of(traba(2), TODAY, [late]) == "en_curso"
    assert mesa.traba_light(traba(state="resuelta", due=TODAY - timedelta(days=9)), TODAY) is None


def test_two_missed_dates_propose_escalation():
    """One reprogramming and an overdue date are two; two reprogrammings are two; what is done proposes nothing."""
    late = TODAY - timedelta(days=1)
    assert not mesa.proposes_escalation(traba(reprogrammings_count=1), TODAY)
    assert not mesa.proposes_escalation(traba(due=late), TODAY)
    assert mesa.proposes_escalation(traba(reprogrammings_count=1, due=late), TODAY)
    assert mesa.proposes_escalation(commitment(reprogrammings_count=2), TODAY)
    assert not mesa.proposes_escalation(commitment(reprogrammings_count=2, done_on=TODAY), TODAY)


def test_the_quick_lane_is_60_days_and_no_investment():
    """Sixty days from entering is quick, sixty-one is not; an investment code or a cost is the other lane."""
    entered = date(2026, 3, 1)
    assert mesa.lane(traba(due=entered + timedelta(days=60))) == "rapida"
    assert mesa.lane(traba(due=entered + timedelta(days=61))) == "inversion"
    assert mesa.lane(traba(cui=("2456789",))) == "inversion"
    assert mesa.lane(traba(cost_high_pen=1.0)) == "inversion"
    # reprogramming does not change what was promised as quick
    assert mesa.lane(traba(due=date(2026, 12, 1), original_due=date(2026, 4, 1))) == "rapida"


def test_a_title_is_advised_not_refused():
    """A short one that begins with a verb is fine; a long noun gets both pieces of advice."""
    assert mesa.title_advice("«Otorgar el permiso de la antena»") == []
    assert mesa.title_advice("Reunirse con la ALA") == []
    assert len(mesa.title_advice("Permiso " * 20)) == 2
    assert len(mesa.title_advice("")) == 1


def test_the_session_page_is_ordered_by_overdue_then_impact_by_feasibility_and_has_15_rows():
    """Overdue first (a late commitment counts), then producers x feasibility; unknown producers last, not as zero."""
    late = traba(1, due=TODAY - timedelta(days=3), producers_count=10.0)
    promised = traba(2, producers_count=1.0)
    easy = traba(3, producers_count=100.0, feasibility=5)
    many = traba(4, producers_count=120.0)
    unknown = traba(5)
    none = traba(6, producers_count=0.0)
    closed = traba(7, state="verificada", due=TODAY - timedelta(days=99), producers_count=9999.0)
    promises = [commitment(traba_id=2, due=TODAY - timedelta(days=8)), commitment(2, 3, due=TODAY, done_on=TODAY)]
    page = mesa.session_page([unknown, none, many, easy, promised, late, closed], promises, TODAY)
    assert page["traba_id"].tolist() == [2, 1, 3, 4, 6, 5]
    assert page["days_overdue"].tolist() == [8, 3, 0, 0, 0, 0]
    assert page["impact_by_feasibility"].fillna(-1).tolist() == [3.0, 30.0, 500.0, 360.0, 0.0, -1.0]
    assert len(mesa.session_page([traba(number) for number in range(1, 40)], [], TODAY)) == 15


def test_overdue_holds_trabas_and_commitments_the_oldest_debt_first():
    """What is done, withdrawn, closed or due today is not in it."""
    trabas = [traba(1, due=TODAY - timedelta(days=2)), traba(2, due=TODAY)]
    promises = [
        commitment(1, due=TODAY - timedelta(days=9)),
        commitment(2, due=TODAY - timedelta(days=9), done_on=TODAY),
        commitment(3, due=TODAY - timedelta(days=9), withdrawn_reason="doble"),
    ]
    table = mesa.overdue(trabas, promises, TODAY)
    assert table[["object", "days_overdue", "light"]].to_numpy().tolist() == [
        ["commitment", 9, "rojo"],
        ["traba", 2, "rojo"],
    ]


def test_due_soon_goes_from_today_to_the_fourteenth_day():
    """Yesterday and the fifteenth day are out; the nearest comes first."""
    promises = [commitment(days + 2, due=TODAY + timedelta(days=days)) for days in (15, 14, 0, -1)]
    assert mesa.due_soon([], promises, TODAY)["commitment_id"].tolist() == [2, 16]


def test_stalled_are_the_open_trabas_of_which_nobody_wrote_for_30_days():
    """The most silent first; a closed one is not stalled."""
    trabas = [
        traba(1, last_activity_at=on(TODAY - timedelta(days=30))),
        traba(2, last_activity_at=on(TODAY - timedelta(days=29))),
        traba(3, last_activity_at=on(TODAY - timedelta(days=90))),
        traba(4, last_activity_at=on(TODAY - timedelta(days=90)), state="descartada"),
    ]
    table = mesa.stalled(trabas, TODAY)
    assert table[["traba_id", "silent_days"]].to_numpy().tolist() == [[3, 90], [1, 30]]


def test_by_entity_counts_what_each_owes():
    """Trabas and commitments, the most overdue entity first; those without an owner are counted under none."""
    trabas = [traba(1), traba(2, entity="", state="identificada", due=None), traba(3, due=TODAY - timedelta(days=1))]
    promises = [commitment(1, due=TODAY - timedelta(days=4)), commitment(2, due=TODAY - timedelta(days=2))]
    table = mesa.by_entity(trabas, promises, TODAY).set_index("entity")
    assert table.index.tolist() == ["psi", "ana", ""]
    assert table.loc["ana"].to_dict() == {
        "open_count": 2,
        "overdue_count": 1,
        "due_soon_count": 1,
        "most_overdue_days": 1,
        "reprogrammings_count": 0,
    }
    assert table["overdue_count"].tolist() == [2, 1, 0]


def test_high_potential_without_a_traba_leaves_out_what_somebody_took_up():
    """Only open gaps of high potential; one that an open or solved traba holds, from any release, is taken."""
    gaps = pd.DataFrame(
        {
            "ubigeo": ["050401", "050402", "050403", "050404", "050405"],
            "standard": "irrigation",
            "severity": ["critical", "critical", "moderate", "none", "critical"],
            "quadrant": ["mesa_agenda", "mesa_agenda", "ready", "mesa_agenda", "basic_services"],
        },
        index=[9, 8, 7, 6, 5],
    )
    link = GapLink("una vieja", "050401", "irrigation", 1.0, "%", 2012, "x")
    taken = traba(1, gaps=(link,), state="identificada")
    dropped = traba(2, gaps=(replace(link, ubigeo="050402"),), state="descartada")
    left = mesa.without_traba(gaps, [taken, dropped])
    assert left.index.tolist() == [8, 7]
    assert mesa.without_traba(gaps, []).index.tolist() == [9, 8, 7]


def test_the_views_of_an_empty_agenda_are_empty_tables():
    """Empty states have columns, not errors."""
    for table in (
        mesa.overdue([], [], TODAY),
        mesa.due_soon([], [], TODAY),
        mesa.stalled([], TODAY),
        mesa.by_entity([], [], TODAY),
        mesa.session_page([], [], TODAY),
    ):
        assert len(table) == 0
        assert len(table.columns) > 3

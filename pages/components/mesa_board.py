"""The board of a Mesa: what is to be committed to, what is under way and what is overdue, as cards."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from geodata.agenda.records import Traba
from geodata.agenda.words import load_words
from layers import mesa as rules
from pages.components import mesa_link
from pages.components.mesa_context import Desk
from pages.components.mesa_gaps import figures_html
from pages.text import say

COLUMNS = ("por_comprometer", "en_curso", "vencido")
SHAPES = {"rojo": "▲", "ambar": "◆", "verde": "●"}
"""A light is a shape and a word as well as a colour."""

CARDS_AT_MOST = 20
"""In a column; the views list them all."""


def board(desk: Desk) -> None:
    """Draw the three columns, and the closed ones folded below."""
    words, by_column = load_words(), columns_of(desk)
    for column, name in zip(st.columns(len(COLUMNS), gap="medium"), COLUMNS, strict=True):
        with column:
            st.subheader(f"{words.columns[name]} · {len(by_column[name])}", anchor=False)
            _cards(desk, by_column[name], say(f"mesa.empty.{name}"))
    closed = by_column["cerrada"]
    if closed:
        with st.expander(say("mesa.closed", count=len(closed))):
            _cards(desk, closed, "")


def columns_of(desk: Desk) -> dict[str, list[Traba]]:
    """Return the bottlenecks of each column, the oldest date first."""
    by_column: dict[str, list[Traba]] = {name: [] for name in (*COLUMNS, "cerrada")}
    for traba in sorted(desk.trabas, key=lambda one: (one.due is None, one.due, one.traba_id)):
        by_column[rules.column_of(traba, desk.today)].append(traba)
    return by_column


def light_html(traba: Traba, desk: Desk) -> str:
    """Return the light as shape, word and reason, escaped."""
    light = rules.traba_light(traba, desk.today)
    state = load_words().states[traba.state].label
    if light is None:
        return f'<p class="mesa-light">{escape(state)}</p>'
    is_late = rules.column_of(traba, desk.today) == "vencido"
    reason = f" · {say('mesa.late', days=rules.days_overdue(traba.due, desk.today))}" if is_late else ""
    word = load_words().lights[light]
    said = escape(f"{reason} · {state}")
    return f'<p class="mesa-light mesa-{light}"><b>{SHAPES[light]} {escape(word)}</b>{said}</p>'


def dates_line(traba: Traba) -> str:
    """Return the date in force, the original one and how often it moved; plain text."""
    if traba.due is None:
        return say("mesa.no_date")
    if not traba.reprogrammings_count:
        return say("mesa.date", due=traba.due.isoformat())
    return say(
        "mesa.date_moved",
        due=traba.due.isoformat(),
        original=(traba.original_due or traba.due).isoformat(),
        count=traba.reprogrammings_count,
    )


def responsible_line(traba: Traba, desk: Desk) -> str:
    """Return entity, person and post; plain text. Names of persons are for whoever writes."""
    if not traba.entity:
        return say("mesa.no_entity")
    people = [traba.responsible, traba.post] if desk.may_write else []
    return " · ".join([desk.entity(traba.entity), *(one for one in people if one)])


def card_html(traba: Traba, desk: Desk) -> str:
    """Return a card, with everything that people typed escaped."""
    return (
        f'<article class="mesa-card">{light_html(traba, desk)}'
        f'<h4 dir="auto">{escape(traba.title)}</h4>'
        f"{figures_html(traba.gaps, desk.places)}"
        f"<p>{escape(responsible_line(traba, desk))}</p><p>{escape(dates_line(traba))}</p>{_promises_html(traba, desk)}"
        "</article>"
    )


def _promises_html(traba: Traba, desk: Desk) -> str:
    """Return how many of its commitments are overdue: a date of its own may be far away still."""
    own = [one for one in desk.commitments if one.traba_id == traba.traba_id and one.is_open]
    late = sum(rules.days_overdue(one.due, desk.today) > 0 for one in own)
    return f'<p class="mesa-rojo"><b>{escape(say("mesa.late_promises", count=late))}</b></p>' if late else ""


def _cards(desk: Desk, trabas: Sequence[Traba], empty: str) -> None:
    if not trabas:
        st.caption(empty)
    for traba in trabas[:CARDS_AT_MOST]:
        with st.container(border=True, gap="xsmall"):
            st.html(card_html(traba, desk))
            st.button(
                say("mesa.open", number=traba.traba_id),
                key=f"mesa-open-{traba.traba_id}",
                on_click=lambda number=traba.traba_id: mesa_link.write(traba=number),
            )
    if len(trabas) > CARDS_AT_MOST:
        st.caption(say("mesa.more_cards", count=len(trabas) - CARDS_AT_MOST))

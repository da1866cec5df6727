"""The lists of a Mesa: overdue, due soon, by entity, stalled, high potential without a bottleneck, and the log."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd
import streamlit as st

from geodata.agenda.words import load_words
from geodata.ubigeo import is_within
from layers import mesa as rules
from pages.components import cached, mesa_link
from pages.components.mesa_context import Desk
from pages.components.mesa_log import log_table
from pages.text import say, section

_LOG_AT_MOST = 200
_GAPS_AT_MOST = 300


def view_choice(desk: Desk) -> None:
    """Draw the choice of the view."""
    st.session_state["mesa-view"] = desk.link.view
    st.segmented_control(
        say("mesa.view"),
        [name for name in mesa_link.VIEWS if name != mesa_link.SESSION],
        format_func=lambda name: say(f"mesa.views.{name}"),
        key="mesa-view",
        on_change=lambda: mesa_link.write(vista=st.session_state["mesa-view"] or mesa_link.BOARD),
    )


def view(desk: Desk) -> None:
    """Draw the view of the address."""
    if desk.link.view == "bitacora":
        log_table(desk, desk.agenda.log.latest(_LOG_AT_MOST, actor=desk.actor))
    elif desk.link.view == "sin-traba":
        _without_traba(desk)
    else:
        _records(desk, _rows(desk))


def _rows(desk: Desk) -> pd.DataFrame:
    makers = {
        "vencidos": lambda: rules.overdue(desk.trabas, desk.commitments, desk.today),
        "proximos": lambda: rules.due_soon(desk.trabas, desk.commitments, desk.today),
        "entidades": lambda: rules.by_entity(desk.trabas, desk.commitments, desk.today),
        "estancadas": lambda: rules.stalled(desk.trabas, desk.today),
    }
    return makers.get(desk.link.view, makers["vencidos"])()


def _records(desk: Desk, rows: pd.DataFrame) -> None:
    """Draw bottlenecks and commitments as a table; a chosen row opens its bottleneck."""
    if rows.empty:
        st.caption(say("mesa.empty_view"))
        return
    headings = section("mesa.table")
    shown = [name for name in headings if name in rows.columns and (desk.may_write or name != "responsible")]
    table = rows[shown].copy()
    words = load_words()
    for name, labels in (
        ("light", words.lights),
        ("state", {key: state.label for key, state in words.states.items()}),
        ("object", words.objects),
        ("lane", words.lanes),
    ):
        if name in table:
            table[name] = table[name].map(labels)
    table["entity"] = table["entity"].map(lambda entity: desk.entity(entity) or say("mesa.no_entity"))
    picked = st.dataframe(
        table.rename(columns=headings),
        hide_index=True,
        key=f"mesa-view-{desk.link.view}",
        on_select="rerun" if "traba_id" in rows else "ignore",
        selection_mode="single-row",
    )
    marked = cast(Any, picked)["selection"]["rows"] if "traba_id" in rows else []
    if marked and marked[0] < len(rows):
        number = int(rows["traba_id"].iloc[marked[0]])
        st.button(say("mesa.open", number=number), key="mesa-open-row", on_click=lambda: mesa_link.write(traba=number))


def _without_traba(desk: Desk) -> None:
    """Draw the gaps of high potential in the territory of the Mesa that no bottleneck takes up."""
    gaps = cached.table(desk.release, "gaps")
    if "quadrant" not in gaps:
        st.caption(say("mesa.no_quadrant"))
        return
    free = rules.without_traba(gaps[is_within(gaps["ubigeo"], desk.mesa.territory)], desk.trabas).head(_GAPS_AT_MOST)
    if free.empty:
        st.caption(say("mesa.empty_view"))
        return
    headings = section("mesa.gap_table")
    table = free[[name for name in headings if name in free]].rename(columns=headings)
    picked = st.dataframe(table, hide_index=True, key="mesa-free-gaps", on_select="rerun", selection_mode="multi-row")
    marked = [number for number in cast(Any, picked)["selection"]["rows"] if number < len(free)]
    if marked:
        chosen = free.iloc[marked]
        keys = ",".join(f"{row.ubigeo}:{row.standard}" for row in chosen.itertuples())
        st.button(
            say("mesa.bring_gap"),
            key="mesa-bring-gaps",
            type="primary",
            on_click=lambda: mesa_link.write(brechas=keys, vista=None),
        )

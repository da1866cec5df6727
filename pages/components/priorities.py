"""The prioritised products of a territory: those recorded, the candidates where there is none, and a form."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geodata.errors import UserInputError
from geodata.method_words import load_methods
from geodata.priorities import add_priorities, priorities_file, withdraw_priority
from geodata.priority_contract import EARLIEST_ACT, LEVEL_WORDS, LONGEST_ACT, LONGEST_WHO, Draft
from geodata.ubigeo import level_of
from geodata.workspace import Workspace
from layers.suitability import demonstration_plots, has_priority, priorities_about
from pages.components import cached, figures
from pages.components.product_tables import Place, Row, label, number_cells, product_cell, table
from pages.text import say

_OUTCOME = "priority-outcome"
"""What the last attempt to record or withdraw has to say, kept over one run."""

_LEVEL_OF_ACT = {level: word for word, level in LEVEL_WORDS.items()}


def prioritised(place: Place) -> None:
    """Draw what was prioritised in a territory, above it and inside it, and the form to record more."""
    st.markdown(f"**{say('products.prioritised')}**")
    _outcome()
    for problem in place.register.problems:
        st.warning(str(problem))
    in_force = place.register.frame()
    about = priorities_about(in_force, place.ubigeo)
    for row in about.to_dict("records"):
        _priority(place, row)
    _demonstration(place, in_force)
    _form(place)


def _priority(place: Place, row: Row) -> None:
    level = LEVEL_WORDS.get(row["level"], level_of(row["ubigeo"]))
    territory = cached.level_table(place.release, level)
    names = territory.loc[territory["ubigeo"].eq(row["ubigeo"]), "name"]
    name = names.iloc[0] if len(names) else row["ubigeo"]
    detail = say("products.act", act=row["act"], date=row["act_date"], level=row["level"], name=name)
    entered = say("products.entered", who=row["who"], date=row["entered_at"][:10])
    # what people typed is text: it reaches the page escaped
    st.html(
        f'<div class="atlas-gap" data-atlas-priority><div>{escape(label(place.windows, row["product"]))}'
        f"<small>{escape(detail)}</small><small>{escape(entered)}</small></div></div>"
    )
    if row["ubigeo"] == place.ubigeo:
        st.button(say("products.undo"), key=f"withdraw-{row['entry_id']}", on_click=_withdraw, args=(row["entry_id"],))


def _demonstration(place: Place, in_force: pd.DataFrame) -> None:
    codes = place.inside["ubigeo"].drop_duplicates()
    free = codes[~has_priority(codes, in_force)]
    if free.empty:
        return
    if not place.is_district:
        st.caption(say("products.without_priority", count=len(free), total=len(codes)))
        return
    plots = demonstration_plots(place.inside, in_force)
    st.caption(say("products.plots" if len(plots) else "products.no_plots"))
    cells = [
        product_cell(place.windows, row["product"], _plot_notes(place, row))
        + number_cells(figures.number(100 * row["suitability"]))
        for row in plots.to_dict("records")
    ]
    if cells:
        table(("product", "suitability"), cells, "plots")


def _plot_notes(place: Place, row: Row) -> list[str]:
    """Return what must be known of a candidate: how its altitude was, and that nobody has looked at the water."""
    window = place.windows.get(row["product"])
    needs_flow = window is not None and window.water == "flow"
    return [load_methods()[row["method"]].label, *([say("products.water_to_check")] if needs_flow else [])]


def _form(place: Place) -> None:
    key = f"priority-{place.ubigeo}"
    with st.expander(say("products.record")), st.form(key, clear_on_submit=False):
        products = list(place.windows)
        st.selectbox(
            say("products.product"), products, format_func=lambda one: label(place.windows, one), key=f"{key}-product"
        )
        st.text_input(say("products.form_act"), max_chars=LONGEST_ACT, key=f"{key}-act")
        # the contract refuses the future; a limit here would move with the clock of the server
        st.date_input(
            say("products.form_date"), value=None, min_value=EARLIEST_ACT, format="DD/MM/YYYY", key=f"{key}-date"
        )
        st.text_input(say("products.form_who"), max_chars=LONGEST_WHO, key=f"{key}-who")
        st.form_submit_button(say("products.save"), on_click=_save, args=(key, place))


def _save(key: str, place: Place) -> None:
    def typed(part: str) -> Any:
        return st.session_state[f"{key}-{part}"]

    act_date: date | None = typed("date")
    if act_date is None:
        st.session_state[_OUTCOME] = ("error", [say("products.date_missing")])
        return
    draft = Draft(
        ubigeo=place.ubigeo,
        product=typed("product"),
        act=typed("act"),
        act_date=act_date,
        level=_LEVEL_OF_ACT[level_of(place.ubigeo)],
        who=typed("who"),
    )
    file = priorities_file(Workspace().root)
    try:
        add_priorities(file, [draft], codes=cached.codes(place.release), products=list(place.windows))
    except UserInputError as error:
        st.session_state[_OUTCOME] = ("error", [str(problem) for problem in error.problems])
        return
    st.session_state[_OUTCOME] = ("success", [say("products.saved")])


def _withdraw(entry_id: str) -> None:
    try:
        withdraw_priority(priorities_file(Workspace().root), entry_id, who=say("products.undone_by"))
    except UserInputError as error:
        st.session_state[_OUTCOME] = ("error", [str(problem) for problem in error.problems])
        return
    st.session_state[_OUTCOME] = ("success", [say("products.withdrawn")])


def _outcome() -> None:
    kind, sentences = st.session_state.pop(_OUTCOME, ("success", []))
    for sentence in sentences:
        (st.error if kind == "error" else st.success)(sentence)

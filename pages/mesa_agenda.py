"""Mesas Ejecutivas: bottlenecks with a number, an owner and a date, from the gap to the evidence."""

from __future__ import annotations

import streamlit as st

from geodata.workspace import Publication
from pages.components import (
    frame,
    identity,
    mesa_actions,
    mesa_board,
    mesa_choice,
    mesa_gaps,
    mesa_link,
    mesa_session,
    mesa_store,
    mesa_style,
    mesa_traba,
    mesa_traba_form,
    mesa_views,
)
from pages.components.mesa_context import Desk
from pages.text import say


def page(release: Publication) -> None:
    """Draw the page of a release."""
    mesa_style.apply()
    agenda = mesa_store.opened()
    link, notes = mesa_link.read(st.query_params, agenda)
    places = mesa_store.places(release)
    gaps, missing = mesa_gaps.brought(release, link.gaps)
    is_session = link.view == mesa_link.SESSION and link.session is not None
    if not is_session:
        st.header(say("mesa.title"), anchor=False)
        st.caption(say("mesa.intro"))
    actor = identity.current(agenda) if is_session else identity.bar(agenda)
    for note in (*notes, *missing):
        st.warning(note)
    mesa_actions.said()
    mesa_actions.conflict()
    left, right = st.columns(2, gap="medium") if not is_session and link.mesa else (st.container(), st.container())
    if not is_session:
        with left:
            mesa_choice.mesa_choice(agenda, link, places, may_write=identity.may_write(actor))
    if link.mesa is None:
        st.info(say("mesa.bring", count=len(gaps.links)) if gaps.links else say("mesa.how_to_start"))
        return
    desk = Desk(agenda, actor, release, places, link)
    if is_session and link.session is not None:
        mesa_session.session_mode(desk, link.session)
    elif link.traba is not None:
        mesa_traba.traba_page(desk, link.traba, gaps)
    else:
        with right:
            mesa_choice.session_choice(desk)
        mesa_traba_form.new_traba(desk, gaps)
        mesa_views.view_choice(desk)
        if link.view == mesa_link.BOARD:
            mesa_board.board(desk)
        else:
            mesa_views.view(desk)


frame.show(page)

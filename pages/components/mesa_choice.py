"""Choose a Mesa and a session, or make one."""

from __future__ import annotations

import streamlit as st

from geodata.agenda.records import Mesa, MesaDraft, Session, SessionDraft
from geodata.agenda.store import Agenda
from geodata.ubigeo import level_of
from pages.components import identity, mesa_link
from pages.components.mesa_actions import attempt
from pages.components.mesa_context import Desk
from pages.components.mesa_form import Form
from pages.components.mesa_link import MesaLink
from pages.text import say

_MESA, _SESSION = Form("new-mesa"), Form("new-session")


def mesa_choice(agenda: Agenda, link: MesaLink, places: dict[str, str], *, may_write: bool) -> None:
    """Draw the list of Mesas and the form of a new one."""
    mesas = {one.mesa_id: one for one in agenda.mesas.all()}
    if mesas:
        st.session_state["mesa"] = link.mesa.mesa_id if link.mesa else None
        st.selectbox(
            say("mesa.choose"),
            list(mesas),
            format_func=lambda number: _mesa_label(mesas[number], places),
            key="mesa",
            placeholder=say("mesa.choose_placeholder"),
            on_change=lambda: mesa_link.write(mesa=st.session_state["mesa"], sesion=None, traba=None, vista=None),
        )
    else:
        st.info(say("mesa.none"))
    if may_write:
        with st.expander(say("mesa.new"), expanded=not mesas):
            _mesa_form(agenda, places)


def session_choice(desk: Desk) -> None:
    """Draw the sessions of the Mesa, the way into the session mode and the form of a new session."""
    sessions = {one.session_id: one for one in desk.agenda.mesas.sessions(desk.mesa.mesa_id)}
    chosen, enter = st.columns([3, 1], vertical_alignment="bottom")
    if sessions:
        shown = desk.link.session or next(iter(sessions.values()))
        st.session_state["session"] = shown.session_id
        chosen.selectbox(
            say("mesa.session.choose"),
            list(sessions),
            format_func=lambda number: session_label(sessions[number]),
            key="session",
            on_change=lambda: mesa_link.write(sesion=st.session_state["session"]),
        )
        enter.button(
            say("mesa.session.enter"),
            key="mesa-enter-session",
            type="primary",
            width="stretch",
            on_click=lambda: mesa_link.write(
                mesa=desk.mesa.mesa_id, sesion=shown.session_id, vista=mesa_link.SESSION, traba=None, fila=None
            ),
        )
    else:
        chosen.caption(say("mesa.session.none"))
    if desk.may_write:
        with st.expander(say("mesa.session.new")):
            _session_form(desk)


def session_label(session: Session) -> str:
    """Return the date of a session, its place and whether it is closed."""
    closed = say("mesa.session.closed") if session.closed_at else say("mesa.session.open")
    return " · ".join(one for one in (session.held_on.isoformat(), session.place[:60], closed) if one)


def _mesa_label(mesa: Mesa, places: dict[str, str]) -> str:
    return f"{mesa.name} · {places.get(mesa.territory, mesa.territory)}"


def _mesa_form(agenda: Agenda, places: dict[str, str]) -> None:
    with st.form("mesa-form", border=False):
        st.text_input(say("mesa.fields.name"), key=_MESA.key("name"), persist_state="session", max_chars=120)
        st.selectbox(
            say("mesa.fields.territory"),
            list(places),
            format_func=lambda code: f"{places[code]} ({code})",
            index=None,
            key=_MESA.key("territory"),
            persist_state="session",
            placeholder=say("profile.placeholder"),
        )
        st.text_input(say("mesa.fields.theme"), key=_MESA.key("theme"), persist_state="session")
        st.date_input(
            say("mesa.fields.start_on"),
            key=_MESA.key("start"),
            persist_state="session",
            format="YYYY-MM-DD",
            value=agenda.today(),
        )
        st.form_submit_button(say("mesa.create_mesa"), key="mesa-create", on_click=_create_mesa, args=(agenda,))


def _create_mesa(agenda: Agenda) -> None:
    territory = _MESA.text("territory")
    draft = MesaDraft(
        name=_MESA.text("name"),
        territory=territory,
        level=level_of(territory) if territory else "",
        start_on=_MESA.day("start") or agenda.today(),
        theme=_MESA.text("theme"),
    )
    made = attempt(
        lambda _: agenda.mesas.create(draft, form_key=_MESA.once, actor=identity.current(agenda)),
        form=_MESA,
        done="mesa",
    )
    if isinstance(made, Mesa):
        mesa_link.write(mesa=made.mesa_id, sesion=None, traba=None, vista=None)


def _session_form(desk: Desk) -> None:
    with st.form("session-form", border=False):
        st.date_input(
            say("mesa.fields.held_on"),
            key=_SESSION.key("date"),
            persist_state="session",
            format="YYYY-MM-DD",
            value=desk.today,
        )
        st.text_input(say("mesa.fields.place"), key=_SESSION.key("place"), persist_state="session")
        st.text_area(say("mesa.fields.agenda_text"), key=_SESSION.key("agenda"), persist_state="session")
        st.form_submit_button(say("mesa.create_session"), key="session-create", on_click=_create_session, args=(desk,))


def _create_session(desk: Desk) -> None:
    draft = SessionDraft(
        mesa_id=desk.mesa.mesa_id,
        held_on=_SESSION.day("date") or desk.today,
        place=_SESSION.text("place"),
        agenda_text=_SESSION.text("agenda"),
    )
    made = attempt(
        lambda _: desk.agenda.mesas.create_session(draft, form_key=_SESSION.once, actor=desk.acting()),
        form=_SESSION,
        done="session",
    )
    if isinstance(made, Session):
        mesa_link.write(mesa=desk.mesa.mesa_id, sesion=made.session_id)

"""
Who is using the atlas, and what they may do.

With `[auth]` configured the identity comes from the sign-in and its role from the database. Without it there is one
local user with full rights, and only on the machine that serves: an atlas that other machines reach is read only until
somebody configures a sign-in. The services below check the role again; what is hidden here is also refused there.
"""

from __future__ import annotations

import streamlit as st

from geodata.agenda.records import Actor, Role
from geodata.agenda.roles import Right, actor_of, local_actor, may
from geodata.agenda.store import Agenda
from pages.text import say

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
WHO_KEY = "mesa-who"
LONGEST_NAME = 80
_KEPT = "mesa-who-kept"
"""A widget forgets its value on another page; the name must not have to be typed again."""

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")
"""Headers that a proxy adds: then the visitor is not on this machine, wherever the server is bound."""


def current(agenda: Agenda) -> Actor:
    """Return who acts now. Whoever is not signed in, or not listed, reads and does not write."""
    if is_sign_in_configured():
        return actor_of(_identity(), agenda, _administrators())
    if not is_only_local():
        return Actor("", Role.CONSULTA)
    return local_actor(" ".join(str(st.session_state.get(_KEPT, "")).split())[:LONGEST_NAME])


def is_sign_in_configured() -> bool:
    """Return whether `[auth]` is in the secrets: Streamlit then says of everybody whether they are signed in."""
    return "is_logged_in" in st.user


def is_only_local() -> bool:
    """Return whether nobody but this machine can be asking."""
    is_forwarded = any(header in st.context.headers for header in _FORWARDED)
    return st.get_option("server.address") in LOOPBACK and not is_forwarded


def may_write(actor: Actor) -> bool:
    """Return whether an actor writes in the agenda."""
    return may(actor, Right.WRITE_AGENDA)


def bar(agenda: Agenda) -> Actor:
    """Draw who is registered as acting, and what that allows; return them."""
    actor = current(agenda)
    if is_sign_in_configured():
        _signed_in_bar(actor)
    elif is_only_local():
        said, asked = st.columns([2.2, 1], vertical_alignment="bottom")
        said.caption(say("mesa.identity.local"))
        st.session_state[WHO_KEY] = st.session_state.get(_KEPT, "")
        asked.text_input(
            say("mesa.identity.who"),
            key=WHO_KEY,
            max_chars=LONGEST_NAME,
            placeholder=say("mesa.identity.who_placeholder"),
            on_change=_keep_name,
        )
    else:
        st.info(say("mesa.identity.not_local"))
    return actor


def _signed_in_bar(actor: Actor) -> None:
    said, button = st.columns([4, 1], vertical_alignment="center")
    if not _identity():
        said.caption(say("mesa.identity.signed_out"))
        button.button(say("mesa.identity.sign_in"), key="mesa-sign-in", on_click=st.login)
        return
    with said:
        # what an identity provider says is text, never markup
        st.text(say("mesa.identity.signed_in", name=actor.person or actor.name, role=actor.role.word))
    if not may_write(actor):
        st.caption(say("mesa.identity.only_reads"))
    button.button(say("mesa.identity.sign_out"), key="mesa-sign-out", on_click=st.logout)


def _identity() -> str:
    """Return the address that the provider vouches for, or nothing."""
    if not st.user.get("is_logged_in") or st.user.get("email_verified") is False:
        return ""
    return str(st.user.get("email") or st.user.get("sub") or "").strip().casefold()


def _administrators() -> list[str]:
    """Return the identities that the installation makes administrators: `administrators` of `[auth_roles]`."""
    return [str(one) for one in st.secrets.get("auth_roles", {}).get("administrators", [])]


def _keep_name() -> None:
    st.session_state[_KEPT] = st.session_state[WHO_KEY]

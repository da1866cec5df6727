"""
What people do to the records: try it, say what happened, and lose nothing of what was typed.

A refusal leaves the form as it was. When somebody else saved first, both versions stand side by side until a person
chooses; the one set aside stays in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

import streamlit as st

from geodata.errors import ContractError, Problem, StaleVersionError, UserInputError
from pages.components.mesa_form import Form
from pages.text import say, section

_SAID = "mesa-said"
_CONFLICT = "mesa-conflict"
_LONGEST_SHOWN = 2000


@dataclass(frozen=True)
class Conflict:
    """Two versions of a record: the one that is kept and the one that somebody typed."""

    current: Any
    typed: Mapping[str, Any]
    retry: Callable[[int], object]
    form: Form | None
    done: str
    set_aside: Callable[[str], object] | None


def attempt(
    action: Callable[[int], object],
    *,
    version: int = 0,
    typed: Mapping[str, Any] | None = None,
    form: Form | None = None,
    done: str = "saved",
    set_aside: Callable[[str], object] | None = None,
) -> object | None:
    """
    Do something to a record; meant for callbacks.

    Parameters
    ----------
    action
        Takes the version of the record on which it acts; returns what it made.
    version
        The version that the person was looking at.
    typed
        Field of the record -> what was typed, to show beside the other version.
    form
        The form that was sent; it starts anew only on success.
    done
        The sentence of `mesa.done` that says so.
    set_aside
        Keeps, in the log, the text of a version that its author gives up.
    """
    try:
        made = action(version)
    except StaleVersionError as error:
        st.session_state[_CONFLICT] = Conflict(error.current, dict(typed or {}), action, form, done, set_aside)
        return None
    except UserInputError as error:
        st.session_state[_SAID] = ("error", [str(problem) for problem in error.problems])
        return None
    if form is not None:
        form.renew()
    st.session_state[_SAID] = ("done", [say(f"mesa.done.{done}")])
    return made


def said() -> None:
    """Draw what the last action has to say, once."""
    kind, sentences = st.session_state.pop(_SAID, ("", []))
    for sentence in sentences:
        refusal = (
            '<div class="mesa-refused" role="alert">' if kind == "error" else '<div class="mesa-done" role="status">'
        )
        # a refusal repeats what was typed: it is shown as text
        st.html(f"{refusal}{escape(sentence[:_LONGEST_SHOWN])}</div>")


def conflict() -> None:
    """Draw both versions of a record side by side while somebody has to choose; nothing otherwise."""
    open_one: Conflict | None = st.session_state.get(_CONFLICT)
    if open_one is None:
        return
    with st.container(border=True, key="mesa-conflict-panel"):
        st.subheader(say("mesa.conflict.title"), anchor=False)
        st.caption(say("mesa.conflict.text"))
        theirs, mine = st.columns(2, gap="medium")
        with theirs:
            st.html(_version(say("mesa.conflict.theirs"), {name: _of(open_one, name) for name in open_one.typed}))
            st.button(say("mesa.conflict.keep_theirs"), key="mesa-keep-theirs", on_click=_keep_theirs)
        with mine:
            st.html(_version(say("mesa.conflict.mine"), open_one.typed))
            st.button(say("mesa.conflict.keep_mine"), key="mesa-keep-mine", on_click=_keep_mine, type="primary")


def needed_day(day: date | None) -> date:
    """
    Return a date that a form cannot do without.

    Raises
    ------
    ContractError
        If it was left empty.
    """
    if day is None:
        parts = ("what", "where", "expected", "found", "repair")
        raise ContractError([Problem(*(say(f"mesa.date_needed.{part}") for part in parts))])
    return day


def in_words(value: Any) -> str:
    """Return a value of a record as people read it."""
    if value is None or value == "" or value == ():
        return "—"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, tuple | list):
        return ", ".join(str(one) for one in value)
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def _keep_theirs() -> None:
    open_one: Conflict = st.session_state.pop(_CONFLICT)
    if open_one.set_aside is not None:
        labels = section("mesa.fields")
        lines = [f"{labels.get(name, name)}: {in_words(value)}" for name, value in open_one.typed.items()]
        attempt(lambda _: open_one.set_aside and open_one.set_aside("\n".join(lines)))
    if open_one.form is not None:
        open_one.form.renew()
    st.session_state[_SAID] = ("done", [say("mesa.done.kept_theirs")])


def _keep_mine() -> None:
    open_one: Conflict = st.session_state.pop(_CONFLICT)
    attempt(
        open_one.retry,
        version=open_one.current.row_version,
        typed=open_one.typed,
        form=open_one.form,
        done=open_one.done,
        set_aside=open_one.set_aside,
    )


def _of(open_one: Conflict, name: str) -> Any:
    return getattr(open_one.current, name, None)


def _version(title: str, values: Mapping[str, Any]) -> str:
    labels = section("mesa.fields")
    rows = "".join(
        f"<dt>{escape(labels.get(name, name))}</dt><dd>{escape(in_words(value))}</dd>" for name, value in values.items()
    )
    return f'<div class="mesa-version"><h4>{escape(title)}</h4><dl>{rows}</dl></div>'

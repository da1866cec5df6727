"""The log: who did what and when; it only grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geodata.agenda.desk import PERU
from geodata.agenda.records import LogEntry
from geodata.agenda.words import load_words
from pages.components.mesa_actions import in_words
from pages.components.mesa_context import Desk
from pages.text import say, section

_UNSAID = {"row_version", "created_at", "updated_at", "last_activity_at"}

_PERSONS = {"responsible", "post", "person", "verified_by", "resolved_by", "checked_by"}


def log_table(desk: Desk, entries: Sequence[LogEntry]) -> None:
    """Draw entries, the newest first; names of persons are for whoever writes."""
    words = load_words()
    rows = [
        {
            "at": entry.at.astimezone(PERU).strftime("%Y-%m-%d %H:%M"),
            "who": entry.who if desk.may_write else say("mesa.log.somebody"),
            "what": f"{words.actions.get(entry.action, entry.action)} · {words.objects.get(entry.kind, entry.kind)} "
            f"{entry.object_id}",
            "before": _said(entry.before, desk),
            "after": _said(entry.after, desk),
        }
        for entry in sorted(entries, key=lambda one: one.entry_id, reverse=True)
    ]
    if not rows:
        st.caption(say("mesa.log.none"))
        return
    headings = section("mesa.log.columns")
    st.dataframe(pd.DataFrame(rows).rename(columns=headings), hide_index=True, key="mesa-log")


def _said(values: Mapping[str, Any] | None, desk: Desk) -> str:
    labels = section("mesa.fields")
    hidden = _UNSAID if desk.may_write else _UNSAID | _PERSONS
    shown = {
        name: value for name, value in (values or {}).items() if name not in hidden and value not in (None, "", [])
    }
    return "; ".join(f"{labels.get(name, name)}: {_word(name, value, desk)}" for name, value in shown.items())


def _word(name: str, value: Any, desk: Desk) -> str:
    """Return a value of the log in the words of the page."""
    words = load_words()
    labels = {"state": {key: one.label for key, one in words.states.items()}, "kind": words.kinds, "good": words.goods}
    if name == "entity":
        return desk.entity(str(value))
    return labels[name].get(str(value), str(value)) if name in labels else in_words(value)

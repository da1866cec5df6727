"""Widgets that show the selection and write it to the address, which is the only truth."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from geodata.fields import load_fields
from geodata.ubigeo import LEVELS
from pages.components.selection import PERU, SIERRA, TWO_AXES, Selection, write
from pages.text import say, section


def region_choice(selection: Selection, departments: Mapping[str, str]) -> None:
    """Draw the choice of region; a change lifts the selected territory, which may lie outside."""
    names = {SIERRA: say("regions.sierra"), PERU: say("regions.peru"), **departments}
    st.session_state["region"] = selection.region
    st.selectbox(
        say("regions.label"),
        list(names),
        format_func=lambda code: names[code],
        key="region",
        on_change=lambda: write(region=st.session_state["region"], territory=None),
    )


def theme_choice(selection: Selection) -> None:
    """Draw the choice of what to see, in plain groups."""
    groups = section("groups")
    labels = {TWO_AXES: say("map.two_axes")}
    for group, title in groups.items():
        labels |= {
            key: f"{title} · {entry.label}"
            for key, entry in load_fields().items()
            if entry.group == group and entry.selectable
        }
    st.session_state["theme"] = selection.theme
    st.selectbox(
        say("map.theme"),
        list(labels),
        format_func=lambda key: labels[key],
        key="theme",
        on_change=lambda: write(theme=st.session_state["theme"]),
    )


def level_choice(selection: Selection) -> None:
    """Draw the choice of level; unchosen means as it was."""
    st.session_state["level"] = selection.level
    st.segmented_control(
        say("map.level"),
        LEVELS,
        format_func=lambda level: say(f"levels.{level}"),
        key="level",
        on_change=lambda: write(level=st.session_state["level"] or selection.level, territory=None),
    )
    field = selection.field
    if field is None or field.at(selection.level):
        return
    if field.aggregation.method == "none":
        st.caption(say("map.not_aggregable", reason=field.aggregation.reason))
    else:
        levels = " y ".join(say(f"levels.{level}").lower() for level in field.levels)
        st.caption(say("map.only_levels", levels=levels))


def territory_choice(selection: Selection, names: Mapping[str, str]) -> None:
    """Draw the choice of a territory by name; `names` gives the codes that can be chosen."""
    st.session_state["territory"] = selection.territory if selection.territory in names else None
    st.selectbox(
        say("profile.choose"),
        list(names),
        index=None,
        format_func=lambda code: names[code],
        key="territory",
        placeholder=say("profile.placeholder"),
        help=say("profile.choose_help"),
        on_change=lambda: write(territory=st.session_state["territory"]),
    )


def region_name(selection: Selection, departments: Mapping[str, str]) -> str:
    """Return the name of the region of a selection."""
    named = {SIERRA: say("regions.sierra"), PERU: say("regions.peru")}
    return named.get(selection.region) or departments[selection.region]

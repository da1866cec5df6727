"""Capas: what we have, of when, from whom, how complete, and what was found wrong in it."""

from __future__ import annotations

from typing import Any, cast

import streamlit as st

from geodata.ubigeo import LEVELS
from geodata.workspace import Publication
from pages.components import cached, frame
from pages.components.layer_details import download_report, layer_details
from pages.components.layer_quality import LayerEntry, absent_datasets, layer_entries
from pages.components.layer_report import layer_table
from pages.text import say, section

ROW_PX = 35
TABLE_PX_MAX = 720


def page(release: Publication) -> None:
    """Draw the page of a release."""
    entries = layer_entries(release)
    st.header(say("layers.title"), anchor=False)
    st.caption(say("layers.intro"))
    chosen = _asked(entries)
    _table(entries)
    download_report(release, entries)
    _choice(entries, chosen)
    layer_details(chosen, _names(release))
    absent = absent_datasets(release, entries)
    if absent:
        with st.expander(say("layers.absent", count=len(absent))):
            st.caption(say("layers.absent_how"))
            for dataset in absent:
                st.markdown(f"- {dataset.title} · {dataset.reference_year} · {dataset.publisher_acronym}")


def _names(release: Publication) -> dict[str, str]:
    """Return code -> name of every territory."""
    tables = [cached.level_table(release, level) for level in LEVELS]
    return {code: name for table in tables for code, name in zip(table["ubigeo"], table["name"], strict=True)}


def _asked(entries: list[LayerEntry]) -> LayerEntry:
    """Return the layer of the address; an unknown one falls back to the first, with a sentence."""
    by_id = {entry.id: entry for entry in entries}
    asked = st.query_params.get("capa", entries[0].id)
    if asked not in by_id:
        st.warning(say("layers.unknown", value=asked[:40]))
    return by_id.get(asked, entries[0])


def _table(entries: list[LayerEntry]) -> None:
    """Draw the layers, sortable; choosing a row opens it below."""
    table = layer_table(entries)

    def opened() -> None:
        marked = cast(Any, st.session_state["layer-table"])["selection"]["rows"]
        if marked:
            st.query_params["capa"] = entries[marked[0]].id

    words = section("layer_columns")
    st.dataframe(
        table,
        key="layer-table",
        hide_index=True,
        height=min(TABLE_PX_MAX, ROW_PX * (len(table) + 1) + 3),
        on_select=opened,
        selection_mode="single-row",
        placeholder="—",
        column_config={
            words["layer"]: st.column_config.TextColumn(words["layer"], width="medium"),
            words["complete"]: st.column_config.TextColumn(words["complete"], width="medium"),
            words["rows"]: st.column_config.NumberColumn(words["rows"], format="localized"),
        },
    )


def _choice(entries: list[LayerEntry], chosen: LayerEntry) -> None:
    """Draw the same choice for whoever does not use a mouse."""
    titles = {entry.id: entry.title for entry in entries}
    st.session_state["layer"] = chosen.id

    def opened() -> None:
        st.query_params["capa"] = st.session_state["layer"]

    st.selectbox(
        say("layers.choose"), list(titles), format_func=lambda name: titles[name], key="layer", on_change=opened
    )


frame.show(page)

"""The census on a profile: every indicator by group, beside what contains the territory, with what is reserved."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geodata.fields import CENSUS_FIELDS_FILE, load_fields
from geodata.ubigeo import LEVELS, level_of
from geodata.workspace import Publication
from layers.comparison import compare
from pages.components import cached, figures, profile
from pages.text import say, section


def census_section(release: Publication, ubigeo: str) -> None:
    """Draw the census of a territory, or say how to bring it."""
    st.subheader(say("profile.census"), anchor=False)
    told = release.provenance.get("census")
    if told is None:
        st.caption(say("profile.census_absent"))
        return
    st.caption(
        say(
            "profile.census_intro",
            units=figures.number(told["units_count"]),
            moved=f"{100 * told['moved_share']:.1f} %",
            unplaced=f"{100 * told['unplaced_share']:.1f} %",
        )
    )
    tables = {level: cached.census_table(release, level) for level in LEVELS}
    _flags(tables[level_of(ubigeo)], ubigeo)
    fields = [field for field in load_fields(CENSUS_FIELDS_FILE).values() if field.selectable]
    compared = compare(ubigeo, tables, [field for field in fields if field.id in tables["district"]])
    row = cached.territory(release, ubigeo, level_of(ubigeo))
    reserve = figures.Reserve(release.simulated_datasets, cached.withheld_census_fields(release, ubigeo))
    for group, title in section("census_groups").items():
        chosen = [one for one in compared if one.field.group == group]
        if chosen:
            with st.expander(title, expanded=group == "productores"):
                profile.comparison_table(chosen, level_of(ubigeo), row, reserve)


def _flags(table: pd.DataFrame, ubigeo: str) -> None:
    flags = table.loc[table["ubigeo"].eq(ubigeo), ["is_not_enumerated", "is_few_units"]].iloc[0]
    if flags["is_not_enumerated"]:
        st.warning(say("profile.census_unfinished"))
    if flags["is_few_units"]:
        st.warning(say("profile.census_few"))

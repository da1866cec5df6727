"""Brechas: filter the list, see what it adds up to, take it away."""

from __future__ import annotations

import streamlit as st

from geodata.workspace import Publication
from layers.gaps import SEVERITIES, choose, totals
from pages.components import cached, controls, downloads, frame, gap_filters, tables
from pages.components.selection import SIERRA, read, visible
from pages.text import say

COLUMNS = [
    "ubigeo",
    "name",
    "province",
    "department",
    "label",
    "severity",
    "value",
    "unit",
    "year",
    "shortfall",
    "shortfall_unit",
    "producers_count",
    "cost_low_pen",
    "cost_high_pen",
    "responsible",
    "basis",
    "datasets",
    "priority",
]


def page(release: Publication) -> None:
    """Draw the page of a release."""
    departments = cached.department_names(release)
    selection, notes = read(st.query_params, departments, cached.codes(release))
    st.header(say("gaps.title"), anchor=False)
    st.caption(say("gaps.intro"))
    for note in notes:
        st.warning(note)
    region, levels, goods, severities = st.columns([1.1, 1.2, 1.2, 1.6], gap="medium")
    with region:
        controls.region_choice(selection, departments)
    with levels:
        chosen_levels = gap_filters.level_choice()
    with goods:
        chosen_goods = gap_filters.goods_choice()
    with severities:
        chosen_severities = gap_filters.severity_choice(SEVERITIES)
    inside = choose(
        cached.table(release, "gaps"),
        territory=selection.region_code,
        sierra_only=selection.region == SIERRA,
        goods=chosen_goods,
        levels=chosen_levels,
    )
    districts = cached.level_table(release, "district")
    region_districts = districts[visible(districts, selection)]
    chosen = choose(inside, severities=chosen_severities)
    st.markdown(f"**{gap_filters.totals_line(totals(chosen, region_districts))}**")
    gap_filters.unknown_goods(inside)
    if chosen.empty:
        st.info(say("gaps.empty"))
    else:
        picked = tables.pick_row(chosen[COLUMNS], key="gap-table", simulated=release.simulated_datasets, height_px=520)
        filters = gap_filters.described(selection, departments, chosen_levels, chosen_goods, chosen_severities)
        downloads.gap_files(release, chosen, filters)
        if picked:
            st.page_link("pages/territory_map.py", label=say("gaps.see_on_map"), query_params={"territorio": picked})


frame.show(page)

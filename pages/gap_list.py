"""Brechas: filter the list, see what it adds up to, choose rows, take them to the Mesa or away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geodata.workspace import Publication
from layers.gaps import choose, ordered, pick, totals
from pages.components import cached, downloads, frame, gap_filters, gap_map, gap_rows
from pages.components.selection import read, visible
from pages.text import say

TABLE_HEIGHT_PX = 520


def page(release: Publication) -> None:
    """Draw the page of a release."""
    departments = cached.department_names(release)
    selection, notes = read(st.query_params, departments, cached.codes(release))
    st.header(say("gaps.title"), anchor=False)
    st.caption(say("gaps.intro"))
    for note in notes:
        st.warning(note)
    whole = with_ids(cached.table(release, "gaps"))
    filters = gap_filters.draw(release, selection, departments, whole)
    inside = gap_filters.inside(whole, selection, filters)
    chosen = ordered(choose(inside, severities=filters.severities), filters.order)
    districts = cached.level_table(release, "district")
    region_districts = districts[visible(districts, selection)]
    st.markdown(f"**{gap_filters.totals_line(totals(chosen, region_districts))}**")
    if chosen.empty:
        st.info(say("gaps.empty"))
    else:
        listed, mapped = st.columns([2.6, 1.4], gap="medium")
        with listed:
            picked = gap_rows.picked_ids(whole["gap_id"])
            gap_rows.rows(chosen, picked, simulated=release.simulated_datasets, height_px=TABLE_HEIGHT_PX)
            picked_rows = pick(whole, picked)
            what_is_picked(picked_rows, districts)
        with mapped:
            gap_map.draw(release, selection, filters.province, chosen)
            if selection.territory:
                seen = {"territorio": selection.territory}
                st.page_link("pages/district_profile.py", label=say("profile.open"), query_params=seen)
        taken = chosen if picked_rows.empty else picked_rows
        st.caption(say("gaps.take_all" if picked_rows.empty else "gaps.take_picked", count=len(taken)))
        downloads.gap_files(release, taken, gap_filters.described(release, selection, filters, picked_rows))
        if not picked_rows.empty:
            downloads.territory_files(release, list(dict.fromkeys(picked_rows["ubigeo"])))
    gap_filters.notes(inside, whole)


def with_ids(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the list with an id per row, also for a release from before gaps had one."""
    return gaps if "gap_id" in gaps else gaps.assign(gap_id=gaps["ubigeo"] + ":" + gaps["standard"])


def what_is_picked(picked: pd.DataFrame, districts: pd.DataFrame) -> None:
    """Draw the totals of the marked rows and what can be done with them; how to mark, when none is."""
    if picked.empty:
        st.caption(say("gaps.how_to_pick"))
        return
    gap_rows.warn_of_too_many()
    st.markdown(say("gaps.picked", totals=gap_filters.totals_line(totals(picked, districts))))
    with st.container(horizontal=True):
        st.page_link(
            "pages/mesa_agenda.py",
            label=say("gaps.to_mesa"),
            query_params={gap_rows.PARAMETER: ",".join(picked["gap_id"])},
        )
        st.button(say("gaps.unpick"), key="unpick", on_click=gap_rows.write_picked, args=([],))


frame.show(page)

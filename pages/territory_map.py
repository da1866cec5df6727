"""Mapa: choose a region and what to see, click a territory, read its card."""

from __future__ import annotations

import streamlit as st

from geodata.workspace import Publication
from pages.components import atlas_map, cached, card, controls, frame, overlay_choice, tables
from pages.components.selection import read, write
from pages.text import say


def page(release: Publication) -> None:
    """Draw the page of a release."""
    departments = cached.department_names(release)
    selection, notes = read(st.query_params, departments, cached.codes(release))
    view = atlas_map.view_of(release, selection)
    st.header(say("map.title"), anchor=False)
    for note in notes:
        st.warning(note)
    left, centre, right = st.columns([1.3, 3, 1.5], gap="medium")
    with left:
        controls.region_choice(selection, departments)
        controls.theme_choice(selection)
        controls.level_choice(selection)
        atlas_map.draw_legend(release, selection, view)
        overlay_choice.overlay_choice(release, selection, departments)
        as_table = st.toggle(say("map.table_toggle"), help=say("map.table_help"), key="as-table")
    with centre, st.container(key="map-column"):
        atlas_map.draw(release, selection, view)
        if as_table:
            shown = [selection.theme] if selection.field else ["quadrant", "potential_score", "conditions_score"]
            columns = ["ubigeo", "name", "province", "department", *shown]
            rows = view.table.loc[view.shown, columns]
            tables.pick_row(
                rows,
                key="map-table",
                simulated=release.simulated_datasets,
                on_pick=lambda ubigeo: write(territory=ubigeo),
            )
    with right:
        if selection.territory:
            card.territory_card(release, selection.territory)
        else:
            districts = atlas_map.districts_of(release, selection)
            card.starting_points(release, districts, controls.region_name(selection, departments))


frame.show(page)

"""Ficha territorial: every figure of one territory beside its surroundings, to read top to bottom and print."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from geodata.ubigeo import level_of
from geodata.workspace import Publication
from pages.components import (
    cached,
    card,
    census,
    controls,
    downloads,
    frame,
    products,
    profile,
    score_explained,
    survey,
)
from pages.components.selection import PERU, SIERRA, Selection, read
from pages.text import say


def page(release: Publication) -> None:
    """Draw the page of a release."""
    departments = cached.department_names(release)
    selection, notes = read(st.query_params, departments, cached.codes(release))
    if selection.territory is not None and "region" not in st.query_params:
        # a link that names only a territory shows the region in which it is
        selection = replace(selection, region=selection.territory[:2])
    for note in notes:
        st.warning(note)
    region, territory = st.columns([1, 2], gap="medium")
    with region:
        controls.region_choice(selection, departments)
    with territory:
        controls.territory_choice(selection, _choices(release, selection))
    if selection.territory is None:
        st.info(say("profile.choose_region"))
        return
    level = level_of(selection.territory)
    row = cached.territory(release, selection.territory, level)
    parents = ", ".join(str(row[part]) for part in ("province", "department") if part != level and pd.notna(row[part]))
    st.header(str(row["name"]), anchor=False)
    st.caption(say("card.level_line", level=say(f"levels.{level}"), parents=parents or "Perú"))
    summary, gaps = st.columns(2, gap="large")
    with summary:
        card.score(row, release)
        card.leading_products(release, selection.territory)
    with gaps:
        card.largest_gaps(release, selection.territory)
        downloads.territory_files(release, [selection.territory])
    score_explained.explained_section(release, selection.territory)
    profile.sections(release, selection.territory)
    products.products_section(release, selection.territory)
    census.census_section(release, selection.territory)
    survey.survey_section(release, selection.territory)
    profile.how_sure(release, selection.territory)
    st.caption(say("profile.print_hint"))


def _choices(release: Publication, selection: Selection) -> dict[str, str]:
    """Return the territories that can be chosen: those of the region, and whatever the address already names."""
    own = selection.territory
    code = selection.region if selection.region not in (SIERRA, PERU) else (own or "")[:2]
    return cached.names_within(release, code) if code else {}


frame.show(page)

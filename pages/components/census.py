"""The census on a profile: every indicator by group, beside what contains the territory, with what is reserved."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from geodata.census import crop_names
from geodata.fields import CENSUS_FIELDS_FILE, load_fields
from geodata.ubigeo import LEVELS, level_of
from geodata.workspace import Publication
from layers.comparison import compare
from pages.components import cached, figures, profile
from pages.text import say, section

CROPS_SHOWN = 15
CROP_FIGURES = ("growers_count", "growers_under_5ha_count", "crop_area_ha", "irrigated_crop_area_ha", "sold_pct")


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
    if release.is_demo:
        st.caption(say("profile.census_sample"))
    tables = {level: cached.census_table(release, level) for level in LEVELS}
    _flags(tables[level_of(ubigeo)], ubigeo)
    _by_code(release, ubigeo)
    fields = [field for field in load_fields(CENSUS_FIELDS_FILE).values() if field.selectable]
    compared = compare(ubigeo, tables, [field for field in fields if field.id in tables["district"]])
    row = cached.territory(release, ubigeo, level_of(ubigeo))
    reserve = figures.Reserve(release.simulated_datasets, cached.withheld_census_fields(release, ubigeo))
    for group, title in section("census_groups").items():
        chosen = [one for one in compared if one.field.group == group]
        if chosen:
            with st.expander(title, expanded=group == "productores"):
                profile.comparison_table(chosen, level_of(ubigeo), row, reserve)
    _crops(release, ubigeo)


def _by_code(release: Publication, ubigeo: str) -> None:
    """Say what a department would have by the codes of 2012, where that tells of nobody in particular."""
    by_code = cached.table(release, "census_by_code")
    for record in by_code[by_code["ubigeo"].eq(ubigeo)].to_dict("records"):
        units = figures.number(record["units_count"])
        share = figures.number(record["units_under_5ha_pct"], 1)
        st.caption(say("profile.census_by_code", units=units, share=share))


def _crops(release: Publication, ubigeo: str) -> None:
    """Draw the crops of a territory with most land, from the census; a code without a published name stays a code."""
    crops = cached.table(release, "census_crops")
    own = crops[crops["ubigeo"].eq(ubigeo)].sort_values("crop_area_ha", ascending=False).head(CROPS_SHOWN)
    if own.empty:
        return
    names = crop_names()
    titles = [say(f"census_crops.{name}") for name in ("crop", *CROP_FIGURES)]
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    rows = "".join(
        f"<tr><td>{escape(names.get(record['crop'], say('census_crops.code', code=record['crop'])))}</td>"
        + "".join(f"<td>{_crop_cell(record[name])}</td>" for name in CROP_FIGURES)
        + "</tr>"
        for record in own.to_dict("records")
    )
    with st.expander(say("census_crops.title")):
        st.html(
            '<div class="atlas-scroll"><table class="atlas-profile" data-atlas-crops>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


def _crop_cell(value: float) -> str:
    return f'<span class="missing">{say("card.reserved")}</span>' if pd.isna(value) else figures.number(value, 1)


def _flags(table: pd.DataFrame, ubigeo: str) -> None:
    flags = table.loc[table["ubigeo"].eq(ubigeo), ["is_not_enumerated", "is_few_units"]].iloc[0]
    if flags["is_not_enumerated"]:
        st.warning(say("profile.census_unfinished"))
    if flags["is_few_units"]:
        st.warning(say("profile.census_few"))

"""The map of a selection: what to paint, where to look, and the legend of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geodata.columns import short_source
from geodata.fields import Field
from geodata.workspace import Publication
from layers.rendering import bivariate, palette
from layers.rendering.choropleth import Choropleth, single_indicator, two_axes
from pages.components import cached, figures, legend
from pages.components.map_view import MapPayload, choropleth_map
from pages.components.release_name import release_name
from pages.components.selection import Selection, visible, write
from pages.text import say, section

HEIGHT_PX = 620


@dataclass(frozen=True)
class View:
    """What is drawn: the table of the level, which rows belong to the region, and the choropleth."""

    table: pd.DataFrame
    shown: pd.Series
    choropleth: Choropleth


def view_of(release: Publication, selection: Selection) -> View:
    """Return what a selection shows."""
    table = cached.level_table(release, selection.shown_level)
    shown = visible(table, selection)
    theme = palette.DARK if _is_dark() else palette.LIGHT
    withheld = cached.withheld_codes(release, selection.field.id if selection.field else "viability_score")
    if selection.field is not None:
        missing = figures.missing_word(selection.field)
        return View(table, shown, single_indicator(table, selection.field, shown, theme, missing, withheld))
    colors = bivariate.DARK_COLOURS if _is_dark() else bivariate.LIGHT_COLOURS
    return View(table, shown, two_axes(table, shown, colors, _axis_texts(table), withheld))


def districts_of(release: Publication, selection: Selection) -> pd.DataFrame:
    """Return the districts of the region, whatever level is drawn."""
    districts = cached.level_table(release, "district")
    return districts[visible(districts, selection)]


def draw(release: Publication, selection: Selection, view: View) -> None:
    """Draw the map; a click writes the territory to the address."""
    payload = MapPayload(
        geometry_folder=release.web_folder,
        geometry_file=release.provenance["geometry"]["map_file"],
        level=selection.shown_level,
        classes=view.choropleth.classes,
        values=view.choropleth.values,
        colors=view.choropleth.colors,
        selected=selection.territory,
        focus=_focus(release, view),
        focus_key=f"{release.release_id}:{selection.region}",
        labels=section("map_labels"),
    )
    choropleth_map(payload, key="atlas-map", height_px=HEIGHT_PX, on_pick=lambda code: write(territory=code))


def draw_legend(release: Publication, selection: Selection, view: View) -> None:
    """Draw the legend with the source of the figure and where its classes come from."""
    reference = say(
        "legend.reference", reference=say("legend.reference_sierra"), release=release_name(release.release_id)
    )
    field = selection.field
    if field is None:
        legend.two_axes(view.choropleth, reference)
        return
    source = say("legend.source", year=field.year, source=short_source(field, release.simulated_datasets))
    legend.classes(
        view.choropleth, f"{field.label} ({field.unit})", f"{source}. {reference}", missing=_missing_label(field)
    )
    if view.table[field.id].isna().all():
        st.caption(say("map.no_data_at_all", missing=field.missing))


def _missing_label(field: Field) -> str:
    return say("legend.not_applicable" if field.missing_means == "not_applicable" else "legend.no_data")


def _focus(release: Publication, view: View) -> tuple[float, float, float, float]:
    bounds = cached.table(release, "bounds").set_index("ubigeo")
    inside = bounds.loc[view.table.loc[view.shown, "ubigeo"]]
    low, high = inside[["south", "west"]].min(), inside[["north", "east"]].max()
    return float(low["south"]), float(low["west"]), float(high["north"]), float(high["east"])


def _axis_texts(table: pd.DataFrame) -> Sequence[str]:
    words = section("quadrants")
    return [
        ""
        if pd.isna(potential) or pd.isna(conditions)
        else f"{words[quadrant]} · {say('card.axes', potential=f'{potential:.0f}', conditions=f'{conditions:.0f}')}"
        for quadrant, potential, conditions in zip(
            table["quadrant"], table["potential_score"], table["conditions_score"], strict=True
        )
    ]


def _is_dark() -> bool:
    return st.context.theme.type == "dark"

"""The gap list as a small map: each territory in the colour of its worst gap among those listed."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from geodata.ubigeo import Level, is_within
from geodata.workspace import Publication
from layers.gaps import drawable_level, worst_severity
from layers.rendering import palette
from pages.components import cached, figures
from pages.components.map_view import NO_DATA, NO_DATA_CSS, OUTSIDE, MapPayload, choropleth_map
from pages.components.selection import Selection, visible, write
from pages.text import say, section

HEIGHT_PX = 420

_CLASSES = {"none": 0, "moderate": 1, "critical": 2}
_SHAPES = {"critical": "■", "moderate": "▲", "none": "●"}


def draw(release: Publication, selection: Selection, province: str | None, gaps: pd.DataFrame) -> None:
    """Draw the map of a filtered list with its legend; a click outlines the territory."""
    level = drawable_level(gaps)
    table = cached.level_table(release, level)
    shown = visible(table, selection)
    if province is not None:
        shown &= is_within(table["ubigeo"], province)
    worst = table["ubigeo"].map(worst_severity(gaps, level))
    own = gaps[gaps["level"].eq(level)]
    colors = _colors()
    payload = MapPayload(
        geometry_folder=release.web_folder,
        geometry_file=release.provenance["geometry"]["map_file"],
        level=level,
        classes=_classes(worst),
        values=_values(table["ubigeo"], worst, own),
        colors=colors,
        selected=selection.territory,
        focus=_focus(release, table.loc[shown, "ubigeo"] if shown.any() else table["ubigeo"]),
        focus_key=f"{release.release_id}:{selection.region}:{province}",
        labels=section("map_labels"),
    )
    choropleth_map(payload, key="gap-map", height_px=HEIGHT_PX, on_pick=lambda code: write(territory=code))
    _legend(worst, colors, level, len(gaps) - len(own))


def _classes(worst: pd.Series) -> list[int]:
    """Return a class per territory: a colour, the hatch of what nobody knows, or outside the list."""
    return [OUTSIDE if pd.isna(word) else _CLASSES.get(str(word), NO_DATA) for word in worst]


def _values(codes: pd.Series, worst: pd.Series, gaps: pd.DataFrame) -> list[str]:
    counts = codes.map(gaps.groupby("ubigeo").size())
    words = section("severities")
    return [
        "" if pd.isna(word) or str(word) not in _SHAPES else _value(str(word), words[str(word)], int(count))
        for word, count in zip(worst, counts.fillna(0), strict=True)
    ]


def _value(word: str, label: str, count: int) -> str:
    sentence = "gaps.map_one" if count == 1 else "gaps.map_value"
    return f"{_SHAPES[word]} {say(sentence, severity=label, count=count)}"


def _colors() -> list[str]:
    theme = palette.DARK if st.context.theme.type == "dark" else palette.LIGHT
    return [theme.severity[word].fill for word in ("none", "moderate", "severe")]


def _focus(release: Publication, codes: pd.Series) -> tuple[float, float, float, float]:
    inside = cached.table(release, "bounds").set_index("ubigeo").loc[codes]
    low, high = inside[["south", "west"]].min(), inside[["north", "east"]].max()
    return float(low["south"]), float(low["west"]), float(high["north"]), float(high["east"])


def _legend(worst: pd.Series, colors: list[str], level: Level, elsewhere_count: int) -> None:
    """Say what each colour means, how many territories have it, and which gaps the map cannot show."""
    words = section("severities")
    rows = []
    for word, place in sorted(_CLASSES.items(), key=lambda item: -item[1]):
        count = int(worst.eq(word).sum())
        rows.append(_row(colors[place], f"{_SHAPES[word]} {words[word]}", count))
    unknown = int(worst.isin(["no_data", "not_applicable"]).sum())
    rows.append(_row(NO_DATA_CSS, words["no_data"], unknown))
    notes = [say("gaps.map_level", level=say(f"levels.{level}").lower())]
    if elsewhere_count:
        notes.append(say("gaps.map_elsewhere", count=figures.number(elsewhere_count)))
    st.html(
        f'<div class="atlas-legend" data-atlas-gap-legend><strong>{escape(say("gaps.map_title"))}</strong>'
        f"<ul>{''.join(rows)}</ul><small>{escape(' '.join(notes))}</small></div>"
    )


def _row(background: str, label: str, count: int) -> str:
    swatch = f'<span class="atlas-swatch" style="background:{background}"></span>'
    return f'<li>{swatch}{escape(label)}<span class="atlas-count">{count:,}</span></li>'

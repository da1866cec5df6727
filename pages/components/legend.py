"""The legend beside the map: classes with their counts, or the 3 x 3 of the two axes."""

from __future__ import annotations

from html import escape

import streamlit as st

from layers.rendering.choropleth import Choropleth
from pages.components.map_view import NO_DATA_CSS, RESERVED_CSS
from pages.text import say


def classes(choropleth: Choropleth, title: str, source: str, *, missing: str) -> None:
    """Draw the legend of one indicator; `missing` is how the absence of a value is called."""
    rows = [_row(item.color, item.label, item.count) for item in reversed(choropleth.legend)]
    rows.append(_row(NO_DATA_CSS, missing, choropleth.no_data_count) + _reserved(choropleth))
    st.html(
        f'<div class="atlas-legend" data-atlas-legend><strong>{escape(title)}</strong>'
        f"<ul>{''.join(rows)}</ul><small>{escape(source)}</small></div>"
    )


def two_axes(choropleth: Choropleth, source: str) -> None:
    """Draw the nine colours: potential upwards, conditions to the right, with the count of each."""
    cells = [choropleth.legend[row * 3 + column] for row in (2, 1, 0) for column in range(3)]
    grid = "".join(
        f'<span style="background:{item.color};color:{_ink(item.color)}">{item.count}</span>' for item in cells
    )
    names = "".join(
        f"<li>{_swatch(choropleth.legend[number].color)}{say(f'legend.corner_{number}')}</li>"
        for number in (6, 8, 2, 0)
    )
    st.html(
        '<div class="atlas-legend" data-atlas-legend><div class="atlas-axes">'
        f'<span class="vertical">{say("legend.potential_axis")}</span><div class="atlas-grid">{grid}</div>'
        f"<span></span><span>{say('legend.conditions_axis')}</span></div>"
        f"<ul>{names}{_row(NO_DATA_CSS, say('legend.no_data'), choropleth.no_data_count)}{_reserved(choropleth)}</ul>"
        f"<small>{say('legend.thirds')} {escape(source)}</small></div>"
    )


def _reserved(choropleth: Choropleth) -> str:
    if not choropleth.withheld_count:
        return ""
    return _row(RESERVED_CSS, say("legend.reserved"), choropleth.withheld_count)


def _row(background: str, label: str, count: int) -> str:
    return f'<li>{_swatch(background)}{escape(label)}<span class="atlas-count">{count:,}</span></li>'


def _swatch(background: str) -> str:
    return f'<span class="atlas-swatch" style="background:{background}"></span>'


def _ink(color: str) -> str:
    """Return black or white, whichever is read better on a colour (relative luminance, WCAG 2)."""
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"

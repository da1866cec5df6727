"""Places before and after as slopes, each with its range: a place alone would say more than is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

HEIGHT_PX = 460
PLOT_PX = 350
"""What is left of it between legend and axis."""

LABEL_GAP_PX = 17
"""A line of text and a little air."""

_STEP = 0.022
"""Lines start side by side, so that the ranges of equal places do not cover each other."""

_BEFORE, _AFTER, _LABELS, _END = 0.0, 1.0, 1.22, 1.95
_COLOURS = {"up": "#2f7f8e", "down": "#c07f0a", "same": "#8a857c"}
_DASHES: dict[str, list[int]] = {"up": [1, 0], "down": [5, 3], "same": [1, 0]}


def slope_chart(rows: pd.DataFrame, words: Mapping[str, str]) -> alt.LayerChart | alt.FacetChart:
    """
    Return the chart.

    Parameters
    ----------
    rows
        `name`, `rank_before`, `rank_after` and the ends of their ranges, `rank_low_before` and so on; in order of the
        place after, none missing.
    words
        `before`, `after`, `rank`, and what a line does: `up`, `down`, `same`.
    """
    ends = _ends(rows)
    scale = alt.Scale(type="log", domain=[1, float(np.nanmax(ends["high"]))], reverse=True, nice=False)
    axis = alt.Axis(title=words["rank"], tickCount=6, format=",d", grid=False)
    rank = alt.Y("rank:Q", scale=scale, axis=axis)
    names = {_BEFORE: words["before"], _AFTER: words["after"]}
    labels = " : ".join(f"datum.value === {at:g} ? '{text}'" for at, text in names.items()) + " : ''"
    place = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[-0.25, _END], nice=False, zero=False),
        axis=alt.Axis(values=list(names), labelExpr=labels, title=None, grid=False, labelFontSize=13, ticks=False),
    )
    colour = alt.Color(
        "move:N",
        scale=alt.Scale(domain=[words[move] for move in _COLOURS], range=list(_COLOURS.values())),
        legend=alt.Legend(title=None, orient="top", symbolOpacity=1, symbolStrokeWidth=0),
    )
    tooltip = [alt.Tooltip(f"{column}:N", title=words[column]) for column in ("name", "moment", "range")]
    base = alt.Chart(ends).encode(x=place, color=colour, detail="ubigeo:N", tooltip=tooltip)
    dash = alt.StrokeDash("move:N", scale=alt.Scale(domain=[words[m] for m in _DASHES], range=list(_DASHES.values())))
    ranges = base.mark_rule(strokeWidth=3, opacity=0.35).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    lines = base.mark_line(strokeWidth=1.5).encode(y=rank, strokeDash=dash.legend(None))
    points = base.mark_point(filled=True, size=45, opacity=1).encode(y=rank)
    texts = (
        alt.Chart(_labels(ends, float(np.nanmax(ends["high"]))))
        .mark_text(align="left", fontSize=12, limit=190)
        .encode(x=place, y=alt.Y("at:Q", scale=scale), text="label:N", color=colour)
    )
    return alt.layer(ranges, lines, points, texts).properties(height=HEIGHT_PX)


def _ends(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row per district and moment."""
    shift = _STEP * (np.arange(len(rows)) - (len(rows) - 1) / 2)
    parts = []
    for moment, at in (("before", _BEFORE), ("after", _AFTER)):
        part = rows[["ubigeo", "name", "move", f"moment_{moment}"]].rename(columns={f"moment_{moment}": "moment"})
        part = part.assign(
            x=at + shift,
            rank=rows[f"rank_{moment}"],
            low=rows[f"rank_low_{moment}"],
            high=rows[f"rank_high_{moment}"],
            is_after=moment == "after",
        )
        parts.append(part.assign(range=_range_words(part)))
    return pd.concat(parts, ignore_index=True)


def _range_words(part: pd.DataFrame) -> Sequence[str]:
    return [f"{low:,.0f}–{high:,.0f}" for low, high in zip(part["low"], part["high"], strict=True)]


def _labels(ends: pd.DataFrame, last: float) -> pd.DataFrame:
    """Return the names beside the places after, moved apart where they would cover each other."""
    after = ends[ends["is_after"]].sort_values(["rank", "x"])
    pixels = PLOT_PX * np.log(after["rank"].to_numpy(float)) / max(np.log(last), 1e-9)
    for i in range(1, len(pixels)):
        pixels[i] = max(pixels[i], pixels[i - 1] + LABEL_GAP_PX)
    if len(pixels) and pixels[-1] > PLOT_PX:
        pixels[-1] = PLOT_PX
        for i in range(len(pixels) - 2, -1, -1):
            pixels[i] = min(pixels[i], pixels[i + 1] - LABEL_GAP_PX)
    at = np.exp(np.clip(pixels, 0, PLOT_PX) / PLOT_PX * np.log(last))
    label = [f"{rank:,.0f} {name}" for rank, name in zip(after["rank"], after["name"], strict=True)]
    return after.assign(x=_LABELS, at=at, label=label)

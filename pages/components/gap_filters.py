"""The filters of the gap list, in the address, and the sentence of what they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from geodata.ubigeo import LEVELS
from layers.gaps import GapTotals
from pages.components import figures
from pages.components.controls import region_name
from pages.components.selection import Selection
from pages.text import say, section

ACTIONABLE = ("critical", "moderate")
"""What a session starts from: the gaps that need something."""

_MILLION = 1e6


def level_choice() -> list[str]:
    """Return the levels chosen; none means all."""
    return _choice("nivel-brecha", say("gaps.filter_level"), list(LEVELS), "levels", default=())


def goods_choice() -> list[str]:
    """Return the goods chosen; none means all."""
    return _choice("bien", say("gaps.filter_goods"), list(section("goods")), "goods", default=())


def severity_choice(severities: Sequence[str]) -> list[str]:
    """Return the severities chosen; none means all."""
    return _choice("severidad", say("gaps.filter_severity"), list(severities), "severities", default=ACTIONABLE)


def totals_line(totals: GapTotals) -> str:
    """Return the totals of a choice in one line."""
    if totals.cost_high_pen > 0:
        low, high = (figures.number(cost / _MILLION, 1) for cost in (totals.cost_low_pen, totals.cost_high_pen))
        cost = say("gaps.cost", low=low, high=high)
        if totals.without_cost_count:
            cost += say("gaps.without_cost", count=figures.number(totals.without_cost_count))
    else:
        cost = say("gaps.no_cost")
    return say(
        "gaps.totals",
        gaps=figures.number(totals.gaps_count),
        districts=figures.number(totals.districts_count),
        producers=figures.number(totals.producers_count),
        area=figures.number(totals.agricultural_area_ha),
        cost=cost,
    )


def unknown_goods(gaps: pd.DataFrame) -> None:
    """Say which goods have no figure at all in the region: their silence is not good news."""
    for good, rows in gaps.groupby("good"):
        if rows["severity"].eq("no_data").all():
            st.caption(say("gaps.no_data_good", good=say(f"goods.{good}"), count=figures.number(len(rows))))


def described(
    selection: Selection,
    departments: Mapping[str, str],
    levels: Sequence[str],
    goods: Sequence[str],
    severities: Sequence[str],
) -> dict[str, str]:
    """Return the filters in words, to travel with a file."""
    chosen = {"level": (levels, "levels"), "goods": (goods, "goods"), "severity": (severities, "severities")}
    return {say("gaps.filter_region"): region_name(selection, departments)} | {
        say(f"gaps.filter_{name}"): ", ".join(say(f"{words}.{option}") for option in options) or say("gaps.all")
        for name, (options, words) in chosen.items()
    }


def _choice(name: str, label: str, options: list[str], words: str, default: Sequence[str]) -> list[str]:
    """Draw pills whose state lives in the address, as comma-separated words; unknown words are left out."""
    asked = st.query_params.get(name)
    given = list(default) if asked is None else [word for word in asked.split(",") if word in options]
    st.session_state[name] = given
    st.pills(
        label,
        options,
        selection_mode="multi",
        format_func=lambda option: say(f"{words}.{option}"),
        key=name,
        on_change=lambda: st.query_params.update({name: ",".join(st.session_state[name])}),
    )
    return given

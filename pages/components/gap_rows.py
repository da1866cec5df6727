"""The rows of the gap list: several can be marked, and what is marked lives in the address."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any, cast

import pandas as pd
import streamlit as st

from geodata.columns import heading, in_spanish
from pages.text import say

PICKED_AT_MOST = 100
"""Rows that an address can carry: browsers and mail programs cut addresses of more than a few thousand letters."""

PARAMETER = "brechas"

COLUMNS = (
    "priority_rank",
    "name",
    "severity",
    "label",
    "value",
    "unit",
    "shortfall",
    "shortfall_unit",
    "level",
    "producers_count",
    "cost_low_pen",
    "cost_high_pen",
    "responsible",
    "year",
    "adequate",
    "basis",
    "quality",
    "province",
    "department",
    "ubigeo",
    "agricultural_area_ha",
    "quadrant",
    "products",
    "priority",
    "priority_impact",
    "priority_severity",
    "priority_cost",
    "priority_ties_count",
    "cost_basis",
    "official_name",
    "origin",
    "datasets",
)

_ALWAYS_IN_SIGHT = ("name",)
_DECIMALS = {"value": 1, "adequate": 1, "shortfall": 1, "priority": 1, "priority_severity": 2, "priority_cost": 2}
_MARKS = {"critical": "■ ", "moderate": "▲ ", "none": "● "}


def picked_ids(known: Collection[str]) -> list[str]:
    """Return the gaps marked in the address that exist in the release, in the order in which they were marked."""
    words = dict.fromkeys(st.query_params.get(PARAMETER, "").split(","))
    exist = set(known)
    return [word for word in words if word in exist][:PICKED_AT_MOST]


def write_picked(gap_ids: Collection[str]) -> None:
    """Write the marked gaps to the address."""
    if gap_ids:
        st.query_params[PARAMETER] = ",".join(list(gap_ids)[:PICKED_AT_MOST])
    else:
        st.query_params.pop(PARAMETER, None)


def rows(gaps: pd.DataFrame, picked: list[str], *, simulated: Collection[str], height_px: int) -> None:
    """
    Draw the list with the rows of `picked` marked.

    A mark that a filter hides is kept: it is not unmarked by not being seen.
    """
    shown = gaps["gap_id"].tolist()
    places = {gap_id: place for place, gap_id in enumerate(shown)}
    # another list is another table: its marks come from the address again, for rows have moved
    key = f"gap-table-{hashlib.sha256(','.join(shown).encode()).hexdigest()[:12]}"

    def report() -> None:
        marked = cast(Any, st.session_state[key])["selection"]["rows"]
        hidden = [gap_id for gap_id in picked if gap_id not in places]
        write_picked([*hidden, *(shown[row] for row in marked if row < len(shown))])

    table = _readable(gaps)
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=height_px,
        on_select=report,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [places[gap_id] for gap_id in picked if gap_id in places]}},
        column_config={name: _column(name, table[name], simulated) for name in table.columns},
    )


def _readable(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the columns people read, in Spanish, severity with its shape; words that are missing stay empty."""
    shown = gaps[[name for name in COLUMNS if name in gaps]]
    table = in_spanish(shown)
    table["severity"] = gaps["severity"].map(_MARKS).fillna("") + table["severity"]
    numbers = table.select_dtypes("number").columns
    words = [name for name in table.columns if name not in set(numbers)]
    rounded = table.round({name: _DECIMALS.get(name, 0) for name in numbers})
    return rounded.fillna(dict.fromkeys(words, "")).reset_index(drop=True)


def _column(name: str, values: pd.Series, simulated: Collection[str]) -> Any:
    title = heading(name, simulated)
    if not pd.api.types.is_numeric_dtype(values):
        return st.column_config.TextColumn(title, pinned=name in _ALWAYS_IN_SIGHT)
    return st.column_config.NumberColumn(title, format="%d" if name in ("year", "priority_rank") else "localized")


def too_many() -> bool:
    """Return whether the address carries as many marks as it can."""
    return st.query_params.get(PARAMETER, "").count(",") >= PICKED_AT_MOST - 1


def warn_of_too_many() -> None:
    """Say that no more rows can be marked."""
    if too_many():
        st.warning(say("gaps.too_many", count=PICKED_AT_MOST))

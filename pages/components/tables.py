"""Tables of territories and gaps: Spanish headings, sortable, one row to choose."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd
import streamlit as st

from geodata.columns import heading, in_spanish
from geodata.fields import load_fields

_OTHER_DECIMALS = {"value": 1, "shortfall": 1}


def pick_row(rows: pd.DataFrame, *, key: str, height_px: int = 360) -> str | None:
    """Draw rows that have a `ubigeo` and return the ubigeo of the one chosen, or None."""
    table = _rounded(in_spanish(rows)).reset_index(drop=True)
    event = st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=height_px,
        on_select="rerun",
        selection_mode="single-row",
        column_config={name: _column(name, table[name]) for name in table.columns},
    )
    chosen = cast(Any, event)["selection"]["rows"]
    return str(table["ubigeo"].iloc[chosen[0]]) if chosen and chosen[0] < len(table) else None


def _column(name: str, values: pd.Series) -> Any:
    if not pd.api.types.is_numeric_dtype(values):
        return st.column_config.TextColumn(heading(name))
    return st.column_config.NumberColumn(heading(name), format="%d" if name == "year" else "localized")


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with numbers at the decimals people read: those of the dictionary, one for the rest."""
    fields = load_fields()
    decimals = {
        name: fields[name].decimals if name in fields else _OTHER_DECIMALS.get(name, 0)
        for name in table.select_dtypes("number").columns
    }
    words = table.select_dtypes(exclude="number").columns
    return table.round(decimals).fillna(dict.fromkeys(words, ""))

"""Tables of territories and gaps: Spanish headings, sortable, one row to choose."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, cast

import pandas as pd
import streamlit as st

from geodata.columns import heading, in_spanish
from geodata.fields import load_fields

_OTHER_DECIMALS = {"value": 1, "shortfall": 1}


def pick_row(
    rows: pd.DataFrame,
    *,
    key: str,
    simulated: Collection[str],
    height_px: int = 360,
    on_pick: Callable[[str], None] | None = None,
) -> str | None:
    """
    Draw rows that have a `ubigeo` and return the ubigeo of the one chosen, or None.

    `on_pick` is called once when somebody chooses a row, before the page runs again; later runs do not repeat it, so
    that a choice made elsewhere is not undone by a row that is still marked.
    """
    table = _rounded(in_spanish(rows)).reset_index(drop=True)

    def chosen() -> str | None:
        marked = cast(Any, st.session_state[key])["selection"]["rows"]
        return str(table["ubigeo"].iloc[marked[0]]) if marked and marked[0] < len(table) else None

    def report() -> None:
        ubigeo = chosen()
        if on_pick is not None and ubigeo is not None:
            on_pick(ubigeo)

    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=height_px,
        on_select=report,
        selection_mode="single-row",
        column_config={name: _column(name, table[name], simulated) for name in table.columns},
    )
    return chosen()


def _column(name: str, values: pd.Series, simulated: Collection[str]) -> Any:
    title = heading(name, simulated)
    if not pd.api.types.is_numeric_dtype(values):
        return st.column_config.TextColumn(title)
    return st.column_config.NumberColumn(title, format="%d" if name == "year" else "localized")


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with numbers at the decimals people read: those of the dictionary, one for the rest."""
    fields = load_fields()
    decimals = {
        name: fields[name].decimals if name in fields else _OTHER_DECIMALS.get(name, 0)
        for name in table.select_dtypes("number").columns
    }
    words = table.select_dtypes(exclude="number").columns
    return table.round(decimals).fillna(dict.fromkeys(words, ""))

"""A printable list: the first rows of a table with release, filters and sources, set by typst."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import typst

from geodata.columns import in_spanish
from geodata.workspace import Publication
from pipelines.export.selection import DEMO_NOTICE, Selection

TEMPLATE = Path(__file__).with_name("briefing.typ")
ROWS_AT_MOST = 150
"""A list to read, not a database: beyond this the file says to use the spreadsheet."""

_COLUMNS = {
    "gaps": (
        "name",
        "level",
        "department",
        "label",
        "severity",
        "value",
        "unit",
        "year",
        "shortfall",
        "shortfall_unit",
        "producers_count",
        "responsible",
    ),
    "territories": (
        "ubigeo",
        "name",
        "department",
        "quadrant",
        "potential_score",
        "conditions_score",
        "viability_score",
        "viability_rank",
    ),
}
_WIDE = {"responsible": 2.4, "label": 1.7, "name": 1.1, "department": 1.1, "quadrant": 1.4}
"""Columns of running text, in parts of the page that the others leave."""

_TITLES = {"gaps": "Lista de brechas estimadas", "territories": "Territorios por viabilidad estimada"}


def write_pdf(selection: Selection, publication: Publication, path: Path) -> None:
    """Write the list as PDF: gaps that need action by priority, or territories by viability."""
    rows = _in_order(selection)
    shown = in_spanish(rows.head(ROWS_AT_MOST)[list(_COLUMNS[selection.table_name])])
    content = {
        "title": _TITLES[selection.table_name],
        "notice": DEMO_NOTICE if selection.is_demo else "",
        "release": publication.release_id,
        "filters": "; ".join(f"{name}: {value}" for name, value in selection.filters.items()),
        "headings": [selection.heading(name) for name in shown.columns],
        "widths": [_WIDE.get(name, 0) for name in shown.columns],
        "is_number": [pd.api.types.is_numeric_dtype(shown[name]) for name in shown.columns],
        "rows": [[_cell(value) for value in row] for row in shown.itertuples(index=False)],
        "left_out": max(0, len(rows) - ROWS_AT_MOST),
        "sources": selection.sources()["Cita"].tolist(),
    }
    typst.compile(str(TEMPLATE), output=str(path), sys_inputs={"content": json.dumps(content)}, format="pdf")


def _in_order(selection: Selection) -> pd.DataFrame:
    if selection.table_name == "gaps":
        return selection.rows[selection.rows["severity"].isin(["critical", "moderate"])]
    return selection.rows.sort_values("viability_score", ascending=False, na_position="last")


def _cell(value: Any) -> str:
    if value is None or pd.isna(value):
        return "sin dato"
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    return str(value)

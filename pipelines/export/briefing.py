"""A printable list: the first rows of a table with release, filters and sources, set by typst."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import typst

from geodata.columns import in_spanish, load_columns
from geodata.workspace import Publication
from pipelines.export.moment import in_words
from pipelines.export.safe_text import breakable, shortened
from pipelines.export.selection import DEMO_NOTICE, Selection
from pipelines.export.territory_content import gap_cells

TEMPLATE = Path(__file__).with_name("briefing.typ")
ROWS_AT_MOST = 150
"""A list to read, not a database: beyond this the file says to use the spreadsheet."""

LONGEST_CELL = 300
"""A name of a territory or an entity has less; a text beyond it is not meant for a column of a printed table."""

_TERRITORY_COLUMNS = (
    "ubigeo",
    "name",
    "department",
    "quadrant",
    "potential_score",
    "conditions_score",
    "viability_score",
    "viability_rank",
)

_GAP_WIDTHS = {
    "Territorio": 1.3,
    "Departamento": 1.0,
    "Brecha": 1.6,
    "Severidad": 0.8,
    "Valor": 1.4,
    "Falta": 1.0,
    "Productores": 0.9,
    "Responsable": 2.2,
    "Costo estimado": 1.2,
}
"""Columns of the printed gaps and their widths, in parts of the page."""

_TITLES = {"gaps": "Lista de brechas estimadas", "territories": "Territorios por viabilidad estimada"}


def write_pdf(selection: Selection, publication: Publication, path: Path) -> None:
    """Write the list as PDF: gaps that need action by priority, or territories by viability."""
    rows = _in_order(selection)
    shown = rows.head(ROWS_AT_MOST)
    table = _gaps(shown) if selection.table_name == "gaps" else _territories(shown, selection)
    content = {
        "title": _TITLES[selection.table_name],
        "notice": DEMO_NOTICE if selection.is_demo else "",
        "release": publication.release_id,
        "date": in_words(selection.moment) if selection.moment is not None else "",
        "filters": selection.filters_in_words(),
        "headings": list(table.columns),
        "widths": [_GAP_WIDTHS.get(name, 1.0) for name in table.columns],
        "is_number": [pd.api.types.is_numeric_dtype(table[name]) for name in table.columns],
        "rows": [[_cell(value) for value in row] for row in table.itertuples(index=False)],
        "left_out": max(0, len(rows) - ROWS_AT_MOST),
        "sources": selection.sources()["Cita"].tolist(),
    }
    typst.compile(
        str(TEMPLATE),
        output=str(path),
        sys_inputs={"content": json.dumps(content)},
        format="pdf",
        timestamp=None if selection.moment is None else int(selection.moment.timestamp()),
    )


def _in_order(selection: Selection) -> pd.DataFrame:
    if selection.table_name == "gaps":
        return selection.rows[selection.rows["severity"].isin(["critical", "moderate"])]
    return selection.rows.sort_values("viability_score", ascending=False, na_position="last")


def _gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return gaps as they are printed: a figure with its unit and year is one text."""
    levels = load_columns()["level"].values
    rows = []
    for gap in gaps.to_dict("records"):
        cells = gap_cells(gap, str(gap["ubigeo"]))
        territory = f"{shortened(str(gap['name']), LONGEST_CELL)} ({levels[gap['level']]})"
        figures = (cells["severity"], cells["value"], cells["shortfall"], gap["producers_count"])
        rows.append((territory, gap["department"], cells["label"], *figures, cells["responsible"], cells["cost"]))
    return pd.DataFrame(rows, columns=list(_GAP_WIDTHS)).astype({"Productores": float})


def _territories(rows: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    table = in_spanish(rows[[name for name in _TERRITORY_COLUMNS if name in rows]])
    return table.set_axis([selection.heading(name) for name in table.columns], axis="columns")


def _cell(value: Any) -> str:
    if value is None or pd.isna(value):
        return "sin dato"
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    return breakable(shortened(str(value), LONGEST_CELL))

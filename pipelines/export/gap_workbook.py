"""The workbook for a session: list, summary by entity, dictionary, sources, parameters; nothing in it is a formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from geodata.columns import load_columns
from geodata.workspace import Publication
from layers.rendering.palette import LIGHT
from pipelines.export.safe_text import fitting_cell
from pipelines.export.selection import DEMO_NOTICE, Selection
from pipelines.export.summary import by_entity

LIST = "Lista"
SUMMARY = "Resumen por entidad"
YEAR_TITLE = "Año"
_NARROW, _WIDE, _WIDEST = 9, 16, 44
_NEVER_RUN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_HEADER = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": LIGHT.land}
_TEXT = {"num_format": "@"}
_SEVERITIES = {
    "critical": {**_TEXT, "bold": True, "font_color": LIGHT.severity["severe"].fill},
    "moderate": {**_TEXT, "bg_color": "#FBEFD5"},
}
"""How the word of a severity looks; the word itself stays."""


def write_xlsx(selection: Selection, publication: Publication, path: Path) -> None:
    """
    Write the workbook: header frozen, filters on, ubigeos as text.

    The same selection gives the same bytes: the date inside is the moment of the selection, or else that of the
    publication.
    """
    made = selection.moment or pd.Timestamp(selection.provenance["published_at"]).to_pydatetime()
    with xlsxwriter.Workbook(str(path), {**_NEVER_RUN, "in_memory": True}) as book:
        book.set_properties({"title": "Atlas Sierra", "created": made.replace(tzinfo=None)})
        pen = _Pen(book, selection.is_demo)
        table = selection.for_people()
        table.columns = [selection.heading(name) for name in table.columns]
        pen.sheet(LIST, table)
        if selection.table_name == "gaps":
            pen.sheet(SUMMARY, by_entity(selection.rows))
        pen.sheet("Diccionario", selection.dictionary())
        pen.sheet("Fuentes", selection.sources())
        pen.sheet("Parámetros", selection.parameters())


class _Pen:
    """Writes tables into a workbook, a sheet each."""

    def __init__(self, book: Any, is_demo: bool) -> None:
        self.book = book
        self.notice = f"&C&B{DEMO_NOTICE}" if is_demo else "&CAtlas Sierra"
        self.header = book.add_format(_HEADER)
        self.text = book.add_format(_TEXT)
        self.numbers = {look: book.add_format({"num_format": look}) for look in ("0", "#,##0", "#,##0.00")}
        severity = load_columns()["severity"]
        self.severity_title = severity.label
        self.severities = {severity.values[word]: book.add_format(look) for word, look in _SEVERITIES.items()}

    def sheet(self, name: str, table: pd.DataFrame) -> None:
        """Write a table: header frozen, filters on, repeated on every printed page."""
        sheet = self.book.add_worksheet(name)
        for place, title in enumerate(table.columns):
            sheet.write_string(0, place, str(title), self.header)
            self._column(sheet, place, str(title), table.iloc[:, place])
        sheet.freeze_panes(1, 2 if len(table.columns) > 7 else 0)
        if len(table):
            sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_header(self.notice)
        sheet.set_footer("&C&P de &N")

    def _column(self, sheet: Any, place: int, title: str, values: pd.Series) -> None:
        known = values.notna().to_numpy()
        cells = values.tolist()
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            sheet.set_column(place, place, _WIDE)
            look = self.numbers[_number_format(title, values)]
            for row in known.nonzero()[0].tolist():
                sheet.write_number(row + 1, place, float(cells[row]), look)
            return
        sheet.set_column(place, place, _width(values))
        looks = self.severities if title == self.severity_title else {}
        for row in known.nonzero()[0].tolist():
            text = str(cells[row])
            if text:
                sheet.write_string(row + 1, place, fitting_cell(text), looks.get(text, self.text))


def _number_format(title: str, values: pd.Series) -> str:
    """Return how a column of numbers is shown: a year without thousands, whole numbers without a decimal point."""
    if title == YEAR_TITLE:
        return "0"
    is_whole = bool((values.dropna() % 1 == 0).all())
    return "#,##0" if is_whole else "#,##0.00"


def _width(values: pd.Series) -> int:
    longest = values.dropna().astype("str").str.len().max() if len(values.dropna()) else 0
    return int(min(max(_NARROW, longest + 1), _WIDEST))

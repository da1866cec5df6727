"""The workbook for a session: list, sources, dictionary and parameters; codes are text and nothing is a formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from geodata.columns import in_spanish
from geodata.workspace import Publication
from pipelines.export.selection import DEMO_NOTICE, Selection

LIST_SHEET = {"gaps": "Brechas", "territories": "Territorios"}
YEAR_TITLE = "Año"
_NARROW, _WIDE, _WIDEST = 9, 16, 44
_NEVER_RUN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_xlsx(selection: Selection, publication: Publication, path: Path) -> None:
    """
    Write the workbook: header frozen, filters on, ubigeos as text.

    The same selection gives the same bytes: the date inside is that of the publication.
    """
    with xlsxwriter.Workbook(str(path), {**_NEVER_RUN, "in_memory": True}) as book:
        book.set_properties({"title": "Atlas Sierra", "created": pd.Timestamp(selection.provenance["published_at"])})
        table = in_spanish(selection.rows)
        table.columns = [selection.heading(name) for name in table.columns]
        _write_sheet(book, LIST_SHEET[selection.table_name], table, selection.is_demo)
        _write_sheet(book, "Fuentes", selection.sources(), selection.is_demo)
        _write_sheet(book, "Diccionario", selection.dictionary(), selection.is_demo)
        _write_sheet(book, "Parámetros", selection.parameters(), selection.is_demo)


def _write_sheet(book: Any, name: str, table: pd.DataFrame, is_demo: bool) -> None:
    sheet = book.add_worksheet(name)
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EFEBE3"})
    text = book.add_format({"num_format": "@"})
    for column, title in enumerate(table.columns):
        values = table.iloc[:, column]
        number = book.add_format({"num_format": _number_format(str(title), values)})
        is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        sheet.write_string(0, column, str(title), header)
        sheet.set_column(column, column, _width(values, is_number))
        for row, value in enumerate(values, start=1):
            if pd.isna(value):
                continue
            if is_number:
                sheet.write_number(row, column, float(value), number)
            else:
                sheet.write_string(row, column, str(value), text)
    sheet.freeze_panes(1, 2 if len(table.columns) > 7 else 0)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    notice = f"&C&B{DEMO_NOTICE}" if is_demo else "&CAtlas Sierra"
    sheet.set_header(notice)
    sheet.set_footer("&C&P de &N")


def _number_format(title: str, values: pd.Series) -> str:
    """Return how a column of numbers is shown: a year without thousands, whole numbers without a decimal point."""
    if title == YEAR_TITLE:
        return "0"
    is_whole = pd.api.types.is_numeric_dtype(values) and bool((values.dropna() % 1 == 0).all())
    return "#,##0" if is_whole else "#,##0.00"


def _width(values: pd.Series, is_number: bool) -> int:
    if is_number:
        return _WIDE
    longest = values.dropna().astype("str").str.len().max() if len(values.dropna()) else 0
    return int(min(max(_NARROW, longest + 1), _WIDEST))

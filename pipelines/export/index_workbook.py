"""
The whole index as a workbook that computes: change a weight in it and every score, place and quadrant follows.

An auditor needs neither the atlas nor its code to recompute a score. What cannot be a formula, how sure the places are,
is on a sheet of its own that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipelines.export.index_cells import (
    DATA,
    HEADER_ROWS,
    NORMALISED,
    NOTES,
    PARAMETERS,
    PILLARS,
    RANGES,
    RESULT,
    TREATED,
    Cell,
    Column,
    Formula,
    Given,
    Look,
)
from pipelines.export.index_notes import note_rows, range_columns
from pipelines.export.index_parameters import Parameters
from pipelines.export.index_result import result
from pipelines.export.index_scores import ScoredIndex
from pipelines.export.index_tables import data, normalised, pillar_scores, plan_of, treated
from pipelines.export.selection import DEMO_NOTICE

NEVER_RUN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A name that somebody wrote is text, whatever it starts with; only what this module writes as a formula is one."""

_LOOKS: dict[Look, str] = {
    "text": "@",
    "word": "General",
    "whole": "0",
    "points": "0.00",
    "figure": "#,##0.00",
    "fine": "0.000000",
}
_NAMES = {"ubigeo": 9, "name": 24, "province": 20, "department": 16, "is_sierra": 8}
_WIDTHS = {**_NAMES, "gate": 48, "quadrant": 20}
_WIDTH, _NOTE_WIDTHS = 14, (38, 110)
_PARAMETER_WIDTHS = (40, 46, 24, 12, 18, 26, 16, 16, 18, 18, 16, 16, 36, 10, 12, 12, 12, 14, 80)
_LINE_HEIGHT = 15
_FILLED_SHARE = 0.85
"""Of the width of a column: words are not cut at its very end."""
_SMALLEST_DECIMAL = 1e-3
_FILL = "#EFEBE3"
_GIVEN_FILL = "#FFF4CC"


def write_index_workbook(scored: ScoredIndex, path: Path) -> None:
    """
    Write data, parameters, every step of the index as formulas, how sure the places are, and the notes.

    Cells that may be changed are yellow. The same index gives the same bytes: the date inside is the publication's.
    """
    plan = plan_of(scored)
    is_demo = scored.publication.is_demo
    with xlsxwriter.Workbook(str(path), {**NEVER_RUN, "in_memory": True}) as book:
        published_at = pd.Timestamp(str(scored.publication.provenance["published_at"]))
        book.set_properties({"title": "Atlas Sierra: índice de viabilidad", "created": published_at})
        pen = _Pen(book, is_demo)
        pen.table(DATA, data(plan))
        pen.parameters(plan.parameters)
        pen.table(TREATED, treated(plan))
        pen.table(NORMALISED, normalised(plan))
        pen.table(PILLARS, pillar_scores(plan))
        pen.table(RESULT, result(plan))
        pen.table(RANGES, range_columns(scored))
        pen.notes(note_rows(scored))
        book.get_worksheet_by_name(RESULT).activate()


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas are written as they are: none of our functions asks for the prefix of a newer Excel."""

    def _prepare_formula(self, formula: str, *_options: object) -> str:
        # looking for each of those functions in 130,000 formulas takes three quarters of the time
        return formula.removeprefix("=")


class _Pen:
    """Writes cells into a workbook."""

    def __init__(self, book: Any, is_demo: bool) -> None:
        self.book = book
        self.heading = f"&C&B{DEMO_NOTICE}" if is_demo else "&CAtlas Sierra"
        self.header = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": _FILL}
        )
        self.quiet = book.add_format({"font_color": "#6B6558", "font_size": 9})
        self.looks = {look: book.add_format({"num_format": form}) for look, form in _LOOKS.items()}
        mark = {"bg_color": _GIVEN_FILL, "border": 1, "border_color": "#C9BC8A"}
        self.parameter_looks = {
            (is_given, form): book.add_format({"num_format": form, **(mark if is_given else {})})
            for is_given in (True, False)
            for form in ("General", "0.0000")
        }
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def sheet(self, name: str) -> Any:
        """Add a sheet that prints with its notice."""
        sheet = self.book.add_worksheet(name, worksheet_class=_Sheet)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_header(self.heading)
        sheet.set_footer("&C&P de &N")
        return sheet

    def table(self, name: str, columns: Sequence[Column]) -> None:
        """Write a sheet with a row per district under four of heading."""
        sheet = self.sheet(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS.get(column.code, _WIDTH))
            _put(sheet, 0, place, column.code, self.quiet)
            for row, weight in enumerate(column.weights, start=1):
                _put(sheet, row, place, weight, self.looks["fine"])
            _put(sheet, HEADER_ROWS - 1, place, column.heading, self.header)
            for row, cell in enumerate(column.cells, start=HEADER_ROWS):
                _put(sheet, row, place, cell, self.looks[column.look])
        if any(column.weights for column in columns):
            for row, label in enumerate(("Peso", "Parte del índice"), start=1):
                if any(len(column.weights) >= row for column in columns):
                    _put(sheet, row, 1, label, self.quiet)
        texts = {column.heading: _WIDTHS.get(column.code, _WIDTH) for column in columns}
        sheet.set_row(HEADER_ROWS - 1, _height(texts))
        sheet.freeze_panes(HEADER_ROWS, 2)
        sheet.autofilter(HEADER_ROWS - 1, 0, HEADER_ROWS - 1 + len(columns[0].cells), len(columns) - 1)
        sheet.repeat_rows(0, HEADER_ROWS - 1)

    def parameters(self, parameters: Parameters) -> None:
        """Write the sheet of parameters; what may be changed is yellow."""
        sheet = self.sheet(PARAMETERS)
        for place, width in enumerate(_PARAMETER_WIDTHS):
            sheet.set_column(place, place, width)
        for row, cells in enumerate(parameters.rows):
            is_heading = row in parameters.headings
            if is_heading:
                sheet.set_row(row, _height(dict(zip(map(str, cells), _PARAMETER_WIDTHS, strict=False))))
            for place, cell in enumerate(cells):
                look = self.header if is_heading else self.parameter_looks[isinstance(cell, Given), _form(cell)]
                _put(sheet, row, place, cell, look)
        sheet.freeze_panes(0, 2)

    def notes(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write the sheet of notes: a label and a text a row."""
        sheet = self.sheet(NOTES)
        for place, width in enumerate(_NOTE_WIDTHS):
            sheet.set_column(place, place, width)
        for place, title in enumerate(("Asunto", "Nota")):
            _put(sheet, 0, place, title, self.header)
        for row, pair in enumerate(rows, start=1):
            sheet.set_row(row, _height(dict(zip(pair, _NOTE_WIDTHS, strict=True))))
            for place, text in enumerate(pair):
                _put(sheet, row, place, text, self.wrapped)
        sheet.freeze_panes(1, 0)


def _height(texts: Mapping[str, int]) -> int:
    """Return the height of a row whose texts are wrapped in columns of some widths; LibreOffice asks to be told."""
    return _LINE_HEIGHT * max(ceil(len(text) / (_FILLED_SHARE * width)) for text, width in texts.items())


def _form(cell: Cell) -> str:
    """Return how a parameter is shown: whole and very small numbers as they are, others with four decimals."""
    value = cell.value if isinstance(cell, Formula | Given) else cell
    is_long = isinstance(value, float) and not value.is_integer() and abs(value) >= _SMALLEST_DECIMAL
    return "0.0000" if is_long else "General"


def _put(sheet: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    if isinstance(cell, Formula):
        sheet.write_formula(row, column, f"={cell.text}", look, cell.value)
    elif isinstance(cell, Given):
        sheet.write_number(row, column, cell.value, look)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell, look)
    elif cell is not None:
        sheet.write_number(row, column, cell, look)

"""Cells of a workbook that computes; a formula keeps what it gives, for viewers that do not recompute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name

DATA, PARAMETERS, TREATED, NORMALISED, PILLARS, RESULT, RANGES, NOTES = (
    "Datos",
    "Parámetros",
    "Tratados",
    "Normalizados",
    "Pilares",
    "Resultado",
    "Robustez",
    "Notas",
)

HEADER_ROWS = 4
"""Of every sheet with a row per district: code, two rows of weights, heading. A district has one row number in all."""

Look = Literal["text", "word", "whole", "points", "figure", "fine"]
"""How a cell is shown. A formula that gives text is a `word`: in the format of text it would no longer compute."""


@dataclass(frozen=True)
class Formula:
    """A formula, without the sign of equality, and the value it gives; a missing one is an empty text."""

    text: str
    value: float | str


@dataclass(frozen=True)
class Given:
    """A number that an auditor may change."""

    value: float


Cell = str | float | Formula | Given | None


@dataclass(frozen=True)
class Column:
    """A column of a sheet with a row per district: `cells` under `code`, at most two `weights` and `heading`."""

    code: str
    heading: str
    cells: Sequence[Cell]
    look: Look = "points"
    weights: tuple[Cell, ...] = ()


def values_of(series: pd.Series) -> list[float | str]:
    """Return what formulas give, by row: numbers, texts, and an empty text for what is missing."""
    known = series.notna().to_numpy()
    numbers: Iterable[float | str] = series.tolist()
    return [value if there else "" for value, there in zip(numbers, known, strict=True)]


def plain_cells(series: pd.Series) -> list[Cell]:
    """Return texts and numbers as they are, by row; what is missing is an empty cell."""
    return [None if value == "" else float(value) if _is_number(value) else str(value) for value in values_of(series)]


def formulas(templates: Iterable[str], values: Iterable[float | str]) -> list[Cell]:
    """Return the formulas of a column beside what they give."""
    return [Formula(text, value) for text, value in zip(templates, values, strict=True)]


def row_numbers(count: int) -> range:
    """Return the row number of every district, as a spreadsheet counts."""
    return range(HEADER_ROWS + 1, HEADER_ROWS + 1 + count)


def at(column: int, row: int, sheet: str | None = None) -> str:
    """Return a reference to the cell of a district, of the same sheet or of another."""
    own = f"{xl_col_to_name(column)}{row}"
    return own if sheet is None else f"{sheet}!{own}"


def across(columns: range, row: int, sheet: str | None = None) -> str:
    """Return a reference to some columns of the row of a district."""
    own = f"{xl_col_to_name(columns[0])}{row}:{xl_col_to_name(columns[-1])}{row}"
    return own if sheet is None else f"{sheet}!{own}"


def across_top(columns: range, row: int, sheet: str | None = None) -> str:
    """Return a fixed reference to some columns of a row above the districts."""
    own = f"${xl_col_to_name(columns[0])}${row}:${xl_col_to_name(columns[-1])}${row}"
    return own if sheet is None else f"{sheet}!{own}"


def where_known(cell: str, formula: str) -> str:
    """Return a formula that gives an empty text where a cell holds no number."""
    return f'IF(ISNUMBER({cell}),{formula},"")'


def parameter(column: int, row: int) -> str:
    """Return a fixed reference to a cell of the parameters (from 0)."""
    return f"'{PARAMETERS}'!${xl_col_to_name(column)}${row + 1}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)

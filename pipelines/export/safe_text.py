"""Text of people on its way into a file: nothing in it runs, and what does not fit is said."""

from __future__ import annotations

import re

LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet holds (Excel specifications and limits)."""

_CUT = " […] [texto cortado: tiene {count:,} caracteres y una celda admite 32,767; entero en CSV y GeoPackage]"

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell starts that runs as a formula in a spreadsheet (OWASP, CSV injection)."""

_RUNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""Starts of a formula, and their full-width forms, which some spreadsheets read alike."""

_FORMULA_START = re.compile(rf"(\A|[\r\n;])(?=[\s\"']*[{_RUNS}])|\A(?=[\t\r\n])")
"""A cell, a line of it, or what comes after the separator of a Spanish spreadsheet, that would run as a formula."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]+")
"""Line breaks, and what turns the direction of a line: on paper a text is one line that reads as it was typed."""


_LONG_RUN = re.compile(r"\S{16}(?=\S{4})")
"""Letters without a space that no word of a name has; the narrowest column holds about as many."""


def guarded(text: str) -> str:
    """Return a text for a CSV: an apostrophe stands before whatever a spreadsheet could run as a formula."""
    return _FORMULA_START.sub(r"\1'", text)


def fitting_cell(text: str) -> str:
    """Return a text that fits into a cell of a workbook; one that was cut says so and how long it was."""
    if len(text) <= LONGEST_CELL:
        return text
    note = _CUT.format(count=len(text))
    return text[: LONGEST_CELL - len(note)] + note


def shortened(text: str, length: int) -> str:
    """Return a text in one line of at most `length` characters, an ellipsis where it was cut."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def breakable(text: str) -> str:
    """Return a text whose very long words may be broken, at places that nobody sees, to stay in their column."""
    return _LONG_RUN.sub("\\g<0>\u200b", text)

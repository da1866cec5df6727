"""A workbook handed to LibreOffice, and what its sheets must show."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.workbook import Workbook

from layers.index.normalization import transformed
from layers.viability import Reference, Scores, gate_sentence
from pipelines.export.index_cells import DATA, HEADER_ROWS, NORMALISED, PARAMETERS, PILLARS, TREATED

CLOSE = 1e-6

ALWAYS_RECOMPUTE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item></oor:items>
"""
"""LibreOffice shows the kept values of a file of Excel unless told to compute them."""


def recompute(office: Path, books: list[Path], to: Path) -> None:
    """Open workbooks without a window, compute every formula, and save them in another folder."""
    profile = to.with_name("profile")
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECOMPUTE, encoding="utf-8")
    command = [str(office), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to"]
    done = subprocess.run(
        [*command, "xlsx:Calc MS Excel 2007 XML", "--outdir", str(to), *map(str, books)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert all((to / book.name).is_file() for book in books), done.stderr


def with_weights(path: Path, weights: Mapping[str, float]) -> Workbook:
    """Return the workbook after somebody typed other weights beside their codes."""
    book = openpyxl.load_workbook(path)
    sheet, column = book[PARAMETERS], None
    seen = set()
    for row in sheet.iter_rows():
        titles = [cell.value for cell in row]
        column = titles.index("Peso") if "Peso" in titles else column
        if column is not None and row[0].value in weights:
            row[column].value = weights[str(row[0].value)]
            seen.add(row[0].value)
    assert seen == set(weights)
    return book


def with_figures(path: Path, inputs: pd.DataFrame) -> Workbook:
    """Return the workbook after somebody typed other figures over the data."""
    book = openpyxl.load_workbook(path)
    sheet = book[DATA]
    typed = inputs.assign(is_sierra=inputs["is_sierra"].map({True: "sí", False: "no"}))
    # the names stay: typed by hand, those that start with = would run, whoever wrote the file
    for cell in sheet[1][4:]:
        for number, value in enumerate(typed[cell.value], start=HEADER_ROWS + 1):
            sheet.cell(number, cell.column).value = None if pd.isna(value) else value
    return book


def columns(book: Workbook, sheet: str) -> dict[str, list[Any]]:
    """Return the cells of every column of a sheet by its code; an empty text is nothing."""
    rows = list(book[sheet].iter_rows(values_only=True))
    below = rows[HEADER_ROWS:]
    return {
        str(code): [None if row[place] == "" else row[place] for row in below]
        for place, code in enumerate(rows[0])
        if code
    }


def expected(scores: Scores, inputs: pd.DataFrame, reference: Reference, sheet: str) -> dict[str, list[Any]]:
    """Return what a sheet must show, by column, from the library alone."""
    fields, structure = reference.indicators, reference.structure
    if sheet == TREATED:
        frame = pd.DataFrame({code: transformed(inputs[code], reference.goalposts[code].transform) for code in fields})
    elif sheet == NORMALISED:
        frame = scores.normalised
    elif sheet == PILLARS:
        codes = [code for code in structure.aggregates if structure.by_code[code].level == 2]
        frame = scores.aggregated.scores[codes]
        frame = frame.join(frame.map(np.log).add_prefix("ln "))
    else:
        words = {"ready": "listo para consorcio", "mesa_agenda": "agenda de la Mesa"}
        words |= {"other_vocation": "otra vocación", "basic_services": "servicios básicos"}
        said = {code: gate_sentence(gate) for code, gate in reference.model.gates.items()}
        pillars = [f"{code}_score" for code in reference.model.pillars]
        frame = scores.table.drop(columns=pillars)
        frame = frame.assign(quadrant=frame["quadrant"].map(words), gate=frame["gate"].map(said))
    return {str(name): [None if pd.isna(value) else value for value in frame[name]] for name in frame}


def differences(found: Mapping[str, list[Any]], wanted: Mapping[str, list[Any]]) -> Iterator[str]:
    """Yield each cell that is not what it should be: the same text, the same emptiness, the same number."""
    for name, cells in wanted.items():
        assert len(found[name]) == len(cells)
        for row, (mine, theirs) in enumerate(zip(cells, found[name], strict=True)):
            is_number = isinstance(mine, float) and isinstance(theirs, float | int)
            if not (abs(mine - theirs) <= CLOSE if is_number else mine == theirs):
                yield f"{name}, row {row}: {mine!r} here, {theirs!r} there"

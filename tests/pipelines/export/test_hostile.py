"""Text that tries to do harm, in every column of text and through every format."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path
from typing import cast

import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from geodata.columns import heading
from geodata.workspace import Publication
from pipelines.export.files import write_selection
from pipelines.export.safe_text import guarded
from pipelines.export.selection import Selection, selection_of
from tests.pipelines.export.harm import HARMFUL

TEXTS = (
    *HARMFUL,
    "\U0001f33d quinua \U0001f1f5\U0001f1ea",
    'dos\nlíneas\r\n=1+1 y "comillas"; =2+2',
    "</script><img src=x onerror=alert(1)>",
    "\t=cmd|' /C calc'!A0",
    "\u202eatrás",
    "á" * 50_000,
)
"""The last one is 100 kB in UTF-8."""

TYPED = (
    "name",
    "province",
    "department",
    "label",
    "unit",
    "basis",
    "shortfall_unit",
    "cost_basis",
    "official_name",
    "responsible",
    "responsible_level",
)
"""Columns of free text, all spoilt at once; the others hold codes and closed words."""


@pytest.fixture(scope="module")
def spoilt(real: Publication) -> Selection:
    """Return a list whose every text, and filters too, try to do harm."""
    gaps = real.table("gaps")
    acting = gaps[gaps["severity"].isin(["critical", "moderate"])]
    rows = pd.concat([acting] * 4, ignore_index=True).head(len(TEXTS))
    for place, column in enumerate(TYPED):
        rows[column] = [TEXTS[(row + place) % len(TEXTS)] for row in range(len(rows))]
    return selection_of(real, "gaps", rows, {"Región": '=HYPERLINK("http://127.0.0.1/")', "Bien": "<b>\n=1"})


def written(spoilt: Selection, real: Publication, file_format: str, folder: Path) -> Path:
    """Write the list in a format."""
    path = folder / f"list.{file_format}"
    write_selection(spoilt, real, file_format, path)
    return path


def test_workbook_holds_texts_and_nothing_else(spoilt: Selection, real: Publication, tmp_path: Path) -> None:
    """No cell of any sheet is a formula or a link; each text is there to the letter, or cut and saying so."""
    book = openpyxl.load_workbook(written(spoilt, real, "xlsx", tmp_path))
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    titles = [cell.value for cell in book["Lista"][1]]
    for column in TYPED:
        place = titles.index(heading(column)) + 1
        for number, text in enumerate(spoilt.rows[column], start=2):
            value = str(book["Lista"].cell(number, place).value)
            # XML reads every line break as one character
            shown = text.replace("\r\n", "\n")
            assert value.replace("_x000D_", "").replace("\r", "") == shown or "texto cortado" in value


def test_csv_has_one_row_a_gap_and_no_cell_that_runs(spoilt: Selection, real: Publication, tmp_path: Path) -> None:
    """A reader of CSV finds each text whole behind its guard, and as many cells in every row."""
    with written(spoilt, real, "csv", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        csv.field_size_limit(1_000_000)
        titles, *rows = csv.reader(file)
    assert {len(row) for row in rows} == {len(titles)}
    for column in TYPED:
        place = titles.index(heading(column))
        assert [row[place] for row in rows] == [guarded(text) for text in spoilt.rows[column]]
    assert not any(cell.lstrip(' \t\r\n"').startswith(("=", "+", "@")) for row in rows for cell in row)


def test_gis_files_hold_the_texts_as_values(spoilt: Selection, real: Publication, tmp_path: Path) -> None:
    """GeoPackage and GeoJSON give every text back to the letter; none became a table, a name or a member."""
    with sqlite3.connect(written(spoilt, real, "gpkg", tmp_path)) as database:
        for column in TYPED:
            read = [text for (text,) in database.execute(f'select "{column}" from brechas order by fid')]
            assert read == spoilt.rows[column].tolist()
    collection = json.loads(written(spoilt, real, "geojson", tmp_path).read_text(encoding="utf-8"))
    for column in TYPED:
        assert [one["properties"][column] for one in collection["features"]] == spoilt.rows[column].tolist()


def test_parquet_holds_the_texts(spoilt: Selection, real: Publication, tmp_path: Path) -> None:
    """For programs, every text to the letter."""
    read = pd.read_parquet(written(spoilt, real, "parquet", tmp_path))
    pd.testing.assert_frame_equal(read[list(TYPED)], spoilt.rows[list(TYPED)])


def test_pdf_prints_the_texts_shortened(spoilt: Selection, real: Publication, tmp_path: Path) -> None:
    """The list is printed: markup as letters, a text of 100 kB cut with an ellipsis, no link and no script."""
    reader = PdfReader(written(spoilt, real, "pdf", tmp_path))
    text = "".join("".join(page.extract_text().replace("\u200b", "").split()) for page in reader.pages)
    assert "<script>alert(1)</script>" in text
    assert '#pagebreak()*x*$y$"z"' in text
    assert "á…" in text
    assert len(reader.pages) < 30
    assert all("/Annots" not in page for page in reader.pages)
    catalogue = cast(DictionaryObject, reader.trailer["/Root"])
    assert "/OpenAction" not in catalogue
    assert "/JavaScript" not in catalogue.get("/Names", {})

"""The workbook, read back cell by cell with another library than the one that wrote it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from geodata.columns import heading
from geodata.workspace import Publication
from pipelines.export.files import export_table, write_selection
from pipelines.export.selection import DEMO_NOTICE, select, selection_of
from pipelines.export.summary import by_entity
from tests.pipelines.export.harm import HARMFUL


def workbook(publication: Publication, table: str, to: Path, region: str | None = None) -> Workbook:
    """Export a table and open the file."""
    export_table(publication, table, "xlsx", region, to)
    return openpyxl.load_workbook(to)


@pytest.mark.parametrize("table", ["gaps", "territories"])
@pytest.mark.parametrize("release", ["real", "harmful"])
def test_every_cell_is_the_published_figure(
    table: str, release: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Text is text to the letter, a number is that number, and what is missing is an empty cell, never a zero."""
    publication: Publication = request.getfixturevalue(release)
    sheet = workbook(publication, table, tmp_path / "list.xlsx")["Lista"]
    expected = select(publication, table, None).for_people()
    assert [cell.value for cell in sheet[1]] == [heading(name) for name in expected.columns]
    assert sheet.max_row == len(expected) + 1
    for number, row in enumerate(expected.itertuples(index=False), start=2):
        for cell, value in zip(sheet[number], row, strict=True):
            if pd.isna(value) or value == "":
                assert cell.value is None
            elif isinstance(value, str):
                assert (cell.data_type, cell.value) == ("s", value)
            else:
                assert cell.data_type == "n"
                assert cell.value == pytest.approx(value)


@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_codes_are_text_with_their_zeros(real: Publication, table: str, tmp_path: Path) -> None:
    """010101 stays 010101: a text cell, formatted as text, so that editing it does not eat the zero."""
    sheet = workbook(real, table, tmp_path / "list.xlsx")["Lista"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Ubigeo")
    codes = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
    assert {cell.value for cell in codes} == set(real.table(table)["ubigeo"])
    assert {cell.data_type for cell in codes} == {"s"}
    assert {cell.number_format for cell in codes} == {"@"}


def test_no_name_becomes_a_formula_or_a_link(harmful: Publication, tmp_path: Path) -> None:
    """A name that starts with = + - or @, or looks like an address, is shown and does nothing, on every sheet."""
    book = workbook(harmful, "territories", tmp_path / "list.xlsx")
    shown = {cell.value for row in book["Lista"].iter_rows() for cell in row}
    assert set(HARMFUL) <= shown
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)


def test_sheets_carry_sources_dictionary_and_parameters(real: Publication, tmp_path: Path) -> None:
    """The file explains itself: five sheets, each filled with what travels with the rows."""
    book = workbook(real, "gaps", tmp_path / "list.xlsx", "01")
    assert book.sheetnames == ["Lista", "Resumen por entidad", "Diccionario", "Fuentes", "Parámetros"]
    selection = select(real, "gaps", "01")
    parameters = dict(book["Parámetros"].iter_rows(min_row=2, values_only=True))
    assert parameters["Publicación"] == real.release_id
    assert parameters["Región"] == "010000"
    tables = {"Fuentes": selection.sources(), "Diccionario": selection.dictionary()}
    for name, frame in (tables | {"Resumen por entidad": by_entity(selection.rows)}).items():
        assert [cell.value for cell in book[name][1]] == list(frame.columns)
        assert book[name].max_row == len(frame) + 1
    citations = next(book["Fuentes"].iter_cols(min_col=6, max_col=6, min_row=2, values_only=True))
    assert list(citations) == selection.sources()["Cita"].tolist()
    years = next(book["Fuentes"].iter_cols(min_col=4, max_col=4, min_row=2, values_only=True))
    licences = next(book["Fuentes"].iter_cols(min_col=5, max_col=5, min_row=2, values_only=True))
    assert all(years)
    assert all(licences)


def test_header_stays_in_sight_and_filters_work(real: Publication, tmp_path: Path) -> None:
    """Scrolling keeps the header and the first columns; the filter covers all rows and columns."""
    sheet = workbook(real, "gaps", tmp_path / "list.xlsx")["Lista"]
    assert sheet.freeze_panes == "C2"
    last = sheet.cell(sheet.max_row, sheet.max_column).coordinate
    assert sheet.auto_filter.ref == f"A1:{last}"
    assert sheet.print_title_rows in ("1:1", "$1:$1")


def test_years_and_whole_numbers_look_like_themselves(real: Publication, tmp_path: Path) -> None:
    """2017 is not shown as «2,017.» nor 400 producers as «400.»; a share keeps its decimals."""
    book = workbook(real, "gaps", tmp_path / "list.xlsx")
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                assert not cell.number_format.endswith(".##")
    sheet = book["Lista"]
    formats = {title.value: cell.number_format for title, cell in zip(sheet[1], sheet[2], strict=True)}
    assert formats["Año"] == "0"
    assert formats[heading("producers_count")] == "#,##0"
    assert formats["Valor"] == "#,##0.00"
    years = [cell.number_format for cell in book["Diccionario"]["E"][1:] if cell.value is not None]
    assert set(years) <= {"0"}


def test_demo_says_so_on_every_page(harmful: Publication, real: Publication, tmp_path: Path) -> None:
    """Printed or on screen, simulated figures carry the notice; real ones do not."""
    demo = workbook(harmful, "gaps", tmp_path / "demo.xlsx")
    for sheet in demo:
        assert DEMO_NOTICE in str(sheet.oddHeader.center.text)
    assert DEMO_NOTICE in {value for _, value in demo["Parámetros"].iter_rows(values_only=True)}
    for sheet in workbook(real, "gaps", tmp_path / "real.xlsx"):
        assert DEMO_NOTICE not in str(sheet.oddHeader.center.text)
        assert all(DEMO_NOTICE not in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_severity_is_a_word_with_a_colour(real: Publication, tmp_path: Path) -> None:
    """A critical gap stands out by colour and weight, and by its word for who does not see the colour."""
    sheet = workbook(real, "gaps", tmp_path / "list.xlsx")["Lista"]
    column = next(cell.column for cell in sheet[1] if cell.value == heading("severity"))
    cells = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
    bold = {cell.value for cell in cells if cell.font.b}
    assert bold == {"crítica"}
    assert {cell.value for cell in cells if cell.fill.fgColor.rgb == "FFFBEFD5"} == {"moderada"}


def test_territories_have_no_summary_of_entities(real: Publication, tmp_path: Path) -> None:
    """Nobody answers for a territory: the sheet belongs to gaps."""
    assert "Resumen por entidad" not in workbook(real, "territories", tmp_path / "list.xlsx").sheetnames


def test_text_longer_than_a_cell_says_so(real: Publication, tmp_path: Path) -> None:
    """100 kB do not fit into a cell: what is there says how long the text was, and the file opens."""
    rows = real.table("gaps").head(2).assign(responsible="a" * 100_000)
    write_selection(selection_of(real, "gaps", rows, {}), real, "xlsx", tmp_path / "list.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx")["Lista"]
    column = next(cell.column for cell in sheet[1] if cell.value == heading("responsible"))
    text = str(sheet.cell(2, column).value)
    assert len(text) == 32_767
    assert "tiene 100,000 caracteres" in text


def test_older_release_lacks_columns_and_newer_ones_are_not_described(real: Publication, tmp_path: Path) -> None:
    """A list without the newest columns is a list; a column that nobody described goes by its own name."""
    rows = real.table("gaps").drop(columns=["quality", "official_name"]).assign(of_tomorrow="x")
    write_selection(selection_of(real, "gaps", rows, {}), real, "xlsx", tmp_path / "list.xlsx")
    headings = [cell.value for cell in openpyxl.load_workbook(tmp_path / "list.xlsx")["Lista"][1]]
    assert "of_tomorrow" in headings
    assert heading("quality") not in headings

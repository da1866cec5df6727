"""The workbook in a real spreadsheet: what LibreOffice reads, and what it writes when somebody saves it."""

from __future__ import annotations

import subprocess

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from geodata.workspace import Publication
from pipelines.export.files import export_table
from tests.find_office import NoOfficeError, is_demanded, obtain_office
from tests.pipelines.export.harm import HARMFUL

SAVED_WITHIN_S = 120


@pytest.fixture(scope="module")
def saved(harmful: Publication, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Workbook, Workbook]]:
    """Return each workbook as we wrote it and as LibreOffice saved it, formulas not replaced by what they give."""
    try:
        office = obtain_office()
    except NoOfficeError as error:
        if is_demanded():
            raise
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("office")
    files = {table: folder / f"{table}.xlsx" for table in ("gaps", "territories")}
    for table, file in files.items():
        export_table(harmful, table, "xlsx", None, file)
    order = [
        str(office),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    done = subprocess.run(
        [*order, "--outdir", str(folder / "saved"), *map(str, files.values())],
        capture_output=True,
        timeout=SAVED_WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return {
        table: (openpyxl.load_workbook(file), openpyxl.load_workbook(folder / "saved" / file.name))
        for table, file in files.items()
    }


@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_every_cell_survives_a_spreadsheet(saved: dict[str, tuple[Workbook, Workbook]], table: str) -> None:
    """Opened and saved by LibreOffice, each cell of each sheet holds the same value of the same kind."""
    ours, theirs = saved[table]
    assert theirs.sheetnames == ours.sheetnames
    compared = 0
    for sheet in ours:
        other = theirs[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                back = other.cell(cell.row, cell.column)
                if isinstance(cell.value, float):
                    assert back.value == pytest.approx(cell.value, rel=1e-12)
                else:
                    assert back.value == cell.value, (sheet.title, cell.coordinate)
                assert back.data_type == cell.data_type
                compared += cell.value is not None
    assert compared > 500


@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_ubigeo_stays_text(saved: dict[str, tuple[Workbook, Workbook]], table: str) -> None:
    """010101 comes back as text with its zero, formatted as text."""
    _, theirs = saved[table]
    sheet = theirs["Lista"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Ubigeo")
    codes = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
    assert {cell.data_type for cell in codes} == {"s"}
    assert all(len(str(cell.value)) == 6 for cell in codes)
    assert "010101" in {cell.value for cell in codes}
    assert {cell.number_format for cell in codes} == {"@"}


def test_spreadsheet_runs_nothing(saved: dict[str, tuple[Workbook, Workbook]]) -> None:
    """LibreOffice found no formula and no link in names that look like them."""
    for _, theirs in saved.values():
        for sheet in theirs:
            for row in sheet.iter_rows():
                assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    assert set(HARMFUL) <= {cell.value for row in saved["territories"][1]["Lista"].iter_rows() for cell in row}


def test_filter_is_kept(saved: dict[str, tuple[Workbook, Workbook]]) -> None:
    """LibreOffice understood the filter over the whole list."""
    ours, theirs = saved["gaps"]
    assert theirs["Lista"].auto_filter.ref == ours["Lista"].auto_filter.ref

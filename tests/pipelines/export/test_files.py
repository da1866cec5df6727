"""Tables for spreadsheets and programs, and what holds for every format: whole, or not there."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from geodata.columns import heading
from geodata.errors import UserInputError
from geodata.workspace import Publication, Workspace
from pipelines.export.files import (
    CSV_DECIMALS,
    FILTERS,
    PARQUET_NOTES,
    WRITERS,
    export_table,
    write_selection,
)
from pipelines.export.moment import MOMENT_VARIABLE
from pipelines.export.safe_text import guarded
from pipelines.export.selection import FILE_DATE, select, selection_of
from tests.pipelines.export.harm import HARMFUL, RUNS_IN_A_SPREADSHEET
from tests.pipelines.publishing import run_on_full_disk
from tests.processes import finish, start

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LATER = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
BOM = b"\xef\xbb\xbf"


def read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV as it is written: every cell as text, an empty one as missing."""
    return pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False, na_values=[""])


@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_csv_comes_back_as_it_was_published(real: Publication, table: str, tmp_path: Path) -> None:
    """Excel sees UTF-8; codes keep their zeros, figures four decimals at least, and the unknown stays empty."""
    path = tmp_path / "list.csv"
    assert export_table(real, table, "csv", None, path) == len(real.table(table))
    assert path.read_bytes().startswith(BOM)
    read = read_csv(path)
    expected = select(real, table, None).for_people()
    assert list(read.columns) == [*(heading(name) for name in expected.columns), FILE_DATE, FILTERS]
    assert set(read[FILTERS]) == {"Región: todo el país"}
    assert read["Ubigeo"].tolist() == expected["ubigeo"].tolist()
    for name in expected.columns:
        cells = read[heading(name)]
        # an empty text and an unknown are the same empty cell
        values = expected[name].mask(expected[name].eq(""))
        assert cells.isna().tolist() == values.isna().tolist()
        if pd.api.types.is_numeric_dtype(values):
            assert pd.to_numeric(cells).tolist() == pytest.approx(
                values.astype(float).tolist(), abs=10**-CSV_DECIMALS, nan_ok=True
            )
        else:
            assert cells.dropna().tolist() == [guarded(text) for text in values.dropna().astype("str")]


def test_csv_guards_what_a_spreadsheet_would_run(harmful: Publication, tmp_path: Path) -> None:
    """A name that starts with = + - or @ gets an apostrophe before it; no other name does."""
    export_table(harmful, "territories", "csv", None, tmp_path / "list.csv")
    names = read_csv(tmp_path / "list.csv")["Territorio"].tolist()
    guarded = [f"'{name}" for name in RUNS_IN_A_SPREADSHEET]
    assert names == [*guarded, *HARMFUL[len(guarded) :]]


def test_csv_leaves_negative_numbers_alone(real: Publication, tmp_path: Path) -> None:
    """The guard is for text: a figure below zero stays a number."""
    rows = real.table("territories").assign(poverty_pct=-2.5)
    write_selection(selection_of(real, "territories", rows, {}), real, "csv", tmp_path / "list.csv")
    assert set(read_csv(tmp_path / "list.csv")[heading("poverty_pct")]) == {"-2.5"}


@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_parquet_is_the_published_table(real: Publication, table: str, tmp_path: Path) -> None:
    """For programs: the English names, types and every digit of the publication, with kind of data and release."""
    export_table(real, table, "parquet", "01", tmp_path / "list.parquet")
    read = pd.read_parquet(tmp_path / "list.parquet")
    pd.testing.assert_frame_equal(read, select(real, table, "01").rows)
    assert list(read.columns[-2:]) == ["data_kind", "release_id"]


def test_parquet_carries_its_notes(real: Publication, tmp_path: Path) -> None:
    """A program finds release, date, filters and sources in the metadata of the file."""
    export_table(real, "gaps", "parquet", "01", tmp_path / "list.parquet", MOMENT)
    notes = json.loads(pq.read_schema(tmp_path / "list.parquet").metadata[PARQUET_NOTES])
    assert notes["parameters"]["Publicación"] == real.release_id
    assert notes["parameters"]["Región"] == "010000"
    assert notes["parameters"][FILE_DATE] == "2026-03-04T05:06:07+00:00"
    assert any("INEI" in citation for citation in notes["sources"])


@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_same_moment_gives_the_same_bytes(real: Publication, table: str, tmp_path: Path) -> None:
    """
    Two exports of one list are one file to the byte if they are of one moment, and another moment is another file.

    The clock goes on between them: a date that a library takes by itself would show.
    """

    def made(name: str, moment: datetime) -> dict[str, bytes]:
        for file_format in WRITERS:
            export_table(real, table, file_format, "01", tmp_path / f"{name}.{file_format}", moment)
        return {file_format: (tmp_path / f"{name}.{file_format}").read_bytes() for file_format in WRITERS}

    first = made("first", MOMENT)
    time.sleep(1.1)
    second, later = made("second", MOMENT), made("later", LATER)
    assert [name for name in WRITERS if first[name] != second[name]] == []
    assert [name for name in WRITERS if first[name] == later[name]] == []


def test_moment_of_the_environment_stands_for_now(
    real: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list made again later can be compared with the first by its checksum, from the terminal too."""
    export_table(real, "gaps", "xlsx", "01", tmp_path / "given.xlsx", MOMENT)
    monkeypatch.setenv(MOMENT_VARIABLE, str(int(MOMENT.timestamp())))
    export_table(real, "gaps", "xlsx", "01", tmp_path / "asked.xlsx")
    assert (tmp_path / "given.xlsx").read_bytes() == (tmp_path / "asked.xlsx").read_bytes()


@pytest.mark.parametrize("file_format", WRITERS)
@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_empty_list_is_a_file_too(real: Publication, table: str, file_format: str, tmp_path: Path) -> None:
    """Filters that leave no row give a file with its headings and its notes, not an error."""
    path = tmp_path / f"list.{file_format}"
    rows = real.table(table).iloc[:0]
    write_selection(selection_of(real, table, rows, {"Región": "ninguna"}), real, file_format, path)
    assert path.stat().st_size > 0


@pytest.mark.parametrize("file_format", WRITERS)
def test_place_that_takes_no_file_is_told(real: Publication, file_format: str, tmp_path: Path) -> None:
    """A folder that is not there, a file for a folder, a folder for a file: one sentence in Spanish, nothing left."""
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    (tmp_path / f"folder.{file_format}").mkdir()
    places = ("absent/list", "file/list", "folder")
    for place in places:
        to = tmp_path / f"{place}.{file_format}"
        with pytest.raises(UserInputError, match="no se pudo escribir el archivo") as error:
            export_table(real, "gaps", file_format, None, to)
        (problem,) = error.value.problems
        assert problem.where == str(to)
        assert "--out" in problem.repair
        assert ".parquet: " not in problem.found
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", f"folder.{file_format}"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("file_format", WRITERS)
def test_full_disk_leaves_the_file_of_before(
    published: Workspace, written_pack: Path, file_format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A disk that fills up one byte before the end: exit code 2, and the file that was there is still there, whole.

    One byte is the hard case: a library that does not look whether closing went well would pass off a cut file.
    """
    to = tmp_path / f"list.{file_format}"
    log = tmp_path / "export.log"
    # one moment, one size: the file that does not fit is the one that was measured
    monkeypatch.setenv(MOMENT_VARIABLE, str(int(MOMENT.timestamp())))
    export_table(published.publication(), "territories", file_format, None, to)
    before = to.read_bytes()
    order = ["export", "territories", "--format", file_format, "--out", str(to), "--workspace", str(published.root)]
    moment = int(MOMENT.timestamp())
    assert finish(start(run_on_full_disk, order, written_pack, log, len(before) - 1, moment)) == 2
    assert "no se pudo escribir el archivo" in log.read_text(encoding="utf-8")
    assert to.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [log, to]


def test_home_folder_and_old_file_are_understood(
    real: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """~ is the home folder, and a file that is there is replaced."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "list.csv").write_text("old", encoding="utf-8")
    export_table(real, "gaps", "csv", None, Path("~/list.csv"))
    assert (tmp_path / "list.csv").read_bytes().startswith(BOM)

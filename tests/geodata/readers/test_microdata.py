"""INEI's .sav files come in whatever case and cut, and only the kept variables go out, chunk by chunk."""

from __future__ import annotations

import contextlib
import random
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from geodata.errors import ContractError
from geodata.readers import archive
from geodata.readers.microdata import read_module
from tests.pipelines.census_files import CUSCO, PERSON, PERSONAL, UNITS, edited, module_rows, modules, write_zip


def read(path: Path, name: str = "rec01", department: str = CUSCO, chunk_rows: int = 5) -> pl.DataFrame:
    """Return all the rows of a zip."""
    return pl.concat(read_module(path, modules()[name], department, chunk_rows=chunk_rows))


def refused(path: Path, name: str = "rec01", department: str = CUSCO) -> list[str]:
    """Return what is said against a zip, one text per problem."""
    with pytest.raises(ContractError) as refusal:
        read(path, name, department)
    return [str(problem) for problem in refusal.value.problems]


@pytest.fixture
def rows() -> pd.DataFrame:
    """Return the rows of REC01 of Cusco as INEI writes them."""
    return module_rows(CUSCO, "rec01")


@pytest.mark.parametrize("name", modules())
def test_columns_and_types(tmp_path: Path, name: str) -> None:
    """Every module comes with the columns of its schema, in its types; blanks are null, never zero or NaN."""
    source = module_rows(CUSCO, name)
    frame = read(write_zip(tmp_path, CUSCO, name, source), name)
    assert frame.schema == pl.Schema(modules()[name].schema)
    assert len(frame) == len(source)
    codes = [entry for entry in modules()[name].variables if entry.kind == "code" and entry.name != "resultado"]
    for entry in codes[:3]:
        asked = source[entry.source.upper()]
        assert frame[entry.name].null_count() == asked.isna().sum()
        assert frame[entry.name].drop_nulls().to_list() == asked.dropna().astype(int).tolist()


def test_key(tmp_path: Path) -> None:
    """The key of a crop line is text; the parcel and the order have our names, and a crop code four digits."""
    source = edited(NPARCX=7.0, P024_01=91.0, P024_03=903.0)(module_rows(CUSCO, "rec02"))
    first = read(write_zip(tmp_path, CUSCO, "rec02", source), "rec02").row(0, named=True)
    key = ("ubigeo_2012", "sea", "unit", "nprin", "parcel", "crop_order", "p024_03")
    assert [first[name] for name in key] == ["080101", "00100", "0000", "01", "7", 91, "0903"]


def test_parcel_of_parcels(tmp_path: Path) -> None:
    """REC02A calls the parcel NPARCY in INEI's own files, NPARCX in copies; both are `parcel`."""
    source = edited(NPARCY="003")(module_rows(CUSCO, "rec02a"))
    for name in ("NPARCY", "NPARCX"):
        path = write_zip(tmp_path, CUSCO, "rec02a", source.rename(columns={"NPARCY": name}))
        assert set(read(path, "rec02a")["parcel"]) == {"003"}


@pytest.mark.parametrize(
    "spelled",
    [str.lower, str.title, lambda name: {"RESULTADO": "RESULTAD", "LONG_DECI": "LONG_DEC"}.get(name, name)],
    ids=["lower", "mixed", "truncated"],
)
def test_spelling_of_names(tmp_path: Path, rows: pd.DataFrame, spelled) -> None:
    """The case of names, and names cut to eight characters, change nothing."""
    expected = read(write_zip(tmp_path / "a", CUSCO, "rec01", rows))
    assert_frame_equal(read(write_zip(tmp_path / "b", CUSCO, "rec01", rows.rename(columns=spelled))), expected)


def test_numbers_and_text_codes(tmp_path: Path, rows: pd.DataFrame) -> None:
    """Codes of department, province and district stored as 8.0 or as ' 8' are the same two digits as '08'."""
    expected = read(write_zip(tmp_path / "a", CUSCO, "rec01", rows))
    parts = ["P001", "P002", "P003"]
    numbers = rows.assign(**{name: rows[name].astype(float) for name in parts})
    spaced = rows.assign(**{name: rows[name].astype(int).astype(str).str.rjust(2) for name in parts})
    for folder, other in {"b": numbers, "c": spaced}.items():
        assert_frame_equal(read(write_zip(tmp_path / folder, CUSCO, "rec01", other)), expected)


def test_answers_stored_as_text(tmp_path: Path, rows: pd.DataFrame) -> None:
    """A copy that stores answers as text ('1', '') gives the same codes and nulls."""
    expected = read(write_zip(tmp_path / "a", CUSCO, "rec01", rows))
    text = rows["P017"].map(lambda value: "" if np.isnan(value) else f"{value:.0f}")
    assert_frame_equal(read(write_zip(tmp_path / "b", CUSCO, "rec01", rows.assign(P017=text))), expected)


def test_personal_columns_stay(tmp_path: Path, rows: pd.DataFrame) -> None:
    """A name in the source is in no column and in no value of what is read."""
    assert PERSONAL in rows
    frame = read(write_zip(tmp_path, CUSCO, "rec01", rows))
    assert PERSONAL.lower() not in map(str.lower, frame.columns)
    assert PERSON not in frame.write_csv()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunk_rows=st.integers(1, UNITS + 3))
def test_chunk_size_is_irrelevant(tmp_path: Path, chunk_rows: int) -> None:
    """Any chunk size gives the same rows in the same order."""
    path = tmp_path / "344-Modulo231.zip"
    if not path.exists():
        write_zip(tmp_path, CUSCO, "rec02", module_rows(CUSCO, "rec02"))
    assert_frame_equal(read(path, "rec02", chunk_rows=chunk_rows), read(path, "rec02", chunk_rows=1000))


def test_points_that_are_missing(tmp_path: Path, rows: pd.DataFrame) -> None:
    """No point, a point at 0, 0 and one outside Peru are flagged, and stay as they are."""
    path = write_zip(
        tmp_path, CUSCO, "rec01", edited(LONG_DECI=[np.nan, 0.0, -60.0], LAT_DECI=[-13.0, 0.0, -13.0])(rows)
    )
    frame = read(path)
    assert frame["is_point_missing"].to_list() == [True] * 3 + [False] * (UNITS - 3)
    assert frame["long_deci"].to_list()[:3] == [None, 0.0, -60.0]


def test_areas_that_are_suspect(tmp_path: Path, rows: pd.DataFrame) -> None:
    """A negative area, or over 100,000 ha for one person, is flagged and kept; a community may have so much."""
    changed = edited(WSUP03=[-1.0], P020_01=[0.0, 100_000.5, 100_000.5, 100_000.0], P016=[1.0, 1.0, 7.0, 1.0])(rows)
    frame = read(write_zip(tmp_path, CUSCO, "rec01", changed))
    assert frame["is_area_suspect"].to_list() == [True, True] + [False] * (UNITS - 2)
    assert frame["wsup03"][0] == -1.0
    assert frame["p020_01"][1] == 100_000.5


def test_zip_that_is_not_one(tmp_path: Path) -> None:
    """A file that is not a zip says so, with the department, the module and the file."""
    path = tmp_path / "344-Modulo229.zip"
    path.write_bytes(b"Rar!\x1a\x07\x00")
    (said,) = refused(path)
    assert said.startswith("zip dañado o que no es un zip [08 Cusco, REC01, 344-Modulo229.zip]")


def test_zip_cut_short(tmp_path: Path, rows: pd.DataFrame) -> None:
    """A download that stopped half-way is told from a bad .sav."""
    path = write_zip(tmp_path, CUSCO, "rec01", rows)
    path.write_bytes(path.read_bytes()[:-200])
    assert "zip dañado" in refused(path)[0]


def test_zip_with_a_broken_member(tmp_path: Path, rows: pd.DataFrame) -> None:
    """Bytes changed inside the zip are found by its own checksum."""
    path = write_zip(tmp_path, CUSCO, "rec01", rows)
    spoiled = bytearray(path.read_bytes())
    spoiled[400:420] = bytes(20)
    path.write_bytes(spoiled)
    assert "zip dañado" in refused(path)[0]


def test_zip_with_a_password(tmp_path: Path, rows: pd.DataFrame) -> None:
    """A zip under a password says that it must have none."""
    path = write_zip(tmp_path, CUSCO, "rec01", rows)
    content = bytearray(path.read_bytes())
    start = 0
    while (start := content.find(b"PK\x01\x02", start)) >= 0:
        # the bit of the central directory that says "encrypted"
        content[start + 8] |= 1
        start += 1
    path.write_bytes(content)
    assert "un zip común sin clave" in refused(path)[0]


def test_zip_without_sav(tmp_path: Path, rows: pd.DataFrame) -> None:
    """A zip of the DBF download, and one with a zip inside, name what they hold."""
    assert "zip sin archivo .sav" in refused(write_zip(tmp_path, CUSCO, "rec01", rows, member="REC01.DBF"))[0]
    assert "dentro.zip" in refused(write_zip(tmp_path, CUSCO, "rec01", rows, member="dentro.zip"))[0]


def test_zip_with_two_savs(tmp_path: Path, rows: pd.DataFrame) -> None:
    """Nobody guesses which of two .sav is meant."""
    path = write_zip(tmp_path, CUSCO, "rec01", rows)
    with zipfile.ZipFile(path, "a") as archive_file:
        archive_file.writestr("otro.SAV", b"")
    assert "varios archivos .sav" in refused(path)[0]


def test_upper_case_extension_and_hostile_path(tmp_path: Path, rows: pd.DataFrame) -> None:
    """The member may be called anything: its name is never a path of ours."""
    path = write_zip(tmp_path / "in", CUSCO, "rec01", rows, member="../../../escape.SAV")
    assert len(read(path)) == UNITS
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [path.name]


def test_bombs(tmp_path: Path, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """More bytes than any real file, or too many for what came packed, are refused before they fill the disk."""
    path = write_zip(tmp_path, CUSCO, "rec01", rows)
    monkeypatch.setattr(archive, "LARGEST_SAV_BYTES", 1000)
    assert "archivo .sav desmedido" in refused(path)[0]
    monkeypatch.undo()
    monkeypatch.setattr(archive, "_RATIO_MATTERS_FROM_BYTES", 1000)
    monkeypatch.setattr(archive, "LARGEST_RATIO", 1.5)
    assert "archivo .sav desmedido" in refused(path)[0]


@pytest.mark.parametrize("kept_share", [0.0, 0.01, 0.5, 0.9])
def test_sav_cut_short(tmp_path: Path, rows: pd.DataFrame, kept_share: float) -> None:
    """A whole zip round half a .sav: refused wherever it was cut, empty included."""
    path = write_zip(tmp_path, CUSCO, "rec01", rows)
    with zipfile.ZipFile(path) as whole:
        name = next(name for name in whole.namelist() if name.endswith("REC01.sav"))
        content = whole.read(name)
    with zipfile.ZipFile(path, "w") as half:
        half.writestr("rec01.sav", content[: int(len(content) * kept_share)])
    (said,) = refused(path)
    assert "archivo .sav ilegible o cortado" in said


@pytest.mark.filterwarnings("ignore:column .* is duplicated")
def test_spoiled_bytes(tmp_path: Path) -> None:
    """Whatever bytes of a .sav are changed, it is read or refused with a reason; nothing else is ever raised."""
    path = write_zip(tmp_path, CUSCO, "rec05a", module_rows(CUSCO, "rec05a"))
    with zipfile.ZipFile(path) as whole:
        content = whole.read("344-Modulo239/REC05A.sav")
    chance = random.Random(2012)
    for _ in range(100):
        spoiled = bytearray(content)
        for _ in range(chance.choice([1, 3, 20])):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        with zipfile.ZipFile(path, "w") as other:
            other.writestr("rec05a.sav", bytes(spoiled))
        with contextlib.suppress(ContractError):
            read(path, "rec05a")


def test_missing_variables(tmp_path: Path, rows: pd.DataFrame) -> None:
    """All the variables that lack are named at once."""
    (said,) = refused(write_zip(tmp_path, CUSCO, "rec01", rows.drop(columns=["WSUP03A", "P016"])))
    assert "faltan variables" in said
    assert "P016, WSUP03A" in said


def test_several_faults_inside_one_file(tmp_path: Path, rows: pd.DataFrame) -> None:
    """Rows of another department, broken codes, words for numbers and decimals for answers: one problem each."""
    rows["P020_01"] = rows["P020_01"].astype(str)
    changed = edited(P001=["21", "21"], P003=["", "x"], P020_01=["mucho"], P017=[1.5, 300.0])(rows)
    said = refused(write_zip(tmp_path, CUSCO, "rec01", changed))
    for words in (
        ("departamento distinto", "solo el departamento 08", "2 filas", "'21'"),
        ("ubigeo incompleto", "2 filas"),
        ("no son números", "P020_01", "1 filas", "'mucho'"),
        ("no son enteros", "P017", "2 filas", "1.5, 300.0"),
    ):
        assert len([text for text in said if all(word in text for word in words)]) == 1, said
    assert len(said) == 4


def test_file_without_rows(tmp_path: Path, rows: pd.DataFrame) -> None:
    """A .sav with names and no rows is no module."""
    assert "archivo sin filas" in refused(write_zip(tmp_path, CUSCO, "rec01", rows.head(0)))[0]

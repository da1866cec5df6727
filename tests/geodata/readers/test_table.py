"""Reading tables: codes keep their zeros, and nothing is guessed in silence."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import ContractError, Problem
from geodata.readers.table import missing_column_problems, read_table, to_numbers


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "tabla.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def refusal(path: Path, *columns: str) -> tuple[Problem, ...]:
    with pytest.raises(ContractError) as caught:
        read_table(path, columns=columns)
    for problem in caught.value.problems:
        assert problem.where == path.name
        assert all(problem.as_dict().values())
    return caught.value.problems


def test_codes_keep_their_leading_zeros(tmp_path: Path) -> None:
    """«010101» is text from the first moment; so is every other column, until somebody asks for numbers."""
    table = read_table(written(tmp_path, "UBIGEO,N\n010101,5\n"), columns=["UBIGEO", "N"])
    assert table.to_dict("records") == [{"UBIGEO": "010101", "N": "5"}]


def test_the_mark_of_byte_order_is_not_part_of_the_first_header(tmp_path: Path) -> None:
    """A UTF-8 file with BOM, as Excel writes it, has the headers that one sees."""
    assert list(read_table(written(tmp_path, b"\xef\xbb\xbfUBIGEO,N\n010101,5\n"), columns=["UBIGEO"])) == ["UBIGEO"]


def test_only_an_empty_cell_is_missing(tmp_path: Path) -> None:
    """«NA», «null» and «-» are text to be judged by whoever makes numbers of them; an empty cell is missing."""
    table = read_table(written(tmp_path, 'N\nNA\nnull\n-\n""\n0\n'), columns=["N"])
    assert table["N"].isna().tolist() == [False, False, False, True, False]


def test_columns_come_in_the_order_asked_for(tmp_path: Path) -> None:
    """Columns that nobody asked for stay in the file; accents and spaces of headers are kept."""
    path = written(tmp_path, "x,Área agrícola (ha),UBIGEO\n1,2,010101\n")
    assert list(read_table(path, columns=["UBIGEO", "Área agrícola (ha)"])) == ["UBIGEO", "Área agrícola (ha)"]


def test_another_separator(tmp_path: Path) -> None:
    """Semicolons, when they are asked for; a comma inside a cell is then part of it."""
    table = read_table(written(tmp_path, "a;b\n1,5;2\n"), columns=["a", "b"], separator=";")
    assert table.to_dict("records") == [{"a": "1,5", "b": "2"}]


def test_every_missing_column_is_named_with_what_there_is(tmp_path: Path) -> None:
    """Two absent headers are two problems, and each shows the headers that the file has."""
    found = refusal(written(tmp_path, "UBIGEO,OTRA\n010101,1\n"), "UBIGEO", "PRODUCTORES", "AÑO")
    assert [problem.expected for problem in found] == ["la columna «PRODUCTORES»", "la columna «AÑO»"]
    assert all("UBIGEO, OTRA" in problem.found for problem in found)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("UBIGEO,DISTRITO\n010101,Ñaña\n".encode("latin-1"), "UTF-8"),
        (b"", "encabezado"),
        (b"a,b\n1,2\n1,2,3\n", "encabezado"),
        (b'a,b\n"1,2\n', "encabezado"),
    ],
)
def test_an_unreadable_file_is_refused_in_words(tmp_path: Path, content: bytes, expected: str) -> None:
    """Another encoding, an empty file, a ragged row and an open quote are refusals, not crashes."""
    (problem,) = refusal(written(tmp_path, content), "a")
    assert problem.what == "archivo ilegible"
    assert expected in problem.expected


def test_a_separator_at_the_end_of_every_row_does_not_shift_the_columns(tmp_path: Path) -> None:
    """One cell more than headers in every row would put each value under its neighbour's header: refused."""
    (problem,) = refusal(written(tmp_path, "UBIGEO,N\n010101,5,\n010102,7,\n"), "UBIGEO", "N")
    assert "celdas por fila" in problem.expected


def test_a_table_with_headers_only_is_empty_not_wrong(tmp_path: Path) -> None:
    """No rows is a table without rows."""
    assert read_table(written(tmp_path, "UBIGEO,N\n"), columns=["UBIGEO", "N"]).empty


def test_numbers_are_made_only_of_the_named_columns() -> None:
    """The named column becomes floats with missing where the cell was empty; codes stay text; the input too."""
    table = pd.DataFrame({"ubigeo": ["010101", "010102"], "n": ["5", None]}, dtype="str")
    numbers = to_numbers(table, ["n"], "tabla")
    assert numbers["n"].dtype == float
    assert numbers["n"].iloc[0] == 5
    assert numbers["n"].isna().tolist() == [False, True]
    assert numbers["ubigeo"].tolist() == ["010101", "010102"]
    assert table["n"].iloc[0] == "5"


def test_every_column_with_words_is_reported_at_once() -> None:
    """Decimal commas, «s/d» and dashes are shown with their column; nothing of it becomes missing in silence."""
    table = pd.DataFrame({"n": ["5", "1,5"], "m": ["s/d", "-"], "good": ["1", "2.5"]}, dtype="str")
    with pytest.raises(ContractError) as caught:
        to_numbers(table, ["n", "m", "good"], "tabla.csv")
    first, second = caught.value.problems
    assert first.where == "tabla.csv, columna «n»"
    assert first.found == "1 celdas, p. ej. '1,5'"
    assert second.found == "2 celdas, p. ej. 's/d', '-'"
    assert "punto decimal" in first.expected


def test_a_frame_with_all_its_columns_has_no_problem() -> None:
    """Nothing is missing, nothing is said."""
    assert missing_column_problems(pd.DataFrame(columns=["a", "b"]), ["b"], "tabla") == []

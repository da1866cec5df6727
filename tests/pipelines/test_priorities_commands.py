"""A list of priorities of an analyst: all of it or nothing, with every problem by line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import UserInputError, WorkspaceError
from geodata.priorities import priorities_file, read_priorities
from geodata.workspace import Workspace, write_json, write_parquet
from pipelines.priorities_commands import import_csv

HEADER = "ubigeo,producto,norma,fecha,nivel,registra\n"
GOOD = "010101,quinua,Ordenanza 1,2024-05-31,distrital,Gerencia\n"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def published(workspace: Workspace) -> Workspace:
    """Return a workspace whose publication has one territory of each level and nothing else."""
    with workspace.lock(), workspace.new_release() as (release_id, folder):
        for name, code in (("territories", "010101"), ("provinces", "010100"), ("departments", "010000")):
            write_parquet(folder / f"{name}.parquet", pd.DataFrame({"ubigeo": [code]}))
        write_json(folder / "provenance.json", {"release_id": release_id, "is_demo": False})
    return workspace


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "lista.csv"
    path.write_bytes((HEADER + text).encode(encoding))
    return path


def test_a_list_is_registered_whole(published: Workspace, tmp_path: Path) -> None:
    """Keys or names of products, both forms of date, the three levels, and a BOM: all are read."""
    text = (
        GOOD
        + '010100,CAFE,"Acuerdo 2, de la provincia",31/05/2024,Provincial,Oficina\n'
        + "010000,Papa nativa,Ordenanza 3,2020-01-01,regional,Gerencia\n"
    )
    kept = import_csv(written(tmp_path, text, "utf-8-sig"), published, now=NOW)
    assert [(entry.ubigeo, entry.product) for entry in kept] == [
        ("010101", "quinua"),
        ("010100", "cafe"),
        ("010000", "papa_nativa"),
    ]
    assert kept[1].act_date == "2024-05-31"
    assert read_priorities(priorities_file(published.root)).in_force == tuple(kept)


def test_every_problem_of_every_row_is_told_and_nothing_is_registered(published: Workspace, tmp_path: Path) -> None:
    """Bad code, product, date, level, act and a repetition: each names its line; the good row waits."""
    text = (
        GOOD + "010101,coca,,31 de mayo,distrital,Gerencia\n" + "10101,quinua,Ordenanza 2,2030-01-01,nacional,\n" + GOOD
    )
    with pytest.raises(UserInputError) as refused:
        import_csv(written(tmp_path, text), published, now=NOW)
    told = {problem.where.removeprefix("lista.csv, ") for problem in refused.value.problems}
    assert told == {
        "línea 3, fecha",
        "línea 3, producto",
        "línea 3, norma",
        "línea 4, nivel",
        "línea 4, ubigeo",
        "línea 4, fecha",
        "línea 4, quién lo registra",
        "línea 5",
    }
    assert not priorities_file(published.root).exists()


def test_a_list_that_was_brought_already_is_refused(published: Workspace, tmp_path: Path) -> None:
    """The same file twice registers once."""
    path = written(tmp_path, GOOD)
    import_csv(path, published, now=NOW)
    with pytest.raises(UserInputError, match="ya registrado"):
        import_csv(path, published, now=NOW)
    assert len(read_priorities(priorities_file(published.root)).in_force) == 1


def test_a_product_that_the_region_added_is_known(published: Workspace, tmp_path: Path) -> None:
    """The windows of the workspace say which products exist."""
    own = """
[oca]
label = "Oca"
altitude_m = [2800, 3000, 3800, 4000]
temperature_c = [8, 14]
water = "either"
water_note = "riego o lluvia"
frost = ""
src = "m"
basis = "propuesto"
source = "la región"
crops = ["OCA"]
census_codes = []
"""
    (published.root / "crop_windows.toml").write_text(own, encoding="utf-8")
    assert import_csv(written(tmp_path, GOOD.replace("quinua", "OCA")), published, now=NOW)[0].product == "oca"


def test_a_file_that_cannot_be_used_is_told(published: Workspace, tmp_path: Path) -> None:
    """No file, no columns, another encoding: a sentence each."""
    with pytest.raises(UserInputError, match="que exista"):
        import_csv(tmp_path / "nada.csv", published)
    bare = tmp_path / "bare.csv"
    bare.write_text("ubigeo,producto\n010101,quinua\n", encoding="utf-8")
    with pytest.raises(UserInputError, match="falta una columna"):
        import_csv(bare, published)
    with pytest.raises(UserInputError, match="UTF-8"):
        import_csv(written(tmp_path, GOOD.replace("Gerencia", "Región"), "latin-1"), published)


def test_without_a_publication_no_code_is_known(workspace: Workspace, tmp_path: Path) -> None:
    """The codes come from what is published; without it the person is told what to run."""
    with pytest.raises(WorkspaceError, match="no hay nada publicado"):
        import_csv(written(tmp_path, GOOD), workspace)

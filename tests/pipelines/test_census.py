"""The census goes in whole or not at all, once per zip, and in the same memory whatever its size."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from geodata.census import load_census
from geodata.errors import UserInputError
from geodata.workspace import Workspace
from pipelines.census import LAYER, RECORD, Ingested, ingest_census, use_version, version_in_use
from tests.pipelines.census_files import (
    CUSCO,
    DISTRICTS,
    PERSON,
    PERSONAL,
    PUNO,
    UNITS,
    edited,
    ingest,
    ingest_and_die,
    module_rows,
    modules,
    write_census,
    write_zip,
)
from tests.processes import KILLED, finish, start

PARTITIONS = 2 * len(load_census().modules)


@pytest.fixture(scope="module")
def zips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the zips of two departments, once; nobody alters them."""
    return write_census(tmp_path_factory.mktemp("census"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the place of the versions; it does not exist yet."""
    return tmp_path / "workspace" / "layers" / LAYER


def run(folder: Path, root: Path, **options) -> Ingested:
    """Ingest with today's districts of the tiny census."""
    return ingest_census(folder, root, ubigeos=DISTRICTS, **options)


def refused(folder: Path, root: Path, **options) -> list[str]:
    """Return what is said against a folder; no data set appears."""
    with pytest.raises(UserInputError) as refusal:
        run(folder, root, **options)
    assert not list(root.glob(f"*/{RECORD}"))
    return [str(problem) for problem in refusal.value.problems]


def stamps(path: Path) -> dict[str, tuple[int, int]]:
    """Return inode and moment of every partition below a folder; what is being written has a hidden name."""
    files = sorted(path.rglob("[!.]*.parquet"))
    return {str(file.relative_to(path)): (file.stat().st_ino, file.stat().st_mtime_ns) for file in files}


def test_layout_and_record(zips: Path, root: Path) -> None:
    """A file per department and module, and a record of rows, units and checksums."""
    said: list[str] = []
    made = run(zips, root, announce=said.append)
    assert made.path == root / made.version
    assert set(stamps(made.path)) == {f"{name}/{code}.parquet" for name in modules() for code in (CUSCO, PUNO)}
    assert made.record == json.loads((made.path / RECORD).read_text(encoding="utf-8"))
    assert made.record["units_count"] == 2 * (UNITS - 1)
    assert made.record["rows"]["rec01"] == 2 * UNITS
    cusco = made.record["departments"][CUSCO]
    assert cusco["rows"]["rec04b"] == UNITS - 1
    assert cusco["warnings"] == []
    assert {len(source["sha256"]) for source in cusco["sources"].values()} == {64}
    assert [line.split(":")[0] for line in said] == ["08 Cusco", "21 Puno"]


def test_row_groups(zips: Path, root: Path) -> None:
    """A chunk of the source is a row group, and together they are the rows in order."""
    path = run(zips, root, chunk_rows=5, departments=[CUSCO]).path / "rec01" / "08.parquet"
    assert pq.ParquetFile(path).num_row_groups == 3
    assert pl.read_parquet(path)["unit"].to_list() == [f"{order:04d}" for order in range(UNITS)]
    assert pl.read_parquet_schema(path) == modules()["rec01"].schema


def test_nothing_personal_is_written(zips: Path, root: Path) -> None:
    """No byte of any file written has the name of a person or of the column that holds it, metadata included."""
    made = run(zips, root)
    for path in (path for path in root.rglob("*") if path.is_file()):
        assert PERSON.encode() not in path.read_bytes()
        assert PERSONAL.encode() not in path.read_bytes().upper()
    for path in made.path.rglob("*.parquet"):
        # compressed pages may hide a text
        assert PERSON not in pl.read_parquet(path).write_csv()
        assert PERSONAL.lower() not in pq.read_schema(path).names


def test_folders_inside_and_other_zips(zips: Path, root: Path, tmp_path: Path) -> None:
    """Zips are found at any depth, in any case; those of other modules and surveys are passed over, and said."""
    folder = tmp_path / "descargas"
    for path in zips.glob("344-*.zip"):
        target = folder / "a" / path.stem / path.name.replace("Modulo", "MODULO").replace(".zip", ".ZIP")
        target.parent.mkdir(parents=True)
        target.write_bytes(path.read_bytes())
    for name in ("344-Modulo230.zip", "968-Modulo1629.zip"):
        (folder / name).write_bytes(b"")
    (folder / "._344-Modulo229.zip").write_bytes(b"macOS keeps such a shadow")
    said: list[str] = []
    assert list(run(folder, root, announce=said.append).record["departments"]) == [CUSCO]
    assert [line.split(":")[0] for line in said[:2]] == ["344-Modulo230.zip", "968-Modulo1629.zip"]


def test_same_zips_are_not_read_again(zips: Path, root: Path) -> None:
    """A second run leaves every file as it was; a new department in another version takes the old files over."""
    first = run(zips, root, departments=[CUSCO])
    before = stamps(first.path)
    again = run(zips, root, departments=[CUSCO])
    assert again.version == first.version
    assert stamps(again.path) == before
    both = run(zips, root)
    assert both.version != first.version
    assert before.items() <= stamps(both.path).items()


def test_changed_zip_is_read_again(root: Path, tmp_path: Path) -> None:
    """One zip changed: that partition alone is made again, in another version."""
    folder = write_census(tmp_path / "zips", [CUSCO])
    before = stamps(run(folder, root).path)
    write_zip(folder, CUSCO, "rec04", edited(P049=2.0)(module_rows(CUSCO, "rec04")))
    made = run(folder, root)
    after = stamps(made.path)
    assert {name for name in before if before[name] != after[name]} == {"rec04/08.parquet"}
    assert set(pl.read_parquet(made.path / "rec04" / "08.parquet")["p049"]) == {2}


def test_spoiled_partition_is_made_again(zips: Path, root: Path) -> None:
    """A partition that somebody cut is no partition."""
    made = run(zips, root, departments=[CUSCO])
    path = made.path / "rec01" / "08.parquet"
    path.write_bytes(path.read_bytes()[:-10])
    run(zips, root, departments=[CUSCO])
    assert len(pl.read_parquet(path)) == UNITS


@pytest.mark.parametrize("after_row_groups", [1, 4, 12, 20])
def test_killed_in_the_middle(zips: Path, root: Path, after_row_groups: int) -> None:
    """After SIGKILL no data set shows, every file is whole, and the next run makes only what lacks."""
    assert finish(start(ingest_and_die, zips, root, after_row_groups)) == KILLED
    assert not list(root.glob(f"*/{RECORD}"))
    whole = stamps(root)
    assert len(whole) < PARTITIONS
    for name in whole:
        assert len(pl.read_parquet(root / name)) in (UNITS, UNITS - 1)
    made = run(zips, root)
    assert whole.items() <= stamps(root).items()
    assert len(stamps(made.path)) == PARTITIONS
    assert not [path for path in root.rglob(".*") if path.is_file()]


def test_version_in_use(zips: Path, root: Path) -> None:
    """Nothing is in use until it is said; then it is, the one before stays, and older ones go."""
    first, second = run(zips, root, departments=[CUSCO]), run(zips, root, departments=[PUNO])
    assert version_in_use(root) is None
    use_version(root, first.version)
    assert version_in_use(root) == first
    third = run(zips, root)
    use_version(root, third.version)
    assert version_in_use(root) == third
    assert {path.name for path in root.iterdir()} == {"current", first.version, third.version}
    assert second.version not in (first.version, third.version)


def test_workspace_knows_the_version(zips: Path, workspace: Workspace) -> None:
    """The workspace lists the census among its layers, and sweeping it harms no version."""
    workspace.prepare()
    made = run(zips, workspace.layers / LAYER, departments=[CUSCO])
    use_version(workspace.layers / LAYER, made.version)
    assert workspace.layer_versions() == {LAYER: made.version}
    with workspace.lock(), workspace.new_release():
        pass
    assert version_in_use(workspace.layers / LAYER) == made


def test_refusal_leaves_the_version_in_use(zips: Path, root: Path, tmp_path: Path) -> None:
    """A refused folder changes nothing of what is in use, and what was right in it need not be read again."""
    made = run(zips, root)
    use_version(root, made.version)
    folder = write_census(tmp_path / "zips")
    write_zip(folder, PUNO, "rec05a", module_rows(PUNO, "rec05a").drop(columns="P121"))
    with pytest.raises(UserInputError):
        run(folder, root)
    assert version_in_use(root) == made
    assert len(list(root.glob(f"*/{RECORD}"))) == 1


def test_everything_wrong_is_told_in_one_go(root: Path, tmp_path: Path) -> None:
    """Seven faults in one folder: one refusal with the seven, each with its department, its module and its repair."""
    folder = write_census(
        tmp_path / "zips",
        changes={
            (CUSCO, "rec02"): lambda rows: rows.drop(columns="P025"),
            (PUNO, "rec04"): edited(P001=CUSCO),
        },
    )
    (folder / "344-Modulo232.zip").write_bytes(b"<html>404</html>")
    (folder / "344-Modulo239.zip").rename(folder / "censo cusco.zip")
    write_zip(folder / "otra", PUNO, "rec01", module_rows(PUNO, "rec01"))
    write_zip(folder, PUNO, "rec02", module_rows(PUNO, "rec02"), member="REC02.dbf")
    said = refused(folder, root)
    for words in (
        ("faltan variables", "08 Cusco, REC02", "P025"),
        ("departamento distinto", "21 Puno, REC04,", "solo el departamento 21", "'08'"),
        ("no es un zip", "08 Cusco, REC02A"),
        ("zip sin el nombre del INEI", "censo cusco.zip"),
        ("faltan módulos", "08 Cusco", "descargue REC05A (344-Modulo239.zip)"),
        ("un departamento dos veces", "21 Puno, REC01", "otra/357-Modulo229.zip"),
        ("zip sin archivo .sav", "21 Puno, REC02", "REC02.dbf"),
    ):
        assert len([text for text in said if all(word in text for word in words)]) == 1, said
    assert len(said) == 7


@pytest.mark.parametrize(
    ("prepare", "departments", "expected"),
    [
        (lambda folder: folder, None, "no hay zips del censo"),
        (lambda folder: folder / "no", None, "la carpeta no existe"),
        (lambda folder: write_census(folder, [CUSCO]), ["08", "15"], "15 Lima"),
        (lambda folder: write_census(folder, [CUSCO]), ["26"], "un departamento de 01 a 25"),
    ],
)
def test_nothing_to_ingest(
    root: Path, tmp_path: Path, prepare: Callable[[Path], Path], departments: list[str] | None, expected: str
) -> None:
    """An empty folder, none, and a department that is not there or does not exist are said."""
    (said,) = refused(prepare(tmp_path), root, departments=departments)
    assert expected in said


def test_warnings(root: Path, tmp_path: Path) -> None:
    """What is doubted is counted by department with its share of units, kept in the record, and refuses nothing."""
    folder = write_census(
        tmp_path / "zips",
        [CUSCO],
        changes={
            (CUSCO, "rec01"): edited(P003=["99", "99"], LAT_DECI=[0.0], LONG_DECI=[0.0], WSUP03=[-2.0, -2.0, -2.0]),
            (CUSCO, "rec02"): edited(P025=[-1.0]),
            (CUSCO, "rec04"): lambda rows: rows.head(UNITS - 3),
        },
    )
    record = run(folder, root).record
    found = {(entry["module"], entry["code"]): entry for entry in record["departments"][CUSCO]["warnings"]}
    units = UNITS - 1
    assert {key: entry["count"] for key, entry in found.items()} == {
        ("rec01", "points_missing"): 1,
        ("rec01", "areas_suspect"): 3,
        ("rec01", "ubigeos_unknown"): 2,
        ("rec02", "areas_suspect"): 1,
        ("rec04", "rows_differ_from_units"): 2,
    }
    assert found["rec01", "areas_suspect"]["share"] == pytest.approx(3 / units, abs=1e-6)
    assert found["rec01", "ubigeos_unknown"]["ubigeos"] == ["080199"]
    assert "1 unidades (9.09 %) sin coordenadas" in found["rec01", "points_missing"]["text"]
    assert record["warnings"]["rec01.areas_suspect"] == {"count": 3, "departments_count": 1}


def test_refusals_of_the_census_are_not_units(root: Path, tmp_path: Path) -> None:
    """A refusal without coordinates is kept as a row and flagged, but no unit is counted as touched."""
    last_lost = edited(LONG_DECI=[-72.0] * (UNITS - 1) + [0.0])
    made = run(write_census(tmp_path / "zips", [CUSCO], changes={(CUSCO, "rec01"): last_lost}), root)
    assert made.record["departments"][CUSCO]["warnings"] == []
    assert pl.read_parquet(made.path / "rec01" / "08.parquet")["is_point_missing"].sum() == 1


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Four times the rows take the memory of one: read whole, the larger file would take some 40 MB more."""
    small, large = 15_000, 60_000
    folders = []
    for count in (small, large):
        folder = write_census(tmp_path / str(count), [CUSCO])
        write_zip(folder, CUSCO, "rec02", module_rows(CUSCO, "rec02", count))
        folders.append(folder)
    peaks = tmp_path / "peaks.json"
    assert finish(start(peaks_of_two, *folders, tmp_path / "root", peaks)) == 0
    first, second = json.loads(peaks.read_text(encoding="utf-8"))
    assert second / first < 1.1


def peaks_of_two(first: Path, second: Path, root: Path, peaks: Path) -> None:
    """Ingest two folders in this process and note the peak of memory after each."""
    measured = []
    for folder in (first, second):
        ingest(folder, root, 5_000)
        measured.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    peaks.write_text(json.dumps(measured), encoding="utf-8")

"""The workspace: a publication is whole or is not there, whoever dies, waits or copies folders about."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from geodata import workspace as workspace_module
from geodata.errors import BusyWorkspaceError, WorkspaceError
from geodata.workspace import (
    DEFAULT_ROOT,
    RELEASES_KEPT,
    ROOT_VARIABLE,
    Publication,
    Workspace,
    default_root,
    write_json,
    write_parquet,
    written_beside,
)
from tests.processes import KILLED, killed_before_step

TABLES = ("territories", "gaps")


def publish(root: Path, mark: int) -> None:
    """Publish a small release whose every file carries the same mark."""
    workspace = Workspace(root)
    with workspace.lock(), workspace.new_release() as (release_id, folder):
        for name in TABLES:
            write_parquet(folder / f"{name}.parquet", pd.DataFrame({"ubigeo": ["010101"], "mark": [mark]}))
        shapes = gpd.GeoDataFrame({"ubigeo": ["010101"], "mark": [mark]}, geometry=[Point(-76, -12)], crs=4326)
        write_parquet(folder / "geometry" / "districts.parquet", shapes)
        workspace.write_layer("ppa_2024", f"mark-{mark}", pd.DataFrame({"mark": [mark]}))
        write_json(folder / "provenance.json", {"release_id": release_id, "is_demo": False, "mark": mark})


def mark_of(publication: Publication) -> int:
    """Return the mark that every file of a release carries, or fail if two differ."""
    marks = {int(publication.table(name)["mark"].item()) for name in TABLES}
    marks |= {int(publication.shapes("districts")["mark"].item()), int(publication.provenance["mark"])}
    assert len(marks) == 1, f"a release mixed of {marks}"
    return marks.pop()


def break_off(path: Path) -> None:
    """Write half a file and fail."""
    path.write_bytes(b"half")
    raise ZeroDivisionError


def hidden(folder: Path) -> list[str]:
    """Return what is half-written below a folder; the lock is meant to stay."""
    return [path.name for path in folder.rglob(".*") if path.name != ".publish.lock"]


def test_root_is_the_variable_or_the_folder_workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """SIERRA_WORKSPACE says where the workspace is; without it, or with it empty, it is ./workspace."""
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    assert Workspace().root == default_root() == tmp_path
    monkeypatch.setenv(ROOT_VARIABLE, "")
    assert default_root() == DEFAULT_ROOT == Path("workspace")
    assert Workspace(Path("~/atlas")).root == Path.home() / "atlas"


def test_empty_workspace_says_how_to_fill_it(workspace: Workspace) -> None:
    """Nothing published is an error that names the three commands; looking at it creates nothing."""
    with pytest.raises(WorkspaceError, match=r"no hay nada publicado.*make run.*pipelines demo.*build --pack"):
        workspace.publication()
    assert workspace.source_records() == {}
    assert workspace.layer_versions() == {}
    assert not workspace.root.exists()


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A workspace that cannot be made is refused with the place and the way out, not with a traceback."""
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"no se puede escribir.*file/atlas.*--workspace o SIERRA_WORKSPACE"):
        Workspace(tmp_path / "file" / "atlas").prepare()


def test_release_is_published_whole(workspace: Workspace) -> None:
    """What was written is read back: tables, some of their columns, shapes in EPSG:4326 and provenance."""
    publish(workspace.root, 7)
    publication = workspace.publication()
    assert mark_of(publication) == 7
    assert workspace.published.resolve() == publication.path == workspace.releases / publication.release_id
    assert list(publication.table("gaps", ["mark"]).columns) == ["mark"]
    assert publication.shapes("districts").crs.to_epsg() == 4326
    assert not publication.is_demo
    assert hidden(workspace.root) == []


def test_error_while_publishing_changes_nothing(workspace: Workspace) -> None:
    """An error inside the block leaves the last publication serving and nothing half-written."""
    publish(workspace.root, 1)
    served = workspace.publication()
    with pytest.raises(ZeroDivisionError), workspace.lock(), workspace.new_release() as (_, folder):
        break_off(folder / "territories.parquet")
    assert workspace.publication().path == served.path
    assert mark_of(workspace.publication()) == 1
    assert list(workspace.releases.iterdir()) == [served.path]


def test_everything_is_on_disk_before_it_serves(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file and folder of a release is flushed before the link moves: a power cut finds a whole release."""
    flushed: list[Path] = []
    real_link = Workspace._link

    def link(self: Workspace, release: Path) -> None:
        written = {path.relative_to(release) for path in release.rglob("*")}
        staged = {Path(*path.parts[len(release.parts) :]) for path in flushed if ".staging-" in str(path)}
        assert written <= staged
        real_link(self, release)

    monkeypatch.setattr(workspace_module, "_flush", flushed.append)
    monkeypatch.setattr(Workspace, "_link", link)
    publish(workspace.root, 1)
    assert flushed[-1] == workspace.root, "the link itself is flushed last"


def test_open_publication_goes_on_reading_its_own_release(workspace: Workspace) -> None:
    """A reader that opened a release reads that one to the end, though newer ones are published meanwhile."""
    publish(workspace.root, 1)
    opened = workspace.publication()
    for mark in range(2, RELEASES_KEPT + 1):
        publish(workspace.root, mark)
        assert mark_of(opened) == 1
        assert mark_of(workspace.publication()) == mark


def test_only_the_newest_releases_are_kept(workspace: Workspace) -> None:
    """Releases do not pile up: the newest three stay, by age and not by the chance of their names."""
    for mark in range(1, RELEASES_KEPT + 3):
        publish(workspace.root, mark)
    kept = [json.loads((path / "provenance.json").read_text())["mark"] for path in workspace.releases.iterdir()]
    assert sorted(kept) == [3, 4, 5]


def test_copied_workspace_goes_on(workspace: Workspace, tmp_path: Path) -> None:
    """A workspace copied without its links (a USB stick) reads, and publishes again without losing its release."""
    publish(workspace.root, 1)
    copied = Workspace(tmp_path / "copied")
    shutil.copytree(workspace.root, copied.root)
    assert copied.published.is_dir()
    assert not copied.published.is_symlink()
    assert mark_of(copied.publication()) == 1
    for mark in (2, 3, 4):
        opened = copied.publication()
        publish(copied.root, mark)
        assert mark_of(copied.publication()) == mark
        if mark > 2:  # the copy itself had to give its place
            assert mark_of(opened) == mark - 1
    assert len(list(copied.releases.iterdir())) == RELEASES_KEPT


def test_second_publisher_waits_and_is_told(workspace: Workspace) -> None:
    """Whoever comes second is told that it waits, and goes on when the first one ends."""
    told: list[str] = []
    release = threading.Event()

    def wait() -> None:
        told.append("waiting")
        release.set()

    def hold() -> None:
        with workspace.lock():
            held.set()
            release.wait(10)

    held = threading.Event()
    first = threading.Thread(target=hold)
    first.start()
    held.wait(10)
    with workspace.lock(wait_s=10, on_wait=wait):
        assert told == ["waiting"]
    first.join()
    with workspace.lock(on_wait=wait):
        assert told == ["waiting"], "nobody is told to wait for nobody"


def test_waiting_ends(workspace: Workspace) -> None:
    """The wait is bounded, and its end says that the last publication is still there."""
    started = time.monotonic()
    with (
        workspace.lock(),
        pytest.raises(BusyWorkspaceError, match=r"otra construcción.*publicación anterior sigue"),
        workspace.lock(wait_s=0.1),
    ):
        pass
    assert time.monotonic() - started < 5


def test_error_gives_the_lock_back(workspace: Workspace) -> None:
    """A failed build does not lock the next one out."""
    with pytest.raises(ZeroDivisionError), workspace.lock():
        raise ZeroDivisionError
    with workspace.lock(wait_s=0):
        pass


def test_original_is_kept_untouched_with_its_record(workspace: Workspace, tmp_path: Path) -> None:
    """A source is stored byte for byte beside its provenance; the newest record of each source is the one told."""
    file = tmp_path / "ppa.csv"
    file.write_bytes(b"\xef\xbb\xbfUBIGEO\r\n010101\r\n")
    old = workspace.store_source("ppa", "2023-a", file, {"retrieved_at": "2023-05-01T00:00:00+00:00"})
    new = workspace.store_source("ppa", "2024-b", file, {"retrieved_at": "2024-05-01T00:00:00+00:00"})
    assert old.read_bytes() == new.read_bytes() == file.read_bytes()
    assert new == workspace.sources / "ppa" / "2024-b" / "ppa.csv"
    assert workspace.source_records() == {"ppa": {"retrieved_at": "2024-05-01T00:00:00+00:00"}}


def test_altered_original_is_mended(workspace: Workspace, tmp_path: Path) -> None:
    """Storing the right file again replaces a stored one that somebody altered."""
    file = tmp_path / "ppa.csv"
    file.write_bytes(b"right")
    stored = workspace.store_source("ppa", "2024", file, {"retrieved_at": "2024"})
    stored.write_bytes(b"wrong")
    workspace.store_source("ppa", "2024", file, {"retrieved_at": "2025"})
    assert stored.read_bytes() == b"right"


def test_current_layer_is_the_last_one_written(workspace: Workspace) -> None:
    """Each version of a layer stays on disk, and the pointer names the one in use."""
    workspace.prepare()
    for version in ("2023", "2024"):
        workspace.write_layer("ppa_2024", version, pd.DataFrame({"ubigeo": [version]}))
    assert workspace.layer_versions() == {"ppa_2024": "2024"}
    assert pd.read_parquet(workspace.layers / "ppa_2024" / "2023.parquet")["ubigeo"].item() == "2023"


def test_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    """An error while writing leaves the old bytes and no neighbour; a folder that is not there is an OSError."""
    target = tmp_path / "list.csv"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), written_beside(target) as beside:
        break_off(beside)
    assert (target.read_text(encoding="utf-8"), hidden(tmp_path)) == ("old", [])
    with pytest.raises(FileNotFoundError), written_beside(tmp_path / "absent" / "list.csv") as beside:
        beside.write_text("new", encoding="utf-8")


def test_killed_before_any_change_of_a_folder_the_publication_is_whole(tmp_path: Path) -> None:
    """
    SIGKILL before each rename, link, removal and new folder of publishing, each on its own copy of a workspace.

    Whatever the moment, what serves is whole: the old release, or the new one once the link has moved. The next one to
    publish sweeps away what was left half-written.
    """
    before = tmp_path / "before"
    for mark in range(RELEASES_KEPT):
        publish(before, -mark)
    outcomes = set()
    for step in itertools.count(1):
        workspace = Workspace(tmp_path / f"killed-{step}")
        shutil.copytree(before, workspace.root, symlinks=True)
        code = killed_before_step(step, publish, workspace.root, step)
        now = mark_of(workspace.publication())
        outcomes.add((code, now))
        assert now in (1 - RELEASES_KEPT, step)
        if code == 0:
            break
        assert code == KILLED
        if step % 7 == 0:
            publish(workspace.root, 1000)
            assert mark_of(workspace.publication()) == 1000
            assert hidden(workspace.root) == []
            assert len(list(workspace.releases.iterdir())) <= RELEASES_KEPT + 1
    killed_late = [now for code, now in outcomes if code == KILLED and now > 0]
    assert step > 25, "publishing takes more changes than these"
    assert killed_late, "some were killed after the link had moved"

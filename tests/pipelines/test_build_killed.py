"""SIGKILL in the middle of a real build: the last good publication serves, and the next build finds no trace."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from geodata.workspace import Workspace
from tests.pipelines.publishing import (
    PRODUCERS,
    factor_of,
    leftovers,
    publish,
    publish_and_die,
    publish_from,
    run,
    run_and_die_copying,
    snapshot,
)
from tests.pipelines.tiny_pack import FILES
from tests.processes import KILLED, event, finish, start

OLD, NEW, NEXT = 1, 2, 3

POINTS = {
    "before anything is staged": ("geodata.workspace.Workspace._sweep", "before", OLD),
    "halfway through a table": ("pipelines.build.write_parquet", "half", OLD),
    "with the tables but no shapes": ("pipelines.build.write_geometry", "before", OLD),
    "with one layer replaced": ("geodata.workspace.Workspace.write_layer", "after", OLD),
    "with the provenance written": ("pipelines.build.write_provenance", "after", OLD),
    "with the release whole but not linked": ("geodata.workspace.Workspace._link", "before", OLD),
    "with the release linked": ("geodata.workspace.Workspace._link", "after", NEW),
    "after old releases were dropped": ("geodata.workspace.Workspace._drop_old_releases", "after", NEW),
}
"""When it dies: at the first call of what, before or after it, and which release must serve then."""


@pytest.fixture
def served(published: Workspace, workspace: Workspace) -> Workspace:
    """Return a workspace of the test's own with one publication."""
    shutil.copytree(published.root, workspace.root, symlinks=True)
    return workspace


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point(served: Workspace, point: str) -> None:
    """Wherever a build dies, what serves is whole: the old release byte by byte, or the new one; the next succeeds."""
    target, moment, expected = POINTS[point]
    before = snapshot(served.published)
    assert finish(start(publish_and_die, served.root, NEW, target, moment)) == KILLED
    assert factor_of(served.publication()) == expected
    if expected == OLD:
        assert snapshot(served.published) == before
    publish(served.root, NEXT)
    assert factor_of(served.publication()) == NEXT
    assert leftovers(served) == []
    assert set(served.layer_versions().values()) == {f"factor-{NEXT}"}


def test_killed_at_any_moment(served: Workspace) -> None:
    """Six builds killed at moments spread over the time that one takes: never a mixed release, never none."""
    started = time.monotonic()
    publish(served.root, OLD)
    duration_s = time.monotonic() - started
    for part in range(6):
        serving = factor_of(served.publication())
        has_started = event()
        process = start(publish_from, served.root, serving + 1, has_started)
        assert has_started.wait(60)
        time.sleep(duration_s * part / 5)
        process.kill()
        assert finish(process) in (KILLED, 0)
        assert factor_of(served.publication()) in (serving, serving + 1)
    publish(served.root, 100)
    assert factor_of(served.publication()) == 100
    assert leftovers(served) == []


def test_killed_in_the_first_build(workspace: Workspace) -> None:
    """A workspace whose first build was killed is as good as new."""
    code = finish(start(publish_and_die, workspace.root, OLD, "geodata.workspace.Workspace._link", "before"))
    assert code == KILLED
    publish(workspace.root, NEXT)
    assert factor_of(workspace.publication()) == NEXT
    assert leftovers(workspace) == []


def test_killed_while_copying_a_source(workspace: Workspace, written_pack: Path, tmp_path: Path) -> None:
    """Half a source never bears its name: the next build copies it whole, and its figures are all there."""
    log = tmp_path / "build.log"
    order = ["build", "--pack", str(written_pack), "--workspace", str(workspace.root)]
    assert finish(start(run_and_die_copying, order, written_pack, log)) == KILLED
    assert workspace.source_records() == {}
    assert finish(start(run, order, written_pack, log)) == 0, log.read_text(encoding="utf-8")
    assert workspace.publication().table("territories")["ppa_producers_count"].sum() == PRODUCERS
    assert set(workspace.source_records()) == set(FILES)

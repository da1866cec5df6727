"""Publishing the tiny country, here or in another process, so that a mixed or lost release would show."""

from __future__ import annotations

import hashlib
import os
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd

from geodata.workspace import Publication, Workspace
from layers.districts import DEFAULT_SIERRA
from pipelines import __main__ as command_line
from pipelines.build import build
from pipelines.export.moment import MOMENT_VARIABLE
from pipelines.publication import write_geometry
from pipelines.retrieve import retrievable
from tests import tiny
from tests.pipelines.tiny_pack import TinyPack
from tests.processes import die

PRODUCERS = 100 * sum(range(1, len(tiny.CODES) + 1))
"""Producers of the tiny country when the factor is 1."""


def publish(root: Path, factor: int = 1) -> dict[str, Any]:
    """Publish the tiny country with its producers multiplied: every table of the release carries the factor."""
    frames = tiny.layers()
    frames["ppa_2024"]["producers_count"] *= factor
    workspace = Workspace(root)
    with workspace.lock():
        return build(
            workspace,
            frames,
            version=f"factor-{factor}",
            sierra=DEFAULT_SIERRA,
            notes={},
            is_demo=False,
            sources={"tiny": {"factor": factor}},
        )


def publish_and_die(root: Path, factor: int, target: str, moment: str) -> None:
    """Publish, and die before or after the first call of `target`, or after it wrote half a file."""
    module, _, name = target.rpartition(".")
    real: Callable[..., Any] = getattr(_named(module), name)

    def doomed(*arguments: Any, **options: Any) -> None:
        if moment == "after":
            real(*arguments, **options)
        if moment == "half":
            Path(arguments[0]).write_bytes(b"PAR1 half a table")
        die()

    with mock.patch(target, doomed):
        publish(root, factor)


def publish_from(root: Path, factor: int, started: Any) -> None:
    """Publish, telling when it starts."""
    started.set()
    publish(root, factor)


def publish_many(root: Path, factors: list[int]) -> None:
    """Publish one release after another, giving a reader on a busy machine the time to read each."""
    for factor in factors:
        publish(root, factor)
        time.sleep(0.2)


def factor_of(publication: Publication) -> int:
    """Return the factor that the whole release carries, or fail if a part is missing or of another release."""
    factor = int(publication.provenance["sources"]["tiny"]["factor"])
    for name in ("territories", "provinces", "departments"):
        assert publication.table(name)["ppa_producers_count"].sum() == PRODUCERS * factor
    gaps = publication.table("gaps")
    assert gaps.loc[gaps["standard"] == "mobile_phone", "producers_count"].sum() == PRODUCERS * factor
    rows = {name: len(publication.shapes(name)) for name in ("districts", "provinces", "departments")}
    assert rows == {"districts": 8, "provinces": 3, "departments": 2}
    assert (publication.web_folder / publication.provenance["geometry"]["map_file"]).stat().st_size > 0
    assert {"coverage", "leading_products"} <= {path.stem for path in publication.path.glob("*.parquet")}
    return factor


def snapshot(folder: Path) -> dict[str, str]:
    """Return the checksum of every file below a folder, links followed."""
    folder = folder.resolve()
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def leftovers(workspace: Workspace) -> list[str]:
    """Return what lies half-written in a workspace; the lock is meant to stay."""
    return [path.name for path in workspace.root.rglob(".*") if path.name != ".publish.lock"]


def same_tables(first: Publication, second: Publication) -> None:
    """Fail unless two releases hold the same figures."""
    for path in sorted(first.path.glob("*.parquet")):
        pd.testing.assert_frame_equal(first.table(path.stem), second.table(path.stem))


def run(arguments: list[str], pack: Path, log: Path) -> None:
    """Run the command line with the catalog of a tiny pack, writing all it says to a file; for another process."""
    catalog = TinyPack(pack).catalog
    with log.open("w", encoding="utf-8", buffering=1) as out:
        sys.stdout = sys.stderr = out
        sys.argv = ["pipelines", *arguments]
        with mock.patch("pipelines.commands.retrievable", partial(retrievable, catalog=catalog)):
            command_line.main()


def run_paused(arguments: list[str], pack: Path, log: Path, reached: Any, go_on: Any) -> None:
    """Run the command line, stopping in the middle of its build until it is told to go on."""

    def paused(*given: Any) -> dict[str, Any]:
        reached.set()
        assert go_on.wait(60)
        return write_geometry(*given)

    with mock.patch("pipelines.build.write_geometry", paused):
        run(arguments, pack, log)


def run_and_die_copying(arguments: list[str], pack: Path, log: Path) -> None:
    """Run the command line, and die when half of the first source is copied into the workspace."""

    def half(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
        die()

    with mock.patch("geodata.workspace.shutil.copyfile", half):
        run(arguments, pack, log)


def run_on_full_disk(arguments: list[str], pack: Path, log: Path, room_bytes: int, moment: int) -> None:
    """Run the command line where no file can grow beyond some bytes, at a given moment (seconds of Unix)."""
    # set here: a process that was started earlier for other tests does not inherit what this one sets
    os.environ[MOMENT_VARIABLE] = str(moment)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room_bytes, hard))
    run(arguments, pack, log)


def _named(dotted: str) -> Any:
    """Return a module, or a class of a module."""
    if dotted in sys.modules:
        return sys.modules[dotted]
    module, _, name = dotted.rpartition(".")
    return getattr(sys.modules[module], name)

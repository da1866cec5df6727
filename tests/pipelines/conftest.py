"""Fixtures of the pipelines: the tiny country as a pack of files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from geodata.workspace import ROOT_VARIABLE, Workspace
from pipelines.__main__ import main
from pipelines.retrieve import retrievable
from tests.pipelines.orders import Atlas, Said
from tests.pipelines.publishing import publish
from tests.pipelines.tiny_pack import TinyPack, write_pack
from tests.processes import no_flush


@pytest.fixture(scope="package", autouse=True)
def quick_disk() -> Iterator[None]:
    """Do not wait for the disk at every file: tests/geodata/test_workspace.py proves that it is asked to keep them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", no_flush)
        yield


@pytest.fixture(scope="session")
def written_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the tiny country as a pack, once; nobody alters it."""
    return write_pack(tmp_path_factory.mktemp("tiny") / "pack").folder


@pytest.fixture
def tiny_pack(written_pack: Path, tmp_path: Path) -> TinyPack:
    """Return a pack of the test's own, to use or to spoil."""
    return TinyPack(shutil.copytree(written_pack, tmp_path / "pack"))


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Publish the tiny country, once; nobody alters it."""
    workspace = Workspace(tmp_path_factory.mktemp("published") / "workspace")
    publish(workspace.root)
    return workspace


@pytest.fixture
def atlas(
    tiny_pack: TinyPack,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Atlas:
    """Run the command line on the test's workspace, with the catalog of the tiny pack, in an empty folder."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.delenv(ROOT_VARIABLE, raising=False)

    def run(*arguments: str | Path, workspace: Path | None = workspace.root) -> Said:
        monkeypatch.setattr("pipelines.commands.retrievable", partial(retrievable, catalog=tiny_pack.catalog))
        place = ["--workspace", str(workspace)] if workspace else []
        monkeypatch.setattr(sys, "argv", ["pipelines", *map(str, arguments), *place])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(int(end.value.code or 0), said.out, said.err)

    return run

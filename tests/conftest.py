"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from geodata.workspace import Workspace

ROOT = Path(__file__).parents[1]
PACK_VARIABLE = "ATLAS_PACK"
_PACK_BESIDE = ROOT.parent / "shared" / "data"


def pack_folder() -> Path | None:
    """Return the folder of real sources when it is here; it lies outside the project and is never committed."""
    folder = Path(os.environ.get(PACK_VARIABLE) or _PACK_BESIDE)
    return folder if (folder / "SOURCES.md").is_file() else None


@pytest.fixture(scope="session")
def pack() -> Path:
    """Return the folder of real sources, or skip."""
    folder = pack_folder()
    if folder is None:
        pytest.skip(f"the pack of real sources is not at {_PACK_BESIDE}; set {PACK_VARIABLE} to its folder")
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return an empty workspace of the test's own."""
    return Workspace(tmp_path / "workspace")


def silent(_message: str) -> None:
    """Take an announcement and say nothing."""


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace with the embedded default published, made once."""
    from pipelines.commands import build_demo

    made = Workspace(tmp_path_factory.mktemp("demo"))
    build_demo(made, "capital_2000m", wait_s=0, announce=silent)
    return made


@pytest.fixture(scope="session")
def real_workspace(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace built from the real pack, made once."""
    from pipelines.commands import build_real

    made = Workspace(tmp_path_factory.mktemp("real"))
    build_real(made, pack, "capital_2000m", None, wait_s=0, announce=silent)
    return made

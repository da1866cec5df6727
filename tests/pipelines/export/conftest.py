"""Fixtures of the exports: a real release, and a simulated one whose names try to do harm."""

from __future__ import annotations

import pytest

from geodata.workspace import Publication, Workspace
from layers.districts import DEFAULT_SIERRA
from pipelines.build import build
from tests import tiny
from tests.pipelines.export.harm import HARMFUL


@pytest.fixture(scope="session")
def real(published: Workspace) -> Publication:
    """Return the tiny country, published as real data."""
    return published.publication()


@pytest.fixture(scope="session")
def harmful(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """Return the tiny country, published as simulated data, with names that programs could run."""
    frames = tiny.layers()
    frames["districts"]["district"] = list(HARMFUL)
    workspace = Workspace(tmp_path_factory.mktemp("harmful") / "workspace")
    with workspace.lock():
        build(
            workspace,
            frames,
            version="v1",
            sierra=DEFAULT_SIERRA,
            notes={},
            is_demo=True,
            sources={"demo": {"seed": 1}},
        )
    return workspace.publication()

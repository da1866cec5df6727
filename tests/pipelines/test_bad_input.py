"""Bad input is told in one go, refused with exit code 2, and leaves everything as it was."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from geodata.workspace import Workspace
from tests.pipelines.orders import Atlas
from tests.pipelines.publishing import leftovers, publish, snapshot
from tests.pipelines.tiny_pack import FILES, TinyPack


def spoil(pack: TinyPack) -> None:
    """Give a pack the five faults that the project promises to tell at once."""
    pack.path("censo_2017").unlink()
    pack.edit("superficie_agricola_2018", lambda text: text.replace("250.0", "999.0", 1))
    pack.edit("vbp_cultivo_2023", lambda text: text.replace("CULTIVO", "PRODUCTO"))
    pack.edit("ppa_2024", lambda text: text.replace("\n0", "\n"))
    pack.reshape("centros_poblados", lambda points: points.to_crs(32718))


FIVE_FAULTS = (
    ("falta un archivo del paquete", FILES["censo_2017"]),
    ("suma de verificación distinta", FILES["superficie_agricola_2018"]),
    ("falta una columna", FILES["vbp_cultivo_2023"], "«CULTIVO»", "PRODUCTO"),
    ("ppa_2024.ubigeo", "un código de 6 dígitos", "'10101'"),
    ("CRS distinto", FILES["centros_poblados"], "EPSG:4326", "EPSG:32718"),
)


def test_everything_wrong_with_a_pack_is_told_in_one_go(
    atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack
) -> None:
    """
    A missing file, another checksum, another column, short codes and another CRS, all in one pack: one refusal.

    Each is a line on standard error that says what, where, expected, found and how to repair it; the exit code is 2,
    and the earlier publication, the layers and the sources are the same byte by byte.
    """
    assert atlas("build", "--pack", tiny_pack.folder).code == 0
    before = snapshot(workspace.root)
    spoil(tiny_pack)
    said = atlas("build", "--pack", tiny_pack.folder)
    assert (said.code, said.out) == (2, "")
    for words in FIVE_FAULTS:
        assert len(said.telling(*words)) == 1, said.err
    for line in said.problems:
        for part in ("[", "se esperaba", "se encontró", "Cómo repararlo:"):
            assert part in line
    assert said.err.splitlines()[-1].startswith(f"{len(said.problems)} problema(s)")
    assert snapshot(workspace.root) == before


def test_faults_under_right_checksums_are_told_too(atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack) -> None:
    """A catalog that takes wrong files for right ones does not get them published: the contracts refuse them."""
    spoil(tiny_pack)
    tiny_pack.path("censo_2017").write_text("cod_dist\n10101\n", encoding="utf-8")
    tiny_pack.sign()
    said = atlas("build", "--pack", tiny_pack.folder)
    assert said.code == 2
    assert said.telling("suma de verificación") == []
    for words in (*FIVE_FAULTS[2:], ("falta una columna", FILES["censo_2017"], "«num_hog»")):
        assert said.telling(*words), said.err
    assert not workspace.published.exists()
    assert leftovers(workspace) == []


def test_breach_of_one_contract_is_refused(atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack) -> None:
    """A well-formed file with an impossible figure: the layer, the column, how many rows and one of the values."""
    tiny_pack.edit("superficie_agricola_2018", lambda text: text.replace("250.0", "-250.0", 1))
    tiny_pack.sign()
    said = atlas("build", "--pack", tiny_pack.folder)
    assert said.code == 2
    assert said.telling("agricultural_area_2018.agricultural_area_ha", "un valor no negativo", "1 filas", "-250.0")
    assert not workspace.published.exists()


def test_pack_that_is_not_there_is_one_clear_sentence(atlas: Atlas, tmp_path: Path) -> None:
    """A misspelt --pack is told once, with the path as it was given."""
    said = atlas("build", "--pack", tmp_path / "no-such-pack")
    assert (said.code, len(said.problems)) == (2, 1)
    assert said.telling("el paquete no existe", "no-such-pack", "--pack")


@pytest.mark.parametrize("region", ["99", "1", "cusco", "9999", "000000", ""])
def test_unknown_region_is_refused_before_anything_is_published(
    atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack, region: str
) -> None:
    """A region that does not exist is told with the departments that do."""
    said = atlas("build", "--pack", tiny_pack.folder, "--region", region)
    assert (said.code, len(said.problems)) == (2, 1)
    assert said.telling("región desconocida", "un departamento (01, 02)", repr(region))
    assert not workspace.published.exists()


def test_full_disk_is_told_and_changes_nothing(
    atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up in the middle is the user's to repair: exit code 2, and the last publication serves."""
    publish(workspace.root)
    before = snapshot(workspace.releases)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("pipelines.build.write_geometry", full)
    said = atlas("build", "--pack", tiny_pack.folder)
    assert said.code == 2
    assert said.telling("el disco no recibe los archivos", "No space left on device", "libere espacio")
    assert snapshot(workspace.releases) == before
    assert leftovers(workspace) == []

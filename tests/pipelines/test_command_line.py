"""The command line is a contract: what is printed where, which exit code, and what is never touched."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geodata.catalog import load_catalog
from geodata.workspace import ROOT_VARIABLE, Workspace
from pipelines.__main__ import main
from pipelines.conversion import CONVERSIONS
from pipelines.retrieve import sha256_of
from tests.conftest import ROOT
from tests.pipelines.orders import SIGN_OF_REFUSAL, Atlas, Said
from tests.pipelines.publishing import snapshot
from tests.pipelines.tiny_pack import FILES, TinyPack

# ---- build


def test_build_publishes_and_sums_up(atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack) -> None:
    """A good pack is published, with exit code 0, a summary on standard output and nothing on standard error."""
    said = atlas("build", "--pack", tiny_pack.folder)
    assert (said.code, said.err) == (0, "")
    release = workspace.publication()
    assert not release.is_demo
    for words in (release.release_id, "8 distritos · 3 provincias · 2 departamentos", "6 distritos (capital_2000m"):
        assert words in said.out
    # the cells of the summary are folded to the width of a log
    assert "se restituyó el cero inicial en 8 códigos" in " ".join(said.out.replace("│", " ").split())
    assert set(release.provenance["sources"]) == set(FILES)
    assert release.provenance["sources"]["ppa_2024"]["sha256"] == sha256_of(tiny_pack.path("ppa_2024"))


def test_build_without_pack_uses_what_was_retrieved(atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack) -> None:
    """Retrieve once, build as often as needed; without retrieving, every source that is lacking is named."""
    said = atlas("build")
    assert (said.code, len(said.problems)) == (2, len(FILES))
    assert len(said.telling("fuente sin obtener", "retrieve --pack")) == len(FILES)
    assert atlas("retrieve", "--pack", tiny_pack.folder).code == 0
    assert not workspace.published.exists()
    assert atlas("build").code == 0
    assert workspace.publication().provenance["counts"]["districts"] == 8


def test_region_of_a_build_is_only_what_is_summed_up(atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack) -> None:
    """--region does not publish a piece of the country: reference bounds of the index are national."""
    said = atlas("build", "--pack", tiny_pack.folder, "--region", "02")
    assert said.code == 0
    assert "Región 020000 (la publicación es nacional)" in said.out
    assert "4 en 3 distritos" in said.out
    assert len(workspace.publication().table("territories")) == 8


def test_definition_of_the_sierra_is_an_option(atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack) -> None:
    """--sierra minam is another count of districts, on record; a definition that does not exist is refused."""
    assert atlas("build", "--pack", tiny_pack.folder, "--sierra", "minam").code == 0
    assert workspace.publication().provenance["sierra_definition"] == "minam"
    before = snapshot(workspace.root)
    said = atlas("build", "--pack", tiny_pack.folder, "--sierra", "altura")
    assert said.code == 2
    assert "altura" in said.err
    assert "capital_2000m" in said.err
    assert snapshot(workspace.root) == before


def test_bug_is_not_dressed_as_a_refusal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An error of our own leaves main() as it is: Python ends with exit code 1 and shows where it happened."""

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pipelines.commands.print_status", broken)
    monkeypatch.setattr(sys, "argv", ["pipelines", "status"])
    with pytest.raises(ZeroDivisionError):
        main()
    assert SIGN_OF_REFUSAL not in capsys.readouterr().err


# ---- retrieve


def test_retrieve_takes_named_sources(atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack) -> None:
    """Ids limit what is taken; an unknown id is refused with the known ones, and nothing is taken."""
    said = atlas("retrieve", "ppa_2024", "pobreza_2018", "--pack", tiny_pack.folder)
    assert said.code == 0
    assert f"ppa_2024: {FILES['ppa_2024']} verificado" in said.out
    assert set(workspace.source_records()) == {"ppa_2024", "pobreza_2018"}
    said = atlas("retrieve", "censo_2017", "ppa_2042", "--pack", tiny_pack.folder)
    assert said.code == 2
    assert said.telling("fuente desconocida", "ppa_2042", "censo_2017")
    assert set(workspace.source_records()) == {"ppa_2024", "pobreza_2018"}


def test_retrieve_without_pack_names_every_source_without_address(atlas: Atlas, workspace: Workspace) -> None:
    """Sources that only have a page are told all together, each with its page and the way round."""
    said = atlas("retrieve")
    assert (said.code, len(said.problems)) == (2, len(FILES))
    assert said.telling("fuente sin dirección de descarga directa", "ppa_2024", "http://127.0.0.1/ppa_2024", "--pack")
    assert workspace.source_records() == {}


# ---- export


def test_export_writes_a_region(atlas: Atlas, published: Workspace, tmp_path: Path) -> None:
    """The rows of a department, of a province, or of the whole country, and how many they are."""
    rows = {}
    for region in ("01", "0201", None):
        to = tmp_path / f"list-{region}.csv"
        limits = ["--region", region] if region else []
        said = atlas("export", "territories", "--format", "csv", "--out", to, *limits, workspace=published.root)
        rows[region] = len(pd.read_csv(to))
        assert (said.code, said.err) == (0, "")
        assert f"{to}: {rows[region]} filas" in said.out
    assert rows == {"01": 4, "0201": 4, None: 8}


@pytest.mark.parametrize("file_format", ["xlsx", "csv", "gpkg", "geojson", "parquet", "pdf"])
def test_export_that_cannot_be_written_leaves_nothing(
    atlas: Atlas, published: Workspace, tmp_path: Path, file_format: str
) -> None:
    """A folder that is not there, or an unknown region: exit code 2, one sentence, and not even half a file."""
    atlas = partial(atlas, workspace=published.root)
    absent = tmp_path / "absent" / f"list.{file_format}"
    said = atlas("export", "gaps", "--format", file_format, "--out", absent)
    assert (said.code, len(said.problems)) == (2, 1)
    assert said.telling("no se pudo escribir el archivo", str(absent), "--out")
    present = tmp_path / f"list.{file_format}"
    said = atlas("export", "gaps", "--format", file_format, "--region", "77", "--out", present)
    assert (said.code, len(said.problems)) == (2, 1)
    assert said.telling("región desconocida", "'77'")
    assert not absent.parent.exists()
    assert list(tmp_path.glob("*list*")) == []


def test_export_of_nothing_says_how_to_publish(atlas: Atlas, tmp_path: Path) -> None:
    """Without a publication there is nothing to export, and the sentence says how to get one."""
    said = atlas("export", "gaps", "--format", "xlsx", "--out", tmp_path / "list.xlsx")
    assert (said.code, len(said.problems)) == (2, 1)
    assert said.telling("no hay nada publicado", "pipelines demo")


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "roads", "--format", "csv", "--out", "a.csv"),
        ("export", "gaps", "--format", "docx", "--out", "a.docx"),
        ("export", "gaps", "--format", "csv"),
        ("builds",),
        ("build", "--wait", "soon"),
    ],
    ids=["table", "format", "no file", "command", "not a number"],
)
def test_misspelt_order_is_refused(atlas: Atlas, arguments: tuple[str, ...]) -> None:
    """An order that does not exist ends with exit code 2 and does nothing."""
    said = atlas(*arguments, workspace=None)
    assert said.code == 2
    assert said.err
    assert list(Path().iterdir()) == []


# ---- status


def test_status_of_an_empty_workspace_is_json(atlas: Atlas, workspace: Workspace) -> None:
    """Before anything is done the record is whole: nothing published, no layer, every source of the catalog by id."""
    said = atlas("status", "--json")
    record = json.loads(said.out)
    assert said.code == 0
    assert set(record) == {"workspace", "published", "layers", "sources"}
    assert (record["workspace"], record["published"], record["layers"]) == (str(workspace.root), None, {})
    assert [source["id"] for source in record["sources"]] == list(load_catalog())
    for source in record["sources"]:
        assert set(source) == {"id", "title", "reference_year", "layer", "state", "retrieved_at", "sha256"}
        assert source["state"] in ("por obtener", "incorporada", "no disponible todavía")
        assert (source["retrieved_at"], source["sha256"]) == (None, None)
    assert not workspace.root.exists()


def test_status_after_a_build_tells_sources_layers_and_release(
    atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack
) -> None:
    """What was retrieved and when, which version of each layer is in use, which release serves and how old it is."""
    atlas("build", "--pack", tiny_pack.folder)
    record = json.loads(atlas("status", "--json").out)
    published = record["published"]
    assert published["release_id"] == workspace.publication().release_id
    assert (published["is_demo"], published["sierra_definition"]) == (False, "capital_2000m")
    assert published["counts"]["districts"] == 8
    assert 0 <= published["age_days"] < 1
    assert set(published) == {"release_id", "is_demo", "published_at", "age_days", "sierra_definition", "counts"}
    ppa = next(source for source in record["sources"] if source["id"] == "ppa_2024")
    assert (ppa["state"], ppa["sha256"]) == ("obtenida", sha256_of(tiny_pack.path("ppa_2024")))
    assert len(set(record["layers"].values())) == 1
    assert set(record["layers"]) == set(CONVERSIONS) | {"literacy_2017", "terrain", "rain"}


def test_status_for_people_names_release_and_sources(atlas: Atlas, published: Workspace) -> None:
    """Without --json the same is a table in Spanish, also when nothing is published."""
    assert "Nada publicado todavía" in atlas("status").out
    said = atlas("status", workspace=published.root)
    assert said.code == 0
    for words in (published.publication().release_id, "datos reales", "ppa_2024", "por obtener", "factor-1"):
        assert words in said.out


# ---- the workspace


def test_workspace_option_is_where_everything_goes(
    atlas: Atlas, workspace: Workspace, tiny_pack: TinyPack, tmp_path: Path
) -> None:
    """Every command takes --workspace: it reads and writes there, and leaves the current folder alone."""
    assert atlas("retrieve", "--pack", tiny_pack.folder).code == 0
    assert atlas("build").code == 0
    assert atlas("export", "gaps", "--format", "parquet", "--out", tmp_path / "gaps.parquet").code == 0
    assert json.loads(atlas("status", "--json").out)["workspace"] == str(workspace.root)
    assert list(Path().iterdir()) == []


def test_variable_is_the_workspace_when_the_option_is_not_given(
    atlas: Atlas, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIERRA_WORKSPACE, or else ./workspace in the current folder; --workspace wins over both."""
    assert json.loads(atlas("status", "--json", workspace=None).out)["workspace"] == str(Path("workspace").resolve())
    monkeypatch.setenv(ROOT_VARIABLE, str(workspace.root / "variable"))
    assert json.loads(atlas("status", "--json", workspace=None).out)["workspace"].endswith("variable")
    assert json.loads(atlas("status", "--json").out)["workspace"] == str(workspace.root)


def test_workspace_that_cannot_be_made_is_refused(atlas: Atlas, tiny_pack: TinyPack, tmp_path: Path) -> None:
    """A file where the workspace should be: one sentence with the two ways to choose another place."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = atlas("build", "--pack", tiny_pack.folder, workspace=tmp_path / "file")
    assert (said.code, len(said.problems)) == (2, 1)
    assert said.telling("no se puede escribir en el espacio de trabajo", "--workspace", ROOT_VARIABLE)


# ---- as a person starts it


def started(*arguments: str | Path) -> Said:
    """Start Python with the package, as a person does."""
    order = [sys.executable, "-m", "pipelines", *map(str, arguments)]
    done = subprocess.run(order, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False)
    return Said(done.returncode, done.stdout, done.stderr)


def test_real_process_refuses_what_is_not_a_pack(tmp_path: Path, written_pack: Path) -> None:
    """With the real catalog, a pack of other files is refused source by source, with exit code 2 and no traceback."""
    said = started("build", "--pack", written_pack, "--workspace", tmp_path / "workspace")
    assert (said.code, said.out) == (2, "")
    assert len(said.telling("suma de verificación distinta")) == len(FILES)
    assert "Traceback" not in said.err
    assert not (tmp_path / "workspace" / "published").exists()


def test_real_process_gives_json_and_nothing_else(tmp_path: Path) -> None:
    """Standard output of status --json goes to a pipe as pure JSON: no colour, no folding, no heading."""
    said = started("status", "--json", "--workspace", tmp_path / "a folder with spaces")
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out)["published"] is None
    assert "\x1b" not in said.out

"""The command `export`: the same files as the page, and what it refuses."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from geodata.workspace import Publication, Workspace
from pages.components import downloads
from pipelines.export.choice import Choice
from pipelines.export.files import WRITERS
from pipelines.export.moment import MOMENT_VARIABLE
from pipelines.export_commands import export, territory_names
from tests.pipelines.orders import Atlas

ACTING = ("critical", "moderate")


@pytest.fixture
def release(published: Workspace, monkeypatch: pytest.MonkeyPatch) -> Publication:
    """Return the published tiny country, at one fixed moment for every file."""
    monkeypatch.setenv(MOMENT_VARIABLE, "1790000000")
    return published.publication()


@pytest.mark.parametrize("file_format", downloads.FORMATS)
def test_page_and_command_give_the_same_bytes(
    release: Publication, published: Workspace, atlas: Atlas, file_format: str, tmp_path: Path
) -> None:
    """The list chosen on the page and the one asked for in a terminal are one file to the byte."""
    choice = Choice(territory="010000", goods=("riego", "conectividad"), severities=ACTING)
    rows = choice.rows(release.table("gaps"))
    words = choice.in_words(territory_names(release))
    of_page = downloads.gap_file(release, rows, words, file_format)
    to = tmp_path / f"list.{file_format}"
    said = atlas(
        *("export", "gaps", "--format", file_format, "--out", to, "--region", "01", "--good", "riego"),
        *("--good", "conectividad", "--severity", "critica", "--severity", "Moderada"),
        workspace=published.root,
    )
    assert (said.code, said.err) == (0, "")
    assert f"{to}: {len(rows)} filas" in said.out
    assert to.read_bytes() == of_page


def test_page_and_command_give_the_same_briefing(
    release: Publication, published: Workspace, atlas: Atlas, tmp_path: Path
) -> None:
    """Two pages of a territory, and a zip of several, are the same from both sides."""
    for codes, name in ((["010101"], "one.pdf"), (["010101", "020100"], "two.zip")):
        asked = [word for code in codes for word in ("--territory", code)]
        said = atlas(
            *("export", "territories", "--format", "pdf", "--out", tmp_path / name, *asked), workspace=published.root
        )
        assert said.code == 0
        assert f"{len(codes)} fichas" in said.out
        assert (tmp_path / name).read_bytes() == downloads.territory_file(release, codes)


@pytest.mark.parametrize("file_format", WRITERS)
def test_every_format_of_both_tables_is_written(published: Workspace, file_format: str, tmp_path: Path) -> None:
    """Each format is there for gaps and territories, and says how many rows it has."""
    for table in ("gaps", "territories"):
        to = tmp_path / f"{table}.{file_format}"
        rows = export(published, table, file_format, to, region="02")
        assert rows == len(published.publication().table(table).query("ubigeo.str.startswith('02')"))
        assert to.stat().st_size > 0


def test_words_are_understood_as_they_are_typed(published: Workspace, tmp_path: Path) -> None:
    """With or without accents and capitals, in Spanish or as the table has them."""
    counts = set()
    for word in ("crítica", "CRITICA", "critical"):
        counts.add(export(published, "gaps", "csv", tmp_path / "list.csv", filters={"severities": [word]}))
    assert counts == {int(published.publication().table("gaps")["severity"].eq("critical").sum())}
    read = pd.read_csv(tmp_path / "list.csv", dtype="str")
    assert set(read["Severidad"]) == {"crítica"}
    assert read["Filtros"].str.contains("Severidad: crítica").all()


def test_quadrant_entity_and_product_are_filters_too(published: Workspace, tmp_path: Path) -> None:
    """Each narrows the list by its own column; a cell of several entities counts for each of them."""
    gaps = published.publication().table("gaps")
    asked = {
        "quadrants": str(gaps["quadrant"].dropna().iloc[0]),
        "entities": str(gaps["entities"].iloc[0]).split(", ")[-1],
    }
    for name, word in asked.items():
        rows = export(published, "gaps", "csv", tmp_path / "list.csv", filters={name: [word]})
        column = "quadrant" if name == "quadrants" else name
        assert rows == gaps[column].fillna("").str.split(", ").map(lambda words, word=word: word in words).sum()
        assert 0 < rows < len(gaps)


def test_everything_that_is_wrong_is_told_and_nothing_written(
    atlas: Atlas, published: Workspace, tmp_path: Path
) -> None:
    """Unknown words are told together with those that exist; options that do not go together are refused."""
    atlas = partial(atlas, workspace=published.root)
    order = ("export", "gaps", "--format", "csv", "--out", tmp_path / "list.csv")
    said = atlas(*order, "--good", "agua", "--severity", "grave")
    assert (said.code, len(said.problems)) == (2, 2)
    assert said.telling("--good", "riego", "'agua'")
    assert said.telling("--severity", "crítica", "'grave'")
    assert atlas(*order, "--territory", "010101").telling("--territory", "--format pdf")
    territories = ("export", "territories", "--format", "pdf", "--out", tmp_path / "list.pdf")
    assert atlas(*territories, "--good", "riego").telling("--good", "gaps")
    assert atlas(*territories, "--territory", "010101", "--region", "01").telling("--region")
    assert atlas(*territories, "--territory", "=1").telling("territorio desconocido", "'=1'")
    assert list(tmp_path.glob("list*")) == []

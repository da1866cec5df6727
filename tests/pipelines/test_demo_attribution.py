"""A simulated figure is nobody's: no ministry stands beside it, on a page or in a file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from geodata.columns import SIMULATED
from geodata.fields import load_fields
from geodata.workspace import Workspace
from pipelines.export.files import export_table
from pipelines.export.selection import select

FACTS = {"population_count", "capital_altitude_m", "capital_distance_km"}
"""What the embedded default holds as published."""


def test_only_facts_keep_their_publisher(demo_workspace: Workspace) -> None:
    """Population, altitude and the distance between seats are INEI's; every other figure is simulated."""
    selection = select(demo_workspace.publication(), "territories", "08")
    with_publisher = {
        name for name in selection.rows.columns if name in load_fields() and SIMULATED not in selection.heading(name)
    }
    assert with_publisher == FACTS


def test_the_gap_list_names_no_ministry_as_source(demo_workspace: Workspace) -> None:
    """The source of every simulated gap is the word, in the table and in whatever is exported from it."""
    gaps = demo_workspace.publication().table("gaps")
    # a service of which nobody publishes a figure has no source to name
    assert set(gaps.loc[gaps["value"].notna(), "datasets"]) == {SIMULATED}
    assert set(gaps["datasets"]) <= {SIMULATED, ""}


@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_the_sources_of_a_file_say_that_it_is_a_demonstration(
    demo_workspace: Workspace, tmp_path: Path, table: str
) -> None:
    """The sheet of sources lists the demonstration, and no register or survey that was not used."""
    path = tmp_path / "list.xlsx"
    export_table(demo_workspace.publication(), table, "xlsx", "08", path)
    book = openpyxl.load_workbook(path)
    sources = [row[0] for row in book["Fuentes"].iter_rows(min_row=2, values_only=True)]
    assert "demostracion" in sources
    assert not {"ppa_2024", "censo_2017", "cenagro_2012"} & set(sources)
    assert "MIDAGRI" not in " ".join(str(cell.value) for cell in book.worksheets[0][1])


@pytest.mark.pack
def test_real_figures_keep_theirs(real_workspace: Workspace) -> None:
    """In a publication of real data nothing is called simulated."""
    selection = select(real_workspace.publication(), "territories", "08")
    assert not any(SIMULATED in selection.heading(name) for name in selection.rows.columns)
    assert SIMULATED not in set(real_workspace.publication().table("gaps")["datasets"])

"""The census on the command line: bring INEI's zips, and make the data set from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from geodata.workspace import Workspace
from pipelines.census import LAYER, Ingested, ingest_census, use_version
from pipelines.census_retrieval import retrieve_census
from pipelines.conversion import EMBEDDED_DISTRICTS
from pipelines.progress import console_progress

Announce = Callable[[str], None]

DATASET = "cenagro_2012"


def zips_folder(workspace: Workspace) -> Path:
    """Return where the retrieved zips of the census lie."""
    return workspace.sources / DATASET / "zips"


def retrieve(workspace: Workspace, console: Console) -> None:
    """Bring the 150 zips of the census from INEI's portal; what is there already is not asked for again."""
    workspace.prepare()
    retrieved = retrieve_census(
        zips_folder(workspace),
        announce=console.print,
        progress_for=lambda label: console_progress(console, label),
    )
    console.print(f"{len(retrieved)} archivos del censo en {zips_folder(workspace)}")


def ingest(workspace: Workspace, folder: Path | None, *, wait_s: float, announce: Announce) -> Ingested:
    """
    Make the census data set from a folder of INEI's zips (by default the retrieved ones) and put it in use.

    Raises
    ------
    UserInputError
        With every problem of every zip. Then the data set in use stays.
    """
    known = pd.read_csv(EMBEDDED_DISTRICTS, usecols=["ubigeo"], dtype="str")["ubigeo"]
    with workspace.lock(wait_s=wait_s):
        made = ingest_census(
            folder or zips_folder(workspace), workspace.layers / LAYER, ubigeos=set(known), announce=announce
        )
        use_version(workspace.layers / LAYER, made.version)
    return made


def print_ingested(made: Ingested, console: Console) -> None:
    """Print what came in by department, and every warning with the share of units that it touches."""
    table = Table("Departamento", "Unidades", "Avisos", title=f"Censo {made.version}")
    for code, department in made.record["departments"].items():
        texts = [str(warning["text"]) for warning in department["warnings"]]
        table.add_row(f"{code} {department['name']}", f"{department['units_count']:,}", "\n".join(texts) or "ninguno")
    console.print(table)

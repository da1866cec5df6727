"""INEI's zips in miniature: one .sav each, made in code, with a personal column that must never come through."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from geodata.census import Module, load_census
from pipelines.census import ingest_census
from tests.processes import die

PERSONAL = "P009_01"
PERSON = "JUANA QUISPE MAMANI"
UNITS = 12
"""Rows of REC01; the last one is a refusal, so that the other modules have one less."""

CUSCO, PUNO = "08", "21"
SEA_POINT = (-72.0, -13.5)
DISTRICTS = ("080101", "080102", "210101", "210102")

Change = Callable[[pd.DataFrame], pd.DataFrame]


def module_rows(department: str, name: str, units: int = UNITS) -> pd.DataFrame:
    """Return the rows of a module as INEI has them: upper-case names, codes as numbers, blanks as NaN."""
    module = load_census().modules[name]
    count = units if name == "rec01" else units - 1
    order = np.arange(count)
    columns = {entry.source.upper(): _values(entry.kind, order) for entry in module.variables}
    columns |= {
        "P001": np.full(count, department),
        "P002": np.full(count, "01"),
        "P003": np.where(order % 2, "02", "01"),
        "P007X": np.full(count, "00100"),
        "P008": np.char.zfill(order.astype(str), 4),
        "NPRIN": np.full(count, "01"),
        PERSONAL: np.full(count, PERSON),
    }
    if name == "rec01":
        columns["RESULTADO"] = np.where(order == count - 1, 3.0, 1.0)
        columns["P016"] = np.ones(count)
        columns["LONG_DECI"], columns["LAT_DECI"] = (np.full(count, degrees) for degrees in SEA_POINT)
    return pd.DataFrame(columns)


def write_zip(folder: Path, department: str, name: str, rows: pd.DataFrame, *, member: str | None = None) -> Path:
    """Write a module as INEI's portal names it, in a folder of its own inside the zip; return the zip."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / load_census().zip_name(department, name)
    sav = folder / "rows.sav"
    pyreadstat.write_sav(rows, sav, row_compress=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(sav, member or f"{path.stem}/{name.upper()}.sav")
        archive.writestr(f"{path.stem}/Ficha técnica.pdf", b"%PDF")
        archive.writestr(f"__MACOSX/{path.stem}/._{name.upper()}.sav", b"shadow")
    sav.unlink()
    return path


def write_census(
    folder: Path, departments: Collection[str] = (CUSCO, PUNO), changes: dict[tuple[str, str], Change] | None = None
) -> Path:
    """Write every module of the departments, some of them changed by (department, module); return the folder."""
    for department in departments:
        for name in load_census().modules:
            change = (changes or {}).get((department, name), _same)
            write_zip(folder, department, name, change(module_rows(department, name)))
    return folder


def edited(**columns: Any) -> Change:
    """Return a change that sets whole columns, or the first rows of them when given a shorter list."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        for name, values in columns.items():
            if isinstance(values, list):
                rows.loc[: len(values) - 1, name] = values
            else:
                rows[name] = values
        return rows

    return change


def ingest(folder: Path, root: Path, chunk_rows: int) -> None:
    """Ingest, in whatever process this is called."""
    ingest_census(folder, root, ubigeos=DISTRICTS, chunk_rows=chunk_rows)


def ingest_and_die(folder: Path, root: Path, after_row_groups: int) -> None:
    """Ingest in chunks of five rows, and be killed in the middle of a partition."""
    import pyarrow.parquet as pq

    written = 0
    write_table = pq.ParquetWriter.write_table

    def count_and_die(self: pq.ParquetWriter, table: object) -> None:
        nonlocal written
        write_table(self, table)
        written += 1
        if written == after_row_groups:
            die()

    pq.ParquetWriter.write_table = count_and_die
    ingest(folder, root, 5)


def _values(kind: str, order: np.ndarray) -> np.ndarray:
    if kind == "number":
        return order / 4.0
    answers = (order % 3).astype(float)
    if kind == "count":
        return answers
    # not everybody is asked everything
    answers[order % 5 == 0] = np.nan
    return answers


def _same(rows: pd.DataFrame) -> pd.DataFrame:
    return rows


def modules() -> dict[str, Module]:
    """Return the modules that are kept."""
    return load_census().modules

"""One way out for every format: choose rows, choose a writer, write beside and rename."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from pyogrio.errors import DataLayerError, DataSourceError
from xlsxwriter.exceptions import FileCreateError

from geodata.columns import in_spanish
from geodata.errors import Problem, UserInputError
from geodata.workspace import Publication, written_beside
from pipelines.export.briefing import write_pdf
from pipelines.export.gap_workbook import write_xlsx
from pipelines.export.geopackage import write_geojson, write_geopackage
from pipelines.export.selection import Selection, select

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that starts so runs as a formula in a spreadsheet (OWASP, CSV injection)."""

CSV_DECIMALS = 4
"""Finer than any source; the Parquet export keeps every digit."""

WRITE_ERRORS = (OSError, FileCreateError, DataSourceError, DataLayerError)
"""How the writers say that the disk does not take the file."""


def write_csv(selection: Selection, publication: Publication, path: Path) -> None:
    """Write a table with BOM and Spanish headings; text that could run as a formula is guarded by an apostrophe."""
    table = in_spanish(selection.rows)
    for name in table.columns:
        if pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name]):
            table[name] = _plain(table[name])
        elif not pd.api.types.is_numeric_dtype(table[name]):
            guarded = table[name].astype("str").str.startswith(FORMULA_STARTS).fillna(False).astype(bool)
            table[name] = table[name].where(~guarded, "'" + table[name].astype("str"))
    table.columns = [selection.heading(name) for name in table.columns]
    table.to_csv(path, index=False, encoding="utf-8-sig")


def _plain(values: pd.Series) -> pd.Series:
    """Return whole numbers without a decimal point, and others with at most `CSV_DECIMALS`."""
    rounded = values.astype("Float64").round(CSV_DECIMALS)
    is_whole = bool((rounded.dropna() % 1 == 0).all())
    return rounded.astype("Int64") if is_whole else rounded


def write_parquet_file(selection: Selection, publication: Publication, path: Path) -> None:
    """Write the columns as published, with their English names, for programs."""
    selection.rows.to_parquet(path, index=False, compression="zstd")


WRITERS: dict[str, Callable[[Selection, Publication, Path], None]] = {
    "xlsx": write_xlsx,
    "csv": write_csv,
    "gpkg": write_geopackage,
    "geojson": write_geojson,
    "parquet": write_parquet_file,
    "pdf": write_pdf,
}


def export_table(publication: Publication, table_name: str, file_format: str, region: str | None, to: Path) -> int:
    """
    Write a published table and return its number of rows.

    Raises
    ------
    UserInputError
        If the region does not exist or the file cannot be written; then no file is left.
    """
    selection = select(publication, table_name, region)
    write_selection(selection, publication, file_format, to)
    return len(selection.rows)


def write_selection(selection: Selection, publication: Publication, file_format: str, to: Path) -> None:
    """Write a selection in a format; whole or not at all."""
    try:
        with written_beside(to.expanduser().resolve()) as beside:
            # asked of the system first: each writer says in its own words that a folder is missing
            beside.touch()
            beside.unlink()
            WRITERS[file_format](selection, publication, beside)
    except WRITE_ERRORS as error:
        raise UserInputError([_cannot_write(to, error)]) from error


def _cannot_write(to: Path, error: Exception) -> Problem:
    return Problem(
        what="no se pudo escribir el archivo",
        where=str(to),
        expected="una carpeta existente con permiso de escritura y espacio",
        found=getattr(error, "strerror", None) or str(error),
        repair="elija otro lugar con --out, o libere espacio",
    )

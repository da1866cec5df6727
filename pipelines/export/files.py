"""One way out for every format: choose rows, choose a writer, write beside and rename."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyogrio.errors import DataLayerError, DataSourceError
from xlsxwriter.exceptions import FileCreateError

from geodata.errors import Problem, UserInputError
from geodata.workspace import Publication, written_beside
from pipelines.export.briefing import write_pdf
from pipelines.export.gap_workbook import write_xlsx
from pipelines.export.geopackage import write_geojson, write_geopackage
from pipelines.export.moment import export_moment, in_words
from pipelines.export.safe_text import FORMULA_STARTS as FORMULA_STARTS
from pipelines.export.safe_text import guarded
from pipelines.export.selection import FILE_DATE, Selection, select

FILTERS = "Filtros"

PARQUET_NOTES = b"atlas_sierra"
"""Key of the file's metadata under which release, date, filters and sources lie, as JSON."""

CSV_DECIMALS = 4
"""Finer than any source; the Parquet export keeps every digit."""

WRITE_ERRORS = (OSError, FileCreateError, DataSourceError, DataLayerError)
"""How the writers say that the disk does not take the file."""


def write_csv(selection: Selection, publication: Publication, path: Path) -> None:
    """
    Write a table with BOM and Spanish headings; text that could run as a formula is guarded by an apostrophe.

    A table has no place for notes: the date of the file and its filters stand in two columns, alike in every row.
    """
    table = selection.for_people()
    for name in table.columns:
        if pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name]):
            table[name] = _plain(table[name])
        elif not pd.api.types.is_numeric_dtype(table[name]):
            table[name] = _guarded(table[name])
    table.columns = [selection.heading(name) for name in table.columns]
    if selection.moment is not None:
        table[FILE_DATE] = in_words(selection.moment)
        table[FILTERS] = guarded(selection.filters_in_words())
    # line ends of RFC 4180, the same on every system
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _guarded(values: pd.Series) -> pd.Series:
    """Return texts that no spreadsheet runs; each different one is looked at once."""
    texts = values.astype("str")
    safe = {text: guarded(text) for text in texts.dropna().unique()}
    return texts.map(safe, na_action="ignore")


def _plain(values: pd.Series) -> pd.Series:
    """Return whole numbers without a decimal point, and others with at most `CSV_DECIMALS`."""
    rounded = values.astype("Float64").round(CSV_DECIMALS)
    is_whole = bool((rounded.dropna() % 1 == 0).all())
    return rounded.astype("Int64") if is_whole else rounded


def write_parquet_file(selection: Selection, publication: Publication, path: Path) -> None:
    """Write the columns as published, with their English names, for programs; the notes go into the metadata."""
    table = pa.Table.from_pandas(selection.rows, preserve_index=False)
    notes = {
        "parameters": dict(selection.parameters().itertuples(index=False, name=None)),
        "sources": selection.sources()["Cita"].tolist(),
    }
    told = {**(table.schema.metadata or {}), PARQUET_NOTES: json.dumps(notes, ensure_ascii=False).encode()}
    pq.write_table(table.replace_schema_metadata(told), path, compression="zstd")


WRITERS: dict[str, Callable[[Selection, Publication, Path], None]] = {
    "xlsx": write_xlsx,
    "csv": write_csv,
    "gpkg": write_geopackage,
    "geojson": write_geojson,
    "parquet": write_parquet_file,
    "pdf": write_pdf,
}


def export_table(
    publication: Publication,
    table_name: str,
    file_format: str,
    region: str | None,
    to: Path,
    moment: datetime | None = None,
) -> int:
    """
    Write a published table and return its number of rows.

    Raises
    ------
    UserInputError
        If the region does not exist or the file cannot be written; then no file is left.
    """
    selection = select(publication, table_name, region)
    write_selection(selection, publication, file_format, to, moment)
    return len(selection.rows)


def write_selection(
    selection: Selection, publication: Publication, file_format: str, to: Path, moment: datetime | None = None
) -> None:
    """
    Write a selection in a format; whole or not at all.

    The page and the command line both end here: the same rows and filters give the same bytes for the same `moment`,
    which is now unless somebody says so.
    """
    selection = replace(selection, moment=moment or export_moment())
    with written_whole(to) as beside:
        WRITERS[file_format](selection, publication, beside)


@contextmanager
def written_whole(to: Path) -> Iterator[Path]:
    """
    Give a file beside `to` that takes its place when the block ends well.

    Raises
    ------
    UserInputError
        If the disk does not take it; then what was there stays.
    """
    try:
        with written_beside(to.expanduser().resolve()) as beside:
            # asked of the system first: each writer says in its own words that a folder is missing
            beside.touch()
            beside.unlink()
            yield beside
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

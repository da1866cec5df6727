"""Files to take away, made when somebody asks for them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from geodata.workspace import Publication
from pages.text import say
from pipelines.export.files import write_selection
from pipelines.export.selection import selection_of
from pipelines.export.territory_pdf import TERRITORIES_AT_MOST, write_territory_pdfs

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
    "pdf": "application/pdf",
}


def gap_files(release: Publication, gaps: pd.DataFrame, filters: Mapping[str, str]) -> None:
    """Draw a button per format; the file is written when the button is pressed."""
    region = _slug(next(iter(filters.values()), ""))
    name = say("downloads.file_name", region=region, release=release.release_id)
    for column, (file_format, media_type) in zip(st.columns(len(FORMATS)), FORMATS.items(), strict=True):
        column.download_button(
            say(f"downloads.{file_format}"),
            # made when the button is pressed, not at every run of the page
            data=partial(gap_file, release, gaps, dict(filters), file_format),
            file_name=f"{name}.{file_format}",
            mime=media_type,
            on_click="ignore",
            key=f"download-{file_format}",
            icon=":material/download:",
            width="stretch",
        )


def gap_file(release: Publication, gaps: pd.DataFrame, filters: Mapping[str, str], file_format: str) -> bytes:
    """Return the file of a list: what the command line writes for the same rows and filters."""
    selection = selection_of(release, "gaps", gaps, dict(filters))
    return _bytes(f"file.{file_format}", lambda path: write_selection(selection, release, file_format, path))


def territory_file(release: Publication, codes: Sequence[str]) -> bytes:
    """Return the two-page briefing of a territory, or a zip of several."""
    return _bytes("file", lambda path: write_territory_pdfs(release, codes, path))


def territory_files(release: Publication, codes: Sequence[str], key: str = "download-territories") -> None:
    """Draw the button of the two-page briefings of some territories: a PDF, or a zip of several."""
    chosen = list(dict.fromkeys(codes))[:TERRITORIES_AT_MOST]
    is_one = len(chosen) == 1
    if not chosen:
        return

    st.download_button(
        say("downloads.briefing" if is_one else "downloads.briefings", count=len(chosen)),
        data=partial(territory_file, release, chosen),
        file_name=f"ficha-{chosen[0]}-{release.release_id}.pdf" if is_one else f"fichas-{release.release_id}.zip",
        mime="application/pdf" if is_one else "application/zip",
        on_click="ignore",
        key=key,
        icon=":material/download:",
    )


def _bytes(name: str, write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()


def _slug(text: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())

"""Files to take away, made when somebody asks for them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from geodata.workspace import Publication
from pages.text import say
from pipelines.export.files import write_selection
from pipelines.export.selection import selection_of

_FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "gpkg": "application/geopackage+sqlite3",
}


def gap_files(release: Publication, gaps: pd.DataFrame, filters: Mapping[str, str]) -> None:
    """Draw a button per format; the file is written when the button is pressed."""
    name = say("gaps.file_name", region=_slug(filters[say("gaps.filter_region")]), release=release.release_id)
    for column, (file_format, media_type) in zip(st.columns(len(_FORMATS) + 2), _FORMATS.items(), strict=False):
        column.download_button(
            say(f"gaps.download_{file_format}"),
            data=_maker(release, gaps, dict(filters), file_format),
            file_name=f"{name}.{file_format}",
            mime=media_type,
            on_click="ignore",
            key=f"download-{file_format}",
            icon=":material/download:",
            width="stretch",
        )


def _maker(release: Publication, gaps: pd.DataFrame, filters: dict[str, str], file_format: str) -> Callable[[], bytes]:
    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"file.{file_format}"
            write_selection(selection_of(release, "gaps", gaps, filters), release, file_format, path)
            return path.read_bytes()

    return make


def _slug(text: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())

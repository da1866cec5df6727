"""The agenda of the workspace, opened once for every session of the server."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from geodata.agenda.store import Agenda
from geodata.workspace import Publication, Workspace
from pages.components import cached

URL_VARIABLE = "SIERRA_DATABASE_URL"


def opened() -> Agenda:
    """
    Return the agenda of the workspace that serves.

    Raises
    ------
    WorkspaceError, NewerDatabaseError
        If the database cannot be opened; nothing is kept then, and the next run tries again.
    """
    return _opened(str(Workspace().root), os.environ.get(URL_VARIABLE))


def places(release: Publication) -> dict[str, str]:
    """Return code -> name of every territory of the three levels."""
    tables = (cached.level_table(release, level) for level in ("department", "province", "district"))
    return {code: name for table in tables for code, name in zip(table["ubigeo"], table["name"], strict=True)}


@st.cache_resource(show_spinner=False)
def _opened(root: str, url: str | None) -> Agenda:
    return Agenda.open(Path(root), url)

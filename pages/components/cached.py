"""
The only caches of the pages: published tables, shared by every session, read only.

Keys are plain (the path of a release never changes its content). Never modify what these functions return.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pandas as pd
import streamlit as st

from geodata.ubigeo import LEVELS, Level
from geodata.workspace import Publication, Workspace

TABLE_OF_LEVEL: dict[Level, str] = {"district": "territories", "province": "provinces", "department": "departments"}

_RELEASES_IN_MEMORY = 2
_TABLES_PER_RELEASE = 12


def publication() -> Publication:
    """Return the release that serves now; a new one is noticed at the next run."""
    return Workspace().publication()


def table(release: Publication, name: str) -> pd.DataFrame:
    """Return a published table."""
    return _table(str(release.path), name)


def level_table(release: Publication, level: Level) -> pd.DataFrame:
    """Return the table of a level, in order of ubigeo, as the map file is."""
    return _table(str(release.path), TABLE_OF_LEVEL[level])


def territory(release: Publication, ubigeo: str, level: Level) -> pd.Series:
    """Return the row of one territory."""
    return cast(pd.Series, _by_code(str(release.path), TABLE_OF_LEVEL[level]).loc[ubigeo])


def withheld_fields(release: Publication, ubigeo: str) -> frozenset[str]:
    """Return the fields that a territory withholds because they rest on fewer than five producers."""
    cells = table(release, "withheld")
    return frozenset(cells.loc[cells["ubigeo"].eq(ubigeo), "field"])


def withheld_codes(release: Publication, field_id: str) -> frozenset[str]:
    """Return the territories that withhold a field."""
    cells = table(release, "withheld")
    return frozenset(cells.loc[cells["field"].eq(field_id), "ubigeo"])


def census_table(release: Publication, level: Level) -> pd.DataFrame:
    """Return the indicators of the census of a level, with `is_sierra`, in order of ubigeo."""
    return _census_table(str(release.path), level)


def withheld_census_fields(release: Publication, ubigeo: str) -> frozenset[str]:
    """Return the indicators of the census that a territory withholds."""
    cells = table(release, "census_withheld")
    return frozenset(cells.loc[cells["ubigeo"].eq(ubigeo), "field"])


def codes(release: Publication) -> pd.Index:
    """Return the codes of every territory of the three levels."""
    return _codes(str(release.path))


def department_names(release: Publication) -> dict[str, str]:
    """Return two-digit code -> name of the department."""
    departments = level_table(release, "department")
    return dict(zip(departments["ubigeo"].str[:2], departments["name"], strict=True))


def names_within(release: Publication, department: str) -> dict[str, str]:
    """Return code -> name of a department, its provinces and its districts, each with what it belongs to."""
    return _names_within(str(release.path), department)


@st.cache_resource(max_entries=_RELEASES_IN_MEMORY * 25, show_spinner=False)
def _names_within(release_path: str, department: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for level in reversed(LEVELS):
        table = _table(release_path, TABLE_OF_LEVEL[level])
        inside = table[table["ubigeo"].str.startswith(department)]
        above = inside["province"] if level == "district" else inside["department"]
        suffix = "" if level == "department" else " (" + above.astype("str") + ")"
        names |= dict(zip(inside["ubigeo"], inside["name"] + suffix, strict=True))
    return names


@st.cache_resource(max_entries=_RELEASES_IN_MEMORY * _TABLES_PER_RELEASE, show_spinner=False)
def _table(release_path: str, name: str) -> pd.DataFrame:
    folder = Path(release_path) / ("geometry" if name == "bounds" else "")
    table = pd.read_parquet(folder / f"{name}.parquet")
    # the map file is in order of ubigeo; the gap list is in order of priority and stays so
    return table.sort_values("ubigeo", ignore_index=True) if name in TABLE_OF_LEVEL.values() else table


@st.cache_resource(max_entries=_RELEASES_IN_MEMORY * len(LEVELS), show_spinner=False)
def _census_table(release_path: str, level: Level) -> pd.DataFrame:
    census = _table(release_path, "census")
    is_sierra = _table(release_path, TABLE_OF_LEVEL[level])[["ubigeo", "is_sierra"]]
    return is_sierra.merge(census[census["level"].eq(level)], on="ubigeo", validate="1:1")


@st.cache_resource(max_entries=_RELEASES_IN_MEMORY * len(LEVELS), show_spinner=False)
def _by_code(release_path: str, name: str) -> pd.DataFrame:
    return _table(release_path, name).set_index("ubigeo", drop=False)


@st.cache_resource(max_entries=_RELEASES_IN_MEMORY, show_spinner=False)
def _codes(release_path: str) -> pd.Index:
    return pd.Index(pd.concat([_table(release_path, name)["ubigeo"] for name in TABLE_OF_LEVEL.values()]))

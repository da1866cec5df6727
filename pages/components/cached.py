"""
The only caches of the pages: published tables, shared by every session, read only.

Keys are plain (the path of a release never changes its content). Never modify what these functions return.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pandas as pd
import streamlit as st

from geodata.errors import UserInputError
from geodata.fields import CENSUS_FIELDS_FILE, load_fields
from geodata.method_words import Method, load_methods
from geodata.standards import Standard, load_standards, standards_of
from geodata.ubigeo import LEVELS, Level
from geodata.workspace import Publication, Workspace
from layers.scenario import Basis, Scenario, ScenarioOutcome, outcome, simulate
from layers.viability import Explanation, Reference, Robustness, explain
from pages.text import say

TABLE_OF_LEVEL: dict[Level, str] = {"district": "territories", "province": "provinces", "department": "departments"}

_RELEASES_IN_MEMORY = 2
_TABLES_PER_RELEASE = 18
_SCENARIOS_IN_MEMORY = 8
_EXPLANATIONS_IN_MEMORY = 64
_INDEX_TABLES = ("index_inputs", "robustness", "products")


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


def methods_of(release: Publication, ubigeo: str) -> dict[str, Method]:
    """Return field -> how its figure was made in a territory, where that differs from one territory to another."""
    made = _methods(str(release.path))
    first, last = made["ubigeo"].searchsorted(ubigeo, "left"), made["ubigeo"].searchsorted(ubigeo, "right")
    own = made.iloc[first:last]
    return {str(field): load_methods()[word] for field, word in zip(own["field"], own["method"], strict=True)}


def standards() -> dict[str, Standard]:
    """Return the standards in force: the region's where its file can be read, else the project's."""
    try:
        return dict(standards_of(Workspace().root))
    except UserInputError:  # the build told what is wrong with the file
        return dict(load_standards())


def census_table(release: Publication, level: Level) -> pd.DataFrame:
    """Return the indicators of the census of a level, with `is_sierra`, in order of ubigeo."""
    return _census_table(str(release.path), level)


def withheld_census_fields(release: Publication, ubigeo: str) -> frozenset[str]:
    """Return the indicators of the census that a territory withholds."""
    cells = table(release, "census_withheld")
    return frozenset(cells.loc[cells["ubigeo"].eq(ubigeo), "field"])


def index_basis(release: Publication) -> Basis | None:
    """Return what scenarios and explanations are made on; None for a release without the open index."""
    return _index_basis(str(release.path), release.provenance.get("viability"))


def reference(release: Publication) -> Reference | None:
    """Return the frozen reference of the index; None for a release without the open index."""
    basis = index_basis(release)
    return None if basis is None else basis.reference


def standing(release: Publication, ubigeo: str) -> pd.DataFrame:
    """Return how sure the places of a territory are: a row per scope, none without a score."""
    rows = table(release, "robustness")
    return rows[rows["ubigeo"].eq(ubigeo)]


def explanation(release: Publication, ubigeo: str) -> Explanation | None:
    """Return why a district has its score; None for a release without the open index."""
    return None if index_basis(release) is None else _explanation(str(release.path), ubigeo, release)


def scenario_outcome(release: Publication, scenario: Scenario) -> ScenarioOutcome:
    """Return what a scenario does; errors as in `layers.scenario.outcome`."""
    return _outcome(str(release.path), repr(scenario), scenario, release)


def scenario_draws(release: Publication, scenario: Scenario) -> Robustness:
    """Return the draws around a scenario (those of the index itself for one that changes nothing)."""
    return _draws(str(release.path), repr(scenario), scenario, release)


def partly_known(release: Publication, ubigeo: str) -> pd.DataFrame:
    """Return the figures of a territory that rest on some of its districts: `field` and the two counts."""
    coverage = table(release, "coverage")
    own = coverage[coverage["ubigeo"].eq(ubigeo)]
    return own[own["with_value_count"].gt(0) & own["with_value_count"].lt(own["districts_count"])]


def codes(release: Publication) -> pd.Index:
    """Return the codes of every territory of the three levels."""
    return _codes(str(release.path))


def department_names(release: Publication) -> dict[str, str]:
    """Return two-digit code -> name of the department."""
    departments = level_table(release, "department")
    return dict(zip(departments["ubigeo"].str[:2], departments["name"], strict=True))


def territory_names(release: Publication) -> dict[str, str]:
    """Return the name of every department, province and district by its code, as the command line has them."""
    tables = [level_table(release, level) for level in reversed(LEVELS)]
    return {code: name for table in tables for code, name in zip(table["ubigeo"], table["name"], strict=True)}


def names_within(release: Publication, department: str) -> dict[str, str]:
    """Return code -> name of a department, its provinces and its districts, each with what it belongs to."""
    return _names_within(str(release.path), department)


@st.cache_resource(max_entries=_RELEASES_IN_MEMORY * 25, show_spinner=False)
def _names_within(release_path: str, department: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for level in reversed(LEVELS):
        table = _table(release_path, TABLE_OF_LEVEL[level])
        inside = table[table["ubigeo"].str.startswith(department)]
        # a district, its province and its department often share a name
        word = say(f"levels.{level}").lower()
        above = inside["province"] if level == "district" else word + ", " + inside["department"]
        suffix = f" ({word})" if level == "department" else " (" + above.astype("str") + ")"
        names |= dict(zip(inside["ubigeo"], inside["name"].astype("str") + suffix, strict=True))
    return names


@st.cache_resource(max_entries=_RELEASES_IN_MEMORY * _TABLES_PER_RELEASE, show_spinner=False)
def _table(release_path: str, name: str) -> pd.DataFrame:
    folder = Path(release_path) / ("geometry" if name == "bounds" else "")
    table = pd.read_parquet(folder / f"{name}.parquet")
    # the map file is in order of ubigeo; the gap list is in order of priority and stays so
    return table.sort_values("ubigeo", ignore_index=True) if name in TABLE_OF_LEVEL.values() else table


@st.cache_resource(max_entries=_RELEASES_IN_MEMORY, show_spinner=False)
def _index_basis(release_path: str, _record: dict[str, Any] | None) -> Basis | None:
    if _record is None or not all((Path(release_path) / f"{name}.parquet").is_file() for name in _INDEX_TABLES):
        return None
    try:
        frozen = Reference.from_dict(_record)
    except (KeyError, TypeError, ValueError, UserInputError):  # a publication of an earlier version
        return None
    return Basis(
        inputs=_table(release_path, "index_inputs"),
        districts=_table(release_path, TABLE_OF_LEVEL["district"]),
        reference=frozen,
        standards=standards(),
        fields={**load_fields(CENSUS_FIELDS_FILE), **load_fields()},
        products=_table(release_path, "products"),
    )


@st.cache_resource(max_entries=_EXPLANATIONS_IN_MEMORY, show_spinner=False)
def _explanation(release_path: str, ubigeo: str, _release: Publication) -> Explanation:
    basis = cast(Basis, index_basis(_release))
    reserved = withheld_fields(_release, ubigeo)
    if (Path(release_path) / "census_withheld.parquet").is_file():
        reserved |= withheld_census_fields(_release, ubigeo)
    standards = basis.standards.values()
    return explain(ubigeo, basis.inputs, basis.reference, standards, basis.fields, reserved=reserved)


@st.cache_resource(max_entries=_SCENARIOS_IN_MEMORY, show_spinner=False)
def _outcome(release_path: str, key: str, _scenario: Scenario, _release: Publication) -> ScenarioOutcome:
    return outcome(_scenario, cast(Basis, index_basis(_release)))


@st.cache_resource(max_entries=_SCENARIOS_IN_MEMORY, show_spinner=False)
def _draws(release_path: str, key: str, _scenario: Scenario, _release: Publication) -> Robustness:
    return simulate(_scenario, cast(Basis, index_basis(_release)))


@st.cache_resource(max_entries=_RELEASES_IN_MEMORY, show_spinner=False)
def _methods(release_path: str) -> pd.DataFrame:
    """Return how figures were made, in order of ubigeo: a territory's rows are found by halving."""
    if not (Path(release_path) / "methods.parquet").is_file():  # a publication of an earlier version
        return pd.DataFrame(columns=["ubigeo", "field", "method"], dtype="str")
    return _table(release_path, "methods").sort_values("ubigeo", ignore_index=True)


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

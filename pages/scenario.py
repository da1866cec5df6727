"""Escenarios: other weights, gaps closed, a product; places before and after, saved by name and compared."""

from __future__ import annotations

from typing import cast

import streamlit as st

from geodata.errors import UserInputError
from geodata.scenarios import SavedScenario, ScenarioBook, read_scenarios, scenarios_file
from geodata.workspace import Publication, Workspace
from layers.scenario import Basis, Scenario
from pages.components import (
    cached,
    controls,
    frame,
    scenario_compare,
    scenario_controls,
    scenario_link,
    scenario_result,
)
from pages.components.release_name import release_name
from pages.components.selection import read
from pages.text import say


def page(release: Publication) -> None:
    """Draw the page of a release."""
    st.header(say("scenario.title"), anchor=False)
    st.caption(say("scenario.intro"))
    basis = cached.index_basis(release)
    if basis is None:
        st.info(say("scenario.absent"))
        return
    departments, codes = cached.department_names(release), cached.codes(release)
    book = read_scenarios(scenarios_file(Workspace().root))
    selection, notes = read(st.query_params, departments, codes)
    scenario, more = scenario_link.read(st.query_params, basis, codes, book)
    for note in (*notes, *more, *_elsewhere(scenario, book, release)):
        st.warning(note)
    left, right = st.columns([1, 2.6], gap="large")
    with left:
        controls.region_choice(selection, departments)
        scenario_controls.weight_sliders(scenario, basis)
        scenario_controls.more_options(scenario, basis, release, selection)
    with right:
        scope = selection.region_code or "sierra"
        sentence = "scenario.scope" if selection.region_code else "scenario.scope_all"
        st.caption(say(sentence, region=controls.region_name(selection, departments)))
        _result(release, scenario, scope)
        st.divider()
        other, unknown = scenario_link.compared_with(st.query_params, book)
        for note in unknown:
            st.warning(note)
        st.subheader(say("scenario.saved_title"), anchor=False)
        scenario_compare.save_form(release, scenario)
        scenario_compare.saved_list(release, scenario, book)
        scenario_compare.compare_choice(scenario, book, other)
        if other is not None:
            _side_by_side(release, scenario, other, scope)


def _result(release: Publication, scenario: Scenario, scope: str) -> None:
    """Draw the result; what cannot be scored is told, and the controls stay to mend it."""
    try:
        scenario_result.result(release, scenario, scope)
    except UserInputError as error:
        for problem in error.problems:
            st.error(str(problem))


def _side_by_side(release: Publication, scenario: Scenario, other: SavedScenario, scope: str) -> None:
    basis = cast(Basis, cached.index_basis(release))
    second, notes = scenario_link.of_saved(other, basis, cached.codes(release))
    for note in notes:
        st.warning(note)
    try:
        scenario_compare.side_by_side(release, scenario, second, scope)
    except UserInputError as error:
        for problem in error.problems:
            st.error(str(problem))


def _elsewhere(scenario: Scenario, book: ScenarioBook, release: Publication) -> list[str]:
    """Return the sentence that a scenario was saved on another release."""
    saved = book.named(scenario.name) if scenario.name else None
    if saved is None or saved.release_id == release.release_id:
        return []
    then, now = release_name(saved.release_id), release_name(release.release_id)
    return [say("scenario.other_release", name=saved.name, saved=then, now=now)]


frame.show(page)

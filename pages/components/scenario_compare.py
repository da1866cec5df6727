"""Scenarios by name: save the one that is open, open or delete another, set one beside it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geodata.errors import UserInputError
from geodata.scenarios import (
    LONGEST_NAME,
    SavedScenario,
    ScenarioBook,
    delete_scenario,
    save_scenario,
    scenarios_file,
)
from geodata.workspace import Publication, Workspace
from layers.scenario import Scenario, compare_scenarios
from pages.components import cached, scenario_link
from pages.components.release_name import release_name
from pages.components.scenario_result import changes_table, range_words, totals_line
from pages.text import say, section

_OUTCOME = "scenario-said"
"""What the last attempt to save or delete has to say, kept over one run."""

_NAME = "scenario-name"
_SHORT = 6
"""Changes that are all in sight; more scroll."""


def save_form(release: Publication, scenario: Scenario) -> None:
    """Draw the form that keeps a scenario; nothing typed is lost when it is refused."""
    kind, sentences = st.session_state.pop(_OUTCOME, ("success", []))
    for sentence in sentences:
        (st.error if kind == "error" else st.success)(sentence)
    with st.form("scenario-form", clear_on_submit=False):
        st.text_input(say("scenario.name"), max_chars=LONGEST_NAME, key=_NAME, help=say("scenario.name_help"))
        st.form_submit_button(say("scenario.save"), on_click=_save, args=(release, scenario))


def saved_list(release: Publication, scenario: Scenario, book: ScenarioBook) -> None:
    """Draw the saved scenarios and the choice of one to set beside the open one."""
    for problem in book.problems:
        st.warning(str(problem))
    if not book.saved:
        st.caption(say("scenario.none_saved"))
        return
    for entry in book.saved:
        name, opening, deleting = st.columns([3, 1, 1], vertical_alignment="center")
        # names are what people typed: they are drawn as text
        name.text(entry.name if entry.name != scenario.name else say("scenario.open_now", name=entry.name))
        name.caption(_age(entry, release))
        opening.button(
            say("scenario.open"), key=f"saved-{entry.entry_id}", on_click=scenario_link.open_saved, args=(entry.name,)
        )
        deleting.button(
            say("scenario.delete"), key=f"delete-{entry.entry_id}", on_click=_delete, args=(entry, release, scenario)
        )


def compare_choice(scenario: Scenario, book: ScenarioBook, other: SavedScenario | None) -> None:
    """Draw the choice of the saved scenario that stands beside the open one."""
    names = [entry.name for entry in book.saved if entry.name != scenario.name]
    if not names:
        return
    # an option that is None would be drawn as no choice at all
    st.session_state["scenario-other"] = other.name if other is not None and other.name in names else ""
    st.selectbox(
        say("scenario.compare_with"),
        ["", *names],
        format_func=lambda name: name or say("scenario.nobody"),
        key="scenario-other",
        on_change=lambda: scenario_link.compare_to(st.session_state["scenario-other"]),
    )


def side_by_side(release: Publication, first: Scenario, second: Scenario, scope: str) -> None:
    """Draw two scenarios side by side: what each changes, what each costs, and the places that each gives."""
    made = [cached.scenario_outcome(release, one) for one in (first, second)]
    titles = [first.name or say("scenario.unsaved"), second.name]
    for column, title, one in zip(st.columns(2, gap="medium"), titles, made, strict=True):
        with column:
            # a name is text, never markup
            st.text(title)
            st.markdown(f"**{totals_line(one)}**")
            st.dataframe(changes_table(one), hide_index=True, height="content" if len(one.changes) <= _SHORT else 250)
    compared = compare_scenarios(made[0], made[1], scope)
    for name, scenario in (("range_first", first), ("range_second", second)):
        ranges = range_words(
            cached.scenario_draws(release, scenario).table(scope).set_index("ubigeo"), "rank_p05", "rank_p95"
        )
        compared[name] = ranges.reindex(compared["ubigeo"]).fillna("").to_numpy()
    st.dataframe(_shown(compared), hide_index=True, height=360)
    st.caption(say("scenario.compare_note"))


def _shown(compared: pd.DataFrame) -> pd.DataFrame:
    words = section("scenario.compared")
    places = ["rank_published", "rank_first", "rank_second", "rank_difference"]
    scores = ["score_published", "score_first", "score_second"]
    shown = compared.astype(dict.fromkeys(places, "Int64")).round(dict.fromkeys(scores, 1))
    return shown[list(words)].rename(columns=words)


def _age(entry: SavedScenario, release: Publication) -> str:
    date = entry.entered_at[:10]
    if entry.release_id == release.release_id:
        return say("scenario.saved_on", date=date)
    return say("scenario.saved_elsewhere", date=date, release=release_name(entry.release_id))


def _save(release: Publication, scenario: Scenario) -> None:
    name = str(st.session_state[_NAME])
    try:
        kept = save_scenario(
            scenarios_file(Workspace().root),
            name,
            weights=dict(scenario.weights),
            closed_gaps=dict(scenario.closed_gaps),
            product=scenario.product,
            release_id=release.release_id,
        )
    except UserInputError as error:
        st.session_state[_OUTCOME] = ("error", [str(problem) for problem in error.problems])
        return
    scenario_link.open_saved(kept.name)
    st.session_state[_NAME] = ""
    st.session_state[_OUTCOME] = ("success", [say("scenario.saved")])


def _delete(entry: SavedScenario, release: Publication, scenario: Scenario) -> None:
    try:
        delete_scenario(scenarios_file(Workspace().root), entry.entry_id)
    except UserInputError as error:
        st.session_state[_OUTCOME] = ("error", [str(problem) for problem in error.problems])
        return
    if scenario.name == entry.name:
        # what is on the screen stays on the screen, without the name: saving it again undoes the deletion
        scenario_link.write(scenario)
        st.session_state[_NAME] = entry.name
    st.session_state[_OUTCOME] = ("success", [say("scenario.deleted")])

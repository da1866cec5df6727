"""What a scenario does: whom it touches, places before and after with their ranges, and every input it changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import streamlit as st

from geodata.workspace import Publication
from layers.scenario import Scenario, ScenarioOutcome, with_ranges, within
from layers.viability import Reference, Robustness, gate_sentence, tell_apart
from pages.components import cached, figures
from pages.components.scenario_chart import slope_chart
from pages.components.scenario_controls import product_label
from pages.text import say, section

CHARTED = 12
"""Lines that can be told apart in one chart."""

TOUCHED_CHARTED = 9
"""Of them, those that the scenario acts on; the others are the first of the region."""

_PAIRS_NAMED = 3


def result(release: Publication, scenario: Scenario, scope: str) -> None:
    """Draw what a scenario does among the Sierra districts of a scope (`sierra` or the code of a department)."""
    made = cached.scenario_outcome(release, scenario)
    with st.spinner(say("scenario.drawing"), show_time=False):
        before, after = cached.scenario_draws(release, Scenario()), cached.scenario_draws(release, scenario)
    st.markdown(f"**{totals_line(made)}**")
    for note in _notes(made):
        st.caption(note)
    rows = with_ranges(within(made.table, scope), before, after, scope)
    chosen = charted(rows)
    if len(chosen) < 2:
        st.info(say("scenario.too_few"))
    else:
        st.altair_chart(slope_chart(_moves(chosen), section("scenario.chart")), width="stretch")
        st.caption(say("scenario.chart_note", count=len(chosen)))
        _apart(chosen, after)
    with st.expander(say("scenario.table")):
        st.dataframe(table(rows, cached.reference(release)), hide_index=True, height=360)
    _changes(made)


def totals_line(made: ScenarioOutcome) -> str:
    """Return in one line whom a scenario touches and what it would cost."""
    if made.closed.rows.empty:
        moved = made.table["rank_before"].ne(made.table["rank_after"]) & made.table["rank_before"].notna()
        return say("scenario.totals_weights", count=figures.number(int(moved.sum())))
    if made.cost_high_pen > 0:
        low, high = figures.millions(made.cost_low_pen, made.cost_high_pen)
        cost = say("gaps.cost", low=low, high=high)
        if made.without_cost_count:
            cost += say("gaps.without_cost", count=figures.number(made.without_cost_count))
    else:
        cost = say("gaps.no_cost")
    return say(
        "scenario.totals",
        districts=figures.number(made.touched_count),
        producers=figures.number(made.producers_count),
        cost=cost,
    )


def charted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the districts of the chart, by place after: some that the scenario acts on, then the first of the rest."""
    needed = ["rank_before", "rank_after", "rank_low_before", "rank_low_after", "rank_high_before", "rank_high_after"]
    ranked = rows.dropna(subset=needed)
    touched = ranked[ranked["is_touched"]].head(TOUCHED_CHARTED)
    others = ranked[~ranked["ubigeo"].isin(touched["ubigeo"])].head(CHARTED - len(touched))
    return pd.concat([touched, others]).sort_values(["rank_after", "rank_before", "ubigeo"])


def table(rows: pd.DataFrame, reference: Reference | None) -> pd.DataFrame:
    """Return the twin of the chart: every district, its places, ranges, scores, quadrants and closed gates."""
    words, quadrants = section("scenario.columns"), section("quadrants")
    gates = {} if reference is None else {code: gate_sentence(gate) for code, gate in reference.model.gates.items()}
    shown = {"name": rows["name"], "province": rows["province"]}
    for moment in ("before", "after"):
        shown[f"rank_{moment}"] = rows[f"rank_{moment}"].astype("Int64")
        shown[f"range_{moment}"] = range_words(rows, f"rank_low_{moment}", f"rank_high_{moment}")
        shown[f"score_{moment}"] = rows[f"score_{moment}"].round(1)
        quadrant = rows[f"quadrant_{moment}"].map(quadrants)
        shown[f"state_{moment}"] = rows[f"gate_{moment}"].map(gates).astype("str").fillna(quadrant.astype("str"))
    return pd.DataFrame(shown).rename(columns=words).fillna({words["state_before"]: "", words["state_after"]: ""})


def changes_table(made: ScenarioOutcome) -> pd.DataFrame:
    """Return every input that a scenario changes, as people read it."""
    words = section("scenario.changes")
    rows = [
        {
            words["what"]: change.what,
            words["where"]: change.where or say("scenario.everywhere"),
            words["before"]: _told(change.before),
            words["after"]: _told(change.after),
            words["unit"]: change.unit,
            words["source"]: change.source,
        }
        for change in made.changes
    ]
    return pd.DataFrame(rows, columns=[words[name] for name in ("what", "where", "before", "after", "unit", "source")])


def range_words(rows: pd.DataFrame, low: str, high: str) -> pd.Series:
    """Return the range of places of each row in words, empty where there is none."""
    pairs = zip(rows[low], rows[high], strict=True)
    told = ["" if np.isnan(first) else f"{first:,.0f}–{last:,.0f}" for first, last in pairs]
    return pd.Series(told, index=rows.index, dtype="str")


def _told(value: str | float) -> str:
    if isinstance(value, str):
        return product_label(value)
    return figures.plain_number(value)


def _notes(made: ScenarioOutcome) -> list[str]:
    notes = []
    if made.scenario.product is not None:
        notes.append(say("scenario.product_note", product=product_label(made.scenario.product)))
    if made.closed.unknown_count:
        notes.append(say("scenario.unknown_count", count=figures.number(made.closed.unknown_count)))
    if made.closed.met_count:
        notes.append(say("scenario.met_count", count=figures.number(made.closed.met_count)))
    outside = int((made.table["is_touched"] & ~made.table["is_sierra"]).sum())
    if outside:
        notes.append(say("scenario.outside_count", count=figures.number(outside)))
    if made.producers_unknown_count:
        notes.append(say("scenario.producers_unknown", count=figures.number(made.producers_unknown_count)))
    return notes


def _moves(rows: pd.DataFrame) -> pd.DataFrame:
    words = section("scenario.chart")
    move = np.select(
        [rows["rank_after"] < rows["rank_before"], rows["rank_after"] > rows["rank_before"]],
        [words["up"], words["down"]],
        default=words["same"],
    )
    return rows.assign(move=move, moment_before=words["before"], moment_after=words["after"])


def _apart(rows: pd.DataFrame, after: Robustness) -> None:
    """Say plainly which neighbours cannot be told apart, and whose change of place is not sure."""
    names = dict(zip(rows["ubigeo"], rows["name"], strict=True))
    pairs = list(pairwise(rows["ubigeo"]))
    doubtful = [sentence for pair in pairs if (sentence := tell_apart(*pair, after.ranks, names)) is not None]
    if doubtful:
        st.warning(say("scenario.not_apart", count=len(doubtful), total=len(pairs)))
        # the warning has said that nobody knows who is ahead; what is left of each sentence is how often
        st.caption("  \n".join(sentence.partition(": ")[2] for sentence in doubtful[:_PAIRS_NAMED]))
    overlap = (rows["rank_low_after"] <= rows["rank_high_before"]) & (
        rows["rank_low_before"] <= rows["rank_high_after"]
    )
    moved = rows["rank_before"].ne(rows["rank_after"])
    if moved.any():
        st.caption(say("scenario.overlap", count=int((overlap & moved).sum()), total=int(moved.sum())))


def _changes(made: ScenarioOutcome) -> None:
    st.markdown(f"**{say('scenario.changes_title', count=figures.number(len(made.changes)))}**")
    if made.changes:
        st.dataframe(changes_table(made), hide_index=True, height="content" if len(made.changes) <= CHARTED else 360)
    else:
        st.caption(say("scenario.no_changes"))

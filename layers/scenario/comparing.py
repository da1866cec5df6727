"""Places within a region before and after, with their ranges, and two scenarios side by side."""

from __future__ import annotations

import pandas as pd

from layers.scenario.outcome import ScenarioOutcome
from layers.viability import Robustness
from layers.viability.robustness import SIERRA

RANGE = {"rank_p05": "rank_low", "rank_p95": "rank_high"}
"""Column of the draws -> its name in a scenario, which ends in `_before` or `_after`."""


def within(table: pd.DataFrame, scope: str) -> pd.DataFrame:
    """
    Return the Sierra districts of a scope with their places inside it.

    Parameters
    ----------
    table
        `ScenarioOutcome.table`.
    scope
        `sierra`, or the code of a department ("120000").

    Returns
    -------
    inside
        Its rows, `rank_before` and `rank_after` among them (1 is best, ties share the better place), by place after.
    """
    chosen = table["is_sierra"] if scope == SIERRA else table["is_sierra"] & table["department_code"].eq(scope)
    inside = table[chosen].copy()
    for moment in ("before", "after"):
        # rounding in the last digits must not part equal data
        inside[f"rank_{moment}"] = inside[f"score_{moment}"].round(9).rank(ascending=False, method="min")
    return inside.sort_values(["rank_after", "rank_before", "ubigeo"])


def with_ranges(inside: pd.DataFrame, before: Robustness, after: Robustness, scope: str) -> pd.DataFrame:
    """
    Return the districts of a scope with the 5-95 % range of their places, before and after.

    Parameters
    ----------
    inside
        From `within`.
    before, after
        From `simulate`, of the published index and of the scenario.

    Returns
    -------
    inside
        With `rank_low_before`, `rank_high_before`, `rank_low_after`, `rank_high_after`; missing without a score.
    """
    found = inside
    for moment, robustness in (("before", before), ("after", after)):
        names = {column: f"{name}_{moment}" for column, name in RANGE.items()}
        ranges = robustness.table(scope).set_index("ubigeo")[list(names)].rename(columns=names)
        found = found.join(ranges, on="ubigeo")
    return found


def compare_scenarios(first: ScenarioOutcome, second: ScenarioOutcome, scope: str = SIERRA) -> pd.DataFrame:
    """
    Return two scenarios of one release side by side, in order of the place in the first.

    Returns
    -------
    compared
        `ubigeo`, `name`, `province`, `department`, `score_published`, `score_first`, `score_second` (1-100),
        `rank_published`, `rank_first`, `rank_second` (within the scope), `rank_difference` (places that the second
        gives it ahead of the first; negative behind).
    """
    one, two = within(first.table, scope), within(second.table, scope).set_index("ubigeo")
    compared = one[["ubigeo", "name", "province", "department"]].assign(
        score_published=one["score_before"],
        score_first=one["score_after"],
        score_second=two["score_after"].reindex(one["ubigeo"]).to_numpy(),
        rank_published=one["rank_before"],
        rank_first=one["rank_after"],
        rank_second=two["rank_after"].reindex(one["ubigeo"]).to_numpy(),
    )
    compared["rank_difference"] = compared["rank_first"] - compared["rank_second"]
    return compared.reset_index(drop=True)

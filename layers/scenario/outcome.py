"""What a scenario does: scores, places and quadrants before and after, whom it touches and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from layers.scenario.changes import Change, Closed, changes_of, closed_gaps
from layers.scenario.product import product_figures, product_reference
from layers.scenario.scenario import Basis, Scenario, apply
from layers.viability import Reference, Robustness, Scores, rescore, simulate_scores

IDENTITY = ["ubigeo", "name", "province", "department", "department_code", "is_sierra"]

COLUMNS = {
    "viability_score": "score",
    "potential_score": "potential",
    "conditions_score": "conditions",
    "viability_rank": "rank",
    "quadrant": "quadrant",
    "gate": "gate",
}
"""Column of the scores -> its name in a scenario, which ends in `_before` or `_after`."""


@dataclass(frozen=True)
class ScenarioOutcome:
    """
    A scenario and what it does.

    `table`: a row per district with `ubigeo`, `name`, `province`, `department`, `department_code`, `is_sierra`,
    `is_touched` (some figure of it changes) and, before and after, `score`, `potential`, `conditions` (1-100), `rank`
    (among the Sierra), `quadrant` and `gate` (words; no quadrant for a product). `closed`: the gaps that it closes.
    `producers_count` counts each touched district once; `producers_unknown_count` says in how many of them nobody knows
    or may know. `cost_low_pen` and `cost_high_pen` sum what has a unit cost to trust; `without_cost_count` the gaps
    that have none.
    """

    scenario: Scenario
    table: pd.DataFrame
    changes: tuple[Change, ...]
    closed: Closed
    touched_count: int
    producers_count: float
    producers_unknown_count: int
    cost_low_pen: float
    cost_high_pen: float
    without_cost_count: int


def outcome(scenario: Scenario, basis: Basis, before: Scores | None = None) -> ScenarioOutcome:
    """
    Return what a scenario does.

    Parameters
    ----------
    before
        The published scores (`rescore` of the inputs), when they are at hand.

    Raises
    ------
    IndexInputError
        With everything that is wrong with the scenario.
    """
    figures, reference, weights = _after(scenario, basis)
    published = before or rescore(basis.inputs, basis.reference)
    scores = rescore(figures, reference, weights)
    closed = closed_gaps(scenario, basis)
    table = basis.inputs.reindex(columns=IDENTITY).copy()
    table["is_touched"] = table["ubigeo"].isin(set(closed.rows["ubigeo"]))
    for column, name in COLUMNS.items():
        table[f"{name}_before"] = published.table[column]
        table[f"{name}_after"] = scores.table[column]
    if scenario.product is not None:
        # the cuts of the quadrants are those of the general index
        table["quadrant_after"] = pd.Series(pd.NA, index=table.index, dtype="str")
    touched = basis.districts[basis.districts["ubigeo"].isin(set(closed.rows["ubigeo"]))]
    producers = touched["ppa_producers_count"]
    return ScenarioOutcome(
        scenario=scenario,
        table=table,
        changes=changes_of(scenario, basis, closed),
        closed=closed,
        touched_count=len(touched),
        producers_count=float(producers.sum()),
        producers_unknown_count=int(producers.isna().sum()),
        cost_low_pen=float(closed.rows["cost_low_pen"].sum()),
        cost_high_pen=float(closed.rows["cost_high_pen"].sum()),
        without_cost_count=int(closed.rows["cost_low_pen"].isna().sum()),
    )


def simulate(scenario: Scenario, basis: Basis, draws: int | None = None, seed: int | None = None) -> Robustness:
    """
    Return the draws around the index of a scenario; those of the model when `draws` and `seed` are not given.

    Raises
    ------
    IndexInputError
        With everything that is wrong with the scenario, or fewer than two scored districts.
    PerturbationError
        If a perturbation changes no score.
    """
    figures, reference, weights = _after(scenario, basis)
    return simulate_scores(figures, reference, weights=weights, draws=draws, seed=seed)


def _after(scenario: Scenario, basis: Basis) -> tuple[pd.DataFrame, Reference, dict[str, float]]:
    """Return figures, reference and weights of the index of a scenario."""
    figures = apply(scenario, basis.inputs, basis.reference, basis.standards)
    weights = dict(scenario.weights)
    if scenario.product is None:
        return figures, basis.reference, weights
    figures = product_figures(figures, basis.products, scenario.product)
    reference = product_reference(figures, basis.reference)
    # weights of what a product replaces do not count for it
    kept = {code: weight for code, weight in weights.items() if code in reference.structure.by_code}
    return figures, reference, kept

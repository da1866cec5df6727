"""
How sure a place is: the ranks, the score and the quadrant if weights, normalisation and aggregation were others.

Every draw moves the weights (Dirichlet, +-30 %), takes one of three normalisations (frozen goalposts, z-score,
percentile rank) and one of two aggregations across pillars (geometric, arithmetic), and leaves out one indicator or
none (domain.md section 9; OECD/JRC Handbook, 2008, step 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geodata.errors import Problem
from layers.index.errors import IndexInputError
from layers.index.normalization import SCALE_MAXIMUM, SCALE_MINIMUM, normalise_table, transformed
from layers.index.perturbation import Draws, Perturbations, draw
from layers.index.rank_draws import RankDraws
from layers.index.robustness import Model, prepare, refuse_idle
from layers.index.scoring import Floats, Scorer, weight_rows
from layers.index.structure import Structure
from layers.viability.reference import AXIS_LEVEL, PILLAR_LEVEL, ROOT, ROOT_LEVEL, Reference
from layers.viability.scale import normalise_fields
from layers.viability.scores import ARITHMETIC, METHODS, complete_weights, rescore

ROBUSTNESS_COLUMNS = (
    "ubigeo",
    "scope",
    "rank",
    "rank_p05",
    "rank_p50",
    "rank_p95",
    "top_decile_share",
    "ranked_share",
    "top20_share",
    "score_p05",
    "score_p95",
    "quadrant_share",
    "scored_count",
)

FIRST_PLACES = 20
"""People ask whether a district is among the first twenty of its region."""

SIERRA = "sierra"

SCORE_INTERVAL = (0.05, 0.95)


@dataclass(frozen=True)
class Robustness:
    """
    The draws of the scored districts of the Sierra.

    `ranks` (units are ubigeos), `units` (by ubigeo: `score_p05` and `score_p95` over the draws with the release's own
    normalisation, for the points of another scale are no points of this one; `quadrant_share`, 0-1, of the draws that
    agree with the quadrant of the index) and `departments` (code by ubigeo).
    """

    ranks: RankDraws
    units: pd.DataFrame
    departments: pd.Series

    def table(self, scope: str = SIERRA) -> pd.DataFrame:
        """Return a row per scored district of a scope: `sierra` or the code of a department ("120000")."""
        mask = pd.Series(True, index=self.departments.index) if scope == SIERRA else self.departments.eq(scope)
        inside = self.ranks.within(mask)
        summary = inside.summary().assign(top20_share=inside.top_share(FIRST_PLACES)).join(self.units)
        summary = summary[inside.scores.notna()]
        summary.insert(0, "scope", scope)
        summary["scored_count"] = len(summary)
        return summary.rename_axis("ubigeo").reset_index()[list(ROBUSTNESS_COLUMNS)]


def robustness_tables(
    districts: pd.DataFrame, reference: Reference, draws: int | None = None, seed: int | None = None
) -> pd.DataFrame:
    """
    Return how sure each place is, in the Sierra and in each department.

    Parameters
    ----------
    districts, draws, seed
        As in `simulate_scores`.

    Returns
    -------
    table
        `ubigeo`, `scope`, `rank`, `rank_p05`, `rank_p50`, `rank_p95`, `top_decile_share`, `ranked_share`,
        `top20_share`, `score_p05`, `score_p95`, `quadrant_share`, `scored_count` (districts of the scope with a score):
        a row per scored district and scope. Shares are of the draws, 0-1. Empty with fewer than two scored districts.
    """
    if rescore(districts, reference).table["viability_rank"].notna().sum() < 2:
        return pd.DataFrame(columns=list(ROBUSTNESS_COLUMNS))
    made = simulate_scores(districts, reference, draws=draws, seed=seed)
    scored = made.departments[made.ranks.scores.notna().to_numpy()]
    return pd.concat([made.table(scope) for scope in (SIERRA, *sorted(scored.unique()))], ignore_index=True)


def simulate_scores(
    districts: pd.DataFrame,
    reference: Reference,
    *,
    weights: Mapping[str, float] | None = None,
    draws: int | None = None,
    seed: int | None = None,
) -> Robustness:
    """
    Return the draws of every district of the Sierra without a closed gate.

    Parameters
    ----------
    districts
        The districts of the release, all of them (z-scores and percentile ranks are those of the Sierra): `ubigeo`,
        `department_code`, and what `rescore` needs.
    weights
        As in `rescore`.
    draws, seed
        Those of the model when not given: same inputs and seed, same result.

    Raises
    ------
    IndexInputError
        As in `rescore`; or fewer than two scored districts.
    PerturbationError
        If a perturbation changes no score.
    """
    settings = reference.model.settings
    count = settings.draws_count if draws is None else draws
    start = settings.seed if seed is None else seed
    if count < 1:
        raise IndexInputError([Problem("Número de pruebas", "robustez", "1 o más", str(count), "pida más pruebas")])
    scores = rescore(districts, reference, weights)
    chosen = districts["is_sierra"] & scores.table["gate"].isna()
    units = pd.Index(districts.loc[chosen, "ubigeo"], name="ubigeo")
    figures = districts[chosen].set_axis(units)
    shares = {PILLAR_LEVEL: settings.minimum_pillar_share, AXIS_LEVEL: 1.0, ROOT_LEVEL: 1.0}
    own = complete_weights(reference, weights)
    choices = _perturbations(reference.structure, weight_rows(reference.structure, own))
    model = prepare(_variants(figures, reference), reference.structure, METHODS, own, choices, shares)
    refuse_idle(model, choices, start)
    made = draw(model.structure, model.rows, choices, len(model.variants), count, start)
    ranks, _slots = model.ranks(made, may_empty=True)
    table = scores.table[chosen].set_axis(units)
    return Robustness(
        ranks=RankDraws(units=units, ranks=ranks, scores=model.scores),
        units=_of_units(model, made, table, reference),
        departments=figures["department_code"].rename("department_code"),
    )


def _perturbations(structure: Structure, rows: Mapping[str, Floats]) -> Perturbations:
    """Return the choices that can change something: over a single pillar every mean is the same."""
    several = any((rows[axis] > 0).sum() > 1 for axis in structure.children(ROOT))
    return Perturbations(aggregations=(ARITHMETIC,) if several else ())


def _variants(figures: pd.DataFrame, reference: Reference) -> dict[str, pd.DataFrame]:
    fields = reference.indicators
    posts = reference.goalposts
    raw = pd.DataFrame({field: transformed(figures[field].astype(float), posts[field].transform) for field in fields})
    signs = reference.structure.directions
    return {
        "goalposts": normalise_fields(figures, fields, posts),
        "z_score": normalise_table(raw, signs, "z_score", SCALE_MINIMUM, SCALE_MAXIMUM),
        "percentile_rank": normalise_table(raw, signs, "percentile_rank", SCALE_MINIMUM, SCALE_MAXIMUM),
    }


def _of_units(model: Model, draws: Draws, table: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Return the score interval and the agreement of the quadrant, by unit."""
    is_high = {
        "potential": (table["potential_score"] >= reference.potential_cut).to_numpy(),
        "conditions": (table["conditions_score"] >= reference.conditions_cut).to_numpy(),
    }
    agreed = np.zeros(len(table))
    judged = np.zeros(len(table))
    with_own_scale = []
    for pair in sorted({(int(v), int(m)) for v, m in zip(draws.variant, draws.aggregation, strict=True)}):
        chosen = np.flatnonzero((draws.variant == pair[0]) & (draws.aggregation == pair[1]))
        axes = {axis: _axis_scores(model, axis, pair, draws, chosen) for axis in is_high}
        known = ~np.isnan(axes["potential"]) & ~np.isnan(axes["conditions"])
        # the middle of the Sierra is that of each draw: another scale has another middle
        same = [(axes[axis] >= np.nanmedian(axes[axis], axis=1, keepdims=True)) == is_high[axis] for axis in axes]
        agreed += (same[0] & same[1] & known).sum(axis=0)
        judged += known.sum(axis=0)
        if pair[0] == 0:
            with_own_scale.append(_viability(axes, model.structure, draws.weights[ROOT][chosen]))
    scored = table["viability_score"].notna().to_numpy()
    low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
    if with_own_scale:
        points = np.vstack(with_own_scale)[:, scored]
        low[scored], high[scored] = np.nanquantile(points, SCORE_INTERVAL, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(scored, agreed / judged, np.nan)
    return pd.DataFrame({"score_p05": low, "score_p95": high, "quadrant_share": share}, index=table.index)


def _axis_scores(model: Model, axis: str, pair: tuple[int, int], draws: Draws, chosen: np.ndarray) -> Floats:
    structure = _subtree(model.structure, axis)
    variant = list(model.variants.values())[pair[0]]
    methods = {code: model.methods[pair[1]][code] for code in structure.aggregates}
    withheld = {code: model.withheld[code] for code in structure.aggregates}
    scorer = Scorer(variant, structure, methods, withheld, model.minimum, may_empty=True)
    return scorer.scores({code: draws.weights[code][chosen] for code in structure.aggregates})


def _viability(axes: Mapping[str, Floats], structure: Structure, rows: Floats) -> Floats:
    total = np.zeros_like(next(iter(axes.values())))
    for position, axis in enumerate(structure.children(ROOT)):
        share = rows[:, position : position + 1]
        # an axis that a draw leaves out weighs nothing, whatever it is
        total += np.where(share > 0, share * np.log(np.where(share > 0, axes[axis], 1.0)), 0.0)
    return np.clip(np.exp(total), SCALE_MINIMUM, SCALE_MAXIMUM)


def _subtree(structure: Structure, root: str) -> Structure:
    """Return the tree under a node, which becomes its root."""
    kept = {root, *structure.leaves(root), *structure.children(root)}
    nodes = [node for node in structure.nodes if node.code in kept]
    return Structure(tuple(replace(node, parent=None) if node.code == root else node for node in nodes))

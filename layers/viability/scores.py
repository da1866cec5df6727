"""
Scores from a frozen reference: pillars, axes, viability, rank, quadrant, gate and the share of data they rest on.

Arithmetic inside a pillar, geometric across pillars, viability the square root of potential times conditions (domain.md
section 9). Poverty is beside the index, never inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from geodata.errors import Problem, raise_if_any
from geodata.viability_model import ViabilityModel, load_model
from layers.index.aggregation import Aggregated, aggregate
from layers.index.errors import IndexInputError
from layers.index.normalization import SCALE_MAXIMUM, SCALE_MINIMUM
from layers.index.perturbation import effective_weights
from layers.index.scoring import Floats, Method, weight_rows
from layers.index.structure import Structure
from layers.index.weights import given_weights, own_weights
from layers.viability.gates import gate_words
from layers.viability.reference import (
    AXIS_LEVEL,
    PILLAR_LEVEL,
    ROOT,
    ROOT_LEVEL,
    Reference,
    build_structure,
    measure,
)
from layers.viability.scale import normalise_fields

Quadrant = Literal["ready", "mesa_agenda", "other_vocation", "basic_services"]

SCORE_COLUMNS = ("potential_score", "conditions_score", "viability_score")

METHODS: Mapping[int, Method] = {PILLAR_LEVEL: "arithmetic", AXIS_LEVEL: "geometric", ROOT_LEVEL: "geometric"}
"""One indicator makes up for another within a pillar; no pillar and no axis hides another."""

ARITHMETIC: Mapping[int, Method] = {PILLAR_LEVEL: "arithmetic", AXIS_LEVEL: "arithmetic", ROOT_LEVEL: "geometric"}
"""The variant that is published beside it: pillars make up for each other; the two axes still do not."""


@dataclass(frozen=True)
class Scores:
    """
    Scores by row of the districts given.

    `table`: `potential_score`, `conditions_score`, `viability_score`, `viability_arithmetic_score` (1-100, missing
    where withheld or gated), `viability_rank` (1 is best, among the Sierra rows given, ties share the better rank),
    `quadrant`, `gate` (word, missing where none is closed), `data_share_pct` (0-100) and `<pillar>_score` for each
    pillar of the model (missing for the pillars without a place). `normalised`: row x indicator, 1-100. `aggregated`:
    every node, gates aside.
    """

    table: pd.DataFrame
    normalised: pd.DataFrame
    aggregated: Aggregated


def score(districts: pd.DataFrame, model: ViabilityModel | None = None) -> tuple[pd.DataFrame, Reference]:
    """
    Return the scores of every district and the reference they were made against.

    Parameters
    ----------
    districts
        `is_sierra` and the fields of the model that the release has. The Sierra is the reference set; the others are
        scored on its scale.
    model
        The project's when none is given.

    Returns
    -------
    scores, reference
        `Scores.table`, and what must be frozen with the release.

    Raises
    ------
    IndexInputError
        With every problem: see `measure`; or an axis without data.
    """
    reference = freeze(districts, model or load_model())
    return rescore(districts, reference).table, reference


def freeze(districts: pd.DataFrame, model: ViabilityModel) -> Reference:
    """Return the reference of a release: parameters and errors as in `score`."""
    posts, unavailable = measure(districts, model)
    structure = build_structure(model, [field for field in model.indicators if field in posts])
    open_cuts = Reference(posts, structure, np.nan, np.nan, unavailable, {}, model)
    scores = rescore(districts, open_cuts)
    sierra = districts["is_sierra"]
    return replace(
        open_cuts,
        potential_cut=float(scores.table.loc[sierra, "potential_score"].median()),
        conditions_cut=float(scores.table.loc[sierra, "conditions_score"].median()),
        medians={field: float(scores.normalised.loc[sierra, field].median()) for field in structure.indicators},
    )


def rescore(districts: pd.DataFrame, reference: Reference, weights: Mapping[str, float] | None = None) -> Scores:
    """
    Return the scores of some districts against a frozen reference.

    Parameters
    ----------
    districts
        Any rows: `is_sierra`, the fields of the reference and those of its gates. What is in view changes no score.
    weights
        Of indicators, pillars or axes among their siblings, only those that change; proportions matter. The cuts of the
        quadrants stay those of the release.

    Raises
    ------
    IndexInputError
        With every problem of the weights: unknown or without a place in this release, negative, not a number, all
        zero in a pillar; or infinite figures.
    """
    chosen = complete_weights(reference, weights)
    rows = weight_rows(reference.structure, chosen)
    normalised = normalise_fields(districts, reference.indicators, reference.goalposts)
    general = [gate for gate in reference.model.gates.values() if gate.scope == "general"]
    gate = gate_words(districts, general)
    aggregated = aggregate_nodes(normalised, reference.structure, chosen, reference.model.settings.minimum_pillar_share)
    nodes = aggregated.scores
    is_open = gate.isna()
    potential, conditions = nodes["potential"].where(is_open), nodes["conditions"]
    viability = nodes[ROOT].where(is_open)
    columns = {
        "potential_score": potential,
        "conditions_score": conditions,
        "viability_score": viability,
        "viability_arithmetic_score": _arithmetic_variant(aggregated, reference.structure, rows).where(
            viability.notna()
        ),
        "viability_rank": ranks(viability, districts["is_sierra"]),
        "quadrant": quadrants(potential, conditions, reference),
        "gate": gate,
        "data_share_pct": 100.0 * data_share(normalised, reference.structure, rows),
    }
    empty = pd.Series(np.nan, index=districts.index)
    columns |= {f"{code}_score": nodes.get(code, empty) for code in reference.model.pillars}
    return Scores(pd.DataFrame(columns, index=districts.index), normalised, aggregated)


def complete_weights(reference: Reference, weights: Mapping[str, float] | None) -> dict[str, float]:
    """Return the weight of every node, those given in the place of the frozen ones; errors as in `rescore`."""
    given = dict(weights or {})
    model = reference.model
    problems = [
        Problem(
            what="Peso de algo que no tiene lugar en esta publicación",
            where=f"peso de {code}",
            expected="un indicador o pilar con datos",
            found=reference.unavailable.get(code, "su pilar no tiene datos"),
            repair="quite ese peso",
        )
        for code in given
        if code not in reference.structure.by_code and (code in model.indicators or code in model.pillars)
    ]
    absent = {code for code in given if code in model.indicators or code in model.pillars}
    absent -= set(reference.structure.by_code)
    whole = {ROOT: 1.0, **reference.weights, **{code: value for code, value in given.items() if code not in absent}}
    try:
        # weights that cancel out are among what is being looked for
        with np.errstate(divide="ignore"):
            weight_rows(reference.structure, whole)
    except IndexInputError as error:
        problems += error.problems
    raise_if_any(problems, IndexInputError)
    return whole


def checked_weights(given: Mapping[str, float], reference: Reference, *, renormalise: bool = False) -> dict[str, float]:
    """
    Return the weights of a file, checked more strictly than those of a slider: siblings add up to 1.

    A group of siblings of which nobody is named keeps its own. `renormalise` accepts any positive sum.

    Raises
    ------
    IndexInputError
        With every problem, sums that are not 1 included.
    """
    complete_weights(reference, given)
    return dict(
        given_weights({**own_weights(reference.structure), **given}, reference.structure, renormalise=renormalise)
    )


def aggregate_nodes(
    normalised: pd.DataFrame,
    structure: Structure,
    weights: Mapping[str, float],
    minimum_share: float,
    methods: Mapping[int, Method] = METHODS,
) -> Aggregated:
    """
    Return every node of every row; a pillar needs `minimum_share` of its weight, what is above it needs all of it.

    An axis without one of its pillars would compare different things.
    """
    # one row that is nobody: in a narrow view an indicator may have no value at all, and that is no error there
    nobody = pd.DataFrame(SCALE_MAXIMUM, index=[-1], columns=normalised.columns)
    padded = pd.concat([normalised.reset_index(drop=True), nobody])
    shares = {PILLAR_LEVEL: minimum_share, AXIS_LEVEL: 1.0, ROOT_LEVEL: 1.0}
    made = aggregate(padded, structure, methods, weights, shares)
    # a logarithm and back may end a hair above 100
    values = np.clip(made.scores.to_numpy()[:-1], SCALE_MINIMUM, SCALE_MAXIMUM)
    scores = pd.DataFrame(values, index=normalised.index, columns=made.scores.columns)
    return Aggregated(scores, made.present_share.iloc[:-1].set_axis(normalised.index))


def data_share(normalised: pd.DataFrame, structure: Structure, rows: Mapping[str, Floats]) -> pd.Series:
    """Return the share (0-1) of the weight of the index that has a figure, by row; `rows` as in `weight_rows`."""
    weight = effective_weights(structure, rows)
    row = np.array([weight[field] for field in normalised.columns])
    # all of it must be exactly all of it
    return pd.Series(np.round(normalised.notna().to_numpy() @ row / row.sum(), 12), index=normalised.index)


def ranks(scores: pd.Series, is_sierra: pd.Series) -> pd.Series:
    """Return places among the Sierra by falling score, 1 first; equal scores share the better one."""
    # rounding in the last digits must not part equal data
    return scores.where(is_sierra).round(9).rank(ascending=False, method="min")


def quadrants(potential: pd.Series, conditions: pd.Series, reference: Reference) -> pd.Series:
    """Return the quadrant of each territory by the frozen medians of the Sierra; missing where an axis is."""
    high_potential = potential >= reference.potential_cut
    high_conditions = conditions >= reference.conditions_cut
    names: list[Quadrant] = ["ready", "mesa_agenda", "other_vocation", "basic_services"]
    chosen = np.select([high_potential & high_conditions, high_potential, high_conditions], names[:3], default=names[3])
    known = potential.notna() & conditions.notna()
    return pd.Series(chosen, index=potential.index, name="quadrant", dtype="str").where(known)


def where_to_start(territories: pd.DataFrame, at_most: int = 3) -> pd.DataFrame:
    """
    Return the territories of the Mesa's agenda (high potential, low conditions) with the highest potential.

    Ties go by ubigeo, so that the same data always give the same three.
    """
    agenda = territories[territories["quadrant"].eq("mesa_agenda")]
    return agenda.sort_values(["potential_score", "ubigeo"], ascending=[False, True]).head(at_most)


def _arithmetic_variant(aggregated: Aggregated, structure: Structure, rows: Mapping[str, Floats]) -> pd.Series:
    logarithm = np.zeros(len(aggregated.scores))
    for axis, share in zip(structure.children(ROOT), rows[ROOT], strict=True):
        used = [code for code, weight in zip(structure.children(axis), rows[axis], strict=True) if weight > 0]
        mean = aggregated.scores[used].to_numpy() @ rows[axis][rows[axis] > 0]
        # an axis without weight does not count, known or not
        logarithm += share * np.log(mean) if share > 0 else 0.0
    return pd.Series(np.clip(np.exp(logarithm), SCALE_MINIMUM, SCALE_MAXIMUM), index=aggregated.scores.index)

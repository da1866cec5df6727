"""
Why this score: what every indicator adds to it or takes from it, against the middle of the Sierra.

The baseline is the district that has the Sierra's median in every indicator. Its score plus the contributions is the
score, exactly (`layers.index.explanation`: weight x difference under the arithmetic mean, the logarithmic-mean rule
under the geometric one).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.errors import Problem
from geodata.fields import Field
from geodata.standards import Standard
from layers.index.errors import IndexInputError
from layers.index.explanation import Explanation as TakenApart
from layers.index.explanation import explain as take_apart
from layers.index.weights import effective_weights
from layers.viability.gates import gate_sentence
from layers.viability.missing import MissingKind, is_not_enumerated, missing_kind
from layers.viability.reference import AXIS_LEVEL, PILLAR_LEVEL, ROOT_LEVEL, Reference
from layers.viability.scores import METHODS, complete_weights, rescore

NAMED_AT_MOST = 3
"""Strengths and weaknesses that are named: three each (issue 5)."""

NAMED_FROM_POINTS = 0.05
"""A contribution that rounds to zero is neither a strength nor a weakness."""


@dataclass(frozen=True)
class Part:
    """
    One indicator in the score of one district.

    `value` in the unit of the field, `normalised` 1-100, `contribution` in points of viability (missing where the
    figure or the score is), `weight_share` 0-1 of the index, `region_median` of the Sierra districts of the
    department, `is_met` against the standard where there is one, `kind` what a zero or a gap means, `is_partial`
    where the census did not reach the district whole, `is_reserved` where the figure exists and is not published.
    """

    field: str
    label: str
    unit: str
    decimals: int
    pillar: str
    axis: str
    year: int | None
    value: float
    normalised: float
    contribution: float
    weight_share: float
    region_median: float
    standard: float | None
    standard_basis: str | None
    is_met: bool | None
    kind: MissingKind | None
    is_partial: bool
    is_reserved: bool


@dataclass(frozen=True)
class Explanation:
    """
    A score taken apart: `baseline` plus the contributions of `parts` is `score` (missing where withheld or gated).

    `pillars` are the pillar scores, `withheld_pillars` those that miss too much, `unavailable` what has no place in the
    release, `missing_share` (0-1) the weight of the index without a figure here, `years` the oldest and the newest.
    """

    ubigeo: str
    name: str
    department: str
    score: float
    baseline: float
    potential: float
    conditions: float
    quadrant: str | None
    gate: str | None
    parts: tuple[Part, ...]
    strengths: tuple[Part, ...]
    weaknesses: tuple[Part, ...]
    pillars: Mapping[str, float]
    withheld_pillars: tuple[str, ...]
    unavailable: Mapping[str, str]
    coverage: str
    missing_share: float
    years: tuple[int, int] | None


def explain(
    ubigeo: str,
    districts: pd.DataFrame,
    reference: Reference,
    standards: Iterable[Standard],
    fields: Mapping[str, Field],
    *,
    weights: Mapping[str, float] | None = None,
    reserved: Collection[str] = (),
) -> Explanation:
    """
    Return why a district has its score.

    Parameters
    ----------
    districts
        The districts of the release: `ubigeo`, `name`, `department`, `department_code` and what `rescore` needs.
    standards
        Those of districts are compared with; the first of each field counts.
    fields
        The dictionary, for label, unit and year of each figure (the census's included).
    weights
        As in `rescore`.
    reserved
        Fields of this district that exist and are not published.

    Raises
    ------
    IndexInputError
        If the district is not there once; and as in `rescore`.
    """
    rows = districts[districts["ubigeo"].eq(ubigeo)]
    if len(rows) != 1:
        expected, repair = "un distrito de la publicación", "revise el código"
        raise IndexInputError([Problem("Distrito que no está una vez", "ubigeo", expected, ubigeo, repair)])
    scores = rescore(rows, reference, weights)
    table = scores.table.iloc[0]
    made = _contributions(scores.normalised, reference, weights)
    region = districts[districts["department_code"].eq(rows["department_code"].iloc[0]) & districts["is_sierra"]]
    shown = pd.notna(table["viability_score"])
    contributions = made.contributions.iloc[0] if shown else made.contributions.iloc[0] * np.nan
    by_field = {standard.field: standard for standard in reversed(list(standards)) if standard.level == "district"}
    shares = effective_weights(reference.structure, complete_weights(reference, weights))
    parts = tuple(
        _part(
            field,
            rows.iloc[0],
            reference,
            fields.get(field),
            by_field.get(field),
            float(scores.normalised.iloc[0][field]),
            float(contributions[field]),
            float(shares[field]),
            float(region[field].median()) if region[field].notna().any() else np.nan,
            field in reserved,
        )
        for field in reference.indicators
    )
    gate = table["gate"]
    nodes = scores.aggregated.scores.iloc[0]
    pillars = {code: float(nodes[code]) for code in reference.model.pillars if code in nodes}
    aging = [part for part in parts if reference.model.indicators[part.field].ages]
    known_years = [part.year for part in aging if part.year is not None and pd.notna(part.value)]
    return Explanation(
        ubigeo=ubigeo,
        name=str(rows["name"].iloc[0]),
        department=str(rows["department"].iloc[0]),
        score=float(table["viability_score"]),
        baseline=float(made.baseline_scores.iloc[0]) if shown else np.nan,
        potential=float(table["potential_score"]),
        conditions=float(table["conditions_score"]),
        quadrant=str(table["quadrant"]) if pd.notna(table["quadrant"]) else None,
        gate=gate_sentence(reference.model.gates[str(gate)]) if pd.notna(gate) else None,
        parts=parts,
        strengths=_named(parts, best=True),
        weaknesses=_named(parts, best=False),
        pillars=pillars,
        withheld_pillars=tuple(code for code, value in pillars.items() if np.isnan(value)),
        unavailable=reference.unavailable,
        coverage=reference.coverage_sentence,
        missing_share=1.0 - float(table["data_share_pct"]) / 100.0,
        years=(min(known_years), max(known_years)) if known_years else None,
    )


def _contributions(normalised: pd.DataFrame, reference: Reference, weights: Mapping[str, float] | None) -> TakenApart:
    median = pd.Series(reference.medians)
    # the median district beside it: alone, a district that misses a figure would be a table without that column
    pair = pd.concat([normalised, median.to_frame("median").T[normalised.columns]])
    shares = {PILLAR_LEVEL: reference.model.settings.minimum_pillar_share, AXIS_LEVEL: 1.0, ROOT_LEVEL: 1.0}
    return take_apart(pair, reference.structure, METHODS, median, complete_weights(reference, weights), shares)


def _part(
    field: str,
    row: pd.Series,
    reference: Reference,
    entry: Field | None,
    standard: Standard | None,
    normalised: float,
    contribution: float,
    weight_share: float,
    region_median: float,
    is_reserved: bool,
) -> Part:
    model = reference.model
    indicator = model.indicators[field]
    value = float(row[field]) if pd.notna(row[field]) else np.nan
    is_met = None
    if standard is not None and not np.isnan(value):
        is_met = value >= standard.adequate if standard.better == "higher" else value <= standard.adequate
    return Part(
        field=field,
        label=entry.label if entry is not None else field,
        unit=entry.unit if entry is not None else "",
        decimals=entry.decimals if entry is not None else 1,
        pillar=indicator.pillar,
        axis=model.axis_of(field),
        year=entry.year if entry is not None else None,
        value=value,
        normalised=normalised,
        contribution=contribution,
        weight_share=weight_share,
        region_median=region_median,
        standard=None if standard is None else standard.adequate,
        standard_basis=None if standard is None else standard.basis,
        is_met=is_met,
        kind=missing_kind(field, row, model),
        is_partial=not np.isnan(value) and is_not_enumerated(indicator, str(row["ubigeo"]), model),
        is_reserved=is_reserved and np.isnan(value),
    )


def _named(parts: Collection[Part], *, best: bool) -> tuple[Part, ...]:
    sign = 1.0 if best else -1.0
    counted = [part for part in parts if sign * part.contribution >= NAMED_FROM_POINTS]
    return tuple(sorted(counted, key=lambda part: (-sign * part.contribution, part.field))[:NAMED_AT_MOST])

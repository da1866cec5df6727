"""
The sheets that compute, a row per district: raw, treated, normalised, pillars.

Each repeats a step of `layers.viability.rescore` as formulas on the sheet before it and on the parameters. Only
functions that LibreOffice and Excel 2010 both have; a missing figure is an empty text, which ISNUMBER tells from a
zero and SUMPRODUCT passes over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from geodata.columns import heading, in_spanish
from layers.index.normalization import transformed
from pipelines.export.index_cells import (
    DATA,
    NORMALISED,
    TREATED,
    Cell,
    Column,
    Look,
    across,
    across_top,
    at,
    formulas,
    plain_cells,
    row_numbers,
    values_of,
    where_known,
)
from pipelines.export.index_parameters import LOGARITHM, Parameters, ordered, parameters_of, usable_gates
from pipelines.export.index_scores import ScoredIndex, dictionary

IDENTITY = ("ubigeo", "name", "province", "department", "is_sierra")

NAMED = 2
"""Columns that say whose row it is, in the sheets between data and result."""

WEIGHT_ROW, SHARE_ROW = 2, 3
"""Rows above the districts, as a spreadsheet counts: the weight among siblings, and in the whole index."""


@dataclass(frozen=True)
class Plan:
    """An index, its parameters, and in which column each thing stands: `raw` in the data, the others in their sheet."""

    scored: ScoredIndex
    parameters: Parameters
    axes: dict[str, dict[str, tuple[str, ...]]]
    raw: dict[str, int]
    fields: dict[str, int]
    pillars: dict[str, int]

    @property
    def rows(self) -> range:
        """The row numbers of the districts."""
        return row_numbers(len(self.scored.inputs))

    def columns_of_pillar(self, codes: tuple[str, ...]) -> range:
        """Return the columns of the indicators of a pillar."""
        return range(self.fields[codes[0]], self.fields[codes[-1]] + 1)

    def columns_of_axis(self, axis: str) -> range:
        """Return the columns of the pillars of an axis."""
        places = [self.pillars[pillar] for pillar in self.axes[axis]]
        return range(places[0], places[-1] + 1)

    def column(
        self,
        code: str,
        title: str,
        formula: Callable[[int], str],
        values: pd.Series,
        look: Look = "points",
        weights: tuple[Cell, ...] = (),
    ) -> Column:
        """Return a column that computes: the formula by row number, and what it gives."""
        return Column(code, title, formulas(map(formula, self.rows), values_of(values)), look, weights)

    def identity(self, count: int) -> list[Column]:
        """Return the first columns of the data, by formula: whoever sorts the data takes every sheet along."""
        inputs = in_spanish(self.scored.inputs[list(IDENTITY)])
        return [
            self.column(name, heading(name), partial(at, place, sheet=DATA), inputs[name], "word")
            for place, name in enumerate(IDENTITY[:count])
        ]


def plan_of(scored: ScoredIndex) -> Plan:
    """Return where everything of an index stands in its workbook."""
    axes = ordered(scored)
    pillars = [pillar for inside in axes.values() for pillar in inside]
    fields = [code for inside in axes.values() for codes in inside.values() for code in codes]
    gates = [scored.reference.model.gates[code].field for code in usable_gates(scored)]
    raw = dict.fromkeys([*fields, *gates])
    return Plan(
        scored,
        parameters_of(scored),
        axes,
        raw={code: len(IDENTITY) + place for place, code in enumerate(raw)},
        fields={code: NAMED + place for place, code in enumerate(fields)},
        pillars={code: NAMED + place for place, code in enumerate(pillars)},
    )


def data(plan: Plan) -> list[Column]:
    """Return who each district is and its figures as published, those withheld or missing empty."""
    inputs = plan.scored.inputs
    words = in_spanish(inputs[list(IDENTITY)])
    columns = [Column(name, heading(name), plain_cells(words[name]), "text") for name in IDENTITY]
    return columns + [Column(code, _heading(code), plain_cells(inputs[code]), "figure") for code in plan.raw]


def treated(plan: Plan) -> list[Column]:
    """Return the logarithm of the skewed figures, the others as they are."""
    posts = plan.scored.reference.goalposts

    def formula(row: int, code: str) -> str:
        raw = at(plan.raw[code], row, DATA)
        return where_known(raw, f'IF({plan.parameters[f"{code} transform"]}="{LOGARITHM}",LN(1+{raw}),{raw})')

    made = []
    for code in plan.fields:
        values = transformed(plan.scored.inputs[code].astype(float), posts[code].transform)
        made.append(plan.column(code, _heading(code), partial(formula, code=code), values, "fine"))
    return plan.identity(NAMED) + made


def normalised(plan: Plan) -> list[Column]:
    """Return every figure between its two bounds, the best high, under its weights."""
    given = plan.parameters
    low, high = given["scale_minimum"], given["scale_maximum"]

    def formula(row: int, code: str) -> str:
        figure, start = at(plan.fields[code], row, TREATED), given[f"{code} low"]
        position = f"MAX(0,MIN(1,({figure}-{start})/({given[f'{code} high']}-{start})))"
        turned = f"IF({given[f'{code} direction']}<0,1-{position},{position})"
        return where_known(figure, f"{low}+({high}-{low})*{turned}")

    made = []
    for code in plan.fields:
        weights = (given.named[code], given.named[f"{code} share"])
        values = plan.scored.scores.normalised[code]
        made.append(plan.column(code, _heading(code), partial(formula, code=code), values, weights=weights))
    return plan.identity(NAMED) + made


def pillar_scores(plan: Plan) -> list[Column]:
    """Return the weighted mean of each pillar, withheld below its minimum, and after them their logarithms."""
    model, given = plan.scored.reference.model, plan.parameters
    scores = plan.scored.scores.aggregated.scores

    def mean(row: int, columns: range) -> str:
        weights, parts = across_top(columns, WEIGHT_ROW, NORMALISED), across(columns, row, NORMALISED)
        return mean_where_enough(given, weights, parts, "pillar_share")

    def logarithm(row: int, column: int) -> str:
        return where_known(at(column, row), f"LN({at(column, row)})")

    made, logarithms = [], []
    for axis, pillars in plan.axes.items():
        for pillar, codes in pillars.items():
            label = f"{model.pillars[pillar].label} ({model.axes[axis].label})"
            formula = partial(mean, columns=plan.columns_of_pillar(codes))
            made.append(plan.column(pillar, label, formula, scores[pillar], weights=(given.named[pillar],)))
            formula = partial(logarithm, column=plan.pillars[pillar])
            values = pd.Series(np.log(scores[pillar]))
            logarithms.append(plan.column(f"ln {pillar}", f"Logaritmo: {label}", formula, values, "fine"))
    return plan.identity(NAMED) + made + logarithms


def mean_where_enough(given: Parameters, weights: str, parts: str, minimum: str, logarithms: str | None = None) -> str:
    """
    Return the formula of a weighted mean of the known parts, empty below a minimum share of the weight.

    Geometric where the cells with the logarithms of the parts are given, else arithmetic.
    """
    present = f"SUMPRODUCT({weights}*ISNUMBER({parts}))"
    mean = f"SUMPRODUCT({weights},{logarithms or parts})/{present}"
    # something must be known even if somebody asks for nothing
    asked = f"MAX({given[minimum]}-{given['slack']},{given['slack']})"
    return f'IF({present}/SUM({weights})>={asked},{f"EXP({mean})" if logarithms else mean},"")'


def _heading(code: str) -> str:
    entry = dictionary().get(code)
    return code if entry is None else f"{entry.label} ({entry.unit})"

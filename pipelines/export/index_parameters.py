"""The sheet of parameters: everything that may be changed, and where the formulas find it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from geodata.columns import short_source
from geodata.viability_model import Indicator
from layers.index.normalization import SCALE_MAXIMUM, SCALE_MINIMUM
from layers.index.scoring import ROUNDING_SLACK, weight_rows
from layers.index.weights import effective_weights
from layers.viability import ROOT
from pipelines.export.index_cells import Cell, Formula, Given, parameter
from pipelines.export.index_scores import ScoredIndex, dictionary, gate_sentences, quadrant_words

LOGARITHM, AS_IT_IS = "ln(1+x)", "ninguno"
AT_LEAST, ABOVE = "al menos", "más de"

TIE_DECIMALS = 9
"""Scores that agree so far are equal, as in the ranking of the atlas."""

_AXES = ("Código", "Eje", "Peso", "Peso en la publicación", "Parte del índice")
_PILLARS = ("Código", "Pilar", "Eje", "Peso", "Peso en la publicación", "Parte del eje", "Base", "Fuente del peso")
_INDICATORS = (
    "Código",
    "Indicador",
    "Unidad",
    "Año",
    "Fuente",
    "Pilar",
    "Dirección (1 más es mejor, -1 menos es mejor)",
    "Transformación",
    "Límite inferior (tras la transformación)",
    "Límite superior (tras la transformación)",
    "Límite inferior, en su unidad",
    "Límite superior, en su unidad",
    "De dónde salen los límites",
    "Peso",
    "Peso en la publicación",
    "Parte del pilar",
    "Parte del índice",
    "Base",
    "Por qué está",
)
_GATES = ("Código", "Compuerta", "Indicador", "Regla", "Valor", "Se dice", "Base", "Fuente")


@dataclass
class Parameters:
    """Rows of the sheet, the row numbers of its headings, and each parameter by name: its address and its value."""

    rows: list[list[Cell]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    named: dict[str, Formula] = field(default_factory=dict)

    def put(self, cells: list[Cell], **named: int) -> None:
        """Add a row; `named` gives the column of each parameter that it holds."""
        for name, column in named.items():
            cell = cells[column]
            value = cell.value if isinstance(cell, Formula | Given) else cell
            self.named[name] = Formula(parameter(column, len(self.rows)), "" if value is None else value)
        self.rows.append(cells)

    def head(self, title: str, names: tuple[str, ...]) -> None:
        """Add the title and the headings of a block."""
        if self.rows:
            self.rows.append([])
        self.headings += [len(self.rows), len(self.rows) + 1]
        self.rows += [[title], list(names)]

    def __getitem__(self, name: str) -> str:
        """Return the address of a parameter."""
        return self.named[name].text


def ordered(scored: ScoredIndex) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return axis -> pillar -> indicators: the order of every column and row of the workbook."""
    children = scored.reference.structure.children
    return {axis: {pillar: children(pillar) for pillar in children(axis)} for axis in children(ROOT)}


def usable_gates(scored: ScoredIndex) -> list[str]:
    """Return the gates that can be asked: general, and of a figure that the release has."""
    gates = scored.reference.model.gates.values()
    return [gate.code for gate in gates if gate.scope == "general" and gate.field in scored.inputs]


def parameters_of(scored: ScoredIndex) -> Parameters:
    """Return the sheet of parameters of an index."""
    made = Parameters()
    _settings(made, scored)
    _axes_and_pillars(made, scored)
    _indicators(made, scored)
    _gates(made, scored)
    return made


def _settings(made: Parameters, scored: ScoredIndex) -> None:
    reference = scored.reference
    made.head("Escala, mínimos y cortes", ("Parámetro", "Valor", "Qué es"))
    cuts = "Mediana de la Sierra en la publicación; desde aquí, alto"
    lines: list[tuple[str, str, float, str]] = [
        ("scale_minimum", "Escala, mínimo", SCALE_MINIMUM, "No es 0: una media geométrica volvería 0 el puntaje"),
        ("scale_maximum", "Escala, máximo", SCALE_MAXIMUM, ""),
        (
            "pillar_share",
            "Parte mínima del peso de un pilar con dato",
            reference.model.settings.minimum_pillar_share,
            "Con menos, el pilar queda sin puntaje",
        ),
        (
            "axis_share",
            "Parte mínima del peso de un eje con dato",
            1.0,
            "Un eje pide todos sus pilares; el índice, ambos",
        ),
        ("slack", "Holgura de los mínimos", ROUNDING_SLACK, "Dos tercios no tiene forma exacta"),
        (
            "decimals",
            "Decimales hasta los que se comparan puntajes",
            float(TIE_DECIMALS),
            "Los iguales comparten puesto",
        ),
        ("potential_cut", "Corte de Potencial", reference.potential_cut, cuts),
        ("conditions_cut", "Corte de Condiciones", reference.conditions_cut, cuts),
    ]
    for name, label, value, note in lines:
        made.put([label, Given(float(value)), note], **{name: 1})
    highs = {
        "ready": "potencial alto, condiciones altas",
        "mesa_agenda": "potencial alto, condiciones bajas",
        "other_vocation": "potencial bajo, condiciones altas",
        "basic_services": "potencial bajo, condiciones bajas",
    }
    for word, label in quadrant_words().items():
        made.put(["Cuadrante", label, highs[word]], **{word: 1})


def _axes_and_pillars(made: Parameters, scored: ScoredIndex) -> None:
    structure, model = scored.reference.structure, scored.reference.model
    weights, frozen = scored.all_weights, scored.reference.weights
    shares = weight_rows(structure, weights)
    made.head("Ejes", _AXES)
    axes = ordered(scored)
    first = len(made.rows)
    for axis, share in zip(axes, shares[ROOT], strict=True):
        own = f"{parameter(2, len(made.rows))}/SUM({parameter(2, first)}:{_bare(2, first + len(axes) - 1)})"
        cells: list[Cell] = [
            axis,
            model.axes[axis].label,
            Given(weights[axis]),
            frozen[axis],
            Formula(own, float(share)),
        ]
        made.put(cells, **{axis: 2, f"{axis} share": 4})
    made.head("Pilares", _PILLARS)
    for axis, pillars in axes.items():
        first = len(made.rows)
        for pillar, share in zip(pillars, shares[axis], strict=True):
            own = f"{parameter(3, len(made.rows))}/SUM({parameter(3, first)}:{_bare(3, first + len(pillars) - 1)})"
            entry = model.pillars[pillar]
            line: list[Cell] = [pillar, entry.label, model.axes[axis].label, Given(weights[pillar]), frozen[pillar]]
            made.put(
                [*line, Formula(own, float(share)), entry.basis, entry.source], **{pillar: 3, f"{pillar} share": 5}
            )


def _indicators(made: Parameters, scored: ScoredIndex) -> None:
    structure, model = scored.reference.structure, scored.reference.model
    weights, frozen = scored.all_weights, scored.reference.weights
    shares, whole = weight_rows(structure, weights), effective_weights(structure, weights)
    made.head("Indicadores", _INDICATORS)
    for axis, pillars in ordered(scored).items():
        for pillar, fields in pillars.items():
            first = len(made.rows)
            for code, share in zip(fields, shares[pillar], strict=True):
                row = len(made.rows)
                own = f"{parameter(13, row)}/SUM({parameter(13, first)}:{_bare(13, first + len(fields) - 1)})"
                of_all = f"{parameter(15, row)}*{made[f'{pillar} share']}*{made[f'{axis} share']}"
                made.put(
                    [
                        *_description(scored, code, model.pillars[pillar].label),
                        *_scale(scored, code, row),
                        Given(weights[code]),
                        frozen[code],
                        Formula(own, float(share)),
                        Formula(of_all, float(whole[code])),
                        model.indicators[code].basis,
                        model.indicators[code].source,
                    ],
                    **{f"{code} direction": 6, f"{code} transform": 7, f"{code} low": 8, f"{code} high": 9},
                    **{code: 13, f"{code} share": 16},
                )


def _description(scored: ScoredIndex, code: str, pillar: str) -> list[Cell]:
    entry = dictionary().get(code)
    if entry is None:
        return [code, code, None, None, None, pillar]
    source = short_source(entry, scored.publication.simulated_datasets)
    return [code, entry.label, entry.unit, float(entry.year), source, pillar]


def _scale(scored: ScoredIndex, code: str, row: int) -> list[Cell]:
    posts = scored.reference.goalposts[code]
    is_logarithm = posts.transform == "log1p"
    ends: list[Cell] = []
    for column, end in ((8, posts.low), (9, posts.high)):
        there = parameter(column, row)
        back = float(np.expm1(end)) if is_logarithm else end
        ends.append(Formula(f'IF({parameter(7, row)}="{LOGARITHM}",EXP({there})-1,{there})', back))
    return [
        Given(float(posts.direction)),
        LOGARITHM if is_logarithm else AS_IT_IS,
        Given(posts.low),
        Given(posts.high),
        *ends,
        _origin(scored, scored.reference.model.indicators[code]),
    ]


def _origin(scored: ScoredIndex, indicator: Indicator) -> str:
    if indicator.bounds is not None:
        return indicator.bounds_source
    settings = scored.reference.model.settings
    return (
        f"Percentiles {100 * settings.lower_quantile:g} y {100 * settings.upper_quantile:g} de la Sierra, "
        "fijados en la publicación"
    )


def _gates(made: Parameters, scored: ScoredIndex) -> None:
    made.head("Compuertas: donde una se cierra no hay puntaje", _GATES)
    said = gate_sentences(scored.reference)
    for code in usable_gates(scored):
        gate = scored.reference.model.gates[code]
        entry = dictionary().get(gate.field)
        label = gate.field if entry is None else entry.label
        rule = AT_LEAST if gate.rule == "at_least" else ABOVE
        said_so: list[Cell] = [Given(gate.value), said[code], gate.basis, gate.source]
        made.put(
            [code, f"{label}: {rule} {gate.value:g}", gate.field, rule, *said_so],
            **{f"{code} rule": 3, f"{code} value": 4, f"{code} said": 5},
        )


def _bare(column: int, row: int) -> str:
    return parameter(column, row).partition("!")[2]

"""The sheet of the result: gate, axes, viability, place, quadrant and share of data of every district, by formula."""

from __future__ import annotations

from functools import partial

from pipelines.export.index_cells import (
    DATA,
    NORMALISED,
    PILLARS,
    Column,
    across,
    across_top,
    at,
    where_known,
)
from pipelines.export.index_parameters import AT_LEAST, TIE_DECIMALS, usable_gates
from pipelines.export.index_scores import gate_sentences, quadrants_in_words
from pipelines.export.index_tables import IDENTITY, SHARE_ROW, WEIGHT_ROW, Plan, mean_where_enough

SIERRA, GATE, POTENTIAL, CONDITIONS, VIABILITY, ARITHMETIC, RANK, QUADRANT, SHARE, COMPARED = range(4, 14)
"""Columns of the sheet that formulas refer to; the four before say whose row it is."""

_AXES = {"potential": POTENTIAL, "conditions": CONDITIONS}


def result(plan: Plan) -> list[Column]:
    """Return the columns of the result, in the order of their constants."""
    table, model = plan.scored.scores.table, plan.scored.reference.model
    said = table["gate"].map(gate_sentences(plan.scored.reference), na_action="ignore")
    compared = table["viability_score"].where(plan.scored.inputs["is_sierra"]).round(TIE_DECIMALS)
    axes = [
        plan.column(f"{axis}_score", model.axes[axis].label, partial(_axis, plan, axis), table[f"{axis}_score"])
        for axis in _AXES
    ]
    whole, variant = "viability_score", "viability_arithmetic_score"
    return [
        *plan.identity(len(IDENTITY)),
        plan.column("gate", "No viable hoy", partial(_gate, plan), said, "word"),
        *axes,
        plan.column(whole, "Viabilidad: media geométrica de los ejes", partial(_viability, plan), table[whole]),
        plan.column(variant, "Variante: media aritmética entre pilares", partial(_variant, plan), table[variant]),
        plan.column("viability_rank", "Puesto en la Sierra", partial(_rank, plan), table["viability_rank"], "whole"),
        plan.column("quadrant", "Cuadrante", partial(_quadrant, plan), quadrants_in_words(plan.scored), "word"),
        plan.column("data_share_pct", "Peso con dato (%)", partial(_data_share, plan), table["data_share_pct"]),
        plan.column("", "Viabilidad que se compara", partial(_compared, plan), compared, "fine"),
    ]


def _gate(plan: Plan, row: int) -> str:
    given, formula = plan.parameters, '""'
    # the first closed gate is the one told, so it is written last, outermost
    for code in reversed(usable_gates(plan.scored)):
        gate = plan.scored.reference.model.gates[code]
        figure, value = at(plan.raw[gate.field], row, DATA), given[f"{code} value"]
        is_open = f'IF({given[f"{code} rule"]}="{AT_LEAST}",{figure}>={value},{figure}>{value})'
        formula = f"IF(AND(ISNUMBER({figure}),NOT({is_open})),{given[f'{code} said']},{formula})"
    return formula


def _axis(plan: Plan, axis: str, row: int) -> str:
    pillars = plan.columns_of_axis(axis)
    logarithms = range(pillars.start + len(plan.pillars), pillars.stop + len(plan.pillars))
    mean = mean_where_enough(
        plan.parameters,
        across_top(pillars, WEIGHT_ROW, PILLARS),
        across(pillars, row, PILLARS),
        "axis_share",
        logarithms=across(logarithms, row, PILLARS),
    )
    return f'IF({at(GATE, row)}<>"","",{mean})' if axis == "potential" else mean


def _viability(plan: Plan, row: int) -> str:
    given = plan.parameters
    terms = [(given[axis], at(column, row)) for axis, column in _AXES.items()]
    present = "+".join(f"{weight}*ISNUMBER({cell})" for weight, cell in terms)
    whole = "+".join(weight for weight, _ in terms)
    logarithm = "+".join(f"{weight}*IF(ISNUMBER({cell}),LN({cell}),0)" for weight, cell in terms)
    asked = f"MAX({given['axis_share']}-{given['slack']},{given['slack']})"
    mean = f'IF(({present})/({whole})>={asked},EXP(({logarithm})/({present})),"")'
    return f'IF({at(GATE, row)}<>"","",{mean})'


def _variant(plan: Plan, row: int) -> str:
    parts = []
    for axis in _AXES:
        pillars, weight = plan.columns_of_axis(axis), plan.parameters[axis]
        weights = across_top(pillars, WEIGHT_ROW, PILLARS)
        mean = f"SUMPRODUCT({weights},{across(pillars, row, PILLARS)})/SUM({weights})"
        parts.append(f"IF({weight}>0,{weight}*LN({mean}),0)")
    whole = "+".join(plan.parameters[axis] for axis in _AXES)
    return where_known(at(VIABILITY, row), f"EXP(({'+'.join(parts)})/({whole}))")


def _rank(plan: Plan, row: int) -> str:
    among = f"{_fixed(at(COMPARED, plan.rows[0]))}:{_fixed(at(COMPARED, plan.rows[-1]))}"
    return where_known(at(COMPARED, row), f"RANK({at(COMPARED, row)},{among})")


def _quadrant(plan: Plan, row: int) -> str:
    given = plan.parameters
    is_high = {
        axis: f"ROUND({at(column, row)},{given['decimals']})>=ROUND({given[f'{axis}_cut']},{given['decimals']})"
        for axis, column in _AXES.items()
    }
    of_high = f"IF({is_high['conditions']},{given['ready']},{given['mesa_agenda']})"
    of_low = f"IF({is_high['conditions']},{given['other_vocation']},{given['basic_services']})"
    known = f"AND(ISNUMBER({at(POTENTIAL, row)}),ISNUMBER({at(CONDITIONS, row)}))"
    return f'IF({known},IF({is_high["potential"]},{of_high},{of_low}),"")'


def _data_share(plan: Plan, row: int) -> str:
    columns = range(min(plan.fields.values()), max(plan.fields.values()) + 1)
    shares, figures = across_top(columns, SHARE_ROW, NORMALISED), across(columns, row, NORMALISED)
    return f"100*SUMPRODUCT({shares}*ISNUMBER({figures}))/SUM({shares})"


def _compared(plan: Plan, row: int) -> str:
    viability = at(VIABILITY, row)
    rounded = f"ROUND({viability},{plan.parameters['decimals']})"
    return f'IF(AND({at(SIERRA, row)}="sí",ISNUMBER({viability})),{rounded},"")'


def _fixed(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"

"""Everything that a scenario changes, one by one, with where its value comes from and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.standards import Standard
from layers.gaps import shortfall
from layers.scenario.scenario import Basis, Scenario, asked_for, falls_short

WEIGHT_UNIT = "peso relativo"
WEIGHT_SOURCE = "decisión de quien arma el escenario"
GENERAL = "índice general"


@dataclass(frozen=True)
class Change:
    """One changed input: what, where ("" is everywhere), from what to what, in which unit, by which source."""

    what: str
    where: str
    before: str | float
    after: str | float
    unit: str
    source: str


@dataclass(frozen=True)
class Closed:
    """
    The gaps that a scenario closes.

    `rows`: `ubigeo`, `name`, `province`, `standard`, `label`, `before`, `after`, `unit`, `shortfall`, `shortfall_unit`,
    `cost_low_pen`, `cost_high_pen` (missing without a unit cost to trust), `source`; a row per district and standard
    whose figure changes. `met_count` and `unknown_count`: chosen pairs that meet the standard already, and those
    without a figure.
    """

    rows: pd.DataFrame
    met_count: int
    unknown_count: int


def closed_gaps(scenario: Scenario, basis: Basis) -> Closed:
    """Return the gaps that a scenario closes, with what each lacks and costs."""
    districts = basis.districts.set_index("ubigeo").reindex(basis.inputs["ubigeo"]).set_axis(basis.inputs.index)
    parts = [_empty()]
    met = unknown = 0
    for key, codes in scenario.closed_gaps:
        standard = basis.standards[key]
        asked = asked_for(codes, basis.inputs["ubigeo"])
        changed = falls_short(standard, codes, basis.inputs)
        missing = asked & basis.inputs[standard.field].isna()
        unknown += int(missing.sum())
        met += int((asked & ~changed & ~missing).sum())
        parts.append(_rows(key, standard, basis, districts, changed))
    filled = [part for part in parts if len(part)]
    return Closed(pd.concat(filled, ignore_index=True) if filled else parts[0], met, unknown)


def changes_of(scenario: Scenario, basis: Basis, closed: Closed) -> tuple[Change, ...]:
    """Return every changed input of a scenario: the product, the weights, then each figure of each district."""
    frozen = basis.reference.weights
    changes = []
    if scenario.product is not None:
        source = "aptitud y valor del producto en la publicación"
        changes.append(Change("Producto", "", GENERAL, scenario.product, "", source))
    for code, weight in scenario.weights:
        what = f"Peso de {node_label(code, basis)}"
        changes.append(Change(what, "", float(frozen[code]), weight, WEIGHT_UNIT, WEIGHT_SOURCE))
    for row in closed.rows.to_dict("records"):
        where = f"{row['name']} ({row['province']})"
        changes.append(Change(row["label"], where, row["before"], row["after"], row["unit"], row["source"]))
    return tuple(changes)


def node_label(code: str, basis: Basis) -> str:
    """Return how a node of the index is called."""
    model = basis.reference.model
    if code in model.axes:
        return model.axes[code].label
    if code in model.pillars:
        return model.pillars[code].label
    return basis.fields[code].label if code in basis.fields else code


def _rows(key: str, standard: Standard, basis: Basis, districts: pd.DataFrame, changed: pd.Series) -> pd.DataFrame:
    values = basis.inputs.loc[changed, standard.field].astype(float)
    chosen = districts[changed]
    base = None
    if standard.shortfall_base is not None:
        # without its base a percentage is no number of anything
        base = chosen.reindex(columns=[standard.shortfall_base])[standard.shortfall_base].astype(float)
    missing = shortfall(values, base, standard)
    low, high = standard.cost_pen_per_unit or (np.nan, np.nan)
    field = basis.fields.get(standard.field)
    rows = basis.inputs.loc[changed, ["ubigeo", "name", "province"]].assign(
        standard=key,
        label=standard.label,
        before=values,
        after=float(standard.adequate),
        unit=field.unit if field is not None else "",
        shortfall=missing,
        shortfall_unit=standard.shortfall_unit,
        cost_low_pen=missing * low,
        cost_high_pen=missing * high,
        source=f"{standard.source} ({standard.basis}, {standard.year})",
    )
    return rows.reset_index(drop=True)


def _empty() -> pd.DataFrame:
    words = ("ubigeo", "name", "province", "standard", "label", "unit", "shortfall_unit", "source")
    numbers = ("before", "after", "shortfall", "cost_low_pen", "cost_high_pen")
    columns = {name: pd.Series(dtype="str") for name in words} | {name: pd.Series(dtype=float) for name in numbers}
    return pd.DataFrame(columns)

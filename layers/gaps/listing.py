"""
The long list of gaps: one row per territory and standard, at the level at which the figure is published.

A gap known per province appears once, at the province. A territory without a figure has a row that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from geodata.fields import Field
from geodata.standards import Standard
from geodata.ubigeo import Level
from layers.gaps.priority import with_priority
from layers.gaps.severity import ACTIONABLE, severity, severity_share, shortfall

AS_PUBLISHED = "publicado"
"""Quality of a figure that is its publisher's own, or is made alike for every territory."""

_IDENTITY = [
    "ubigeo",
    "level",
    "name",
    "province",
    "department",
    "department_code",
    "is_sierra",
    "quadrant",
    "potential_score",
]


def gap_list(
    tables: Mapping[Level, pd.DataFrame],
    standards: Iterable[Standard],
    fields: Mapping[str, Field],
    *,
    products: pd.Series | None = None,
    official_names: Mapping[str, pd.Series] | None = None,
) -> pd.DataFrame:
    """
    Return the long list of gaps.

    Parameters
    ----------
    tables
        Published tables by level, with identity columns, `potential_score`, `ppa_producers_count`,
        `agricultural_area_ha` and the fields of the standards. A standard whose field is not among the columns is left
        out (`not_measured` tells which); one that nobody publishes has a row without figure per territory.
    standards, fields
        What is enough, and what each figure is.
    products
        Ubigeo -> names of the products of the programme present or apt there, joined by ", ".
    official_names
        Field -> (ubigeo -> official name of the gap), as the data write them; without it, the dictionary's names.

    Returns
    -------
    gaps
        Gaps to act on come first, by rank of priority within their level, then by ubigeo and standard. `gap_id` is
        "<ubigeo>:<standard>", unique in the list; terms of the priority as in `with_priority`.
    """
    measured = [standard for standard in standards if is_measurable(tables, standard)]
    rows = [_gaps_of(tables[standard.level], standard, fields.get(standard.field)) for standard in measured]
    gaps = with_priority(pd.concat(rows, ignore_index=True))
    if official_names is not None:
        gaps["official_name"] = _official(gaps, official_names)
    gaps["products"] = "" if products is None else gaps["ubigeo"].map(products).astype("str").fillna("")
    is_closed = ~gaps["severity"].isin(ACTIONABLE)
    order = ["is_closed", "priority_rank", "ubigeo", "standard"]
    return gaps.assign(is_closed=is_closed).sort_values(order).drop(columns="is_closed").reset_index(drop=True)


def is_measurable(tables: Mapping[Level, pd.DataFrame], standard: Standard) -> bool:
    """Return whether the tables hold the figure of a standard, or nobody publishes it and the list says so."""
    table = tables.get(standard.level)
    return table is not None and (not standard.field or standard.field in table.columns)


def not_measured(gaps: pd.DataFrame, standards: Iterable[Standard]) -> list[Standard]:
    """Return the standards without any figure in a list: not in this release, or published by nobody."""
    with_figure = set(gaps.loc[gaps["value"].notna(), "standard"])
    return [standard for standard in standards if standard.id not in with_figure]


def with_quality(gaps: pd.DataFrame, methods: pd.DataFrame, qualities: Mapping[str, str]) -> pd.DataFrame:
    """
    Return the gaps with `quality`: how sure each figure is.

    Parameters
    ----------
    gaps
        As `gap_list` makes it; its order is kept.
    methods
        `ubigeo`, `field`, `method`: how figures that are not made alike everywhere were made.
    qualities
        Method -> `medido`, `aproximado`, `parcial` or `referencial`.

    Returns
    -------
    gaps
        `quality` is `publicado` where the figure is its publisher's or made alike everywhere; missing without figure.
    """
    made = methods.set_index(["ubigeo", "field"])["method"].map(qualities)
    keys = pd.MultiIndex.from_frame(gaps[["ubigeo", "field"]])
    quality = pd.Series(made.reindex(keys).to_numpy(), index=gaps.index, dtype="object").fillna(AS_PUBLISHED)
    return gaps.assign(quality=quality.where(gaps["value"].notna(), None).astype("str"))


def _gaps_of(table: pd.DataFrame, standard: Standard, field: Field | None) -> pd.DataFrame:
    gaps = table.reindex(columns=_IDENTITY).copy()
    values = pd.Series(np.nan, index=table.index) if field is None else table[field.id].astype(float)
    gaps.insert(0, "gap_id", gaps["ubigeo"] + f":{standard.id}")
    gaps["standard"] = standard.id
    gaps["good"] = standard.good
    gaps["kind"] = standard.kind
    gaps["label"] = standard.label
    gaps["field"] = _text(field.id if field else None, gaps)
    gaps["value"] = values
    gaps["unit"] = _text(field.unit if field else None, gaps)
    gaps["year"] = pd.Series(field.year if field else None, index=gaps.index, dtype="Int64")
    gaps["adequate"] = float(standard.adequate)
    gaps["basis"] = standard.basis
    gaps["origin"] = standard.origin
    gaps["severity"] = severity(values, standard, field.missing_means if field else "unknown")
    gaps["severity_share"] = severity_share(values, standard)
    gaps["shortfall"] = shortfall(values, _base(table, standard), standard)
    gaps["shortfall_unit"] = standard.shortfall_unit
    gaps["producers_count"] = table["ppa_producers_count"]
    gaps["agricultural_area_ha"] = table["agricultural_area_ha"]
    low, high = standard.cost_pen_per_unit or (np.nan, np.nan)
    gaps["cost_low_pen"] = gaps["shortfall"] * low
    gaps["cost_high_pen"] = gaps["shortfall"] * high
    gaps["cost_basis"] = _text(standard.cost_basis, gaps)
    gaps["official_name"] = _text(field.official_name if field else None, gaps)
    gaps["responsible"] = standard.responsible
    gaps["responsible_level"] = standard.responsible_level
    gaps["entities"] = ", ".join(standard.entities)
    gaps["datasets"] = ", ".join(field.datasets) if field else ""
    return gaps


def _base(table: pd.DataFrame, standard: Standard) -> pd.Series | None:
    """Return what a percentage is taken of; without it in the table a percentage is no number of anything."""
    if standard.shortfall_base is None:
        return None
    return table.reindex(columns=[standard.shortfall_base])[standard.shortfall_base].astype(float)


def _official(gaps: pd.DataFrame, official_names: Mapping[str, pd.Series]) -> pd.Series:
    names = pd.Series(None, index=gaps.index, dtype="str")
    for field, by_ubigeo in official_names.items():
        own = gaps["field"].eq(field)
        names = names.mask(own, gaps["ubigeo"].map(by_ubigeo))
    return names.astype("str")


def _text(word: str | None, gaps: pd.DataFrame) -> pd.Series:
    return pd.Series(word, index=gaps.index, dtype="str")

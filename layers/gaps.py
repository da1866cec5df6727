"""
Gaps: how far a territory is from a standard, in the unit of the good, and who answers for it.

One row per territory and standard, at the level at which the figure is published: a gap known per province appears
once, at the province. A territory without a figure has a row that says so. A first list, whose priorities a later
version replaces.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.fields import Field, MissingMeans
from geodata.standards import Standard
from geodata.ubigeo import Level, is_within

SEVERITIES = ("critical", "moderate", "none", "no_data", "not_applicable")
"""From the one a session starts with to the one it cannot judge."""

SEVERITY_WEIGHT = {"critical": 2.0, "moderate": 1.0}
"""Priority: a critical gap counts double. Proposed; shown beside the result."""

AS_PUBLISHED = "publicado"
"""Quality of a figure that is its publisher's own, or is made alike for every territory."""

_IDENTITY = ["ubigeo", "level", "name", "province", "department", "department_code", "is_sierra", "quadrant"]


def severity(values: pd.Series, standard: Standard, missing_means: MissingMeans = "unknown") -> pd.Series:
    """Return `critical`, `moderate` or `none` for each value; `no_data` or `not_applicable` where it is missing."""
    missing = "not_applicable" if missing_means == "not_applicable" else "no_data"
    sign = 1.0 if standard.better == "higher" else -1.0
    adequate = sign * values >= sign * standard.adequate
    beyond_critical = sign * values < sign * standard.critical
    words = np.select([values.isna(), adequate, beyond_critical], [missing, "none", "critical"], default="moderate")
    return pd.Series(words, index=values.index, name="severity", dtype="str")


def shortfall(values: pd.Series, base: pd.Series | None, standard: Standard) -> pd.Series:
    """
    Return what is missing to reach the standard, zero where it is met, missing where the value is.

    With a base (hectares, households, kilometres) the values are percentages of it and the shortfall is in its unit;
    without one the shortfall is in the unit of the value.
    """
    sign = 1.0 if standard.better == "higher" else -1.0
    distance = (sign * (standard.adequate - values)).clip(lower=0.0)
    return (distance if base is None else base * distance / 100.0).rename("shortfall")


def gap_list(
    tables: Mapping[Level, pd.DataFrame], standards: Iterable[Standard], fields: Mapping[str, Field]
) -> pd.DataFrame:
    """
    Return the long list of gaps.

    Parameters
    ----------
    tables
        Published tables by level, with identity columns, `ppa_producers_count` and the fields of the standards.
    standards, fields
        What is enough, and what each figure is.

    Returns
    -------
    gaps
        Gaps to act on come first, by priority (highest first), then by ubigeo and standard. `priority` is producers x
        severity weight; missing when there is no gap to act on, or nobody knows the producers of the territory.
    """
    rows = [_gaps_of(tables[standard.level], standard, fields[standard.field]) for standard in standards]
    gaps = pd.concat(rows, ignore_index=True)
    is_open = gaps["severity"].isin(SEVERITY_WEIGHT)
    return (
        gaps.assign(is_open=is_open)
        .sort_values(["is_open", "priority", "ubigeo", "standard"], ascending=[False, False, True, True])
        .drop(columns="is_open")
        .reset_index(drop=True)
    )


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
        Method -> `medido`, `aproximado` or `parcial`.

    Returns
    -------
    gaps
        `quality` is `publicado` where the figure is its publisher's or made alike everywhere; missing without figure.
    """
    made = methods.set_index(["ubigeo", "field"])["method"].map(qualities)
    keys = pd.MultiIndex.from_frame(gaps[["ubigeo", "field"]])
    quality = pd.Series(made.reindex(keys).to_numpy(), index=gaps.index, dtype="object").fillna(AS_PUBLISHED)
    return gaps.assign(quality=quality.where(gaps["value"].notna(), None).astype("str"))


def choose(
    gaps: pd.DataFrame,
    *,
    territory: str | None = None,
    sierra_only: bool = False,
    goods: Collection[str] = (),
    severities: Collection[str] = (),
    levels: Collection[str] = (),
) -> pd.DataFrame:
    """
    Return the gaps inside a territory, of some goods, severities and levels; an empty choice means all.

    Parameters
    ----------
    gaps
        As `gap_list` makes it; its order is kept.
    territory
        Six-character code of a department, province or district. A gap of a department is not inside its provinces.
    """
    kept = pd.Series(True, index=gaps.index)
    if territory is not None:
        kept &= is_within(gaps["ubigeo"], territory)
    if sierra_only:
        kept &= gaps["is_sierra"].astype(bool)
    for column, words in (("good", goods), ("severity", severities), ("level", levels)):
        if words:
            kept &= gaps[column].isin(set(words))
    return gaps[kept]


@dataclass(frozen=True)
class GapTotals:
    """What a choice of gaps adds up to, each district once, whatever the number of its gaps."""

    gaps_count: int
    districts_count: int
    producers_count: float
    agricultural_area_ha: float
    cost_low_pen: float
    cost_high_pen: float
    without_cost_count: int
    """Gaps left out of the cost, because no unit cost can be trusted."""


def totals(gaps: pd.DataFrame, districts: pd.DataFrame) -> GapTotals:
    """
    Return the totals of a choice of gaps.

    A gap of a province or department touches its districts; a district touched twice counts once.

    Parameters
    ----------
    gaps
        Rows of `gap_list`.
    districts
        `ubigeo`, `province_code`, `department_code`, `ppa_producers_count`, `agricultural_area_ha`.
    """
    codes = set(gaps["ubigeo"])
    touched = districts[
        districts["ubigeo"].isin(codes)
        | districts["province_code"].isin(codes)
        | districts["department_code"].isin(codes)
    ]
    return GapTotals(
        gaps_count=len(gaps),
        districts_count=len(touched),
        producers_count=float(touched["ppa_producers_count"].sum()),
        agricultural_area_ha=float(touched["agricultural_area_ha"].sum()),
        cost_low_pen=float(gaps["cost_low_pen"].sum()),
        cost_high_pen=float(gaps["cost_high_pen"].sum()),
        without_cost_count=int(gaps["cost_low_pen"].isna().sum()),
    )


def _gaps_of(table: pd.DataFrame, standard: Standard, field: Field) -> pd.DataFrame:
    gaps = table.reindex(columns=_IDENTITY).copy()
    values = table[field.id].astype(float)
    base = table[standard.shortfall_base].astype(float) if standard.shortfall_base else None
    gaps["standard"] = standard.id
    gaps["good"] = standard.good
    gaps["label"] = standard.label
    gaps["field"] = field.id
    gaps["value"] = values
    gaps["unit"] = field.unit
    gaps["year"] = field.year
    gaps["adequate"] = float(standard.adequate)
    gaps["basis"] = standard.basis
    gaps["severity"] = severity(values, standard, field.missing_means)
    gaps["shortfall"] = shortfall(values, base, standard)
    gaps["shortfall_unit"] = standard.shortfall_unit
    gaps["producers_count"] = table["ppa_producers_count"]
    gaps["agricultural_area_ha"] = table["agricultural_area_ha"]
    low, high = standard.cost_pen_per_unit or (np.nan, np.nan)
    gaps["cost_low_pen"] = gaps["shortfall"] * low
    gaps["cost_high_pen"] = gaps["shortfall"] * high
    gaps["cost_basis"] = pd.Series(standard.cost_basis, index=gaps.index, dtype="str")
    gaps["official_name"] = pd.Series(field.official_name, index=gaps.index, dtype="str")
    gaps["responsible"] = standard.responsible
    gaps["responsible_level"] = standard.responsible_level
    gaps["datasets"] = ", ".join(field.datasets)
    gaps["priority"] = gaps["severity"].map(SEVERITY_WEIGHT) * gaps["producers_count"]
    return gaps

"""Choosing gaps of the list, ordering them, and what a choice adds up to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import pandas as pd

from geodata.ubigeo import Level, is_within
from layers.gaps.severity import SEVERITIES

ORDERS = ("priority", "severity", "producers", "shortfall", "cost", "territory")
"""How a list can be ordered; `priority` is the order in which it was made."""

_SORTED_BY: dict[str, tuple[list[str], list[bool]]] = {
    "severity": (["severity_order", "severity_share"], [True, False]),
    "producers": (["producers_count"], [False]),
    "shortfall": (["shortfall_unit", "shortfall"], [True, False]),
    "cost": (["cost_low_pen"], [True]),
    "territory": (["department", "province", "name", "standard"], [True] * 4),
}


def choose(
    gaps: pd.DataFrame,
    *,
    territory: str | None = None,
    sierra_only: bool = False,
    goods: Collection[str] = (),
    severities: Collection[str] = (),
    levels: Collection[str] = (),
    quadrants: Collection[str] = (),
    entities: Collection[str] = (),
    products: Collection[str] = (),
) -> pd.DataFrame:
    """
    Return the gaps inside a territory that meet every filter; an empty choice means all.

    Parameters
    ----------
    gaps
        As `gap_list` makes it; its order is kept.
    territory
        Six-character code of a department, province or district. A gap of a department is not inside its provinces.
    entities, products
        Ids of entities, names of products: a row with any of them is kept.
    """
    kept = pd.Series(True, index=gaps.index)
    if territory is not None:
        kept &= is_within(gaps["ubigeo"], territory)
    if sierra_only:
        kept &= gaps["is_sierra"].astype(bool)
    for column, words in (("good", goods), ("severity", severities), ("level", levels), ("quadrant", quadrants)):
        if words:
            kept &= gaps[column].isin(set(words))
    for column, words in (("entities", entities), ("products", products)):
        if words:
            kept &= _holds_any(gaps[column], words)
    return gaps[kept]


def pick(gaps: pd.DataFrame, gap_ids: Collection[str]) -> pd.DataFrame:
    """Return the gaps of these ids that are in the list, in the order of the list."""
    return gaps[gaps["gap_id"].isin(set(gap_ids))]


def ordered(gaps: pd.DataFrame, order: str) -> pd.DataFrame:
    """Return the gaps in one of `ORDERS`; what is missing comes last, equals stay as they were."""
    if order == "priority":
        return gaps
    columns, ascending = _SORTED_BY[order]
    rank = gaps["severity"].map({word: place for place, word in enumerate(SEVERITIES)})
    ranked = gaps.assign(severity_order=rank)
    return ranked.sort_values(columns, ascending=ascending, kind="stable").drop(columns="severity_order")


def words_of(column: pd.Series) -> list[str]:
    """Return the different words of a column of lists joined by ", ", in order of appearance."""
    return list(dict.fromkeys(word for cell in column.dropna().unique() for word in str(cell).split(", ") if word))


def drawable_level(gaps: pd.DataFrame) -> Level:
    """Return the finest level of a list: a figure of a province is never painted on its districts."""
    levels: tuple[Level, ...] = ("district", "province")
    return next((level for level in levels if gaps["level"].eq(level).any()), "department")


def worst_severity(gaps: pd.DataFrame, level: Level) -> pd.Series:
    """Return ubigeo -> the worst severity among the gaps of a level; unknown comes after every judgement."""
    own = gaps[gaps["level"].eq(level)]
    place = own["severity"].map({word: place for place, word in enumerate(SEVERITIES)})
    worst = place.groupby(own["ubigeo"]).min()
    return worst.map(dict(enumerate(SEVERITIES))).astype("str").rename("severity")


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
    shortfall_by_unit: dict[str, float] = field(default_factory=dict)
    """What is missing, by unit (ha, km, centros poblados…); two gaps of one territory in one unit count as the larger,
    for they may be of the same places."""


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
        shortfall_by_unit=_shortfall_by_unit(gaps),
    )


def _shortfall_by_unit(gaps: pd.DataFrame) -> dict[str, float]:
    largest = gaps.groupby(["shortfall_unit", "ubigeo"])["shortfall"].max()
    summed = largest.groupby(level="shortfall_unit").sum(min_count=1).dropna()
    return {str(unit): float(amount) for unit, amount in summed.items() if amount > 0}


def _holds_any(column: pd.Series, words: Collection[str]) -> pd.Series:
    """Return which cells of words joined by ", " hold any of some words, whole."""
    cells = ", " + column.fillna("").astype("str") + ", "
    held = pd.Series(False, index=column.index)
    for word in words:
        held |= cells.str.contains(f", {word}, ", regex=False).astype(bool)
    return held

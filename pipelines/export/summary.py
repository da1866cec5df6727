"""What the gaps of a list add up to for each responsible entity."""

from __future__ import annotations

import pandas as pd

from layers.gaps import ACTIONABLE

_KEYS = ["responsible", "responsible_level", "label", "shortfall_unit"]


def by_entity(gaps: pd.DataFrame) -> pd.DataFrame:
    """
    Return a row per entity and gap, with Spanish headings, those with most critical gaps first.

    Only gaps to act on count. Shortfalls are added within one gap, whose territories are of one level and do not
    overlap; gaps of an entity are not added to each other: hectares, households and kilometres are different things.

    Parameters
    ----------
    gaps
        Rows of the published gap list.
    """
    acting = gaps[gaps["severity"].isin(set(ACTIONABLE))]
    acting = acting.assign(
        is_critical=acting["severity"].eq("critical"),
        is_moderate=acting["severity"].eq("moderate"),
        lacks_cost=acting["cost_low_pen"].isna(),
    )
    added = acting.groupby(_KEYS, dropna=False, sort=False).agg(
        critical=("is_critical", "sum"),
        moderate=("is_moderate", "sum"),
        territories=("ubigeo", "nunique"),
        shortfall=("shortfall", _sum_of_known),
        producers=("producers_count", _sum_of_known),
        low=("cost_low_pen", _sum_of_known),
        high=("cost_high_pen", _sum_of_known),
        without_cost=("lacks_cost", "sum"),
    )
    ordered = added.reset_index().sort_values(
        ["critical", "moderate", "responsible", "label"], ascending=[False, False, True, True], ignore_index=True
    )
    return ordered[[*_KEYS[:3], "critical", "moderate", "territories", "shortfall", "shortfall_unit", *_LAST]].rename(
        columns=_HEADINGS
    )


_LAST = ["producers", "low", "high", "without_cost"]
_HEADINGS = {
    "responsible": "Responsable",
    "responsible_level": "Nivel de gobierno",
    "label": "Brecha",
    "critical": "Críticas",
    "moderate": "Moderadas",
    "territories": "Territorios",
    "shortfall": "Falta en total",
    "shortfall_unit": "Unidad de lo que falta",
    "producers": "Productores en esos territorios (padrón 2024)",
    "low": "Costo bajo (S/)",
    "high": "Costo alto (S/)",
    "without_cost": "Brechas sin costo unitario confiable",
}


def _sum_of_known(values: pd.Series) -> float:
    """Return the sum, missing where nothing is known: an unknown cost is not a cost of zero."""
    return float(values.sum(min_count=1))

"""Suitability as maps and totals need it: a column per product, and each product in provinces and departments."""

from __future__ import annotations

import pandas as pd

from geodata.ubigeo import Level, entity_code
from layers.joining import by_district
from layers.suitability import SEAT_ALTITUDE

APT_FROM = 0.5
"""From this suitability on a district counts as apt in the totals of provinces and departments (proposed)."""


def suitability_columns(ubigeo: pd.Series, products: pd.DataFrame) -> dict[str, pd.Series]:
    """Return `suitability_<product>` (0-100) for each ubigeo, indexed like it."""
    return {
        f"suitability_{product}": 100.0 * by_district(ubigeo, rows, "suitability")
        for product, rows in products.groupby("product", sort=False)
    }


def suitability_methods(products: pd.DataFrame) -> pd.DataFrame:
    """Return `ubigeo`, `field` (`suitability_<product>`) and `method`, a row per figure that has a value."""
    known = products.loc[products["suitability"].notna(), ["ubigeo", "product", "method"]]
    return known.assign(field="suitability_" + known["product"])[["ubigeo", "field", "method"]].reset_index(drop=True)


def totals_by_product(products: pd.DataFrame, level: Level) -> pd.DataFrame:
    """
    Return each product in the territories of a level.

    Returns
    -------
    totals
        `ubigeo`, `product`, `suitable_ha` and the two figures of 2023 (sums of the districts that have one),
        `apt_districts_count` (suitability of 0.5 or more), `with_value_count` (districts with a suitability),
        `with_area_count` (with hectares too), `approximate_count` (by the altitude of the seat), `districts_count`, and
        `present_ha`, missing unless every district has one.
    """
    marked = products.assign(
        ubigeo=entity_code(products["ubigeo"], level),
        is_apt=products["suitability"] >= APT_FROM,
        is_known=products["suitability"].notna(),
        has_area=products["suitable_ha"].notna(),
        is_approximate=products["method"].eq(SEAT_ALTITUDE),
    )
    grouped = marked.groupby(["ubigeo", "product"], sort=False)
    totals = grouped[["suitable_ha", "present_value_pen_thousand", "present_t"]].sum(min_count=1)
    counts = {
        "apt_districts_count": "is_apt",
        "with_value_count": "is_known",
        "with_area_count": "has_area",
        "approximate_count": "is_approximate",
    }
    totals = totals.assign(**{name: grouped[flag].sum() for name, flag in counts.items()})
    totals["districts_count"] = grouped.size()
    area_ha = grouped["present_ha"]
    totals["present_ha"] = area_ha.sum().where(area_ha.count() == totals["districts_count"])
    return totals.reset_index()

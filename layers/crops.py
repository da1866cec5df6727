"""
Crops: value and tonnes of 2023 by crop and district.

No area and no yield in the source. A district absent from the table is unknown; a district in the table that does
not grow a crop grows zero of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from layers.joining import by_district, ratio


def crop_total(ubigeo: pd.Series, crops: pd.DataFrame, column: str) -> pd.Series:
    """Return the sum of `column` over all crops per district; missing where the district is not in the table."""
    totals = crops.groupby("ubigeo")[column].sum(min_count=1).reset_index()
    return by_district(ubigeo, totals, column)


def crops_count(ubigeo: pd.Series, crops: pd.DataFrame) -> pd.Series:
    """Return how many different crops each territory records; `crops.ubigeo` may be codes of any one level."""
    counts = crops.groupby("ubigeo")["crop"].nunique().rename("crops_count").reset_index()
    return by_district(ubigeo, counts, "crops_count")


def programme_crop_value_pen_thousand(
    ubigeo: pd.Series, crops: pd.DataFrame, programme_crops: Collection[str]
) -> pd.Series:
    """
    Return the value of the programme's seed products per district, in thousands of soles of 2023.

    Zero where the district is in the table and grows none of them; missing where it is not in the table.
    """
    value = crops["value_pen_thousand"].where(crops["crop"].isin(set(programme_crops)), 0.0)
    totals = value.groupby(crops["ubigeo"]).sum().rename("programme_crop_value_pen_thousand").reset_index()
    return by_district(ubigeo, totals, "programme_crop_value_pen_thousand")


def crop_value_per_producer_pen(value_pen_thousand: pd.Series, producers: pd.Series) -> pd.Series:
    """Return soles of crop value (2023) per inscribed producer (2024)."""
    return ratio(value_pen_thousand * 1000.0, producers).rename("crop_value_per_producer_pen")


def leading_products(crops: pd.DataFrame, programme_crops: Mapping[str, str], at_most: int = 3) -> pd.DataFrame:
    """
    Return the programme products of each territory by value.

    Returns
    -------
    leading_products
        Columns `ubigeo`, `rank` (1 first), `product`, `value_pen_thousand`; at most `at_most` rows a territory and
        only products with value.
    """
    named = crops.assign(product=crops["crop"].map(programme_crops)).dropna(subset=["product"])
    totals = named.groupby(["ubigeo", "product"], as_index=False)["value_pen_thousand"].sum()
    totals = totals[totals["value_pen_thousand"] > 0]
    ordered = totals.sort_values(["ubigeo", "value_pen_thousand", "product"], ascending=[True, False, True])
    ordered["rank"] = ordered.groupby("ubigeo").cumcount() + 1
    kept = ordered[ordered["rank"] <= at_most]
    return kept[["ubigeo", "rank", "product", "value_pen_thousand"]].reset_index(drop=True)

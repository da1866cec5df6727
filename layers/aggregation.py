"""
From districts to provinces and departments, each indicator by the rule its dictionary entry states.

Nothing is filled in: a province's figure rests on the districts that have one, and `coverage` says on how many.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geodata.fields import Aggregation, Field
from geodata.ubigeo import Level, entity_code


def aggregate(districts: pd.DataFrame, fields: Iterable[Field], level: Level) -> pd.DataFrame:
    """
    Return one row per territory of `level`, with the fields that districts can be added up to.

    Parameters
    ----------
    districts
        `ubigeo` and one column per field of the dictionary.
    fields
        The dictionary; entries `published`, `recompute` and `none` are left to the caller.
    level
        `province` or `department`.

    Returns
    -------
    aggregated
        Indexed by the six-character code of the territory; missing where no district has what the rule needs.
    """
    territory = entity_code(districts["ubigeo"], level)
    columns = {
        field.id: _aggregate_one(districts, field, territory)
        for field in fields
        if field.aggregation.method in ("sum", "weighted_mean", "ratio") and field.id in districts
    }
    return pd.DataFrame(columns).rename_axis("ubigeo")


def coverage(districts: pd.DataFrame, fields: Iterable[Field], level: Level) -> pd.DataFrame:
    """
    Return on how many districts each aggregated figure rests.

    Returns
    -------
    coverage
        Columns `level`, `ubigeo`, `field`, `districts_count`, `with_value_count`.
    """
    territory = entity_code(districts["ubigeo"], level)
    present = [field.id for field in fields if field.id in districts]
    with_value = districts[present].notna().groupby(territory).sum()
    counted = with_value.rename_axis("ubigeo").reset_index()
    long = counted.melt(id_vars="ubigeo", var_name="field", value_name="with_value_count")
    long.insert(0, "level", level)
    long.insert(3, "districts_count", long["ubigeo"].map(territory.value_counts()).astype(int))
    return long


def _aggregate_one(districts: pd.DataFrame, field: Field, territory: pd.Series) -> pd.Series:
    rule = field.aggregation
    if rule.method == "sum":
        return _sum(districts[field.id], territory)
    if rule.method == "ratio":
        return _ratio(districts, rule, territory)
    return weighted_mean(districts[field.id], districts[str(rule.weight)], territory)


def weighted_mean(values: pd.Series, weights: pd.Series, groups: pd.Series) -> pd.Series:
    """Return the weighted mean of the rows that have both a value and a weight; missing where all weights are zero."""
    usable = weights.where(values.notna())
    total = _sum(usable, groups)
    return _sum(values * usable, groups) / total.where(total > 0)


def _ratio(districts: pd.DataFrame, rule: Aggregation, territory: pd.Series) -> pd.Series:
    denominator = _sum(districts[str(rule.denominator)], territory)
    return _sum(districts[str(rule.numerator)], territory) / denominator.where(denominator > 0)


def _sum(values: pd.Series, groups: pd.Series) -> pd.Series:
    # min_count: the sum of nothing known is unknown, not zero
    return values.groupby(groups).sum(min_count=1)

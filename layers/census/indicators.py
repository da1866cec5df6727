"""
The indicators of the census for districts, provinces, departments and the country, without what must not be shown.

Provinces and up are computed from the units, not from the published districts: they are right even where districts are
withheld. Figures of units without a place count in the country's, as a department of their own that is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from geodata.ubigeo import level_of
from layers.census import crops as crops_chapter
from layers.census import organisation, people, services, units
from layers.census.aggregating import BASIS, Measured
from layers.census.measures import Derived, Mean, Median, Share, Summed, joined
from layers.census.placing import UNPLACED
from layers.suppression import FEWEST_PRODUCERS, Relation, Tree, cell_status, withheld_cells

CHAPTER = joined(
    units.UNITS,
    units.LAND,
    units.TITLES,
    people.PERSON,
    people.HOME,
    services.WATER,
    services.PRACTICES,
    services.ADVICE,
    services.CREDIT,
    organisation.MEMBERSHIP,
    crops_chapter.METHODS,
    crops_chapter.DESTINATIONS,
)

INDICATORS = (*CHAPTER.shown, *(item.id for item in CHAPTER.derived))
"""Every published field, in the dictionary under the same name."""

# Bambamarca, Hualgayoc and Huasmin: the census was not finished there (domain.md, 6.3)
NOT_FULLY_ENUMERATED = ("060701", "060703", "060304")
# below this a district's shares jump about; domain.md, section 9
FEW_UNITS = 30

_ALL_CROPS = "irrigating all"


@dataclass(frozen=True)
class Published:
    """
    What may be shown.

    Attributes
    ----------
    values
        Indexed by `ubigeo` (districts, provinces, departments, country), one column per indicator; empty where withheld
        or missing.
    status
        Same shape: `value`, `withheld` or `missing`.
    flags
        Same index: `level`, `is_not_enumerated` (the census was not finished there) and `is_few_units`.
    """

    values: pd.DataFrame
    status: pd.DataFrame
    flags: pd.DataFrame


def exact_indicators(measured: Measured) -> pd.DataFrame:
    """Return every indicator at the four levels, unplaced units included and nothing withheld: not for showing."""
    sums = measured.sums.to_pandas().set_index("ubigeo")
    tree = Tree.of(list(sums.index))
    totals = pd.DataFrame(tree.totals(sums.to_numpy(dtype=float)), index=list(tree.codes), columns=sums.columns)
    medians = measured.medians.to_pandas().set_index("ubigeo").reindex(totals.index)
    table = {name: totals[name] for name in CHAPTER.shown}
    table |= {item.id: _derive(item, totals, medians) for item in CHAPTER.derived}
    return pd.DataFrame(table).rename_axis("ubigeo")


def publish(measured: Measured, districts: pd.Series) -> Published:
    """
    Return the indicators that may be shown.

    Parameters
    ----------
    districts
        Today's ubigeos; one without any unit is missing, not zero.
    """
    exact = exact_indicators(measured)
    withheld = _withheld_indicators(measured)
    index = _territories(districts)
    values = exact.reindex(index)
    hidden = withheld.reindex(index).fillna(False).astype(bool)
    status = cell_status(values.notna(), hidden)
    flags = pd.DataFrame(
        {
            "level": [level_of(code) for code in index],
            "is_not_enumerated": index.isin(NOT_FULLY_ENUMERATED),
            "is_few_units": (exact["units_count"].reindex(index) < FEW_UNITS).to_numpy(),
        },
        index=index,
    )
    return Published(values.mask(hidden), status, flags)


def publish_crops(measured: Measured) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Return the crops of every territory, and the status of each figure.

    Returns
    -------
    crops
        `ubigeo` (four levels), `crop`, `growers_count`, `growers_under_5ha_count`, `crop_area_ha`,
        `irrigated_crop_area_ha`, `sold_pct` (of the crop lines with a destination); empty where withheld. A crop that a
        territory does not grow has no row, unless that too is withheld.
    status
        Same rows and columns, with `value`, `withheld` or `missing`.
    """
    figures = list(crops_chapter.CROP_STATUS)
    sums = measured.crops.to_pandas()
    if sums.empty:
        empty = pd.DataFrame(columns=["ubigeo", "crop", *figures])
        return empty, empty.copy()
    wide = {name: _by_crop(sums, name) for name in crops_chapter.CROP_SUMS}
    tree = Tree.of(list(wide["growers_count"].index))
    totals = {
        name: pd.DataFrame(tree.totals(table.to_numpy()), index=list(tree.codes), columns=table.columns)
        for name, table in wide.items()
    }
    exact = {name: totals[name] for name in figures if name != "sold_pct"}
    exact["sold_pct"] = 100.0 * totals["sold_lines_count"] / totals["lines_count"].where(totals["lines_count"] > 0)
    hidden = _withheld_crops(wide)
    long = pd.DataFrame({name: _long(exact[name]) for name in figures})
    withheld = pd.DataFrame(
        {
            name: np.logical_or.reduce([_long(hidden[part]).to_numpy() for part in parts])
            for name, parts in crops_chapter.CROP_STATUS.items()
        },
        index=long.index,
    )
    placed = ~long.index.get_level_values("ubigeo").str.startswith(UNPLACED[:2])
    kept = ((long["growers_count"] > 0) | withheld.any(axis=1)) & placed
    long, withheld = long[kept], withheld[kept]
    status = cell_status(long.notna(), withheld)
    return long.mask(withheld).reset_index(), status.reset_index()


def _derive(item: Derived, totals: pd.DataFrame, medians: pd.DataFrame) -> pd.Series:
    if isinstance(item, Median):
        return medians[item.id]
    above, below, factor = (item.part, item.whole, 100.0) if isinstance(item, Share) else (item.total, item.over, 1.0)
    whole = totals[below]
    return factor * totals[above] / whole.where(whole > 0, np.nan)


def _ingredients(item: Derived) -> tuple[str, ...]:
    if isinstance(item, Share):
        return (item.part, item.whole)
    return (item.total, item.over) if isinstance(item, Mean) else (item.over,)


def protected_relations() -> tuple[Relation, ...]:
    """Return how the quantities behind the indicators add up."""
    return tuple(
        Relation(item.total, item.parts, "none" if item.is_whole else "difference") for item in CHAPTER.partitions
    )


def protected_counts(measured: Measured) -> pd.DataFrame:
    """Return, by district, the producers that each quantity behind the indicators rests on."""
    relations = protected_relations()
    tied = (name for relation in relations for name in (relation.total, *relation.parts))
    columns = dict.fromkeys([*CHAPTER.shown, *tied])
    summed = {item.id for item in CHAPTER.quantities if isinstance(item, Summed)}
    sums = measured.sums.to_pandas().set_index("ubigeo").fillna(0.0)
    return pd.DataFrame({name: sums[name + BASIS if name in summed else name] for name in columns})


def _withheld_indicators(measured: Measured) -> pd.DataFrame:
    hidden = withheld_cells(protected_counts(measured), protected_relations(), FEWEST_PRODUCERS)
    table = {name: hidden[name] for name in CHAPTER.shown}
    for item in CHAPTER.derived:
        known = [name for name in _ingredients(item) if name in hidden]
        table[item.id] = hidden[known].any(axis=1)
    return pd.DataFrame(table)


def _withheld_crops(wide: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """
    Return, by count of growers, which cells (territory by crop) to withhold.

    Irrigated hectares of all crops are an indicator of the territory, so those of a single crop must not be what the
    others leave of it.
    """
    counts = [name for name in wide if name.endswith("growers_count") or name.startswith("growers")]
    flat = pd.concat([wide[name].add_prefix(f"{name} ") for name in counts], axis=1)
    relations = [
        Relation(
            f"{relation.total} {crop}",
            tuple(f"{part} {crop}" for part in relation.parts),
            relation.rest if relation.rest == "difference" else f"{relation.rest} {crop}",
        )
        for relation in crops_chapter.CROP_RELATIONS
        for crop in wide["growers_count"].columns
    ]
    irrigating = tuple(f"irrigating_growers_count {crop}" for crop in wide["growers_count"].columns)
    flat[_ALL_CROPS] = flat[list(irrigating)].sum(axis=1)
    relations.append(Relation(_ALL_CROPS, irrigating, "none"))
    hidden = withheld_cells(flat, relations, FEWEST_PRODUCERS)
    crops = list(wide["growers_count"].columns)
    return {name: hidden[[f"{name} {crop}" for crop in crops]].set_axis(crops, axis=1) for name in counts}


def _by_crop(sums: pd.DataFrame, name: str) -> pd.DataFrame:
    return sums.pivot(index="ubigeo", columns="crop", values=name).fillna(0.0)


def _long(table: pd.DataFrame) -> pd.Series:
    codes = pd.MultiIndex.from_product([table.index, table.columns], names=["ubigeo", "crop"])
    return pd.Series(table.to_numpy().ravel(), index=codes)


def _territories(districts: pd.Series) -> pd.Index:
    return pd.Index(Tree.of(sorted(districts.astype(str))).codes, name="ubigeo")


def long_status(status: pd.DataFrame) -> pl.DataFrame:
    """Return the status one row per cell: `ubigeo`, `field`, `status`."""
    long = status.rename_axis("ubigeo").reset_index().melt("ubigeo", var_name="field", value_name="status")
    return pl.from_pandas(long)

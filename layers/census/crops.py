"""
Crops of the census: what a unit does with its crop lines, and who grows what where.

Lines of REC02 with an order of 90 or more are not crops but land without them. Associated crops count their area twice,
so hectares of crops do not add up to the sown area.
"""

from __future__ import annotations

import polars as pl

from layers.census.measures import Chapter, Counted, Partition, Share, Summed, holds
from layers.suppression import Relation

# orders 90 to 97 of P024_01 are questions 30 to 35 of the form
_FIRST_OTHER_ORDER = 90

IS_CROP = (pl.col("crop_order") < _FIRST_OTHER_ORDER).fill_null(True) & pl.col("p024_03").is_not_null()

_METHODS = {"gravity": 1, "sprinkler": 2, "drip": 3, "exudation": 4}
_MARKETS = {"national_market": "p029_01", "foreign_market": "p029_02", "agroindustry": "p029_03"}
_DESTINATIONS = {"sells": 1, "consumes": 2}

_HECTARES = pl.when(pl.col("p025") > 0).then(pl.col("p025")).otherwise(0.0)
_IRRIGATED = pl.when(holds("p026", 1)).then(_HECTARES).otherwise(0.0)
_BY_A_METHOD = pl.when(holds("p026", 1) & holds("p027", *_METHODS.values())).then(_HECTARES).otherwise(0.0)

LINE_COLUMNS = ("crop_order", "p024_03", "p025", "p026", "p027", "p028", *_MARKETS.values())


def crops_by_unit(lines: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """Return one row per unit from its crop lines: hectares by method of irrigation, destination and market."""
    irrigated = holds("p026", 1)
    return lines.group_by(key).agg(
        pl.lit(1, pl.Int8).alias("grows"),
        _BY_A_METHOD.sum().alias("method_ha"),
        *(
            pl.when(irrigated & holds("p027", code)).then(_HECTARES).otherwise(0.0).sum().alias(f"{name}_ha")
            for name, code in _METHODS.items()
        ),
        *(holds("p028", code).any().cast(pl.Int8).alias(name) for name, code in _DESTINATIONS.items()),
        *(holds(column, 1).any().cast(pl.Int8).alias(name) for name, column in _MARKETS.items()),
        pl.col("p028").is_not_null().sum().alias("answered_lines"),
        holds("p028", 1).sum().alias("sold_lines"),
    )


def _methods() -> Chapter:
    return Chapter(
        quantities=(
            Summed("irrigated_crop_area_ha", "rec02", pl.col("method_ha").fill_null(0.0)),
            *(Summed(f"irrigated_{name}_ha", "rec02", pl.col(f"{name}_ha").fill_null(0.0)) for name in _METHODS),
        ),
        shown=("irrigated_crop_area_ha",),
        derived=tuple(
            Share(f"irrigated_{name}_pct", f"irrigated_{name}_ha", "irrigated_crop_area_ha") for name in _METHODS
        ),
        partitions=(
            Partition("irrigated_crop_area_ha", tuple(f"irrigated_{name}_ha" for name in _METHODS), is_whole=True),
        ),
    )


def _destinations() -> Chapter:
    grows, sells = holds("grows", 1), holds("sells", 1)
    answered, sold = pl.col("answered_lines").fill_null(0), pl.col("sold_lines").fill_null(0)
    among = {"units_with_crops_count": grows, "units_selling_count": sells}
    return Chapter(
        quantities=(
            *(Counted(name, "rec02", where) for name, where in among.items()),
            Counted("units_consuming_count", "rec02", holds("consumes", 1)),
            *(Counted(f"{name}_count", "rec02", sells & holds(name, 1)) for name in _MARKETS),
            Summed("crop_lines_count", "rec02", answered),
            Summed("sold_crop_lines_count", "rec02", sold),
            Summed("unsold_crop_lines_count", "rec02", answered - sold),
        ),
        shown=("units_with_crops_count", "units_selling_count", "crop_lines_count"),
        derived=(
            Share("units_selling_pct", "units_selling_count", "units_with_crops_count"),
            Share("units_consuming_pct", "units_consuming_count", "units_with_crops_count"),
            *(Share(f"{name}_pct", f"{name}_count", "units_selling_count") for name in _MARKETS),
            Share("sold_crop_lines_pct", "sold_crop_lines_count", "crop_lines_count", rest="unsold_crop_lines_count"),
        ),
        partitions=(
            Partition("units_count", ("units_with_crops_count",)),
            Partition("units_with_crops_count", ("units_selling_count",)),
            Partition("units_with_crops_count", ("units_consuming_count",)),
            *(Partition("units_selling_count", (f"{name}_count",)) for name in _MARKETS),
            Partition("crop_lines_count", ("sold_crop_lines_count", "unsold_crop_lines_count"), is_whole=True),
        ),
    )


METHODS = _methods()
DESTINATIONS = _destinations()

CROP_SUMS = (
    "growers_count",
    "growers_under_5ha_count",
    "irrigating_growers_count",
    "rainfed_growers_count",
    "selling_growers_count",
    "other_growers_count",
    "crop_area_ha",
    "irrigated_crop_area_ha",
    "lines_count",
    "sold_lines_count",
)
"""What is added up by territory and crop."""

CROP_STATUS = {
    "growers_count": ("growers_count",),
    "growers_under_5ha_count": ("growers_under_5ha_count",),
    "crop_area_ha": ("growers_count",),
    "irrigated_crop_area_ha": ("irrigating_growers_count", "growers_count"),
    "sold_pct": ("selling_growers_count", "growers_count"),
}
"""Figure -> the counts of growers that it rests on."""

CROP_RELATIONS = (
    Relation("growers_count", ("growers_under_5ha_count",)),
    Relation("growers_count", ("irrigating_growers_count",), rest="rainfed_growers_count"),
    Relation("growers_count", ("selling_growers_count",), rest="other_growers_count"),
)


def crops_by_territory(lines: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """
    Return one row per `ubigeo` and crop code from crop lines that carry their unit's `ubigeo`, `key` and `is_small`.

    Columns: `CROP_SUMS`. A unit that irrigates one parcel of a crop and not another is both an irrigating and a
    rainfed grower of it; the same with sale.
    """
    irrigated, sold = holds("p026", 1), holds("p028", 1)
    unsold = pl.col("p028").is_not_null() & sold.not_()
    by_unit = lines.group_by("ubigeo", "p024_03", key).agg(
        pl.col("is_small").first(),
        irrigated.any().alias("irrigates"),
        irrigated.not_().any().alias("rainfed"),
        sold.any().alias("sells_it"),
        unsold.any().alias("keeps_it"),
        _HECTARES.sum().alias("crop_area_ha"),
        _IRRIGATED.sum().alias("irrigated_crop_area_ha"),
        pl.col("p028").is_not_null().sum().alias("lines_count"),
        sold.sum().alias("sold_lines_count"),
    )
    return (
        by_unit.group_by("ubigeo", pl.col("p024_03").alias("crop"))
        .agg(
            pl.len().alias("growers_count"),
            pl.col("is_small").sum().alias("growers_under_5ha_count"),
            pl.col("irrigates").sum().alias("irrigating_growers_count"),
            pl.col("rainfed").sum().alias("rainfed_growers_count"),
            pl.col("sells_it").sum().alias("selling_growers_count"),
            pl.col("keeps_it").sum().alias("other_growers_count"),
            pl.col("crop_area_ha").sum(),
            pl.col("irrigated_crop_area_ha").sum(),
            pl.col("lines_count").sum(),
            pl.col("sold_lines_count").sum(),
        )
        .with_columns(pl.col(name).cast(pl.Float64) for name in CROP_SUMS)
    )

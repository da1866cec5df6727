"""
Units and their land: number, size, parcels, irrigation, use and titles.

Shares of units by size are over units **with land**; irrigated land is a share of agricultural land. Hectares of
associated crops are in the census once per unit (`wsup03`), more than once in its crop lines.
"""

from __future__ import annotations

import polars as pl

from layers.census.measures import Chapter, Counted, Mean, Median, Partition, Share, Summed, holds

# a person does not farm more than this; domain.md, issue 3
LARGEST_PERSONAL_AREA_HA = 100_000.0
VERY_SMALL_UNIT_HA = 2.0

# upper limits in hectares of INEI's classes 1 to 7 (WSUP02A); class 8 is open
_CLASS_LIMITS_HA = (0.5, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)
# under 5 ha, the limit of the small farm in the programme
SMALL_CLASSES = (1, 2, 3)
_SIZES = (
    "size_under_05ha",
    "size_05_3ha",
    "size_3_5ha",
    "size_5_10ha",
    "size_10_20ha",
    "size_20_50ha",
    "size_50_100ha",
    "size_over_100ha",
)

AREAS = ("wsup01", "wsup03", "wsup03a", "wsup03b", "wsup08a", "wsup08b", "wsup09", "p020_01")
"""Columns of hectares of REC01 that enter a sum."""

WITH_LAND = pl.col("p019_01").is_null()
NATURAL = holds("p016", 1)
IRRIGATES = holds("p_riego", 1)


def is_area_suspect() -> pl.Expr:
    """Return whether a unit's hectares cannot be right: negative, or beyond what one person can farm."""
    negative = pl.any_horizontal(pl.col(name) < 0 for name in AREAS)
    absurd = NATURAL & (pl.col("wsup01") > LARGEST_PERSONAL_AREA_HA)
    return (negative | absurd).fill_null(False)


def size_class() -> pl.Expr:
    """Return INEI's class of size, 1 to 8, worked out from the hectares where it is empty."""
    area = pl.col("wsup01")
    worked_out = pl.sum_horizontal(*((area >= limit).cast(pl.Int16) for limit in _CLASS_LIMITS_HA)) + 1
    return pl.coalesce(pl.col("wsup02a").cast(pl.Int16), pl.when(area.is_not_null()).then(worked_out))


def area(column: str) -> pl.Expr:
    """Return hectares, zero where the unit has none and where its areas are suspect."""
    return pl.when(pl.col("is_area_suspect")).then(0.0).otherwise(pl.col(column).fill_null(0.0))


def _sizes() -> list[Counted]:
    return [
        Counted(f"{name}_count", "rec01", WITH_LAND & holds("size_class", code))
        for code, name in enumerate(_SIZES, start=1)
    ]


_IN_USE = area("wsup03") - area("wsup08a") - area("wsup08b") - area("wsup09")

UNITS = Chapter(
    quantities=(
        Counted("units_count", "rec01", pl.lit(True)),
        Counted("units_with_land_count", "rec01", WITH_LAND),
        Counted("natural_persons_count", "rec01", NATURAL),
        Counted("units_under_5ha_count", "rec01", WITH_LAND & holds("size_class", *SMALL_CLASSES)),
        Counted(
            "units_under_2ha_count",
            "rec01",
            WITH_LAND
            & holds("size_class", *SMALL_CLASSES)
            & (pl.col("wsup01") < VERY_SMALL_UNIT_HA).fill_null(False)
            & pl.col("is_area_suspect").not_(),
        ),
        *_sizes(),
        Counted("area_suspect_units_count", "rec01", pl.col("is_area_suspect")),
        Summed("parcels_count", "rec01", pl.when(WITH_LAND).then(pl.col("p019").fill_null(0)).otherwise(0)),
        Summed(
            "parcel_area_ha", "rec01", pl.when(WITH_LAND & (pl.col("p019") > 0)).then(area("p020_01")).otherwise(0.0)
        ),
        Summed(
            "measured_parcels_count",
            "rec01",
            pl.when(WITH_LAND & pl.col("is_area_suspect").not_()).then(pl.col("p019").fill_null(0)).otherwise(0),
        ),
    ),
    shown=(
        "units_count",
        "units_with_land_count",
        "natural_persons_count",
        "units_under_5ha_count",
        "area_suspect_units_count",
        "parcels_count",
        "measured_parcels_count",
    ),
    derived=(
        Share("units_under_5ha_pct", "units_under_5ha_count", "units_with_land_count"),
        Share("units_under_2ha_pct", "units_under_2ha_count", "units_with_land_count"),
        *(Share(f"{name}_pct", f"{name}_count", "units_with_land_count") for name in _SIZES),
        Mean("parcels_per_unit", "parcels_count", "units_with_land_count"),
        Mean("parcel_mean_ha", "parcel_area_ha", "measured_parcels_count"),
    ),
    partitions=(
        Partition("units_count", ("units_with_land_count",)),
        Partition("units_count", ("natural_persons_count",)),
        Partition("units_count", ("area_suspect_units_count",)),
        Partition("parcels_count", ("measured_parcels_count",)),
        Partition("units_with_land_count", ("units_under_5ha_count", *(f"{name}_count" for name in _SIZES[3:]))),
        Partition("units_under_5ha_count", tuple(f"{name}_count" for name in _SIZES[:3]), is_whole=True),
        Partition("units_under_5ha_count", ("units_under_2ha_count",)),
        Partition("units_with_land_count", ("units_under_2ha_count",)),
    ),
)

LAND = Chapter(
    quantities=(
        Summed("total_area_2012_ha", "rec01", area("wsup01")),
        Summed("agricultural_area_2012_ha", "rec01", area("wsup03")),
        Summed("irrigated_area_2012_ha", "rec01", area("wsup03a")),
        Summed("rainfed_area_2012_ha", "rec01", area("wsup03b")),
        Summed("sown_area_2012_ha", "rec01", _IN_USE),
        Summed("fallow_area_2012_ha", "rec01", area("wsup08a")),
        Summed("unused_area_2012_ha", "rec01", area("wsup08b")),
        Summed("resting_area_2012_ha", "rec01", area("wsup09")),
    ),
    shown=(
        "total_area_2012_ha",
        "agricultural_area_2012_ha",
        "irrigated_area_2012_ha",
        "rainfed_area_2012_ha",
        "sown_area_2012_ha",
        "fallow_area_2012_ha",
        "unused_area_2012_ha",
        "resting_area_2012_ha",
    ),
    derived=(
        Mean("agricultural_area_mean_ha", "agricultural_area_2012_ha", "units_with_land_count"),
        Median("agricultural_area_median_ha", "rec01", area("wsup03"), "units_with_land_count"),
        Share("irrigated_area_pct", "irrigated_area_2012_ha", "agricultural_area_2012_ha", rest="rainfed_area_2012_ha"),
    ),
    partitions=(
        Partition("agricultural_area_2012_ha", ("irrigated_area_2012_ha", "rainfed_area_2012_ha"), is_whole=True),
        Partition(
            "agricultural_area_2012_ha",
            ("sown_area_2012_ha", "fallow_area_2012_ha", "unused_area_2012_ha", "resting_area_2012_ha"),
            is_whole=True,
        ),
    ),
)

TITLES = Chapter(
    quantities=(
        Counted("units_with_unsown_parcels_count", "rec02a", holds("has_reason", 1)),
        Counted("unsown_for_water_count", "rec02a", holds("lacks_water", 1)),
        Counted("owner_units_count", "rec02a", holds("owns", 1)),
        Counted("registered_title_count", "rec02a", holds("owns", 1) & holds("has_registered_title", 1)),
        Counted("without_title_count", "rec02a", holds("owns", 1) & holds("has_title", 0)),
        Summed("owned_area_ha", "rec02a", pl.col("owned_ha").fill_null(0.0)),
        Summed("registered_area_ha", "rec02a", pl.col("registered_ha").fill_null(0.0)),
        Summed("unregistered_area_ha", "rec02a", pl.col("unregistered_ha").fill_null(0.0)),
    ),
    shown=("units_with_unsown_parcels_count", "owner_units_count", "owned_area_ha"),
    derived=(
        Share("unsown_for_water_pct", "unsown_for_water_count", "units_with_unsown_parcels_count"),
        Share("registered_title_pct", "registered_title_count", "owner_units_count"),
        Share("without_title_pct", "without_title_count", "owner_units_count"),
        Share("registered_title_area_pct", "registered_area_ha", "owned_area_ha", rest="unregistered_area_ha"),
    ),
    partitions=(
        Partition("units_with_unsown_parcels_count", ("unsown_for_water_count",)),
        Partition("owner_units_count", ("registered_title_count", "without_title_count")),
        Partition("owned_area_ha", ("registered_area_ha", "unregistered_area_ha"), is_whole=True),
    ),
)


def parcels_by_unit(parcels: pl.LazyFrame, key: tuple[str, ...]) -> pl.LazyFrame:
    """
    Return one row per unit from the lines of REC02A.

    A title counts where the parcel is owned; negative hectares count as none.
    """
    owned = holds("p037_01_01", 1)
    hectares = pl.when(owned & (pl.col("p037_ss") > 0)).then(pl.col("p037_ss")).otherwise(0.0)
    registered = owned & holds("p037_01_03", 1)
    return parcels.group_by(key).agg(
        pl.col("p036").is_not_null().any().cast(pl.Int8).alias("has_reason"),
        holds("p036", 1).any().cast(pl.Int8).alias("lacks_water"),
        owned.any().cast(pl.Int8).alias("owns"),
        registered.any().cast(pl.Int8).alias("has_registered_title"),
        (owned & holds("p037_01_03", 1, 2)).any().cast(pl.Int8).alias("has_title"),
        hectares.sum().alias("owned_ha"),
        pl.when(registered).then(hectares).otherwise(0.0).sum().alias("registered_ha"),
        pl.when(registered).then(0.0).otherwise(hectares).sum().alias("unregistered_ha"),
    )

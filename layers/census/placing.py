"""
Where a unit is: the centroid of its enumeration sector (SEA), in today's limits.

Codes of 2012 name districts whose limits have changed; the point says where they are now. A sector whose point is
missing, zero or outside every district stays unplaced and is counted: it is never given the district of its old code.
"""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import pandas as pd
import polars as pl

from layers.overlay import points_in_districts

SEA_KEY = ("ubigeo_2012", "sea")

UNPLACED = "999999"
"""The territory of the units without one: a department, province and district of its own, never published."""

How = Literal["position", "code"]

INTERVIEWED = pl.col("resultado").is_in([1, 2])
"""Complete and incomplete interviews: the official units. Refusals and absences are not."""


def sea_points(rec01: pl.LazyFrame | pl.DataFrame) -> pl.DataFrame:
    """
    Return the sectors with their point and their units.

    Returns
    -------
    points
        Columns `ubigeo_2012`, `sea`, `longitude`, `latitude` (degrees, null where missing or zero), `units_count`, and
        `points_count`, which is over one where the units of a sector disagree; then the most southern, most western
        point is taken. Sorted by sector.
    """
    longitude, latitude = pl.col("long_deci"), pl.col("lat_deci")
    is_point = longitude.is_finite() & latitude.is_finite() & (longitude != 0) & (latitude != 0)
    point = pl.when(is_point.fill_null(False)).then(pl.struct(latitude, longitude))
    return (
        rec01.lazy()
        .filter(INTERVIEWED)
        .group_by(*SEA_KEY, point.alias("point"))
        .agg(pl.len().alias("units"))
        .group_by(SEA_KEY)
        .agg(
            pl.col("point").drop_nulls().sort().first(),
            pl.col("units").sum().cast(pl.Int64).alias("units_count"),
            pl.col("point").drop_nulls().len().alias("points_count"),
        )
        .select(
            *SEA_KEY,
            pl.col("point").struct.field("long_deci").alias("longitude"),
            pl.col("point").struct.field("lat_deci").alias("latitude"),
            "units_count",
            "points_count",
        )
        .sort(SEA_KEY)
        .collect()
    )


def place_by_position(points: pl.DataFrame, districts: gpd.GeoDataFrame) -> pl.DataFrame:
    """
    Return the district of today that holds each sector's point.

    Parameters
    ----------
    points
        From `sea_points`.
    districts
        `ubigeo` and polygons in EPSG:4326.

    Returns
    -------
    placed
        `points` with `ubigeo` (null if unplaced), `how` (`position` or `unplaced`) and `why`, the reason of an unplaced
        one: `no_point` or `outside`.
    """
    longitude, latitude = (pd.Series(points[name].to_numpy().astype(float)) for name in ("longitude", "latitude"))
    found = points_in_districts(longitude, latitude, districts)
    ubigeo = pl.Series("ubigeo", found.astype(object).where(found.notna(), None).tolist(), dtype=pl.String)
    has_point = pl.col("longitude").is_not_null()
    return points.with_columns(ubigeo).with_columns(
        _how("position"),
        pl.when(pl.col("ubigeo").is_null())
        .then(pl.when(has_point).then(pl.lit("outside")).otherwise(pl.lit("no_point")))
        .alias("why"),
    )


def place_by_code(points: pl.DataFrame, known: pd.Series) -> pl.DataFrame:
    """
    Return each sector in the district that has its code of 2012 today, for comparison.

    Returns
    -------
    placed
        As `place_by_position`, with `how` `code` or `unplaced` and `why` `unknown_code`: the code no longer exists.
    """
    code = pl.col("ubigeo_2012")
    exists = code.is_in(pl.Series(known.astype(str).tolist(), dtype=pl.String).implode())
    return points.with_columns(pl.when(exists).then(code).alias("ubigeo")).with_columns(
        _how("code"), pl.when(exists.not_()).then(pl.lit("unknown_code")).alias("why")
    )


def _how(way: How) -> pl.Expr:
    return pl.when(pl.col("ubigeo").is_null()).then(pl.lit("unplaced")).otherwise(pl.lit(way)).alias("how")


def placement_report(placed: pl.DataFrame) -> pl.DataFrame:
    """
    Return how many units moved and how many have no place, by department of 2012 and for the country (`000000`).

    Returns
    -------
    report
        `ubigeo` (department), `sectors_count`, `units_count`, `moved_units_count` (placed in another district than
        their code of 2012), `unplaced_units_count`, one count per reason (`no_point_`, `outside_` and
        `unknown_code_units_count`), `disputed_sectors_count` (several points), and `moved_share`, `unplaced_share`.
    """
    units = pl.col("units_count")
    moved = (pl.col("ubigeo") != pl.col("ubigeo_2012")).fill_null(False)
    counts = [
        pl.len().cast(pl.Int64).alias("sectors_count"),
        units.sum(),
        units.filter(moved).sum().alias("moved_units_count"),
        units.filter(pl.col("ubigeo").is_null()).sum().alias("unplaced_units_count"),
        *(
            units.filter(pl.col("why") == reason).sum().alias(f"{reason}_units_count")
            for reason in ("no_point", "outside", "unknown_code")
        ),
        (pl.col("points_count") > 1).sum().cast(pl.Int64).alias("disputed_sectors_count"),
    ]
    department = pl.concat_str(pl.col("ubigeo_2012").str.head(2), pl.lit("0000")).alias("ubigeo")
    by_department = placed.group_by(department).agg(counts).sort("ubigeo")
    country = placed.select(pl.lit("000000").alias("ubigeo"), *counts)
    return pl.concat([country, by_department]).with_columns(
        (pl.col("moved_units_count") / units).alias("moved_share"),
        (pl.col("unplaced_units_count") / units).alias("unplaced_share"),
    )


def lost_codes(placed: pl.DataFrame, known: pd.Series) -> pl.DataFrame:
    """Return the codes of 2012 that are no district of today, with their units: `ubigeo_2012`, `units_count`."""
    exists = pl.col("ubigeo_2012").is_in(pl.Series(known.astype(str).tolist(), dtype=pl.String).implode())
    return placed.filter(exists.not_()).group_by("ubigeo_2012").agg(pl.col("units_count").sum()).sort("ubigeo_2012")

"""The census in a publication: from the data set in use to indicators by today's district, reserves included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import polars as pl

from geodata.census import load_census
from geodata.workspace import Workspace, write_parquet
from layers.census.aggregating import measure
from layers.census.indicators import CHAPTER, Published, long_status, publish, publish_crops
from layers.census.placing import place_by_code, place_by_position, placement_report, sea_points
from layers.suppression import FEWEST_PRODUCERS
from pipelines.census import LAYER, Ingested, version_in_use

Announce = Callable[[str], None]

WITHHELD = "withheld"


@dataclass(frozen=True)
class CensusTables:
    """What a publication holds of the census."""

    version: str
    is_simulated: bool
    """Whether the zips it was made of say that their rows are simulated."""
    indicators: Published
    crops: pd.DataFrame
    placement: pd.DataFrame
    """Units moved to another district than their code of 2012 and units without a place, by department."""
    by_code: pd.DataFrame
    """The same indicators by the codes of 2012, for comparison: departments and country, indexed by ubigeo."""

    def write(self, folder: Path) -> None:
        """Write `census.parquet`, `census_withheld.parquet` and `census_crops.parquet`, all by ubigeo."""
        values = self.indicators.values.join(self.indicators.flags).rename_axis("ubigeo").reset_index()
        write_parquet(folder / "census.parquet", values)
        withheld = long_status(self.indicators.status).filter(pl.col("status") == WITHHELD).select("ubigeo", "field")
        write_parquet(folder / "census_withheld.parquet", withheld.to_pandas())
        write_parquet(folder / "census_crops.parquet", self.crops)
        write_parquet(folder / "census_by_code.parquet", self.by_code.rename_axis("ubigeo").reset_index())

    def record(self) -> dict[str, Any]:
        """Return what the provenance says of the census."""
        country = self.placement[self.placement["ubigeo"].eq("000000")].iloc[0]
        return {
            "version": self.version,
            "is_simulated": self.is_simulated,
            "units_count": int(country["units_count"]),
            "moved_units_count": int(country["moved_units_count"]),
            "moved_share": float(country["moved_share"]),
            "unplaced_units_count": int(country["unplaced_units_count"]),
            "unplaced_share": float(country["unplaced_share"]),
        }

    def fill(self, table: pd.DataFrame) -> pd.DataFrame:
        """
        Return a published table with the columns that it shares with the census taken from there.

        Provinces and departments come from the units themselves, not from the districts that may be shown.
        """
        filled = table.copy()
        for name in self.indicators.values.columns.intersection(table.columns).astype("str"):
            filled[name] = self.indicators.values[name].reindex(table["ubigeo"]).to_numpy()
        return filled

    def withheld_in(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the cells of a published table that the census withholds: `level`, `ubigeo`, `field`."""
        shared = self.indicators.status.columns.intersection(table.columns)
        status = self.indicators.status.loc[table["ubigeo"], shared]
        cells = (status == WITHHELD).rename_axis("ubigeo").reset_index().melt("ubigeo", var_name="field")
        cells = cells[cells["value"]].merge(table[["ubigeo", "level"]], on="ubigeo")
        return cells[["level", "ubigeo", "field"]]


def census_tables(
    workspace: Workspace, districts: gpd.GeoDataFrame, announce: Announce = lambda _: None
) -> CensusTables | None:
    """Return the indicators of the census in use, or None while the workspace has none."""
    in_use = version_in_use(workspace.layers / LAYER)
    return None if in_use is None else tables_of(in_use, districts, announce)


def tables_of(
    in_use: Ingested,
    districts: gpd.GeoDataFrame,
    announce: Announce = lambda _: None,
    *,
    compare_codes: bool = True,
) -> CensusTables:
    """
    Return the indicators of a version of the census in the given districts (EPSG:4326).

    `compare_codes` counts everything a second time, by the codes of 2012.
    """
    census = scan(in_use.path)
    points = sea_points(census["rec01"])
    placed = place_by_position(points, districts[["ubigeo", "geometry"]])
    measured = measure(census, placed, CHAPTER)
    crops, _ = publish_crops(measured)
    by_position = publish(measured, districts["ubigeo"])
    by_code = by_position.values.iloc[:0]
    if compare_codes:
        coded = measure(census, place_by_code(points, districts["ubigeo"]), CHAPTER)
        by_code = publish(coded, districts["ubigeo"]).values
    made = CensusTables(
        version=in_use.version,
        is_simulated=bool(in_use.record.get("is_simulated")),
        indicators=by_position,
        crops=crops,
        placement=placement_report(placed).to_pandas(),
        by_code=comparable(by_position.values, by_code),
    )
    told = made.record()
    announce(
        f"censo: {told['units_count']:,} unidades, {told['moved_share']:.2%} en otro distrito que el de su código, "
        f"{told['unplaced_share']:.2%} sin ubicar"
    )
    return made


def comparable(by_position: pd.DataFrame, by_code: pd.DataFrame) -> pd.DataFrame:
    """
    Return the departments (and the country) of a count by code that may stand beside the count by position.

    By districts, the two counts subtracted would tell where single farms are; a department in which they differ by
    fewer than five farms is left out for the same reason.
    """
    above = by_code[by_code.index.str.endswith("0000")].dropna(subset=["units_count"])
    difference = (above["units_count"] - by_position["units_count"].reindex(above.index)).abs()
    return above[~difference.between(1, FEWEST_PRODUCERS - 1)]


def scan(path: Path) -> dict[str, pl.LazyFrame]:
    """Return every module of a version, unread."""
    return {
        module: pl.scan_parquet(path / module / "[!.]*.parquet")
        for module in load_census().modules
        if (path / module).is_dir()
    }

"""
The overlays of the public goods at national scale, each beside the usual way in the same run.

`python -m tests.bench_public_goods`, part of `make bench`: 180,000 simulated road segments and 100,000 settlements over
the real limits when the pack is here. The rasters follow, from `tests.bench_zonal`.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from layers.overlay import LinesInDistricts, length_km, lines_in_districts, nearest_m
from tests.bench_census import limits, out, peak_mb, timed
from tests.national_layers import national_roads, national_settlements

CLASSES = ["network", "surface", "condition"]
UTM_18S = "EPSG:32718"
"""What is usually taken for metres."""
ZONAL = "tests.bench_zonal"

Result = TypeVar("Result")


def main() -> None:
    """Print the figures."""
    districts = limits()
    roads, making = timed(lambda: national_roads(districts))
    settlements = national_settlements(roads, districts)
    out.print(f"[bold]{len(roads):,} road segments in {len(districts):,} districts[/] (made in {making:.1f} s)")
    lines(roads, districts)
    out.print(f"[bold]{len(settlements):,} settlements to the nearest of them[/]")
    nearest(settlements, roads)
    if importlib.util.find_spec(ZONAL) is not None:
        importlib.import_module(ZONAL).main()


def measured(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """Return what the work gives, its seconds and those of the processor, which a busy machine stretches less."""
    before = time.process_time()
    result, seconds = timed(work)
    return result, seconds, time.process_time() - before


def lines(roads: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> None:
    """Compare kilometres by district and class with `geopandas.overlay`."""
    found, ours, ours_cpu = measured(lambda: lines_in_districts(roads, districts, by=CLASSES))
    lost = found.inside["length_km"].sum() + found.outside["length_km"].sum() - found.total_km
    out.print(
        f"  ours: {ours:.2f} s ({ours_cpu:.2f} s of processor), {found.total_km:,.0f} km, "
        f"{found.outside['length_km'].sum():,.1f} outside, "
        f"{lost:.1e} km lost, {peak_mb():,.0f} MB at the peak"
    )
    usual, seconds, cpu = measured(lambda: by_overlay(roads, districts))
    out.print(
        f"  geopandas.overlay: {seconds:.1f} s ({cpu:.1f} s), {peak_mb():,.0f} MB at the peak: "
        f"{seconds / ours:.1f} x faster ({cpu / ours_cpu:.1f} x in processor time){gap(found, usual)}"
    )


def by_overlay(roads: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> pd.Series:
    """Return the usual answer: kilometres by district and class."""
    pieces = gpd.overlay(roads, districts[["ubigeo", "geometry"]], how="intersection", keep_geom_type=True)
    pieces["length_km"] = length_km(pieces)
    return pieces.groupby(["ubigeo", *CLASSES], dropna=False)["length_km"].sum()


def gap(found: LinesInDistricts, usual: pd.Series) -> str:
    """Return by how much two answers differ in the district where they differ most."""
    ours = found.inside.groupby("ubigeo")["length_km"].sum()
    theirs = usual.groupby(level="ubigeo").sum()
    both = pd.concat([ours, theirs], axis=1, keys=["ours", "theirs"]).fillna(0.0)
    apart = (both["ours"] - both["theirs"]).abs()
    # below a metre of road a share says nothing
    share = apart.div(both.max(axis=1).clip(lower=0.001))
    return f", {100 * share.max():.4f} % apart at most in a district ({apart.max() * 1000:,.1f} m; {share.idxmax()})"


def nearest(settlements: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> None:
    """Compare the distance to the nearest road with `geopandas.sjoin_nearest` in UTM 18S."""
    found, ours, ours_cpu = measured(lambda: nearest_m(settlements, roads))
    _, limited, limited_cpu = measured(lambda: nearest_m(settlements, roads, within_m=2000))
    out.print(
        f"  ours, geodesic: {ours:.2f} s ({ours_cpu:.2f} s); within 2 km only: {limited:.2f} s ({limited_cpu:.2f} s)"
    )

    def in_utm() -> pd.Series:
        joined = gpd.sjoin_nearest(settlements.to_crs(UTM_18S), roads.to_crs(UTM_18S), distance_col="metres")
        return joined["metres"].groupby(level=0).min()

    usual, seconds, cpu = measured(in_utm)
    wrong = (usual / found["distance_m"] - 1)[found["distance_m"] > 1].abs().max()
    within = (found["distance_m"] <= 2000).ne(usual <= 2000).sum()
    out.print(
        f"  geopandas.sjoin_nearest in UTM 18S: {seconds:.2f} s ({cpu:.2f} s); off by up to {100 * wrong:.2f} %, "
        f"{within:,} settlements on the other side of 2 km"
    )


if __name__ == "__main__":
    main()

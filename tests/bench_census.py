"""
The census against the usual way, in one run: `python -m tests.bench_census [PARQUET_FOLDER]`.

Prints 2.2 million points to districts beside geopandas, with the same answer checked; and, given a folder of canonical
Parquet, the whole way to the district indicators.
"""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import polars as pl
from rich.console import Console

from layers.census.aggregating import measure
from layers.census.grid import LabelGrid, limits_fingerprint, units_in_districts
from layers.census.indicators import CHAPTER, publish, publish_crops
from layers.census.placing import place_by_position, sea_points
from tests import tiny
from tests.conftest import pack_folder

POINTS = 2_200_000
MODULES = ("rec01", "rec02", "rec02a", "rec04", "rec04b", "rec05a")

out = Console(highlight=False, soft_wrap=True)
Result = TypeVar("Result")


def main(folder: Path | None) -> None:
    """Print the figures."""
    districts = limits()
    out.print(f"[bold]{POINTS:,} points within {len(districts):,} districts[/]")
    points(districts)
    if folder is not None:
        out.print(f"[bold]from Parquet to district indicators: {folder.name}[/]")
        indicators(folder, districts)


def limits() -> gpd.GeoDataFrame:
    """Return the real limits when the pack is here, otherwise the tiny squares."""
    pack = pack_folder()
    if pack is None:
        return tiny.districts()
    return gpd.read_parquet(pack / "distritos_1891_inei.parquet").rename(columns={"UBIGEO": "ubigeo"})


def points(districts: gpd.GeoDataFrame) -> None:
    """Compare the exact engine and the grid with `geopandas.sjoin(predicate="within")`."""
    x, y = inside(districts)
    usual, seconds = timed(lambda: by_sjoin(x, y, districts))
    out.print(f"  geopandas.sjoin within: {seconds:.2f} s")
    exact, ours = timed(lambda: units_in_districts(x, y, districts))
    out.print(f"  prepared polygons: {ours:.2f} s, {seconds / ours:.1f} x faster{same(exact, usual)}")
    grid, built = timed(lambda: LabelGrid.build(districts))
    file = io.BytesIO()
    np.savez_compressed(file, **grid.to_arrays())
    file.seek(0)
    loaded, read = timed(lambda: LabelGrid.from_arrays(np.load(file)))
    _, checked = timed(lambda: limits_fingerprint(districts))
    found, ours = timed(lambda: units_in_districts(x, y, districts, loaded))
    out.print(
        f"  grid kept from before: {ours:.2f} s, {seconds / ours:.1f} x faster{same(found, usual)} "
        f"(built in {built:.1f} s, {file.getbuffer().nbytes / 1e6:.1f} MB, read in {read:.2f} s, "
        f"limits compared in {checked:.2f} s, {100 * grid.border_share:.1f} % of cells on a border)"
    )


def inside(districts: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return random points, all within the districts."""
    random = np.random.default_rng(2012)
    west, south, east, north = districts.total_bounds
    x, y = random.uniform(west, east, 3 * POINTS), random.uniform(south, north, 3 * POINTS)
    kept = np.flatnonzero(units_in_districts(x, y, districts).notna())[:POINTS]
    return x[kept], y[kept]


def by_sjoin(x: np.ndarray, y: np.ndarray, districts: gpd.GeoDataFrame) -> pd.Series:
    """Return the usual answer; where districts overlap, the first one."""
    cloud = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs="EPSG:4326")
    joined = gpd.sjoin(cloud, districts[["ubigeo", "geometry"]], how="left", predicate="within")
    joined = joined.sort_values("index_right", kind="stable", na_position="last")
    return joined.loc[~joined.index.duplicated(), "ubigeo"].sort_index()


def same(found: pd.Series, usual: pd.Series) -> str:
    """Return a remark on whether two answers are one."""
    different = int((found.astype("str").fillna("").to_numpy() != usual.fillna("").to_numpy()).sum())
    return ", same answer" if not different else f", {different:,} DIFFERENT"


def indicators(folder: Path, districts: gpd.GeoDataFrame) -> None:
    """Measure the way from the canonical Parquet files to the published tables."""
    census = {name: pl.scan_parquet(folder / name / "*.parquet") for name in MODULES if (folder / name).is_dir()}
    placed, placing = timed(lambda: place_by_position(sea_points(census["rec01"]), districts))
    out.print(f"  sectors to districts: {placing:.2f} s ({len(placed):,} sectors)")
    found, measuring = timed(lambda: measure(census, placed, CHAPTER))
    out.print(f"  one pass over the modules: {measuring:.1f} s")
    _, publishing = timed(lambda: publish(found, districts["ubigeo"]))
    out.print(f"  indicators, withheld cells out: {publishing:.1f} s")
    _, crops = timed(lambda: publish_crops(found))
    out.print(f"  crops, withheld cells out: {crops:.1f} s")
    out.print(f"  together: {placing + measuring + publishing + crops:.1f} s, {peak_mb():,.0f} MB at the peak")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return what the work gives and its seconds."""
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def peak_mb() -> float:
    """Return the most memory that this process has held."""
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

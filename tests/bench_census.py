"""
The census at national scale, in one run: `make bench`, or `python -m tests.bench_census [PARQUET_FOLDER]`.

Prints 2.2 million points to districts beside geopandas, with the same answer checked; then the whole simulated country
(2,315,613 rows of REC01, 15,092,296 of REC02), from zips of SPSS files to Parquet and to the district indicators, with
the published totals beside those that come out. A folder of canonical Parquet spares the zips. About ten minutes.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
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
from layers.census.placing import place_by_code, place_by_position, sea_points
from pipelines.census import LAYER, version_in_use
from pipelines.demo_simulation import demo_layers
from pipelines.synthetic_census import write_zips
from tests import tiny
from tests.conftest import pack_folder

POINTS = 2_200_000

PUBLISHED = {
    "units": 2_260_973,
    "with land": 2_213_506,
    "under 5 ha": 1_810_962,
    "agricultural ha": 7_125_007.67,
    "irrigated ha": 2_579_899.83,
    "total ha": 38_742_464.58,
}
"""IV CENAGRO 2012 (domain.md section 10)."""

INGEST = """
import resource, sys
from pathlib import Path
from pipelines.__main__ import app
app(sys.argv[1:], standalone_mode=False)
status = Path("/proc/self/status")
if status.exists():
    # the peak that getrusage tells is inherited from the parent; this one is the process's own
    kilobytes = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    print(f"{kilobytes * 1024 / 1e6:,.0f}")
else:
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:,.0f}")
"""
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
        return
    with tempfile.TemporaryDirectory() as place:
        out.print("[bold]the simulated country at full size[/]")
        made = country(Path(place))
        totals(made)
        indicators(made, read_districts())


def country(place: Path) -> Path:
    """Write the zips of the whole country and bring them in; return the folder of Parquet."""
    paths, writing = timed(lambda: write_zips(place / "zips"))
    size_mb = sum(path.stat().st_size for path in paths) / 1e6
    out.print(f"  {len(paths)} zips written: {writing:.0f} s, {size_mb:,.0f} MB")
    words = ["ingest", "census", str(place / "zips"), "--workspace", str(place / "workspace")]
    # a process of its own, so that its peak is its own
    done, reading = timed(
        lambda: subprocess.run([sys.executable, "-c", INGEST, *words], capture_output=True, text=True, check=True)
    )
    out.print(f"  zips to Parquet: {reading:.0f} s, {done.stdout.splitlines()[-1]} MB at the peak")
    in_use = version_in_use(place / "workspace" / "layers" / LAYER)
    assert in_use is not None
    return in_use.path


def totals(folder: Path) -> None:
    """Print the totals that come out of the reader beside the published ones."""
    rec01 = pl.scan_parquet(folder / "rec01" / "[!.]*.parquet").filter(pl.col("resultado").is_in([1, 2]))
    with_land = pl.col("p019_01").is_null()
    found = (
        rec01.select(
            pl.len(),
            with_land.sum().alias("with_land"),
            (with_land & (pl.col("p020_01") < 5)).sum().alias("under_5ha"),
            pl.col("wsup03").sum(),
            pl.col("wsup03a").sum(),
            pl.col("p020_01").sum(),
        )
        .collect()
        .row(0)
    )
    for (name, published), value in zip(PUBLISHED.items(), found, strict=True):
        out.print(f"  {name}: {value:,.2f} (published {published:,.2f})")


def read_districts() -> gpd.GeoDataFrame:
    """Return the embedded districts, in which the simulated sectors lie."""
    return demo_layers()["districts"]


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
    census = {name: pl.scan_parquet(folder / name / "[!.]*.parquet") for name in MODULES if (folder / name).is_dir()}
    placed, placing = timed(lambda: place_by_position(sea_points(census["rec01"]), districts))
    out.print(f"  sectors to districts: {placing:.2f} s ({len(placed):,} sectors)")
    found, measuring = timed(lambda: measure(census, placed, CHAPTER))
    out.print(f"  one pass over the modules: {measuring:.1f} s")
    _, publishing = timed(lambda: publish(found, districts["ubigeo"]))
    out.print(f"  indicators, withheld cells out: {publishing:.1f} s")
    _, crops = timed(lambda: publish_crops(found))
    out.print(f"  crops, withheld cells out: {crops:.1f} s")
    by_code = place_by_code(sea_points(census["rec01"]), districts["ubigeo"])
    _, coded = timed(lambda: publish(measure(census, by_code, CHAPTER), districts["ubigeo"]))
    out.print(f"  the same by the codes of 2012, for comparison: {coded:.1f} s")
    out.print(f"  together: {placing + measuring + publishing + crops + coded:.1f} s, {peak_mb():,.0f} MB at the peak")


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

"""
Zonal statistics at national scale, in one run: `python -m tests.bench_zonal`.

Writes a seeded 3-arc-second model of elevation of the Sierra (228 million pixels, int16, tiled, deflate) and removes it
afterwards. Ours: mean, percentiles, belt shares and slope share of every district it covers. The usual way: rasterstats
with the mean and a function for the belts, and again over a slope raster that has to be made first; for a sample of the
districts (every twentieth), told by their pixels for all of them. exactextract judges the means. Some minutes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
from exactextract import exact_extract
from rasterio import Affine
from rasterio.windows import Window
from rasterstats import zonal_stats  # type: ignore[import-untyped]

from geodata.crs import area_km2
from layers.overlay.zones import COVERED_SHARE_MINIMUM, SLOPE_PIXEL_M, STEEP_RISE
from layers.terrain import BELT_FIELDS, WEST_BELTS
from tests.bench_census import limits, out, peak_mb, timed

WEST, EAST, SOUTH, NORTH = -80.0, -68.6, -18.4, -4.5
PER_DEGREE = 1200
SEED = 3
SAMPLED = 20
"""rasterstats takes every twentieth district: all of them would take the greater part of an hour."""

OURS = """
import resource, sys, time
from pathlib import Path
from geodata.readers.raster import open_raster
from layers.terrain import terrain
from tests.bench_census import limits
districts = limits().assign(natural_region="Sierra")
started = time.perf_counter()
with open_raster(Path(sys.argv[1])) as raster:
    found = terrain(raster, districts)
seconds = time.perf_counter() - started
found.table.to_parquet(sys.argv[2])
status = Path("/proc/self/status")
if status.exists():
    # the peak that getrusage tells is inherited from the parent; this one is the process's own
    kilobytes = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
else:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(seconds, kilobytes * 1024 / 1e6)
"""


def main() -> None:
    """Print the figures."""
    districts = limits()
    with tempfile.TemporaryDirectory() as place:
        model = Path(place) / "model.tif"
        _, writing = timed(lambda: write_model(model))
        with rasterio.open(model) as file:
            pixels = file.width * file.height
        out.print(f"[bold]{pixels / 1e6:,.0f} million pixels, {len(districts):,} districts[/]")
        out.print(f"  model written: {writing:.0f} s, {model.stat().st_size / 1e6:,.0f} MB")
        table, seconds = ours(model, Path(place) / "ours.parquet")
        covered = districts[districts["ubigeo"].isin(table.index)]
        judge(model, covered, table)
        usual(model, Path(place) / "slope.tif", covered, table, seconds)
    out.print(f"  {peak_mb():,.0f} MB at the peak of this process, the others' ways included")


def write_model(path: Path) -> None:
    """Write ranges from north to south with valleys and roughness between them, a row of tiles at a time."""
    width, height = round((EAST - WEST) * PER_DEGREE), round((NORTH - SOUTH) * PER_DEGREE)
    profile = {"driver": "GTiff", "count": 1, "dtype": "int16", "nodata": 32767, "width": width, "height": height}
    profile |= {"crs": "EPSG:4326", "transform": Affine(1 / PER_DEGREE, 0, WEST, 0, -1 / PER_DEGREE, NORTH)}
    profile |= {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate", "num_threads": 2}
    random = np.random.default_rng(SEED)
    longitude = np.arange(width, dtype=np.float32) / PER_DEGREE
    ridges = 2500 + 1800 * np.sin(longitude * np.float32(2.2))
    with rasterio.open(path, "w", **profile, zlevel=1) as file:
        for first in range(0, height, 256):
            latitude = np.arange(first, min(first + 256, height), dtype=np.float32)[:, None] / PER_DEGREE
            values = (
                ridges + 700 * np.sin(longitude * 31 + latitude * 17) + 250 * np.sin(longitude * 97 - latitude * 120)
            )
            values += random.integers(-15, 16, values.shape, dtype=np.int16)
            window = Window(0, first, width, len(latitude))
            file.write(values.clip(0, 6700).astype(np.int16), 1, window=window)


def ours(model: Path, kept: Path) -> tuple[pd.DataFrame, float]:
    """Print and return what the engine gives, in a process of its own so that its peak is its own."""
    done = subprocess.run(
        [sys.executable, "-c", OURS, str(model), str(kept)], capture_output=True, text=True, check=True
    )
    seconds, memory_mb = map(float, done.stdout.split())
    table = pd.read_parquet(kept)
    out.print(
        f"  ours, mean + percentiles + belts + slope: {seconds:.1f} s, {memory_mb:,.0f} MB at the peak "
        f"({len(table):,} districts covered by {COVERED_SHARE_MINIMUM:.0%})"
    )
    return table, seconds


def judge(model: Path, districts: gpd.GeoDataFrame, table: pd.DataFrame) -> None:
    """Compare the means with exactextract."""
    oracle, seconds = timed(
        lambda: exact_extract(str(model), districts, ["mean"], include_cols=["ubigeo"], output="pandas")
    )
    apart = (oracle.set_index("ubigeo")["mean"] - table["altitude_mean_m"]).abs()
    out.print(f"  exactextract, mean only: {seconds:.1f} s; means apart by {apart.max():.2f} m at most (asked: 2 m)")
    assert apart.max() <= 2.0


def usual(model: Path, slope: Path, districts: gpd.GeoDataFrame, table: pd.DataFrame, ours_s: float) -> None:
    """Print what rasterstats takes for the same figures, told from a sample by its share of the area."""
    _, making = timed(lambda: write_slope(model, slope))
    sample = districts.iloc[::SAMPLED]
    share = float(area_km2(sample.geometry).sum() / area_km2(districts.geometry).sum())
    altitudes, first = timed(lambda: by_rasterstats(sample, model, belts))
    steep, second = timed(lambda: by_rasterstats(sample, slope, steep_pct))
    together = (first + second) / share + making
    out.print(
        f"  rasterstats, {len(sample)} districts with {share:.1%} of the area: mean + belts {first:.1f} s, slope "
        f"{second:.1f} s; the slope raster {making:.1f} s; for all the area {together:.0f} s"
    )
    out.print(
        f"  ours is {together / ours_s:.1f} x faster (asked: 3 x), {(together - making) / ours_s:.1f} x with the slope "
        "raster for nothing"
    )
    own = table.loc[sample["ubigeo"]]
    means = np.array([one["mean"] for one in altitudes])
    theirs = pd.DataFrame([one["special"] for one in altitudes], index=own.index)
    out.print(
        f"  apart at most: mean {np.abs(own['altitude_mean_m'] - means).max():.2f} m, belts "
        f"{(own[list(theirs)] - theirs).abs().max().max():.2f} points, slope "
        f"{np.abs(own['slope_above_25_pct'] - [one['special'] for one in steep]).max():.2f} points"
    )


def by_rasterstats(districts: gpd.GeoDataFrame, raster: Path, special: Any) -> list[dict[str, Any]]:
    """Return the mean and one more figure of each district."""
    with warnings.catch_warnings():
        # it warns of its own use of numpy
        warnings.simplefilter("ignore")
        return zonal_stats(districts, str(raster), stats=["mean"], add_stats={"special": special})


def belts(values: np.ma.MaskedArray) -> dict[str, float]:
    """Return the share of each belt of the west, %."""
    known = values.compressed()
    shares = 100 * np.histogram(known, [*WEST_BELTS.values(), 10_000])[0] / max(len(known), 1)
    return {field: float(share) for field, share in zip(WEST_BELTS, shares, strict=True) if field in BELT_FIELDS}


def steep_pct(values: np.ma.MaskedArray) -> float:
    """Return the share that is steep, %."""
    known = values.compressed()
    return float(100 * (known > STEEP_RISE).mean()) if len(known) else float("nan")


def write_slope(model: Path, path: Path) -> None:
    """Write the slope (rise over run) of a model, as gdaldem does: Horn, metres by latitude, rows by rows."""
    with rasterio.open(model) as source:
        assert 111_320 / PER_DEGREE < SLOPE_PIXEL_M
        profile = {**source.profile, "dtype": "float32", "nodata": -1.0, "zlevel": 1, "num_threads": 2}
        with rasterio.open(path, "w", **profile) as target:
            for first in range(0, source.height, 256):
                count = min(256, source.height - first)
                window = Window(0, first - 1, source.width, count + 2)
                values = source.read(1, window=window, boundless=True, fill_value=32767).astype(np.float32)
                target.write(_horn(values, first), 1, window=Window(0, first, source.width, count))


def _horn(values: np.ndarray, first: int) -> np.ndarray:
    height_m = 110_700 / PER_DEGREE
    latitude = NORTH - (np.arange(first, first + len(values) - 2) + 0.5) / PER_DEGREE
    width_m = (111_320 / PER_DEGREE * np.cos(np.radians(latitude)))[:, None].astype(np.float32)
    down = values[:-2] + 2 * values[1:-1] + values[2:]
    across = values[:, :-2] + 2 * values[:, 1:-1] + values[:, 2:]
    rise = np.hypot((down[:, 2:] - down[:, :-2]) / (8 * width_m), (across[2:] - across[:-2]) / (8 * height_m))
    known = np.full((len(values) - 2, values.shape[1]), -1.0, np.float32)
    known[:, 1:-1] = rise
    return known


if __name__ == "__main__":
    main()

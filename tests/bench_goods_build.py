"""
The whole of the public goods at national scale, as a build does it: asked, 90 s and 3 GB at most.

`python -m tests.bench_goods_build`, part of `make bench`: the pack with 180,000 simulated road segments and 100,000
simulated settlements with coverage in the place of its own, and a simulated elevation model of 3 arc-seconds of the
Sierra beside the real rain. In a process of its own, so that the peak is this work's.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catalog import dataset
from geodata.crop_windows import load_windows
from geodata.standards import load_standards
from geodata.ubigeo import entity_code
from geodata.workspace import WEB
from layers.overlay import points_in_districts
from layers.territories import district_indicators, identity
from pipelines.build import accept, limits_changes, prepare_layers
from pipelines.conversion import convert_all
from pipelines.demo_coverage import mobile_coverage
from pipelines.public_goods import Inputs, public_goods
from pipelines.retrieve import files_in_pack, retrievable
from pipelines.terrain import terrain_tables
from tests.bench_census import out, peak_mb
from tests.bench_zonal import write_model
from tests.conftest import pack_folder
from tests.national_layers import national_roads, national_settlements

CHILD = "--in-this-process"
AT_MOST_S, AT_MOST_MB = 90.0, 3_000.0


def main() -> None:
    """Print seconds and the peak of memory, measured in a process of its own."""
    if pack_folder() is None:
        out.print("the public-goods build needs the pack: not measured")
        return
    subprocess.run([sys.executable, "-m", "tests.bench_goods_build", CHILD], check=True)


def national_frames(pack: Path) -> dict[str, pd.DataFrame]:
    """Return the layers of the pack, with roads, settlements and coverage of national scale."""
    converted = convert_all(files_in_pack(pack, retrievable()))
    frames = {layer: made.frame for layer, made in converted.items()}
    districts = cast(gpd.GeoDataFrame, frames["districts"])
    roads = in_departments(national_roads(districts), districts)
    settlements = coded(national_settlements(roads, districts), districts)
    rng = np.random.default_rng(7)
    hardship = pd.DataFrame({"ubigeo": districts["ubigeo"], "hardship": rng.normal(size=len(districts))})
    coverage, scope = mobile_coverage(settlements, hardship, rng)
    coverage = coverage.astype({"settlement_code": "str", "operator": "str"})
    frames |= {"roads": roads, "settlements": settlements, "mobile_coverage": coverage, "mobile_coverage_scope": scope}
    del frames["road_route_points"]  # every department has lines
    return frames


def in_departments(roads: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the roads with the department in which each one begins."""
    begins = shapely.get_point(roads.geometry.to_numpy(), 0)
    places = [pd.Series(coordinate(begins), index=roads.index) for coordinate in (shapely.get_x, shapely.get_y)]
    ubigeo = points_in_districts(places[0], places[1], districts)
    return roads.assign(department_code=entity_code(ubigeo.fillna("150101"), "department"), declared_km=np.nan)


def coded(settlements: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the settlements with a code that begins with the district they lie in, as INEI's do."""
    ubigeo = points_in_districts(settlements.geometry.x, settlements.geometry.y, districts).fillna("999999")
    number = ubigeo.groupby(ubigeo).cumcount().astype("str").str.zfill(4)
    return settlements.assign(settlement_code=(ubigeo + number).astype("str"), settlement="Caserío")


def measure(pack: Path) -> None:
    """Build the public goods once and print what it took."""
    accepted = accept(national_frames(pack))
    layers, _ = prepare_layers(accepted, {})
    wide = pd.concat([identity(layers, "capital_2000m"), district_indicators(layers)], axis=1)
    rain = dataset("pisco_precipitacion")
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.tif"
        write_model(model)
        (Path(folder) / WEB).mkdir()
        started = time.perf_counter()
        rasters = {"dem_lima_90m": model, rain.id: pack / rain.distributions[0].pack_file}
        terrain = terrain_tables(rasters, layers.districts)
        with_rasters = time.perf_counter() - started
        standard = load_standards()["irrigation"].adequate
        given = Inputs(layers, accepted, wide, terrain, standard, load_windows(), set(limits_changes()["ubigeo"]))
        goods = public_goods(given)
        goods.write(Path(folder))
        goods.write_overlays(Path(folder), [])
        seconds = time.perf_counter() - started
    out.print(
        f"[bold]public goods of the country[/]: {seconds:.1f} s (asked {AT_MOST_S:.0f}; rasters {with_rasters:.1f} s), "
        f"{peak_mb():,.0f} MB at the peak (asked {AT_MOST_MB:,.0f}); {len(accepted['roads']):,} road segments, "
        f"{len(accepted['settlements']):,} settlements, {len(accepted['mobile_coverage']):,} rows of coverage, "
        f"{int(goods.table['altitude_mean_m'].notna().sum()):,} districts with terrain"
    )


if __name__ == "__main__":
    if CHILD in sys.argv:
        folder = pack_folder()
        assert folder is not None
        measure(folder)
    else:
        main()

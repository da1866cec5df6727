"""Rasters to tables: the finest that covers a district gives all of it; the four real rasters of the pack."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from exactextract import exact_extract
from rasterio import Affine
from shapely.geometry import box

from geodata.catalog import load_catalog
from geodata.errors import ContractError
from geodata.fields import load_fields
from geodata.method_words import load_methods
from geodata.readers.raster import open_raster
from geodata.schemas.terrain import SCHEMAS
from layers.climate import RAIN_FIELDS, RAIN_MONTH_FIELDS
from layers.overlay.zones import zone_means
from layers.terrain import BELT_FIELDS, TERRAIN_FIELDS
from pipelines.demo_terrain import SIMULATED
from pipelines.terrain import FIELDS, Source, TerrainTables, tables_of, terrain_tables
from tests.layers.overlay.rasters import UTM, WEST, block, metres, zones

PACK_FILES = {
    "dem_cajamarca_250m": "dem_cajamarca_norte_250m.tif",
    "dem_lima_90m": "dem_lima_huarochiri_90m.tif",
    "pisco_precipitacion": "pisco_precip_climatologia_12meses.tif",
}


def methods_of(tables: TerrainTables, field: str) -> dict[str, str]:
    """Return ubigeo -> method of a field."""
    rows = tables.methods[tables.methods["field"] == field]
    return dict(zip(rows["ubigeo"], rows["method"], strict=True))


def two_models() -> list[Source]:
    """Return a coarse model of 1,000 m over all and a fine one of 2,000 m over the western half."""
    coarse, fine = metres(np.full((10, 10), 1000), 900.0), metres(np.full((100, 50), 2000), 90.0)
    return [Source("coarse", "terrain", coarse), Source("fine", "terrain", fine)]


def test_the_finest_raster_that_covers_a_district_gives_all_of_it() -> None:
    """West: the fine one. East: the coarse one. Astride: the coarse one alone, not a mixture. Outside: nobody."""
    shapes = [block(1, 1, 3, 3, 900.0), block(6, 1, 3, 3, 900.0), block(3, 1, 4, 4, 900.0), block(99, 99, 1, 1, 900.0)]
    for sources in (two_models(), two_models()[::-1]):
        found = tables_of(sources, zones(*shapes))
        assert methods_of(found, "altitude_mean_m") == {
            "010101": "fine",
            "010102": "coarse",
            "010103": "coarse",
        }
        means = found.terrain.set_index("ubigeo")["altitude_mean_m"]
        assert means.to_dict() == pytest.approx({"010101": 2000, "010102": 1000, "010103": 1000})
        assert found.altitude_histogram.index.tolist() == ["010101", "010102", "010103"]
        assert found.altitude_histogram.loc["010103", 1000] == pytest.approx(1.0)


def test_what_the_chosen_raster_does_not_tell_is_not_taken_from_another() -> None:
    """The coarse model has no slope: missing and without method, while its altitudes carry its name."""
    found = tables_of(two_models(), zones(block(6, 1, 3, 3, 900.0)))
    assert found.terrain["slope_above_25_pct"].isna().all()
    assert methods_of(found, "slope_above_25_pct") == {}
    assert methods_of(found, "altitude_mean_m") == {"010101": "coarse"}


def test_coverage_tells_every_raster_that_touches_a_district() -> None:
    """Astride: 50 % of the fine one, all of the coarse one."""
    found = tables_of(two_models(), zones(block(3, 1, 4, 4, 900.0)))
    shares = found.coverage.set_index("source")["covered_share"].to_dict()
    assert shares == pytest.approx({"fine": 0.5, "coarse": 1.0})
    assert "fine" in next(one.message for one in found.findings["terrain"] if one.code == "partly_covered")


def test_without_rasters_there_are_empty_tables() -> None:
    """No source: no rows, the columns all the same."""
    found = tables_of([], zones(block(0, 0, 1, 1)))
    assert list(found.terrain.columns) == ["ubigeo", *TERRAIN_FIELDS]
    assert list(found.rain.columns) == ["ubigeo", *RAIN_FIELDS]
    assert len(found.terrain) == len(found.rain) == len(found.altitude_histogram) == len(found.coverage) == 0
    assert list(found.methods.columns) == ["ubigeo", "field", "method"]
    assert found.methods.empty
    assert found.findings == {"terrain": [], "rain": []}


def test_districts_come_in_the_order_given() -> None:
    """Rows follow the districts, whichever raster told them."""
    districts = zones(block(6, 1, 3, 3, 900.0), block(1, 1, 3, 3, 900.0)).iloc[::-1]
    assert tables_of(two_models(), districts).terrain["ubigeo"].tolist() == ["010102", "010101"]


def write(path: Path, bands: int, **options: object) -> Path:
    """Write a small raster of ones."""
    profile = {"crs": UTM.to_wkt(), "transform": Affine(900.0, 0, WEST, 0, -900.0, 8_700_000.0), **options}
    shape = {"width": 4, "height": 4, "count": bands, "dtype": "float32", "driver": "GTiff"}
    with rasterio.open(path, "w", **profile, **shape) as file:
        file.write(np.ones((bands, 4, 4), np.float32))
    return path


def test_every_raster_that_cannot_be_used_is_told_at_once(tmp_path: Path) -> None:
    """A rotated model of elevation and a rain of eleven months: two problems in one refusal."""
    rasters = {
        "dem_lima_90m": write(tmp_path / "girado.tif", 1, transform=Affine(900.0, 5.0, WEST, 5.0, -900.0, 8_700_000.0)),
        "pisco_precipitacion": write(tmp_path / "lluvia.tif", 11),
    }
    with pytest.raises(ContractError) as error:
        terrain_tables(rasters, zones(block(0, 0, 1, 1)))
    assert [(problem.where, problem.what) for problem in error.value.problems] == [
        ("girado.tif", "ráster girado"),
        ("lluvia.tif", "ráster de lluvia incompleto"),
    ]


def test_files_are_read_and_announced(tmp_path: Path) -> None:
    """A model and a rain from files: both tables keep their contract; one sentence per raster."""
    rasters = {
        "dem_lima_90m": write(tmp_path / "relieve.tif", 1),
        "pisco_precipitacion": write(tmp_path / "lluvia.tif", 12),
    }
    said: list[str] = []
    found = terrain_tables(rasters, zones(block(1, 1, 2, 2, 900.0)), said.append)
    assert found.rain["rain_annual_mm"].tolist() == pytest.approx([12.0])
    assert methods_of(found, "rain_annual_mm") == {"010101": "pisco_precipitacion"}
    assert len(said) == 2
    SCHEMAS["terrain"].validate(found.terrain)
    SCHEMAS["rain"].validate(found.rain)


def test_every_figure_and_every_raster_is_described() -> None:
    """Each field has an entry in the dictionary that cites its rasters; each raster, a record and a word of method."""
    records, words, fields = load_catalog(), load_methods(), load_fields()
    for variable, names in FIELDS.items():
        told = {name for name in PACK_FILES if records[name].layer == variable}
        assert told <= set(words)
        for name in names:
            assert set(fields[name].datasets) == told
    assert {name: records[name].distributions[0].pack_file for name in PACK_FILES} == PACK_FILES
    assert SIMULATED in words


@pytest.fixture(scope="module")
def districts(pack: Path) -> gpd.GeoDataFrame:
    """Return the real limits with their natural region."""
    limits = gpd.read_parquet(pack / "distritos_1891_inei.parquet").rename(columns={"UBIGEO": "ubigeo"})
    regions = pd.read_csv(pack / "distritos_region_natural.csv", dtype="str").set_index("COD_DISTRITO")
    limits["natural_region"] = limits["ubigeo"].map(regions["REGION_NATURAL"].str.capitalize())
    return limits[["ubigeo", "natural_region", "geometry"]]


@pytest.fixture(scope="module")
def real(pack: Path, districts: gpd.GeoDataFrame) -> TerrainTables:
    """Return what the rasters of the pack say."""
    return terrain_tables({name: pack / file for name, file in PACK_FILES.items()}, districts)


@pytest.mark.pack
@pytest.mark.parametrize("name", ["dem_cajamarca_250m", "dem_lima_90m"])
def test_real_altitudes_are_those_of_exactextract(
    name: str, pack: Path, districts: gpd.GeoDataFrame, real: TerrainTables
) -> None:
    """Every district that a model covers: its mean within 2 m of exactextract."""
    path = pack / PACK_FILES[name]
    mine = [ubigeo for ubigeo, method in methods_of(real, "altitude_mean_m").items() if method == name]
    with open_raster(path) as raster:
        zones_there = districts[districts["ubigeo"].isin(mine)].to_crs(raster.grid.crs)
    oracle = exact_extract(str(path), zones_there, ["mean"], include_cols=["ubigeo"], output="pandas")
    found = real.terrain.set_index("ubigeo")["altitude_mean_m"].loc[oracle["ubigeo"]]
    assert len(mine) > 50
    np.testing.assert_allclose(found, oracle["mean"], atol=2.0)


@pytest.mark.pack
def test_real_rain_is_that_of_exactextract(pack: Path, districts: gpd.GeoDataFrame, real: TerrainTables) -> None:
    """Every month of every district within 1 % of exactextract (0.02 mm where there is hardly any); none below zero."""
    path = str(pack / PACK_FILES["pisco_precipitacion"])
    oracle = exact_extract(path, districts, ["mean"], include_cols=["ubigeo"], output="pandas").set_index("ubigeo")
    found = real.rain.set_index("ubigeo")[list(RAIN_MONTH_FIELDS)]
    assert len(found) == 1880
    np.testing.assert_allclose(found, oracle.loc[found.index], rtol=0.01, atol=0.02)
    assert found.to_numpy().min() == 0.0


@pytest.mark.pack
def test_real_tables_keep_their_contract(real: TerrainTables) -> None:
    """Belts add up to 100 in every district; both tables keep their contract; histograms add up to 1."""
    SCHEMAS["terrain"].validate(real.terrain, lazy=True)
    SCHEMAS["rain"].validate(real.rain, lazy=True)
    np.testing.assert_allclose(real.terrain[list(BELT_FIELDS)].sum(axis=1), 100.0)
    np.testing.assert_allclose(real.altitude_histogram.sum(axis=1), 1.0)
    assert real.altitude_histogram.index.tolist() == real.terrain["ubigeo"].tolist()


@pytest.mark.pack
def test_the_model_of_cajamarca_covers_the_districts_that_its_source_tells(
    pack: Path, districts: gpd.GeoDataFrame, real: TerrainTables
) -> None:
    """SOURCES.md: 63 districts of the Sierra wholly inside, 50 of Cajamarca and 13 of La Libertad; all have figures."""
    with open_raster(pack / PACK_FILES["dem_cajamarca_250m"]) as raster:
        frame = box(*raster.grid.bounds)
        there = districts[districts["natural_region"].eq("Sierra")].to_crs(raster.grid.crs)
    inside = there.loc[there.within(frame), "ubigeo"]
    assert inside.str[:2].value_counts().to_dict() == {"06": 50, "13": 13}
    assert set(inside) <= set(real.terrain["ubigeo"])


@pytest.mark.pack
def test_districts_by_the_sea_have_no_slope_and_are_told(real: TerrainTables) -> None:
    """The model of Lima has no data at sea: seven districts have altitude and no slope, and the finding says so."""
    finding = next(one for one in real.findings["terrain"] if one.code == "slope_unknown")
    assert finding.count == real.terrain["slope_above_25_pct"].isna().sum() == 7
    assert "dem_lima_90m" in finding.message


@pytest.mark.pack
def test_soil_with_its_named_nodata_goes_through_the_same_engine(pack: Path, districts: gpd.GeoDataFrame) -> None:
    """Pixels that are not square and a 0 that means "none": the pH of a district as exactextract has it without 0."""
    path = pack / "soilgrids_huancavelica_7var.tif"
    with open_raster(path, undeclared_nodata=0) as raster:
        west, south, east, north = raster.grid.bounds
        districts = districts.cx[west:east, south:north]
        found = zone_means(raster, districts, lowest=0, highest=30_000)
    with rasterio.open(path) as file:
        profile = {**file.profile, "nodata": 0}
        bands = file.read()
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile) as file:
            file.write(bands)
        oracle = exact_extract(memory.name, districts, ["mean"], include_cols=["ubigeo"], output="pandas")
    known = found.means.dropna()
    assert len(known) > 50
    expected = oracle.set_index("ubigeo").loc[known.index].to_numpy()
    np.testing.assert_allclose(known, expected, rtol=0.02)
    assert (found.covered_share[6] < 0.95).any()

"""Simulated terrain: every district has one, it follows the capitals, and it is the same for the same seed."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from geodata.schemas.terrain import SCHEMAS
from layers.terrain import BELT_FIELDS
from pipelines.demo_terrain import SIMULATED, demo_terrain_tables
from pipelines.terrain import TerrainTables
from tests import tiny


@pytest.fixture(scope="module")
def districts() -> gpd.GeoDataFrame:
    """Return the eight squares: six of the Sierra at 2,500 m, two of the Selva at 500 m."""
    return tiny.districts()


@pytest.fixture(scope="module")
def tables(districts: gpd.GeoDataFrame) -> TerrainTables:
    """Return their simulated terrain."""
    return demo_terrain_tables(districts)


def test_every_district_has_terrain_and_rain(districts: gpd.GeoDataFrame, tables: TerrainTables) -> None:
    """No gap: eight rows that keep their contract, slopes included; each figure says that it is simulated."""
    for name, table in (("terrain", tables.terrain), ("rain", tables.rain)):
        SCHEMAS[name].validate(table)
        assert table["ubigeo"].tolist() == districts["ubigeo"].tolist()
        assert not table.isna().any().any()
    assert set(tables.methods["method"]) == {SIMULATED}
    assert tables.terrain[list(BELT_FIELDS)].sum(axis=1).tolist() == pytest.approx([100.0] * 8)
    assert tables.findings == {"terrain": [], "rain": []}


def test_land_follows_the_capitals(tables: TerrainTables) -> None:
    """Six squares with capitals at 2,500 m lie high, two at 500 m lie low; the Selva has more rain."""
    mean_m = tables.terrain["altitude_mean_m"]
    assert mean_m[:6].between(1500, 3200).all()
    assert mean_m[6:].between(400, 1500).all()
    rain_mm = tables.rain["rain_annual_mm"]
    assert rain_mm[6:].min() > rain_mm[:6].max()


def test_the_same_seed_gives_the_same_land(districts: gpd.GeoDataFrame, tables: TerrainTables) -> None:
    """Twice the same; another seed, another land."""
    pd.testing.assert_frame_equal(demo_terrain_tables(districts).terrain, tables.terrain)
    pd.testing.assert_frame_equal(demo_terrain_tables(districts).rain, tables.rain)
    assert not demo_terrain_tables(districts, seed=1).terrain.equals(tables.terrain)

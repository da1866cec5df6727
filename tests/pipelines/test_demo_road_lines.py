"""Simulated roads: the shape of a network, the same every time, within the contract."""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.schemas.roads import GEOMETRIES, SCHEMAS
from layers.roads.words import NETWORKS, lengths_km
from pipelines.demo_cells import read_cells, read_districts
from pipelines.demo_road_lines import roads
from pipelines.demo_simulation import demo_districts, traits

Country = tuple[gpd.GeoDataFrame, pd.DataFrame]


@pytest.fixture(scope="module")
def country() -> Country:
    facts = read_districts()
    districts = demo_districts(facts, read_cells())
    return districts, traits(facts.assign(natural_region=districts["natural_region"]), np.random.default_rng(1))


@pytest.fixture(scope="module")
def made(country: Country) -> gpd.GeoDataFrame:
    return drawn(country, 7)


def drawn(country: Country, seed: int) -> gpd.GeoDataFrame:
    districts, described = country
    return roads(districts, described, np.random.default_rng(seed))


def test_the_simulated_layer_keeps_the_contract(made: gpd.GeoDataFrame) -> None:
    """Words of the lists, valid lines, no two rows with one code."""
    SCHEMAS["roads"].validate(pd.DataFrame(made.drop(columns="geometry")), lazy=True)
    assert set(made.geom_type) <= GEOMETRIES["roads"]
    assert made.geometry.is_valid.all()
    assert made["route_code"].is_unique


def test_every_department_has_the_three_networks_with_surface_and_condition(made: gpd.GeoDataFrame) -> None:
    """So that no figure of the embedded default is missing for want of a network."""
    assert made.groupby("network")["department_code"].nunique().to_dict() == dict.fromkeys(NETWORKS, 25)
    assert made[["surface", "condition"]].notna().all(axis=None)


def test_the_kilometres_are_of_the_order_of_the_country(made: gpd.GeoDataFrame) -> None:
    """About 168,000 km in 2018, two thirds of them vecinal; declared lengths are those of the lines."""
    km = pd.Series(lengths_km(made.geometry.to_numpy())).groupby(made["network"].to_numpy()).sum()
    assert 120_000 < km.sum() < 200_000
    assert 0.55 < km["vecinal"] / km.sum() < 0.8
    assert made["declared_km"].sum() == pytest.approx(km.sum(), abs=10)


def test_wider_networks_are_better_paved(made: gpd.GeoDataFrame) -> None:
    """National roads are mostly paved, departmental less, vecinal least."""
    paved = made["surface"].isin(["pavimentado", "asfaltado_economico"]).groupby(made["network"]).mean()
    assert paved["nacional"] > 0.8 > 0.5 > paved["departamental"] > paved["vecinal"]


def test_the_same_seed_gives_the_same_roads_in_little_time(country: Country, made: gpd.GeoDataFrame) -> None:
    """Deterministic, and made in well under three seconds."""
    started = time.perf_counter()
    again = drawn(country, 7)
    assert time.perf_counter() - started < 3
    pd.testing.assert_frame_equal(again, made)
    assert not drawn(country, 8).geometry.geom_equals(made.geometry).all()

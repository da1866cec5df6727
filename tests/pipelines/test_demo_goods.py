"""Simulated canals, coverage and literacy of the embedded default: repeatable, within their contracts, plausible."""

from __future__ import annotations

from functools import cache
from time import perf_counter
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.schemas import connectivity, water
from layers.settlements import place
from pipelines import demo_coverage, demo_simulation, demo_water
from pipelines.demo_cells import read_districts


@cache
def made() -> dict[str, Any]:
    """Return the simulated country with the layers of this theme, made once."""
    layers: dict[str, Any] = dict(demo_simulation.demo_layers())
    regions = layers["districts"]["natural_region"]
    facts = read_districts().assign(natural_region=regions.to_numpy())
    layers["described"] = demo_simulation.traits(facts, np.random.default_rng(0))
    started = perf_counter()
    layers |= simulated(layers)
    layers["seconds"] = perf_counter() - started
    return layers


def simulated(layers: dict[str, Any]) -> dict[str, Any]:
    described = layers["described"]
    coverage, scope = demo_coverage.mobile_coverage(layers["settlements"], described, np.random.default_rng(1))
    return {
        "mobile_coverage": coverage,
        "mobile_coverage_scope": scope,
        "literacy_2017": demo_coverage.literacy_2017(layers["census_2017"], described, np.random.default_rng(2)),
        "canals": demo_water.canals(layers["districts"], layers["producer_units_2012"], np.random.default_rng(3)),
    }


def test_layers_keep_their_contracts() -> None:
    """Every simulated layer is one that a real file could have given."""
    for schemas in (water.SCHEMAS, connectivity.SCHEMAS):
        for layer in set(schemas) & set(made()):
            schemas[layer].validate(made()[layer], lazy=True)
    assert set(made()["canals"].geom_type) <= water.GEOMETRIES["canals"]
    assert made()["canals"].is_valid.all()


def test_the_same_seed_gives_the_same_layers_in_little_time() -> None:
    """Nothing depends on the moment; the whole theme takes less than three seconds."""
    again = simulated(made())
    for layer in ("mobile_coverage", "literacy_2017"):
        pd.testing.assert_frame_equal(again[layer], made()[layer])
    assert again["canals"].geometry.geom_equals(made()["canals"].geometry).all()
    assert made()["seconds"] < 3


def test_canals_are_of_some_departments_only() -> None:
    """A chart with holes: lines in the departments named, none in the others; some say that they are complete."""
    departments = set(made()["canals"]["department_code"])
    assert departments == set(demo_water.DEPARTMENTS)
    assert set(demo_water.COMPLETE_DEPARTMENTS) < departments
    assert 500 < len(made()["canals"]) < 10_000


def test_names_say_that_they_are_simulated() -> None:
    """Nobody takes a simulated canal for one of the chart."""
    assert made()["canals"]["name"].str.contains("simulado").all()


def test_coverage_is_compact_and_of_known_settlements() -> None:
    """Rows only where there is coverage, of settlements of the list, in every department."""
    coverage = made()["mobile_coverage"]
    assert len(coverage) < 250_000
    assert set(coverage["settlement_code"]) <= set(made()["settlements"]["settlement_code"])
    assert len(made()["mobile_coverage_scope"]) == 25
    assert coverage["guaranteed_share"].le(coverage["total_share"]).all()


def test_who_has_4g_has_3g() -> None:
    """Newer technologies stand on older ones, operator by operator."""
    coverage = made()["mobile_coverage"]
    have = {
        technology: set(zip(rows["settlement_code"], rows["operator"], strict=True))
        for technology, rows in coverage.groupby("technology")
    }
    assert have["5g"] <= have["4g"] <= have["3g"] <= have["2g"]


def test_hardship_lowers_coverage_and_literacy() -> None:
    """The harder half of the districts has less of both, as in Peru; neither is everywhere nor nowhere."""
    layers = made()
    districts = cast(gpd.GeoDataFrame, layers["districts"])
    settlements = cast(gpd.GeoDataFrame, layers["settlements"])
    placed = place(settlements, districts, set())
    with_4g = layers["mobile_coverage"].query("technology == '4g'")["settlement_code"]
    covered = settlements["settlement_code"].isin(set(with_4g)).groupby(placed.ubigeo).mean()
    counts = layers["literacy_2017"].set_index("ubigeo")
    reads = counts["literate_count"] / counts.sum(axis=1)
    hardship = layers["described"].set_index("ubigeo")["hardship"]
    for share in (covered, reads):
        hard = hardship.reindex(share.index) > hardship.median()
        assert share[hard].mean() < share[~hard].mean() - 0.03
        assert 0.2 < share.mean() < 0.95
    assert len(counts) == len(districts) - len(demo_simulation.NEWEST_DISTRICTS)

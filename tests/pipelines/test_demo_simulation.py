"""The embedded default data set: what is exact, what is plausible, and which holes it has."""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.contracts import LAYER_SCHEMAS, check_layer
from pipelines.demo_cells import DEMO_FOLDER
from pipelines.demo_simulation import (
    DEMO_SEED,
    NEWEST_DISTRICTS,
    SETTLEMENTS_COUNT,
    demo_layers,
    natural_region,
    random_points,
)

Layers = dict[str, pd.DataFrame]
COUNTS = ["units_count", "units_with_land_count", "units_under_5ha_count"]
SLOWEST_S = 15.0


@pytest.fixture(scope="module")
def layers() -> Layers:
    return demo_layers(DEMO_SEED)


@pytest.fixture(scope="module")
def altitude_m(layers: Layers) -> pd.Series:
    return layers["districts"].set_index("ubigeo")["capital_altitude_m"]


MADE_OTHERWISE = {"terrain", "rain", "irrigated_areas", "road_route_points"}
"""From simulated rasters, brought by a region, and not needed where every department has its lines."""


def test_every_canonical_layer_keeps_its_contract(layers: Layers) -> None:
    """The demo has exactly the layers the build knows, and each is accepted like a real one."""
    assert set(layers) == set(LAYER_SCHEMAS) - MADE_OTHERWISE
    for name, frame in layers.items():
        assert len(check_layer(name, frame)) == len(frame) > 0


def test_same_seed_same_layers(layers: Layers) -> None:
    """The seed decides everything; another seed changes the simulated figures and none of the facts."""
    started = time.perf_counter()
    again, other = demo_layers(DEMO_SEED), demo_layers(DEMO_SEED + 1)
    assert time.perf_counter() - started < 2 * SLOWEST_S
    for name, frame in layers.items():
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(again[name]))
    pd.testing.assert_frame_equal(pd.DataFrame(layers["districts"]), pd.DataFrame(other["districts"]))
    assert not layers["poverty_2018"].equals(other["poverty_2018"])


def test_districts_are_the_real_ones(layers: Layers) -> None:
    """1,891 districts in 196 provinces; 1,200 Sierra by altitude, 1,250 by MINAM; each with its shape."""
    districts = layers["districts"]
    assert len(districts) == 1891
    assert districts["natural_region"].eq("Sierra").sum() == 1200
    assert (districts["natural_region"].eq("Sierra") == districts["capital_altitude_m"].ge(2000)).all()
    assert districts["natural_region_minam"].eq("Sierra").sum() == 1250
    assert isinstance(districts, gpd.GeoDataFrame)
    assert districts.geometry.notna().all()


def test_low_districts_take_the_side_of_their_neighbours() -> None:
    """High capital: Sierra whatever MINAM says; low: MINAM's word; low and Sierra: the nearest side decides."""
    facts = pd.DataFrame(
        {
            "capital_altitude_m": [2000.0, 1999.0, 100.0, 1500.0, 1800.0],
            "natural_region_minam": ["Selva", "Selva", "Costa", "Sierra", "Sierra"],
            "capital_longitude": [-76.0, -75.0, -78.0, -77.5, -75.2],
            "capital_latitude": [-10.0] * 5,
        }
    )
    assert natural_region(facts).tolist() == ["Sierra", "Selva", "Costa", "Costa", "Selva"]


def test_units_add_up_to_the_published_departments(layers: Layers) -> None:
    """Every department has exactly its published units and its hectares within 1 ha; the nation to the hundredth."""
    units = layers["producer_units_2012"]
    published = pd.read_csv(DEMO_FOLDER / "cenagro_2012_totals.csv", dtype={"ubigeo": "str"}).set_index("ubigeo")
    sums = units.drop(columns="ubigeo").groupby(units["ubigeo"].str[:2] + "0000").sum()
    assert sums[COUNTS].astype(int).equals(published.reindex(sums.index)[COUNTS].astype(int))
    assert (sums["agricultural_area_2012_ha"] - published["agricultural_area_2012_ha"]).abs().max() < 1
    assert units[COUNTS].sum().tolist() == [2_260_973, 2_213_506, 1_810_962]
    assert units["agricultural_area_2012_ha"].sum() == pytest.approx(7_125_007.67, abs=0.005)


def test_units_are_consistent_in_every_district(layers: Layers) -> None:
    """Under 5 ha <= with land <= units; irrigated <= agricultural, 36.2 % of it in the country, mostly in the Costa."""
    units = layers["producer_units_2012"]
    assert (units["units_under_5ha_count"] <= units["units_with_land_count"]).all()
    assert (units["units_with_land_count"] <= units["units_count"]).all()
    assert (units["irrigated_area_2012_ha"] <= units["agricultural_area_2012_ha"]).all()
    assert (units.drop(columns="ubigeo") >= 0).all(axis=None)
    area = units.groupby(layers["districts"]["natural_region"])[
        ["irrigated_area_2012_ha", "agricultural_area_2012_ha"]
    ].sum()
    share = area["irrigated_area_2012_ha"] / area["agricultural_area_2012_ha"]
    assert area["irrigated_area_2012_ha"].sum() == pytest.approx(2_579_899.83, rel=1e-4)
    assert share["Costa"] > share["Sierra"] > share["Selva"]


def test_farms_fit_in_their_district(layers: Layers) -> None:
    """Nobody farms more than the district's area, in 2012 or seen from satellite."""
    area_ha = pd.read_csv(DEMO_FOLDER / "districts.csv", dtype={"ubigeo": "str"}).set_index("ubigeo")["area_km2"] * 100
    for layer, column in (
        ("producer_units_2012", "agricultural_area_2012_ha"),
        ("agricultural_area_2018", "agricultural_area_ha"),
    ):
        farmed = layers[layer].set_index("ubigeo")[column]
        assert (farmed <= area_ha.reindex(farmed.index)).all()
    assert layers["agricultural_area_2018"]["agricultural_area_ha"].sum() == pytest.approx(11.65e6, rel=0.03)


def test_holes_are_where_they_should_be(layers: Layers) -> None:
    """2 % absent from the register, the 17 newest from 2017 and 2018, 60 districts without rural settlements."""
    codes = set(layers["districts"]["ubigeo"])
    assert len(codes - set(layers["ppa_2024"]["ubigeo"])) == 39
    assert len(NEWEST_DISTRICTS) == 17
    for layer in ("census_2017", "poverty_2018", "agricultural_area_2018"):
        assert codes - set(layers[layer]["ubigeo"]) == set(NEWEST_DISTRICTS)
    assert layers["mobile_internet_2024"]["rural_operators_count"].isna().sum() == 60
    assert layers["crop_value_2023"]["ubigeo"].nunique() < 1891


def test_figures_follow_altitude_and_rurality(layers: Layers, altitude_m: pd.Series) -> None:
    """Poverty rises and operators fall with altitude; fewer people per square kilometre, fewer operators."""
    poverty = layers["poverty_2018"].set_index("ubigeo")["poverty_pct"]
    operators = layers["mobile_internet_2024"].set_index("ubigeo")["rural_operators_count"]
    assert poverty.corr(altitude_m) > 0.3
    assert operators.corr(altitude_m) < -0.2
    census = layers["census_2017"].set_index("ubigeo")
    no_internet = census["households_without_internet_count"] / census["households_count"]
    assert no_internet.corr(np.log(census["census_population_count"])) < -0.3


def test_poverty_intervals_contain_their_estimate(layers: Layers) -> None:
    """Low <= estimate <= high, all between 0 and 100 %, and small districts are less certain."""
    poverty = layers["poverty_2018"]
    assert (poverty["poverty_low_pct"] <= poverty["poverty_pct"]).all()
    assert (poverty["poverty_pct"] <= poverty["poverty_high_pct"]).all()
    width = (poverty["poverty_high_pct"] - poverty["poverty_low_pct"]).set_axis(poverty["ubigeo"])
    people = layers["districts"].set_index("ubigeo")["population_count"].reindex(width.index)
    middle = poverty["poverty_pct"].between(30, 60).to_numpy()
    assert width[middle].corr(np.log(people[middle])) < -0.5


def test_crops_grow_where_they_can(layers: Layers, altitude_m: pd.Series) -> None:
    """Papa and quinua grow high, café and cacao low; names are those of MIDAGRI and of the programme's table."""
    crops = layers["crop_value_2023"]
    height = crops.assign(altitude=altitude_m.reindex(crops["ubigeo"]).to_numpy()).groupby("crop")["altitude"].median()
    assert height["PAPA"] > 3000
    assert height["QUINUA"] > 3000
    assert 800 < height["CAFE"] < 2100
    assert height["CACAO"] < 1000
    assert height["MACA"] > 3500
    assert 40 <= len(height) <= 50
    assert {"ALCACHOFA", "PALTA", "ARANDANO", "ACHITA, KIWICHA, O AMARANTO", "CHOCHO O TARHUI GRANO SECO"} <= set(
        height.index
    )
    assert (crops["production_t"] > 0).all()


def test_settlements_lie_in_their_district(layers: Layers) -> None:
    """20,000 points with unique codes; simulated ones lie in the cell of their code, capitals at their real place."""
    points, districts = layers["settlements"], layers["districts"].set_index("ubigeo")
    assert isinstance(points, gpd.GeoDataFrame)
    assert len(points) == SETTLEMENTS_COUNT
    code = points["settlement_code"]
    own = districts.geometry.reindex(code.str[:6]).to_numpy()
    capital = code.str.endswith("0001").to_numpy()
    # coordinates have five decimals: a point next to a border may round to the other side
    assert shapely.dwithin(own, points.geometry.to_numpy(), 2e-5)[~capital].all()
    assert capital.sum() == 1891
    assert points.geometry.x[capital].tolist() == districts["capital_longitude"].round(5).tolist()
    assert set(points["settlement_type"]) == {"Rural", "Urbano"}


def test_random_points_fall_inside_any_shape() -> None:
    """Points asked of a thin triangle and of a ring lie inside them."""
    triangle = shapely.Polygon([(0, 0), (1, 0), (0, 0.01)])
    ring = shapely.Point(5, 5).buffer(2).difference(shapely.Point(5, 5).buffer(1.9))
    shapes = np.array([triangle, ring] * 50, dtype=object)
    points = random_points(shapes, np.random.default_rng(1))
    assert shapely.contains_xy(shapes, points[:, 0], points[:, 1]).all()


def test_road_gaps_stop_at_the_province(layers: Layers) -> None:
    """Official names at their official levels, never a district; shares between 0 and 1."""
    gaps = layers["road_gaps"]
    assert set(gaps["level"]) == {"country", "department", "province"}
    assert gaps["official_name"].nunique() == 6
    assert "PORCENTAJE DE LA RED VIAL VECINAL EN CONDICIONES INADECUADAS" in set(gaps["official_name"])
    national = gaps[gaps["official_name"].str.contains("NACIONAL")]
    assert set(national["level"]) == {"country", "department"}
    vecinal = gaps[gaps["official_name"].str.contains("VECINAL EN") & gaps["year"].eq(2023)]
    assert vecinal["level"].value_counts().to_dict() == {"province": 196, "department": 25, "country": 1}
    assert gaps["gap_share"].between(0, 1).all()
    assert not gaps.duplicated(["ubigeo", "official_name", "year"]).any()


def test_road_lengths_add_up(layers: Layers) -> None:
    """Provinces add up to their department and departments to the country, in every indicator and year."""
    gaps = layers["road_gaps"]
    totals = gaps.groupby(["official_name", "year", "level"])["demanded_km"].sum().unstack("level")
    assert totals["department"].to_numpy() == pytest.approx(totals["country"].to_numpy())
    by_province = totals["province"].dropna()
    assert by_province.to_numpy() == pytest.approx(totals.loc[by_province.index, "country"].to_numpy())

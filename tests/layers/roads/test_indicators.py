"""The road figures of every district in one call."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import CrsMismatchError
from geodata.fields import load_fields
from geodata.method_words import load_methods
from layers.districts import area_km2
from layers.overlay import points_in_districts
from layers.roads import FIELDS, RoadFigures, road_indicators
from tests import tiny
from tests.layers.roads.examples import LOWER, UPPER, along, km, roads, route_points

ONE, TWO = "010000", "020000"
DISTRICTS = tiny.districts()
SETTLEMENTS = tiny.settlements()
AREA = area_km2(DISTRICTS)
# a road through the middle of the first two squares of each department, where the settlements are
LOWER_ROAD, UPPER_ROAD = along(LOWER, 0, 2), along(UPPER, 0, 2)


def figures(lines=None, points=None, settlements: gpd.GeoDataFrame = SETTLEMENTS) -> RoadFigures:
    placed = points_in_districts(settlements.geometry.x, settlements.geometry.y, DISTRICTS)
    return road_indicators(DISTRICTS, settlements, placed, roads=lines, route_points=points, area_km2=AREA)


def layer(*rows: tuple) -> gpd.GeoDataFrame:
    return roads(rows)


def method(found: RoadFigures, ubigeo: str, field: str) -> str | None:
    rows = found.methods.set_index(["ubigeo", "field"])["method"]
    return rows.get((ubigeo, field))


def test_without_layers_everything_is_missing() -> None:
    """No road layer is no knowledge: every figure is missing and no method is claimed."""
    found = figures()
    assert list(found.table) == list(FIELDS)
    assert found.table.index.tolist() == list(tiny.CODES)
    assert found.table.isna().all(axis=None)
    assert found.methods.empty
    assert found.coverage["source"].eq("none").all()


def test_lengths_density_and_zero_by_hand() -> None:
    """One road over two of four districts of department 01: half each, zero in the rest, nothing in department 02."""
    found = figures(layer(("vecinal", ONE, "afirmado", "bueno", LOWER_ROAD))).table
    half = km(LOWER_ROAD) / 2
    assert found["road_line_vecinal_km"].tolist()[:4] == pytest.approx([half, half, 0, 0], rel=1e-3)
    assert found["road_gravel_km"].tolist()[:4] == pytest.approx([half, half, 0, 0], rel=1e-3)
    assert found["road_good_condition_km"].tolist()[:4] == pytest.approx([half, half, 0, 0], rel=1e-3)
    assert found["road_line_km_per_100_km2"].iloc[0] == pytest.approx(100 * half / AREA.iloc[0], rel=1e-3)
    assert found.iloc[4:].isna().all(axis=None)


def test_settlements_near_a_road_by_hand() -> None:
    """The settlement on the road is near; the one a square away is not, and it is counted."""
    found = figures(layer(("vecinal", ONE, "afirmado", "bueno", LOWER_ROAD))).table
    assert found["rural_settlements_near_road_pct"].tolist()[:4] == [100, 100, 0, 0]
    assert found["rural_settlements_beyond_road_count"].tolist()[:4] == [0, 0, 1, 1]
    assert found["rai_pct"].tolist()[:4] == [100, 100, 0, 0]


def test_a_road_of_the_neighbouring_department_is_near_too() -> None:
    """Reach does not stop at a limit: the road of department 01 serves the settlement across it."""
    border = tiny.SOUTH + tiny.SIDE_DEG
    across = SETTLEMENTS.copy()
    across.loc[4, "geometry"] = along(border + 0.01, 0.5, 0.6).interpolate(0)
    lines = layer(
        ("vecinal", ONE, "afirmado", "bueno", along(border - 0.001, 0, 2)),
        ("vecinal", TWO, "afirmado", "bueno", along(UPPER, 3, 4)),
    )
    assert figures(lines, settlements=across).table.loc["020101", "rural_settlements_near_road_pct"] == 100


def test_an_absent_network_makes_a_lower_bound_that_says_so() -> None:
    """Without the national network the share is partial; with the three it is whole."""
    two = [(name, ONE, "afirmado", "bueno", LOWER_ROAD) for name in ("vecinal", "departamental")]
    partial = figures(layer(*two))
    assert method(partial, "010101", "rural_settlements_near_road_pct") == "road_lines_without_national"
    assert method(partial, "010101", "rai_pct") == "rai_settlements_lines_without_national"
    assert method(partial, "010101", "road_line_vecinal_km") == "road_lines"
    whole = figures(layer(*two, ("nacional", ONE, "pavimentado", "bueno", LOWER_ROAD)))
    assert method(whole, "010101", "rural_settlements_near_road_pct") == "road_lines"
    assert method(whole, "020101", "rural_settlements_near_road_pct") is None


def test_lines_come_first_and_way_points_fill_the_rest() -> None:
    """Department 01 has lines: its way-points are not added; department 02 has only way-points, and says so."""
    points = route_points(
        [("vecinal", ONE, "P", position, 0.2 * position, LOWER) for position in (1, 2)]
        + [("vecinal", TWO, "P", position, 0.2 * position, UPPER) for position in (1, 2)]
    )
    found = figures(layer(("vecinal", ONE, "afirmado", "bueno", LOWER_ROAD)), points)
    assert found.table.loc["010101", "road_line_vecinal_km"] == pytest.approx(km(LOWER_ROAD) / 2, rel=1e-3)
    assert found.table.loc["020101", "road_line_vecinal_km"] == pytest.approx(km(along(UPPER, 0.2, 0.4)), rel=1e-3)
    assert found.table.loc["020103", "road_line_vecinal_km"] == 0
    assert method(found, "010101", "road_line_vecinal_km") == "road_lines"
    assert method(found, "020101", "road_line_vecinal_km") == "road_route_points"
    sources = found.coverage.set_index(["network", "department_code"])["source"]
    assert sources["vecinal", ONE] == "lines"
    assert sources["vecinal", TWO] == "route_points"
    assert sources["nacional", ONE] == "none"


def test_way_points_bring_no_settlement_near_where_lines_cover() -> None:
    """Where the network is drawn, a straight piece over a settlement is no road: the line elsewhere is."""
    points = route_points([("vecinal", ONE, "P", position, 0.2 * position, LOWER) for position in (1, 4)])
    lines = layer(("vecinal", ONE, "afirmado", "bueno", along(LOWER + 0.2, 0, 2)))
    assert figures(None, points).table.loc["010101", "rural_settlements_near_road_pct"] == 100
    assert figures(lines, points).table.loc["010101", "rural_settlements_near_road_pct"] == 0


def test_without_surfaces_there_is_no_index() -> None:
    """A layer without surface gives nearness but no rural access index, not even zero where no road is near."""
    found = figures(layer(("vecinal", ONE, None, None, LOWER_ROAD))).table
    assert found["rural_settlements_near_road_pct"].notna().sum() == 4
    assert found[["rai_pct", "rai_surface_pct", "rai_weight_count", "road_gravel_km"]].isna().all(axis=None)
    assert found["road_unknown_surface_km"].iloc[0] > 0


def test_without_condition_only_the_variant_by_surface_exists() -> None:
    """A good surface of unknown condition answers the variant and leaves the index missing."""
    found = figures(layer(("vecinal", ONE, "afirmado", None, LOWER_ROAD))).table
    assert found["rai_surface_pct"].tolist()[:4] == [100, 100, 0, 0]
    assert found["rai_pct"].isna().all()


def test_population_weighs_when_the_settlements_carry_it() -> None:
    """900 people on the road and 100 away are 90 %, and the method says that people were counted."""
    away = SETTLEMENTS.iloc[[0]].assign(
        settlement_code="0101019999", geometry=[along(LOWER + 0.1, 0.5, 0.6).interpolate(0)]
    )
    people = pd.concat([SETTLEMENTS.assign(population_count=900.0), away.assign(population_count=100.0)])
    people = gpd.GeoDataFrame(people.reset_index(drop=True), crs="EPSG:4326")
    found = figures(layer(("vecinal", ONE, "afirmado", "bueno", LOWER_ROAD)), settlements=people)
    assert list(found.table.loc["010101", ["rai_pct", "rai_weight_count"]]) == [90, 1000]
    assert found.table.loc["010101", "rural_settlements_near_road_pct"] == 50
    assert method(found, "010101", "rai_pct") == "rai_population_lines_incomplete"


def test_a_row_that_declares_no_department_counts_where_it_lies() -> None:
    """A national layer without department column covers the departments that its lines are in."""
    rows = layer(("nacional", ONE, "pavimentado", "bueno", UPPER_ROAD)).assign(department_code=None)
    sources = figures(rows).coverage.set_index(["network", "department_code"])["source"]
    assert sources["nacional", TWO] == "lines"
    assert sources["nacional", ONE] == "none"


def test_disagreements_with_the_limits_are_counted() -> None:
    """A road that declares the other department, one in the sea, a point that names another district."""
    lines = layer(("vecinal", ONE, None, None, UPPER_ROAD), ("vecinal", ONE, None, None, along(LOWER, -3, -2)))
    points = route_points([("vecinal", TWO, "P", position, 0.2 * position, UPPER) for position in (1, 2)])
    points = points.assign(declared_province="PROVINCIA 0201", declared_district=["DISTRITO 020101", "Otro"])
    counted = {finding.code: finding.count for finding in figures(lines, points).findings}
    assert counted["road_in_another_department"] == 1
    assert counted["road_outside_districts"] == 1
    assert counted["route_point_in_another_district"] == 1


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(-1, 4), st.floats(0.05, 1.5)), min_size=1, max_size=5))
def test_no_kilometre_is_lost_or_made(stretches: list[tuple[float, float]]) -> None:
    """What the districts have and what lies outside add up to the lines; surfaces add up to the network."""
    lines = layer(
        *[("vecinal", ONE, "trocha", "malo", along(LOWER, start, start + length)) for start, length in stretches]
    )
    inside = [line.intersection(DISTRICTS.union_all()) for line in lines.geometry]
    table = figures(lines).table
    assert table["road_line_vecinal_km"].sum() == pytest.approx(sum(map(km, inside)), rel=1e-3, abs=1e-6)
    assert table["road_earth_km"].sum() == pytest.approx(table["road_line_total_km"].sum(), abs=1e-9)


def test_the_order_of_the_layers_does_not_matter() -> None:
    """Shuffled rows give the same table."""
    lines = layer(
        ("vecinal", ONE, "trocha", "malo", LOWER_ROAD),
        ("nacional", ONE, "pavimentado", "bueno", along(LOWER, 1, 4)),
        ("vecinal", TWO, None, None, UPPER_ROAD),
    )
    pd.testing.assert_frame_equal(figures(lines).table, figures(lines.iloc[::-1]).table)


def test_every_figure_has_a_method_that_is_described() -> None:
    """A method for each figure and for nothing else, each word in the file of methods, each field in the dictionary."""
    lines = layer(("vecinal", ONE, "trocha", "malo", LOWER_ROAD), ("departamental", ONE, None, None, LOWER_ROAD))
    points = route_points([("departamental", TWO, "P", position, 0.2 * position, UPPER) for position in (1, 2)])
    found = figures(lines, points)
    assert len(found.methods) == int(found.table.notna().sum().sum())
    assert set(found.methods["method"]) <= set(load_methods())
    assert set(FIELDS) <= set(load_fields())


def test_partial_words_are_described_as_partial() -> None:
    """No word of a figure without one of its networks may read as measured."""
    words = {word: entry for word, entry in load_methods().items() if word.startswith(("road_", "rai_"))}
    partial = [entry.quality for word, entry in words.items() if word.endswith(("_without_national", "_incomplete"))]
    assert len(words) == 27
    assert set(partial) == {"parcial"}
    assert words["road_route_points"].quality == "aproximado"


def test_another_crs_is_refused() -> None:
    """Degrees are asked for, not guessed."""
    with pytest.raises(CrsMismatchError, match="roads"):
        figures(layer(("vecinal", ONE, None, None, LOWER_ROAD)).to_crs(32718))


def test_inputs_are_not_changed() -> None:
    """The layers come out as they went in."""
    lines = layer(("vecinal", ONE, None, None, LOWER_ROAD))
    before = lines.copy()
    figures(lines)
    pd.testing.assert_frame_equal(lines, before)
    assert np.isnan(lines["declared_km"]).all()

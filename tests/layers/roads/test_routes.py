"""Straight pieces between way-points: what is joined, what is left out and counted."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.roads.routes import measured_sinuosity, point_findings, straight_pieces
from tests import tiny
from tests.layers.roads.examples import LOWER, UPPER, along, km, roads, route_points

ONE, TWO = "010000", "020000"
DISTRICTS = tiny.districts()
ROUTE = [("vecinal", ONE, "AB-1", position, 0.1 * position, LOWER) for position in (1.0, 2.0, 3.0, 4.0)]


def pieces(rows: list):
    return straight_pieces(route_points(rows), DISTRICTS)


def counts(rows: list) -> dict[str, int]:
    return {finding.code: finding.count for finding in pieces(rows).findings if finding.count}


def test_consecutive_points_are_joined_in_order_of_position() -> None:
    """Four points make three straight pieces of geodesic length, and nothing is found wrong."""
    found = pieces(ROUTE)
    assert found.usable["from_position"].tolist() == [1, 2, 3]
    assert found.usable["to_position"].tolist() == [2, 3, 4]
    assert found.usable["straight_km"].tolist() == pytest.approx([km(along(LOWER, 0.1, 0.2))] * 3)
    assert counts(ROUTE) == {}
    assert found.doubtful.empty


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(8)))
def test_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    """Position orders a route, not the file."""
    rows = ROUTE + [("vecinal", ONE, "AB-2", position, 1 + 0.1 * position, LOWER) for position in (1, 3, 5, 9)]
    expected = pieces(rows).usable.drop(columns="geometry")
    pd.testing.assert_frame_equal(pieces([rows[place] for place in order]).usable.drop(columns="geometry"), expected)


def test_routes_networks_and_departments_are_never_joined() -> None:
    """One code in two departments is two routes of one point each; so are two networks."""
    rows = [
        ("vecinal", ONE, "AB-1", 1, 0.1, LOWER),
        ("vecinal", TWO, "AB-1", 2, 0.1, UPPER),
        ("departamental", ONE, "AB-1", 3, 0.2, LOWER),
    ]
    found = pieces(rows)
    assert found.usable.empty
    assert len(found.doubtful) == 3


def test_a_point_given_twice_counts_once() -> None:
    """The same place at the same position of the same route adds no piece and breaks none."""
    assert len(pieces([*ROUTE, ROUTE[1]]).usable) == 3
    assert counts([*ROUTE, ROUTE[1]]) == {}


def test_a_position_with_two_places_joins_nothing() -> None:
    """Nobody knows which of the two is the second: the pieces that touch either are left out and counted."""
    doubt = ("vecinal", ONE, "AB-1", 2.0, 0.9, LOWER)
    found = pieces([*ROUTE, doubt])
    assert found.usable[["from_position", "to_position"]].to_numpy().tolist() == [[3, 4]]
    assert counts([*ROUTE, doubt])["route_piece_broken"] == 3


def test_a_step_too_long_is_left_out_and_counted() -> None:
    """Beyond 60 km two points are not neighbours; 54 km are."""
    far = [("vecinal", ONE, "AB-1", 1, 0.0, LOWER), ("vecinal", ONE, "AB-1", 2, 1.2, LOWER)]
    near = [far[0], ("vecinal", ONE, "AB-1", 2, 1.0, LOWER)]
    assert pieces(far).usable.empty
    assert counts(far) == {"route_piece_too_long": 1}
    assert len(pieces(far).doubtful) == 2
    assert len(pieces(near).usable) == 1


def test_a_point_far_from_its_department_joins_nothing() -> None:
    """Half a square (27 km) inside the other department is an error; 3 km beyond the limit is a way of ending."""
    astray = [*ROUTE, ("vecinal", ONE, "AB-1", 5.0, 0.5, UPPER)]
    assert counts(astray) == {"route_point_astray": 1, "route_piece_broken": 1}
    beyond = [*ROUTE, ("vecinal", ONE, "AB-1", 5.0, 0.5, tiny.SOUTH + tiny.SIDE_DEG + 0.027)]
    assert counts(beyond) == {}


def test_a_department_that_does_not_exist_is_not_near_any_point() -> None:
    """A point that declares a department without districts is astray, not silently at home."""
    assert counts([("vecinal", "990000", "AB-1", position, 0.1, LOWER) for position in (1, 2)]) == {
        "route_point_astray": 2,
        "route_piece_broken": 1,
    }


def test_incomplete_points_are_counted() -> None:
    """Without coordinates a point joins nothing."""
    points = route_points(ROUTE)
    points.loc[3, "geometry"] = None
    found = straight_pieces(points, DISTRICTS)
    assert len(found.usable) == 2
    assert {finding.code: finding.count for finding in found.findings}["incomplete_route_point"] == 1


def test_the_list_itself_is_looked_into() -> None:
    """Shared codes, repeated positions and single points are counted before any district is known."""
    rows = [
        *ROUTE,
        ("vecinal", TWO, "AB-1", 1, 0.1, UPPER),
        ("vecinal", ONE, "AB-1", 2.0, 0.9, LOWER),
        ("departamental", ONE, "AB-1", 1, 0.1, LOWER),
    ]
    assert {finding.code: finding.count for finding in point_findings(route_points(rows))} == {
        "route_in_two_departments": 1,
        "repeated_route_position": 1,
        "single_point_route": 2,
    }


def test_sinuosity_is_measured_only_on_routes_that_have_both_whole() -> None:
    """A line twice as long as its piece gives 2; a route with a piece left out gives nothing."""
    rows = [
        *[("vecinal", ONE, "AB-0", position, 0.2 * position, LOWER) for position in (1, 2)],
        *[("vecinal", ONE, "AB-1", position, at, LOWER) for position, at in ((1, 0.0), (2, 0.2), (3, 1.9))],
    ]
    lines = roads(
        [
            ("vecinal", ONE, None, None, along(LOWER, 0.0, 0.4)),
            ("vecinal", ONE, None, None, along(LOWER, 0.0, 1.0)),
        ]
    )
    measured = measured_sinuosity(lines, pieces(rows))
    assert measured.routes_count == 1
    assert measured.ratio == pytest.approx(2, rel=1e-6)
    assert measured.median_ratio == pytest.approx(2, rel=1e-6)


def test_no_points_give_no_pieces() -> None:
    """An absent layer is an empty one, not a crash."""
    found = straight_pieces(route_points(ROUTE).iloc[:0], DISTRICTS)
    assert isinstance(found.usable, gpd.GeoDataFrame)
    assert found.usable.empty

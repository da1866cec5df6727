"""The nearest line or point: in metres, whatever degrees say."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from geodata import crs
from geodata.errors import CrsMismatchError
from layers.overlay import nearest_m
from layers.overlay.plane import Plane

repeatable = settings(derandomize=True, deadline=None, max_examples=25)


def layer(*shapes: object, index: list | None = None) -> gpd.GeoDataFrame:
    """Return a layer of these shapes in degrees."""
    return gpd.GeoDataFrame(geometry=list(shapes), index=index, crs="EPSG:4326")


def by_trying_all(points: gpd.GeoDataFrame, targets: gpd.GeoDataFrame) -> np.ndarray:
    """Return the least geodesic distance to any of many places along the targets, and where it is."""
    least = np.full((len(points), len(targets)), np.inf)
    for column, shape in enumerate(targets.geometry):
        if shape.geom_type == "Point":
            places = shapely.get_coordinates(shape)
        else:
            places = shapely.get_coordinates(shapely.segmentize(shape, shape.length / 4000))
        for row, point in enumerate(points.geometry):
            metres = crs.distance_km(np.full(len(places), point.x), np.full(len(places), point.y), *places.T) * 1000
            least[row, column] = metres.min()
    return least


def test_nearest_in_degrees_is_not_nearest_in_metres() -> None:
    """At 18 S, 0.102 degrees east are 10.8 km and 0.100 degrees north are 11.1 km: the one farther in degrees wins."""
    north, east = Point(-70, -17.9), Point(-69.898, -18)
    found = nearest_m(layer(Point(-70, -18)), layer(north, east))
    assert found["target_index"].tolist() == [1]
    assert found["distance_m"].tolist() == pytest.approx([10_801.4], abs=1)
    assert crs.distance_km(-70, -18, -70, -17.9).item() > 11.06


def test_the_distance_to_a_line_is_to_its_nearest_place_not_to_a_vertex() -> None:
    """One degree south of a line along the equator: a degree of meridian, 110.574 km, between its vertices."""
    found = nearest_m(layer(Point(-75.3, -1)), layer(LineString([(-80, 0), (-70, 0)])))
    assert found["distance_m"].tolist() == pytest.approx([110_574.39], abs=0.1)


def test_labels_order_and_missing_places() -> None:
    """Answers carry the labels of both frames; a point without place has none."""
    points = layer(Point(-75, -10), None, Point(), Point(-70, -15), index=["a", "b", "c", "d"])
    targets = layer(Point(-70, -15.1), None, LineString([(-75, -10), (-75, -11)]), index=[30, 10, 20])
    found = nearest_m(points, targets)
    assert found.index.tolist() == ["a", "b", "c", "d"]
    assert found["distance_m"].isna().tolist() == [False, True, True, False]
    assert found["target_index"].dropna().to_dict() == {"a": 20, "d": 30}
    assert found.loc["a", "distance_m"] == 0


def test_of_equally_near_targets_the_first_of_the_frame_is_named() -> None:
    """Twice the same road, and two places as far east as west: the first row, also turned around."""
    road = LineString([(-75, -11), (-74, -11)])
    west, east = Point(-75.5, -12), Point(-74.5, -12)
    points = layer(Point(-74.5, -11.1), Point(-75, -12))
    targets = layer(road, road, west, east)
    assert nearest_m(points, targets)["target_index"].tolist() == [0, 2]
    assert nearest_m(points, targets.iloc[::-1])["target_index"].tolist() == [1, 3]


def test_no_targets_is_no_distance() -> None:
    """Without targets, or with empty ones, everything is missing and nothing is zero."""
    for targets in (layer(), layer(None, LineString())):
        found = nearest_m(layer(Point(-75, -10)), targets)
        assert found.isna().all(axis=None)
    assert nearest_m(layer(), layer(Point(-75, -10))).empty


def test_a_limit_leaves_out_what_is_beyond_and_changes_nothing_within() -> None:
    """Within 2 km: the road 1.1 km away stays, the one 3.3 km away is missing."""
    points = layer(Point(-75, -17.99), Point(-75, -17.97))
    found = nearest_m(points, layer(LineString([(-76, -18), (-74, -18)])), within_m=2000)
    assert found["distance_m"].isna().tolist() == [False, True]
    assert found["distance_m"].iloc[0] == pytest.approx(1106.8, abs=0.1)
    assert found["target_index"].isna().tolist() == [False, True]


def test_any_crs_in_and_none_is_assumed() -> None:
    """UTM in gives the same metres; a layer that does not say its CRS, or holds polygons, is refused."""
    points, targets = layer(Point(-75, -10)), layer(LineString([(-75.1, -10.1), (-74.9, -10.3)]))
    expected = nearest_m(points, targets)
    found = nearest_m(points.to_crs(32718), targets.to_crs(32717))
    assert found["distance_m"].tolist() == pytest.approx(expected["distance_m"].tolist(), abs=0.01)
    with pytest.raises(CrsMismatchError, match="targets"):
        nearest_m(points, targets.set_crs(None, allow_override=True))
    with pytest.raises(ValueError, match="POLYGON"):
        nearest_m(points, layer(Polygon([(0, 0), (1, 0), (1, 1)])))


@repeatable
@given(st.integers(0, 10_000), st.sampled_from([0.01, 0.3, 3.0]), st.sampled_from([-18.0, -9.0, 0.0]))
def test_nothing_is_nearer_than_what_is_found(seed: int, spread_deg: float, latitude: float) -> None:
    """Metres, kilometres and hundreds of kilometres away: as near as the nearest of 4,000 places of every target."""
    random = np.random.default_rng(seed)
    around = np.array([-72.0, latitude])
    points = layer(*map(Point, around + random.normal(0, spread_deg, (4, 2))))
    lines = [LineString(around + random.normal(0, spread_deg, (3, 2))) for _ in range(4)]
    lines.append(MultiLineString([around + random.normal(0, spread_deg, (2, 2)) for _ in range(2)]))
    targets = layer(*lines, *map(Point, around + random.normal(0, spread_deg, (4, 2))))
    found = nearest_m(points, targets)
    all_m = by_trying_all(points, targets)
    # the places tried lie up to 1/8000 of a line from its nearest: that is the most the trial can miss
    missed = 2 * spread_deg * 111_000 * 6 / 8000
    # a millimetre near by, 1 in 100,000 far away
    assert (found["distance_m"].to_numpy() <= all_m.min(axis=1) * 1.00001 + 0.001).all()
    assert (found["distance_m"].to_numpy() >= all_m.min(axis=1) - missed).all()
    named = all_m[np.arange(4), found["target_index"].to_numpy(dtype=int)]
    assert (named <= found["distance_m"].to_numpy() + missed).all()


@repeatable
@given(st.integers(0, 10_000))
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    """Shuffled points and targets: the same distance and the same target for each."""
    random = np.random.default_rng(seed)
    points = layer(*map(Point, random.uniform([-76, -12], [-74, -10], (12, 2))))
    targets = layer(*(LineString(random.uniform([-76, -12], [-74, -10], (2, 2))) for _ in range(9)))
    expected = nearest_m(points, targets)
    found = nearest_m(points.sample(frac=1, random_state=seed), targets.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(found.sort_index(), expected, rtol=1e-9)


@repeatable
@given(st.integers(0, 10_000), st.floats(10, 500_000))
def test_what_lies_within_a_distance_lies_within_the_circle(seed: int, distance_m: float) -> None:
    """Places at a geodesic distance, in every direction: none beyond the circle, and the circle hardly larger."""
    random = np.random.default_rng(seed)
    plane = Plane.around(np.array([[-81.0, -18.0], [-69.0, 0.0]]))
    place = random.uniform([-81, -18], [-69, 0])
    bearings = np.linspace(0, 360, 72)
    longitude, latitude, _ = crs.GEOD.fwd(
        np.full(72, place[0]), np.full(72, place[1]), bearings, np.full(72, distance_m)
    )
    middle, radius = plane.circle(place[None, :], np.array([distance_m]))
    away = np.hypot(*(plane.project(np.column_stack([longitude, latitude])) - middle).T)
    assert (away <= radius * (1 + 1e-9) + 1e-6).all()
    # twice the square of the eccentricity times the distance in radians, 0.1 % at 500 km
    assert away.min() >= radius.item() * (1 - 0.002)

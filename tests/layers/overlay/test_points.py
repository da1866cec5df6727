"""Points in districts: the same answer as geopandas, faster."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from geodata.errors import CrsMismatchError
from layers.overlay import points_in_districts
from tests import tiny

repeatable = settings(derandomize=True, deadline=None, max_examples=60)


def by_sjoin(longitude: pd.Series, latitude: pd.Series, districts: gpd.GeoDataFrame) -> pd.Series:
    """Return the same answer the slow and well-known way."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(longitude, latitude), index=longitude.index, crs="EPSG:4326")
    joined = gpd.sjoin(points, districts[["ubigeo", "geometry"]], how="left", predicate="within")
    joined = joined.sort_values("index_right", kind="stable", na_position="last")
    return joined.loc[~joined.index.duplicated(), "ubigeo"].reindex(longitude.index)


def stars(seed: int, count: int) -> gpd.GeoDataFrame:
    """Return random star-shaped districts, one of them with a hole and an island; they overlap here and there."""
    random = np.random.default_rng(seed)
    shapes = []
    for _ in range(count):
        angles = np.sort(random.uniform(0, 2 * np.pi, 12))
        radius = random.uniform(0.2, 1.5, 12)
        centre = random.uniform([-78, -14], [-72, -8])
        shapes.append(Polygon(centre + np.column_stack([np.cos(angles), np.sin(angles)]) * radius[:, None]).buffer(0))
    holed = box(-75, -10, -73, -9).difference(box(-74.5, -9.8, -73.5, -9.2))
    shapes.append(MultiPolygon([holed, box(-78, -9, -77.5, -8.5)]))
    return gpd.GeoDataFrame(
        {"ubigeo": pd.Series([f"{number:06d}" for number in range(len(shapes))], dtype="str")},
        geometry=shapes,
        crs="EPSG:4326",
    )


@repeatable
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(0, 200))
def test_random_points_fall_where_geopandas_says(seed: int, districts_count: int, points_count: int) -> None:
    """Any points in any districts, with holes, islands and overlaps: every one as `sjoin` finds it."""
    districts = stars(seed, districts_count)
    random = np.random.default_rng(seed + 1)
    index = pd.Index(random.permutation(points_count))
    longitude = pd.Series(random.uniform(-79, -71, points_count), index=index)
    latitude = pd.Series(random.uniform(-15, -7, points_count), index=index)
    found = points_in_districts(longitude, latitude, districts)
    expected = by_sjoin(longitude, latitude, districts)
    assert found.index.equals(index)
    assert found.fillna("outside").tolist() == expected.astype("str").fillna("outside").tolist()


def test_each_middle_lies_in_its_own_square() -> None:
    """The middle of each of eight squares, given in reverse order, is found in that square."""
    middles = shapely.centroid(tiny.districts().geometry.to_numpy())[::-1]
    found = points_in_districts(pd.Series(shapely.get_x(middles)), pd.Series(shapely.get_y(middles)), tiny.districts())
    assert found.tolist() == list(tiny.CODES)[::-1]


def test_where_districts_overlap_the_first_of_the_frame_wins() -> None:
    """A point in two districts belongs to one, always the same; turning the frame around turns the answer."""
    pair = gpd.GeoDataFrame(
        {"ubigeo": ["010101", "010102"]}, geometry=[box(-76, -12, -75, -11), box(-75.5, -12, -74, -11)], crs="EPSG:4326"
    )
    x, y = pd.Series([-75.25]), pd.Series([-11.5])
    assert points_in_districts(x, y, pair).tolist() == ["010101"]
    assert points_in_districts(x, y, pair.iloc[::-1]).tolist() == ["010102"]


def test_outside_and_unknown_places_have_no_district() -> None:
    """The sea and a missing coordinate are missing, and they do not disturb their neighbours."""
    longitude = pd.Series([-90.0, np.nan, -75.75, -75.75], index=list("abcd"))
    latitude = pd.Series([-11.75, -11.75, np.nan, -11.75], index=list("abcd"))
    found = points_in_districts(longitude, latitude, tiny.districts())
    assert found.isna().tolist() == [True, True, True, False]
    assert found["d"] == "010101"


def test_no_points_is_no_answer() -> None:
    """An empty list gives an empty list of text."""
    found = points_in_districts(pd.Series([], dtype=float), pd.Series([], dtype=float), tiny.districts())
    assert found.empty
    assert pd.api.types.is_string_dtype(found)


def test_districts_in_metres_are_refused() -> None:
    """Degrees are not looked for among metres."""
    with pytest.raises(CrsMismatchError):
        points_in_districts(pd.Series([-76.0]), pd.Series([-12.0]), tiny.districts().to_crs(32718))

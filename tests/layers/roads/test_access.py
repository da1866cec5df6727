"""Settlements within two kilometres of a road, and of one that holds all year."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from geodata.crs import GEOD
from layers.roads import access
from tests import tiny
from tests.layers.roads.examples import LOWER, along, roads

X = tiny.WEST + tiny.SIDE_DEG / 2


def north_of_road(*metres: float) -> gpd.GeoDataFrame:
    """Return points due north of the lower road at the given geodesic distances."""
    places = [GEOD.fwd(X, LOWER, 0, distance)[:2] for distance in metres]
    return gpd.GeoDataFrame(geometry=[Point(place) for place in places], crs="EPSG:4326")


def road(surface: str | None, condition: str | None = None) -> gpd.GeoDataFrame:
    # many vertices: a parallel is not a geodesic, and the distance is taken to the drawn line
    return roads([("vecinal", "010000", surface, condition, along(LOWER, 0, 2).segmentize(0.001))])


@pytest.mark.parametrize(
    ("surface", "condition", "all_season", "by_surface"),
    [
        ("pavimentado", "bueno", True, True),
        ("asfaltado_economico", "regular", True, True),
        ("afirmado", "malo", False, True),
        ("afirmado", "muy_malo", False, True),
        ("afirmado", None, None, True),
        ("trocha", None, False, False),
        ("sin_afirmar", "bueno", False, False),
        (None, "bueno", None, None),
        (None, "malo", False, None),
        (None, None, None, None),
    ],
)
def test_what_holds_all_year(surface, condition, all_season, by_surface) -> None:
    """What the layer does not say is unknown, unless what it says already decides."""
    row = road(surface, condition)
    for with_condition, expected in ((True, all_season), (False, by_surface)):
        found = access.is_all_season(row, with_condition=with_condition).iloc[0]
        assert (found is pd.NA) if expected is None else (found == expected)


def test_two_geodesic_kilometres_are_within_reach_and_a_little_more_are_not() -> None:
    """1,990 m yes, 2,010 m no."""
    assert access.within_reach(north_of_road(0, 1990, 2010), road(None)).tolist() == [True, True, False]


def test_without_roads_nobody_is_near() -> None:
    """An empty layer reaches nobody, and an empty list of settlements is no error."""
    assert access.within_reach(north_of_road(0), road(None).iloc[:0]).tolist() == [False]
    assert access.within_reach(north_of_road(), road(None)).empty


def test_a_road_of_unknown_surface_leaves_the_settlement_unknown() -> None:
    """Near an all-season road: served. Near an unknown one only: unknown. Near none: not served."""
    both = pd.concat([road("afirmado", "bueno"), road(None).translate(0, 0.1).to_frame("geometry")], ignore_index=True)
    points = pd.concat(
        [north_of_road(100), north_of_road(100).translate(0, 0.1).to_frame("geometry"), north_of_road(5000)],
        ignore_index=True,
    )
    found = access.all_season_reach(points, both, with_condition=True)
    assert found.isna().tolist() == [False, True, False]
    assert found[0]
    assert not found[2]


def test_people_weigh_only_where_every_settlement_has_them() -> None:
    """One settlement without population makes its district count settlements; the other district is not touched."""
    ubigeo = pd.Series(["010101", "010101", "010102"])
    weight, people = access.weights(ubigeo, pd.Series([300.0, np.nan, 50.0]))
    assert weight.tolist() == [1, 1, 50]
    assert people.tolist() == [False, False, True]
    assert access.weights(ubigeo, None)[0].tolist() == [1, 1, 1]


def test_shares_are_of_what_is_known() -> None:
    """Of 40 settlements, 1 unknown (2.5 %): the share is of the other 39. With 3 unknown there is no figure."""
    ubigeo = pd.Series(["010101"] * 40)
    served = pd.Series([True] * 20 + [False] * 17 + [pd.NA] * 3, dtype="boolean")
    one = served.copy()
    one[37:39] = False
    found = access.served_share_pct(ubigeo, one, pd.Series(1.0, index=ubigeo.index)).loc["010101"]
    assert list(found) == pytest.approx([100 * 20 / 39, 39])
    assert access.served_share_pct(ubigeo, served, pd.Series(1.0, index=ubigeo.index)).loc["010101"].isna().all()


def test_people_decide_the_share_and_nobody_gives_none() -> None:
    """900 of 1,000 people within reach are 90 %, though they are one settlement of two; no people, no share."""
    ubigeo = pd.Series(["010101", "010101", "010102"])
    served = pd.Series([True, False, True], dtype="boolean")
    found = access.served_share_pct(ubigeo, served, pd.Series([900.0, 100.0, 0.0]))
    assert found.loc["010101", "pct"] == pytest.approx(90)
    assert found["pct"].isna()["010102"]

"""Settlements: the position decides in which district a point lies; what does not fit is counted."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from layers.settlements import place, settlements_count
from tests import tiny

UBIGEO = pd.Series(tiny.CODES, index=range(10, 18), dtype="str")
INSIDE_FIRST = Point(tiny.WEST + 0.2, tiny.SOUTH + 0.2)


def points(*rows: tuple[str, str, Point]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"settlement_code": [row[0] for row in rows], "settlement_type": [row[1] for row in rows]},
        geometry=[row[2] for row in rows],
        crs="EPSG:4326",
    )


def test_every_point_of_the_tiny_country_is_placed() -> None:
    """One settlement per district, two in the first; the island lies outside every limit."""
    placed = place(tiny.settlements(), tiny.districts(), set())
    assert placed.ubigeo.tolist()[:9] == [*tiny.CODES, "010101"]
    assert placed.ubigeo.isna().sum() == placed.outside_count == 1
    assert placed.elsewhere_count == 0


def test_position_wins_over_code_and_the_difference_is_counted() -> None:
    """A point whose code names another district counts where it lies, and the disagreement is reported."""
    placed = place(points(("0202020001", "Rural", INSIDE_FIRST)), tiny.districts(), set())
    assert placed.ubigeo.tolist() == ["010101"]
    assert (placed.elsewhere_count, placed.outside_count) == (1, 0)


def test_points_in_a_district_that_did_not_exist_are_no_disagreement() -> None:
    """Codes are of 2017: in a district created later every point has its parent's code."""
    placed = place(points(("0202020001", "Rural", INSIDE_FIRST)), tiny.districts(), {"010101"})
    assert placed.elsewhere_count == 0


def test_counts_are_by_position_and_rural_ones_apart() -> None:
    """Two settlements in the first district, one of them rural; one in each of the others."""
    placed = place(tiny.settlements(), tiny.districts(), set())
    assert settlements_count(UBIGEO, placed).tolist() == [2, 1, 1, 1, 1, 1, 1, 1]
    rural = settlements_count(UBIGEO, placed, rural_only=True)
    assert rural.tolist() == [1] * 8
    assert rural.name == "rural_settlements_count"
    assert rural.index.equals(UBIGEO.index)


def test_a_district_without_points_has_zero_settlements() -> None:
    """The list covers the country, so no point means none: zero, not unknown."""
    placed = place(points(("0101010001", "Urbano", INSIDE_FIRST)), tiny.districts(), set())
    assert settlements_count(UBIGEO, placed).tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert settlements_count(UBIGEO, placed, rural_only=True).tolist() == [0] * 8


def test_every_point_is_counted_once_or_reported_outside() -> None:
    """Points in districts plus points outside are all the points."""
    placed = place(tiny.settlements(), tiny.districts(), set())
    assert settlements_count(UBIGEO, placed).sum() + placed.outside_count == len(tiny.settlements())

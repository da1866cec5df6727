"""Settlements: the position decides in which district a point lies; what does not fit is counted."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from layers.settlements import conflicts, place, rural_settlements_pct, settlement_findings, settlements_count
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


NEW = {"010102"}
OUTSIDE = Point(tiny.WEST - 3, tiny.SOUTH)
IN_SECOND = Point(tiny.WEST + 0.7, tiny.SOUTH + 0.2)


def mixed() -> gpd.GeoDataFrame:
    """Return one settlement at peace and one of each kind of trouble."""
    return points(
        ("0101010001", "Rural", INSIDE_FIRST),
        ("0202020001", "Rural", INSIDE_FIRST),
        ("0101010002", "Rural", OUTSIDE),
        ("0101010003", "Rural", IN_SECOND),
        ("0101010004", "Rural", Point(0, 0)),
    )


def test_conflicts_name_code_position_and_kind() -> None:
    """Another district first, then outside, then the new district; the settlement at peace is not there."""
    frame = mixed()
    table = conflicts(frame, place(frame, tiny.districts(), NEW), NEW)
    assert table["settlement_code"].tolist() == ["0202020001", "0101010002", "0101010004", "0101010003"]
    assert table["kind"].tolist() == ["elsewhere", "outside", "outside", "new_district"]
    assert table[["declared_ubigeo", "position_ubigeo"]].to_numpy()[0].tolist() == ["020202", "010101"]
    assert table["position_ubigeo"].isna().tolist() == [False, True, True, False]


def test_the_table_is_limited_and_the_findings_count_all() -> None:
    """One row shown, four settlements in the report, each under one code."""
    frame = mixed()
    placed = place(frame, tiny.districts(), NEW)
    assert len(conflicts(frame, placed, NEW, at_most=1)) == 1
    found = {finding.code: finding.count for finding in settlement_findings(frame, placed, NEW)}
    assert found == {
        "code_position_conflict": 1,
        "in_new_district": 1,
        "outside_every_district": 1,
        "impossible_coordinates": 1,
    }


def test_findings_and_placing_agree() -> None:
    """Conflicts of the report are those that the placing counts; outside and impossible are those without district."""
    frame = mixed()
    placed = place(frame, tiny.districts(), NEW)
    found = {finding.code: finding.count for finding in settlement_findings(frame, placed, NEW)}
    assert found["code_position_conflict"] == placed.elsewhere_count
    assert found["outside_every_district"] + found["impossible_coordinates"] == placed.outside_count


def test_a_new_district_is_information_not_an_error() -> None:
    """Codes are of 2017: settlements of a district created later carry their parent's code."""
    frame = points(("0101010003", "Rural", IN_SECOND))
    (finding,) = settlement_findings(frame, place(frame, tiny.districts(), NEW), NEW)
    assert (finding.code, finding.severity) == ("in_new_district", "info")


def test_missing_coordinates_and_repeated_codes_are_told() -> None:
    """A settlement without point is placed nowhere; the same code twice is told once per repetition."""
    frame = points(("0101010001", "Rural", INSIDE_FIRST), ("0101010001", "Rural", INSIDE_FIRST))
    frame.loc[2] = ["0101010002", "Rural", None]
    placed = place(frame, tiny.districts(), set())
    found = {finding.code: finding.examples for finding in settlement_findings(frame, placed, set())}
    assert found == {"missing_coordinates": ("0101010002",), "repeated_code": ("0101010001",)}


def test_nothing_wrong_is_no_finding() -> None:
    """A list at peace has an empty report and an empty table."""
    frame = points(("0101010001", "Rural", INSIDE_FIRST))
    placed = place(frame, tiny.districts(), set())
    assert settlement_findings(frame, placed, set()) == []
    assert conflicts(frame, placed, set()).empty


def test_rural_share_is_of_the_settlements_there_are() -> None:
    """One of two is 50 %; all is 100 %; of none there is no share."""
    share = rural_settlements_pct(pd.Series([1.0, 1.0, 0.0]), pd.Series([2.0, 1.0, 0.0]))
    assert share.iloc[:2].tolist() == [50, 100]
    assert share.isna().tolist() == [False, False, True]

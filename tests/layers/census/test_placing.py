"""Sectors to today's districts: by position, by code, and what has no place."""

from __future__ import annotations

import polars as pl

from layers.census.placing import lost_codes, place_by_code, place_by_position, placement_report, sea_points
from tests import tiny
from tests.layers.census.tiny_census import census, unit

MOVED = tiny.square(1)
UNITS = [
    unit(1, "010101"),
    unit(2, "010101"),
    unit(3, "010101", resultado=3),
    unit(4, "010101", sea="002", long_deci=MOVED[0] + 0.1, lat_deci=MOVED[1] + 0.1),
    unit(5, "010201", long_deci=0.0, lat_deci=0.0),
    unit(6, "010201", sea="002", long_deci=None, lat_deci=None),
    unit(7, "019999", long_deci=-60.0, lat_deci=0.5),
]


def placed() -> pl.DataFrame:
    """Return the sectors of `UNITS` by position."""
    return place_by_position(sea_points(census(UNITS)["rec01"]), tiny.districts())


def test_a_sector_goes_where_its_point_is() -> None:
    """The code of 2012 does not matter; no point, a point at zero and a point outside are unplaced, with the reason."""
    rows = {(row["ubigeo_2012"], row["sea"]): row for row in placed().iter_rows(named=True)}
    assert {key: (row["ubigeo"], row["how"], row["why"]) for key, row in rows.items()} == {
        ("010101", "001"): ("010101", "position", None),
        ("010101", "002"): ("010102", "position", None),
        ("010201", "001"): (None, "unplaced", "no_point"),
        ("010201", "002"): (None, "unplaced", "no_point"),
        ("019999", "001"): (None, "unplaced", "outside"),
    }
    # the refusal is not a unit
    assert rows["010101", "001"]["units_count"] == 2


def test_the_report_counts_units_moved_and_unplaced() -> None:
    """Six units: one moved, three unplaced (two without a point, one outside), by department and for the country."""
    report = placement_report(placed())
    assert report["ubigeo"].to_list() == ["000000", "010000"]
    country = report.row(0, named=True)
    assert (country["units_count"], country["moved_units_count"], country["unplaced_units_count"]) == (6, 1, 3)
    assert (country["no_point_units_count"], country["outside_units_count"]) == (2, 1)
    assert country["moved_share"] == 1 / 6
    assert country["unplaced_share"] == 0.5


def test_codes_that_are_gone_are_named() -> None:
    """By code, a sector keeps its code of 2012 if it is a district today; otherwise it is unplaced and listed."""
    known = tiny.districts()["ubigeo"]
    by_code = place_by_code(sea_points(census(UNITS)["rec01"]), known)
    assert by_code.filter(pl.col("how") == "code")["units_count"].sum() == 5
    assert by_code.filter(pl.col("how") == "unplaced")["why"].to_list() == ["unknown_code"]
    assert lost_codes(by_code, known).rows() == [("019999", 1)]


def test_a_sector_with_two_points_is_reported() -> None:
    """The southern point is taken, whatever the order of the rows, and the sector is counted as disputed."""
    units = [unit(1, "010101"), unit(2, "010101", lat_deci=tiny.SOUTH + 0.01)]
    for rows in (units, units[::-1]):
        points = sea_points(census(rows)["rec01"])
        assert points["latitude"].to_list() == [tiny.SOUTH + 0.01]
        report = placement_report(place_by_position(points, tiny.districts()))
        assert report["disputed_sectors_count"].to_list() == [1, 1]

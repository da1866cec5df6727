"""Districts: which are the Sierra, how large, how far from their provincial capital, what changed after 2017."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata import crs
from layers import districts
from tests import tiny
from tests.layers.examples import NEW_DISTRICT, REDUCED_DISTRICT, codes, limits_changes


@pytest.mark.parametrize(("altitude", "expected"), [(1999.9, False), (2000.0, True), (4705.0, True), (-5.0, False)])
def test_sierra_begins_at_two_thousand_metres(altitude: float, expected: bool) -> None:
    """The default definition: a capital at 2,000 m or more, that metre included."""
    frame = pd.DataFrame({"capital_altitude_m": [altitude], "natural_region_minam": ["Costa"]})
    assert districts.is_sierra(frame).tolist() == [expected]


def test_the_definition_is_a_choice_that_has_a_name() -> None:
    """In the tiny country six districts are high, and MINAM calls seven Sierra."""
    frame = tiny.districts()
    assert districts.is_sierra(frame, "capital_2000m").sum() == 6
    assert districts.is_sierra(frame, "minam").sum() == 7
    assert districts.is_sierra(frame).equals(districts.is_sierra(frame, "capital_2000m"))
    assert set(districts.SIERRA_DEFINITIONS) == {"capital_2000m", "minam"}


def test_an_unknown_region_of_minam_is_not_sierra() -> None:
    """A district without label is not counted in; the answer is yes or no, never missing."""
    frame = pd.DataFrame({"capital_altitude_m": [3000.0], "natural_region_minam": pd.Series([None], dtype="str")})
    found = districts.is_sierra(frame, "minam")
    assert found.tolist() == [False]
    assert found.dtype == bool


def test_a_definition_that_does_not_exist_is_an_error() -> None:
    """A mistyped definition is answered with the ones that exist."""
    wrong: Any = "3000m"
    with pytest.raises(ValueError, match="capital_2000m, minam"):
        districts.is_sierra(tiny.districts(), wrong)


def test_area_is_the_equal_area_one() -> None:
    """Squares of half a degree of the same latitude have the same area; those nearer the equator are larger."""
    area = districts.area_km2(tiny.districts())
    south, north = area.iloc[:4], area.iloc[4:]
    assert south.round(6).nunique() == north.round(6).nunique() == 1
    assert south.iloc[0] < north.iloc[0]
    assert south.iloc[0] == pytest.approx(3014, rel=0.001)  # 54.5 km x 55.3 km, by the length of a degree at 11.75 S


def test_the_provincial_capital_is_that_of_district_one() -> None:
    """Distance zero in district 01 of each province; elsewhere the geodesic between the two seats."""
    frame = tiny.districts()
    found = districts.capital_distance_km(frame)
    assert found[[0, 2, 4]].tolist() == [0, 0, 0]
    east = crs.distance_km([-75.75], [-11.75], [-75.25], [-11.75])[0]
    assert found[1] == found[3] == pytest.approx(east)
    assert found[7] == pytest.approx(3 * crs.distance_km([-75.75], [-11.25], [-75.25], [-11.25])[0], rel=1e-3)


def test_distance_does_not_depend_on_the_order_of_rows() -> None:
    """Each district keeps its own distance when the frame is shuffled."""
    frame = tiny.districts().sample(frac=1, random_state=3)
    assert districts.capital_distance_km(frame).sort_index().equals(districts.capital_distance_km(tiny.districts()))


def test_a_province_without_its_first_district_has_no_distance() -> None:
    """Where the seat of the province is unknown, so is the distance: it is not zero."""
    frame = tiny.districts().iloc[1:4]
    assert np.isnan(districts.capital_distance_km(frame)).tolist() == [True, False, False]


@pytest.mark.parametrize(("degrees_outside", "expected"), [(-0.25, False), (0.0, False), (0.05, False), (0.2, True)])
def test_a_capital_far_outside_its_district_is_misplaced(degrees_outside: float, expected: bool) -> None:
    """West of its square by 5 km a capital is taken for a border's error; by 22 km (more than 10) for a wrong one."""
    frame = tiny.districts()
    frame.loc[0, "capital_longitude"] = tiny.WEST - degrees_outside
    assert districts.is_seat_misplaced(frame).tolist() == [expected, *[False] * 7]


def test_no_distance_to_or_from_a_misplaced_capital() -> None:
    """A wrong coordinate of a district loses its distance; one of the provincial capital, those of its province."""
    frame = tiny.districts()
    own, of_province = frame.copy(), frame.copy()
    own.loc[5, "capital_longitude"] -= 3
    of_province.loc[4, "capital_longitude"] -= 3
    assert districts.capital_distance_km(own).isna().tolist() == [row == 5 for row in range(8)]
    assert districts.capital_distance_km(of_province).isna().tolist() == [row >= 4 for row in range(8)]


def test_districts_whose_limits_changed_are_marked() -> None:
    """The created one is new, the one that lost land is reduced, the others are the same."""
    ubigeo = codes(*tiny.CODES, start=20)
    found = districts.limits_status(ubigeo, limits_changes())
    assert found[ubigeo.eq(NEW_DISTRICT)].tolist() == ["new"]
    assert found[ubigeo.eq(REDUCED_DISTRICT)].tolist() == ["reduced"]
    assert found.value_counts().to_dict() == {"same": 6, "new": 1, "reduced": 1}
    assert found.index.equals(ubigeo.index)


def test_a_new_district_that_lost_land_to_a_newer_one_is_new() -> None:
    """New wins over reduced: nothing of 2017 describes it."""
    changes = pd.DataFrame({"ubigeo": ["010102", "010103"], "parent_ubigeo": ["010101", "010102"]})
    found = districts.limits_status(codes("010101", "010102", "010103"), changes)
    assert found.tolist() == ["reduced", "new", "new"]

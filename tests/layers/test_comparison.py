"""One territory beside its province, its department and the Sierra, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.fields import Aggregation
from geodata.ubigeo import Level
from layers.comparison import MINIMUM_FOR_POSITION_COUNT, Compared, compare
from tests.layers.examples import field

INCOME = field("income")
ROADS = field("roads", Aggregation("published"), levels=("province", "department"))
ALTITUDE = field("altitude", Aggregation("none", reason="no"))


def tables(count: int = 40) -> dict[Level, pd.DataFrame]:
    """Return `count` districts of one province with incomes 1, 2, 3 …; the last is not in the Sierra."""
    codes = [f"0101{number:02d}" for number in range(1, count + 1)]
    numbers = np.arange(1.0, count + 1)
    districts = pd.DataFrame(
        {"ubigeo": codes, "is_sierra": [True] * (count - 1) + [False], "income": numbers, "altitude": numbers}
    )
    above = {"is_sierra": [True], "income": [7.0], "roads": [55.0]}
    return {
        "district": districts,
        "province": pd.DataFrame({"ubigeo": ["010100"], **above}),
        "department": pd.DataFrame({"ubigeo": ["010000"], **above | {"roads": [60.0]}}),
    }


def of(ubigeo: str, which: object = INCOME, count: int = 40) -> Compared:
    (found,) = compare(ubigeo, tables(count), [which])  # type: ignore[list-item]
    return found


def test_a_district_beside_what_contains_it() -> None:
    """Own 10; province and department 7; the median of 39 Sierra districts is 20; 9 of the 39 are lower."""
    found = of("010110")
    assert (found.own, found.province, found.department, found.sierra_median) == (10, 7, 7, 20)
    assert found.higher_than_share == pytest.approx(9 / 39)


def test_outside_the_sierra_there_is_no_position_in_it() -> None:
    """A district of the coast is compared with the Sierra's median and has no place among its districts."""
    found = of("010140")
    assert found.sierra_median == 20
    assert np.isnan(found.higher_than_share)


def test_a_figure_of_the_province_is_not_the_districts() -> None:
    """An official road gap is absent at the district and stands at the province and the department."""
    found = of("010110", ROADS)
    assert np.isnan(found.own)
    assert (found.province, found.department) == (55, 60)
    assert np.isnan(found.sierra_median)


def test_what_has_no_meaning_above_is_absent_there() -> None:
    """The altitude of a capital is not that of a province; a province is not asked for it at all."""
    found = of("010110", ALTITUDE)
    assert found.own == 10
    assert np.isnan([found.province, found.department]).all()
    assert compare("010100", tables(), [ALTITUDE]) == []


def test_a_province_is_not_compared_with_itself() -> None:
    """A province stands beside its department; its own value is not repeated as that of its province."""
    found = of("010100")
    assert (found.own, found.department) == (7, 7)
    assert np.isnan(found.province)


def test_few_peers_give_no_position() -> None:
    """Among fewer than thirty territories with a value a position is not told."""
    count = MINIMUM_FOR_POSITION_COUNT
    assert np.isnan(of("010105", count=count).higher_than_share)
    assert not np.isnan(of("010105", count=count + 1).higher_than_share)


def test_missing_stays_missing() -> None:
    """A district without the figure has no value and no position; the median of the others stands."""
    given = tables()
    given["district"].loc[3, "income"] = np.nan
    (found,) = compare("010104", given, [INCOME])
    assert np.isnan([found.own, found.higher_than_share]).all()
    assert found.sierra_median == 20.5


def test_an_unknown_code_is_refused() -> None:
    """Nobody is compared in somebody else's name."""
    with pytest.raises(ValueError, match="0 rows for 010199"):
        compare("010199", tables(), [INCOME])


def test_a_median_of_a_corner_of_the_sierra_is_not_told() -> None:
    """With a value in 19 of 39 Sierra districts there is no median and no position; in 20 there are both."""
    for known, is_told in ((19, False), (20, True)):
        given = tables()
        given["district"].loc[known:, "income"] = np.nan
        (found,) = compare("010110", given, [INCOME])
        assert found.own == 10
        assert np.isnan(found.sierra_median) != is_told


def test_a_figure_known_nowhere_is_told_apart() -> None:
    """What is missing here, above and in the Sierra need not take a row; a figure known above does."""
    given = tables()
    given["district"]["income"] = np.nan
    (known_above,) = compare("010110", given, [INCOME])
    assert not known_above.is_unknown
    (altitude,) = compare("010110", {"district": given["district"].assign(altitude=np.nan)}, [ALTITUDE])
    assert altitude.is_unknown

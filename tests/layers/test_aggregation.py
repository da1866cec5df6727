"""From districts upwards: totals are conserved, means stay between their parts, unknown is never zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.fields import Aggregation
from layers.aggregation import aggregate, coverage, weighted_mean
from tests.layers.examples import field

repeatable = settings(derandomize=True, deadline=None, max_examples=60)

PEOPLE = field("people")
POOR = field("poor_pct", Aggregation("weighted_mean", weight="people"))
AREA_SHARE = field("farm_pct", Aggregation("ratio", numerator="farm_ha", denominator="area_km2"))
FIELDS = (PEOPLE, POOR, AREA_SHARE, field("farm_ha"), field("area_km2"))

THREE = pd.DataFrame(
    {
        "ubigeo": ["010101", "010102", "010201"],
        "people": [100.0, 300.0, 50.0],
        "poor_pct": [40.0, 20.0, 10.0],
        "farm_ha": [500.0, 100.0, 0.0],
        "area_km2": [10.0, 20.0, 5.0],
        "farm_pct": [50.0, 5.0, 0.0],
    }
)

figures = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 3))
rows = st.tuples(st.integers(1, 3), st.integers(1, 3), figures | st.none(), figures | st.none(), figures)


def country(cells: list[tuple[int, int, float | None, float | None, float]]) -> pd.DataFrame:
    """Return districts of up to nine provinces in three departments: any partition whatever."""
    return pd.DataFrame(
        {
            "ubigeo": [f"{cell[0]:02d}{cell[1]:02d}{number:02d}" for number, cell in enumerate(cells, start=1)],
            "people": [cell[2] for cell in cells],
            "poor_pct": [cell[3] for cell in cells],
            "farm_ha": [cell[2] for cell in cells],
            "area_km2": [cell[4] for cell in cells],
        }
    ).astype(dict.fromkeys(("people", "poor_pct", "farm_ha", "area_km2"), float))


def test_three_districts_by_hand() -> None:
    """
    Two districts in one province and one in another.

    People 400 and 50. Poverty (100 x 40 + 300 x 20) / 400 = 25 % and 10 %. Farms 600 ha on 30 km² = 20 per km² and 0.
    """
    provinces = aggregate(THREE, FIELDS, "province")
    by_hand = {"people": 400, "poor_pct": 25, "farm_pct": 20, "farm_ha": 600, "area_km2": 30}
    assert provinces.loc["010100"].to_dict() == by_hand
    assert provinces[["people", "poor_pct", "farm_pct"]].iloc[1].tolist() == [50, 10, 0]
    assert aggregate(THREE, FIELDS, "department").loc["010000", "poor_pct"] == pytest.approx(10_500 / 450)
    assert provinces.index.name == "ubigeo"


def test_only_what_can_be_added_up_goes_upwards() -> None:
    """Figures that are published, counted again or have no meaning above are left to others."""
    others = [
        field("people", Aggregation("published")),
        field("poor_pct", Aggregation("none", reason="r")),
        field("farm_ha", Aggregation("recompute")),
        field("absent_from_the_table"),
    ]
    assert list(aggregate(THREE, others, "province")) == []


def test_unknown_parts_are_left_out_and_nothing_known_is_unknown() -> None:
    """A missing district does not become zero; a territory of missing districts has no figure."""
    table = THREE.assign(people=[100.0, np.nan, np.nan], poor_pct=[40.0, 20.0, np.nan])
    provinces = aggregate(table, FIELDS, "province")
    known, unknown = (provinces[["people", "poor_pct"]].iloc[row] for row in (0, 1))
    assert known.tolist() == [100, 40]
    assert unknown.isna().all()


def test_a_district_without_value_does_not_pull_the_mean_down() -> None:
    """The mean is of the districts that have a value, each by its weight; the weight of the others is left out."""
    table = THREE.assign(poor_pct=[40.0, np.nan, 10.0])
    assert aggregate(table, FIELDS, "province")["poor_pct"].tolist() == [40, 10]


def test_weights_of_zero_give_no_mean() -> None:
    """A territory whose every weight is zero has no mean; a district of zero weight does not count in one."""
    assert aggregate(THREE.assign(people=[0.0, 0.0, 50.0]), FIELDS, "province")["poor_pct"].isna().tolist() == [
        True,
        False,
    ]
    assert aggregate(THREE.assign(people=[0.0, 7.0, 50.0]), FIELDS, "province")["poor_pct"].tolist() == [20, 10]


def test_a_ratio_is_of_sums_and_of_nothing_is_missing() -> None:
    """600 ha on 30 km² are 20 %, not the 27.5 % that the districts average; over zero area there is no ratio."""
    assert aggregate(THREE, FIELDS, "province")["farm_pct"].tolist() == [20, 0]
    assert aggregate(THREE.assign(area_km2=0.0), FIELDS, "province")["farm_pct"].isna().all()


@repeatable
@given(st.lists(rows, min_size=1, max_size=40))
def test_totals_are_conserved_over_any_partition(
    cells: list[tuple[int, int, float | None, float | None, float]],
) -> None:
    """However districts are grouped, provinces and departments add up to what the districts add up to."""
    table = country(cells)
    total = table["people"].sum(min_count=1)
    for level in ("province", "department"):
        summed = aggregate(table, FIELDS, level)["people"].sum(min_count=1)
        assert summed == pytest.approx(total, nan_ok=True)


@repeatable
@given(st.lists(rows, min_size=1, max_size=40))
def test_means_lie_between_their_parts(cells: list[tuple[int, int, float | None, float | None, float]]) -> None:
    """A territory is never poorer than its poorest district nor richer than its richest (that weigh something)."""
    table = country(cells)
    weighing = table[table["people"].gt(0)]
    groups = weighing.groupby(weighing["ubigeo"].str[:4] + "00")["poor_pct"].agg(["min", "max"])
    means = aggregate(table, FIELDS, "province")["poor_pct"]
    assert set(means.dropna().index) == set(groups.dropna().index)
    bounds = groups.reindex(means.index)
    assert (means.isna() | means.between(bounds["min"] - 1e-6, bounds["max"] + 1e-6)).all()


@repeatable
@given(st.lists(rows, min_size=1, max_size=40), st.integers(0, 99))
def test_row_order_is_irrelevant(cells: list[tuple[int, int, float | None, float | None, float]], seed: int) -> None:
    """The same districts in another order, under other labels, give the same provinces."""
    table = country(cells)
    shuffled = table.sample(frac=1, random_state=seed).set_axis(range(100, 100 + len(table)))
    pd.testing.assert_frame_equal(
        aggregate(shuffled, FIELDS, "province"), aggregate(table, FIELDS, "province"), rtol=1e-9
    )


@repeatable
@given(st.lists(rows, min_size=1, max_size=40))
def test_two_steps_upwards_are_one(cells: list[tuple[int, int, float | None, float | None, float]]) -> None:
    """With all districts known, the department is the weighted mean of its provinces: no level changes the figure."""
    table = country(cells).fillna({"people": 1.0, "poor_pct": 50.0})
    table["people"] += 1
    provinces = aggregate(table, FIELDS, "province").reset_index()
    pd.testing.assert_series_equal(
        aggregate(provinces, FIELDS, "department")["poor_pct"],
        aggregate(table, FIELDS, "department")["poor_pct"],
        rtol=1e-9,
    )


def test_coverage_says_on_how_many_districts_a_figure_rests() -> None:
    """One of two districts has a value in the first province: 1 of 2; the second province rests on 1 of 1."""
    table = THREE.assign(people=[100.0, np.nan, 50.0])
    found = coverage(table, [PEOPLE, field("absent")], "province")
    assert found.to_dict("records") == [
        {"level": "province", "ubigeo": "010100", "field": "people", "districts_count": 2, "with_value_count": 1},
        {"level": "province", "ubigeo": "010200", "field": "people", "districts_count": 1, "with_value_count": 1},
    ]


def test_weighted_mean_keeps_to_its_groups() -> None:
    """Groups are any labels: 1 x 10 and 3 x 30 of group a give 25; group b has its own."""
    found = weighted_mean(pd.Series([10.0, 30.0, 7.0]), pd.Series([1.0, 3.0, 2.0]), pd.Series(["a", "a", "b"]))
    assert found.to_dict() == {"a": 25, "b": 7}

"""Gaps: severity against a stated threshold, shortfall in the unit of the good, one row where the figure is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.columns import heading
from geodata.fields import Aggregation
from geodata.ubigeo import Level
from layers.gaps import (
    SEVERITIES,
    choose,
    gap_list,
    not_measured,
    severity,
    severity_share,
    shortfall,
    totals,
    with_quality,
)
from tests.layers.examples import field, standard

repeatable = settings(derandomize=True, deadline=None)

MORE_IS_BETTER = standard()
LESS_IS_BETTER = standard(better="lower", adequate=30.0, critical=70.0)
ORDER = ["none", "moderate", "critical"]

numbers = st.lists(st.floats(-10, 110), min_size=1, max_size=40).map(lambda values: pd.Series(sorted(values)))
standards = st.sampled_from([MORE_IS_BETTER, LESS_IS_BETTER])


def words(values: list[float], better: str) -> list[str]:
    return severity(pd.Series(values), MORE_IS_BETTER if better == "higher" else LESS_IS_BETTER).tolist()


def test_bands_where_more_is_better() -> None:
    """Irrigated land: no gap from 36 %, critical under 15 %, moderate between, 15 % itself included."""
    found = words([100, 36, 35.999, 15, 14.999, 0], "higher")
    assert found == ["none", "none", "moderate", "moderate", "critical", "critical"]


def test_bands_where_less_is_better() -> None:
    """Inadequate roads: no gap up to 30 %, critical beyond 70 %, moderate between, 70 % itself included."""
    found = words([0, 30, 30.001, 70, 70.001, 100], "lower")
    assert found == ["none", "none", "moderate", "moderate", "critical", "critical"]


def test_one_threshold_leaves_no_middle() -> None:
    """Where adequate and critical are the same value, a territory meets the standard or is critical."""
    single = replace(MORE_IS_BETTER, adequate=2.0, critical=2.0)
    assert severity(pd.Series([1.9, 2.0, 2.1]), single).tolist() == ["critical", "none", "none"]


def test_missing_is_no_severity_and_says_why() -> None:
    """An unknown figure is «no data»; where the question makes no sense, «not applicable»; never «critical»."""
    values = pd.Series([np.nan, 0.0], index=["a", "b"])
    assert severity(values, MORE_IS_BETTER).to_dict() == {"a": "no_data", "b": "critical"}
    assert severity(values, MORE_IS_BETTER, "not_applicable").to_dict() == {"a": "not_applicable", "b": "critical"}
    assert {"no_data", "not_applicable", *ORDER} == set(SEVERITIES)


@repeatable
@given(numbers, standards)
def test_a_worse_figure_is_never_a_milder_gap(values: pd.Series, which: object) -> None:
    """Sorted from best to worst, severity and shortfall never fall."""
    assert which in (MORE_IS_BETTER, LESS_IS_BETTER)
    chosen = MORE_IS_BETTER if which == MORE_IS_BETTER else LESS_IS_BETTER
    ordered = values[::-1] if chosen.better == "higher" else values
    steps = [ORDER.index(word) for word in severity(ordered, chosen)]
    assert steps == sorted(steps)
    assert (np.diff(shortfall(ordered, None, chosen)) >= 0).all()


@repeatable
@given(numbers, standards)
def test_something_is_missing_exactly_where_there_is_a_gap(values: pd.Series, which: object) -> None:
    """The shortfall is zero if and only if the standard is met, and never negative."""
    chosen = MORE_IS_BETTER if which == MORE_IS_BETTER else LESS_IS_BETTER
    missing = shortfall(values, None, chosen)
    assert (missing >= 0).all()
    assert missing.eq(0).tolist() == severity(values, chosen).eq("none").tolist()


def test_shortfall_is_in_the_unit_of_the_good() -> None:
    """
    By hand. Irrigation 26 % of 1,000 ha against 36 %: 100 ha. Roads 80 % of 50 km against 30 %: 25 km.

    Without a base, in the unit of the figure: one operator of two is one operator short.
    """
    assert shortfall(pd.Series([26.0]), pd.Series([1000.0]), MORE_IS_BETTER).tolist() == [100]
    assert shortfall(pd.Series([80.0]), pd.Series([50.0]), LESS_IS_BETTER).tolist() == [25]
    assert shortfall(pd.Series([1.0]), None, replace(MORE_IS_BETTER, adequate=2.0, critical=1.0)).tolist() == [1]


def test_shortfall_of_the_unknown_is_unknown() -> None:
    """Neither a missing figure nor a missing base gives a shortfall of zero."""
    assert shortfall(pd.Series([np.nan, 26.0]), pd.Series([1000.0, np.nan]), MORE_IS_BETTER).isna().all()


# three districts, two provinces: 010101 and 010102 in 0101, 010201 in 0102
WATER, ROAD = field("water_pct", unit="%"), field("road_pct", Aggregation("published"), unit="%", official_name="RED")
FIELDS = {"water_pct": WATER, "road_pct": ROAD, "farm_ha": field("farm_ha"), "road_km": field("road_km")}
IRRIGATION = standard(
    "irrigation",
    field="water_pct",
    shortfall_base="farm_ha",
    shortfall_unit="ha",
    cost_pen_per_unit=(4000.0, 28000.0),
    cost_basis="casos",
)
ROADS = standard(
    "roads",
    good="caminos",
    field="road_pct",
    level="province",
    better="lower",
    adequate=30.0,
    critical=70.0,
    shortfall_base="road_km",
    shortfall_unit="km",
)


def tables() -> dict[Level, pd.DataFrame]:
    districts = pd.DataFrame(
        {
            "ubigeo": ["010101", "010102", "010201"],
            "level": "district",
            "name": ["Uno", "Dos", "Tres"],
            "province": ["A", "A", "B"],
            "province_code": ["010100", "010100", "010200"],
            "department": "D",
            "department_code": "010000",
            "is_sierra": [True, False, True],
            "quadrant": ["ready", "mesa_agenda", None],
            "potential_score": [50.0, 80.0, 60.0],
            "water_pct": [26.0, 10.0, np.nan],
            "farm_ha": [1000.0, 500.0, 300.0],
            "ppa_producers_count": [40.0, 30.0, 20.0],
            "agricultural_area_ha": [900.0, 400.0, 200.0],
        }
    )
    provinces = pd.DataFrame(
        {
            "ubigeo": ["010100", "010200"],
            "level": "province",
            "name": ["A", "B"],
            "province": ["A", "B"],
            "department": "D",
            "department_code": "010000",
            "is_sierra": [True, True],
            "quadrant": ["ready", "ready"],
            "potential_score": [50.0, 40.0],
            "road_pct": [80.0, 20.0],
            "road_km": [50.0, 60.0],
            "ppa_producers_count": [70.0, 20.0],
            "agricultural_area_ha": [1300.0, 200.0],
        }
    )
    return {"district": districts, "province": provinces}


def gaps() -> pd.DataFrame:
    return gap_list(tables(), [IRRIGATION, ROADS], FIELDS)


def test_the_list_by_hand() -> None:
    """
    Priority is producers x potential x share missing / cost; the first of each level come first.

    Roads of province A: 70 x 0.5 x 50/70 = 25. Water: of the second district 30 x 0.8 x 26/36 over a cost of 1.268, of
    the first 40 x 0.5 x 10/36 over 0.732 (69,333 and 40,000 soles per producer; their median is 54,667). The province
    without gap and the district without figure come last, by code.
    """
    found = gaps()
    assert found[["ubigeo", "standard", "severity", "priority", "priority_rank"]].fillna(-1).values.tolist() == [
        ["010100", "roads", "critical", 25.0, 1],
        ["010102", "irrigation", "critical", 13.7, 1],
        ["010101", "irrigation", "moderate", 7.6, 2],
        ["010200", "roads", "none", -1, -1],
        ["010201", "irrigation", "no_data", -1, -1],
    ]
    assert found["gap_id"].tolist() == (found["ubigeo"] + ":" + found["standard"]).tolist()
    assert found["gap_id"].is_unique


def test_the_terms_give_the_priority() -> None:
    """Whoever multiplies the three columns that are shown gets the priority that is shown."""
    found = gaps()
    by_hand = found["priority_impact"] * found["priority_severity"] / found["priority_cost"]
    assert (by_hand - found["priority"]).abs().max() <= 0.05
    assert found.loc[found["standard"].eq("roads"), "priority_cost"].dropna().eq(1).all()


def test_a_gap_without_known_producers_is_not_lost_at_the_end() -> None:
    """A district absent from the register keeps its gap among those to act on, after the ones with a priority."""
    unknown = tables()
    unknown["district"].loc[unknown["district"]["ubigeo"].eq("010102"), "ppa_producers_count"] = float("nan")
    found = gap_list(unknown, [IRRIGATION, ROADS], FIELDS)
    assert found["ubigeo"].tolist() == ["010100", "010101", "010102", "010200", "010201"]
    assert found["severity"].tolist() == ["critical", "moderate", "critical", "none", "no_data"]


def test_a_gap_of_a_province_appears_once_at_the_province() -> None:
    """Roads are known per province: one row per province, none per district; water one per district."""
    by_level = gaps().groupby(["standard", "level"]).size().to_dict()
    assert by_level == {("roads", "province"): 2, ("irrigation", "district"): 3}


def test_a_territory_without_figure_has_a_row_that_says_so() -> None:
    """Nobody disappears from the list for lack of data; what is missing and its cost are then unknown, not zero."""
    row: Any = gaps().set_index("ubigeo").loc["010201"]
    assert row["severity"] == "no_data"
    assert pd.isna(row[["value", "severity_share", "shortfall", "cost_low_pen", "cost_high_pen", "priority"]]).all()


def test_a_row_carries_everything_a_session_needs() -> None:
    """Value, unit, year, threshold, basis, shortfall, range of cost, responsible and source of one gap."""
    row: Any = gaps().set_index("ubigeo").loc["010101"]
    assert row[["value", "unit", "year", "adequate", "basis"]].tolist() == [26, "%", 2024, 36, "propuesto"]
    assert row[["shortfall", "shortfall_unit"]].tolist() == [100, "ha"]
    assert row[["cost_low_pen", "cost_high_pen", "cost_basis"]].tolist() == [400_000, 2_800_000, "casos"]
    assert row[["responsible", "responsible_level", "datasets"]].tolist() == ["r", "GR", "ppa_2024"]
    assert row[["name", "province", "department", "quadrant"]].tolist() == ["Uno", "A", "D", "ready"]


def test_without_a_unit_cost_there_is_no_cost_and_the_official_name_is_kept() -> None:
    """Roads have no trusted cost here: missing, not zero. The office's own name comes along; water has none."""
    found = gaps().set_index("ubigeo")
    assert found.loc["010100", ["cost_low_pen", "cost_high_pen", "cost_basis"]].isna().all()
    assert found["official_name"].dropna().to_dict() == {"010100": "RED", "010200": "RED"}


def test_official_names_are_those_of_the_data() -> None:
    """Where the data are given, the name is what they write, and only where they write it."""
    names = {"road_pct": pd.Series({"010100": "RED DEL MEF"})}
    found = gap_list(tables(), [IRRIGATION, ROADS], FIELDS, official_names=names).set_index("ubigeo")
    assert found["official_name"].dropna().to_dict() == {"010100": "RED DEL MEF"}


def test_a_standard_without_its_figure_is_left_out_and_named() -> None:
    """Without the census there is no row of it (not thousands that say nothing); the list can say which is missing."""
    census = standard("training", good="habilidades", field="training_pct")
    found = gap_list(tables(), [IRRIGATION, census], FIELDS)
    assert found["standard"].unique().tolist() == ["irrigation"]
    assert [one.id for one in not_measured(found, [IRRIGATION, census])] == ["training"]


def test_what_nobody_publishes_is_said_once_per_territory_and_never_invented() -> None:
    """A standard without figure has rows «no data» at its own level: no value, unit, year, shortfall or priority."""
    inputs = standard("inputs", good="insumos", field="", level="province", absence="no hay lista", adequate=np.nan)
    found = gap_list(tables(), [inputs], FIELDS)
    assert found["ubigeo"].tolist() == ["010100", "010200"]
    assert found["severity"].eq("no_data").all()
    blank = ["field", "value", "unit", "year", "adequate", "shortfall", "cost_low_pen", "priority", "priority_rank"]
    assert found[blank].isna().all(axis=None)
    assert found["kind"].eq("private_service").all()
    assert not_measured(found, [inputs]) == [inputs]


def test_products_and_origin_travel_with_a_gap() -> None:
    """Products come by territory, empty where there are none; a rule changed by the region says so."""
    changed = replace(IRRIGATION, origin="region")
    found = gap_list(tables(), [changed], FIELDS, products=pd.Series({"010101": "Quinua, Tara"})).set_index("ubigeo")
    assert found["products"].to_dict() == {"010101": "Quinua, Tara", "010102": "", "010201": ""}
    assert found["origin"].eq("region").all()


@repeatable
@given(numbers, standards)
def test_the_share_missing_goes_from_nothing_to_all(values: pd.Series, which: object) -> None:
    """Zero exactly where the standard is met, never beyond one, and one at the far end of the scale."""
    chosen = MORE_IS_BETTER if which == MORE_IS_BETTER else LESS_IS_BETTER
    share = severity_share(values, chosen)
    assert share.between(0, 1).all()
    assert share.eq(0).tolist() == severity(values, chosen).eq("none").tolist()
    assert severity_share(pd.Series([chosen.worst_value]), chosen).tolist() == [1.0]


def test_row_order_is_irrelevant() -> None:
    """The list comes in the same order whatever the order of the tables and standards."""
    turned = {level: table.iloc[::-1] for level, table in tables().items()}
    pd.testing.assert_frame_equal(gap_list(turned, [ROADS, IRRIGATION], FIELDS), gaps())


def test_every_column_of_the_list_can_be_read_by_people() -> None:
    """Each column has a Spanish heading."""
    assert all(heading(name) for name in gaps().columns)


@pytest.mark.parametrize(
    ("territory", "expected"),
    [
        ("010000", ["010100", "010102", "010101", "010200", "010201"]),
        ("010100", ["010100", "010102", "010101"]),
        ("010200", ["010200", "010201"]),
        ("010101", ["010101"]),
        ("020000", []),
    ],
)
def test_a_choice_keeps_what_lies_inside_a_territory(territory: str, expected: list[str]) -> None:
    """A province shows its own gap and those of its districts; a district only its own; order is kept."""
    assert choose(gaps(), territory=territory)["ubigeo"].tolist() == expected


def test_a_choice_by_good_severity_level_and_sierra() -> None:
    """Every filter narrows, together they intersect, and nothing chosen means everything."""
    found = gaps()
    assert choose(found).equals(found)
    assert choose(found, goods=["riego"])["standard"].unique().tolist() == ["irrigation"]
    assert choose(found, severities=["critical"])["ubigeo"].tolist() == ["010100", "010102"]
    assert choose(found, sierra_only=True)["ubigeo"].tolist() == ["010100", "010101", "010200", "010201"]
    both = choose(found, goods=["riego"], severities=["critical", "moderate"], sierra_only=True)
    assert both["ubigeo"].tolist() == ["010101"]
    assert choose(found, levels=["province"])["ubigeo"].tolist() == ["010100", "010200"]
    assert choose(found.iloc[:0], goods=["riego"], territory="010100").empty


def test_totals_count_a_district_once() -> None:
    """
    By hand. Province A has a gap of roads and both its districts one of water: 2 districts, 70 producers, 1,300 ha.

    Cost: 100 + 130 ha of irrigation by 4,000 and 28,000 soles; the gap of roads is left out of it, and counted.
    """
    found = totals(choose(gaps(), severities=["critical", "moderate"]), tables()["district"])
    assert (found.gaps_count, found.districts_count, found.producers_count) == (3, 2, 70)
    assert found.agricultural_area_ha == 1300
    assert (found.cost_low_pen, found.cost_high_pen) == (230 * 4000, 230 * 28000)
    assert found.without_cost_count == 1


def test_a_gap_above_touches_all_the_districts_below() -> None:
    """The one gap of province A counts its two districts and their 70 producers; one of the department, all three."""
    province = choose(gaps(), goods=["caminos"], severities=["critical"])
    assert province["ubigeo"].tolist() == ["010100"]
    found = totals(province, tables()["district"])
    assert (found.districts_count, found.producers_count) == (2, 70)
    department = province.assign(ubigeo="010000", level="department")
    assert totals(department, tables()["district"]).districts_count == 3


def test_nothing_chosen_adds_up_to_nothing() -> None:
    """An empty list has zero gaps, districts, producers and cost."""
    found = totals(gaps().iloc[:0], tables()["district"])
    assert (found.gaps_count, found.districts_count, found.producers_count, found.cost_high_pen) == (0, 0, 0, 0)


def test_a_gap_says_how_sure_its_figure_is() -> None:
    """What was made approximately says so; what is published alike everywhere says that; no figure, no quality."""
    gaps = pd.DataFrame(
        {"ubigeo": ["010101", "010102", "010103"], "field": "near_road_pct", "value": [50.0, 60.0, np.nan]}
    )
    methods = pd.DataFrame({"ubigeo": ["010101", "010103"], "field": "near_road_pct", "method": "route_points"})
    found = with_quality(gaps, methods, {"route_points": "aproximado"})["quality"]
    assert found.iloc[:2].tolist() == ["aproximado", "publicado"]
    assert found.isna().tolist() == [False, False, True]

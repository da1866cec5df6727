"""Choosing gaps: filters that intersect, orders that lose nothing, totals that count nobody twice."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.gaps import ORDERS, choose, drawable_level, ordered, pick, totals, words_of, worst_severity
from layers.gaps.products import product_names

GAPS = pd.DataFrame(
    {
        "gap_id": ["010101:a", "010101:b", "010102:a", "010100:c"],
        "ubigeo": ["010101", "010101", "010102", "010100"],
        "level": ["district", "district", "district", "province"],
        "standard": ["a", "b", "a", "c"],
        "name": ["Uno", "Uno", "Dos", "A"],
        "province": "A",
        "department": "D",
        "quadrant": ["ready", "ready", "mesa_agenda", None],
        "entities": ["mtc, osiptel", "gobierno_regional", "mtc", "mtc_otro"],
        "products": ["Papa nativa, Tara", "Papa nativa, Tara", "Papa", ""],
        "severity": ["moderate", "critical", "none", "critical"],
        "severity_share": [0.2, 0.9, 0.0, 0.5],
        "shortfall": [30.0, 50.0, 0.0, 8.0],
        "shortfall_unit": ["centros poblados", "centros poblados", "centros poblados", "km"],
        "producers_count": [10.0, 10.0, 40.0, 50.0],
        "cost_low_pen": [None, 100.0, None, 20.0],
        "cost_high_pen": [None, 300.0, None, 60.0],
    }
)
DISTRICTS = pd.DataFrame(
    {
        "ubigeo": ["010101", "010102", "010201"],
        "province_code": ["010100", "010100", "010200"],
        "department_code": "010000",
        "ppa_producers_count": [10.0, 40.0, 7.0],
        "agricultural_area_ha": [5.0, 6.0, 7.0],
    }
)


def test_entities_and_products_are_whole_words() -> None:
    """«mtc» is not «mtc_otro», nor «Papa» «Papa nativa»; any of several is enough."""
    assert choose(GAPS, entities=["mtc"])["gap_id"].tolist() == ["010101:a", "010102:a"]
    assert choose(GAPS, products=["Papa"])["gap_id"].tolist() == ["010102:a"]
    assert choose(GAPS, products=["Papa", "Tara"])["gap_id"].tolist() == ["010101:a", "010101:b", "010102:a"]
    assert choose(GAPS, entities=["("]).empty


def test_quadrants_and_the_rest_intersect() -> None:
    """Every filter narrows what the others leave."""
    assert choose(GAPS, quadrants=["ready"], severities=["critical"])["gap_id"].tolist() == ["010101:b"]


def test_picking_keeps_the_order_of_the_list_and_ignores_strangers() -> None:
    """Ids of the address come in any order, and some may not exist."""
    assert pick(GAPS, ["010100:c", "x", "010101:a"])["gap_id"].tolist() == ["010101:a", "010100:c"]
    assert pick(GAPS, []).empty


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_loses_no_row_and_adds_no_column(order: str) -> None:
    """Whatever the order, the same rows and columns."""
    found = ordered(GAPS, order)
    assert sorted(found["gap_id"]) == sorted(GAPS["gap_id"])
    assert list(found.columns) == list(GAPS.columns)


def test_orders_put_first_what_they_say() -> None:
    """The worst, the most producers, the cheapest (without cost last), the alphabet."""
    assert ordered(GAPS, "severity")["gap_id"].tolist() == ["010101:b", "010100:c", "010101:a", "010102:a"]
    assert ordered(GAPS, "producers")["gap_id"].iloc[0] == "010100:c"
    assert ordered(GAPS, "cost")["gap_id"].tolist()[:2] == ["010100:c", "010101:b"]
    assert ordered(GAPS, "territory")["name"].tolist() == ["A", "Dos", "Uno", "Uno"]


def test_totals_add_what_is_missing_by_unit_and_count_a_place_once() -> None:
    """
    By hand. 30 and 50 settlements of one district may be the same ones: 50. 8 km of its province: both its districts.
    """
    found = totals(GAPS, DISTRICTS)
    assert found.shortfall_by_unit == {"centros poblados": 50.0, "km": 8.0}
    assert (found.districts_count, found.producers_count, found.agricultural_area_ha) == (2, 50, 11)
    assert (found.cost_low_pen, found.cost_high_pen, found.without_cost_count) == (120, 360, 2)
    assert totals(GAPS.iloc[:0], DISTRICTS).shortfall_by_unit == {}


def test_the_map_paints_the_finest_level_and_no_other() -> None:
    """A province's gap is not painted on its districts; the worst of a territory is what it is painted with."""
    assert drawable_level(GAPS) == "district"
    assert worst_severity(GAPS, "district").to_dict() == {"010101": "critical", "010102": "none"}
    assert drawable_level(GAPS.iloc[3:]) == "province"
    assert drawable_level(GAPS.iloc[:0]) == "department"
    assert worst_severity(GAPS.iloc[:0], "district").empty


def test_words_of_a_column_come_once() -> None:
    """What can be chosen: each word once, in order of appearance, nothing for empty cells."""
    assert words_of(GAPS["entities"]) == ["mtc", "osiptel", "gobierno_regional", "mtc_otro"]
    assert words_of(GAPS["products"]) == ["Papa nativa", "Tara", "Papa"]


def test_products_present_or_apt() -> None:
    """
    Present or apt from 50 %; a reserved area says nothing; above districts, those of any district, in one order.
    """
    products = pd.DataFrame(
        [
            ["010101", "tara", 0.9, 0.0, None, False],
            ["010101", "quinua", 0.1, 12.0, None, False],
            ["010101", "maca", 0.49, 0.0, 3.0, True],
            ["010102", "maca", 0.0, None, 3.0, False],
            ["010102", "other", 1.0, 5.0, 5.0, False],
        ],
        columns=[
            "ubigeo",
            "product",
            "suitability",
            "present_value_pen_thousand",
            "present_ha",
            "is_present_ha_reserved",
        ],
    )
    found = product_names(products, {"quinua": "Quinua", "tara": "Tara", "maca": "Maca"}, 50)
    assert found["010101"] == "Quinua, Tara"
    assert found["010102"] == "Maca"
    assert found["010100"] == found["010000"] == "Quinua, Tara, Maca"

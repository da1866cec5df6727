"""Crops: a district in the table grows zero of what it does not list; one absent from the table is unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.ubigeo import entity_code
from layers import crops
from tests.layers.examples import codes

UBIGEO = codes("010101", "010102", "020101", start=5)
ROWS = pd.DataFrame(
    [
        ("010101", "QUINUA", 10.0, 40.0),
        ("010101", "PAPA", 100.0, 60.0),
        ("010102", "PAPA", 5.0, 3.0),
        ("010102", "AJI", 1.0, 2.0),
        ("010102", "PIMIENTO", 1.0, 5.0),
    ],
    columns=["ubigeo", "crop", "production_t", "value_pen_thousand"],
)
PRODUCTS = {"QUINUA": "Quinua", "AJI": "Pimientos y ajíes", "PIMIENTO": "Pimientos y ajíes"}


def test_totals_add_every_crop_of_the_district() -> None:
    """Tonnes and value are summed over crops; a district absent from the table is missing."""
    value = crops.crop_total(UBIGEO, ROWS, "value_pen_thousand")
    assert value.iloc[:2].tolist() == [100, 10]
    assert np.isnan(value.iloc[2])
    assert value.index.equals(UBIGEO.index)
    assert crops.crop_total(UBIGEO, ROWS, "production_t").iloc[:2].tolist() == [110, 7]


def test_a_district_whose_every_value_is_unknown_is_unknown() -> None:
    """The sum of nothing known is not zero."""
    unknown = ROWS.assign(value_pen_thousand=ROWS["value_pen_thousand"].where(ROWS["ubigeo"] != "010101"))
    assert crops.crop_total(UBIGEO, unknown, "value_pen_thousand").isna().tolist() == [True, False, True]


def test_crops_are_counted_once_each() -> None:
    """Two and three crops in the districts; four different ones, not five, in their province."""
    assert crops.crops_count(UBIGEO, ROWS).iloc[:2].tolist() == [2, 3]
    of_provinces = ROWS.assign(ubigeo=entity_code(ROWS["ubigeo"], "province"))
    assert crops.crops_count(codes("010100"), of_provinces).tolist() == [4]


def test_programme_value_is_zero_where_none_is_grown_and_missing_where_nothing_is_known() -> None:
    """40 of quinua; 7 of two peppers; zero in a district of potatoes only; missing outside the table."""
    potatoes = pd.concat([ROWS, pd.DataFrame([("020101", "PAPA", 1.0, 1.0)], columns=ROWS.columns)])
    found = crops.programme_crop_value_pen_thousand(codes(*UBIGEO, "020102"), potatoes, PRODUCTS)
    assert found.iloc[:3].tolist() == [40, 7, 0]
    assert np.isnan(found.iloc[3])


def test_value_per_producer_is_in_soles() -> None:
    """100 thousand soles among 50 producers are 2,000 soles each; without producers there is no figure."""
    found = crops.crop_value_per_producer_pen(pd.Series([100.0, 100.0, np.nan]), pd.Series([50.0, 0.0, 10.0]))
    assert found.iloc[0] == 2000
    assert found.iloc[1:].isna().all()


def test_leading_products_are_ranked_by_value_within_each_territory() -> None:
    """Crops of one product are added; crops outside the programme do not appear."""
    found = crops.leading_products(ROWS, PRODUCTS)
    assert list(found) == ["ubigeo", "rank", "product", "value_pen_thousand"]
    assert found.values.tolist() == [["010101", 1, "Quinua", 40.0], ["010102", 1, "Pimientos y ajíes", 7.0]]


def test_leading_products_stop_at_the_number_asked_for() -> None:
    """Of four products the two most valuable; equal values go by name; one without value is no product."""
    rows = pd.DataFrame(
        {
            "ubigeo": "010101",
            "crop": ["A", "B", "C", "D"],
            "value_pen_thousand": [5.0, 9.0, 5.0, 0.0],
        }
    )
    names = {name: f"Producto {name}" for name in "ABCD"}
    found = crops.leading_products(rows, names, at_most=2)
    assert found["product"].tolist() == ["Producto B", "Producto A"]
    assert found["rank"].tolist() == [1, 2]
    assert len(crops.leading_products(rows, names, at_most=9)) == 3


@pytest.mark.parametrize("seed", range(3))
def test_row_order_is_irrelevant(seed: int) -> None:
    """The same rows in another order give the same figures."""
    shuffled = ROWS.sample(frac=1, random_state=seed)
    assert crops.crop_total(UBIGEO, shuffled, "production_t").equals(crops.crop_total(UBIGEO, ROWS, "production_t"))
    assert crops.leading_products(shuffled, PRODUCTS).equals(crops.leading_products(ROWS, PRODUCTS))

"""Columns for maps and totals of provinces and departments say on how many districts they rest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.suitability import products_table
from layers.suitability_fields import suitability_columns, suitability_methods, totals_by_product
from tests.layers.test_suitability import NO_CROPS, WINDOWS, places, row, window


def products() -> pd.DataFrame:
    """Three districts of a province: 1.0, 0.5 and unknown for `high`."""
    return products_table(places(2500, 1500, np.nan), WINDOWS, crops=NO_CROPS)


def test_columns_are_percentages_in_the_order_asked_for() -> None:
    """One column per product, by code and not by place; a district that is not there is missing."""
    asked = pd.Series(["010102", "010101", "020101"], index=[7, 8, 9])
    columns = suitability_columns(asked, products())
    assert list(columns) == ["suitability_low", "suitability_high", "suitability_wet"]
    assert columns["suitability_high"].index.tolist() == [7, 8, 9]
    np.testing.assert_array_equal(columns["suitability_high"], [50.0, 100.0, np.nan])


def test_methods_come_with_values_only() -> None:
    """A district without a suitability has no method to tell."""
    methods = suitability_methods(products())
    assert list(methods.columns) == ["ubigeo", "field", "method"]
    assert set(methods["ubigeo"]) == {"010101", "010102"}
    assert set(methods["field"]) == {"suitability_low", "suitability_high", "suitability_wet"}
    assert set(methods["method"]) == {"seat_altitude"}


@pytest.mark.parametrize(("level", "code"), [("province", "010100"), ("department", "010000")])
def test_totals_add_districts_and_count_them(level, code: str) -> None:
    """200 ha + 100 ha; two districts apt at 0.5 or more, of two with a value, of three."""
    total = row(totals_by_product(products(), level).set_index(["ubigeo", "product"]), code, "high")
    assert total["suitable_ha"] == 300.0
    counts = ["apt_districts_count", "with_value_count", "approximate_count", "districts_count"]
    assert total[counts].tolist() == [2, 2, 2, 3]
    assert np.isnan(total["present_value_pen_thousand"])


def test_hectares_of_the_census_need_every_district() -> None:
    """A province in which one district is reserved or unknown has no total dressed as whole."""
    grown = {"only": window("only", (0, 0, 1, 1), census_codes=("1",))}
    crops = pd.DataFrame({"ubigeo": ["010101", "010102"], "crop": ["1", "1"], "crop_area_ha": [4.0, 6.0]})
    both = products_table(places(0, 0), grown, crops=NO_CROPS, census_crops=crops)
    assert totals_by_product(both, "province")["present_ha"].tolist() == [10.0]
    partly = products_table(places(0, 0), grown, crops=NO_CROPS, census_crops=crops.assign(crop_area_ha=[4.0, np.nan]))
    assert totals_by_product(partly, "province")["present_ha"].isna().all()

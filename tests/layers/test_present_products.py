"""What is grown today: zero, unknown and reserved are three things, and no value is lost or counted twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.crop_windows import load_windows
from layers.present_products import census_area, recorded, unknown_crop_names
from tests.layers.test_suitability import window

PEPPERS = window("peppers", (0, 0, 1, 1), crops=("AJI", "PAPRIKA"), census_codes=("1", "2"))
TROUT = window("trout", (0, 0, 1, 1))
UBIGEO = pd.Index(["010101", "010102", "010103"])

CROPS = pd.DataFrame(
    {
        "ubigeo": ["010101", "010101", "010101", "010102", "999999"],
        "crop": ["AJI", "PAPRIKA", "PAPA", "PAPA", "AJI"],
        "production_t": [1.0, 2.0, 50.0, 60.0, 9.0],
        "value_pen_thousand": [10.0, 20.0, 500.0, 600.0, 90.0],
    }
)


def test_value_of_a_product_is_the_sum_of_its_crops() -> None:
    """Both peppers add up; a recorded district without them grows zero; one that is not recorded is unknown."""
    found = recorded(UBIGEO, [PEPPERS], CROPS)
    np.testing.assert_array_equal(found["present_value_pen_thousand"].ravel(), [30.0, 0.0, np.nan])
    np.testing.assert_array_equal(found["present_t"].ravel(), [3.0, 0.0, np.nan])


def test_a_product_that_is_never_recorded_is_unknown() -> None:
    """Trout has no rows of crops: unknown everywhere, never zero."""
    assert np.isnan(recorded(UBIGEO, [PEPPERS, TROUT], CROPS)["present_t"][:, 1]).all()


def test_a_value_that_is_missing_is_not_zero() -> None:
    """A row without a number stays unknown."""
    blank = CROPS.assign(production_t=np.nan)
    assert np.isnan(recorded(UBIGEO, [PEPPERS], blank)["present_t"][0, 0])


def test_a_table_without_any_product_still_says_zero() -> None:
    """Recorded districts that grow none of the products grow zero of them."""
    found = recorded(UBIGEO, [PEPPERS], CROPS[CROPS["crop"].eq("PAPA")])
    np.testing.assert_array_equal(found["present_t"].ravel(), [0.0, 0.0, np.nan])


def census(*area: float) -> pd.DataFrame:
    return pd.DataFrame({"ubigeo": ["010101", "010101", "010102"], "crop": ["1", "2", "9"], "crop_area_ha": list(area)})


def test_hectares_of_the_census_by_code() -> None:
    """Codes of a product add up; zero where the census has other crops; unknown where it has none."""
    found = census_area(UBIGEO, [PEPPERS, TROUT], census(4.0, 6.0, 5.0))
    np.testing.assert_array_equal(found["present_ha"][:, 0], [10.0, 0.0, np.nan])
    assert np.isnan(found["present_ha"][:, 1]).all()
    assert not found["is_present_ha_reserved"].any()


def test_a_sum_with_a_reserved_part_is_reserved() -> None:
    """The part that is published is never shown as the whole."""
    found = census_area(UBIGEO, [PEPPERS], census(4.0, np.nan, 5.0))
    assert np.isnan(found["present_ha"][0, 0])
    assert found["is_present_ha_reserved"].ravel().tolist() == [True, False, False]


def test_without_a_census_hectares_are_unknown() -> None:
    """No census, no hectares, and nothing is called reserved."""
    found = census_area(UBIGEO, [PEPPERS], None)
    assert np.isnan(found["present_ha"]).all()
    assert not found["is_present_ha_reserved"].any()


def test_a_crop_name_that_nobody_records_is_counted() -> None:
    """A slip of the pen in a window is a finding with the name."""
    findings = unknown_crop_names({"peppers": PEPPERS}, CROPS[CROPS["crop"].ne("AJI")])
    assert [(one.code, one.count, one.examples) for one in findings] == [("crop_name_unknown", 1, ("AJI",))]
    assert unknown_crop_names({"peppers": PEPPERS}, CROPS) == []


@pytest.mark.pack
def test_every_sol_of_the_products_is_in_one_district(pack: Path) -> None:
    """Value by product and district adds up to that of those crops in the source, where every name is found."""
    source = pd.read_csv(pack / "midagri_vbp_cultivo_distrito_2023.csv", dtype={"UBIGEO": "str"})
    names = {
        "UBIGEO": "ubigeo",
        "CULTIVO": "crop",
        "PRODUCCION (t)": "production_t",
        "VBP_CORRIENTE 2023 (miles de S/)": "value_pen_thousand",
    }
    crops = source.rename(columns=names)
    windows = load_windows()
    codes = pd.Index(sorted(crops["ubigeo"].unique()))
    found = recorded(codes, list(windows.values()), crops)["present_value_pen_thousand"]
    counted = {crop for one in windows.values() for crop in one.crops}
    assert np.nansum(found) == pytest.approx(crops.loc[crops["crop"].isin(counted), "value_pen_thousand"].sum())
    assert unknown_crop_names(windows, crops) == []

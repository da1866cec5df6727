"""The wide table: every district indicator of the dictionary, by hand on a country of eight squares."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.columns import heading
from geodata.fields import THEMES_FOLDER, fields_at
from layers.territories import district_indicators, identity
from layers.viability import SCORE_COLUMNS
from tests import tiny
from tests.layers.examples import NEW_DISTRICT, REDUCED_DISTRICT, layers

NUMBERS = np.arange(1.0, 9.0)
"""The number of each district; every figure of the tiny country follows from it."""


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Return the indicators of the tiny country by ubigeo."""
    return district_indicators(layers()).set_index(pd.Index(tiny.CODES))


def test_the_table_has_every_district_figure_of_the_dictionary_and_no_other(table: pd.DataFrame) -> None:
    """One entry of the main dictionary, one column; scores and the public goods are added later."""
    themes = {key for file in THEMES_FOLDER.glob("*.toml") for key in tomllib.loads(file.read_text("utf-8"))}
    assert set(table) == set(fields_at("district")) - set(SCORE_COLUMNS) - themes


def test_one_row_per_district_in_their_order() -> None:
    """The rows are the districts, under the same index."""
    given = layers()
    assert district_indicators(given).index.equals(given.districts.index)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("population_count", 1000 * NUMBERS),
        ("ppa_producers_count", 100 * NUMBERS),
        ("agricultural_area_ha", 250 * NUMBERS),
        ("crop_value_pen_thousand", 20 * NUMBERS**2 + 80 * NUMBERS),
        ("crop_production_t", 110 * NUMBERS),
        ("crops_count", 2 + 0 * NUMBERS),
        ("programme_crop_value_pen_thousand", 20 * NUMBERS**2),
        ("crop_value_per_producer_pen", 200 * NUMBERS + 800),
        ("rural_operators_count", np.array([0, 1, 2, 3, 4, 4, 1, np.nan])),
        ("households_count", 200 * NUMBERS),
        ("households_without_mobile_pct", 90 - 10 * NUMBERS),
        ("households_without_internet_pct", 95 - 5 * NUMBERS),
        ("dwellings_without_electricity_pct", 80 - 10 * NUMBERS),
        ("census_population_count", 900 * NUMBERS),
        ("poverty_pct", 60 - 5 * NUMBERS),
        ("poverty_low_pct", 55 - 5 * NUMBERS),
        ("poverty_high_pct", 65 - 5 * NUMBERS),
        ("settlements_count", np.array([2, 1, 1, 1, 1, 1, 1, 1])),
        ("rural_settlements_count", 1 + 0 * NUMBERS),
        ("capital_altitude_m", np.array([2500.0] * 6 + [500.0] * 2)),
        ("agricultural_area_per_producer_ha", np.array([2.5] * 6 + [np.nan] * 2)),
    ],
)
def test_by_hand(table: pd.DataFrame, column: str, expected: np.ndarray) -> None:
    """District n has 100 n producers, 250 n ha, 20 n² thousand soles of quinua, 80 n of potatoes, and so on."""
    assert table[column].tolist() == pytest.approx(expected.tolist(), nan_ok=True)


def test_figures_that_follow_from_others(table: pd.DataFrame) -> None:
    """Density is producers over area, and the agricultural share is hectares over a hundred times the area."""
    assert (table["producers_per_km2"] * table["area_km2"]).tolist() == pytest.approx((100 * NUMBERS).tolist())
    same = table.drop(index=[NEW_DISTRICT, REDUCED_DISTRICT])
    share = same["agricultural_area_pct"] * same["area_km2"]
    assert share.tolist() == pytest.approx(same["agricultural_area_ha"].tolist())
    assert table.loc[[NEW_DISTRICT, REDUCED_DISTRICT], "agricultural_area_pct"].isna().all()


def test_without_the_census_of_farms_its_columns_exist_and_are_missing(table: pd.DataFrame) -> None:
    """The five figures of 2012 are published as unknown until their source comes."""
    columns = ["units_count", "units_with_land_count", "units_under_5ha_pct", "agricultural_area_2012_ha"]
    assert table[[*columns, "irrigated_area_pct"]].isna().all(axis=None)


def test_with_the_census_of_farms_its_figures_are_known() -> None:
    """50 of 80 farms with land (of 100) under 5 ha are 62.5 %; 30 of 120 ha irrigated are 25 %."""
    units = pd.DataFrame(
        {
            "ubigeo": ["010101"],
            "units_count": [100.0],
            "units_with_land_count": [80.0],
            "units_under_5ha_count": [50.0],
            "agricultural_area_2012_ha": [120.0],
            "irrigated_area_2012_ha": [30.0],
        }
    )
    found = district_indicators(layers(units))
    columns = ["units_count", "units_under_5ha_pct", "irrigated_area_pct"]
    assert found[columns].iloc[0].tolist() == [100, 62.5, 25]
    assert found.loc[1:, "units_count"].isna().all()


def test_identity_says_which_district_it_is() -> None:
    """Codes of the three levels, names, Sierra by the definition asked for, and whether the limits changed."""
    found = identity(layers(), "capital_2000m").set_index("ubigeo")
    row: Any = found.loc["010102"]
    assert row[["level", "name", "province", "department"]].tolist() == [
        "district",
        "Distrito 010102",
        "Provincia 0101",
        "Departamento 01",
    ]
    assert row[["province_code", "department_code"]].tolist() == ["010100", "010000"]
    assert found["is_sierra"].sum() == 6
    assert identity(layers(), "minam")["is_sierra"].sum() == 7
    assert found["limits_status"].tolist()[-2:] == ["reduced", "new"]


def test_tables_carry_no_geometry() -> None:
    """Shapes live in their own files."""
    found = identity(layers(), "capital_2000m")
    assert type(found) is pd.DataFrame
    assert "geometry" not in found


def test_every_column_has_a_spanish_heading(table: pd.DataFrame) -> None:
    """Nothing is exported under a name that only programmers read."""
    assert all(heading(name) for name in (*identity(layers(), "minam").columns, *table.columns))


def test_the_layers_given_are_not_changed() -> None:
    """Computing indicators leaves every layer as it was."""
    given = layers()
    before = {name: value.copy() for name, value in vars(given).items() if isinstance(value, pd.DataFrame | pd.Series)}
    district_indicators(given)
    identity(given, "minam")
    assert len(before) == 8
    for name, value in before.items():
        assert value.equals(getattr(given, name))

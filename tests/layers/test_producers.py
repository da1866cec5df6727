"""Producers and their land: three sources that never lend each other their denominators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers import producers
from tests.layers.examples import codes

UBIGEO = codes("010101", "010102", "010103")
SAME = pd.Series(["same", "same", "same"])


def series(*values: float) -> pd.Series:
    return pd.Series(values, dtype=float)


def test_a_district_absent_from_the_register_has_unknown_producers() -> None:
    """Two districts in the register, the third is unknown; zero inscribed is zero."""
    ppa = pd.DataFrame({"ubigeo": codes("010101", "010102"), "producers_count": [0, 120]})
    found = producers.producers_count(UBIGEO, ppa)
    assert found.name == "ppa_producers_count"
    assert found.iloc[:2].tolist() == [0, 120]
    assert np.isnan(found.iloc[2])


def test_density_is_producers_over_area() -> None:
    """600 producers on 200 km² are 3 per km²; unknown producers have unknown density."""
    assert producers.producers_per_km2(series(600, 0), series(200, 50)).tolist() == [3, 0]
    assert producers.producers_per_km2(series(np.nan), series(200)).isna().all()


def test_agricultural_share_counts_a_hundred_hectares_in_a_square_kilometre() -> None:
    """500 ha of a territory of 10 km² (1,000 ha) are 50 %."""
    assert producers.agricultural_area_pct(series(500), series(10), SAME[:1]).tolist() == [50]


def test_no_share_where_the_limits_changed() -> None:
    """Hectares of the former territory are not divided by the area or the producers of today's."""
    status = pd.Series(["same", "reduced", "new"])
    area_ha, area_km2, people = series(500, 500, 500), series(10, 10, 10), series(100, 100, 100)
    share = producers.agricultural_area_pct(area_ha, area_km2, status)
    per_producer = producers.agricultural_area_per_producer_ha(area_ha, people, status)
    assert share.isna().tolist() == per_producer.isna().tolist() == [False, True, True]


def test_hectares_per_producer_need_producers() -> None:
    """250 ha and 100 producers are 2.5 ha each; with zero or unknown producers there is no figure."""
    found = producers.agricultural_area_per_producer_ha(series(250, 250, 250), series(100, 0, np.nan), SAME)
    assert found.iloc[0] == 2.5
    assert found.iloc[1:].isna().all()


def test_agricultural_area_is_brought_as_it_is() -> None:
    """Hectares of the satellite map, missing where the map does not know the district."""
    layer = pd.DataFrame({"ubigeo": codes("010103"), "agricultural_area_ha": [12.5]})
    assert producers.agricultural_area_ha(UBIGEO, layer).fillna(-1).tolist() == [-1, -1, 12.5]


def test_without_the_census_of_farms_its_figures_are_missing_not_zero() -> None:
    """While the workspace has no census of 2012 every district is unknown; with it, the ones it has are known."""
    assert producers.census_units(UBIGEO, None, "units_count").isna().all()
    units = pd.DataFrame({"ubigeo": codes("010102"), "units_count": [40.0]})
    assert producers.census_units(UBIGEO, units, "units_count").fillna(-1).tolist() == [-1, 40, -1]


def test_small_farms_are_a_share_of_farms_with_land() -> None:
    """The national figures of 2012 (domain.md section 10): 81.8 % of farms with land are under 5 ha."""
    assert round(producers.units_under_5ha_pct(series(1_810_962), series(2_213_506)).iloc[0], 1) == 81.8


def test_irrigated_share_is_of_the_agricultural_area_of_the_census() -> None:
    """The national figures of 2012: 36.2 % of the agricultural area is irrigated; without area there is no share."""
    found = producers.irrigated_area_pct(series(2_579_899.83, 0), series(7_125_007.67, 0))
    assert round(found.iloc[0], 1) == 36.2
    assert np.isnan(found.iloc[1])

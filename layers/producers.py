"""
Producers and their land.

Three sources that never mix their denominators: the voluntary register of producers (PPA 2024), the agricultural
area seen by satellite (2018, fallow included, 63 % above the census) and the farms of the census (2012).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers.joining import by_district, ratio, share_pct


def producers_count(ubigeo: pd.Series, ppa: pd.DataFrame) -> pd.Series:
    """Return the producers inscribed per district; a district absent from the register is missing."""
    return by_district(ubigeo, ppa, "producers_count").rename("ppa_producers_count")


def producers_per_km2(producers: pd.Series, area_km2: pd.Series) -> pd.Series:
    """Return inscribed producers per square kilometre."""
    return ratio(producers, area_km2).rename("producers_per_km2")


def agricultural_area_ha(ubigeo: pd.Series, agricultural_area: pd.DataFrame) -> pd.Series:
    """Return the agricultural area seen by satellite, in hectares, within the limits of 2017."""
    return by_district(ubigeo, agricultural_area, "agricultural_area_ha")


def agricultural_area_pct(area_ha: pd.Series, area_km2: pd.Series, limits_status: pd.Series) -> pd.Series:
    """
    Return agricultural area as a percentage of the territory.

    Missing where limits changed after 2017: the hectares describe the former territory, the square kilometres today's.
    """
    same_territory = limits_status.eq("same")
    return share_pct(area_ha.where(same_territory), area_km2 * 100.0).rename("agricultural_area_pct")


def agricultural_area_per_producer_ha(area_ha: pd.Series, producers: pd.Series, limits_status: pd.Series) -> pd.Series:
    """Return hectares seen by satellite (2018) per inscribed producer (2024); missing where limits changed since."""
    same_territory = limits_status.eq("same")
    return ratio(area_ha.where(same_territory), producers).rename("agricultural_area_per_producer_ha")


def census_units(ubigeo: pd.Series, units: pd.DataFrame | None, column: str) -> pd.Series:
    """Return a census column per district, or all missing while the census is not in the workspace."""
    if units is None:
        return pd.Series(np.nan, index=ubigeo.index, name=column)
    return by_district(ubigeo, units, column)


def units_under_5ha_pct(under_5ha: pd.Series, with_land: pd.Series) -> pd.Series:
    """Return farms under 5 ha as a percentage of farms with land: 81.8 % in 2012 (80.1 % of all farms)."""
    return share_pct(under_5ha, with_land).rename("units_under_5ha_pct")


def irrigated_area_pct(irrigated_ha: pd.Series, agricultural_ha: pd.Series) -> pd.Series:
    """Return irrigated land as a percentage of agricultural land, both of the census."""
    return share_pct(irrigated_ha, agricultural_ha).rename("irrigated_area_pct")

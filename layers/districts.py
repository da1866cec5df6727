"""
Districts: names, capitals, altitude, population, natural region; and which of them are the Sierra.

Left out: legal demarcation. INEI's limits are census limits. A district whose limits changed after 2017 is flagged,
because figures of 2017 and 2018 describe its former territory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from geodata.ubigeo import entity_code

SierraDefinition = Literal["capital_2000m", "minam"]
DEFAULT_SIERRA: SierraDefinition = "capital_2000m"
SIERRA_DEFINITIONS: tuple[SierraDefinition, ...] = get_args(SierraDefinition)

SIERRA_ALTITUDE_M = 2000.0
"""INEI's natural region Sierra equals, district by district, a capital at or above 2,000 m (domain.md section 7)."""

SEAT_TOLERANCE_KM = 10.0
"""Proposed. Of 1,891 seats of the directory of 2025 three lie outside their district: two near it, one 325 km off."""

IDENTITY_COLUMNS = (
    "ubigeo",
    "district",
    "province",
    "department",
    "capital",
    "natural_region",
    "natural_region_minam",
)

_RULES: dict[SierraDefinition, Callable[[pd.DataFrame], pd.Series]] = {
    "capital_2000m": lambda districts: districts["capital_altitude_m"] >= SIERRA_ALTITUDE_M,
    "minam": lambda districts: districts["natural_region_minam"].eq("Sierra"),
}


def is_sierra(districts: pd.DataFrame, definition: SierraDefinition = DEFAULT_SIERRA) -> pd.Series:
    """
    Return whether each district belongs to the Sierra under a named definition.

    Parameters
    ----------
    districts
        With `capital_altitude_m` and `natural_region_minam`.
    definition
        `capital_2000m` (1,200 districts; equals INEI's natural region) or `minam` (1,250 districts).

    Raises
    ------
    ValueError
        For a definition that does not exist.
    """
    if definition not in _RULES:
        raise ValueError(f"unknown Sierra definition {definition!r}: one of {', '.join(SIERRA_DEFINITIONS)}")
    return _RULES[definition](districts).astype(bool).rename("is_sierra")


def area_km2(districts: gpd.GeoDataFrame) -> pd.Series:
    """Return the equal-area extent of each district, from its full shape in EPSG:4326."""
    return crs.area_km2(districts.geometry)


def is_seat_misplaced(districts: gpd.GeoDataFrame) -> pd.Series:
    """
    Return whether the published coordinates of a capital are not those of its district.

    True where they lie more than `SEAT_TOLERANCE_KM` outside its shape: further than a border can be wrong.
    """
    seats = shapely.points(districts["capital_longitude"], districts["capital_latitude"])
    outside = ~shapely.covers(districts.geometry.to_numpy(), seats)
    misplaced = np.zeros(len(districts), dtype=bool)
    for row in np.flatnonzero(outside):
        nearest = shapely.get_coordinates(shapely.shortest_line(districts.geometry.iloc[row], seats[row]))
        misplaced[row] = crs.distance_km(*nearest[0], *nearest[1]) > SEAT_TOLERANCE_KM
    return pd.Series(misplaced, index=districts.index, name="is_seat_misplaced")


def capital_distance_km(districts: gpd.GeoDataFrame) -> pd.Series:
    """
    Return the geodesic distance from each district's capital to its province's capital.

    The capital of a province is the capital of its district `01`, by INEI's numbering. A straight line: neither a
    road distance nor a time. Missing where the coordinates of either capital are misplaced.
    """
    seats = districts[["capital_longitude", "capital_latitude"]].mask(is_seat_misplaced(districts))
    province_seat = entity_code(districts["ubigeo"], "province").str[:4] + "01"
    to_seats = seats.set_index(districts["ubigeo"]).reindex(province_seat)
    distance = crs.distance_km(
        seats["capital_longitude"],
        seats["capital_latitude"],
        to_seats["capital_longitude"],
        to_seats["capital_latitude"],
    )
    return pd.Series(distance, index=districts.index, name="capital_distance_km")


def limits_status(ubigeo: pd.Series, changes: pd.DataFrame) -> pd.Series:
    """
    Return `new`, `reduced` or `same` for each district against the limits of 2017.

    Parameters
    ----------
    ubigeo
        Today's codes.
    changes
        `ubigeo` (created after 2017) and `parent_ubigeo` (the district its territory came from).
    """
    status = pd.Series("same", index=ubigeo.index, name="limits_status", dtype="str")
    status[ubigeo.isin(set(changes["parent_ubigeo"]))] = "reduced"
    status[ubigeo.isin(set(changes["ubigeo"]))] = "new"
    return status

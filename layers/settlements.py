"""
Settlements: points against today's limits.

The position decides, not the code: codes are of about 2017. Points whose code names another district and points
outside every limit are counted and reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.overlay import points_in_districts

RURAL = "Rural"


@dataclass(frozen=True)
class PlacedSettlements:
    """Settlements with the district they lie in, and what did not fit."""

    ubigeo: pd.Series
    """District of each settlement by position; missing outside every limit."""
    is_rural: pd.Series
    outside_count: int
    elsewhere_count: int
    """Inside a district other than the one their code names, districts created after 2017 apart."""


def place(settlements: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, new_districts: set[str]) -> PlacedSettlements:
    """Return the settlements placed by position in `districts` (both EPSG:4326)."""
    ubigeo = points_in_districts(settlements.geometry.x, settlements.geometry.y, districts)
    placed = ubigeo.notna()
    declared = settlements["settlement_code"].str[:6]
    elsewhere = placed & ubigeo.ne(declared) & ~ubigeo.isin(new_districts)
    return PlacedSettlements(
        ubigeo=ubigeo,
        is_rural=settlements["settlement_type"].eq(RURAL),
        outside_count=int((~placed).sum()),
        elsewhere_count=int(elsewhere.sum()),
    )


def settlements_count(ubigeo: pd.Series, placed: PlacedSettlements, *, rural_only: bool = False) -> pd.Series:
    """Return settlements inside each district; zero when no point lies in it: the list covers the country."""
    chosen = placed.ubigeo[placed.is_rural] if rural_only else placed.ubigeo
    counts = chosen.value_counts()
    name = "rural_settlements_count" if rural_only else "settlements_count"
    return pd.Series(counts.reindex(ubigeo).fillna(0).to_numpy(dtype=np.float64), index=ubigeo.index, name=name)

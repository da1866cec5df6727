"""
Digital connectivity: operators with mobile internet (2024) and households and dwellings without services (2017).

A count of operators is not a share of people: it says that at least one rural settlement is covered by each.
"""

from __future__ import annotations

import pandas as pd

from layers.joining import by_district, share_pct


def rural_operators_count(ubigeo: pd.Series, mobile_internet: pd.DataFrame) -> pd.Series:
    """Return operators with mobile internet in at least one rural settlement; missing without rural settlements."""
    return by_district(ubigeo, mobile_internet, "rural_operators_count")


def without_service_pct(ubigeo: pd.Series, census: pd.DataFrame, without: str, total: str) -> pd.Series:
    """Return 100 x `without` / `total` from two count columns of the census; missing where it did not report."""
    return share_pct(by_district(ubigeo, census, without), by_district(ubigeo, census, total))

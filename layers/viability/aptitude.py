"""Aptitude of a district in general: for how many products it is apt."""

from __future__ import annotations

import pandas as pd

SUITABILITY_PREFIX = "suitability_"


def apt_products_count(districts: pd.DataFrame, apt_from_pct: float) -> pd.Series:
    """
    Return for how many products each district is apt.

    Parameters
    ----------
    districts
        `suitability_<product>` (0-100) for every product with a window.
    apt_from_pct
        From this suitability on a district counts as apt (`settings.apt_from_pct` of the model).

    Returns
    -------
    count
        Missing where the suitability of some product is not known: counting the rest would look like fewer products.
    """
    suitability = districts[[name for name in districts.columns if name.startswith(SUITABILITY_PREFIX)]]
    count = (suitability >= apt_from_pct).sum(axis=1).astype(float)
    return count.where(suitability.notna().all(axis=1)).rename("apt_products_count")

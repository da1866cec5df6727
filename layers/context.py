"""Context beside the index, never inside it: monetary poverty with its interval."""

from __future__ import annotations

import pandas as pd

from layers.joining import by_district


def poverty(ubigeo: pd.Series, poverty_map: pd.DataFrame, column: str = "poverty_pct") -> pd.Series:
    """Return a column of the poverty map (`poverty_pct`, `poverty_low_pct` or `poverty_high_pct`) per district."""
    return by_district(ubigeo, poverty_map, column)

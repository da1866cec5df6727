"""Bringing a layer's column to the districts, one row each, and saying what did not match."""

from __future__ import annotations

import numpy as np
import pandas as pd


def by_district(ubigeo: pd.Series, layer: pd.DataFrame, column: str) -> pd.Series:
    """
    Return `layer[column]` for each ubigeo; a district absent from the layer is missing, never zero.

    Parameters
    ----------
    ubigeo
        The districts, in the order wanted.
    layer
        One row per ubigeo (its contract says so; a repeated code raises).
    column
        The column to bring, as float.
    """
    values = by_code(layer)[column].astype(float)
    return pd.Series(values.reindex(ubigeo).to_numpy(), index=ubigeo.index, name=column)


def by_code(table: pd.DataFrame) -> pd.DataFrame:
    """
    Return the table indexed by ubigeo.

    Raises
    ------
    ValueError
        If a code repeats: one of its rows would otherwise be chosen in silence.
    """
    repeated = table["ubigeo"][table["ubigeo"].duplicated()]
    if len(repeated):
        raise ValueError(f"repeated ubigeos: {', '.join(map(str, repeated.unique()[:5]))}; expected one row per code")
    return table.set_index("ubigeo")


def share_pct(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return 100 x part / whole; missing where the whole is zero or missing."""
    return 100.0 * part / whole.where(whole > 0, np.nan)


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Return numerator / denominator; missing where the denominator is zero or missing."""
    return numerator / denominator.where(denominator > 0, np.nan)

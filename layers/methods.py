"""How each figure of a district was made, as a long table; and which districts lie in the territories of a layer."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from geodata.ubigeo import COUNTRY, LEVELS, entity_code, level_of

METHOD_COLUMNS = ("ubigeo", "field", "method")


def long_methods(ubigeo: pd.Series, table: pd.DataFrame, words: Mapping[str, pd.Series]) -> pd.DataFrame:
    """
    Return how each figure was made: `ubigeo`, `field`, `method`, one row per cell that has a value and a word.

    Parameters
    ----------
    ubigeo, table
        The districts and their figures, same index.
    words
        Field -> method word by district, same index; fields made in one way everywhere need not be here.
    """
    parts = [
        pd.DataFrame({"ubigeo": ubigeo, "field": field, "method": made})[table[field].notna() & made.notna()]
        for field, made in words.items()
    ]
    if not parts:
        return pd.DataFrame(columns=list(METHOD_COLUMNS), dtype="str")
    return pd.concat(parts, ignore_index=True).astype("str")


def within_any(ubigeo: pd.Series, territories: Collection[str]) -> pd.Series:
    """Return True for the districts that lie in any of the territories (codes of six characters, of any level)."""
    inside = pd.Series(COUNTRY in territories, index=ubigeo.index) & ubigeo.notna()
    for level in LEVELS:
        codes = {territory for territory in territories if level_of(territory) == level}
        if codes:
            inside |= entity_code(ubigeo, level).isin(codes)
    return inside

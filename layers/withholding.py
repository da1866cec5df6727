"""
What may be published of a table made from people: no cell of fewer than five producers, nor any that gives one away.

A dataset made from people has a field that counts them; whatever is made from the dataset rests on that count and is
withheld with it. Which cells those are, `layers.suppression` works out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from geodata.fields import Field
from geodata.ubigeo import LEVELS, Level, level_of
from layers.suppression import FEWEST_PRODUCERS, withheld_cells

COUNTED_PEOPLE: Mapping[str, str] = {"ppa_2024": "ppa_producers_count", "cenagro_2012": "units_count"}
"""Datasets made from people, and the field that counts them: whatever comes from the dataset rests on that count."""


def withheld_codes(counts: pd.Series, fewest: int = FEWEST_PRODUCERS) -> dict[Level, set[str]]:
    """
    Return the codes whose count is withheld at each level.

    Parameters
    ----------
    counts
        Producers by district, indexed by ubigeo; missing where nobody knows.
    fewest
        The smallest count that may be published, apart from zero.
    """
    # among equals the first code is taken, whatever the order of the table
    known = counts.dropna().sort_index()
    if known.empty:
        return {level: set() for level in LEVELS}
    hidden = withheld_cells(known.to_frame("count"), [], fewest)["count"]
    codes = hidden.index[hidden]
    return {level: {str(code) for code in codes if level_of(str(code)) == level} for level in LEVELS}


def withheld_by_dataset(districts: pd.DataFrame) -> dict[str, dict[Level, set[str]]]:
    """Return, for each dataset made from people, the codes withheld at each level."""
    by_code = districts.set_index("ubigeo")
    return {dataset: withheld_codes(by_code[count]) for dataset, count in COUNTED_PEOPLE.items() if count in by_code}


def withhold(
    table: pd.DataFrame,
    level: Level,
    fields: Iterable[Field],
    withheld: Mapping[str, Mapping[Level, set[str]]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Return the table as it may be published, and the list of what it withholds.

    Parameters
    ----------
    table
        Territories of one level, with `ubigeo`.
    fields
        The dictionary: a field is withheld where any of its datasets is.

    Returns
    -------
    shown, statuses
        `shown`: the table with withheld cells missing. `statuses`: `level`, `ubigeo`, `field`, one row per cell.
    """
    shown, rows = table.copy(), []
    for field in fields:
        codes = {code for name in field.datasets for code in withheld.get(name, {}).get(level, ())}
        if field.id not in table or not codes:
            continue
        hidden = table["ubigeo"].isin(codes)
        shown[field.id] = shown[field.id].mask(hidden)
        rows += [(level, code, field.id) for code in table.loc[hidden, "ubigeo"]]
    return shown, pd.DataFrame(rows, columns=["level", "ubigeo", "field"], dtype="str")

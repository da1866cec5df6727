"""
Roads, as far as the official gap indicators go: per province and per department, never per district.

A value of a province says nothing about one of its districts, so it is never copied to them.
"""

from __future__ import annotations

import pandas as pd

from geodata.fields import Field
from geodata.ubigeo import Level
from layers.joining import by_code

_TO_FIELD_UNIT = {"gap_share": 100.0, "demanded_km": 1.0, "implemented_km": 1.0}


def published_value(entities: pd.Series, road_gaps: pd.DataFrame, field: Field, level: Level) -> pd.Series:
    """
    Return an official road indicator for each entity of `level`, as its publisher gives it.

    Parameters
    ----------
    entities
        Six-character codes of provinces or departments.
    road_gaps
        Canonical layer: `level`, `ubigeo`, `official_name`, `year`, `gap_share` (0-1), `demanded_km`.
    field
        A field of the dictionary with `official_name`, `official_column` and `year`.

    Returns
    -------
    value
        In the unit of the field (shares become percentages); missing where nothing was published or where the
        network demanded is zero, because a percentage of nothing says nothing.
    """
    chosen = road_gaps[
        road_gaps["level"].eq(level)
        & road_gaps["official_name"].eq(str(field.official_name))
        & road_gaps["year"].eq(field.year)
        & road_gaps["demanded_km"].gt(0)
    ]
    values = by_code(chosen)[field.official_column]
    scaled = values.reindex(entities) * _TO_FIELD_UNIT[field.official_column]
    return pd.Series(scaled.to_numpy(dtype=float), index=entities.index, name=field.id)

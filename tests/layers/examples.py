"""Entries of the dictionary, standards and layers made for one test, small enough to check by hand."""

from __future__ import annotations

from typing import Any, cast

import geopandas as gpd
import pandas as pd

from geodata.fields import Aggregation, Field
from geodata.standards import Standard
from layers import settlements
from layers.districts import limits_status
from layers.territories import Layers
from tests import tiny

NEW_DISTRICT, REDUCED_DISTRICT = "020104", "020103"
"""In the tiny country the last district was made, after 2017, of land of the one before."""


def field(key: str, aggregation: Aggregation | None = None, **words: Any) -> Field:
    """Return an entry of the dictionary whose words do not matter, unless given."""
    given: dict[str, Any] = {
        "label": key,
        "group": "g",
        "unit": "u",
        "decimals": 1,
        "direction": 1,
        "datasets": ("ppa_2024",),
        "year": 2024,
        "formula": "f",
        "missing": "m",
        "aggregation": aggregation or Aggregation("sum"),
    }
    return Field(id=key, **(given | words))


def standard(key: str = "standard", **words: Any) -> Standard:
    """Return a standard (more is better, adequate 36, critical 15), with other words where given."""
    given: dict[str, Any] = {
        "good": "riego",
        "label": "Una brecha",
        "field": "value",
        "level": "district",
        "better": "higher",
        "adequate": 36.0,
        "critical": 15.0,
        "shortfall_unit": "u",
        "basis": "propuesto",
        "source": "s",
        "year": 2026,
        "responsible": "r",
        "responsible_level": "GR",
    }
    return Standard(id=key, **(given | words))


def limits_changes() -> pd.DataFrame:
    """Return the change of limits of the tiny country."""
    return pd.DataFrame({"ubigeo": [NEW_DISTRICT], "parent_ubigeo": [REDUCED_DISTRICT]}, dtype="str")


def layers(units: pd.DataFrame | None = None) -> Layers:
    """Return the layers of the tiny country, as the indicators take them."""
    frames = tiny.layers()
    districts = cast(gpd.GeoDataFrame, frames["districts"])
    return Layers(
        districts=districts,
        ppa=frames["ppa_2024"],
        agricultural_area=frames["agricultural_area_2018"],
        crops=frames["crop_value_2023"],
        mobile_internet=frames["mobile_internet_2024"],
        census=frames["census_2017"],
        poverty=frames["poverty_2018"],
        settlements=settlements.place(cast(gpd.GeoDataFrame, frames["settlements"]), districts, {NEW_DISTRICT}),
        units=units,
        limits_status=limits_status(districts["ubigeo"], limits_changes()),
        programme_crops={"QUINUA": "Quinua"},
    )


def codes(*values: str, start: int = 0) -> pd.Series:
    """Return ubigeos; `start` gives them an index that is not 0, 1, 2…"""
    return pd.Series(list(values), index=range(start, start + len(values)), dtype="str", name="ubigeo")

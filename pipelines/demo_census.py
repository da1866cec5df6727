"""
The census of the embedded default: simulated microdata at a small scale, through the same reader as INEI's.

One farm in twenty, with the shares of the whole: its counts are those of a sample and the page says so. The data set is
not kept in the workspace: a later build with real sources must not meet it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd

from pipelines.census import ingest_census
from pipelines.census_build import CensusTables, tables_of
from pipelines.demo_simulation import DEMO_SEED
from pipelines.synthetic_census import write_zips

Announce = Callable[[str], None]

SCALE = 0.05
"""Enough farms for most districts to have thirty; small enough for half a minute (chosen by measuring)."""


def demo_census(districts: gpd.GeoDataFrame, announce: Announce = lambda _: None, scale: float = SCALE) -> CensusTables:
    """Return the indicators of a simulated census, written as INEI's zips and read back."""
    with tempfile.TemporaryDirectory() as place:
        announce(f"censo simulado, a escala {scale:g}: zips de SPSS y lectura")
        write_zips(Path(place) / "zips", seed=DEMO_SEED, scale=scale)
        made = ingest_census(Path(place) / "zips", Path(place) / "census", ubigeos=set(districts["ubigeo"]))
        # the simulated sectors lie where their codes say: a count by code would say the same
        return tables_of(made, districts, announce, compare_codes=False)

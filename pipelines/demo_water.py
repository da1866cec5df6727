"""
Simulated canals of the embedded default data set: in some departments only, as the real chart has them.

Simulated: every line. A canal starts near the capital of an irrigated district and wanders through the neighbourhood;
more irrigated land, more lines. Nothing is said about the districts of the other departments.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from geodata.ubigeo import entity_code

# Judgement: Ancash, Apurimac, Arequipa, Cusco, Huancavelica, Junin and Lima; enough to see both kinds of department.
DEPARTMENTS = ("020000", "030000", "040000", "080000", "090000", "120000", "150000")
COMPLETE_DEPARTMENTS = ("030000",)
"""Where the simulated layer says that it is complete: a district without line has no canal there."""

# Judgement: a line for every so many irrigated hectares, at most so many a district: a layer of some 3,000 lines.
HA_PER_LINE = 150.0
MOST_LINES = 12
# Judgement: about 3 km a line, in steps of some 500 m that keep their direction.
STEPS = 6
STEP_DEG = 0.0045
START_SPREAD_DEG = 0.02
TURN_RAD = 0.5


def canals(districts: gpd.GeoDataFrame, units: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """
    Return simulated canals (canonical layer `canals`); the same generator state gives the same lines.

    Parameters
    ----------
    districts
        ubigeo, capital_longitude, capital_latitude.
    units
        ubigeo, irrigated_area_2012_ha.
    """
    irrigated = districts["ubigeo"].map(units.set_index("ubigeo")["irrigated_area_2012_ha"]).fillna(0.0)
    department = entity_code(districts["ubigeo"], "department")
    counts = np.floor(irrigated / HA_PER_LINE).clip(upper=MOST_LINES).where(department.isin(DEPARTMENTS), 0)
    owner = np.repeat(np.arange(len(districts)), counts.to_numpy(dtype=np.int64))
    start = districts[["capital_longitude", "capital_latitude"]].to_numpy(dtype=np.float64)[owner]
    start = start + rng.normal(0, START_SPREAD_DEG, start.shape)
    heading = rng.uniform(0, 2 * np.pi, (len(owner), 1)) + rng.normal(0, TURN_RAD, (len(owner), STEPS)).cumsum(axis=1)
    steps = STEP_DEG * np.stack([np.cos(heading), np.sin(heading)], axis=2)
    places = np.concatenate([start[:, None], start[:, None] + steps.cumsum(axis=1)], axis=1)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts.astype(int))
    return gpd.GeoDataFrame(
        {
            "kind": np.where(number == 0, "canal", "acequia"),
            "name": [f"Canal simulado {row + 1}" for row in range(len(owner))],
            "department_code": department.to_numpy(dtype=object)[owner],
        },
        geometry=shapely.linestrings(places.round(5)) if len(owner) else [],
        crs=crs.ON_DISK,
    )

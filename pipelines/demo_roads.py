"""
Simulated official road gaps of the embedded default data set, at the levels at which the real ones are published.

Real: the official names of the indicators and the levels (vecinal and departmental networks per province, national
network per department, all per country; never per district). Simulated: lengths and shares.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.ubigeo import COUNTRY
from pipelines.demo_farms import logistic

YEARS = (2022, 2023)
INADEQUATE, UNBUILT = "EN CONDICIONES INADECUADAS", "POR IMPLEMENTAR"
# Network: level of its finest figure, and km in the country in 2018 (domain.md section 10, (m)): only the order of
# magnitude is meant.
NETWORKS = {
    "VECINAL": ("province", 113_858.0),
    "DEPARTAMENTAL": ("province", 27_505.0),
    "NACIONAL": ("department", 27_110.0),
}
# Judgement, log-odds of the share with a gap: order of the values published for the country.
GAP_LOGIT = {
    ("VECINAL", INADEQUATE): 0.3,
    ("VECINAL", UNBUILT): -5.0,
    ("DEPARTAMENTAL", INADEQUATE): 0.2,
    ("DEPARTAMENTAL", UNBUILT): -2.3,
    ("NACIONAL", INADEQUATE): -0.9,
    ("NACIONAL", UNBUILT): -2.7,
}
# Judgement: a new count of the network moves the log-odds of a share this much in a year.
YEARLY_CHANGE = 0.05
# Judgement: share of provinces without departmental network; the real table has no value for 22 of 196.
NO_DEPARTMENTAL_SHARE = 0.1


def road_gaps(described: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """
    Return simulated road gaps; lengths of a level add up to the level above.

    Parameters
    ----------
    described
        `pipelines.demo_simulation.traits`: province_ubigeo, department_ubigeo, area_km2, hardship.

    Returns
    -------
    gaps
        level, ubigeo, official_name, year, gap_share (0-1), demanded_km, implemented_km.
    """
    parts = [
        _indicator(described, network, kind, year, rng)
        for network in NETWORKS
        for kind in (INADEQUATE, UNBUILT)
        for year in YEARS
    ]
    gaps = pd.concat(parts, ignore_index=True)
    gaps["gap_share"] = (1 - gaps["implemented_km"] / gaps["demanded_km"]).round(5)
    return gaps[["level", "ubigeo", "official_name", "year", "gap_share", "demanded_km", "implemented_km"]]


def _indicator(described: pd.DataFrame, network: str, kind: str, year: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return one indicator of one year at its finest level and summed to each level above."""
    finest, country_km = NETWORKS[network]
    entities = described.groupby(f"{finest}_ubigeo").agg(area=("area_km2", "sum"), hardship=("hardship", "mean"))
    if network == "DEPARTAMENTAL":
        # decided by the code, not by luck: the same provinces lack the network in every indicator and year
        has_network = np.random.default_rng(len(network)).random(len(entities)) >= NO_DEPARTMENTAL_SHARE
        entities = entities[has_network]
    weight = np.sqrt(entities["area"].to_numpy()) * rng.lognormal(0, 0.15, len(entities))
    demanded = np.maximum(country_km * weight / weight.sum(), 1.0).round(1)
    odds = GAP_LOGIT[network, kind] + 0.6 * entities["hardship"].to_numpy() + rng.normal(0, 0.5, len(entities))
    share = logistic(odds - YEARLY_CHANGE * (year - YEARS[0]))
    rows = pd.DataFrame(
        {
            "ubigeo": entities.index.astype("str"),
            "demanded_km": demanded,
            "implemented_km": (demanded * (1 - share)).round(1),
        }
    )
    levels = [rows.assign(level=finest)]
    if finest == "province":
        levels.append(_sum(rows, rows["ubigeo"].str[:2] + "0000").assign(level="department"))
    levels.append(_sum(rows, pd.Series(COUNTRY, index=rows.index)).assign(level="country"))
    name = f"PORCENTAJE DE LA RED VIAL {network} {kind}"
    return pd.concat(levels, ignore_index=True).assign(official_name=name, year=year)


def _sum(rows: pd.DataFrame, code: pd.Series) -> pd.DataFrame:
    lengths = rows[["demanded_km", "implemented_km"]].groupby(code.rename("ubigeo")).sum().round(1)
    return lengths.reset_index()

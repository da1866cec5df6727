"""
Simulated mobile coverage and literacy of the embedded default data set.

Coverage is of every simulated settlement of the whole country, so that its scope is every department; a settlement
without any coverage has no row, as in the real layer. Simulated: every figure.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.ubigeo import entity_code
from pipelines.demo_farms import FloatArray, logistic

OPERATORS = ("bitel", "claro", "entel", "movistar")
# Judgement, log-odds that one operator reaches a rural settlement of average hardship, by technology; towns are easier.
REACH_LOGIT = {"2g": 0.0, "3g": -0.4, "4g": -0.9, "5g": -5.0}
URBAN_LOGIT = 3.0
HARDSHIP_LOGIT = -1.0
# Judgement: half of what is covered is guaranteed.
GUARANTEED_SHARE = 0.5
# Judgement: share of 4G rows that stay at or below 1 Mbps.
SLOW_SHARE = 0.1
# Judgement: log-odds of not reading nor writing where hardship is average; 16 % on average in the table of 2017.
ILLITERACY_LOGIT = -1.75
# Judgement: share of people of 3 years or more, who are asked; 95 % in the table of 2017.
ASKED_SHARE = 0.95


def mobile_coverage(
    settlements: pd.DataFrame, described: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Return simulated `mobile_coverage` and `mobile_coverage_scope`.

    Parameters
    ----------
    settlements
        settlement_code, settlement_type.
    described
        `pipelines.demo_simulation.traits`: ubigeo, hardship.
    """
    district = settlements["settlement_code"].str[:6]
    hardship = district.map(described.set_index("ubigeo")["hardship"]).to_numpy(dtype=np.float64)
    urban = settlements["settlement_type"].eq("Urbano").to_numpy(dtype=np.float64)
    ease = HARDSHIP_LOGIT * hardship + URBAN_LOGIT * urban + rng.normal(0, 0.8, len(settlements))
    luck: FloatArray = rng.random((len(settlements), len(OPERATORS)))
    parts = [_rows(settlements, ease + logit, luck, technology, rng) for technology, logit in REACH_LOGIT.items()]
    coverage = pd.concat(parts, ignore_index=True).sort_values(
        ["settlement_code", "operator", "technology"], ignore_index=True
    )
    departments = sorted(set(entity_code(described["ubigeo"], "department")))
    return coverage, pd.DataFrame({"ubigeo": departments}, dtype="str")


def _rows(
    settlements: pd.DataFrame, odds: FloatArray, luck: FloatArray, technology: str, rng: np.random.Generator
) -> pd.DataFrame:
    # one draw per settlement and operator for all technologies: who has 4G has 3G
    place, operator = np.nonzero(luck < logistic(odds)[:, None])
    total = rng.uniform(0.3, 1.0, len(place)).round(3)
    guaranteed = np.where(rng.random(len(place)) < GUARANTEED_SHARE, (total * rng.random(len(place))).round(3), 0.0)
    fast = np.where(rng.random(len(place)) < SLOW_SHARE, 0.0, 1.0)
    return pd.DataFrame(
        {
            "settlement_code": settlements["settlement_code"].to_numpy()[place],
            "operator": np.asarray(OPERATORS, dtype=object)[operator],
            "technology": technology,
            "guaranteed_share": guaranteed,
            "total_share": total,
            "over_1_mbps": fast if technology in ("4g", "5g") else 0.0,
        }
    )


def literacy_2017(census: pd.DataFrame, described: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """
    Return simulated people who read and write, and who do not, for the districts of the simulated census of 2017.

    Parameters
    ----------
    census
        ubigeo, census_population_count.
    described
        ubigeo, hardship.
    """
    hardship = census["ubigeo"].map(described.set_index("ubigeo")["hardship"]).to_numpy(dtype=np.float64)
    asked = np.round(ASKED_SHARE * census["census_population_count"].to_numpy(dtype=np.float64)).astype(np.int64)
    odds = ILLITERACY_LOGIT + 0.5 * hardship + rng.normal(0, 0.15, len(census))
    illiterate = rng.binomial(asked, logistic(odds))
    return pd.DataFrame(
        {
            "ubigeo": census["ubigeo"].to_numpy(),
            "literate_count": (asked - illiterate).astype(float),
            "illiterate_count": illiterate.astype(float),
        }
    )

"""
Simulated district totals of IV CENAGRO 2012, before any row exists.

Real: rows per department and module (`geodata/demo/cenagro_2012_rows.csv`), department totals of units and hectares and
the national totals below. Simulated: how districts share them. Areas are whole hundredths of a hectare, so that sums
are exact in any order.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines import demo_farms, demo_simulation
from pipelines.demo_cells import DEMO_FOLDER, read_cells, read_districts
from pipelines.demo_farms import FloatArray, IntArray, share_out

# IV CENAGRO 2012, official national figures (domain.md section 10); with what is sown they make the agricultural area.
TOTAL_2012_HA = 38_742_464.58
FALLOW_2012_HA = 1_431_640.10
UNUSED_2012_HA = 774_882.24
RESTING_2012_HA = 762_807.29

# Judgement: a unit "under 5 ha" has at most 4.99 ha, of which at most 4.80 are agricultural; a larger one at least 5.
SMALL_MOST_HA100, SMALL_FARMED_MOST_HA100, LARGE_LEAST_HA100 = 499, 480, 500
# Judgement: hectares not farmed per large unit, at most, when a district is filled.
LARGE_UNFARMED_MOST_HA100 = 1_000_000
# Judgement: how much of a district that is not farmed lies in some unit, relative to the other regions, and at most.
UNFARMED_WEIGHT = {"Costa": 0.2, "Sierra": 0.6, "Selva": 0.1}
UNFARMED_MOST_SHARE = 0.95
# Judgement: resting, unused and fallow land take at most these shares of what is left of a district's farm land.
RESTING_MOST, UNUSED_MOST, FALLOW_MOST = 0.6, 0.5, 0.6
# Judgement: weight of a small unit against a large one when a legal person is looked for.
SMALL_LEGAL_WEIGHT = 0.01
# A weight for places that get something only when nobody else can take it.
LAST = 1e-6

MODULES = ("rec01", "rec02", "rec02a", "rec04", "rec04b", "rec05a")
COUNTS = ("rec01", "units", "with_land", "under_5ha", "legal")
AREAS = ("agricultural", "irrigated", "sown", "fallow", "unused", "resting", "total")
PUBLIC_NAMES = {
    "rec01": "rec01_count",
    "units": "units_count",
    "with_land": "units_with_land_count",
    "under_5ha": "units_under_5ha_count",
    "legal": "legal_persons_count",
    "agricultural": "agricultural_area_2012_ha",
    "irrigated": "irrigated_area_2012_ha",
    "sown": "sown_area_2012_ha",
    "fallow": "fallow_area_2012_ha",
    "unused": "unused_area_2012_ha",
    "resting": "resting_area_2012_ha",
    "total": "total_area_2012_ha",
}


def published_rows() -> pd.DataFrame:
    """Return INEI's survey code and published rows of each module, indexed by department ("010000")."""
    table = pd.read_csv(DEMO_FOLDER / "cenagro_2012_rows.csv", dtype={"ubigeo": "str"}).set_index("ubigeo")
    return table.rename(columns={f"{module}_count": module for module in MODULES})


def district_totals(seed: int = demo_simulation.DEMO_SEED) -> pd.DataFrame:
    """
    Return the simulated totals to which the census of this seed adds up at full scale, one row per district.

    Units and agricultural area are those of `demo_farms.producer_units_2012` (`demo_layers(seed)`). Two differences:
    hectares that a district's units, all below 5 ha, cannot hold go to the rest of its department, and the irrigated
    area is completed to the published total.

    Returns
    -------
    totals
        ubigeo, counts (`_count`) and hectares with two decimals (`_ha`): the values of PUBLIC_NAMES.
    """
    exact = exact_totals(seed)
    frame = pd.DataFrame({"ubigeo": exact["ubigeo"]})
    for name, public in PUBLIC_NAMES.items():
        frame[public] = exact[name] / 100 if name in AREAS else exact[name]
    return frame


@functools.lru_cache(maxsize=4)
def exact_totals(seed: int) -> pd.DataFrame:
    """
    Return the districts with their simulated totals: the columns of `demo_simulation.traits`, COUNTS and AREAS.

    Areas are whole hundredths of a hectare (int64). The frame is shared between callers: do not change it.
    """
    facts = read_districts()
    region = demo_simulation.demo_districts(facts, read_cells())["natural_region"]
    traits = demo_simulation.traits(facts.assign(natural_region=region), np.random.default_rng([seed, 0]))
    farms = demo_farms.producer_units_2012(traits, np.random.default_rng([seed, 1]))
    rng = np.random.default_rng([seed, 300])
    frame = traits.assign(
        units=farms["units_count"], with_land=farms["units_with_land_count"], under_5ha=farms["units_under_5ha_count"]
    )
    frame["agricultural"] = _farmed_where_it_fits(frame, hundredths(farms["agricultural_area_2012_ha"]))
    irrigated = hundredths(farms["irrigated_area_2012_ha"]).astype(float)
    farmed = frame["agricultural"].to_numpy(float)
    frame["irrigated"] = share_out(round(100 * demo_farms.IRRIGATED_2012_HA), np.maximum(irrigated, LAST), farmed)
    _split_farmed(frame, rng)
    frame["total"] = farmed.astype(np.int64) + _unfarmed(frame, rng)
    _people(frame)
    return frame


def scaled(district: pd.DataFrame, scale: float) -> pd.DataFrame:
    """
    Return the simulated totals of the districts of one department at a smaller scale, shares kept.

    Every department total is multiplied and rounded, then shared out by largest remainder under the same limits as at
    full scale. At scale 1 the frame comes back as it is.
    """
    if scale == 1:
        return district
    goal = {name: round(int(district[name].sum()) * scale) for name in (*COUNTS, *AREAS)}
    small = district.copy()
    full_large = district["with_land"] - district["under_5ha"]
    units = _share(goal["units"], district["units"])
    landless = _share(goal["units"] - goal["with_land"], district["units"] - district["with_land"], units)
    large = _share(goal["with_land"] - goal["under_5ha"], full_large, units - landless)
    small["units"], small["with_land"], small["under_5ha"] = units, units - landless, units - landless - large
    small["legal"] = _share(goal["legal"], district["legal"], small["with_land"].to_numpy())
    small["rec01"] = units + _share(goal["rec01"] - goal["units"], district["rec01"] - district["units"])
    farmed = _share(goal["agricultural"], district["agricultural"], _most_farmed(small))
    small["agricultural"], left = farmed, farmed
    small["irrigated"] = _share(goal["irrigated"], district["irrigated"], farmed)
    for name in ("resting", "unused", "fallow"):
        small[name] = _share(goal[name], district[name], left)
        left = left - small[name].to_numpy()
    small["sown"] = left
    least = _least_unfarmed(small)
    rest = max(goal["total"] - goal["agricultural"] - int(least.sum()), 0)
    wanted = pd.Series((whole(district, "total") - whole(district, "agricultural")) * scale - least)
    small["total"] = farmed + least + _share(rest, wanted, _most_unfarmed(small))
    return small


def whole(frame: pd.DataFrame, name: str) -> IntArray:
    """Return a column of whole numbers as an array."""
    return frame[name].to_numpy(np.int64)


def hundredths(area_ha: pd.Series) -> IntArray:
    """Return hectares as whole hundredths of a hectare."""
    return np.rint(100 * area_ha.to_numpy(float)).astype(np.int64)


def _share(total: int, weights: pd.Series, most: npt.ArrayLike = np.inf) -> IntArray:
    return share_out(total, np.maximum(weights.to_numpy(float), LAST), most)


def _most_farmed(frame: pd.DataFrame) -> FloatArray:
    only_small = SMALL_FARMED_MOST_HA100 * frame["under_5ha"].to_numpy(float)
    return np.where((frame["with_land"] > frame["under_5ha"]).to_numpy(), np.inf, only_small)


def _farmed_where_it_fits(frame: pd.DataFrame, farmed: IntArray) -> IntArray:
    fitting, most = farmed.copy(), _most_farmed(frame)
    for code in frame.loc[farmed > most, "department_ubigeo"].unique():
        members = np.flatnonzero(frame["department_ubigeo"] == code)
        fitting[members] = share_out(int(farmed[members].sum()), farmed[members].astype(float), most[members])
    return fitting


def _split_farmed(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    """Divide the agricultural area into resting (Sierra only, domain.md 6.3), unused, fallow and sown, in place."""
    left = frame["agricultural"].to_numpy(np.int64)
    sierra = frame["natural_region"].eq("Sierra").to_numpy(float)
    parts = (
        ("resting", RESTING_2012_HA, sierra, RESTING_MOST),
        ("unused", UNUSED_2012_HA, np.ones(len(frame)), UNUSED_MOST),
        ("fallow", FALLOW_2012_HA, np.ones(len(frame)), FALLOW_MOST),
    )
    for name, total_ha, where, most in parts:
        weights = left * where * rng.lognormal(0, 0.4, len(frame))
        frame[name] = share_out(round(100 * total_ha), weights, np.floor(most * left))
        left = left - frame[name].to_numpy(np.int64)
    frame["sown"] = left


def _unfarmed(frame: pd.DataFrame, rng: np.random.Generator) -> IntArray:
    least = _least_unfarmed(frame)
    farmed = frame["agricultural"].to_numpy(np.int64)
    area = 100 * 100 * frame["area_km2"].to_numpy(float)
    free = np.maximum(UNFARMED_MOST_SHARE * area - farmed - least, 0)
    weights = free * frame["natural_region"].map(UNFARMED_WEIGHT).to_numpy(float) * rng.lognormal(0, 0.4, len(frame))
    rest = round(100 * TOTAL_2012_HA) - int(farmed.sum()) - int(least.sum())
    return least + share_out(rest, weights, np.minimum(np.floor(free), _most_unfarmed(frame)))


def _least_unfarmed(frame: pd.DataFrame) -> IntArray:
    # whatever the units farm, each large one can reach 5 ha and each small one can have some land
    large = (frame["with_land"] - frame["under_5ha"]).to_numpy(np.int64)
    return LARGE_LEAST_HA100 * large + frame["under_5ha"].to_numpy(np.int64)


def _most_unfarmed(frame: pd.DataFrame) -> FloatArray:
    """Return how much more than the least the units of each district can hold without being farmed."""
    small, farmed = frame["under_5ha"].to_numpy(np.int64), frame["agricultural"].to_numpy(np.int64)
    large = (frame["with_land"] - frame["under_5ha"]).to_numpy(np.int64)
    only_small = np.maximum((SMALL_MOST_HA100 - 1) * small - farmed, 0)
    return np.where(large > 0, LARGE_UNFARMED_MOST_HA100 * large, only_small).astype(float)


def _people(frame: pd.DataFrame) -> None:
    """Add legal persons (units without a household in REC05A) and rows of REC01, refusals included, in place."""
    rows = published_rows()
    frame["legal"], frame["rec01"] = 0, 0
    for code, row in rows.iterrows():
        members = np.flatnonzero(frame["department_ubigeo"] == code)
        part = frame.iloc[members]
        wish = part["with_land"] - (1 - SMALL_LEGAL_WEIGHT) * part["under_5ha"]
        legal = _share(int(row["rec04"] - row["rec05a"]), wish, part["with_land"].to_numpy())
        frame.loc[frame.index[members], "legal"] = legal
        refused = _share(int(row["rec01"] - row["rec04"]), part["units"])
        frame.loc[frame.index[members], "rec01"] = part["units"].to_numpy(np.int64) + refused

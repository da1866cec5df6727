"""
Simulated farms of the embedded default data set: producer units, register of producers, agricultural area, crops.

Real: the department totals of IV CENAGRO 2012 (`geodata/demo/cenagro_2012_totals.csv`), to which units and hectares of
the districts add up exactly, and the national irrigated area. Simulated: every figure of every district. `traits` is
one row per district in order of ubigeo, as `pipelines.demo_simulation.traits` makes it; `rng` decides the rest.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.demo_cells import DEMO_FOLDER

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# IV CENAGRO 2012, official national figures (domain.md section 10). The department table is rounded to whole hectares.
AGRICULTURAL_2012_HA = 7_125_007.67
IRRIGATED_2012_HA = 2_579_899.83
# MIDAGRI 2018, satellite: another concept, 63 % above the census (domain.md section 10).
AGRICULTURAL_2018_HA = 11_650_000.0
# MIDAGRI, register of 2024 (PPA), national.
REGISTERED_2024_COUNT = 2_030_290

# Judgement: nobody has more than 0.4 producer units per inhabitant, nor farms nine tenths of a district.
MOST_UNITS_PER_PERSON = 0.4
MOST_FARMED_SHARE = 0.9
# Judgement, order of the 2012 census: hectares of a unit below and above 5 ha.
SMALL_UNIT_HA, LARGE_UNIT_HA = 1.4, 14.0
# Log-odds that a hectare is irrigated, before the national total fixes the level: order of the regional figures of
# domain.md section 10 (about 87 %, 30 % and 6 % of the agricultural area).
IRRIGATION_LOGIT = {"Costa": 2.0, "Sierra": -0.9, "Selva": -2.8}
# Share of agricultural land that was sown: 4.16 of 7.13 million ha in 2012.
SOWN_SHARE = 0.58
# Judgement: crops on less than half a hectare are not recorded.
LEAST_CROP_HA = 0.5
# Judgement: a district reaches some 300 m below and 400 m above its capital.
ALTITUDE_STEPS_M = (-300.0, 0.0, 400.0)


def producer_units_2012(traits: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """
    Return simulated producer units per district that add up to the published totals of each department.

    Returns
    -------
    units
        ubigeo, units_count, units_with_land_count, units_under_5ha_count, agricultural_area_2012_ha,
        irrigated_area_2012_ha (two decimals). Under 5 ha <= with land <= units; irrigated <= agricultural.
    """
    published = pd.read_csv(DEMO_FOLDER / "cenagro_2012_totals.csv", dtype={"ubigeo": "str"}).set_index("ubigeo")
    hundredths = share_out(round(100 * AGRICULTURAL_2012_HA), published["agricultural_area_2012_ha"].to_numpy(float))
    luck = patchiness(traits, rng, spread=0.35)
    units = np.zeros((len(traits), 4), dtype=np.int64)
    for row, (code, total) in enumerate(published.iterrows()):
        members = np.flatnonzero(traits["department_ubigeo"] == code)
        units[members] = _department_units(traits.iloc[members], luck[members], total, hundredths[row], rng)
    area_ha = units[:, 3] / 100
    return pd.DataFrame(
        {
            "ubigeo": traits["ubigeo"],
            "units_count": units[:, 0],
            "units_with_land_count": units[:, 1],
            "units_under_5ha_count": units[:, 2],
            "agricultural_area_2012_ha": area_ha,
            "irrigated_area_2012_ha": _irrigated_ha(traits, area_ha, rng),
        }
    )


def _department_units(
    traits: pd.DataFrame, luck: FloatArray, total: pd.Series, area_hundredths: int, rng: np.random.Generator
) -> IntArray:
    """Return units, units with land, units under 5 ha and hundredths of hectare, one column each."""
    people, rural = traits["population_count"].to_numpy(float), traits["rural_share"].to_numpy(float)
    units = share_out(int(total["units_count"]), people * rural**2 * luck, np.ceil(MOST_UNITS_PER_PERSON * people))
    landless_weight = (units + 0.01) * rng.lognormal(0, 0.5, len(traits))
    landless = share_out(int(total["units_count"] - total["units_with_land_count"]), landless_weight, units)
    with_land = units - landless
    large_weight = (with_land + 0.01) * rural * rng.lognormal(0, 0.5, len(traits))
    large = share_out(int(total["units_with_land_count"] - total["units_under_5ha_count"]), large_weight, with_land)
    small = with_land - large
    size_ha = (SMALL_UNIT_HA * small + LARGE_UNIT_HA * large + 0.01) * rng.lognormal(0, 0.25, len(traits))
    most_hundredths = np.floor(100 * MOST_FARMED_SHARE * 100 * traits["area_km2"].to_numpy(float))
    area = share_out(int(area_hundredths), size_ha, most_hundredths)
    return np.column_stack([units, with_land, small, area])


def _irrigated_ha(traits: pd.DataFrame, area_ha: FloatArray, rng: np.random.Generator) -> FloatArray:
    odds = traits["natural_region"].map(IRRIGATION_LOGIT).to_numpy(float) + rng.normal(0, 0.9, len(traits))
    low, high = -10.0, 10.0
    for _ in range(60):
        level = (low + high) / 2
        low, high = (level, high) if area_ha @ logistic(odds + level) < IRRIGATED_2012_HA else (low, level)
    return np.minimum(np.round(area_ha * logistic(odds + level), 2), area_ha)


def ppa_2024(
    traits: pd.DataFrame, units: pd.DataFrame, rng: np.random.Generator, absent_count: int = 39
) -> pd.DataFrame:
    """Return simulated producers in the register, without `absent_count` districts: a register has holes."""
    weights = units["units_count"].to_numpy(float) * rng.lognormal(0, 0.25, len(traits))
    producers = share_out(REGISTERED_2024_COUNT, weights)
    frame = pd.DataFrame({"ubigeo": traits["ubigeo"], "producers_count": producers})
    absent = rng.choice(len(frame), size=absent_count, replace=False)
    return frame.drop(index=absent.tolist()).reset_index(drop=True)


def agricultural_area_2018(
    traits: pd.DataFrame, units: pd.DataFrame, rng: np.random.Generator, absent: tuple[str, ...]
) -> pd.DataFrame:
    """Return simulated agricultural area seen from satellite, without the districts in `absent`."""
    raw = units["agricultural_area_2012_ha"].to_numpy(float) * patchiness(traits, rng, spread=0.3)
    most_ha = MOST_FARMED_SHARE * 100 * traits["area_km2"].to_numpy(float)
    area_ha = np.minimum(raw * AGRICULTURAL_2018_HA / raw.sum(), most_ha).round(2)
    frame = pd.DataFrame({"ubigeo": traits["ubigeo"], "agricultural_area_ha": area_ha})
    return frame[~frame["ubigeo"].isin(absent)].reset_index(drop=True)


def crop_value_2023(traits: pd.DataFrame, units: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return simulated tonnes and value (thousand soles) of each crop that suits the altitude and region."""
    crops = pd.read_csv(DEMO_FOLDER / "crops.csv")
    fit = altitude_fit(traits["capital_altitude_m"].to_numpy(float), crops)
    regional = crops[["costa_weight", "sierra_weight", "selva_weight"]].to_numpy(float).T
    column = traits["natural_region"].map({"Costa": 0, "Sierra": 1, "Selva": 2}).to_numpy(int)
    grown = rng.random(fit.shape) < (0.3 + 0.7 * fit) * crops["grown_share"].to_numpy(float)
    weight = fit * regional[column] * grown * rng.lognormal(0, 0.9, fit.shape)
    total = weight.sum(axis=1, keepdims=True)
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    sown_ha = share * SOWN_SHARE * units["agricultural_area_2012_ha"].to_numpy(float)[:, None]
    district, crop = np.nonzero(sown_ha >= LEAST_CROP_HA)
    tonnes = sown_ha[district, crop] * crops["yield_t_per_ha"].to_numpy(float)[crop]
    tonnes *= rng.lognormal(0, 0.2, len(crop))
    price = crops["price_pen_per_kg"].to_numpy(float)[crop] * rng.lognormal(0, 0.15, len(crop))
    return pd.DataFrame(
        {
            "ubigeo": traits["ubigeo"].to_numpy()[district],
            "crop": crops["crop"].to_numpy()[crop],
            "production_t": tonnes.round(2),
            # a tonne at one sol per kilogram is worth one thousand soles
            "value_pen_thousand": (tonnes * price).round(2),
        }
    )


def altitude_fit(altitude_m: FloatArray, crops: pd.DataFrame) -> FloatArray:
    """Return how well each crop (column) suits each altitude (row), 0 to 1: the best of the district's heights."""
    window = crops[[f"altitude_{corner}_m" for corner in "abcd"]].to_numpy(float)
    fits = [
        np.column_stack([np.interp(altitude_m + step, corners, [0.0, 1.0, 1.0, 0.0]) for corners in window])
        for step in ALTITUDE_STEPS_M
    ]
    return np.maximum.reduce(fits)


def share_out(total: int, weights: FloatArray, most: npt.ArrayLike = np.inf) -> IntArray:
    """
    Return whole numbers in proportion to `weights` that add up to `total`, none above its `most`.

    Rounding is by largest remainder. What a capped place cannot take goes to the others in proportion.

    Raises
    ------
    ValueError
        If all the places with weight together cannot take the total.
    """
    caps = np.broadcast_to(np.asarray(most, dtype=float), np.shape(weights))
    capped = np.asarray(weights) <= 0
    exact = np.zeros(len(weights))
    if np.where(capped, 0.0, caps).sum() < total:
        raise ValueError(f"no room for {total}: the places with weight take {np.where(capped, 0.0, caps).sum():.0f}")
    while not capped.all():
        left = total - exact[capped].sum()
        exact[~capped] = left * weights[~capped] / weights[~capped].sum()
        full = ~capped & (exact > caps)
        if not full.any():
            break
        exact[full] = caps[full]
        capped |= full
    counts = np.floor(exact + 1e-9).astype(np.int64)
    room = np.flatnonzero((counts + 1 <= caps) & (np.asarray(weights) > 0))
    order = room[np.argsort(-(exact - counts)[room], kind="stable")]
    counts[order[: total - counts.sum()]] += 1
    return counts


def patchiness(traits: pd.DataFrame, rng: np.random.Generator, *, spread: float) -> FloatArray:
    """Return random factors around 1, half of them shared by the districts of a province: neighbours are alike."""
    province, codes = pd.factorize(traits["ubigeo"].str[:4])
    noise = rng.normal(0, 1, len(codes))[province] + rng.normal(0, 1, len(traits))
    return np.exp(spread * noise / np.sqrt(2))


def logistic(value: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-value))."""
    return 1.0 / (1.0 + np.exp(-value))

"""
The embedded default data set: every canonical layer, real where published facts allow it, simulated elsewhere.

Real: codes, names, capitals with their coordinates and altitude, population 2025 and MINAM's natural region of the
1,891 districts; department totals of IV CENAGRO 2012; official names of the road indicators. Approximate: the shapes
(cells computed from the capitals, see `pipelines.demo_cells`). Simulated: every other figure, drawn from a seed so
that it falls or rises with altitude, rurality and distance as such figures do in Peru. A simulated figure says nothing
about the district that carries it. Origin and licences: `geodata/demo/SOURCES.md`.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata import crs
from layers.districts import SIERRA_ALTITUDE_M
from pipelines import demo_coverage, demo_farms, demo_road_lines, demo_water
from pipelines.demo_cells import read_cells, read_districts
from pipelines.demo_farms import FloatArray, logistic, patchiness, share_out
from pipelines.demo_roads import road_gaps

DEMO_SEED = 2025

# Created after the census of 2017: no figures of 2017 and 2018 (INEI; pack SOURCES.md, "Join facts worth testing").
NEWEST_DISTRICTS = (
    *("030612", "050413", "050512", "050513", "050514", "050515", "080915", "080916", "080917", "080918"),
    *("090724", "090725", "130112", "180107", "221006", "250306", "250307"),
)

# Judgement: densest districts have no rural settlement; the real table has 61 of them.
ALL_URBAN_COUNT = 60
OPERATORS = 4
SETTLEMENTS_COUNT = 20_000
# Judgement: from this many inhabitants a district has a second urban settlement for every further 20,000.
PEOPLE_PER_URBAN_SETTLEMENT = 20_000
PEOPLE_PER_HOUSEHOLD_2017 = 3.5
# Judgement: growth where hardship is average; cities grow, rural districts shrink (29.4 million counted in 2017).
GROWTH_2017_2025 = 1.02


def demo_layers(seed: int = DEMO_SEED) -> dict[str, pd.DataFrame]:
    """
    Return every canonical layer of the embedded default data set; the same seed gives the same layers.

    Only "districts" holds real figures; of "producer_units_2012" the department totals are real. The rest is
    simulated. Holes are left on purpose: 39 districts absent from ppa_2024, the 17 newest from the layers of 2017 and
    2018, 60 districts without rural settlements, road gaps never below the province.

    Returns
    -------
    layers
        Layer name to canonical frame (`geodata.contracts`); "districts" and "settlements" have geometry (EPSG:4326).
    """
    facts = read_districts()
    districts = demo_districts(facts, read_cells())
    described = traits(facts.assign(natural_region=districts["natural_region"]), _generator(seed, 0))
    units = demo_farms.producer_units_2012(described, _generator(seed, 1))
    census = census_2017(described, _generator(seed, 6))
    points = settlements(districts, described, _generator(seed, 8))
    coverage, coverage_scope = demo_coverage.mobile_coverage(points, described, _generator(seed, 12))
    return {
        "districts": districts,
        "ppa_2024": demo_farms.ppa_2024(described, units, _generator(seed, 2)),
        "agricultural_area_2018": demo_farms.agricultural_area_2018(
            described, units, _generator(seed, 3), NEWEST_DISTRICTS
        ),
        "crop_value_2023": demo_farms.crop_value_2023(described, units, _generator(seed, 4)),
        "mobile_internet_2024": mobile_internet_2024(described, _generator(seed, 5)),
        "census_2017": census,
        "poverty_2018": poverty_2018(described, _generator(seed, 7)),
        "settlements": points,
        "road_gaps": road_gaps(described, _generator(seed, 9)),
        "producer_units_2012": units,
        "roads": demo_road_lines.roads(districts, described, _generator(seed, 10)),
        "canals": demo_water.canals(districts, units, _generator(seed, 11)),
        "canals_scope": pd.DataFrame({"ubigeo": list(demo_water.COMPLETE_DEPARTMENTS)}, dtype="str"),
        "mobile_coverage": coverage,
        "mobile_coverage_scope": coverage_scope,
        "literacy_2017": demo_coverage.literacy_2017(census, described, _generator(seed, 13)),
    }


def _generator(seed: int, stream: int) -> np.random.Generator:
    # one stream per layer: a change in one layer leaves the others as they were
    return np.random.default_rng([seed, stream])


def demo_districts(facts: pd.DataFrame, cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the districts layer: the real facts, the natural region after INEI's rule, the approximate cells."""
    frame = facts.assign(natural_region=natural_region(facts)).drop(columns=["area_km2", "area_source"])
    joined = frame.merge(cells, on="ubigeo", how="left", validate="1:1")
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=crs.ON_DISK)


def natural_region(facts: pd.DataFrame) -> pd.Series:
    """
    Return Costa, Sierra or Selva after INEI: Sierra exactly where the capital lies at 2,000 m or more.

    Below, MINAM's word decides between Costa and Selva; where MINAM says Sierra, the side is that of the nearest
    capital below 2,000 m that MINAM calls Costa or Selva (distance on the ground).
    """
    low = facts["capital_altitude_m"] < SIERRA_ALTITUDE_M
    region = facts["natural_region_minam"].where(low, "Sierra")
    open_side, known = low & region.eq("Sierra"), low & region.ne("Sierra")
    scale = [float(np.cos(np.radians(facts["capital_latitude"].mean()))), 1.0]
    places = facts[["capital_longitude", "capital_latitude"]].to_numpy(float) * scale
    offsets = places[open_side.to_numpy()][:, None] - places[known.to_numpy()]
    nearest = np.hypot(*offsets.transpose(2, 0, 1)).argmin(axis=1)
    region = region.copy()
    region[open_side] = region[known].to_numpy()[nearest]
    return region.rename("natural_region")


def traits(facts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """
    Return the facts with what the simulation derives from them.

    Returns
    -------
    traits
        The columns of `facts` and province_ubigeo, department_ubigeo, rural_share (0-1, falls with density),
        remoteness_km (capital to the capital of the province), hardship (mean 0, deviation 1: rises with rurality,
        altitude and remoteness, shared in part by the districts of a province).
    """
    density = facts["population_count"] / facts["area_km2"]
    rural = logistic(1.6 * (2.0 - np.log10(density.to_numpy(float))))
    place = facts.set_index("ubigeo")[["capital_longitude", "capital_latitude"]]
    head = place.reindex(facts["ubigeo"].str[:4] + "01")
    remoteness_km = crs.distance_km(
        place.iloc[:, 0].to_numpy(), place.iloc[:, 1].to_numpy(), head.iloc[:, 0].to_numpy(), head.iloc[:, 1].to_numpy()
    )
    altitude_km = facts["capital_altitude_m"].to_numpy(float) / 1000
    raw = 2.0 * rural + 0.35 * altitude_km + 0.006 * np.minimum(remoteness_km, 150.0)
    raw += 0.5 * facts["natural_region"].eq("Selva").to_numpy(float) + np.log(patchiness(facts, rng, spread=0.45))
    return facts.assign(
        province_ubigeo=facts["ubigeo"].str[:4] + "00",
        department_ubigeo=facts["ubigeo"].str[:2] + "0000",
        rural_share=rural,
        remoteness_km=remoteness_km,
        hardship=(raw - raw.mean()) / raw.std(),
    )


def poverty_2018(described: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return simulated monetary poverty (%) with an interval that is wider in small districts."""
    hardship = described["hardship"].to_numpy(float)
    poverty = 100 * logistic(-0.6 + 0.8 * hardship + rng.normal(0, 0.3, len(described)))
    half_width = np.clip(12.0 - 1.6 * (np.log10(described["population_count"].to_numpy(float)) - 2.0), 2.0, 12.0)
    half_width *= np.sqrt(poverty * (100 - poverty)) / 50
    frame = pd.DataFrame(
        {
            "ubigeo": described["ubigeo"],
            "poverty_pct": poverty.round(2),
            "poverty_low_pct": np.maximum(poverty - half_width, 0.0).round(2),
            "poverty_high_pct": np.minimum(poverty + half_width, 100.0).round(2),
        }
    )
    return _without_newest(frame)


def census_2017(described: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return simulated census counts: people, households and dwellings, and how many lack mobile, internet, power."""
    hardship, size = described["hardship"].to_numpy(float), len(described)
    shrunk = GROWTH_2017_2025 * np.exp(-0.08 * hardship + rng.normal(0, 0.05, size))
    people = np.maximum(np.round(described["population_count"].to_numpy(float) / shrunk), 50).astype(np.int64)
    households = np.maximum(np.round(people / PEOPLE_PER_HOUSEHOLD_2017 * rng.lognormal(0, 0.06, size)), 15)
    dwellings = np.maximum(np.round(households * rng.lognormal(0.03, 0.05, size)), 15)
    lacking = {
        "households_without_mobile_count": (households, -1.6 + 0.8 * hardship),
        "households_without_internet_count": (households, 2.4 + 1.0 * hardship),
        "dwellings_without_electricity_count": (dwellings, -1.9 + 0.8 * hardship),
    }
    counts = {
        name: rng.binomial(base.astype(np.int64), logistic(odds + rng.normal(0, 0.35, size)))
        for name, (base, odds) in lacking.items()
    }
    frame = pd.DataFrame(
        {
            "ubigeo": described["ubigeo"],
            "census_population_count": people,
            "households_count": households.astype(np.int64),
            "dwellings_count": dwellings.astype(np.int64),
            **counts,
        }
    )
    return _without_newest(frame)


def _without_newest(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[~frame["ubigeo"].isin(NEWEST_DISTRICTS)].reset_index(drop=True)


def mobile_internet_2024(described: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return simulated operators (0 to 4) with mobile internet; missing where there is no rural settlement."""
    hardship, size = described["hardship"].to_numpy(float), len(described)
    rural = rng.binomial(OPERATORS, logistic(0.3 - 0.9 * hardship + rng.normal(0, 0.7, size))).astype(float)
    urban = rng.binomial(OPERATORS, logistic(0.4 - 1.2 * hardship + rng.normal(0, 0.6, size))).astype(float)
    rural[described["rural_share"].to_numpy(float).argsort(kind="stable")[:ALL_URBAN_COUNT]] = np.nan
    return pd.DataFrame({"ubigeo": described["ubigeo"], "rural_operators_count": rural, "urban_operators_count": urban})


def settlements(districts: gpd.GeoDataFrame, described: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """
    Return simulated settlements: the capital at its real place, the others at random inside the cell.

    Returns
    -------
    settlements
        settlement_code (ubigeo and four digits), settlement, settlement_type, Point geometry in EPSG:4326.
    """
    people, rural = described["population_count"].to_numpy(float), described["rural_share"].to_numpy(float)
    all_urban = rural <= np.sort(rural)[ALL_URBAN_COUNT - 1]
    weight = np.where(all_urban, 1e-9, np.sqrt(people * rural * described["area_km2"].to_numpy(float)))
    counts = 1 + share_out(SETTLEMENTS_COUNT - len(districts), np.sqrt(weight) * rng.lognormal(0, 0.4, len(weight)))
    owner = np.repeat(np.arange(len(districts)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    points = random_points(np.asarray(districts.geometry.values)[owner], rng)
    capital = number == 0
    points[capital] = districts[["capital_longitude", "capital_latitude"]].to_numpy(float)
    urban = all_urban[owner] | (number <= people[owner] / PEOPLE_PER_URBAN_SETTLEMENT) & (number < counts[owner] / 2)
    simulated_name = [f"Centro poblado simulado {n}" for n in number]
    return gpd.GeoDataFrame(
        {
            "settlement_code": districts["ubigeo"].to_numpy()[owner] + pd.Series(number + 1).map("{:04d}".format),
            "settlement": np.where(capital, districts["capital"].to_numpy()[owner], simulated_name),
            "settlement_type": np.where(urban, "Urbano", "Rural"),
        },
        geometry=shapely.points(points.round(5)),
        crs=crs.ON_DISK,
    )


def random_points(shapes: npt.NDArray[np.object_], rng: np.random.Generator) -> FloatArray:
    """Return one uniform random point inside each polygon, shape (polygons, 2), by drawing until it falls inside."""
    bounds = shapely.bounds(shapes)
    points = np.full((len(shapes), 2), np.nan)
    waiting = np.arange(len(shapes))
    while len(waiting):
        low, high = bounds[waiting, :2], bounds[waiting, 2:]
        drawn = low + rng.random((len(waiting), 2)) * (high - low)
        inside = shapely.contains_xy(shapes[waiting], drawn[:, 0], drawn[:, 1])
        points[waiting[inside]] = drawn[inside]
        waiting = waiting[~inside]
    return points

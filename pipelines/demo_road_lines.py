"""
Simulated roads of the embedded default data set: jagged lines between the capitals of neighbouring districts.

Real: the capitals that the lines join. Simulated: every line, its network, surface, condition and code. The shape is
that of a road network (about the kilometres of the country, domain.md section 10), the place of a road is not.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata import crs
from geodata.ubigeo import entity_code
from layers.roads.words import lengths_km

FloatArray = npt.NDArray[np.float64]

# Judgement: no simulated road joins capitals farther apart: between them lie jungle or sea.
LONGEST_KM = 120.0
# Judgement: share of the lines of a department, by importance, in each network; in km this gives about the shares of
# 2018 (national 16 %, departmental 16 %, vecinal 68 %: domain.md section 10, (m)).
NETWORK_SHARES = {"nacional": 0.17, "departamental": 0.15}
# Judgement: between two such lines the one that joins more people is the wider network, distance counts little.
REACH_POWER = 0.1
# Judgement: corners of a line and how far off the straight they lie, as a share of its length.
CORNERS = 9
JAG_SHARE = 0.05
# Judgement: share of each surface where hardship is average; a point of hardship moves it one step down the list.
SURFACES = ("pavimentado", "asfaltado_economico", "afirmado", "sin_afirmar", "trocha")
SURFACE_BOUNDS = {
    "nacional": (1.0, 1.6, 2.4, 9.0),
    "departamental": (-1.0, -0.4, 0.9, 1.8),
    "vecinal": (-2.4, -2.2, 0.1, 1.1),
}
CONDITIONS = ("bueno", "regular", "malo", "muy_malo")
CONDITION_BOUNDS = (-0.3, 0.7, 1.9)


def roads(districts: gpd.GeoDataFrame, described: pd.DataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """
    Return simulated lines of the three networks in every department.

    Parameters
    ----------
    districts
        `ubigeo`, capital_longitude, capital_latitude (degrees), population_count.
    described
        `pipelines.demo_simulation.traits`, in the same order: hardship.

    Returns
    -------
    roads
        The canonical layer (EPSG:4326); `declared_km` is the length of the line itself.
    """
    seats = districts[["capital_longitude", "capital_latitude"]].to_numpy(float)
    start, end = _neighbours(seats)
    kilometres = crs.distance_km(*seats[start].T, *seats[end].T)
    near = (kilometres > 0) & (kilometres <= LONGEST_KM)
    start, end, kilometres = start[near], end[near], kilometres[near]
    department = entity_code(districts["ubigeo"], "department").to_numpy()[start]
    people = districts["population_count"].to_numpy(float)
    network = _networks(np.minimum(people[start], people[end]) / kilometres**REACH_POWER, department)
    hardship = described["hardship"].to_numpy(float)
    effort = (hardship[start] + hardship[end]) / 2 + rng.normal(0, 0.6, len(start))
    lines = _jagged(seats[start], seats[end], rng)
    return gpd.GeoDataFrame(
        {
            "network": pd.Series(network, dtype="str"),
            "route_code": pd.Series([f"S-{number:05d}" for number in range(1, len(lines) + 1)], dtype="str"),
            "surface": pd.Series(_surfaces(network, effort), dtype="str"),
            "condition": pd.Series(
                _steps(effort + rng.normal(0, 0.5, len(lines)), CONDITION_BOUNDS, CONDITIONS), dtype="str"
            ),
            "department_code": pd.Series(department, dtype="str"),
            "declared_km": lengths_km(lines).round(3),
        },
        geometry=lines,
        crs=crs.ON_DISK,
    )


def _neighbours(seats: FloatArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the pairs of capitals that share a side in the Delaunay triangulation."""
    spots = shapely.points(seats)
    sides = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(spots), only_edges=True))
    ends = shapely.get_coordinates(sides).reshape(-1, 2, 2)
    tree = shapely.STRtree(spots)
    start, end = (tree.nearest(shapely.points(ends[:, side])) for side in (0, 1))
    return start, end


def _networks(importance: FloatArray, department: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the network of each line: in every department the most important are national, the next departmental."""
    rank = pd.Series(-importance).groupby(department).rank(method="first", pct=True)
    # the first of each department is national and the second departmental, however few there are
    place = pd.Series(-importance).groupby(department).rank(method="first")
    national = rank.le(NETWORK_SHARES["nacional"]) | place.eq(1)
    departmental = rank.le(sum(NETWORK_SHARES.values())) | place.eq(2)
    return np.where(national, "nacional", np.where(departmental, "departamental", "vecinal")).astype(object)


def _surfaces(network: npt.NDArray[np.object_], effort: FloatArray) -> npt.NDArray[np.object_]:
    surfaces = np.empty(len(network), dtype=object)
    for name, bounds in SURFACE_BOUNDS.items():
        chosen = network == name
        surfaces[chosen] = _steps(effort[chosen], bounds, SURFACES)
    return surfaces


def _steps(values: FloatArray, bounds: tuple[float, ...], words: tuple[str, ...]) -> npt.NDArray[np.object_]:
    return np.array(words, dtype=object)[np.searchsorted(bounds, values)]


def _jagged(start: FloatArray, end: FloatArray, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Return lines with corners pushed to either side; the ends stay where they are."""
    along = np.linspace(0, 1, CORNERS + 2)[None, :, None]
    straight = end - start
    across = np.stack([-straight[:, 1], straight[:, 0]], axis=1)
    push = rng.normal(0, JAG_SHARE, (len(start), CORNERS + 2, 1))
    push[:, [0, -1]] = 0
    corners = start[:, None] + along * straight[:, None] + push * across[:, None]
    return shapely.linestrings(corners.round(5))

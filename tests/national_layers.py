"""
Roads and settlements as many as in the whole country, made in memory in seconds, always the same: for measuring.

Simulated: routes wander from random places of random districts, as long together as the road network of Peru (about
175,000 km). Nothing of them is true but their number and shape: about a kilometre with five to ten vertices each.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.overlay.points import first_holding

SEGMENTS = 180_000
NETWORK_KM = 175_000.0
SETTLEMENTS = 100_000
SEED = 2026

SEGMENTS_PER_ROUTE = 20
KM_PER_DEGREE = 111.2
TURN_RAD = 0.35
"""Typical turn from one vertex to the next."""

NETWORKS = {"nacional": 0.16, "departamental": 0.18, "vecinal": 0.66}
"""Shares of the routes, about those of the registered network."""
SURFACES = {"pavimentado": 0.18, "asfaltado_economico": 0.1, "afirmado": 0.3, "sin_afirmar": 0.2, "trocha": 0.22}
CONDITIONS = {"bueno": 0.25, "regular": 0.35, "malo": 0.3, "muy_malo": 0.1}
MISSING_SHARE = 0.1
"""Segments whose surface, or condition, nobody noted."""


def national_roads(districts: gpd.GeoDataFrame, segments: int = SEGMENTS) -> gpd.GeoDataFrame:
    """Return the canonical `roads` of a simulated country: `segments` lines over `districts` (EPSG:4326)."""
    random = np.random.default_rng(SEED)
    routes = -(-segments // SEGMENTS_PER_ROUTE)
    counts = random.integers(4, 10, (routes, SEGMENTS_PER_ROUTE))
    steps = counts.sum(axis=1)
    route_of_step = np.repeat(np.arange(routes), steps)
    heading = np.cumsum(random.normal(0, TURN_RAD, len(route_of_step)))
    km_per_segment = NETWORK_KM / SEGMENTS * random.gamma(4, 1 / 4, counts.size)
    step_deg = np.repeat(km_per_segment / counts.ravel(), counts.ravel()) / KM_PER_DEGREE
    moves = np.column_stack([np.cos(heading), np.sin(heading)]) * step_deg[:, None]
    start = _places(districts, routes, random)
    walked = np.cumsum(moves, axis=0)
    first = np.cumsum(steps) - steps
    ends = start[route_of_step] + walked - (walked - moves)[first][route_of_step]
    # each segment begins where the one before it ended
    begins = ends - moves
    segment_of_step = np.repeat(np.arange(counts.size), counts.ravel())
    is_first = np.diff(segment_of_step, prepend=-1) > 0
    xy = np.concatenate([begins[is_first], ends])
    owner = np.concatenate([np.arange(counts.size), segment_of_step])
    order = np.argsort(owner, kind="stable")
    lines = shapely.linestrings(xy[order], indices=owner[order])[:segments]
    route = np.repeat(np.arange(routes), SEGMENTS_PER_ROUTE)[:segments]
    network = random.choice(list(NETWORKS), routes, p=list(NETWORKS.values()))
    return gpd.GeoDataFrame(
        {
            "network": pd.Series(network[route], dtype="str"),
            "route_code": pd.Series([f"R{number:05d}" for number in route], dtype="str"),
            "surface": _noted(SURFACES, segments, random),
            "condition": _noted(CONDITIONS, segments, random),
        },
        geometry=lines,
        crs="EPSG:4326",
    )


def national_settlements(
    roads: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, count: int = SETTLEMENTS
) -> gpd.GeoDataFrame:
    """Return simulated `settlements`: four in five about a road (1.5 km), the others anywhere in a district."""
    random = np.random.default_rng(SEED + 1)
    near = count * 4 // 5
    vertices = shapely.get_coordinates(roads.geometry.to_numpy())
    about = vertices[random.integers(0, len(vertices), near)] + random.normal(0, 1.5 / KM_PER_DEGREE, (near, 2))
    xy = np.concatenate([about, _places(districts, count - near, random)])
    return gpd.GeoDataFrame(
        {
            "settlement_code": pd.Series([f"{number:010d}" for number in range(count)], dtype="str"),
            "settlement_type": pd.Series(random.choice(["Rural", "Urbano"], count, p=[0.95, 0.05]), dtype="str"),
        },
        geometry=shapely.points(xy),
        crs="EPSG:4326",
    )


def _places(districts: gpd.GeoDataFrame, count: int, random: np.random.Generator) -> np.ndarray:
    """Return random places, each in a district that was chosen by chance: small districts are denser."""
    areas = districts.geometry.to_numpy()
    bounds = shapely.bounds(areas)
    found = np.empty((0, 2))
    while len(found) < count:
        box = bounds[random.integers(0, len(areas), count)]
        tried = random.uniform(box[:, :2], box[:, 2:])
        found = np.concatenate([found, tried[first_holding(tried[:, 0], tried[:, 1], areas) >= 0]])
    return found[:count]


def _noted(shares: dict[str, float], count: int, random: np.random.Generator) -> pd.Series:
    """Return words by their shares, some missing."""
    values = pd.Series(random.choice(list(shares), count, p=list(shares.values())), dtype="str")
    return values.mask(random.random(count) < MISSING_SHARE)

"""
A country of eight square districts, small enough to check every figure by hand.

Department 01: provinces 0101 (two districts) and 0102 (two). Department 02: province 0201 (four). Each square measures
half a degree. Values grow with the number of the district, so that nothing is constant.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point, box

CODES = ("010101", "010102", "010201", "010202", "020101", "020102", "020103", "020104")
SIDE_DEG = 0.5
WEST, SOUTH = -76.0, -12.0


def square(number: int) -> tuple[float, float]:
    """Return the south-west corner of a district: four columns, two rows."""
    return WEST + SIDE_DEG * (number % 4), SOUTH + SIDE_DEG * (number // 4)


def districts() -> gpd.GeoDataFrame:
    """Return the eight squares: the first six are Sierra (2,500 m), the last two are not (500 m)."""
    corners = [square(number) for number in range(len(CODES))]
    sierra = [number < 6 for number in range(len(CODES))]
    return gpd.GeoDataFrame(
        {
            "ubigeo": list(CODES),
            "district": [f"Distrito {code}" for code in CODES],
            "province": [f"Provincia {code[:4]}" for code in CODES],
            "department": [f"Departamento {code[:2]}" for code in CODES],
            "capital": [f"Capital {code}" for code in CODES],
            "capital_altitude_m": [2500.0 if high else 500.0 for high in sierra],
            "capital_longitude": [x + SIDE_DEG / 2 for x, _ in corners],
            "capital_latitude": [y + SIDE_DEG / 2 for _, y in corners],
            "population_count": [1000.0 * (number + 1) for number in range(len(CODES))],
            "natural_region": ["Sierra" if high else "Selva" for high in sierra],
            "natural_region_minam": ["Sierra"] * 7 + ["Selva"],
        },
        geometry=[box(x, y, x + SIDE_DEG, y + SIDE_DEG) for x, y in corners],
        crs="EPSG:4326",
    )


def layers() -> dict[str, pd.DataFrame]:
    """Return every canonical layer of the tiny country."""
    numbers = np.arange(1, len(CODES) + 1, dtype=float)
    codes = pd.Series(CODES, dtype="str")
    return {
        "districts": districts(),
        "ppa_2024": pd.DataFrame({"ubigeo": codes, "producers_count": 100 * numbers}),
        "agricultural_area_2018": pd.DataFrame({"ubigeo": codes, "agricultural_area_ha": 250 * numbers}),
        "crop_value_2023": pd.DataFrame(
            {
                "ubigeo": [*CODES, *CODES],
                "crop": ["QUINUA"] * len(CODES) + ["PAPA"] * len(CODES),
                "production_t": [*(10 * numbers), *(100 * numbers)],
                "value_pen_thousand": [*(20 * numbers**2), *(80 * numbers)],
            }
        ),
        "mobile_internet_2024": pd.DataFrame(
            {
                "ubigeo": codes,
                "rural_operators_count": [0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 1.0, np.nan],
                "urban_operators_count": [1.0, 2.0, 3.0, 4.0, 4.0, 4.0, 1.0, 0.0],
            }
        ),
        "census_2017": pd.DataFrame(
            {
                "ubigeo": codes,
                "census_population_count": 900 * numbers,
                "households_count": 200 * numbers,
                "households_without_mobile_count": 200 * numbers * (0.9 - 0.1 * numbers),
                "households_without_internet_count": 200 * numbers * (0.95 - 0.05 * numbers),
                "dwellings_count": 180 * numbers,
                "dwellings_without_electricity_count": 180 * numbers * (0.8 - 0.1 * numbers).clip(0),
            }
        ),
        "poverty_2018": pd.DataFrame(
            {
                "ubigeo": codes,
                "poverty_pct": 60 - 5 * numbers,
                "poverty_low_pct": 55 - 5 * numbers,
                "poverty_high_pct": 65 - 5 * numbers,
            }
        ),
        "settlements": settlements(),
        "road_gaps": road_gaps(),
        **public_goods(),
    }


def public_goods() -> dict[str, pd.DataFrame]:
    """Return a road through department 01, way-points through 02, one canal, irrigated land, coverage and literacy."""
    numbers = np.arange(1, len(CODES) + 1, dtype=float)
    middle, end = SOUTH + SIDE_DEG / 2, WEST + 4 * SIDE_DEG
    technologies = ("2g", "3g", "4g", "5g")
    return {
        "roads": gpd.GeoDataFrame(
            {
                "network": ["vecinal", "nacional"],
                "route_code": ["AA-500", "PE-1"],
                "surface": ["afirmado", "pavimentado"],
                "condition": ["bueno", "malo"],
                "department_code": ["010000", "010000"],
                "declared_km": [100.0, 200.0],
            },
            geometry=[
                LineString([(WEST, middle), (WEST + 2 * SIDE_DEG, middle)]),
                LineString([(WEST, middle + 0.1), (end, middle + 0.1)]),
            ],
            crs="EPSG:4326",
        ),
        "road_route_points": gpd.GeoDataFrame(
            {
                "network": ["vecinal"] * 3,
                "route_code": ["BB-600"] * 3,
                "position": [1.0, 2.0, 3.0],
                "place": ["Uno", "Dos", "Tres"],
                "point_type": ["INICIAL", "INTERMEDIO", "FINAL"],
                "department_code": ["020000"] * 3,
                "declared_province": ["Provincia 0201"] * 3,
                "declared_district": ["Distrito 020101", "Distrito 020102", "Distrito 020103"],
            },
            geometry=[Point(WEST + 0.2 + 0.3 * step, middle + SIDE_DEG) for step in range(3)],
            crs="EPSG:4326",
        ),
        "canals": gpd.GeoDataFrame(
            {"kind": ["canal"], "name": ["Canal del ejemplo"], "department_code": ["010000"]},
            geometry=[LineString([(WEST + 0.1, SOUTH + 0.1), (WEST + 0.2, SOUTH + 0.1)])],
            crs="EPSG:4326",
        ),
        "canals_scope": pd.DataFrame({"ubigeo": ["010101"]}, dtype="str"),
        "irrigated_areas": gpd.GeoDataFrame(
            {"name": ["Sector del ejemplo"], "scope_code": ["010101"]},
            geometry=[box(WEST + 0.1, SOUTH + 0.1, WEST + 0.11, SOUTH + 0.11)],
            crs="EPSG:4326",
        ),
        "mobile_coverage": pd.DataFrame(
            {
                "settlement_code": [f"{code}0001" for code in CODES[:2] for _ in technologies],
                "operator": "claro",
                "technology": technologies * 2,
                "guaranteed_share": [1.0, 1.0, 0.5, 0.0, 1.0, 0.0, 0.0, 0.0],
                "total_share": [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0],
                "over_1_mbps": np.nan,
            }
        ),
        "mobile_coverage_scope": pd.DataFrame({"ubigeo": ["010100"]}, dtype="str"),
        "literacy_2017": pd.DataFrame(
            {
                "ubigeo": pd.Series(CODES, dtype="str"),
                "literate_count": 700 * numbers,
                "illiterate_count": 150 * numbers,
            }
        ),
    }


def settlements() -> gpd.GeoDataFrame:
    """Return one rural settlement in the middle of each district, one urban in the first, one in the sea."""
    middles = [Point(x + SIDE_DEG / 2, y + SIDE_DEG / 2) for x, y in map(square, range(len(CODES)))]
    return gpd.GeoDataFrame(
        {
            "settlement_code": [f"{code}0001" for code in CODES] + ["0101010002", "0101010003"],
            "settlement": [f"Pueblo {code}" for code in CODES] + ["Ciudad", "Isla"],
            "settlement_type": ["Rural"] * len(CODES) + ["Urbano", "Rural"],
        },
        geometry=[*middles, Point(WEST + 0.1, SOUTH + 0.1), Point(WEST - 3, SOUTH)],
        crs="EPSG:4326",
    )


def road_gaps() -> pd.DataFrame:
    """Return official road gaps: per province and per department, never per district."""
    vecinal = "PORCENTAJE DE LA RED VIAL VECINAL EN CONDICIONES INADECUADAS"
    departmental = "PORCENTAJE DE LA RED VIAL DEPARTAMENTAL EN CONDICIONES INADECUADAS"
    rows = [
        ("province", "010100", vecinal, 0.8, 100.0),
        ("province", "010200", vecinal, 0.2, 50.0),
        ("department", "010000", vecinal, 0.6, 150.0),
        ("department", "010000", departmental, 0.5, 40.0),
    ]
    return pd.DataFrame(
        {
            "level": [row[0] for row in rows],
            "ubigeo": [row[1] for row in rows],
            "official_name": [row[2] for row in rows],
            "year": 2023,
            "gap_share": [row[3] for row in rows],
            "demanded_km": [row[4] for row in rows],
            "implemented_km": [row[4] * (1 - row[3]) for row in rows],
        }
    )


def without(layer: str, ubigeo: str) -> Mapping[str, pd.DataFrame]:
    """Return the layers with one district absent from one of them."""
    frames = layers()
    frames[layer] = frames[layer][frames[layer]["ubigeo"] != ubigeo]
    return frames

"""Contracts of what rasters say of each district: its terrain and its rain. Neither layer has shapes."""

from __future__ import annotations

import pandera.pandas as pa

from geodata.schemas.columns import NOT_NEGATIVE, PERCENTAGE, UNIQUE_KEY, number

ALTITUDE = pa.Check.in_range(-500, 7000, error="una altitud entre -500 y 7,000 m")
MONTH = pa.Check.isin([float(month) for month in range(1, 13)], error="un mes de 1 a 12")

BELTS = ("chala", "omagua", "rupa_rupa", "yunga", "quechua", "suni", "puna", "janca")

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "terrain": pa.DataFrameSchema(
        {
            "ubigeo": UNIQUE_KEY,
            **{f"altitude_{name}_m": number(ALTITUDE, nullable=False) for name in ("p10", "mean", "p90")},
            **{f"belt_{belt}_pct": number(PERCENTAGE, nullable=False) for belt in BELTS},
            "slope_above_25_pct": number(PERCENTAGE),
        }
    ),
    "rain": pa.DataFrameSchema(
        {
            "ubigeo": UNIQUE_KEY,
            "rain_annual_mm": number(NOT_NEGATIVE, nullable=False),
            "rain_driest_month": number(MONTH, nullable=False),
            **{f"rain_{month:02d}_mm": number(NOT_NEGATIVE, nullable=False) for month in range(1, 13)},
        }
    ),
}

GEOMETRIES: dict[str, set[str]] = {}

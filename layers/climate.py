"""
Climate of each district: monthly and annual rain.

Left out: temperature, frost. Rain comes from coarse grids (PISCO: a tenth of a degree, 11 km): each pixel weighs by the
area that it shares with the district, so that a district smaller than a pixel has a figure too, that of its pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.quality import Finding, examples, found
from layers.overlay.zones import COVERED_SHARE_MINIMUM, Raster, zone_means
from layers.terrain import implausible_finding, partly_covered_finding

MONTHS = 12
RAIN_MONTH_FIELDS = tuple(f"rain_{month:02d}_mm" for month in range(1, MONTHS + 1))
RAIN_FIELDS = ("rain_annual_mm", "rain_driest_month", *RAIN_MONTH_FIELDS)

HIGHEST_MONTH_MM = 3000.0
"""Judgement: the wettest places of the country have some 8,000 mm in a year; no month of a mean year passes this."""

SLIGHTLY_BELOW_ZERO_MM = 0.1
"""Measured: PISCO has 342 pixels down to -0.015 mm in May, left by its interpolation; they mean no rain."""


@dataclass(frozen=True)
class Rain:
    """What one raster says, for the districts that it covers."""

    table: pd.DataFrame
    """`RAIN_FIELDS` indexed by ubigeo, a row per district covered in all twelve months."""
    covered_share: pd.Series
    """0-1, every district that touches the raster: that of its worst month."""
    findings: list[Finding]


def rain(raster: Raster, districts: gpd.GeoDataFrame) -> Rain:
    """
    Return the rain of a mean year in every district that the raster covers by at least `COVERED_SHARE_MINIMUM`.

    Parameters
    ----------
    raster
        Twelve bands, January to December, in mm.
    districts
        `ubigeo` and polygons, any CRS.

    Raises
    ------
    ValueError
        If the raster does not have twelve bands.
    CrsMismatchError
        If the districts have no CRS.
    """
    if raster.band_count != MONTHS:
        raise ValueError(f"raster has {raster.band_count} bands, expected one per month")
    zones = zone_means(raster, districts, lowest=-SLIGHTLY_BELOW_ZERO_MM, highest=HIGHEST_MONTH_MM)
    covered_share = zones.covered_share.min(axis=1).rename("covered_share")
    months = zones.means.loc[covered_share >= COVERED_SHARE_MINIMUM].set_axis(list(RAIN_MONTH_FIELDS), axis=1)
    below_zero = (months < 0).any(axis=1)
    months = months.clip(lower=0.0)
    table = months.assign(
        rain_annual_mm=months.sum(axis=1),
        # the first of equal months
        rain_driest_month=np.argmin(months.to_numpy(), axis=1).astype(np.float64) + 1.0,
    )
    in_part = covered_share[(covered_share > 0) & (covered_share < COVERED_SHARE_MINIMUM)]
    findings = found(
        [
            implausible_finding(zones.implausible_count, "una lluvia mensual posible (0 a 3,000 mm)"),
            partly_covered_finding(in_part),
            Finding(
                code="slightly_negative_rain",
                message="Distritos con algún mes de lluvia apenas por debajo de cero (hasta -0.1 mm)",
                count=int(below_zero.sum()),
                severity="info",
                effect="ese mes cuenta como 0 mm",
                repair="es un resto de la interpolación del producto: no hace falta reparar nada",
                examples=examples(months.index[below_zero]),
            ),
        ]
    )
    return Rain(table[list(RAIN_FIELDS)], covered_share, findings)

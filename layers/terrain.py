"""
Terrain of each district: altitude, belts of Pulgar Vidal, steep land.

Left out: exposure to the sun, soils. A district that no raster covers has no terrain; the altitude of its seat is
another figure and does not stand in for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.quality import Finding, examples, found
from layers.overlay.zones import COVERED_SHARE_MINIMUM, LOWEST_M, AltitudeZones, Raster, altitude_zones

HISTOGRAM_STEP_M = 10
"""Metres per bin of the published histogram: the windows of crops (domain.md section 8) are told in tens of metres."""

# Lower edges in metres, of each belt, by the side of the Andes. Altitude belts of Javier Pulgar Vidal ("Las ocho
# regiones naturales del Peru"; domain.md section 7). Yunga above the forest is his yunga fluvial, named ceja in
# domain.md up to 3,500 m; here the belts of both sides carry the same names from 1,000 m on.
WEST_BELTS = {
    # a few metres below the sea, by an error of the DEM, are the lowest belt
    "belt_chala_pct": LOWEST_M,
    "belt_yunga_pct": 500,
    "belt_quechua_pct": 2300,
    "belt_suni_pct": 3500,
    "belt_puna_pct": 4000,
    "belt_janca_pct": 4800,
}
EAST_BELTS = {
    "belt_omagua_pct": LOWEST_M,
    "belt_rupa_rupa_pct": 400,
    "belt_yunga_pct": 1000,
    "belt_quechua_pct": 2300,
    "belt_suni_pct": 3500,
    "belt_puna_pct": 4000,
    "belt_janca_pct": 4800,
}
BELT_FIELDS = (
    "belt_chala_pct",
    "belt_omagua_pct",
    "belt_rupa_rupa_pct",
    "belt_yunga_pct",
    "belt_quechua_pct",
    "belt_suni_pct",
    "belt_puna_pct",
    "belt_janca_pct",
)
EAST_REGION = "Selva"
"""The side of a district is its natural region: in the Selva it looks to the Amazon, otherwise to the Pacific."""

TERRAIN_FIELDS = ("altitude_p10_m", "altitude_mean_m", "altitude_p90_m", *BELT_FIELDS, "slope_above_25_pct")


@dataclass(frozen=True)
class Terrain:
    """What one raster says, for the districts that it covers."""

    table: pd.DataFrame
    """`TERRAIN_FIELDS` indexed by ubigeo, a row per covered district."""
    histogram: pd.DataFrame
    """Indexed by ubigeo; columns are lower edges of bins of `HISTOGRAM_STEP_M` metres; values are shares of the covered
    area, 1 in total."""
    covered_share: pd.Series
    """0-1, every district that touches the raster."""
    findings: list[Finding]


def terrain(raster: Raster, districts: gpd.GeoDataFrame) -> Terrain:
    """
    Return the terrain of every district that a DEM covers by at least `COVERED_SHARE_MINIMUM`.

    Parameters
    ----------
    raster
        Altitude in metres in its first band.
    districts
        `ubigeo`, `natural_region` and polygons, any CRS.

    Raises
    ------
    CrsMismatchError
        If the districts have no CRS.
    """
    zones = altitude_zones(raster, districts)
    covered = (zones.covered_share >= COVERED_SHARE_MINIMUM).to_numpy()
    ubigeo = zones.ubigeo[covered]
    # a country is 1,891 x 7,501 numbers: few copies of them
    shares = zones.histogram_m2[covered]
    shares /= shares.sum(axis=1, keepdims=True)
    metres = np.arange(shares.shape[1]) + LOWEST_M
    region = districts.set_index("ubigeo")["natural_region"].reindex(ubigeo)
    cumulative = shares.cumsum(axis=1)
    table = pd.DataFrame(
        {
            "altitude_p10_m": percentile_m(cumulative, 10),
            "altitude_mean_m": shares @ metres,
            "altitude_p90_m": percentile_m(cumulative, 90),
            **belts_pct(cumulative, region.eq(EAST_REGION).to_numpy()),
            "slope_above_25_pct": 100.0 * zones.steep_share.to_numpy()[covered],
        },
        index=ubigeo,
    )
    histogram = pd.DataFrame(
        np.add.reduceat(shares, np.arange(0, shares.shape[1], HISTOGRAM_STEP_M), axis=1),
        index=ubigeo,
        columns=metres[::HISTOGRAM_STEP_M],
    )
    return Terrain(table[list(TERRAIN_FIELDS)], histogram, zones.covered_share, terrain_findings(zones))


def percentile_m(cumulative: np.ndarray, percent: int) -> np.ndarray:
    """Return, per row, the lowest whole metre at or below which lies at least `percent` of the area."""
    # a hair below, because sums of shares miss a round number by a few units in the last place
    return (cumulative < percent / 100.0 - 1e-9).sum(axis=1).astype(np.float64) + LOWEST_M


def belts_pct(cumulative: np.ndarray, is_east: np.ndarray) -> dict[str, np.ndarray]:
    """
    Return the share of area in each belt of Pulgar Vidal, 0-100; the belts of the other side are zero.

    Parameters
    ----------
    cumulative
        Districts x metres, from `LOWEST_M` on: share of area at or below each metre; each row ends in 1.
    is_east
        Whether each district looks to the Amazon.
    """
    found_pct = {field: np.zeros(len(cumulative)) for field in BELT_FIELDS}
    for belts, side in ((WEST_BELTS, ~is_east), (EAST_BELTS, is_east)):
        # what lies below the lower edge of a belt ends one metre before it
        columns = np.array([*belts.values()][1:]) - LOWEST_M - 1
        below = np.pad(cumulative[np.ix_(side, columns)], ((0, 0), (1, 1)), constant_values=((0, 0), (0.0, 1.0)))
        # sums of floats pass 0 and 100 by a hair
        parts = np.clip(100.0 * np.diff(below, axis=1), 0.0, 100.0)
        for number, field in enumerate(belts):
            found_pct[field][side] = parts[:, number]
    return found_pct


def terrain_findings(zones: AltitudeZones) -> list[Finding]:
    """Return what was noticed in a DEM: pixels that are no altitude, districts covered in part, slopes unknown."""
    in_part = zones.covered_share[(zones.covered_share > 0) & (zones.covered_share < COVERED_SHARE_MINIMUM)]
    covered = zones.covered_share >= COVERED_SHARE_MINIMUM
    without_slope = zones.steep_share[covered & zones.steep_share.isna()]
    return found(
        [
            implausible_finding(zones.implausible_count, "una altitud posible en el Perú (-500 a 7,000 m)"),
            partly_covered_finding(in_part),
            Finding(
                code="slope_unknown",
                message="Distritos con altitud pero sin pendiente en el 95 % de su superficie",
                count=len(without_slope),
                severity="info",
                effect="su pendiente sale «sin dato»: un píxel junto a otro sin dato no tiene pendiente",
                examples=examples(without_slope.index),
            ),
        ]
    )


def partly_covered_finding(covered_share: pd.Series) -> Finding:
    """Return the finding for districts that a raster covers, but not enough; `covered_share` holds only those."""
    return Finding(
        code="partly_covered",
        message="Distritos que el ráster cubre en menos del 95 % de su superficie",
        count=len(covered_share),
        severity="info",
        effect="salen «sin dato» de este ráster, nunca con la cifra de una parte",
        repair="agregue un ráster que los cubra enteros",
        examples=examples(f"{code} ({100 * share:.0f} %)" for code, share in covered_share.items()),
    )


def implausible_finding(count: int, plausible: str) -> Finding:
    """Return the finding for pixels whose number cannot be what the raster says it measures."""
    return Finding(
        code="implausible_value",
        message=f"Píxeles dentro de distritos cuyo valor no es {plausible}",
        count=count,
        effect="cuentan como píxeles sin dato",
        repair="declare en el archivo el valor que significa «sin dato»",
    )

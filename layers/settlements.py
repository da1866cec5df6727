"""
Settlements: points against today's limits.

The position decides, not the code: codes are of about 2017. Points whose code names another district and points
outside every limit are counted and reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.quality import Finding, examples, found
from layers.joining import share_pct
from layers.overlay import points_in_districts

RURAL = "Rural"

CONFLICTS_SHOWN = 1_000
"""Rows of the table of conflicts that are kept; the findings count all of them."""

# Peru and some 50 km around it, degrees: west, south, east, north. Beyond, a coordinate is a typing error.
PLAUSIBLE_BOX = (-82.0, -19.0, -68.0, 0.5)


@dataclass(frozen=True)
class PlacedSettlements:
    """Settlements with the district they lie in, and what did not fit."""

    ubigeo: pd.Series
    """District of each settlement by position; missing outside every limit."""
    is_rural: pd.Series
    outside_count: int
    elsewhere_count: int
    """Inside a district other than the one their code names, districts created after 2017 apart."""


def place(settlements: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, new_districts: set[str]) -> PlacedSettlements:
    """Return the settlements placed by position in `districts` (both EPSG:4326)."""
    ubigeo = points_in_districts(settlements.geometry.x, settlements.geometry.y, districts)
    placed = ubigeo.notna()
    declared = settlements["settlement_code"].str[:6]
    elsewhere = placed & ubigeo.ne(declared) & ~ubigeo.isin(new_districts)
    return PlacedSettlements(
        ubigeo=ubigeo,
        is_rural=settlements["settlement_type"].eq(RURAL),
        outside_count=int((~placed).sum()),
        elsewhere_count=int(elsewhere.sum()),
    )


def settlements_count(ubigeo: pd.Series, placed: PlacedSettlements, *, rural_only: bool = False) -> pd.Series:
    """Return settlements inside each district; zero when no point lies in it: the list covers the country."""
    chosen = placed.ubigeo[placed.is_rural] if rural_only else placed.ubigeo
    counts = chosen.value_counts()
    name = "rural_settlements_count" if rural_only else "settlements_count"
    return pd.Series(counts.reindex(ubigeo).fillna(0).to_numpy(dtype=np.float64), index=ubigeo.index, name=name)


def rural_settlements_pct(rural_count: pd.Series, count: pd.Series) -> pd.Series:
    """Return rural settlements as a percentage of all; missing where there is none."""
    return share_pct(rural_count, count).rename("rural_settlements_pct")


def conflicts(
    settlements: gpd.GeoDataFrame,
    placed: PlacedSettlements,
    new_districts: set[str],
    *,
    at_most: int = CONFLICTS_SHOWN,
) -> pd.DataFrame:
    """
    Return the settlements whose code and position disagree.

    Returns
    -------
    conflicts
        settlement_code, declared_ubigeo, position_ubigeo (missing outside every limit), kind: `elsewhere` (another
        district), `outside`, `new_district` (position in a district created after the codes). The first two kinds come
        first; at most `at_most` rows.
    """
    declared, position = settlements["settlement_code"].str[:6], placed.ubigeo
    kind = pd.Series("elsewhere", index=settlements.index, dtype="str")
    kind = kind.mask(position.isin(new_districts), "new_district").mask(position.isna(), "outside")
    table = pd.DataFrame(
        {
            "settlement_code": settlements["settlement_code"],
            "declared_ubigeo": declared,
            "position_ubigeo": position,
            "kind": kind,
        }
    )[position.isna() | position.ne(declared)]
    order = table["kind"].map({"elsewhere": 0, "outside": 1, "new_district": 2})
    sorted_table = table.assign(order=order).sort_values(["order", "settlement_code"]).drop(columns="order")
    return sorted_table.head(at_most).reset_index(drop=True)


def settlement_findings(
    settlements: gpd.GeoDataFrame, placed: PlacedSettlements, new_districts: set[str]
) -> list[Finding]:
    """Return what disagrees between the codes of the settlements, their coordinates and today's limits, counted."""
    codes, points = settlements["settlement_code"], settlements.geometry
    absent = points.isna() | points.is_empty
    west, south, east, north = PLAUSIBLE_BOX
    impossible = ~absent & ~(points.x.between(west, east) & points.y.between(south, north))
    table = conflicts(settlements, placed, new_districts, at_most=len(settlements))
    of_kind = {kind: table.loc[table["kind"].eq(kind), "settlement_code"] for kind in table["kind"].unique()}
    outside = of_kind.get("outside", codes[:0])
    chosen = {
        "code_position_conflict": of_kind.get("elsewhere", codes[:0]),
        "in_new_district": of_kind.get("new_district", codes[:0]),
        "outside_every_district": outside[~outside.isin(set(codes[absent | impossible]))],
        "missing_coordinates": codes[absent],
        "impossible_coordinates": codes[impossible],
        "repeated_code": codes[codes.duplicated()],
    }
    return found(_finding(code, rows) for code, rows in chosen.items())


def _finding(code: str, rows: pd.Series) -> Finding:
    message, effect, repair = _WORDS[code]
    return Finding(
        code=code,
        message=message,
        count=len(rows),
        severity="info" if code == "in_new_district" else "warning",
        effect=effect,
        repair=repair,
        examples=examples(rows),
    )


_NOT_COUNTED = "No se cuentan en ningún distrito."
_WORDS = {
    "code_position_conflict": (
        "Centros poblados cuya posición cae en un distrito distinto del que dice su código.",
        "Se cuentan donde caen: manda la posición.",
        "Revise el código o las coordenadas; los códigos son de 2017.",
    ),
    "in_new_district": (
        "Centros poblados en distritos creados después de 2017, con el código del distrito de origen.",
        "Se cuentan en el distrito nuevo. No es un error.",
        "Use una lista con los códigos vigentes.",
    ),
    "outside_every_district": (
        "Centros poblados con coordenadas verosímiles que caen fuera de todos los distritos.",
        _NOT_COUNTED,
        "Revise las coordenadas junto al mar y las fronteras.",
    ),
    "missing_coordinates": ("Centros poblados sin coordenadas.", _NOT_COUNTED, "Complete las coordenadas."),
    "impossible_coordinates": (
        "Centros poblados con coordenadas fuera del Perú.",
        _NOT_COUNTED,
        "Revise el orden (longitud, latitud), el signo y los decimales.",
    ),
    "repeated_code": (
        "Códigos de centro poblado repetidos.",
        "Se cuentan todos los puntos.",
        "Deje un solo punto por código.",
    ),
}

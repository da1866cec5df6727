"""What the road layers and the districts' limits disagree about, counted."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geodata.quality import Finding, examples
from layers.overlay import points_in_districts
from layers.roads.routes import Sinuosity
from layers.roads.words import folded


def elsewhere_finding(roads: gpd.GeoDataFrame, lies_in: pd.Series) -> Finding:
    """Return the lines that lie mostly in another department (`lies_in`) than the one they declare."""
    declared = roads["department_code"]
    elsewhere = lies_in.notna() & declared.notna() & lies_in.ne(declared)
    return Finding(
        "road_in_another_department",
        "Tramos que declaran un departamento y están, en su mayor parte, en otro según los límites.",
        int(elsewhere.sum()),
        "info",
        effect="sus kilómetros se cuentan en el distrito donde están",
        repair="revise el departamento declarado de esos tramos",
        examples=examples(roads.loc[elsewhere, "route_code"].dropna()),
    )


def way_point_findings(points: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> list[Finding]:
    """Return the way-points that do not lie where they say."""
    lies_in = points_in_districts(points.geometry.x, points.geometry.y, districts)
    outside = lies_in.isna()
    findings = [
        Finding(
            "route_point_outside",
            "Puntos de ruta fuera de todos los distritos.",
            int(outside.sum()),
            effect="se usan solo si están cerca del departamento que declaran",
            repair="corrija sus coordenadas en la fuente",
            examples=examples(points.loc[outside, "route_code"]),
        )
    ]
    if {"declared_province", "declared_district"} <= set(points):
        differs = ~outside & _named_otherwise(points, lies_in, districts)
        findings.append(
            Finding(
                "route_point_in_another_district",
                "Puntos de ruta cuyo distrito declarado no es el del límite en que caen.",
                int(differs.sum()),
                "info",
                effect="cuenta la posición, no el nombre",
                repair="actualice el distrito declarado con los límites vigentes",
                examples=examples(points.loc[differs, "route_code"]),
            )
        )
    return findings


def _named_otherwise(points: gpd.GeoDataFrame, lies_in: pd.Series, districts: gpd.GeoDataFrame) -> pd.Series:
    names = districts.set_index("ubigeo")[["province", "district"]].apply(folded)
    here = names.reindex(lies_in).set_axis(points.index, axis=0)
    return folded(points["declared_district"]).ne(here["district"]) | folded(points["declared_province"]).ne(
        here["province"]
    )


def outside_finding(outside: pd.DataFrame, total_km: float) -> Finding:
    """Return the kilometres of road outside every district."""
    kilometres = float(outside["length_km"].sum())
    return Finding(
        "road_outside_districts",
        f"Hay {kilometres:,.1f} km de camino fuera de todos los distritos, de {total_km:,.0f} km.",
        int(kilometres > 0),
        "info",
        effect="no se asignan a ningún distrito",
        repair="compare la capa con los límites: puede ser costa, frontera o un CRS mal declarado",
    )


def sinuosity_finding(measured: Sinuosity) -> Finding:
    """Return how much longer real roads are than the straight pieces that stand in for them elsewhere."""
    return Finding(
        "route_points_shorter_than_roads",
        f"En {measured.routes_count:,} rutas con líneas y puntos, el camino trazado mide {measured.ratio:.2f} veces "
        f"los tramos rectos entre puntos (mediana por ruta: {measured.median_ratio:.2f}).",
        measured.routes_count,
        "info",
        effect="los kilómetros por puntos de ruta se publican como mínimo («al menos»), sin corregirlos",
        repair="cargue la capa de líneas de la red para tener la longitud real",
    )

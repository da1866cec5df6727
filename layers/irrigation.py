"""
Irrigation: land under irrigation and what is short of the standard, canals, and polygons that somebody uploaded.

Two sources of irrigated hectares are kept side by side: the census of 2012, and polygons, which take precedence where
their layer says that it is complete. A canal layer that is not complete says nothing where it has no line: a district
without canals is then unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.quality import Finding, examples, found
from geodata.ubigeo import entity_code
from layers.joining import ratio, share_pct
from layers.methods import long_methods, within_any
from layers.overlay import lines_in_districts, polygons_in_districts

CANAL_LINES, CANAL_LINES_INCOMPLETE = "canal_lines", "canal_lines_incomplete"
POLYGONS, CENSUS = "uploaded_polygons", "census_2012"
"""How a figure was made; described in `geodata/methods/irrigation.toml`."""

DENSITY_PER_HA = 100.0
ROUNDING = 1e-9
# Judgement: hectares that the drawing of a border leaves on its other side, not worth a line in the report.
TOLERATED_HA = 0.5


@dataclass(frozen=True)
class IrrigationFigures:
    """What the lead publishes of irrigation."""

    table: pd.DataFrame
    """One column per field, indexed like the districts."""
    methods: pd.DataFrame
    """`ubigeo`, `field`, `method`: only where there is a figure."""
    findings: dict[str, list[Finding]]
    """By layer: `canals`, `irrigated_areas`."""
    coverage: pd.DataFrame
    """Canal layer by department (`canal_coverage`); without rows where there is no canal layer."""


def irrigation_figures(
    districts: gpd.GeoDataFrame,
    *,
    agricultural_ha: pd.Series,
    irrigated_ha: pd.Series,
    target_pct: float,
    canals: gpd.GeoDataFrame | None = None,
    complete_departments: Collection[str] = (),
    irrigated_areas: gpd.GeoDataFrame | None = None,
) -> IrrigationFigures:
    """
    Return every irrigation figure of the districts.

    Parameters
    ----------
    districts
        `ubigeo` and polygons, EPSG:4326.
    agricultural_ha, irrigated_ha
        Of the census of 2012, indexed like `districts`; missing where it has nothing.
    target_pct
        The standard (0-100), `adequate` of `irrigation` in `geodata/standards.toml`.
    canals
        Canonical layer, inspected, any CRS; None when there is none.
    complete_departments
        Territories (six characters, of any level) for which the canal layer says that it is complete.
    irrigated_areas
        Canonical layer with `scope_code`, inspected, any CRS; None when nobody uploaded one.

    Returns
    -------
    figures
        `table`: canal_km, canal_km_per_100ha, irrigated_polygons_ha, irrigated_area_best_ha, irrigated_area_best_pct,
        irrigation_shortfall_ha.
    """
    ubigeo = districts["ubigeo"]
    canal_km, canal_words, canal_findings = canals_in_districts(districts, canals, complete_departments)
    polygons_ha, area_findings = irrigated_polygons_ha(districts, irrigated_areas)
    best_ha, words = best_irrigated_ha(irrigated_ha, polygons_ha)
    best_pct, excess = best_irrigated_pct(ubigeo, best_ha, agricultural_ha)
    table = pd.DataFrame(
        {
            "canal_km": canal_km,
            "canal_km_per_100ha": DENSITY_PER_HA * ratio(canal_km, agricultural_ha),
            "irrigated_polygons_ha": polygons_ha,
            "irrigated_area_best_ha": best_ha,
            "irrigated_area_best_pct": best_pct,
            "irrigation_shortfall_ha": irrigation_shortfall_ha(best_ha, agricultural_ha, target_pct),
        }
    )
    made = {str(name): canal_words if str(name).startswith("canal") else words for name in table}
    made["irrigated_polygons_ha"] = pd.Series(POLYGONS, index=ubigeo.index)
    return IrrigationFigures(
        table=table,
        methods=long_methods(ubigeo, table, made),
        findings={"canals": canal_findings, "irrigated_areas": found([*area_findings, excess])},
        coverage=canal_coverage(ubigeo, canal_km, canals, complete_departments),
    )


def irrigation_shortfall_ha(irrigated_ha: pd.Series, agricultural_ha: pd.Series, target_pct: float) -> pd.Series:
    """Return the hectares short of `target_pct` (0-100) of the agricultural land; zero at the standard or above it."""
    short = agricultural_ha * target_pct / 100.0 - irrigated_ha
    return short.clip(lower=0.0).rename("irrigation_shortfall_ha")


def canals_in_districts(
    districts: gpd.GeoDataFrame, canals: gpd.GeoDataFrame | None, complete: Collection[str]
) -> tuple[pd.Series, pd.Series, list[Finding]]:
    """
    Return canal kilometres by district (geodesic), how each was made, and what was noticed in the layer.

    A district without line is zero only inside a territory that is `complete`; elsewhere it is missing.
    """
    index, ubigeo = districts.index, districts["ubigeo"]
    if canals is None:
        nothing = pd.Series(np.nan, index=index, name="canal_km")
        return nothing, pd.Series(None, index=index, dtype="str"), []
    measured = lines_in_districts(canals, districts, by=("kind",))
    km = measured.inside.groupby("ubigeo")["length_km"].sum().reindex(ubigeo)
    whole = within_any(ubigeo, complete)
    values = pd.Series(km.to_numpy(dtype=float), index=index, name="canal_km")
    values = values.where(values.notna() | ~whole, 0.0)
    words = pd.Series(np.where(whole, CANAL_LINES, CANAL_LINES_INCOMPLETE), index=index, dtype="str")
    outside_km = float(measured.outside["length_km"].sum())
    return values, words, found([_outside(outside_km), _silent(values, whole)])


def _outside(outside_km: float) -> Finding:
    return Finding(
        code="length_outside",
        message=f"{outside_km:,.1f} km de canal caen fuera de todos los distritos.",
        count=int(np.ceil(outside_km)),
        severity="info",
        effect="No se cuentan en ningún distrito.",
        repair="Compare el trazo con los límites censales; suele ser el borde costero o el fronterizo.",
    )


def _silent(canal_km: pd.Series, whole: pd.Series) -> Finding:
    return Finding(
        code="layer_incomplete",
        message="La capa no es completa: la ausencia de línea no dice nada.",
        count=int((canal_km.isna() & ~whole).sum()),
        severity="info",
        effect="Los distritos sin línea quedan «sin dato», no en cero.",
        repair="Suba un inventario de canales que declare completo su departamento.",
    )


def canal_coverage(
    ubigeo: pd.Series, canal_km: pd.Series, canals: gpd.GeoDataFrame | None, complete: Collection[str]
) -> pd.DataFrame:
    """
    Return what the canal layer covers, by department.

    Returns
    -------
    coverage
        department_code, canal_km, districts_count, with_canal_count, complete_count (districts where the layer is
        complete), statement (Spanish). No rows without a layer.
    """
    columns = ["department_code", "canal_km", "districts_count", "with_canal_count", "complete_count"]
    if canals is None:
        return pd.DataFrame(columns=[*columns, "statement"])
    rows = pd.DataFrame(
        {
            "department_code": entity_code(ubigeo, "department"),
            "canal_km": canal_km.fillna(0.0),
            "districts_count": 1,
            "with_canal_count": canal_km.gt(0).astype(int),
            "complete_count": within_any(ubigeo, complete).astype(int),
        }
    )
    coverage = rows.groupby("department_code", as_index=False).sum()
    counts = coverage[["districts_count", "with_canal_count", "complete_count"]].itertuples(index=False)
    coverage["statement"] = [_statement(*map(int, row)) for row in counts]
    return coverage


def _statement(districts_count: int, with_canal_count: int, complete_count: int) -> str:
    if complete_count == districts_count:
        return "Capa completa: donde no hay línea, no hay canal."
    if complete_count:
        inside = f"{complete_count} de {districts_count} distritos"
        return f"Capa completa en {inside}; en los demás, la ausencia de línea no dice nada."
    if with_canal_count:
        return "La capa no es completa: la ausencia de línea no dice nada."
    return "La capa no tiene líneas en este departamento: no dice nada de él."


def irrigated_polygons_ha(
    districts: gpd.GeoDataFrame, areas: gpd.GeoDataFrame | None
) -> tuple[pd.Series, list[Finding]]:
    """
    Return irrigated hectares by the uploaded polygons, overlaps counted once, and what was noticed.

    Inside the territories of `scope_code` a district without polygon is zero; outside them it is missing, and what
    the layer draws there is reported.
    """
    ubigeo = districts["ubigeo"]
    if areas is None:
        return pd.Series(np.nan, index=districts.index, name="irrigated_polygons_ha"), []
    measured = polygons_in_districts(areas, districts)
    covered = pd.Series(measured.covered_ha.reindex(ubigeo).fillna(0.0).to_numpy(dtype=float), index=districts.index)
    scope = within_any(ubigeo, set(areas["scope_code"].dropna().astype("str")))
    beyond = covered.where(~scope, 0.0)
    findings = [
        _hectares("overlap", "se superponen", measured.overlap_ha, "Se cuentan una sola vez."),
        _hectares("area_outside", "caen fuera de todos los distritos", measured.outside_ha, "No se cuentan."),
        Finding(
            code="area_outside_scope",
            message=f"{beyond.sum():,.1f} ha caen en distritos que la capa no declara completos.",
            count=int(beyond.gt(TOLERATED_HA).sum()),
            effect="Allí se sigue usando el censo.",
            repair="Declare en scope_code el territorio que la capa cubre por completo.",
            examples=examples(ubigeo[beyond.gt(TOLERATED_HA)]),
        ),
    ]
    return covered.where(scope).rename("irrigated_polygons_ha"), found(findings)


def _hectares(code: str, what: str, area_ha: float, effect: str) -> Finding:
    return Finding(
        code=code,
        message=f"{area_ha:,.1f} ha de polígonos regados {what}.",
        count=int(np.ceil(area_ha)) if area_ha > TOLERATED_HA else 0,
        effect=effect,
        repair="Corrija los polígonos en el origen.",
    )


def best_irrigated_ha(census_ha: pd.Series, polygons_ha: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return irrigated hectares by the polygons where they are complete, else by the census, and which of the two."""
    words = pd.Series(np.where(polygons_ha.notna(), POLYGONS, CENSUS), index=census_ha.index, dtype="str")
    return polygons_ha.where(polygons_ha.notna(), census_ha).rename("irrigated_area_best_ha"), words


def best_irrigated_pct(ubigeo: pd.Series, best_ha: pd.Series, agricultural_ha: pd.Series) -> tuple[pd.Series, Finding]:
    """
    Return irrigated hectares as a percentage of the agricultural land of the census.

    Missing, and reported, where more land is irrigated than there is agricultural land: the two sources disagree and
    neither 100 % nor more would be true.
    """
    excess = best_ha.gt(agricultural_ha * (1.0 + ROUNDING))
    share = share_pct(best_ha, agricultural_ha).where(~excess)
    finding = Finding(
        code="irrigated_above_agricultural",
        message="Distritos con más hectáreas regadas que superficie agrícola censal.",
        count=int(excess.sum()),
        effect="Se muestran las hectáreas; el porcentaje queda «sin dato».",
        repair="Revise los polígonos, o actualice la superficie agrícola: la del censo es de 2012.",
        examples=examples(ubigeo[excess]),
    )
    return share.rename("irrigated_area_best_pct"), finding

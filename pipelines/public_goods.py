"""
The public goods of a publication: irrigation, roads, connectivity, settlements, terrain and crop windows.

Layers that the workspace lacks leave their figures missing; every figure says how it was made, and everything that
was noticed in a layer is counted and kept with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd

from geodata.crop_windows import CropWindow
from geodata.quality import Finding
from geodata.ubigeo import entity_code
from geodata.workspace import write_parquet
from layers.connectivity_figures import connectivity_figures
from layers.irrigation import irrigation_figures
from layers.joining import share_pct
from layers.overlay.zones import COVERED_SHARE_MINIMUM
from layers.present_products import unknown_crop_names
from layers.rendering.overlays import best_technology
from layers.roads import road_indicators
from layers.roads.routes import straight_pieces
from layers.settlements import conflicts, settlement_findings
from layers.suitability import AltitudeHistogram, products_table
from layers.suitability_fields import suitability_columns, suitability_methods
from layers.territories import Layers
from pipelines.overlays import write_overlays
from pipelines.terrain import TerrainTables

Announce = Callable[[str], None]

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class PublicGoods:
    """What a publication holds of the public goods."""

    table: pd.DataFrame
    """One column per field of `geodata/fields_by_theme`, indexed like the districts."""
    methods: pd.DataFrame
    """How each figure was made: `ubigeo`, `field`, `method`."""
    products: pd.DataFrame
    """What each district could grow and grows: a row per district and product."""
    settlement_conflicts: pd.DataFrame
    findings: Mapping[str, list[Finding]]
    """By layer."""
    coverage: Mapping[str, Mapping[str, str]]
    """Layer -> territory -> how complete the layer is there, in Spanish."""
    overlays: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write `methods`, `products` and `settlement_conflicts`."""
        write_parquet(folder / "methods.parquet", self.methods)
        write_parquet(folder / "products.parquet", self.products)
        write_parquet(folder / "settlement_conflicts.parquet", self.settlement_conflicts)

    def write_overlays(self, geometry_folder: Path, datasets: list[str]) -> dict[str, Any]:
        """Write what the map can lay over the districts; return its index."""
        return write_overlays(geometry_folder, self.overlays, datasets)


@dataclass(frozen=True)
class Inputs:
    """What the public goods are made from."""

    layers: Layers
    frames: Frames
    """Accepted layers by name; those that are absent leave their figures missing."""
    indicators: pd.DataFrame
    """The wide table so far, indexed like the districts: agricultural land, households, area."""
    terrain: TerrainTables | None
    irrigation_standard_pct: float
    """What is enough of the agricultural land under irrigation (0-100)."""
    windows: Mapping[str, CropWindow]
    new_districts: set[str]
    """Districts created after the codes of the settlements."""
    mother_tongues: pd.DataFrame | None = None
    census_crops: pd.DataFrame | None = None


@dataclass
class _Parts:
    """What every theme adds, while it is gathered."""

    tables: list[pd.DataFrame] = field(default_factory=list)
    methods: list[pd.DataFrame] = field(default_factory=list)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    coverage: dict[str, dict[str, str]] = field(default_factory=dict)


def public_goods(given: Inputs, announce: Announce = lambda _: None) -> PublicGoods:
    """
    Return every figure of the public goods, how it was made, and what was noticed in the layers.

    Raises
    ------
    ValueError
        If an ubigeo repeats among the districts.
    """
    parts = _Parts()
    _irrigation(given, parts)
    overlays = _roads(given, parts)
    overlays |= _connectivity(given, parts)
    _settlements(given, parts)
    rain_mm = _terrain(given, parts)
    products = _products(given, parts, rain_mm)
    table = pd.concat(parts.tables, axis=1)
    methods = pd.concat(parts.methods, ignore_index=True)
    announce(f"bienes públicos: {len(table.columns)} indicadores, {len(products):,} distritos por producto")
    frame = cast(gpd.GeoDataFrame, given.frames["settlements"])
    return PublicGoods(
        table=table,
        methods=methods[methods["method"].ne("none")].reset_index(drop=True),
        products=products,
        settlement_conflicts=conflicts(frame, given.layers.settlements, given.new_districts),
        findings=parts.findings,
        coverage=parts.coverage,
        overlays=overlays,
    )


def _irrigation(given: Inputs, parts: _Parts) -> None:
    frames, indicators = given.frames, given.indicators
    scope = frames.get("canals_scope")
    agricultural_ha = indicators["agricultural_area_2012_ha"]
    made = irrigation_figures(
        given.layers.districts,
        agricultural_ha=agricultural_ha,
        irrigated_ha=agricultural_ha * indicators["irrigated_area_pct"] / 100.0,
        target_pct=given.irrigation_standard_pct,
        canals=_shapes(frames, "canals"),
        complete_departments=() if scope is None else tuple(scope["ubigeo"]),
        irrigated_areas=_shapes(frames, "irrigated_areas"),
    )
    parts.tables.append(made.table)
    parts.methods.append(made.methods)
    parts.findings.update(made.findings)
    parts.coverage["canals"] = dict(zip(made.coverage["department_code"], made.coverage["statement"], strict=True))


def _roads(given: Inputs, parts: _Parts) -> dict[str, gpd.GeoDataFrame]:
    roads, points = _shapes(given.frames, "roads"), _shapes(given.frames, "road_route_points")
    settlements = cast(gpd.GeoDataFrame, given.frames["settlements"])
    districts = given.layers.districts
    made = road_indicators(
        districts,
        settlements,
        given.layers.settlements.ubigeo,
        roads=roads,
        route_points=points,
        area_km2=given.indicators["area_km2"],
    )
    parts.tables.append(made.table.reindex(districts["ubigeo"]).set_axis(districts.index))
    parts.methods.append(made.methods)
    parts.findings["roads"] = made.findings
    for layer, source in (("roads", "lines"), ("road_route_points", "route_points")):
        own = made.coverage[made.coverage["source"].eq(source)]
        networks = own.groupby("department_code")["network"].agg(lambda names: "red " + ", ".join(sorted(names)))
        parts.coverage[layer] = {str(code): text for code, text in networks.items()}
    overlays = {} if roads is None else {"roads": roads}
    return overlays if points is None else overlays | {"road_route_lines": straight_pieces(points, districts).usable}


def _connectivity(given: Inputs, parts: _Parts) -> dict[str, gpd.GeoDataFrame]:
    frames, layers = given.frames, given.layers
    settlements = cast(gpd.GeoDataFrame, frames["settlements"])
    coverage, scope = frames.get("mobile_coverage"), frames.get("mobile_coverage_scope")
    territories = () if scope is None else tuple(scope["ubigeo"])
    made = connectivity_figures(
        layers.districts["ubigeo"],
        settlement_codes=settlements["settlement_code"],
        placed=layers.settlements.ubigeo,
        mobile_internet=layers.mobile_internet,
        households_without_mobile_pct=given.indicators["households_without_mobile_pct"],
        coverage=coverage,
        scope=territories,
        literacy_counts=frames.get("literacy_2017"),
        mother_tongues=given.mother_tongues,
    )
    parts.tables.append(made.table)
    parts.methods.append(made.methods)
    parts.findings.update(made.findings)
    told = made.coverage
    parts.coverage["mobile_coverage"] = {
        str(row["province_code"]): f"{row['in_layer_count']} de {row['settlements_count']} centros poblados en la capa"
        for row in told.to_dict("records")
    }
    drawn = settlements
    if coverage is not None:
        drawn = settlements.assign(best_technology=best_technology(settlements, coverage, territories))
    canals = _shapes(frames, "canals")
    return {"settlements": drawn} if canals is None else {"settlements": drawn, "canals": canals}


def _settlements(given: Inputs, parts: _Parts) -> None:
    frame = cast(gpd.GeoDataFrame, given.frames["settlements"])
    indicators = given.indicators
    share = share_pct(indicators["rural_settlements_count"], indicators["settlements_count"])
    parts.tables.append(share.rename("rural_settlements_pct").to_frame())
    parts.findings["settlements"] = settlement_findings(frame, given.layers.settlements, given.new_districts)


def _terrain(given: Inputs, parts: _Parts) -> pd.Series:
    """Add terrain and climate; return the rain of a year, for the crop windows."""
    districts = given.layers.districts
    if given.terrain is None:
        return pd.Series(float("nan"), index=districts.index)
    for table in (given.terrain.terrain, given.terrain.rain):
        by_code = table.set_index("ubigeo").reindex(districts["ubigeo"])
        parts.tables.append(by_code.set_axis(districts.index))
    parts.methods.append(given.terrain.methods)
    parts.findings.update(given.terrain.findings)
    share = given.terrain.coverage
    totals = entity_code(districts["ubigeo"], "department").value_counts().to_dict()
    for variable, rows in share.groupby("variable"):
        whole = entity_code(rows.loc[rows["covered_share"] >= COVERED_SHARE_MINIMUM, "ubigeo"], "department")
        parts.coverage[str(variable)] = {
            str(code): f"{count} de {totals[str(code)]} distritos" for code, count in whole.value_counts().items()
        }
    return parts.tables[-1]["rain_annual_mm"]


def _products(given: Inputs, parts: _Parts, rain_mm: pd.Series) -> pd.DataFrame:
    layers, ubigeo = given.layers, given.layers.districts["ubigeo"]
    places = pd.DataFrame(
        {
            "ubigeo": ubigeo,
            "capital_altitude_m": given.indicators["capital_altitude_m"],
            "agricultural_area_ha": given.indicators["agricultural_area_ha"],
            "rain_annual_mm": rain_mm,
        }
    )
    products = products_table(
        places,
        given.windows,
        crops=layers.crops,
        histogram=_histogram(given.terrain),
        census_crops=given.census_crops,
    )
    parts.tables.append(pd.DataFrame(suitability_columns(ubigeo, products)))
    parts.methods.append(suitability_methods(products))
    parts.findings["crop_value_2023"] = unknown_crop_names(given.windows, layers.crops)
    return products


def _histogram(terrain: TerrainTables | None) -> AltitudeHistogram | None:
    """Return the altitudes by pixel, of the districts that a raster covers whole."""
    if terrain is None or terrain.altitude_histogram.empty:
        return None
    area = terrain.altitude_histogram
    # a district is in the histogram only where the raster covers it
    return AltitudeHistogram(area=area, covered_share=pd.Series(1.0, index=area.index))


def _shapes(frames: Frames, layer: str) -> gpd.GeoDataFrame | None:
    frame = frames.get(layer)
    return None if frame is None else cast(gpd.GeoDataFrame, frame)

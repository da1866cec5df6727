"""The road figures of every district in one call, each with how it was made."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geodata import crs
from geodata.quality import Finding, found
from geodata.ubigeo import entity_code
from layers.overlay import lines_in_districts, points_in_districts
from layers.roads import network
from layers.roads.findings import elsewhere_finding, outside_finding, sinuosity_finding, way_point_findings
from layers.roads.reach import Reach, reach_by_district
from layers.roads.routes import Pieces, measured_sinuosity, straight_pieces
from layers.roads.words import NETWORKS, UNKNOWN

_LINE_COLUMNS = ["network", "route_code", "surface", "condition", "department_code", "declared_km"]
_POINT_COLUMNS = ["network", "route_code", "position", "place", "point_type", "department_code"]

FIELDS = (
    *(f"road_line_{name}_km" for name in (*NETWORKS.values(), "total")),
    "road_line_km_per_100_km2",
    *(f"road_{name}_km" for name in ("paved", "gravel", "earth", "unknown_surface")),
    *(f"road_{name}_condition_km" for name in ("good", "fair", "bad", "unknown")),
    "rural_settlements_near_road_pct",
    "rural_settlements_beyond_road_count",
    "rai_pct",
    "rai_surface_pct",
    "rai_weight_count",
    "rai_surface_weight_count",
)
"""Columns of the table, as in geodata/fields_by_theme/roads.toml."""


@dataclass(frozen=True)
class RoadFigures:
    """What the road layers say of each district."""

    table: pd.DataFrame
    """Indexed by ubigeo in the order of the districts; the columns of FIELDS."""
    methods: pd.DataFrame
    """`ubigeo`, `field`, `method`: words of geodata/methods/roads.toml, for the figures that there are."""
    findings: list[Finding]
    coverage: pd.DataFrame
    """`network`, `department_code`, `source` (`lines`, `route_points`, `none`)."""


@dataclass(frozen=True)
class _Network:
    lines: gpd.GeoDataFrame
    pieces: gpd.GeoDataFrame
    coverage: pd.DataFrame
    sources: pd.DataFrame
    inside: pd.DataFrame
    """ubigeo, network, surface, condition, length_km of the lines."""
    findings: list[Finding]


def road_indicators(
    districts: gpd.GeoDataFrame,
    settlements: gpd.GeoDataFrame,
    settlement_ubigeo: pd.Series,
    *,
    roads: gpd.GeoDataFrame | None,
    route_points: gpd.GeoDataFrame | None,
    area_km2: pd.Series,
) -> RoadFigures:
    """
    Return every road figure of the districts from whatever road layers there are.

    Parameters
    ----------
    districts
        `ubigeo` and polygons (EPSG:4326).
    settlements
        `settlement_type`, points (EPSG:4326), optional `population_count`.
    settlement_ubigeo
        The district that each settlement lies in (`layers.settlements.place`), indexed like `settlements`.
    roads, route_points
        The canonical layers (geodata.schemas.roads), or None: their figures are then missing.
    area_km2
        Area of the districts, indexed like `districts`.

    Raises
    ------
    CrsMismatchError
        If a layer is not in EPSG:4326.
    """
    lines = _or_empty(roads, _LINE_COLUMNS)
    points = _or_empty(route_points, _POINT_COLUMNS)
    crs.require_crs(crs.ON_DISK, districts=districts, settlements=settlements, roads=lines, route_points=points)
    pieces = straight_pieces(points, districts)
    known = _known_network(lines, pieces, districts)
    kilometres = _kilometres(known, pieces, districts)
    table = _length_table(kilometres, area_km2.set_axis(known.sources.index))
    reach = reach_by_district(settlements, settlement_ubigeo, _joined(known), known.sources)
    table = table.join(reach.table)[list(FIELDS)]
    return RoadFigures(
        table=table,
        methods=_methods(table, known.sources, reach),
        findings=found([*known.findings, *way_point_findings(points, districts)]),
        coverage=known.coverage,
    )


def _known_network(lines: gpd.GeoDataFrame, pieces: Pieces, districts: gpd.GeoDataFrame) -> _Network:
    """Return the lines and, of the pieces, only those of networks and departments without lines."""
    placed = lines_in_districts(lines[["geometry"]].assign(row=lines.index), districts, by=("row",))
    lies_in = network.main_department(placed.inside, lines.index)
    findings = [
        elsewhere_finding(lines, lies_in),
        outside_finding(placed.outside, placed.total_km),
    ]
    lines = lines.assign(department_code=lines["department_code"].where(lines["department_code"].notna(), lies_in))
    departments = sorted(entity_code(districts["ubigeo"], "department").unique())
    coverage = network.known_sources(lines, pieces.usable, departments)
    drawn = pd.MultiIndex.from_frame(coverage.loc[coverage["source"].eq("lines"), ["network", "department_code"]])
    pairs = pd.MultiIndex.from_frame(pieces.usable[["network", "department_code"]])
    told = lines[["network", "surface", "condition"]].astype("str").fillna(UNKNOWN)
    return _Network(
        lines=lines,
        pieces=pieces.usable[~pairs.isin(drawn)],
        coverage=coverage,
        sources=network.sources_by_district(districts["ubigeo"], coverage),
        inside=placed.inside.join(told, on="row"),
        findings=[*pieces.findings, *findings, sinuosity_finding(measured_sinuosity(lines, pieces))],
    )


def _kilometres(known: _Network, pieces: Pieces, districts: gpd.GeoDataFrame) -> dict[str, pd.DataFrame]:
    straight = lines_in_districts(known.pieces[["network", "geometry"]], districts, by=("network",))
    at = pieces.doubtful.geometry
    lies_in = points_in_districts(at.x, at.y, districts)
    doubtful = pd.MultiIndex.from_arrays([lies_in, pieces.doubtful["network"]])
    return {
        "network": network.network_km(known.inside, straight.inside, known.sources, doubtful),
        "surface": network.surface_km(known.inside, known.sources),
        "condition": network.condition_km(known.inside, known.sources),
    }


def _length_table(kilometres: dict[str, pd.DataFrame], area_km2: pd.Series) -> pd.DataFrame:
    lengths = kilometres["network"].rename(columns={key: f"road_line_{name}_km" for key, name in NETWORKS.items()})
    total = network.total_km(lengths)
    surface = kilometres["surface"].rename(columns={"unknown": "unknown_surface"}).add_prefix("road_")
    condition = kilometres["condition"].add_prefix("road_").add_suffix("_condition")
    return lengths.assign(
        road_line_total_km=total,
        road_line_km_per_100_km2=network.density_km_per_100_km2(total, area_km2),
    ).join([surface.add_suffix("_km"), condition.add_suffix("_km")])


def _joined(known: _Network) -> gpd.GeoDataFrame:
    """Return lines and pieces in one layer; a straight piece says nothing of surface or condition."""
    columns = ["network", "department_code", "surface", "condition", "geometry"]
    silent = pd.Series(index=known.pieces.index, dtype="str")
    pieces = known.pieces.assign(surface=silent, condition=silent)
    if known.pieces.empty or known.lines.empty:
        return (known.lines if known.pieces.empty else pieces)[columns]
    return gpd.GeoDataFrame(
        pd.concat([known.lines[columns], pieces[columns]], ignore_index=True),
        crs=crs.ON_DISK,
    )


def _methods(table: pd.DataFrame, sources: pd.DataFrame, reach: Reach) -> pd.DataFrame:
    """Return one word per district and field that has a figure."""
    added_up = "road_" + network.words_of(sources)
    drawn = "road_" + network.words_of(sources, counted=("lines",))
    index = "rai_" + reach.basis + "_" + network.words_of(sources)
    words: dict[str, pd.Series] = {}
    for field in FIELDS:
        if field.startswith("rai_"):
            words[field] = index
        else:
            words[field] = added_up if field.startswith("rural_") or "_line_" in field else drawn
    for key, name in NETWORKS.items():
        words[f"road_line_{name}_km"] = "road_" + sources[key]
    wide = pd.DataFrame(words, index=table.index).where(table.notna())
    return wide.rename_axis("ubigeo").reset_index().melt("ubigeo", var_name="field", value_name="method").dropna()


def _or_empty(layer: gpd.GeoDataFrame | None, columns: list[str]) -> gpd.GeoDataFrame:
    if layer is not None:
        return layer.reset_index(drop=True)
    empty = {name: pd.Series([], dtype="float64" if name in ("position", "declared_km") else "str") for name in columns}
    return gpd.GeoDataFrame(empty, geometry=[], crs=crs.ON_DISK)

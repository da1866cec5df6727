"""What a publication holds: the tables of three levels, the gaps, the shapes, the provenance."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.fields import load_fields
from geodata.ubigeo import Level, entity_code
from geodata.viability_model import ViabilityModel
from geodata.workspace import WEB, write_json, write_parquet
from layers import crops as crops_layer
from layers import viability
from layers.aggregation import aggregate, coverage
from layers.districts import SIERRA_DEFINITIONS, is_sierra
from layers.rendering.topology import bounds_by_territory, light_shapes, to_topojson
from layers.roads import published_value
from layers.territories import Layers
from layers.withholding import withheld_by_dataset, withhold
from pipelines.census_build import CensusTables
from pipelines.gaps_build import GapRules, gap_table, standards_table
from pipelines.public_goods import PublicGoods
from pipelines.viability_build import Announce, ViabilityTables, viability_tables

_SHA_IN_NAME = 10
"""The map file is named by its content, so that a browser may keep it for ever."""


_ABOVE: tuple[Level, ...] = ("province", "department")


@dataclass(frozen=True)
class Tables:
    """The published tables."""

    territories: pd.DataFrame
    provinces: pd.DataFrame
    departments: pd.DataFrame
    gaps: pd.DataFrame
    coverage: pd.DataFrame
    withheld: pd.DataFrame
    standards: pd.DataFrame
    """What the gaps were judged by: the project's rules, or the region's."""
    fields: tuple[str, ...]
    sierra_by_definition: dict[str, int]

    def counted(self) -> dict[str, pd.DataFrame]:
        """Return the tables of the three levels by their Spanish name."""
        return {"distritos": self.territories, "provincias": self.provinces, "departamentos": self.departments}

    def by_name(self) -> dict[str, pd.DataFrame]:
        """Return the tables by the name of their file."""
        return {
            "territories": self.territories,
            "provinces": self.provinces,
            "departments": self.departments,
            "gaps": self.gaps,
            "coverage": self.coverage,
            "withheld": self.withheld,
            "standards": self.standards,
        }


def make_tables(
    wide: pd.DataFrame,
    layers: Layers,
    road_gaps: pd.DataFrame,
    simulated: Collection[str] = (),
    census: CensusTables | None = None,
    *,
    goods: PublicGoods,
    model: ViabilityModel,
    survey: pd.DataFrame | None = None,
    rules: GapRules | None = None,
    announce: Announce = lambda _: None,
) -> tuple[Tables, ViabilityTables]:
    """
    Return every published table, the index among them.

    `wide` holds the districts: what they are and every indicator of them, before anything is withheld.
    """
    fields = list(load_fields().values())
    apt = viability.apt_products_count(wide, model.settings.apt_from_pct)
    wide = wide.assign(apt_products_count=apt)
    withheld = withheld_by_dataset(wide)
    # scored after withholding: a score is no way back to the count it was made from
    shown_districts = withhold(wide, "district", fields, withheld)[0]
    index = viability_tables(shown_districts, goods.products, census, model, announce)
    reference = index.reference
    known = pd.concat([wide, index.scores], axis=1)
    whole_tables: dict[Level, pd.DataFrame] = {"district": known}
    for level in _ABOVE:
        whole_tables[level] = _territories_of(level, known, layers, road_gaps, reference)
    # farms given as a layer of their own stand; otherwise the wide table takes them from the census
    filling = census if layers.units is None else None
    if filling is not None:
        whole_tables = {level: filling.fill(table) for level, table in whole_tables.items()}
    parts = {level: withhold(table, level, fields, withheld) for level, table in whole_tables.items()}
    levels = {level: shown for level, (shown, _) in parts.items()}
    reserved = [filling.withheld_in(table) for table in levels.values()] if filling is not None else []
    rules = rules or GapRules.of()
    gaps = gap_table(
        levels,
        goods,
        road_gaps,
        model.settings.apt_from_pct,
        census=census,
        survey=survey,
        rules=rules,
        simulated=simulated,
    )
    # the census counts units, not districts: what it fills rests on no number of districts
    added_up = [field for field in fields if filling is None or field.id not in filling.indicators.values]
    rests_on = pd.concat([coverage(known, added_up, level) for level in _ABOVE], ignore_index=True)
    return (
        Tables(
            territories=levels["district"],
            provinces=levels["province"],
            departments=levels["department"],
            gaps=gaps,
            coverage=rests_on,
            withheld=pd.concat([*(cells for _, cells in parts.values()), *reserved], ignore_index=True),
            standards=standards_table(rules.standards.values()),
            fields=tuple(load_fields()),
            sierra_by_definition={name: int(is_sierra(layers.districts, name).sum()) for name in SIERRA_DEFINITIONS},
        ),
        index,
    )


def _territories_of(
    level: Level,
    districts: pd.DataFrame,
    layers: Layers,
    road_gaps: pd.DataFrame,
    reference: viability.Reference,
) -> pd.DataFrame:
    fields = load_fields()
    table = aggregate(districts, fields.values(), level).reset_index()
    named = _identity_of(level, districts)
    table = named.merge(table, on="ubigeo", validate="1:1")
    for field in fields.values():
        if field.aggregation.method == "published":
            in_level = level in field.levels
            table[field.id] = published_value(table["ubigeo"], road_gaps, field, level) if in_level else float("nan")
    own_codes = layers.crops.assign(ubigeo=entity_code(layers.crops["ubigeo"], level))
    table["crops_count"] = crops_layer.crops_count(table["ubigeo"], own_codes)
    table["quadrant"] = viability.quadrants(table["potential_score"], table["conditions_score"], reference)
    return table


def _identity_of(level: Level, districts: pd.DataFrame) -> pd.DataFrame:
    code = entity_code(districts["ubigeo"], level)
    grouped = districts.groupby(code)
    table = pd.DataFrame(
        {
            "level": level,
            "name": grouped[level].first(),
            "province_code": grouped["province_code"].first(),
            "department_code": grouped["department_code"].first(),
            "province": grouped["province"].first(),
            "department": grouped["department"].first(),
            "is_sierra": grouped["is_sierra"].any(),
            "districts_count": grouped.size().astype(float),
            "sierra_districts_count": grouped["is_sierra"].sum().astype(float),
        }
    )
    if level == "department":
        table[["province_code", "province"]] = None
    return table.rename_axis("ubigeo").reset_index()


def write_geometry(folder: Path, districts: gpd.GeoDataFrame) -> dict[str, Any]:
    """
    Write the full district shapes, light provinces and departments, and the map file; return what a page needs.

    Provinces and departments are dissolved from the light districts: an exact coverage, unlike the published limits.
    """
    full = districts[["ubigeo", "geometry"]]
    write_parquet(folder / "districts.parquet", full)
    light = light_shapes(full)
    for level in ("province", "department"):
        code = entity_code(light["ubigeo"], level)
        dissolved = gpd.GeoDataFrame(light[["geometry"]]).dissolve(by=code).rename_axis("ubigeo").reset_index()
        write_parquet(folder / f"{level}s.parquet", dissolved)
    names = districts[["ubigeo", "district", "province", "department"]]
    topojson = to_topojson(light, names)
    digest = hashlib.sha256(topojson).hexdigest()[:_SHA_IN_NAME]
    map_file = f"map-{digest}.json"
    (folder / WEB / map_file).write_bytes(topojson)
    write_parquet(folder / "bounds.parquet", bounds_by_territory(light).rename_axis("ubigeo").reset_index())
    return {"map_file": map_file, "map_bytes": len(topojson)}


def write_provenance(folder: Path, record: dict[str, Any]) -> None:
    """Write the provenance record of a release, last of all its files."""
    record["published_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    write_json(folder / "provenance.json", record)

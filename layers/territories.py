"""
The wide table: one row per district, one column per indicator of the dictionary.

Provinces and departments get the same columns from it, each by the rule that the dictionary states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.fields import Field
from geodata.ubigeo import entity_code
from layers import connectivity, context, crops, producers, settlements
from layers import districts as districts_layer
from layers.joining import by_district
from layers.settlements import PlacedSettlements


@dataclass(frozen=True)
class Layers:
    """The accepted layers that the indicators are made from."""

    districts: gpd.GeoDataFrame
    ppa: pd.DataFrame
    agricultural_area: pd.DataFrame
    crops: pd.DataFrame
    mobile_internet: pd.DataFrame
    census: pd.DataFrame
    poverty: pd.DataFrame
    settlements: PlacedSettlements
    units: pd.DataFrame | None
    """Farms of the census of 2012, when the workspace has them."""
    limits_status: pd.Series
    programme_crops: Mapping[str, str]


def identity(layers: Layers, sierra: districts_layer.SierraDefinition) -> pd.DataFrame:
    """Return what a district is: codes, names, natural region, Sierra or not, limits changed or not."""
    frame = layers.districts[list(districts_layer.IDENTITY_COLUMNS)].copy()
    frame.insert(1, "level", "district")
    frame.insert(2, "name", frame["district"])
    frame.insert(3, "province_code", entity_code(frame["ubigeo"], "province"))
    frame.insert(4, "department_code", entity_code(frame["ubigeo"], "department"))
    frame["is_sierra"] = districts_layer.is_sierra(layers.districts, sierra)
    frame["limits_status"] = layers.limits_status
    return pd.DataFrame(frame)


def district_indicators(layers: Layers) -> pd.DataFrame:
    """
    Return every district indicator, in columns named as in the dictionary, indexed like `layers.districts`.

    Indicators that exist only for provinces or departments are not here.
    """
    table: dict[str, pd.Series] = {}
    for build in (_place, _producers, _census_of_farms, _crops, _connectivity):
        table.update(build(layers, table))
    return pd.DataFrame(table)


def with_every_field(districts: pd.DataFrame, fields: Iterable[Field]) -> pd.DataFrame:
    """
    Return the table with every district field of the dictionary: missing where no layer gives it.

    Columns of products that a region added to the crop windows have no entry there, and are left to the products table.
    """
    ids = [field.id for field in fields if field.at("district")]
    kept = [name for name in districts if name in ids or not str(name).startswith("suitability_")]
    absent = pd.DataFrame(np.nan, index=districts.index, columns=[name for name in ids if name not in districts])
    return pd.concat([districts[kept], absent], axis=1)


_Table = Mapping[str, pd.Series]


def _place(layers: Layers, _: _Table) -> dict[str, pd.Series]:
    shapes, ubigeo = layers.districts, layers.districts["ubigeo"]
    return {
        "population_count": shapes["population_count"].astype(float),
        "area_km2": districts_layer.area_km2(shapes),
        "capital_altitude_m": shapes["capital_altitude_m"].astype(float),
        "settlements_count": settlements.settlements_count(ubigeo, layers.settlements),
        "rural_settlements_count": settlements.settlements_count(ubigeo, layers.settlements, rural_only=True),
        "capital_distance_km": districts_layer.capital_distance_km(shapes),
        **{
            column: context.poverty(ubigeo, layers.poverty, column)
            for column in ("poverty_pct", "poverty_low_pct", "poverty_high_pct")
        },
    }


def _producers(layers: Layers, table: _Table) -> dict[str, pd.Series]:
    ubigeo = layers.districts["ubigeo"]
    count = producers.producers_count(ubigeo, layers.ppa)
    area_ha = producers.agricultural_area_ha(ubigeo, layers.agricultural_area)
    return {
        "ppa_producers_count": count,
        "producers_per_km2": producers.producers_per_km2(count, table["area_km2"]),
        "agricultural_area_ha": area_ha,
        "agricultural_area_pct": producers.agricultural_area_pct(area_ha, table["area_km2"], layers.limits_status),
        "agricultural_area_per_producer_ha": producers.agricultural_area_per_producer_ha(
            area_ha, count, layers.limits_status
        ),
    }


def _census_of_farms(layers: Layers, _: _Table) -> dict[str, pd.Series]:
    def column(name: str) -> pd.Series:
        return producers.census_units(layers.districts["ubigeo"], layers.units, name)

    with_land = column("units_with_land_count")
    agricultural_ha = column("agricultural_area_2012_ha")
    return {
        "units_count": column("units_count"),
        "units_with_land_count": with_land,
        "units_under_5ha_pct": producers.units_under_5ha_pct(column("units_under_5ha_count"), with_land),
        "agricultural_area_2012_ha": agricultural_ha,
        "irrigated_area_pct": producers.irrigated_area_pct(column("irrigated_area_2012_ha"), agricultural_ha),
    }


def _crops(layers: Layers, table: _Table) -> dict[str, pd.Series]:
    ubigeo = layers.districts["ubigeo"]
    value = crops.crop_total(ubigeo, layers.crops, "value_pen_thousand")
    return {
        "crop_value_pen_thousand": value,
        "crop_production_t": crops.crop_total(ubigeo, layers.crops, "production_t"),
        "crops_count": crops.crops_count(ubigeo, layers.crops),
        "programme_crop_value_pen_thousand": crops.programme_crop_value_pen_thousand(
            ubigeo, layers.crops, layers.programme_crops
        ),
        "crop_value_per_producer_pen": crops.crop_value_per_producer_pen(value, table["ppa_producers_count"]),
    }


def _connectivity(layers: Layers, _: _Table) -> dict[str, pd.Series]:
    ubigeo, census = layers.districts["ubigeo"], layers.census
    shares = {
        "households_without_mobile_pct": ("households_without_mobile_count", "households_count"),
        "households_without_internet_pct": ("households_without_internet_count", "households_count"),
        "dwellings_without_electricity_pct": ("dwellings_without_electricity_count", "dwellings_count"),
    }
    return {
        "rural_operators_count": connectivity.rural_operators_count(ubigeo, layers.mobile_internet),
        **{
            column: by_district(ubigeo, census, column)
            for column in ("census_population_count", "households_count", "dwellings_count")
        },
        **{
            field: connectivity.without_service_pct(ubigeo, census, without, total)
            for field, (without, total) in shares.items()
        },
    }

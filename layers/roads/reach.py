"""What `layers.roads.access` says of each settlement, brought to the districts."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geodata.ubigeo import entity_code
from layers.roads import access
from layers.settlements import RURAL


@dataclass(frozen=True)
class Reach:
    """Rural settlements within reach of a road, per district."""

    table: pd.DataFrame
    """Indexed by ubigeo: the fields of access of `layers.roads.indicators.FIELDS`."""
    basis: pd.Series
    """`population` or `settlements`: what the rural access index of each district counts."""


def reach_by_district(
    settlements: gpd.GeoDataFrame, settlement_ubigeo: pd.Series, roads: gpd.GeoDataFrame, sources: pd.DataFrame
) -> Reach:
    """
    Return the share of rural settlements near any road and near an all-season road.

    Parameters
    ----------
    settlements, settlement_ubigeo
        Points and the district each lies in; urban ones and those outside every district are left out.
    roads
        `network`, `department_code`, `surface`, `condition`, lines of all the districts.
    sources
        `layers.roads.network.sources_by_district`: without any network a district has no figure, not zero.
    """
    chosen = settlements["settlement_type"].eq(RURAL) & settlement_ubigeo.notna()
    points, ubigeo = settlements[chosen], settlement_ubigeo[chosen]
    mapped = (sources != "none").any(axis=1)
    near = access.within_reach(points, roads)
    population = points.get("population_count")
    weight, is_people = access.weights(ubigeo, population)
    table = _near_table(ubigeo, near, mapped)
    for name, with_condition in (("rai", True), ("rai_surface", False)):
        told = mapped & _told(roads, sources.index, with_condition=with_condition)
        asked = points[near] if told.any() else points[:0]
        served = access.all_season_reach(asked, roads, with_condition=with_condition).reindex(points.index)
        # who has no road at all within reach has no all-season one either
        shares = access.served_share_pct(ubigeo, served.mask(~near, False), weight).reindex(sources.index)
        table[f"{name}_pct"] = shares["pct"].where(told)
        table[f"{name}_weight_count"] = shares["known_weight"].where(told)
    people = is_people.groupby(ubigeo).all().reindex(sources.index, fill_value=False)
    basis = people.map({True: "population", False: "settlements"}).astype("str")
    return Reach(table, basis)


def _near_table(ubigeo: pd.Series, near: pd.Series, mapped: pd.Series) -> pd.DataFrame:
    counts = pd.DataFrame({"all": 1.0, "near": near.astype(float)}).groupby(ubigeo).sum()
    counts = counts.reindex(mapped.index, fill_value=0.0).where(mapped)
    return pd.DataFrame(
        {
            "rural_settlements_near_road_pct": 100.0 * counts["near"] / counts["all"].where(counts["all"] > 0),
            "rural_settlements_beyond_road_count": counts["all"] - counts["near"],
        }
    )


def _told(roads: gpd.GeoDataFrame, ubigeo: pd.Index, *, with_condition: bool) -> pd.Series:
    """Return whether some road of the district's department tells its surface (and its condition)."""
    says = roads["surface"].notna() & (roads["condition"].notna() if with_condition else True)
    departments = roads.loc[says, "department_code"].unique()
    return pd.Series(entity_code(pd.Series(ubigeo), "department").isin(departments).to_numpy(), index=ubigeo)

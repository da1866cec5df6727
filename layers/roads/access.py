"""
Rural settlements within reach of a road (SDG 9.1.1, the rural access index, on settlements).

Reach is a straight geodesic distance to the nearest road of any district: the neighbour's road serves too. A road is
all-season where its surface holds in the rains and it is not in bad condition; a road of unknown surface is neither
all-season nor not, and a settlement that only has such a road nearby is of unknown status.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from layers.overlay import nearest_m

ROAD_REACH_KM = 2.0
"""SDG 9.1.1: about 20-25 minutes on foot (World Bank, Rural Access Index)."""

ALL_SEASON_SURFACES = frozenset({"pavimentado", "asfaltado_economico", "afirmado"})
"""Judgement, domain.md, «Travel time»: superfic in {1, 2, 11}."""
BAD_CONDITIONS = frozenset({"malo", "muy_malo"})
"""Judgement, domain.md, «Travel time»: estado other than malo or muy malo."""

UNKNOWN_MOST_SHARE = 0.05
"""Judgement: with more than this share of unknown status a district has no figure (the 95 % asked of rasters)."""

_METRES_PER_KM = 1000.0


def is_all_season(roads: pd.DataFrame, *, with_condition: bool) -> pd.Series:
    """
    Return whether each road holds all year; missing where the layer does not say enough.

    Parameters
    ----------
    roads
        `surface` and `condition`, missing where unknown.
    with_condition
        Ask for a condition that is not bad too; a good surface of unknown condition is then unknown.
    """
    surface, condition = roads["surface"], roads["condition"]
    holds = surface.isin(ALL_SEASON_SURFACES).astype("boolean").mask(surface.isna())
    if not with_condition:
        return holds
    sound = (~condition.isin(BAD_CONDITIONS)).astype("boolean").mask(condition.isna())
    # three-valued: an earth road is not all-season whatever its condition
    return holds & sound


def within_reach(points: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> pd.Series:
    """Return whether each point has a road within ROAD_REACH_KM; nobody has where there is no road."""
    if roads.empty or points.empty:
        return pd.Series(False, index=points.index)
    reach_m = ROAD_REACH_KM * _METRES_PER_KM
    return nearest_m(points, roads, within_m=reach_m)["distance_m"].le(reach_m)


def all_season_reach(points: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, *, with_condition: bool) -> pd.Series:
    """
    Return whether each point has an all-season road within reach ("boolean": missing where not known).

    Parameters
    ----------
    points, roads
        Any CRS; `roads` with `surface` and `condition`.
    """
    season = is_all_season(roads, with_condition=with_condition)
    served = within_reach(points, roads[season.fillna(False).astype(bool)])
    open_question = ~served
    perhaps = pd.Series(False, index=points.index)
    perhaps[open_question] = within_reach(points[open_question], roads[season.isna()])
    return served.astype("boolean").mask(perhaps)


def weights(ubigeo: pd.Series, population: pd.Series | None) -> tuple[pd.Series, pd.Series]:
    """
    Return what each settlement counts for, and whether that is people.

    Parameters
    ----------
    ubigeo
        District of each settlement.
    population
        People of each settlement, or None. A district is weighted by people only when all its settlements have it.

    Returns
    -------
    weight, is_population
        One value per settlement.
    """
    if population is None:
        return pd.Series(1.0, index=ubigeo.index), pd.Series(False, index=ubigeo.index)
    counted = population.notna().groupby(ubigeo).transform("all").fillna(False).astype(bool)
    return population.astype(float).where(counted, 1.0), counted


def served_share_pct(ubigeo: pd.Series, served: pd.Series, weight: pd.Series) -> pd.DataFrame:
    """
    Return the weighted share of settlements served in each district.

    Parameters
    ----------
    ubigeo, served, weight
        Per settlement: its district, whether it is served ("boolean", missing where not known), what it counts for.

    Returns
    -------
    shares
        Indexed by ubigeo: `pct` (0-100, of the settlements whose status is known) and `known_weight`; both missing
        where more than `UNKNOWN_MOST_SHARE` of the weight is of unknown status, or where the weight is zero.
    """
    known = weight.where(served.notna(), 0.0)
    sums = pd.DataFrame({"all": weight, "known": known, "served": known.where(served.fillna(False).astype(bool), 0.0)})
    by = sums.groupby(ubigeo).sum()
    enough = by["known"].gt(0) & by["known"].ge((1 - UNKNOWN_MOST_SHARE) * by["all"])
    pct = (100.0 * by["served"] / by["known"]).where(enough)
    return pd.DataFrame({"pct": pct, "known_weight": by["known"].where(enough)}).rename_axis("ubigeo")

"""
Kilometres of road in each district, by network, surface and condition.

A layer covers the departments that its rows declare. There, a district without line has zero kilometres; elsewhere the
network is missing: absence of a line says nothing where nobody drew lines. A layer without surface or condition
leaves them missing, and the kilometres without them are a figure of their own.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.ubigeo import entity_code
from layers.roads.words import CONDITIONS, NETWORKS, SURFACES, UNKNOWN, Source, coverage_word

PER_KM2 = 100.0
"""Density is told per 100 km2, as the issue asks: a district measures some hundreds."""


def main_department(inside: pd.DataFrame, rows: pd.Index) -> pd.Series:
    """
    Return the department that holds the most of each line; missing for a line outside every district.

    Parameters
    ----------
    inside
        `ubigeo`, `row` (label of the line), `length_km` (`layers.overlay.lines_in_districts` by row).
    rows
        The labels of the lines, in the order wanted.
    """
    department = entity_code(inside["ubigeo"], "department").rename("department_code")
    sums = inside.groupby(["row", department])["length_km"].sum().reset_index()
    longest = sums.sort_values(["length_km", "department_code"], kind="stable").drop_duplicates("row", keep="last")
    return longest.set_index("row")["department_code"].reindex(rows)


def known_sources(roads: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame, departments: list[str]) -> pd.DataFrame:
    """
    Return where each network of each department comes from: lines first, way-points where there are none.

    Parameters
    ----------
    roads, pieces
        `network` and `department_code`; lines and straight pieces between way-points.
    departments
        Codes of the departments asked about.

    Returns
    -------
    coverage
        Columns `network`, `department_code`, `source` (`lines`, `route_points`, `none`); one row per pair.
    """
    grid = pd.MultiIndex.from_product([list(NETWORKS), departments], names=["network", "department_code"])
    drawn = grid.isin(pd.MultiIndex.from_frame(roads[grid.names].drop_duplicates()))
    walked = grid.isin(pd.MultiIndex.from_frame(pieces[grid.names].drop_duplicates()))
    source = np.where(drawn, "lines", np.where(walked, "route_points", "none"))
    return pd.DataFrame({"source": source}, index=grid).reset_index()


def sources_by_district(ubigeo: pd.Series, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the source of each network (columns) for each district (index: its ubigeo)."""
    table = coverage.pivot(index="department_code", columns="network", values="source")[list(NETWORKS)]
    found = table.reindex(entity_code(ubigeo, "department")).fillna("none")
    return found.set_axis(pd.Index(ubigeo, name="ubigeo"), axis=0)


def network_km(
    lines: pd.DataFrame, pieces: pd.DataFrame, sources: pd.DataFrame, doubtful: pd.MultiIndex
) -> pd.DataFrame:
    """
    Return kilometres per network, the network's own source deciding in each department.

    Parameters
    ----------
    lines, pieces
        `ubigeo`, `network`, `length_km`: what lies inside each district (`layers.overlay.lines_in_districts`).
    sources
        `sources_by_district`.
    doubtful
        (ubigeo, network) with way-points that could not be joined: without any piece there, zero would be a guess.

    Returns
    -------
    km
        Indexed by ubigeo, one column per network; missing where the network has no source.
    """
    drawn, walked = _pivot(lines, "network", sources), _pivot(pieces, "network", sources)
    unjoined = pd.DataFrame({name: _pairs(sources, str(name)).isin(doubtful) for name in sources}, index=sources.index)
    guess = unjoined & walked.eq(0)
    return drawn.where(sources == "lines", walked.where((sources == "route_points") & ~guess))


def total_km(km: pd.DataFrame) -> pd.Series:
    """Return the kilometres of the networks that are known; missing where none is."""
    return km.sum(axis=1, min_count=1)


def density_km_per_100_km2(kilometres: pd.Series, area_km2: pd.Series) -> pd.Series:
    """Return kilometres per 100 square kilometres; both indexed by ubigeo."""
    return PER_KM2 * kilometres / area_km2.where(area_km2 > 0)


def class_km(lines: pd.DataFrame, sources: pd.DataFrame, column: str, classes: dict[str, str]) -> pd.DataFrame:
    """
    Return kilometres per class of surface or condition, of the networks that come from lines.

    Parameters
    ----------
    lines
        `ubigeo`, `network`, `length_km` and `column`, with `UNKNOWN` where the layer does not say.
    sources
        `sources_by_district`.
    column, classes
        `surface` and SURFACES, or `condition` and CONDITIONS.

    Returns
    -------
    km
        Indexed by ubigeo: one column per class and `unknown`. The classes are missing where no line of the department
        says, and where no line of a district that has lines does: a layer without surfaces knows of no paved road,
        which is not zero. Everything is missing where no network comes from lines.
    """
    own = lines[_pairs_of(lines).isin(_line_pairs(sources))]
    named = own.assign(kind=own[column].map({**classes, UNKNOWN: "unknown"}).astype("str"))
    kinds = list(dict.fromkeys(classes.values()))
    table = _pivot(named, "kind", sources, [*kinds, "unknown"])
    known = table[kinds].sum(axis=1)
    department = entity_code(pd.Series(table.index, index=table.index), "department")
    silent = known.eq(0) & (table["unknown"].gt(0) | known.groupby(department).transform("sum").eq(0))
    table[kinds] = table[kinds].mask(silent)
    return table.where((sources == "lines").any(axis=1), np.nan, axis=0)


def surface_km(lines: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return kilometres paved, gravel, earth and of unknown surface (`class_km`)."""
    return class_km(lines, sources, "surface", SURFACES)


def condition_km(lines: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return kilometres in good, fair and bad condition and of unknown condition (`class_km`)."""
    return class_km(lines, sources, "condition", CONDITIONS)


def words_of(sources: pd.DataFrame, *, counted: tuple[Source, ...] = ("lines", "route_points")) -> pd.Series:
    """Return the method word of each district (index: ubigeo) for a figure that adds up networks so `counted`."""

    words: dict[tuple[str, ...], str] = {}
    for pattern in dict.fromkeys(sources.itertuples(index=False, name=None)):
        lines, points = (
            [name for name, source in zip(sources.columns, pattern, strict=True) if source == kind and kind in counted]
            for kind in ("lines", "route_points")
        )
        words[pattern] = coverage_word(lines, points)
    told = [words[pattern] for pattern in sources.itertuples(index=False, name=None)]
    return pd.Series(told, index=sources.index, dtype="str")


def _pivot(lengths: pd.DataFrame, column: str, sources: pd.DataFrame, names: list[str] | None = None) -> pd.DataFrame:
    summed = lengths.groupby(["ubigeo", column], observed=True)["length_km"].sum().unstack(column)
    columns = names or list(sources.columns)
    return summed.reindex(index=sources.index, columns=columns).astype(float).fillna(0.0)


def _pairs(sources: pd.DataFrame, network: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_product([sources.index, [network]])


def _pairs_of(lines: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(lines[["ubigeo", "network"]])


def _line_pairs(sources: pd.DataFrame) -> pd.MultiIndex:
    row, column = np.nonzero((sources == "lines").to_numpy())
    return pd.MultiIndex.from_arrays([sources.index[row], sources.columns[column]], names=["ubigeo", "network"])

"""
An approximate network from the ordered way-points of each classified route.

Two consecutive points of a route are joined by a straight piece: shorter than the road, and off its trace in between.
So a length is a minimum («al menos»), and the pieces serve only where nobody drew the network of a department. No
factor from straight to real length is applied; the ratio is measured on the routes that have both, and reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from geodata.quality import Finding, examples
from geodata.ubigeo import entity_code
from layers.overlay import points_in_districts
from layers.roads.words import lengths_km

ROUTE = ["network", "department_code", "route_code"]
"""What makes a route one: a code that is in two departments is two routes."""

LONGEST_PIECE_KM = 60.0
"""Judgement: 99.9 % of the vecinal pieces of the pack measure under 41 km and 99 % of the departmental under 60; a
longer step joins points that are not neighbours on the ground (the longest of the pack: 461 km)."""

POINT_TOLERANCE_KM = 5.0
"""Judgement: a route starts at the departmental limit or a little beyond; farther off, code or position is wrong."""


@dataclass(frozen=True)
class Pieces:
    """Straight pieces between way-points, and what could not be joined."""

    usable: gpd.GeoDataFrame
    """network, department_code, route_code, from_position, to_position, straight_km; straight lines."""
    doubtful: gpd.GeoDataFrame
    """The way-points at the ends of pieces left out and of routes of a single point."""
    findings: list[Finding]


def straight_pieces(points: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> Pieces:
    """
    Return the straight pieces between consecutive way-points of each route.

    Parameters
    ----------
    points
        `network`, `route_code`, `position`, `department_code`, points (EPSG:4326); any order of rows.
    districts
        `ubigeo` and polygons (EPSG:4326): a point far from the department it declares joins nothing.

    Returns
    -------
    pieces
        Left out, and counted: repeated points, positions with two places, points of another department, pieces longer
        than `LONGEST_PIECE_KM`.
    """
    placed = points.geometry.notna() & ~points.geometry.is_empty
    complete = points[placed & points[[*ROUTE, "position"]].notna().all(axis=1)]
    once = complete[~_repeated(complete)]
    ordered = once.sort_values([*ROUTE, "position"], kind="stable", ignore_index=True)
    ambiguous = ordered.duplicated([*ROUTE, "position"], keep=False)
    astray = pd.Series(distance_off_km(ordered, districts) > POINT_TOLERANCE_KM, index=ordered.index)
    joined = _consecutive(ordered, ambiguous | astray)
    too_long = joined["straight_km"] > LONGEST_PIECE_KM
    alone = ordered.groupby(ROUTE)["position"].transform("size").eq(1)
    loose = joined["broken"] | too_long
    ends = pd.concat([joined.loc[loose, "start"], joined.loc[loose, "end"]])
    doubtful = ordered[alone | ambiguous | astray | ordered.index.isin(ends)]
    findings = [
        _unplaced(len(points) - len(complete)),
        _astray(ordered[astray]),
        _too_long(joined[too_long & ~joined["broken"]]),
        _broken(int(joined["broken"].sum())),
    ]
    usable = joined[~loose & joined["straight_km"].gt(0)].drop(columns=["broken", "start", "end"])
    return Pieces(usable.reset_index(drop=True), doubtful, findings)


def point_findings(points: gpd.GeoDataFrame) -> list[Finding]:
    """Return what is wrong in the list of way-points itself, before any district is known."""
    departments = points.groupby(["network", "route_code"])["department_code"].nunique()
    shared = departments[departments > 1]
    repeated = points.duplicated([*ROUTE, "position"])
    alone = points.groupby(ROUTE)["position"].size()
    alone = alone[alone == 1]
    return [
        Finding(
            "route_in_two_departments",
            "Códigos de ruta que figuran en dos departamentos.",
            len(shared),
            effect="cada departamento forma su propia ruta: no se unen puntos de un departamento a otro",
            repair="revise el código de ruta de esas filas en el clasificador vial",
            examples=examples(shared.index.get_level_values("route_code")),
        ),
        Finding(
            "repeated_route_position",
            "Puntos de ruta con una posición que ya tiene otro punto de la misma ruta.",
            int(repeated.sum()),
            effect="un punto idéntico se cuenta una vez; si el lugar difiere, no se une con sus vecinos",
            repair="corrija el orden de los puntos en la fuente",
            examples=examples(points.loc[repeated, "route_code"]),
        ),
        Finding(
            "single_point_route",
            "Rutas con un solo punto: no hay tramo que trazar.",
            len(alone),
            effect="no dan kilómetros; un distrito que solo tiene estas rutas queda sin dato, no en cero",
            repair="complete el punto inicial y final de la ruta",
            examples=examples(alone.index.get_level_values("route_code")),
        ),
    ]


def distance_off_km(points: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> np.ndarray:
    """Return how far each point lies from the department it declares (geodesic km); zero inside it."""
    lies_in = entity_code(points_in_districts(points.geometry.x, points.geometry.y, districts), "department")
    away = np.zeros(len(points))
    elsewhere = lies_in.ne(points["department_code"]).to_numpy(dtype=bool)
    shapes = districts.geometry.to_numpy()
    department = entity_code(districts["ubigeo"], "department").to_numpy()
    for code, rows in points[elsewhere].groupby("department_code"):
        own = shapes[department == code]
        if not len(own):
            away[rows.index] = np.inf
            continue
        spots = rows.geometry.to_numpy()
        links = shapely.shortest_line(spots, own[shapely.STRtree(own).nearest(spots)])
        away[rows.index] = lengths_km(links)
    return away


@dataclass(frozen=True)
class Sinuosity:
    """How much longer the drawn roads are than the straight pieces of the same routes."""

    routes_count: int
    line_km: float
    straight_km: float
    median_ratio: float
    """Of the ratio of each route; missing where no route has both."""

    @property
    def ratio(self) -> float:
        """Kilometres of line per straight kilometre of all routes together; missing where no route has both."""
        return self.line_km / self.straight_km if self.straight_km > 0 else float("nan")


def measured_sinuosity(roads: gpd.GeoDataFrame, pieces: Pieces) -> Sinuosity:
    """Return the lengths of the routes (network, department, code) with lines and with every piece joined."""
    drawn = _by_route(roads, lengths_km(roads.geometry.to_numpy()))
    walked = _by_route(pieces.usable, pieces.usable["straight_km"].to_numpy())
    partial = pd.MultiIndex.from_frame(pieces.doubtful[ROUTE])
    both = drawn.index.intersection(walked.index[~walked.index.isin(partial)])
    line, straight = drawn.loc[both], walked.loc[both]
    return Sinuosity(len(both), float(line.sum()), float(straight.sum()), float((line / straight).median()))


def _by_route(frame: gpd.GeoDataFrame, kilometres: np.ndarray) -> pd.Series:
    return pd.Series(kilometres, index=pd.MultiIndex.from_frame(frame[ROUTE])).groupby(level=ROUTE).sum()


def _repeated(points: gpd.GeoDataFrame) -> pd.Series:
    """Return whether the same place already has the same position in the same route."""
    spot = points[[*ROUTE, "position"]].assign(x=points.geometry.x, y=points.geometry.y)
    return spot.duplicated()


def _consecutive(ordered: gpd.GeoDataFrame, unusable: pd.Series) -> gpd.GeoDataFrame:
    """Return one row per pair of neighbours in a route; `broken` where one of the two cannot be trusted."""
    route = ordered.groupby(ROUTE, sort=False).ngroup().to_numpy()
    start = np.flatnonzero(route[1:] == route[:-1])
    end = start + 1
    spots = shapely.get_coordinates(ordered.geometry.to_numpy())
    lines = shapely.linestrings(np.stack([spots[start], spots[end]], axis=1))
    bad = unusable.to_numpy()
    frame = ordered.iloc[start][ROUTE].reset_index(drop=True)
    frame = frame.assign(
        from_position=ordered["position"].to_numpy()[start],
        to_position=ordered["position"].to_numpy()[end],
        straight_km=lengths_km(lines),
        broken=bad[start] | bad[end],
        start=start,
        end=end,
    )
    return gpd.GeoDataFrame(frame, geometry=lines, crs=crs.ON_DISK)


def _unplaced(count: int) -> Finding:
    return Finding(
        "incomplete_route_point",
        "Puntos de ruta sin posición, código, departamento o coordenadas.",
        count,
        effect="no se usan",
        repair="complete esas filas en la fuente",
    )


def _astray(points: gpd.GeoDataFrame) -> Finding:
    return Finding(
        "route_point_astray",
        f"Puntos de ruta a más de {POINT_TOLERANCE_KM:g} km del departamento que declaran.",
        len(points),
        effect="no se unen con sus vecinos de ruta",
        repair="revise las coordenadas o el departamento de esos puntos",
        examples=examples(points["route_code"]),
    )


def _too_long(pieces: pd.DataFrame) -> Finding:
    return Finding(
        "route_piece_too_long",
        f"Tramos rectos de más de {LONGEST_PIECE_KM:g} km entre puntos consecutivos "
        f"({pieces['straight_km'].sum():,.0f} km en total).",
        len(pieces),
        effect="no entran a la red aproximada",
        repair="añada los puntos intermedios de la ruta o corrija su posición",
        examples=examples(pieces["route_code"]),
    )


def _broken(count: int) -> Finding:
    return Finding(
        "route_piece_broken",
        "Tramos que tocan un punto de lugar dudoso (posición con dos lugares o punto de otro departamento).",
        count,
        effect="no entran a la red aproximada",
        repair="corrija los puntos señalados",
    )

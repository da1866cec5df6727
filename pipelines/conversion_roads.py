"""
From the road files to the layers `roads` and `road_route_points`.

Two forms of lines are read: the classifier as the pack has it (COD_DS11, DEPARTAMENTO, LONGITUD: no surface, no
condition) and the service of MTC (codruta, jerarq, superfic, estado, longitud). The code of D.S. 012-2013 (COD_DS11)
names the route: every row has one and it is the code of the way-points, while COD_DS12 holds «SIN CODIGO» and
provisional codes (R01, R02…) that different roads share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from geodata.errors import ContractError, Problem
from geodata.quality import Finding, examples, found
from geodata.readers.table import missing_column_problems, read_table
from geodata.readers.vector import read_geoparquet
from layers.overlay import inspect_shapes
from layers.roads.routes import point_findings
from layers.roads.words import folded, lengths_km
from pipelines.conversion_road_codes import CONDITION_CODES, NETWORK_CODES, SURFACE_CODES, translated
from pipelines.converted import AbsentSourceError, Converted, Files

EMBEDDED_DISTRICTS = Path(__file__).parents[1] / "geodata" / "demo" / "districts.csv"

LINE_SOURCES = {"red_departamental_2022": "departamental", "red_vecinal_2022": "vecinal"}
POINT_SOURCES = {"puntos_ruta_departamental_2022": "departamental", "puntos_ruta_vecinal_2022": "vecinal"}

TINY_KM = 0.010
"""Below ten metres a row is what is left of a road cut at a border (pack SOURCES.md, section 2)."""
DECLARED_TOLERANCE_SHARE = 0.05
"""Judgement: beyond 5 % a declared length is not that of the line drawn (projections alone give 0.6 %)."""
JUNCTION_DECIMALS = 5
"""Ends meet when they agree to about a metre, the tolerance with which the pack was thinned."""

_PACK = {"COD_DS11": "route_code", "DEPARTAMENTO": "department", "PROVINCIA": "province", "LONGITUD": "declared_km"}
_MTC = {
    "codruta": "route_code",
    "jerarq": "network",
    "superfic": "surface",
    "estado": "condition",
    "longitud": "declared_km",
    "departamento": "department",
    "provincia": "province",
}
_POINTS = {
    "COD_RUTA": "route_code",
    "POSICION": "position",
    "PUNTO": "place",
    "TIPO": "point_type",
    "DEPARTAMENTO": "department",
    "PROVINCIA": "declared_province",
    "DISTRITO": "declared_district",
}
_POINT_KEY = ["route_code", "position", "department"]
"""Two points at one place are one only when they are the same step of the same route."""
_LINE_COLUMNS = ["network", "route_code", "surface", "condition", "department_code", "declared_km", "geometry"]
_POINT_COLUMNS = ["network", "position", "department_code", *(set(_POINTS.values()) - {"position", "department"})]


def roads(files: Files) -> Converted:
    """Lines of the departmental and vecinal networks, as far as the files that are here go."""
    parts = [
        road_lines(read_geoparquet(path, columns=list(_PACK)), network, path.name)
        for path, network in _present(files, LINE_SOURCES)
    ]
    return _together(parts)


def road_route_points(files: Files) -> Converted:
    """Ordered way-points of the classified routes of both networks."""
    parts = [
        _route_points(read_geoparquet(path, columns=list(_POINTS)), network, path.name)
        for path, network in _present(files, POINT_SOURCES)
    ]
    return _together(parts)


CONVERSIONS: dict[str, Callable[[Files], Converted]] = {"roads": roads, "road_route_points": road_route_points}
"""Layer -> how it is made from the files of its sources; at least one of its sources must be there."""


def road_lines(raw: gpd.GeoDataFrame, network: str | None, where: str) -> Converted:
    """
    Return the canonical `roads` of a layer in the form of the pack or of MTC's service, and what is wrong in it.

    Parameters
    ----------
    raw
        Lines in any declared CRS, Z and M allowed. Names of columns in any case.
    network
        The network of a file that does not say it (`jerarq`).
    where
        Name of the file, for messages.

    Raises
    ------
    ContractError
        If it has neither form: the route code is missing, or nobody says the network.
    CrsMismatchError
        If the layer declares no CRS.
    """
    named = _named(raw, network, where)
    inspected = inspect_shapes(named, {"LineString", "MultiLineString"}, layer=f"red vial, {where}")
    frame = inspected.usable.to_crs(crs.ON_DISK).reset_index(drop=True)
    frame["declared_km"] = pd.to_numeric(frame["declared_km"], errors="coerce").astype(float)
    frame["route_code"] = frame["route_code"].astype("str").str.strip()
    findings = list(inspected.findings)
    for column, codes in (("network", NETWORK_CODES), ("surface", SURFACE_CODES), ("condition", CONDITION_CODES)):
        frame[column], noticed = translated(frame[column], codes, column)
        findings += noticed
    frame["department_code"], noticed = department_codes(frame["department"])
    findings += [*noticed, *_length_findings(frame), _cut_at_borders(frame)]
    usable = frame[frame["network"].notna()].reset_index(drop=True)
    return Converted(usable[_LINE_COLUMNS], findings=found(findings))


def _named(raw: gpd.GeoDataFrame, network: str | None, where: str) -> gpd.GeoDataFrame:
    """Return the columns under the names of the project; what the form does not have is missing."""
    form = _PACK if "COD_DS11" in raw else _MTC
    headers = {str(name).casefold(): name for name in raw.columns if name != raw.geometry.name}
    if form is _MTC and not {"codruta"} <= set(headers):
        raise ContractError(missing_column_problems(raw, ["codruta"], where))
    present = {headers[name.casefold()]: new for name, new in form.items() if name.casefold() in headers}
    frame = gpd.GeoDataFrame(raw[list(present)].rename(columns=present), geometry=raw.geometry)
    if "network" not in frame:
        if network is None:
            raise ContractError([_no_network(where)])
        frame["network"] = network
    for column in ("surface", "condition", "department", "province", "declared_km"):
        if column not in frame:
            frame[column] = None
    return frame


def _no_network(where: str) -> Problem:
    return Problem(
        what="no se sabe de qué red vial es la capa",
        where=where,
        expected="una columna «jerarq» con RN, RD o RV, o que se indique la red al cargarla",
        found="ninguna de las dos",
        repair="indique si la red es nacional, departamental o vecinal",
    )


def department_codes(names: pd.Series) -> tuple[pd.Series, list[Finding]]:
    """Return the code of each department by its name, accents and capitals aside; missing where unknown."""
    known = read_table(EMBEDDED_DISTRICTS, columns=["ubigeo", "department"]).drop_duplicates("department")
    codes = pd.Series((known["ubigeo"].str[:2] + "0000").to_numpy(), index=folded(known["department"]).to_numpy())
    found_codes = folded(names.astype("str").fillna("")).map(codes).astype("str")
    unknown = names.notna() & found_codes.isna()
    finding = Finding(
        "unknown_department",
        "Filas con un departamento que no existe con ese nombre.",
        int(unknown.sum()),
        effect="quedan sin departamento declarado",
        repair="escriba el nombre oficial del departamento",
        examples=examples(names[unknown]),
    )
    return found_codes, found([finding])


def _length_findings(frame: gpd.GeoDataFrame) -> list[Finding]:
    drawn, declared = pd.Series(lengths_km(frame.geometry.to_numpy()), index=frame.index), frame["declared_km"]
    differs = declared.sub(drawn).abs() > DECLARED_TOLERANCE_SHARE * drawn
    return [
        Finding(
            "tiny_line",
            f"Tramos de menos de {TINY_KM * 1000:g} m: restos de caminos cortados en un límite.",
            int(drawn.lt(TINY_KM).sum()),
            "info",
            effect="suman sus metros como los demás",
            repair="una los tramos de cada ruta en la fuente",
            examples=examples(frame.loc[drawn.lt(TINY_KM), "route_code"]),
        ),
        Finding(
            "declared_length_differs",
            f"Tramos cuya longitud declarada difiere más de {100 * DECLARED_TOLERANCE_SHARE:g} % de la geodésica. "
            f"En total: {declared.sum():,.0f} km declarados, {drawn[declared.notna()].sum():,.0f} km medidos.",
            int(differs.sum()),
            "info",
            effect="se usa siempre la longitud geodésica",
            repair="recalcule la longitud en la fuente (no en una sola zona UTM)",
            examples=examples(frame.loc[differs, "route_code"]),
        ),
    ]


def _cut_at_borders(frame: gpd.GeoDataFrame) -> Finding:
    """Return at how many places rows of one route meet whose provinces differ."""
    parts, row = shapely.get_parts(frame.geometry.to_numpy(), return_index=True)
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(parts, at)) for at in (0, -1)])
    spots = frame.iloc[np.tile(row, 2)][["network", "route_code", "department", "province"]].fillna("")
    spots = spots.assign(x=ends[:, 0].round(JUNCTION_DECIMALS), y=ends[:, 1].round(JUNCTION_DECIMALS))
    spots["side"] = spots["department"].astype("str") + "/" + spots["province"].astype("str")
    sides = spots.groupby(["network", "route_code", "x", "y"])["side"].nunique()
    cut = sides[sides > 1]
    return Finding(
        "cut_at_province_border",
        "Lugares donde un camino está cortado en el límite de dos provincias: la misma ruta sigue en otra fila.",
        len(cut),
        "info",
        effect="cada parte cuenta en el distrito donde está; la longitud total no cambia",
        repair="ninguna: es la forma de la fuente",
        examples=examples(cut.index.get_level_values("route_code")),
    )


def _route_points(raw: gpd.GeoDataFrame, network: str, where: str) -> Converted:
    crs.require_crs(crs.ON_DISK, **{where: raw})
    inspected = inspect_shapes(
        raw.rename(columns=_POINTS), {"Point"}, layer=f"puntos de ruta, {where}", same=_POINT_KEY
    )
    frame = inspected.usable.reset_index(drop=True).assign(network=network)
    frame["department_code"], noticed = department_codes(frame["department"])
    usable = frame[frame["department_code"].notna()].reset_index(drop=True)
    columns = [name for name in frame.columns if name in {*_POINT_COLUMNS, "geometry"}]
    return Converted(usable[columns], findings=found([*inspected.findings, *noticed, *point_findings(usable)]))


def _present(files: Files, sources: Mapping[str, str]) -> list[tuple[Path, str]]:
    """Return the files that are here with the network of each, or raise when none is."""
    present: list[tuple[Path, str]] = []
    for source, network in sources.items():
        try:
            present.append((files[source], network))
        except LookupError:
            continue
    if not present:
        raise AbsentSourceError(next(iter(sources)))
    return present


def _together(parts: list[Converted]) -> Converted:
    frame = gpd.GeoDataFrame(pd.concat([part.frame for part in parts], ignore_index=True), crs=crs.ON_DISK)
    return Converted(
        frame,
        notes=[note for part in parts for note in part.notes],
        findings=[finding for part in parts for finding in part.findings],
    )

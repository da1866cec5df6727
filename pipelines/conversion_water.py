"""From the files of water for farming to their layers: every row kept, what does not fit counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata import crs
from geodata.errors import ContractError, Problem
from geodata.quality import Finding, examples, found
from geodata.readers.table import read_table
from geodata.readers.vector import read_geoparquet
from geodata.schemas.water import GEOMETRIES
from geodata.ubigeo import entity_code
from layers.overlay import inspect_shapes
from pipelines.converted import Converted, Files

DEPARTMENTS_FILE = Path(__file__).parents[1] / "geodata" / "demo" / "districts.csv"
"""Real names and codes of the departments; the file comes with the project."""

KINDS = {"CANAL": "canal", "ACEQUIA": "acequia"}


def canals(files: Files) -> Converted:
    """
    Canals and ditches of the national chart; far from complete.

    A row of another kind, or whose department has an unknown name, is left out and counted.
    """
    path = files["canales_ign"]
    lines = read_geoparquet(path, columns=["NOMBRE", "TIPO", "DEPARTAMENTO"])
    crs.require_crs(crs.ON_DISK, **{path.name: lines})
    kind = lines["TIPO"].map(plain).map(KINDS)
    department = lines["DEPARTAMENTO"].map(plain).map(department_codes())
    unknown_kind, unknown_department = kind.isna(), department.isna()
    kept = ~(unknown_kind | unknown_department)
    if not kept.any():
        raise ContractError([_no_canal(path)])
    frame = gpd.GeoDataFrame(
        {"kind": kind[kept], "name": lines["NOMBRE"][kept], "department_code": department[kept]},
        geometry=lines.geometry[kept],
        crs=lines.crs,
    )
    inspected = inspect_shapes(frame, GEOMETRIES["canals"], layer="canales y acequias")
    findings = [
        _left_out("unknown_kind", "de otro tipo que canal o acequia", lines["TIPO"][unknown_kind]),
        _left_out("unknown_department", "con un departamento que no existe", lines["DEPARTAMENTO"][unknown_department]),
        *inspected.findings,
    ]
    note = f"{path.name}: {department[kept].nunique()} departamentos con líneas; la capa no es completa en ninguno"
    return Converted(inspected.usable.reset_index(drop=True), [note], found(findings))


def irrigated_areas(polygons: gpd.GeoDataFrame, scope_code: str, name_column: str | None = None) -> Converted:
    """
    Return uploaded polygons of irrigated land as a layer: inspected, in EPSG:4326.

    Parameters
    ----------
    polygons
        Any CRS, declared.
    scope_code
        Territory (six characters, of any level) for which whoever uploads them says that they are all.
    name_column
        Column with a name for each polygon, if there is one.

    Raises
    ------
    CrsMismatchError
        If the polygons have no CRS.
    """
    inspected = inspect_shapes(polygons, GEOMETRIES["irrigated_areas"], layer="superficie bajo riego")
    usable = inspected.usable.to_crs(crs.ON_DISK)
    names = None if name_column is None else usable[name_column].astype("str").to_numpy()
    frame = gpd.GeoDataFrame(
        {"name": pd.Series(names, index=usable.index, dtype="str"), "scope_code": scope_code},
        geometry=usable.geometry,
        crs=crs.ON_DISK,
    )
    return Converted(frame.reset_index(drop=True), findings=inspected.findings)


def department_codes() -> dict[str, str]:
    """Return department name in capitals without accents -> code of six characters."""
    table = read_table(DEPARTMENTS_FILE, columns=["ubigeo", "department"])
    codes = entity_code(table["ubigeo"], "department")
    return dict(zip(table["department"].map(plain), codes, strict=True))


def plain(text: object) -> str:
    """Return the text in capitals, without accents nor spaces at its ends; nothing for a missing value."""
    if not isinstance(text, str):
        return ""
    letters = unicodedata.normalize("NFD", text.strip().upper())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _left_out(code: str, what: str, values: pd.Series) -> Finding:
    return Finding(
        code=code,
        message=f"Líneas {what}.",
        count=len(values),
        effect="No entran a la capa.",
        repair="Corrija el valor en el archivo de origen.",
        examples=examples(values),
    )


def _no_canal(path: Path) -> Problem:
    return Problem(
        what="ninguna línea utilizable",
        where=path.name,
        expected="filas con TIPO «Canal» o «Acequia» y un departamento del Perú",
        found="ninguna",
        repair="verifique que sea el archivo de canales y acequias",
    )


CONVERSIONS: dict[str, Callable[[Files], Converted]] = {"canals": canals}

"""What the census holds and what is doubted in it: counted by department, with the share of units touched."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

from geodata.census import UBIGEO, load_census

ONE_ROW_PER_UNIT = ("rec04", "rec04b")
"""Modules that INEI publishes with exactly one row per enumerated unit (cenagro-dictionary.md)."""

WARNINGS = {
    "points_missing": "sin coordenadas o con coordenadas fuera del Perú: no se ubican en ningún distrito",
    "areas_suspect": "con superficies negativas o de más de 100,000 ha en una persona natural: no entran en las sumas",
    "ubigeos_unknown": "con un ubigeo de 2012 que hoy no existe: se ubican solo por sus coordenadas",
    "rows_differ_from_units": "de diferencia entre las filas del módulo y las unidades de REC01",
}
"""What each warning says, after its number of units."""


def department_record(code: str, counted: Mapping[str, pl.DataFrame], ubigeos: Collection[str]) -> dict[str, Any]:
    """
    Return units, rows and warnings of a department.

    Parameters
    ----------
    counted
        Tallies of `geodata.census.tally`, one per module.
    ubigeos
        Today's districts.
    """
    return {
        "name": load_census().departments[code],
        "units_count": _sum(counted["rec01"], "units"),
        "rows": {name: _sum(table, "rows") for name, table in counted.items()},
        "warnings": _warnings(counted, ubigeos),
    }


def totals(departments: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return modules, units and rows of all the departments, and their warnings added by kind."""
    modules = list(load_census().modules)
    units_count = sum(entry["units_count"] for entry in departments.values())
    warnings: dict[str, dict[str, Any]] = {}
    for warning in (warning for entry in departments.values() for warning in entry["warnings"]):
        total = warnings.setdefault(f"{warning['module']}.{warning['code']}", {"count": 0, "departments_count": 0})
        total["count"] += warning["count"]
        total["departments_count"] += 1
    return {
        "modules": modules,
        "units_count": units_count,
        "rows": {name: sum(entry["rows"][name] for entry in departments.values()) for name in modules},
        "warnings": warnings,
    }


def _warnings(counted: Mapping[str, pl.DataFrame], ubigeos: Collection[str]) -> list[dict[str, Any]]:
    """Return what is doubted in a department: how many units (or rows of another module) and what share of them."""
    units = counted["rec01"]
    unknown = units.filter(~pl.col(UBIGEO).is_in(list(ubigeos)) & (pl.col("units") > 0))
    warnings = [
        _warning("points_missing", "rec01", _sum(units, "is_point_missing"), units),
        _warning("areas_suspect", "rec01", _sum(units, "is_area_suspect"), units),
        {
            **_warning("ubigeos_unknown", "rec01", _sum(unknown, "units"), units),
            "ubigeos": unknown[UBIGEO].to_list(),
        },
    ]
    warnings += [
        _warning("areas_suspect", name, _sum(counted[name], "is_area_suspect"), counted[name])
        for name in ("rec02", "rec02a")
    ]
    for name in ONE_ROW_PER_UNIT:
        rows, expected = _sum(counted[name], "rows"), _sum(units, "units")
        warnings.append(
            {
                **_warning("rows_differ_from_units", name, abs(rows - expected), units),
                "rows_count": rows,
                "expected_count": expected,
            }
        )
    return [warning for warning in warnings if warning["count"]]


def _warning(code: str, module: str, count: int, table: pl.DataFrame) -> dict[str, Any]:
    of = _sum(table, "units")
    share = round(count / of, 6) if of else 0.0
    what = "unidades" if module == "rec01" else "filas"
    text = f"{module.upper()}: {count:,} {what} ({100 * share:.2f} %) {WARNINGS[code]}"
    return {"code": code, "module": module, "count": count, "of": of, "share": share, "text": text}


def _sum(table: pl.DataFrame, column: str) -> int:
    return int(table[column].sum())

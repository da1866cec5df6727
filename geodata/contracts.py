"""
Contracts: what a layer must be before the project believes it.

One pandera schema per layer. Validation is lazy: every breach comes back at once, as problems a person can act on.
"""

from __future__ import annotations

from typing import TypeGuard

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from geodata import crs
from geodata.errors import ContractError, CrsMismatchError, Problem, raise_if_any
from geodata.schemas import connectivity, roads, terrain, water
from geodata.schemas.columns import (
    KEY,
    LEVEL,
    NATURAL_REGION,
    NOT_NEGATIVE,
    PERCENTAGE,
    SHARE,
    UNIQUE_KEY,
    counts,
    number,
    text,
)

_SHOWN_AT_MOST = 3

# rules between columns are written as what must not be, so that a missing value breaks none of them
LAYER_SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "districts": pa.DataFrameSchema(
        {
            "ubigeo": UNIQUE_KEY,
            "district": text(),
            "province": text(),
            "department": text(),
            "capital": text(nullable=True),
            "capital_altitude_m": number(pa.Check.in_range(-50, 6768, error="entre -50 y 6,768 m"), nullable=False),
            "capital_latitude": number(pa.Check.in_range(-18.5, 0.1, error="una latitud del Perú"), nullable=False),
            "capital_longitude": number(pa.Check.in_range(-81.5, -68.5, error="una longitud del Perú"), nullable=False),
            "population_count": number(NOT_NEGATIVE, nullable=False),
            "natural_region": text(checks=NATURAL_REGION),
            "natural_region_minam": text(checks=NATURAL_REGION, nullable=True),
        }
    ),
    "ppa_2024": pa.DataFrameSchema({"ubigeo": UNIQUE_KEY, **counts("producers_count")}),
    "agricultural_area_2018": pa.DataFrameSchema({"ubigeo": UNIQUE_KEY, **counts("agricultural_area_ha")}),
    "crop_value_2023": pa.DataFrameSchema(
        {"ubigeo": KEY, "crop": text(), **counts("production_t", "value_pen_thousand")},
        unique=["ubigeo", "crop"],
    ),
    "mobile_internet_2024": pa.DataFrameSchema(
        {
            "ubigeo": UNIQUE_KEY,
            "rural_operators_count": number(pa.Check.in_range(0, 4, error="entre 0 y 4 operadores")),
            "urban_operators_count": number(pa.Check.in_range(0, 4, error="entre 0 y 4 operadores")),
        }
    ),
    "census_2017": pa.DataFrameSchema(
        {
            "ubigeo": UNIQUE_KEY,
            **counts(
                "census_population_count",
                "households_count",
                "households_without_mobile_count",
                "households_without_internet_count",
                "dwellings_count",
                "dwellings_without_electricity_count",
            ),
        },
        checks=[
            pa.Check(
                lambda frame: ~(frame["households_without_mobile_count"] > frame["households_count"]),
                name="hogares sin celular no mayores que los hogares",
                error="hogares sin celular no mayores que los hogares",
            ),
            pa.Check(
                lambda frame: ~(frame["households_without_internet_count"] > frame["households_count"]),
                name="hogares sin internet no mayores que los hogares",
                error="hogares sin internet no mayores que los hogares",
            ),
            pa.Check(
                lambda frame: ~(frame["dwellings_without_electricity_count"] > frame["dwellings_count"]),
                name="viviendas sin electricidad no mayores que las viviendas",
                error="viviendas sin electricidad no mayores que las viviendas",
            ),
        ],
    ),
    "poverty_2018": pa.DataFrameSchema(
        {
            "ubigeo": UNIQUE_KEY,
            "poverty_pct": number(PERCENTAGE),
            "poverty_low_pct": number(PERCENTAGE),
            "poverty_high_pct": number(PERCENTAGE),
        },
        checks=pa.Check(
            lambda frame: (
                ~(
                    (frame["poverty_low_pct"] > frame["poverty_pct"])
                    | (frame["poverty_pct"] > frame["poverty_high_pct"])
                )
            ),
            name="el intervalo contiene a la estimación",
            error="un intervalo que contiene a la estimación",
        ),
    ),
    "settlements": pa.DataFrameSchema(
        {
            "settlement_code": pa.Column(
                "str", pa.Check.str_matches(r"^\d{10}$", error="un código de 10 dígitos"), unique=True
            ),
            "settlement": text(nullable=True),
            "settlement_type": text(checks=pa.Check.isin(["Rural", "Urbano"], error="Rural o Urbano")),
        }
    ),
    "road_gaps": pa.DataFrameSchema(
        {
            "level": text(checks=LEVEL),
            "ubigeo": KEY,
            "official_name": text(),
            "year": pa.Column(int, coerce=True),
            "gap_share": number(SHARE, nullable=False),
            **counts("demanded_km", "implemented_km"),
        },
        unique=["ubigeo", "official_name", "year"],
    ),
    "producer_units_2012": pa.DataFrameSchema(
        {
            "ubigeo": UNIQUE_KEY,
            **counts(
                "units_count",
                "units_with_land_count",
                "units_under_5ha_count",
                "agricultural_area_2012_ha",
                "irrigated_area_2012_ha",
            ),
        }
    ),
}

THEMES = (connectivity, roads, terrain, water)
for theme in THEMES:
    LAYER_SCHEMAS |= theme.SCHEMAS

GEOMETRIES: dict[str, set[str]] = {
    "districts": {"Polygon", "MultiPolygon"},
    "settlements": {"Point"},
    **{layer: kinds for theme in THEMES for layer, kinds in theme.GEOMETRIES.items()},
}
"""Layers with shapes and the kinds they may hold."""

ONE_ROW_PER_DISTRICT = tuple(
    name for name, schema in LAYER_SCHEMAS.items() if getattr(schema.columns.get("ubigeo"), "unique", False)
)


def check_layer(layer: str, frame: pd.DataFrame) -> pd.DataFrame:
    """
    Return the layer with its contract's columns and types, or raise with every breach.

    Parameters
    ----------
    layer
        A key of `LAYER_SCHEMAS`.
    frame
        Canonical columns; more columns than the contract are dropped. Layers of `GEOMETRIES` are in EPSG:4326.

    Raises
    ------
    ContractError, CrsMismatchError
        All problems of the layer at once.
    """
    schema = LAYER_SCHEMAS[layer]
    crs_problems = _crs_problems(layer, frame) if layer in GEOMETRIES else []
    problems = [*crs_problems, *(geometry_problems(layer, frame) if _has_shapes(layer, frame) else [])]
    try:
        # numbered anew: pandera cannot report rows that share a label
        checked = schema.validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as error:
        problems += _schema_problems(layer, error)
    raise_if_any(problems, CrsMismatchError if crs_problems else ContractError)
    kept = [*schema.columns, *(["geometry"] if layer in GEOMETRIES else [])]
    return checked[kept]


def geometry_problems(layer: str, frame: gpd.GeoDataFrame) -> list[Problem]:
    """Return what is wrong with the shapes of a layer: missing, empty, of another kind or invalid."""
    shapes = frame.geometry
    absent = shapes.isna() | shapes.is_empty
    findings = {
        "sin geometría": absent,
        "de otro tipo": ~absent & ~shapes.geom_type.isin(GEOMETRIES[layer]),
        "inválidas": ~absent & ~shapes.is_valid,
    }
    return [
        Problem(
            what=f"geometrías {finding}",
            where=f"{layer}.geometry",
            expected=f"{', '.join(sorted(GEOMETRIES[layer]))} válidos en todas las filas",
            found=f"{int(rows.sum())} filas",
            repair="repare o complete las geometrías (QGIS: «Corregir geometrías»)",
        )
        for finding, rows in findings.items()
        if rows.any()
    ]


def _has_shapes(layer: str, frame: pd.DataFrame) -> TypeGuard[gpd.GeoDataFrame]:
    return layer in GEOMETRIES and isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None


def _crs_problems(layer: str, frame: pd.DataFrame) -> list[Problem]:
    if not _has_shapes(layer, frame):
        return [
            Problem(
                what="la capa no tiene geometría",
                where=layer,
                expected="una columna de geometría en EPSG:4326",
                found="una tabla sin geometría",
                repair="use el archivo geográfico de la capa",
            )
        ]
    try:
        crs.require_crs(crs.ON_DISK, **{layer: frame})
    except CrsMismatchError as error:
        return list(error.problems)
    return []


def _schema_problems(layer: str, error: SchemaErrors) -> list[Problem]:
    # a check that could not even run (no column, text where numbers go) repeats a breach that is already listed
    breaches = [one for one in error.schema_errors if one.reason_code is not SchemaErrorReason.CHECK_ERROR]
    return list(dict.fromkeys(_problem(layer, one) for one in breaches))


def _problem(layer: str, breach: SchemaError) -> Problem:
    if breach.reason_code is SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
        return Problem(
            what="falta una columna",
            where=layer,
            expected=f"la columna «{breach.failure_cases}»",
            found="no está en el archivo",
            repair="verifique que el archivo sea el de la fuente y que nadie haya cambiado sus encabezados",
        )
    return Problem(
        what="la capa no cumple su contrato",
        where=layer if breach.schema.name is None else f"{layer}.{breach.schema.name}",
        expected=_expected(breach),
        found=_found(breach.failure_cases),
        repair="corrija esos valores en el origen o consulte los defectos conocidos de la fuente",
    )


def _found(cases: pd.DataFrame | str) -> str:
    if isinstance(cases, str):  # the type of the whole column, not the values of some rows
        return f"una columna de tipo {cases}"
    if "column" in cases:
        # a rule between columns: its rows are named by their first column, the code
        cases = cases[cases["column"].eq(cases["column"].iloc[0])]
    shown = cases["failure_case"].drop_duplicates().head(_SHOWN_AT_MOST).tolist()
    return f"{cases['index'].nunique()} filas con otro valor, p. ej. {', '.join(map(repr, shown))}"


def _expected(breach: SchemaError) -> str:
    if breach.reason_code in (SchemaErrorReason.WRONG_DATATYPE, SchemaErrorReason.DATATYPE_COERCION):
        return "números" if str(breach.schema.dtype).startswith(("float", "int")) else "texto"
    return _READABLE_CHECKS.get(str(breach.check), str(getattr(breach.check, "error", breach.check)))


_READABLE_CHECKS = {
    "field_uniqueness": "valores sin repetir",
    "multiple_fields_uniqueness": "una sola fila por clave",
    "not_nullable": "un valor en todas las filas",
}

"""Contracts of the road layers: lines of the network and ordered way-points of its routes."""

from __future__ import annotations

import pandera.pandas as pa

from geodata.schemas.columns import CODE_FORM, NOT_NEGATIVE, number, text

NETWORK = pa.Check.isin(["nacional", "departamental", "vecinal"], error="nacional, departamental o vecinal")
SURFACE = pa.Check.isin(
    ["pavimentado", "asfaltado_economico", "afirmado", "sin_afirmar", "trocha"],
    error="pavimentado, asfaltado_economico, afirmado, sin_afirmar o trocha",
)
CONDITION = pa.Check.isin(["bueno", "regular", "malo", "muy_malo"], error="bueno, regular, malo o muy_malo")
_DEPARTMENT = pa.Check(
    lambda codes: codes.str.endswith("0000"), name="un código de departamento", error="un código de departamento"
)

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "roads": pa.DataFrameSchema(
        {
            "network": text(checks=NETWORK),
            "route_code": text(nullable=True),
            "surface": text(checks=SURFACE, nullable=True),
            "condition": text(checks=CONDITION, nullable=True),
            # missing where the source names none: the build then takes the department the line lies in
            "department_code": text(checks=[CODE_FORM, _DEPARTMENT], nullable=True),
            "declared_km": number(NOT_NEGATIVE),
        }
    ),
    "road_route_points": pa.DataFrameSchema(
        {
            "network": text(checks=NETWORK),
            "route_code": text(),
            "position": number(NOT_NEGATIVE, nullable=False),
            "place": text(nullable=True),
            "point_type": text(nullable=True),
            "department_code": text(checks=[CODE_FORM, _DEPARTMENT]),
            "declared_province": text(nullable=True),
            "declared_district": text(nullable=True),
        }
    ),
}

GEOMETRIES: dict[str, set[str]] = {
    "roads": {"LineString", "MultiLineString"},
    "road_route_points": {"Point"},
}

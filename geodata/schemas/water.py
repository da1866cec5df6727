"""Contracts of the layers of water for farming."""

from __future__ import annotations

import pandera.pandas as pa

from geodata.schemas.columns import KEY, UNIQUE_KEY, text

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "canals": pa.DataFrameSchema(
        {
            "kind": text(checks=pa.Check.isin(["canal", "acequia"], error="canal o acequia")),
            "name": text(nullable=True),
            "department_code": KEY,
        }
    ),
    # territories for which the canal layer says that it is complete
    "canals_scope": pa.DataFrameSchema({"ubigeo": UNIQUE_KEY}),
    "irrigated_areas": pa.DataFrameSchema({"name": text(nullable=True), "scope_code": KEY}),
}

GEOMETRIES: dict[str, set[str]] = {
    "canals": {"LineString", "MultiLineString"},
    "irrigated_areas": {"Polygon", "MultiPolygon"},
}
"""Layers with shapes and the kinds they may hold."""

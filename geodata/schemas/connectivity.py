"""Contracts of the layers of connectivity."""

from __future__ import annotations

import pandera.pandas as pa

from geodata.schemas.columns import SHARE, UNIQUE_KEY, counts, number, text

TECHNOLOGIES = ("2g", "3g", "4g", "5g")
SETTLEMENT_CODE = pa.Check(
    lambda codes: codes.str.fullmatch(r"\d{10}"), name="un código de 10 dígitos", error="un código de 10 dígitos"
)
ZERO_OR_ONE = pa.Check.isin([0.0, 1.0], error="0 o 1")

SCHEMAS: dict[str, pa.DataFrameSchema] = {
    "mobile_coverage": pa.DataFrameSchema(
        {
            "settlement_code": text(checks=SETTLEMENT_CODE),
            "operator": text(),
            "technology": text(checks=pa.Check.isin(TECHNOLOGIES, error="2g, 3g, 4g o 5g")),
            # missing: the cell was unreadable or impossible, or the source does not tell guaranteed from total
            "guaranteed_share": number(SHARE),
            "total_share": number(SHARE),
            # missing: the source does not tell the speed
            "over_1_mbps": number(ZERO_OR_ONE),
        },
        unique=["settlement_code", "operator", "technology"],
    ),
    "mobile_coverage_scope": pa.DataFrameSchema({"ubigeo": UNIQUE_KEY}),
    "literacy_2017": pa.DataFrameSchema({"ubigeo": UNIQUE_KEY, **counts("literate_count", "illiterate_count")}),
}

GEOMETRIES: dict[str, set[str]] = {}

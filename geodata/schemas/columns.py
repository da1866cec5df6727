"""Columns that the contracts of the layers share, each with the sentence that tells a breach."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandera.pandas as pa

from geodata import ubigeo

PERCENTAGE = pa.Check.in_range(0, 100, error="un valor entre 0 y 100")
SHARE = pa.Check.in_range(0, 1, error="un valor entre 0 y 1")
NOT_NEGATIVE = pa.Check.ge(0, error="un valor no negativo")
LEVEL = pa.Check.isin(
    ["country", "department", "province", "district"], error="country, department, province o district"
)
NATURAL_REGION = pa.Check.isin(["Costa", "Sierra", "Selva"], error="Costa, Sierra o Selva")


def text(**options: Any) -> pa.Column:
    return pa.Column("str", **options)


FINITE = pa.Check(lambda values: np.isfinite(values), name="un número finito", error="un número finito")


def number(*checks: pa.Check, nullable: bool = True) -> pa.Column:
    return pa.Column(float, [FINITE, *checks], nullable=nullable, coerce=True)


CODE_FORM = pa.Check(
    # the whole text: a pattern that ends in $ lets a line break through
    lambda codes: codes.str.fullmatch(ubigeo.UBIGEO_PATTERN),
    name="un código de 6 dígitos",
    error="un código de 6 dígitos",
)
KEY = pa.Column("str", CODE_FORM)
UNIQUE_KEY = pa.Column("str", CODE_FORM, unique=True)


def counts(*names: str) -> dict[str, pa.Column]:
    return {name: number(NOT_NEGATIVE) for name in names}

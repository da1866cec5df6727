"""Contracts of water and connectivity: what a layer may not hold is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from geodata.schemas import connectivity, water

SCHEMAS = water.SCHEMAS | connectivity.SCHEMAS
GOOD: dict[str, dict[str, Any]] = {
    "canals": {"kind": "canal", "name": None, "department_code": "010000"},
    "canals_scope": {"ubigeo": "010000"},
    "irrigated_areas": {"name": "Pampa", "scope_code": "010101"},
    "mobile_coverage": {
        "settlement_code": "0101010001",
        "operator": "claro",
        "technology": "4g",
        "guaranteed_share": np.nan,
        "total_share": 1.0,
        "over_1_mbps": 1.0,
    },
    "mobile_coverage_scope": {"ubigeo": "150700"},
    "literacy_2017": {"ubigeo": "010101", "literate_count": 10.0, "illiterate_count": 0.0},
}


def frame(layer: str, **changed: Any) -> pd.DataFrame:
    row = GOOD[layer] | changed
    made = pd.DataFrame([row])
    return made.astype({name: "str" for name, value in row.items() if value is None or isinstance(value, str)})


@pytest.mark.parametrize("layer", sorted(SCHEMAS))
def test_a_good_row_is_accepted(layer: str) -> None:
    """Every contract takes a row as its conversion gives it."""
    assert len(SCHEMAS[layer].validate(frame(layer), lazy=True)) == 1


@pytest.mark.parametrize(
    ("layer", "changed"),
    [
        ("canals", {"kind": "río"}),
        ("canals", {"department_code": "Cusco"}),
        ("irrigated_areas", {"scope_code": "01"}),
        ("mobile_coverage", {"settlement_code": "101010001"}),
        ("mobile_coverage", {"settlement_code": "0101010001\n"}),
        ("mobile_coverage", {"technology": "4G"}),
        ("mobile_coverage", {"total_share": 1.78}),
        ("mobile_coverage", {"total_share": np.inf}),
        ("mobile_coverage", {"guaranteed_share": -0.1}),
        ("mobile_coverage", {"over_1_mbps": 0.5}),
        ("mobile_coverage_scope", {"ubigeo": "1507"}),
        ("literacy_2017", {"illiterate_count": -1.0}),
    ],
)
def test_a_bad_value_is_refused(layer: str, changed: dict[str, Any]) -> None:
    """One wrong value of any column is enough."""
    with pytest.raises(pa.errors.SchemaErrors):
        SCHEMAS[layer].validate(frame(layer, **changed), lazy=True)


def test_a_settlement_has_one_row_per_operator_and_technology() -> None:
    """The same key twice is refused: one of the two would be chosen in silence."""
    twice = pd.concat([frame("mobile_coverage")] * 2, ignore_index=True)
    with pytest.raises(pa.errors.SchemaErrors):
        SCHEMAS["mobile_coverage"].validate(twice, lazy=True)

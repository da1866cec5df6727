"""Contracts of the road layers: the words are closed lists, what a source does not say is missing."""

from __future__ import annotations

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from geodata.schemas.roads import GEOMETRIES, SCHEMAS


def row(layer: str) -> pd.DataFrame:
    rows = {
        "roads": {
            "network": "vecinal",
            "route_code": "AB-1",
            "surface": "afirmado",
            "condition": "bueno",
            "department_code": "010000",
            "declared_km": 1.0,
        },
        "road_route_points": {
            "network": "vecinal",
            "route_code": "AB-1",
            "position": 1.0,
            "place": "Lugar",
            "point_type": "INICIAL",
            "department_code": "010000",
            "declared_province": "P",
            "declared_district": "D",
        },
    }
    return pd.DataFrame([rows[layer]])


@pytest.mark.parametrize("layer", list(SCHEMAS))
def test_a_whole_row_is_accepted(layer: str) -> None:
    """A row with every word of its list keeps the contract, and each layer says its geometries."""
    SCHEMAS[layer].validate(row(layer), lazy=True)
    assert layer in GEOMETRIES


@pytest.mark.parametrize("column", ["route_code", "surface", "condition", "department_code", "declared_km"])
def test_a_road_may_lack_what_its_source_does_not_say(column: str) -> None:
    """Unknown surface, condition, code, department and declared length are missing, not a breach."""
    absent = row("roads").astype({column: "float"}, errors="ignore")
    absent[column] = pd.Series([None], dtype=row("roads")[column].dtype)
    SCHEMAS["roads"].validate(absent, lazy=True)


@pytest.mark.parametrize(
    ("layer", "column", "value"),
    [
        ("roads", "network", "RV"),
        ("roads", "surface", "2"),
        ("roads", "condition", "excelente"),
        ("roads", "department_code", "010100"),
        ("roads", "department_code", "01"),
        ("roads", "declared_km", -1.0),
        ("road_route_points", "position", float("nan")),
        ("road_route_points", "network", "otra"),
    ],
)
def test_a_word_outside_its_list_is_refused(layer: str, column: str, value: object) -> None:
    """Codes of the source, provinces for departments and negative lengths do not pass."""
    frame = row(layer)
    frame[column] = pd.Series([value], dtype=frame[column].dtype)
    with pytest.raises(SchemaErrors):
        SCHEMAS[layer].validate(frame, lazy=True)

"""What the gaps of a list add up to for each entity, by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipelines.export.summary import by_entity


def gap(
    ubigeo: str, responsible: str, severity: str, shortfall: float, low: float | None, **more: Any
) -> dict[str, Any]:
    """Return a row of the list; its high cost is twice the low one and it touches ten producers."""
    return {
        "ubigeo": ubigeo,
        "responsible": responsible,
        "responsible_level": "GR",
        "label": "Riego",
        "severity": severity,
        "shortfall": shortfall,
        "shortfall_unit": "ha",
        "producers_count": 10.0,
        "cost_low_pen": low,
        "cost_high_pen": None if low is None else 2 * low,
        **more,
    }


GAPS = pd.DataFrame(
    [
        gap("010101", "Gobierno Regional", "critical", 5.0, 100.0),
        gap("010102", "Gobierno Regional", "moderate", 3.0, 50.0),
        gap("010201", "Gobierno Regional", "none", 0.0, 0.0),
        gap("010202", "Gobierno Regional", "no_data", float("nan"), None),
        gap("010101", "MTC", "moderate", 7.0, None, label="Internet", shortfall_unit="operadores"),
    ]
)


def test_entity_answers_for_its_gaps_to_act_on() -> None:
    """5 + 3 ha of two territories, 150 to 300 soles; what is met or unknown is no work of anybody."""
    summary = by_entity(GAPS)
    assert summary["Responsable"].tolist() == ["Gobierno Regional", "MTC"]
    first = summary.iloc[0]
    assert (first["Críticas"], first["Moderadas"], first["Territorios"]) == (1, 1, 2)
    assert (first["Falta en total"], first["Unidad de lo que falta"]) == (8.0, "ha")
    assert (first["Costo bajo (S/)"], first["Costo alto (S/)"]) == (150.0, 300.0)
    assert first["Productores en esos territorios (padrón 2024)"] == 20


def test_unknown_cost_is_no_cost_of_zero() -> None:
    """An entity whose gaps have no unit cost has an empty cost and a count of them."""
    row = by_entity(GAPS).iloc[1]
    assert pd.isna(row["Costo bajo (S/)"])
    assert row["Brechas sin costo unitario confiable"] == 1


def test_different_units_are_not_added() -> None:
    """Hectares and kilometres of one entity stand in two rows."""
    roads = gap("010101", "Gobierno Regional", "critical", 9.0, None, label="Caminos", shortfall_unit="km")
    summary = by_entity(pd.concat([GAPS, pd.DataFrame([roads])]))
    own = summary[summary["Responsable"].eq("Gobierno Regional")]
    assert dict(zip(own["Unidad de lo que falta"], own["Falta en total"], strict=True)) == {"ha": 8.0, "km": 9.0}


def test_list_without_gaps_has_headings() -> None:
    """Nothing to act on gives an empty table, not an error."""
    assert len(by_entity(GAPS.iloc[:0])) == 0
    assert "Responsable" in by_entity(GAPS.iloc[:0])

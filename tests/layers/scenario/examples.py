"""The eight districts of the index with two goods that can be closed: light (more is better) and hours (less is)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geodata.standards import Standard
from layers.scenario import Basis
from layers.viability import score
from tests.layers.viability.examples import eight, model, products


def standard(key: str, field: str, better: Any, adequate: float, **changes: Any) -> Standard:
    """Return a standard of districts."""
    return Standard(
        **{
            "id": key,
            "good": "servicios",
            "label": f"Norma de {field}",
            "field": field,
            "level": "district",
            "better": better,
            "adequate": adequate,
            "critical": adequate,
            "shortfall_unit": "viviendas",
            "basis": "propuesto",
            "source": "prueba",
            "year": 2026,
            "responsible": "quien responde",
            "responsible_level": "GR",
            **changes,
        }
    )


def standards() -> dict[str, Standard]:
    """Return light with a base and a cost, hours without, and two that cannot be closed."""
    made = [
        standard("light", "light", "higher", 80.0, shortfall_base="homes", cost_pen_per_unit=(10.0, 30.0)),
        standard("hours", "hours", "lower", 20.0),
        standard("roads", "road_pct", "higher", 90.0),
        standard("turned", "hours", "higher", 90.0),
    ]
    return {one.id: one for one in made}


def basis(inputs: pd.DataFrame | None = None) -> Basis:
    """Return what scenarios are made on: 200 homes a district, 100 producers in the first, 200 in the second, …"""
    table = eight() if inputs is None else inputs
    table = table.assign(province=[f"Provincia {code[:4]}" for code in table["ubigeo"]])
    districts = table[["ubigeo"]].assign(
        homes=200.0, ppa_producers_count=[100.0 * (number + 1) for number in range(len(table))]
    )
    return Basis(table, districts, score(eight(), model())[1], standards(), {}, products())

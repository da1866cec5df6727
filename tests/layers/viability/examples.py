"""
Districts and a model small enough to score by hand.

Every indicator of the small model goes from 0 to 100 by policy, so that a figure x scores 1 + 0.99 x.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geodata.viability_model import ViabilityModel, load_model, model_of_entries
from tests import tiny

FIGURES = ("area", "farms", "value", "hours", "light")
SCALE_OF_100 = {"transform": "none", "weight": 1, "basis": "propuesto", "source": "prueba", "bounds": [0, 100]}


def entries() -> dict[str, Any]:
    """Return the small model: scale (area, farms), market (value); access (hours, less is better), services (light)."""
    sourced = {"weight": 1, "basis": "propuesto", "source": "prueba"}
    pillars = {"scale": "potential", "market": "potential", "access": "conditions", "services": "conditions"}
    pillar_of = {"area": "scale", "farms": "scale", "value": "market", "hours": "access", "light": "services"}
    return {
        "settings": {
            "lower_quantile": 0.025,
            "upper_quantile": 0.975,
            "minimum_pillar_share": 2 / 3,
            "minimum_reference_share": 2 / 3,
            "apt_from_pct": 50,
            "seed": 7,
            "draws_count": 200,
        },
        "axes": {axis: {"label": axis.title(), "weight": 1} for axis in ("potential", "conditions")},
        "pillars": {code: {"axis": axis, "label": code.title(), **sourced} for code, axis in pillars.items()},
        "indicators": {
            field: {**SCALE_OF_100, "pillar": pillar, "direction": -1 if field == "hours" else 1}
            for field, pillar in pillar_of.items()
        },
        "product_indicators": {
            "suitability_pct": {**SCALE_OF_100, "pillar": "scale", "direction": 1, "replaces": ["area"]},
            "present_value_pen_thousand": {
                **{key: value for key, value in SCALE_OF_100.items() if key != "bounds"},
                "pillar": "market",
                "direction": 1,
                "replaces": ["value"],
                "goalposts_of": "value",
            },
        },
        "gates": {
            "few_farms": gate("general", "farms", "at_least", 1.0),
            "not_suitable": gate("product", "suitability_pct", "at_least", 10.0),
        },
        "not_enumerated": {"census": {"label": "Censo", "ubigeos": ["020104"], "source": "prueba"}},
    }


def gate(scope: str, field: str, rule: str, value: float) -> dict[str, Any]:
    """Return a gate of the small model."""
    return {
        "scope": scope,
        "field": field,
        "rule": rule,
        "value": value,
        "reason": f"{field} no alcanza",
        "basis": "propuesto",
        "source": "prueba",
    }


def model(**changes: dict[str, Any]) -> ViabilityModel:
    """Return the small model; `section={name: {key: value}}` changes entries."""
    whole = entries()
    for section, named in changes.items():
        for name, change in named.items():
            if isinstance(change, dict):
                whole[section][name] = {**whole[section].get(name, {}), **change}
            else:
                whole[section][name] = change
    return model_of_entries(whole)


def eight() -> pd.DataFrame:
    """
    Return the eight districts of the tiny country; the first six are Sierra.

    The first: area 100, farms 50, value 100, hours 0, light 50. The others vary, none like another.
    """
    numbers = np.arange(8)
    table = pd.DataFrame(
        {
            "ubigeo": list(tiny.CODES),
            "name": [f"Distrito {code}" for code in tiny.CODES],
            "department": [f"Departamento {code[:2]}" for code in tiny.CODES],
            "department_code": [f"{code[:2]}0000" for code in tiny.CODES],
            "is_sierra": numbers < 6,
            "area": 10.0 * numbers,
            "farms": 90.0 - 10.0 * numbers,
            "value": 5.0 + 12.0 * numbers,
            "hours": 80.0 - 9.0 * numbers,
            "light": (37.0 * numbers) % 100,
        }
    )
    table.loc[0, list(FIGURES)] = [100.0, 50.0, 100.0, 0.0, 50.0]
    return table


def many(count: int = 60, outside: int = 8, seed: int = 1) -> pd.DataFrame:
    """Return districts with every figure that the project's model asks; the last `outside` are not Sierra."""
    random = np.random.default_rng(seed)
    asked = load_model()
    table = pd.DataFrame({field: random.uniform(20, 100, count) for field in asked.indicators})
    table["digital_channel_level"] = random.integers(0, 4, count).astype(float)
    table["rural_settlements_count"] = 5.0
    table.insert(0, "ubigeo", [f"{10101 + number:06d}" for number in range(count)])
    table.insert(1, "name", [f"Distrito {number}" for number in range(count)])
    table.insert(2, "department", "Áncash")
    table.insert(3, "department_code", np.where(np.arange(count) % 2 == 0, "010000", "020000"))
    table.insert(4, "is_sierra", np.arange(count) < count - outside)
    return table


def products() -> pd.DataFrame:
    """Return two products in the eight districts: quinua everywhere, mango only in the last two, its value unknown."""
    return pd.DataFrame(
        {
            "ubigeo": [*tiny.CODES, *tiny.CODES],
            "product": ["quinua"] * 8 + ["mango"] * 8,
            "suitability": [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.05] + [0.0] * 6 + [0.5, 1.0],
            "suitable_ha": [10.0] * 8 + [0.0] * 6 + [5.0, 8.0],
            "present_value_pen_thousand": [100.0, 80.0, 60.0, 40.0, 20.0, 0.0, 10.0, 5.0] + [np.nan] * 8,
        }
    )

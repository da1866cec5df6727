"""
A first index of viability: two axes, simple and open. A later version replaces its mathematics.

Potencial (scale, production) and Condiciones (connectivity, access, services) stay apart, because one score that
includes public goods would push down exactly the places a Mesa must see. Viability is the square root of their product.
Poverty is beside the index, never inside. Method: domain.md section 9, with the indicators that exist today:
aptitude, organisation, buyers, irrigation and road condition per district are not in it yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from layers.index.aggregation import weighted_arithmetic_mean, weighted_geometric_mean
from layers.index.normalization import SCALE_MAXIMUM, SCALE_MINIMUM, Goalposts, Transform, goalposts, normalise

Axis = Literal["potential", "conditions"]
Quadrant = Literal["ready", "mesa_agenda", "other_vocation", "basic_services"]

LOWER_QUANTILE, UPPER_QUANTILE = 0.025, 0.975
"""Goalposts at the Sierra's 2.5th and 97.5th percentiles, frozen per release (domain.md section 9)."""

MINIMUM_WEIGHT_SHARE = 2 / 3
"""A pillar with less than two thirds of its weight is withheld (domain.md section 9)."""

SCORE_COLUMNS = ("potential_score", "conditions_score", "viability_score")


@dataclass(frozen=True)
class Indicator:
    """An indicator of the index; within its pillar all weigh the same."""

    field: str
    axis: Axis
    pillar: str
    direction: int
    transform: Transform = "none"


INDICATORS: tuple[Indicator, ...] = (
    Indicator("ppa_producers_count", "potential", "escala", +1, "log1p"),
    Indicator("agricultural_area_ha", "potential", "escala", +1, "log1p"),
    Indicator("crop_value_per_producer_pen", "potential", "produccion", +1, "log1p"),
    Indicator("programme_crop_value_pen_thousand", "potential", "produccion", +1, "log1p"),
    Indicator("rural_operators_count", "conditions", "conectividad", +1),
    Indicator("households_without_mobile_pct", "conditions", "conectividad", -1),
    Indicator("capital_distance_km", "conditions", "acceso", -1, "log1p"),
    Indicator("dwellings_without_electricity_pct", "conditions", "servicios", -1),
    Indicator("households_without_internet_pct", "conditions", "servicios", -1),
)


@dataclass(frozen=True)
class Reference:
    """What is frozen with a release: goalposts by field and the cuts of the two axes."""

    goalposts: Mapping[str, Goalposts]
    potential_cut: float
    conditions_cut: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the provenance record."""
        return {
            "goalposts": {field: asdict(posts) for field, posts in self.goalposts.items()},
            "potential_cut": self.potential_cut,
            "conditions_cut": self.conditions_cut,
        }


def score(districts: pd.DataFrame) -> tuple[pd.DataFrame, Reference]:
    """
    Return the scores of every district and the reference they were made against.

    Parameters
    ----------
    districts
        `is_sierra` and the fields of `INDICATORS`. The Sierra is the reference set; the others are scored on its scale.

    Returns
    -------
    scores, reference
        `potential_score`, `conditions_score`, `viability_score` (1-100, missing where withheld), `viability_rank`
        (1 is best, among the Sierra's scored districts, ties share the better rank) and `quadrant`.
    """
    sierra = districts["is_sierra"]
    posts = {
        indicator.field: goalposts(
            districts.loc[sierra, indicator.field],
            transform=indicator.transform,
            direction=indicator.direction,
            lower_quantile=LOWER_QUANTILE,
            upper_quantile=UPPER_QUANTILE,
        )
        for indicator in INDICATORS
    }
    normalised = pd.DataFrame({field: normalise(districts[field], post) for field, post in posts.items()})
    potential = _axis_score(normalised, "potential")
    conditions = _axis_score(normalised, "conditions")
    reference = Reference(posts, float(potential[sierra].median()), float(conditions[sierra].median()))
    viability = (potential * conditions) ** 0.5
    scores = pd.DataFrame(
        {
            "potential_score": potential,
            "conditions_score": conditions,
            "viability_score": viability,
            "viability_rank": viability.where(sierra).rank(ascending=False, method="min"),
            "quadrant": quadrants(potential, conditions, reference),
        }
    )
    return scores, reference


def quadrants(potential: pd.Series, conditions: pd.Series, reference: Reference) -> pd.Series:
    """Return the quadrant of each territory by the medians of the Sierra; missing where an axis is."""
    high_potential = potential >= reference.potential_cut
    high_conditions = conditions >= reference.conditions_cut
    names: list[Quadrant] = ["ready", "mesa_agenda", "other_vocation", "basic_services"]
    chosen = np.select([high_potential & high_conditions, high_potential, high_conditions], names[:3], default=names[3])
    known = potential.notna() & conditions.notna()
    return pd.Series(chosen, index=potential.index, name="quadrant", dtype="str").where(known)


def where_to_start(territories: pd.DataFrame, at_most: int = 3) -> pd.DataFrame:
    """
    Return the territories of the Mesa's agenda (high potential, low conditions) with the highest potential.

    Ties go by ubigeo, so that the same data always give the same three.
    """
    agenda = territories[territories["quadrant"].eq("mesa_agenda")]
    return agenda.sort_values(["potential_score", "ubigeo"], ascending=[False, True]).head(at_most)


def pillars(axis: Axis) -> dict[str, list[str]]:
    """Return the fields of each pillar of an axis."""
    found: dict[str, list[str]] = {}
    for indicator in INDICATORS:
        if indicator.axis == axis:
            found.setdefault(indicator.pillar, []).append(indicator.field)
    return found


def _axis_score(normalised: pd.DataFrame, axis: Axis) -> pd.Series:
    pillar_scores = pd.DataFrame(
        {
            pillar: weighted_arithmetic_mean(normalised[fields], pd.Series(1.0, index=fields), MINIMUM_WEIGHT_SHARE)
            for pillar, fields in pillars(axis).items()
        }
    )
    # an axis needs all its pillars: leaving one out would compare different things
    mean = weighted_geometric_mean(pillar_scores, pd.Series(1.0, index=pillar_scores.columns), 1.0)
    return mean.clip(SCALE_MINIMUM, SCALE_MAXIMUM)  # a logarithm and back may end a hair above 100

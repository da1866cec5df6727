"""
What is frozen with a release: the scale of every indicator, the tree, the cuts of the two axes, what has no place.

The Sierra of the release is the reference set, once; afterwards a district is scored from its own figures and this
record alone, so that its score does not move when somebody filters the view.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import Problem, raise_if_any
from geodata.viability_model import Indicator, ViabilityModel, model_of_entries
from layers.index.checks import check_data
from layers.index.errors import IndexInputError
from layers.index.normalization import Goalposts, goalposts
from layers.index.structure import Node, Structure

ROOT = "viability"
INDICATOR_LEVEL, PILLAR_LEVEL, AXIS_LEVEL, ROOT_LEVEL = 1, 2, 3, 4


@dataclass(frozen=True)
class Reference:
    """
    What a release freezes.

    `goalposts` by field (those of products included), `structure` (what has a place in this release), the medians of
    the Sierra on each axis (`potential_cut`, `conditions_cut`), `unavailable` (indicator or pillar -> why it has no
    place, in Spanish), `medians` (indicator -> the Sierra's median on the scale 1-100) and the `model` it was made
    from.
    """

    goalposts: Mapping[str, Goalposts]
    structure: Structure
    potential_cut: float
    conditions_cut: float
    unavailable: Mapping[str, str]
    medians: Mapping[str, float]
    model: ViabilityModel

    @property
    def indicators(self) -> tuple[str, ...]:
        """The fields that have a place in this release."""
        return self.structure.indicators

    @property
    def coverage_sentence(self) -> str:
        """On how many of the indicators of the model the scores rest, in Spanish."""
        return f"sobre {len(self.indicators)} de {len(self.model.indicators)} indicadores"

    @property
    def weights(self) -> dict[str, float]:
        """The weight of every node but the root among its siblings, as frozen."""
        return {node.code: node.weight for node in self.structure.nodes if node.parent is not None}

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the provenance record."""
        return {
            "goalposts": {field: asdict(posts) for field, posts in self.goalposts.items()},
            "structure": [asdict(node) for node in self.structure.nodes],
            "potential_cut": _or_null(self.potential_cut),
            "conditions_cut": _or_null(self.conditions_cut),
            "unavailable": dict(self.unavailable),
            "medians": {field: _or_null(median) for field, median in self.medians.items()},
            "model": self.model.as_entries(),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Reference:
        """Return the reference that a provenance record holds."""
        return cls(
            goalposts={field: Goalposts(**posts) for field, posts in record["goalposts"].items()},
            structure=Structure(tuple(Node(**node) for node in record["structure"])),
            potential_cut=_or_missing(record["potential_cut"]),
            conditions_cut=_or_missing(record["conditions_cut"]),
            unavailable=dict(record["unavailable"]),
            medians={field: _or_missing(median) for field, median in record["medians"].items()},
            model=model_of_entries(record["model"]),
        )


def build_structure(model: ViabilityModel, fields: Collection[str], extra: Collection[Indicator] = ()) -> Structure:
    """
    Return the tree of the available `fields` and of `extra` indicators; pillars and axes without any are left out.

    Raises
    ------
    IndexInputError
        If an axis has no indicator: there is no index without one of its two axes.
    """
    chosen = [indicator for field, indicator in model.indicators.items() if field in fields] + list(extra)
    pillars = {code: pillar for code, pillar in model.pillars.items() if any(i.pillar == code for i in chosen)}
    raise_if_any(
        [
            Problem(
                what="Un eje del índice no tiene ningún indicador con datos",
                where=f"eje {axis.label}",
                expected="al menos un indicador",
                found="ninguno",
                repair="cargue las fuentes que faltan o revise viability.toml",
            )
            for code, axis in model.axes.items()
            if not any(pillar.axis == code for pillar in pillars.values())
        ],
        IndexInputError,
    )
    nodes = [Node(i.field, i.pillar, INDICATOR_LEVEL, i.weight, i.direction, i.field) for i in chosen]
    nodes += [Node(code, pillar.axis, PILLAR_LEVEL, pillar.weight, 1, pillar.label) for code, pillar in pillars.items()]
    nodes += [Node(code, ROOT, AXIS_LEVEL, axis.weight, 1, axis.label) for code, axis in model.axes.items()]
    return Structure((*nodes, Node(ROOT, None, ROOT_LEVEL, 1.0, 1, "Viabilidad")))


def measure(districts: pd.DataFrame, model: ViabilityModel) -> tuple[dict[str, Goalposts], dict[str, str]]:
    """
    Return the goalposts of every indicator that has a place, and why each other one has none.

    Raises
    ------
    IndexInputError
        With every problem: no district, a repeated ubigeo, no Sierra, figures that are infinite or no numbers.
    """
    _refuse(districts, model)
    sierra = districts[districts["is_sierra"]]
    posts: dict[str, Goalposts] = {}
    unavailable: dict[str, str] = {}
    for field, indicator in model.indicators.items():
        reason = _why_not(sierra, indicator, model)
        if reason is None:
            try:
                posts[field] = _posts(sierra[field], indicator, model)
            except ValueError:
                reason = "tiene el mismo valor en casi toda la Sierra: no distingue a nadie"
        if reason is not None:
            unavailable[field] = reason
    for code, pillar in model.pillars.items():
        if not any(field in posts for field in model.pillar_fields(code)):
            unavailable[code] = f"el pilar {pillar.label} no tiene ningún indicador con datos en esta publicación"
    for field, indicator in model.product_indicators.items():
        if indicator.bounds is not None:
            posts[field] = _of_bounds(indicator.bounds, indicator)
        elif indicator.goalposts_of in posts:
            posts[field] = posts[indicator.goalposts_of]
    return posts, unavailable


def _refuse(districts: pd.DataFrame, model: ViabilityModel) -> None:
    problems: list[Problem] = []
    known = [field for field in model.indicators if field in districts and districts[field].notna().any()]
    by_code = districts.set_index("ubigeo") if "ubigeo" in districts else districts
    try:
        check_data(by_code, known, allow_constant=True)
    except IndexInputError as error:
        problems += error.problems
    if len(districts) and not districts["is_sierra"].any():
        expected, found = "al menos un distrito de la Sierra", "ninguno"
        repair = "revise la definición de Sierra"
        problems.append(Problem("No hay conjunto de referencia", "is_sierra", expected, found, repair))
    raise_if_any(problems, IndexInputError)


def _why_not(sierra: pd.DataFrame, indicator: Indicator, model: ViabilityModel) -> str | None:
    if indicator.weight == 0 or model.pillars[indicator.pillar].weight == 0:
        return "pesa cero en el modelo"
    if indicator.field not in sierra:
        return "no está en los datos de esta publicación"
    values = sierra[indicator.field]
    known, total = int(values.notna().sum()), len(sierra)
    if known < model.settings.minimum_reference_share * total:
        asked = f"{100 * model.settings.minimum_reference_share:.0f} %"
        return f"tiene dato en {known:,} de {total:,} distritos de la Sierra; se pide al menos {asked}"
    if values.nunique() < 2:
        return "tiene el mismo valor en toda la Sierra: no distingue a nadie"
    return None


def _posts(values: pd.Series, indicator: Indicator, model: ViabilityModel) -> Goalposts:
    if indicator.bounds is not None:
        return _of_bounds(indicator.bounds, indicator)
    return goalposts(
        values.astype(float),
        transform=indicator.transform,
        direction=indicator.direction,
        lower_quantile=model.settings.lower_quantile,
        upper_quantile=model.settings.upper_quantile,
    )


def _of_bounds(bounds: tuple[float, float], indicator: Indicator) -> Goalposts:
    low, high = np.log1p(bounds) if indicator.transform == "log1p" else bounds
    return Goalposts(float(low), float(high), indicator.transform, indicator.direction)


def _or_null(value: float) -> float | None:
    """JSON has no missing number."""
    return None if np.isnan(value) else value


def _or_missing(value: float | None) -> float:
    return np.nan if value is None else float(value)

"""A scenario as a value, what is wrong with it, and the figures after its gaps are closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geodata.errors import Problem, raise_if_any
from geodata.fields import Field
from geodata.standards import Standard
from geodata.ubigeo import is_within
from layers.index.errors import IndexInputError
from layers.viability import Reference, complete_weights

WHAT = "escenario no válido"


@dataclass(frozen=True)
class Scenario:
    """
    What differs from the published index; every part is optional.

    `weights`: (node of the index, weight among its siblings), only those that change. `closed_gaps`: (standard,
    territories of any level in which its districts reach it). `product`: the index of a product in the place of the
    general one.
    """

    name: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    closed_gaps: tuple[tuple[str, tuple[str, ...]], ...] = ()
    product: str | None = None

    @property
    def is_published(self) -> bool:
        """Whether it changes nothing."""
        return not self.weights and not self.closed_gaps and self.product is None

    def with_weight(self, code: str, weight: float, frozen: float) -> Scenario:
        """Return it with another weight of a node; the frozen weight is no change."""
        weights = {**dict(self.weights), code: weight}
        if weight == frozen:
            del weights[code]
        return Scenario(self.name, tuple(sorted(weights.items())), self.closed_gaps, self.product)

    def with_closed(self, standard: str, codes: tuple[str, ...]) -> Scenario:
        """Return it with a standard reached in these territories and no others."""
        closed = {**dict(self.closed_gaps), standard: tuple(sorted(set(codes)))}
        if not codes:
            del closed[standard]
        return Scenario(self.name, self.weights, tuple(sorted(closed.items())), self.product)

    def with_product(self, product: str | None) -> Scenario:
        """Return it for a product, or for the general index."""
        return Scenario(self.name, self.weights, self.closed_gaps, product)


@dataclass(frozen=True)
class Basis:
    """
    The release that scenarios are made on.

    `inputs`: every district with what the index uses (`index_inputs`, withheld cells empty). `districts`: the published
    table of districts, for the bases of the shortfalls and the producers. `standards` and `fields` by id. `products`:
    `ubigeo`, `product`, `suitability`, `suitable_ha`, `present_value_pen_thousand`; empty when the release has none.
    """

    inputs: pd.DataFrame
    districts: pd.DataFrame
    reference: Reference
    standards: Mapping[str, Standard]
    fields: Mapping[str, Field]
    products: pd.DataFrame


def closable_standards(standards: Mapping[str, Standard], reference: Reference) -> dict[str, Standard]:
    """Return the standards of districts whose figure counts in the index, one direction with it."""
    return {key: standard for key, standard in standards.items() if _why_not_closable(standard, reference) is None}


def scenario_problems(
    scenario: Scenario, inputs: pd.DataFrame, reference: Reference, standards: Mapping[str, Standard]
) -> list[Problem]:
    """Return everything that is wrong with the weights and the closed gaps of a scenario."""
    problems: list[Problem] = []
    try:
        complete_weights(reference, dict(scenario.weights))
    except IndexInputError as error:
        problems += error.problems
    for key, codes in scenario.closed_gaps:
        where = f"cerrar {key}"
        reason = _why_not_closable(standards[key], reference) if key in standards else "no existe"
        if reason is not None:
            expected = f"una norma de: {', '.join(closable_standards(standards, reference))}"
            problems.append(Problem(WHAT, where, expected, f"«{key}», que {reason}", "quite esa brecha"))
        unknown = [code for code in codes if not _inside(inputs["ubigeo"], code).any()]
        if unknown:
            expected, found = "territorios de la publicación", ", ".join(unknown[:5])
            problems.append(Problem(WHAT, where, expected, found, "corrija o quite esos códigos"))
    return problems


def apply(
    scenario: Scenario, inputs: pd.DataFrame, reference: Reference, standards: Mapping[str, Standard]
) -> pd.DataFrame:
    """
    Return the figures of the districts after the gaps of a scenario are closed.

    In the chosen districts an indicator that falls short takes the value of its standard. What already meets it stays,
    and so does what is not known: a missing figure is no gap.

    Raises
    ------
    IndexInputError
        With everything that is wrong with the scenario: a standard that does not exist or does not count in the
        index, territories that are not in the release, weights as in `rescore`.
    """
    raise_if_any(scenario_problems(scenario, inputs, reference, standards), IndexInputError)
    after = inputs.copy()
    for key, codes in scenario.closed_gaps:
        standard = standards[key]
        after[standard.field] = inputs[standard.field].mask(falls_short(standard, codes, inputs), standard.adequate)
    return after


def asked_for(codes: tuple[str, ...], ubigeo: pd.Series) -> pd.Series:
    """Return which districts lie in some of the territories."""
    asked = pd.Series(False, index=ubigeo.index)
    for code in codes:
        asked |= _inside(ubigeo, code)
    return asked


def falls_short(standard: Standard, codes: tuple[str, ...], inputs: pd.DataFrame) -> pd.Series:
    """Return in which of the chosen districts the figure is known and does not reach the standard."""
    values = inputs[standard.field]
    short = values < standard.adequate if standard.better == "higher" else values > standard.adequate
    return asked_for(codes, inputs["ubigeo"]) & short.fillna(False)


def _inside(ubigeo: pd.Series, code: str) -> pd.Series:
    is_code = len(code) == 6 and code.isascii() and code.isdigit()
    return is_within(ubigeo, code) if is_code else pd.Series(False, index=ubigeo.index)


def _why_not_closable(standard: Standard, reference: Reference) -> str | None:
    if standard.field not in reference.indicators:
        return reference.unavailable.get(standard.field, "no cuenta en el índice")
    if standard.level != "district":
        return "no se conoce por distrito"
    if (standard.better == "higher") != (reference.goalposts[standard.field].direction > 0):
        return "va en sentido contrario al índice"
    return None

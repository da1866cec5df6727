"""Weights: given and checked, by budget allocation, from principal components."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.index.errors import IndexInputError
from layers.index.weights import (
    budget_allocation,
    effective_weights,
    equal_weights,
    given_weights,
    own_weights,
    parts_of,
    pca_weights,
)
from tests.layers.index.trees import CODES, METHODS, TREE, pair, scores

GOOD = {"a": 0.25, "b": 0.75}


def test_equal_and_own_weights_add_up_among_siblings() -> None:
    """A third each of three; the structure's 1 and 3 become a quarter and three quarters."""
    assert equal_weights(TREE)["p1a"] == pytest.approx(1 / 3)
    assert own_weights(pair(b=3)) == pytest.approx(GOOD)


def test_effective_weights_add_up_to_one() -> None:
    """A third of a half of a half; all of them the whole index."""
    found = effective_weights(TREE)
    assert found["p1a"] == pytest.approx(1 / 12)
    assert found.sum() == pytest.approx(1)
    assert found.index.tolist() == CODES


def test_given_weights_are_taken_as_they_are_or_rescaled_only_when_asked() -> None:
    """30 and 90 are refused, or a quarter and three quarters when asked."""
    assert given_weights(GOOD, pair()) == GOOD
    with pytest.raises(IndexInputError, match=r"no suman 1.*120"):
        given_weights({"a": 30, "b": 90}, pair())
    assert given_weights({"a": 30, "b": 90}, pair(), renormalise=True) == pytest.approx(GOOD)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"a": -0.5, "b": 1.5}, ["Peso ausente o negativo"]),
        ({"a": 0.0, "b": 0.0}, ["Pilar vacío: todos sus pesos son cero"]),
        ({"a": 1.0}, ["Peso ausente o negativo"]),
        ({"a": float("inf"), "b": 1.0}, ["Peso ausente o negativo", "Los pesos no suman 1"]),
        (
            {"a": -1.0, "b": 3.0, "z": 1.0},
            ["Peso de un nodo desconocido", "Peso ausente o negativo", "Los pesos no suman 1"],
        ),
    ],
)
def test_wrong_weights_are_refused_with_every_problem(given: dict[str, float], said: list[str]) -> None:
    """Negative, all zero, absent, infinite, unknown: told together."""
    with pytest.raises(IndexInputError) as caught:
        given_weights(given, pair())
    assert [problem.what for problem in caught.value.problems] == said


def test_budget_allocation_by_hand() -> None:
    """Two experts who agree on the order: means, spread, concordance 1; opposite orders: 0."""
    agreed = budget_allocation(pd.DataFrame({"a": [50, 60], "b": [30, 30], "c": [20, 10]}, index=["Ana", "Luis"]))
    assert agreed.weights.to_dict() == pytest.approx({"a": 0.55, "b": 0.3, "c": 0.15})
    assert agreed.standard_deviation["b"] == 0
    assert agreed.agreement == pytest.approx(1)
    assert budget_allocation(pd.DataFrame({"a": [60, 40], "b": [40, 60]})).agreement == 0
    assert np.isnan(budget_allocation(pd.DataFrame({"a": [60], "b": [40]})).agreement)


def test_wrong_points_name_the_expert() -> None:
    """One does not add up, another is negative; both are told, the third is well."""
    points = pd.DataFrame({"a": [50, -10, 40], "b": [40, 110, 60]}, index=["Ana", "Luis", "Rosa"])
    with pytest.raises(IndexInputError) as caught:
        budget_allocation(points)
    assert [problem.where for problem in caught.value.problems] == ["experto Ana", "experto Luis"]
    with pytest.raises(IndexInputError, match="sin expertos"):
        budget_allocation(points.iloc[:0])


def test_principal_components_by_hand() -> None:
    """Two parts of correlation rho: loadings 1/sqrt 2 each, explained (1 + rho) / 2, weights a half each."""
    generator = np.random.default_rng(2)
    first = generator.normal(size=500)
    parts = pd.DataFrame({"a": first, "b": first + generator.normal(size=500)})
    rho = parts.corr().iloc[0, 1]
    found = pca_weights(parts)
    assert found.loadings.tolist() == pytest.approx([np.sqrt(0.5)] * 2)
    assert found.weights.tolist() == pytest.approx([0.5, 0.5])
    assert found.explained_share == pytest.approx((1 + rho) / 2)  # type: ignore[operator]
    assert found.opposed == ()


def test_the_sign_of_a_component_does_not_change_weights_and_opposed_parts_are_named() -> None:
    """A part turned round keeps its weight, and is told to go against the others."""
    generator = np.random.default_rng(5)
    common = generator.normal(size=(200, 1))
    parts = pd.DataFrame(common + generator.normal(size=(200, 3)), columns=list("abc"))
    found, turned = pca_weights(parts), pca_weights(parts.assign(b=-parts["b"]))
    assert turned.weights.tolist() == pytest.approx(found.weights.tolist())
    assert turned.opposed == ("b",)
    assert found.weights.sum() == pytest.approx(1)


def test_principal_components_refuse_what_has_none() -> None:
    """A constant part, and two complete rows."""
    with pytest.raises(IndexInputError, match="constante"):
        pca_weights(pd.DataFrame({"a": [1.0, 1, 1], "b": [1.0, 2, 3]}))
    with pytest.raises(IndexInputError, match="Muy pocas filas"):
        pca_weights(pd.DataFrame({"a": [1.0, 2, np.nan], "b": [1.0, 3, 3]}))


def test_parts_of_a_node_are_its_childrens_values() -> None:
    """Pillars of an axis, indicators of a pillar."""
    data = scores(10)
    assert parts_of("p", data, TREE, METHODS).columns.tolist() == ["p1", "p2"]  # type: ignore[arg-type]
    assert parts_of("p1", data, TREE).equals(data[["p1a", "p1b", "p1c"]])

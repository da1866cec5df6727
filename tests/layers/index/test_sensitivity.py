"""Variance-based sensitivity: against known values, against SALib, and on a real ranking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from layers.index.errors import IndexInputError, PerturbationError
from layers.index.perturbation import Perturbations
from layers.index.robustness import prepare
from layers.index.sensitivity import ranking_sensitivity, saltelli_sample, sensitivity, sobol_indices
from tests.layers.index.trees import METHODS, TREE, scores

NAMES = ["x1", "x2", "x3"]


def ishigami(points: Any) -> Any:
    """Return sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on the cube from -pi to pi."""
    x = -np.pi + 2 * np.pi * points
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_has_its_known_indices() -> None:
    """First order 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437 (Saltelli et al., 2008)."""
    found = sensitivity(ishigami, NAMES, 4096, seed=1)
    assert found["first_order"].tolist() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found["total"].tolist() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    assert (found["first_order_half_width"] < 0.1).all()


def test_the_estimators_are_salibs() -> None:
    """The same outputs in SALib's order give SALib's indices to rounding."""
    from SALib.analyze import sobol  # type: ignore[import-untyped]

    count, base = len(NAMES), 256
    outputs = ishigami(saltelli_sample(count, base, seed=2))
    ours = sobol_indices(outputs, NAMES, seed=0)
    theirs = sobol.analyze(
        {"num_vars": count, "names": NAMES, "bounds": [[0, 1]] * count},
        outputs.reshape(count + 2, base).T.ravel(),
        calc_second_order=False,
        seed=0,
    )
    assert ours["first_order"].tolist() == pytest.approx(theirs["S1"].tolist())
    assert ours["total"].tolist() == pytest.approx(theirs["ST"].tolist())


def test_an_additive_model_has_no_interaction() -> None:
    """x1 + 2 x2: shares 1/5 and 4/5, first order and total the same, and seeded."""
    found = sensitivity(lambda p: p[:, 0] + 2 * p[:, 1], ["a", "b"], 1024, seed=3)
    assert found["first_order"].tolist() == pytest.approx([0.2, 0.8], abs=0.01)
    assert found["total"].tolist() == pytest.approx([0.2, 0.8], abs=0.01)
    again = sensitivity(lambda p: p[:, 0] + 2 * p[:, 1], ["a", "b"], 1024, seed=3)
    assert found.equals(again)


def test_the_sample_changes_one_column_at_a_time() -> None:
    """Block i differs from A only in column i, where it is B."""
    blocks = saltelli_sample(3, 8, seed=0).reshape(5, 8, 3)
    for factor in range(3):
        changed = blocks[factor + 1] != blocks[0]
        assert changed[:, factor].all()
        assert changed.sum() == 8
        assert (blocks[factor + 1][:, factor] == blocks[-1][:, factor]).all()


def test_a_model_that_nothing_moves_raises_and_a_bad_size_is_refused() -> None:
    """A constant output has no variance to share; 1,000 is no power of two; a missing output is not a number."""
    with pytest.raises(PerturbationError, match="Ningún factor"):
        sensitivity(lambda p: np.full(len(p), 3.0), NAMES, 64, seed=0)
    with pytest.raises(IndexInputError, match="potencia de 2"):
        saltelli_sample(2, 1000, seed=0)
    with pytest.raises(IndexInputError, match="no es un número"):
        sobol_indices(np.full(5 * 4, np.nan), NAMES, seed=0)


def ranked(perturbations: Perturbations) -> tuple[Any, pd.DataFrame]:
    data = scores(30)
    other = 1 + 99 * (data.rank() - 1) / 29
    model = prepare({"own": data, "rank": other}, TREE, METHODS, perturbations=perturbations)
    return model, data


def test_the_choices_of_a_ranking_share_its_variance() -> None:
    """Four factors; first order not above total and no more than 1 in all, but for sampling noise."""
    asked = Perturbations(aggregations=("arithmetic",))
    model, _ = ranked(asked)
    found = ranking_sensitivity(model, asked, 128, seed=1)
    assert found.index.tolist() == ["weights", "variant", "aggregation", "left_out"]
    assert (found["first_order"] <= found["total"] + 0.15).all()
    assert found["first_order"].sum() < 1.15
    assert found["total"]["left_out"] > found["total"]["variant"]
    one = ranking_sensitivity(model, asked, 128, seed=1, unit="u3")
    assert one.index.equals(found.index)
    assert found.equals(ranking_sensitivity(model, asked, 128, seed=1))


def test_only_what_is_uncertain_is_a_factor() -> None:
    """Fixed weights and nothing left out: one factor, which explains everything."""
    asked = Perturbations(weights="none", leave_one_out=False)
    model, _ = ranked(asked)
    found = ranking_sensitivity(model, asked, 64, seed=1)
    assert found.index.tolist() == ["variant"]
    assert found[["first_order", "total"]].to_numpy()[0].tolist() == pytest.approx([1, 1], abs=0.15)


def test_a_unit_without_score_and_nothing_uncertain_are_refused() -> None:
    """Both by name."""
    asked = Perturbations(weights="none", leave_one_out=False)
    model, data = ranked(asked)
    with pytest.raises(IndexInputError, match="nobody"):
        ranking_sensitivity(model, asked, 8, seed=1, unit="nobody")
    still = prepare({"own": data}, TREE, METHODS, perturbations=asked)
    with pytest.raises(PerturbationError, match="nada incierto"):
        ranking_sensitivity(still, asked, 8, seed=1)

"""Draws of the uncertain choices: seeded, centred, of the stated spread."""

from __future__ import annotations

import numpy as np
import pytest

from layers.index.perturbation import (
    Perturbations,
    WeightNoise,
    draw,
    effective_weights,
    noisy_weights,
    removable_indicators,
)
from layers.index.scoring import weight_rows
from tests.layers.index.trees import CODES, TREE

ROWS = weight_rows(TREE)


@pytest.mark.parametrize("noise", ["uniform", "dirichlet"])
def test_weights_vary_around_the_given_ones_by_thirty_per_cent(noise: WeightNoise) -> None:
    """Mean as given, standard deviation near 30 % / sqrt 3 of the average weight, each row adds up to 1."""
    row = np.array([0.25, 0.25, 0.25, 0.25])
    drawn = noisy_weights(row, noise, 0.3, 20_000, np.random.default_rng(1))
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert drawn.mean(axis=0) == pytest.approx(row, abs=0.003)
    # renormalising takes a share 1/k of the variance of independent factors away
    expected = 0.25 * 0.3 / np.sqrt(3) * (np.sqrt(3 / 4) if noise == "uniform" else 1)
    assert drawn.std(axis=0) == pytest.approx(expected, rel=0.05)


def test_a_weight_of_zero_stays_zero_and_fixed_weights_stay() -> None:
    """Nobody brings back what the user removed."""
    row = np.array([0.5, 0.0, 0.5])
    for noise in ("uniform", "dirichlet"):
        drawn = noisy_weights(row, noise, 0.3, 50, np.random.default_rng(1))
        assert (drawn[:, 1] == 0).all()
    assert (noisy_weights(row, "none", 0.3, 5, np.random.default_rng(1)) == row).all()


def test_the_same_seed_gives_the_same_draws_and_another_gives_others() -> None:
    """Every part of the draw."""
    asked = Perturbations(aggregations=("arithmetic",))
    first, again, other = (draw(TREE, ROWS, asked, 3, 200, seed) for seed in (5, 5, 6))
    assert all((first.weights[code] == again.weights[code]).all() for code in TREE.aggregates)
    assert (first.variant == again.variant).all()
    assert (first.left_out == again.left_out).all()
    assert (first.weights["p1"] != other.weights["p1"]).any()
    assert set(first.variant) == {0, 1, 2}
    assert set(first.aggregation) == {0, 1}
    assert set(first.left_out) == {-1, *range(len(CODES))}


def test_an_indicator_left_out_weighs_nothing_and_an_emptied_pillar_neither() -> None:
    """h2 has one indicator: without it the axis is all h1."""
    drawn = draw(TREE, ROWS, Perturbations(), 1, 500, 2)
    gone = drawn.left_out == CODES.index("h2a")
    assert gone.any()
    assert (drawn.weights["h2"][gone] == 0).all()
    assert (drawn.weights["h"][gone] == [1, 0]).all()
    other = drawn.left_out == CODES.index("p1b")
    assert (drawn.weights["p1"][other, 1] == 0).all()
    assert drawn.weights["p1"][other].sum(axis=1) == pytest.approx(1)


def test_only_what_weighs_can_be_left_out() -> None:
    """An indicator of weight 0 is not a choice, and the last one cannot go."""
    rows = weight_rows(TREE, {**dict.fromkeys(TREE.by_code, 1.0), "p1a": 0.0})
    assert CODES.index("p1a") not in removable_indicators(TREE, rows)
    alone = weight_rows(TREE, {**dict.fromkeys(TREE.by_code, 1.0), "p": 0.0, "h1": 0.0})
    assert removable_indicators(TREE, alone) == []


def test_effective_weights_are_products_on_the_way_up() -> None:
    """A third of a half of a half."""
    assert effective_weights(TREE, ROWS)["p1a"] == pytest.approx(1 / 12)
    assert sum(effective_weights(TREE, ROWS)[code] for code in CODES) == pytest.approx(1)

"""
What is uncertain in an index, and draws of it.

The choices of the OECD/JRC Handbook (2008, step 7): weights, normalisation and treatment (as variants of the normalised
data), aggregation, one indicator left out. Everything is drawn at once from one seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from layers.index.scoring import Floats, Method
from layers.index.structure import Structure

WeightNoise = Literal["none", "uniform", "dirichlet"]

WEIGHT_SPREAD_SHARE = 0.3
"""Weights vary by 30 % up and down (domain.md section 9)."""


@dataclass(frozen=True)
class Perturbations:
    """
    The choices that vary from draw to draw.

    Parameters
    ----------
    weights
        `uniform`: each weight times 1 +- `weight_spread_share`, then renormalised among siblings. `dirichlet`: around
        the given weights, with the same standard deviation on the average weight. `none`: fixed.
    aggregations
        Alternatives to the method of the index, each one method or one by level; drawn with equal probability, the
        index's own included.
    leave_one_out
        Each draw leaves out one indicator or none, with equal probability.
    """

    weights: WeightNoise = "dirichlet"
    weight_spread_share: float = WEIGHT_SPREAD_SHARE
    aggregations: tuple[Method | Mapping[int, Method], ...] = ()
    leave_one_out: bool = True


@dataclass(frozen=True)
class Draws:
    """
    One row or entry per draw.

    `weights` by aggregate (draw x child), `variant` and `aggregation` (positions; 0 is the index's own), `left_out`
    (position of the indicator, -1 for none).
    """

    weights: Mapping[str, Floats]
    variant: NDArray[np.intp]
    aggregation: NDArray[np.intp]
    left_out: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.variant)


def draw(
    structure: Structure,
    rows: Mapping[str, Floats],
    perturbations: Perturbations,
    variants_count: int,
    count: int,
    seed: int,
) -> Draws:
    """Return `count` draws around the weights `rows` (by aggregate, adding up to 1)."""
    generator = np.random.default_rng(seed)
    noisy = {
        parent: noisy_weights(row, perturbations.weights, perturbations.weight_spread_share, count, generator)
        for parent, row in rows.items()
    }
    left_out = np.full(count, -1, dtype=np.intp)
    if perturbations.leave_one_out:
        # position 0 stands for none
        removable = np.array([-1, *removable_indicators(structure, rows)], dtype=np.intp)
        left_out = removable[generator.integers(len(removable), size=count)]
    return Draws(
        weights=without_left_out(structure, noisy, left_out),
        variant=generator.integers(variants_count, size=count).astype(np.intp),
        aggregation=generator.integers(1 + len(perturbations.aggregations), size=count).astype(np.intp),
        left_out=left_out,
    )


def noisy_weights(
    row: Floats, noise: WeightNoise, spread_share: float, count: int, generator: np.random.Generator
) -> Floats:
    """Return `count` rows of weights around one, each adding up to 1; a weight of 0 stays 0."""
    used = np.flatnonzero(row > 0)
    repeated = np.tile(row, (count, 1))
    if noise == "none" or spread_share <= 0 or len(used) < 2:
        return repeated
    if noise == "uniform":
        repeated *= generator.uniform(1 - spread_share, 1 + spread_share, size=repeated.shape)
    else:
        # the standard deviation of a uniform +-s is s / sqrt(3); that of the average weight 1/k must be the same share
        concentration = (len(used) - 1) * 3.0 / spread_share**2 - 1.0
        repeated[:, used] = generator.standard_gamma(row[used] * concentration, size=(count, len(used)))
    return repeated / repeated.sum(axis=1, keepdims=True)


def without_left_out(
    structure: Structure, weights: Mapping[str, Floats], left_out: NDArray[np.intp]
) -> dict[str, Floats]:
    """
    Return the weights with the indicator of each draw removed and its siblings renormalised.

    A node whose only indicator is left out is left out of its parent in that draw.
    """
    position = {code: i for i, code in enumerate(structure.indicators)}
    changed = {parent: row.copy() for parent, row in weights.items()}
    for parent in structure.aggregates:
        row = changed[parent]
        for column, child in enumerate(structure.children(parent)):
            gone = left_out == position[child] if child in position else ~changed[child].any(axis=1)
            row[gone, column] = 0.0
        total = row.sum(axis=1, keepdims=True)
        changed[parent] = np.divide(row, total, out=np.zeros_like(row), where=total > 0)
    return changed


def removable_indicators(structure: Structure, rows: Mapping[str, Floats]) -> list[int]:
    """Return the positions of the indicators that weigh something in the index and are not all it has."""
    weight = effective_weights(structure, rows)
    used = [i for i, code in enumerate(structure.indicators) if weight[code] > 0]
    return used if len(used) > 1 else []


def effective_weights(structure: Structure, rows: Mapping[str, Floats]) -> dict[str, float]:
    """Return the weight of every node in the whole index: the product of the weights on its way to the root."""
    weight = {structure.root: 1.0}
    for parent in reversed(structure.aggregates):
        for child, share in zip(structure.children(parent), rows[parent], strict=True):
            weight[child] = weight[parent] * float(share)
    return weight

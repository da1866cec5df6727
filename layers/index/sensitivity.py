"""
Which uncertain choice moves the ranking: variance-based sensitivity.

First-order index: the share of the output's variance that goes away if one factor were known. Total index: the share
that stays if only that factor were unknown; the difference is interaction. Saltelli's sampling and first-order
estimator, Jansen's total (Saltelli et al., Computer Physics Communications 181, 2010; OECD/JRC Handbook, 2008, step
7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc  # type: ignore[import-untyped]

from geodata.errors import Problem
from layers.index.errors import IndexInputError, PerturbationError
from layers.index.perturbation import (
    Draws,
    Perturbations,
    noisy_weights,
    removable_indicators,
    without_left_out,
)
from layers.index.ranking import UNRANKED
from layers.index.robustness import Model, refuse_idle
from layers.index.scoring import Floats

WEIGHT_SETS = 1024
"""The factor "weights" chooses one of this many sets drawn beforehand: one factor for all of them together."""

RESAMPLES = 200
CONFIDENCE_Z = 1.96
"""Bootstrap resamples of the base sample, and the half width of a 95 % interval in standard deviations."""


def saltelli_sample(factors_count: int, base_count: int, seed: int) -> Floats:
    """
    Return (k + 2) x N points in the unit cube: the matrix A, then A with one column of B for each factor, then B.

    A and B are the halves of one scrambled Sobol' sequence.

    Parameters
    ----------
    factors_count
        k.
    base_count
        N; a power of two, which Sobol' sequences need to be balanced.
    """
    if base_count < 2 or base_count & (base_count - 1):
        raise IndexInputError(
            [Problem("Tamaño de muestra", "sensibilidad", "una potencia de 2", str(base_count), "use 256, 512, 1024…")]
        )
    both = qmc.Sobol(d=2 * factors_count, scramble=True, rng=np.random.default_rng(seed)).random(base_count)
    first, second = both[:, :factors_count], both[:, factors_count:]
    blocks = [first]
    for factor in range(factors_count):
        mixed = first.copy()
        mixed[:, factor] = second[:, factor]
        blocks.append(mixed)
    return np.vstack([*blocks, second])


def sobol_indices(outputs: Floats, factors: Sequence[str], seed: int) -> pd.DataFrame:
    """
    Return the indices of each factor from the model's outputs at `saltelli_sample`.

    Parameters
    ----------
    outputs
        One per point, in the order of the sample.
    factors
        Names; the index of the table.
    seed
        Of the bootstrap.

    Returns
    -------
    indices
        `first_order`, `total` (share of variance; sampling noise may carry them a little below 0), and the half width
        of their 95 % intervals, `first_order_half_width`, `total_half_width`.

    Raises
    ------
    PerturbationError
        If the output does not vary: no factor changes anything.
    """
    count = len(factors)
    blocks = np.asarray(outputs, dtype=float).reshape(count + 2, -1)
    whole = np.concatenate([blocks[0], blocks[-1]])
    if not np.isfinite(blocks).all():
        raise IndexInputError([_problem("Resultado que no es un número", "números finitos", "infinito o sin dato")])
    if not whole.std() > 1e-12 * max(1.0, float(np.abs(whole).max())):
        raise PerturbationError(
            [_problem("Ningún factor cambia el resultado", "un resultado que varíe", f"{whole[0]:g}")]
        )
    blocks = blocks - blocks.mean()
    first, total = _estimates(blocks)
    generator = np.random.default_rng(seed)
    picks = generator.integers(blocks.shape[1], size=(RESAMPLES, blocks.shape[1]))
    again = np.array([_estimates(blocks[:, pick]) for pick in picks])
    half_width = CONFIDENCE_Z * again.std(axis=0, ddof=1)
    return pd.DataFrame(
        {
            "first_order": first,
            "total": total,
            "first_order_half_width": half_width[0],
            "total_half_width": half_width[1],
        },
        index=pd.Index(factors, name="factor"),
    )


def sensitivity(model: Callable[[Floats], Floats], factors: Sequence[str], base_count: int, seed: int) -> pd.DataFrame:
    """Return the indices of a model of the unit cube (points x factors in, one number per point out)."""
    return sobol_indices(model(saltelli_sample(len(factors), base_count, seed)), factors, seed)


def ranking_sensitivity(
    model: Model, perturbations: Perturbations, base_count: int, seed: int, unit: object = None
) -> pd.DataFrame:
    """
    Return which of the uncertain choices moves the ranking, or the rank of one unit.

    Parameters
    ----------
    model
        Of `robustness.prepare`, with the same perturbations.
    unit
        Its rank is the output; without one, the mean absolute shift of all ranks from the index's own (Saisana et al.,
        2005).

    Returns
    -------
    indices
        As `sobol_indices`; factors `weights`, `variant` (normalisation and treatment), `aggregation`, `left_out`,
        those that are uncertain.

    Raises
    ------
    PerturbationError
        If a choice that is said to be uncertain changes no score, or there is none.
    """
    refuse_idle(model, perturbations, seed)
    uncertain = {
        "weights": perturbations.weights != "none",
        "variant": len(model.variants) > 1,
        "aggregation": len(model.methods) > 1,
        "left_out": perturbations.leave_one_out,
    }
    factors = [name for name, varies in uncertain.items() if varies]
    if not factors:
        raise PerturbationError([_problem("No hay nada incierto", "al menos una perturbación", "ninguna")])

    def output(points: Floats) -> Floats:
        made = _draws_at(dict(zip(factors, points.T, strict=True)), len(points), model, perturbations, seed)
        ranks, slots = model.ranks(made)
        found = np.empty(len(points))
        found[slots] = _rank_of(model, ranks, unit) if unit is not None else _mean_shift(model, ranks)
        return found

    return sensitivity(output, factors, base_count, seed)


def _draws_at(at: dict[str, Floats], count: int, model: Model, perturbations: Perturbations, seed: int) -> Draws:
    generator = np.random.default_rng(seed)
    still = np.zeros(count)
    chosen = _pick(at.get("weights", still), WEIGHT_SETS)
    noise = perturbations.weights
    weights = {
        parent: noisy_weights(row, noise, perturbations.weight_spread_share, WEIGHT_SETS, generator)[chosen]
        for parent, row in model.rows.items()
    }
    removable = np.array([-1, *removable_indicators(model.structure, model.rows)], dtype=np.intp)
    left_out = removable[_pick(at.get("left_out", still), len(removable))]
    return Draws(
        weights=without_left_out(model.structure, weights, left_out),
        variant=_pick(at.get("variant", still), len(model.variants)),
        aggregation=_pick(at.get("aggregation", still), len(model.methods)),
        left_out=left_out,
    )


def _pick(point: Floats, choices: int) -> NDArray[np.intp]:
    return np.minimum((point * choices).astype(np.intp), choices - 1)


def _mean_shift(model: Model, ranks: NDArray[np.unsignedinteger]) -> Floats:
    own = model.scores.rank(ascending=False, method="min").to_numpy()[:, None]
    ranked = (ranks != UNRANKED) & ~np.isnan(own)
    shift = np.where(ranked, np.abs(ranks.astype(float) - own), 0.0)
    return shift.sum(axis=0) / ranked.sum(axis=0)


def _rank_of(model: Model, ranks: NDArray[np.unsignedinteger], unit: object) -> Floats:
    found = ranks[model.scores.index == unit]
    if not len(found) or (found == UNRANKED).any():
        raise IndexInputError([_problem("Unidad sin puesto en alguna prueba", "una unidad con puntaje", str(unit))])
    return found[0].astype(float)


def _estimates(blocks: Floats) -> tuple[Floats, Floats]:
    first, mixed, second = blocks[0], blocks[1:-1], blocks[-1]
    variance = np.concatenate([first, second]).var()
    return (second * (mixed - first)).mean(axis=1) / variance, ((first - mixed) ** 2).mean(axis=1) / (2.0 * variance)


def _problem(what: str, expected: str, found: str) -> Problem:
    return Problem(what, "sensibilidad", expected, found, "revise las perturbaciones")

"""
Uncertainty of a ranking: what the ranks would be if the choices were others.

Monte-Carlo over the choices of `perturbation` (OECD/JRC Handbook, 2008, step 7; Saisana, Saltelli and Tarantola, 2005).
The ranks of all draws are kept (two bytes each), so that intervals, the probability of the top, the rank within a
region and who is ahead of whom come from the same draws without drawing again.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import Problem, raise_if_any
from layers.index.aggregation import MINIMUM_SHARE, aggregate
from layers.index.checks import check_data
from layers.index.errors import IndexInputError, PerturbationError
from layers.index.perturbation import Draws, Perturbations, draw, removable_indicators, without_left_out
from layers.index.rank_draws import RankDraws
from layers.index.ranking import UNRANKED, rank_type, ranks_of, twins
from layers.index.scoring import Floats, Method, Scorer, by_aggregate, weight_rows
from layers.index.structure import Structure

BLOCK_DRAWS = 32
"""Draws scored together: 32 x 2,000 single-precision scores stay in the processor's second cache, and their products
are too small for the algebra library to start threads of its own beside ours."""

WORKERS = 2
"""Threads; numpy sorts and multiplies without the interpreter's lock. The result does not depend on it."""

TRIAL_DRAWS = 16
"""Draws with which each perturbation alone must show that it changes some score."""

CHANGE_TOLERANCE = 1e-9
"""A relative change of score below this is rounding, not a perturbation."""


@dataclass(frozen=True)
class Model:
    """An index with its uncertain choices, ready to be drawn: see `prepare`."""

    structure: Structure
    variants: Mapping[str, pd.DataFrame]
    methods: tuple[Mapping[str, Method], ...]
    rows: Mapping[str, Floats]
    withheld: Mapping[str, NDArray[np.bool_]]
    minimum: Mapping[str, float]
    scores: pd.Series

    def ranks(self, draws: Draws, may_empty: bool = True) -> tuple[NDArray[np.unsignedinteger], NDArray[np.intp]]:
        """Return unit x slot ranks (0 for units without a score), and the draw that each slot holds."""
        scored = self.scores.notna().to_numpy()
        inner = np.flatnonzero(scored)
        slots, tasks = _tasks(draws)
        found = np.full((len(scored), len(draws)), UNRANKED, dtype=rank_type(len(scored)))
        weights = {parent: row.astype(np.float32) for parent, row in draws.weights.items()}
        copies, originals = self._twins(inner)
        scorers = {pair: self._scorer(*pair, inner, may_empty, np.float32) for pair in {task[0] for task in tasks}}

        def run(task: tuple[tuple[int, int], int, int]) -> None:
            pair, start, stop = task
            chosen = slots[start:stop]
            ordering = scorers[pair].ordering({parent: row[chosen] for parent, row in weights.items()})
            ordering[:, copies] = ordering[:, originals]
            found[inner, start:stop] = ranks_of(ordering).T

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(run, tasks))
        return found, slots

    def _scorer(self, variant: int, method: int, inner: NDArray[np.intp], may_empty: bool, dtype: type) -> Scorer:
        frame = list(self.variants.values())[variant].iloc[inner]
        withheld = {code: mask[inner] for code, mask in self.withheld.items()}
        return Scorer(frame, self.structure, self.methods[method], withheld, self.minimum, may_empty, dtype, self.rows)

    def _twins(self, inner: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        codes = list(self.structure.indicators)
        joined = np.hstack([frame[codes].to_numpy(dtype=float)[inner] for frame in self.variants.values()])
        return twins(pd.DataFrame(joined))

    def changes(self, draws: Draws) -> bool:
        """Return whether some score of some draw differs from the index's own."""
        inner = np.flatnonzero(self.scores.notna().to_numpy())
        own = self.scores.to_numpy(dtype=float)[inner]
        for pair in {(int(v), int(m)) for v, m in zip(draws.variant, draws.aggregation, strict=True)}:
            chosen = (draws.variant == pair[0]) & (draws.aggregation == pair[1])
            scorer = self._scorer(*pair, inner, True, np.float64)
            scores = scorer.scores({parent: row[chosen] for parent, row in draws.weights.items()})
            if _differs(scores, own):
                return True
        return False


def prepare(
    variants: Mapping[str, pd.DataFrame],
    structure: Structure,
    methods: Method | Mapping[int, Method],
    weights: Mapping[str, float] | None = None,
    perturbations: Perturbations = Perturbations(),  # noqa: B008
    minimum_share: float | Mapping[int, float] = MINIMUM_SHARE,
) -> Model:
    """
    Return the model of an index, its inputs checked; parameters as in `simulate`.

    Which units and nodes are withheld is decided once, with the index's own weights: it is a property of the data.
    """
    first = next(iter(variants.values()))
    for frame in variants.values():
        check_data(frame, structure.indicators, allow_constant=True)
    codes = list(structure.indicators)
    known = first[codes].notna()
    raise_if_any(
        [
            Problem(
                "Variante con otras unidades u otros datos ausentes",
                f"variante {name}",
                "las de la primera",
                "otras",
                "rehágala",
            )
            for name, frame in variants.items()
            if not frame.index.equals(first.index) or not frame[codes].notna().equals(known)
        ],
        IndexInputError,
    )
    own = aggregate(first, structure, methods, weights, minimum_share)
    scores = own.scores[structure.root].rename("score")
    if scores.notna().sum() < 2:
        raise IndexInputError(
            [
                Problem(
                    "No hay a quién ordenar",
                    "índice",
                    "dos unidades con puntaje",
                    str(scores.notna().sum()),
                    "baje el mínimo de datos",
                )
            ]
        )
    return Model(
        structure=structure,
        variants=variants,
        methods=tuple(by_aggregate(structure, method) for method in (methods, *perturbations.aggregations)),
        rows=weight_rows(structure, weights),
        withheld={code: own.scores[code].isna().to_numpy() for code in structure.aggregates},
        minimum=by_aggregate(structure, minimum_share),
        scores=scores,
    )


def simulate(
    variants: Mapping[str, pd.DataFrame],
    structure: Structure,
    methods: Method | Mapping[int, Method],
    *,
    weights: Mapping[str, float] | None = None,
    perturbations: Perturbations = Perturbations(),  # noqa: B008
    draws: int = 1000,
    seed: int = 0,
    minimum_share: float | Mapping[int, float] = MINIMUM_SHARE,
) -> RankDraws:
    """
    Return the ranks of every unit in every draw.

    Parameters
    ----------
    variants
        Normalised data (unit x indicator, the best high) by name; the first is the index's own, the others are what
        another treatment or normalisation would give. Drawn with equal probability.
    methods, weights, minimum_share
        Of the index, as in `aggregate`; Copeland cannot be drawn.
    draws, seed
        How many, and the seed: same inputs and seed, same ranks.

    Raises
    ------
    IndexInputError
        With every problem of the inputs.
    PerturbationError
        If a perturbation that was asked for changes no score: an interval made with it would be false certainty.
    """
    model = prepare(variants, structure, methods, weights, perturbations, minimum_share)
    refuse_idle(model, perturbations, seed)
    made = draw(structure, model.rows, perturbations, len(variants), draws, seed)
    ranks, _slots = model.ranks(made, may_empty=perturbations.leave_one_out)
    return RankDraws(units=model.scores.index, ranks=ranks, scores=model.scores)


def refuse_idle(model: Model, perturbations: Perturbations, seed: int) -> None:
    """Raise PerturbationError naming every perturbation that, alone, changes no score."""
    idle = [name for name, made in _trials(model, perturbations, seed) if not model.changes(made)]
    raise_if_any(
        [
            Problem(
                what="Perturbación que no cambia ningún puntaje",
                where=f"robustez: {name}",
                expected="al menos un puntaje distinto",
                found="todos iguales",
                repair="quítela o corrija sus parámetros",
            )
            for name in idle
        ],
        PerturbationError,
    )


def _trials(model: Model, perturbations: Perturbations, seed: int) -> list[tuple[str, Draws]]:
    still = Perturbations(weights="none", leave_one_out=False)
    trials = []
    if perturbations.weights != "none":
        noise = Perturbations(perturbations.weights, perturbations.weight_spread_share, leave_one_out=False)
        trials.append((f"pesos ({noise.weights})", draw(model.structure, model.rows, noise, 1, TRIAL_DRAWS, seed)))
    own = draw(model.structure, model.rows, still, 1, 1, seed)
    for position, name in list(enumerate(model.variants))[1:]:
        trials.append((f"variante {name}", Draws(own.weights, own.variant + position, own.aggregation, own.left_out)))
    for position in range(1, len(model.methods)):
        alternative = Draws(own.weights, own.variant, own.aggregation + position, own.left_out)
        trials.append((f"agregación {position}: {perturbations.aggregations[position - 1]}", alternative))
    if perturbations.leave_one_out:
        left = np.array(removable_indicators(model.structure, model.rows) or [-1], dtype=np.intp)
        tiled = {parent: np.tile(row, (len(left), 1)) for parent, row in model.rows.items()}
        none = np.zeros(len(left), dtype=np.intp)
        trials.append(
            ("dejar un indicador fuera", Draws(without_left_out(model.structure, tiled, left), none, none, left))
        )
    return trials


def _differs(scores: Floats, own: Floats) -> bool:
    gone = np.isnan(scores)
    change = np.abs(scores - own)
    return bool(gone.any() or (change > CHANGE_TOLERANCE * np.maximum(1.0, np.abs(own))).any())


def _tasks(draws: Draws) -> tuple[NDArray[np.intp], list[tuple[tuple[int, int], int, int]]]:
    slots = np.lexsort((draws.aggregation, draws.variant))
    pairs = list(zip(draws.variant[slots].tolist(), draws.aggregation[slots].tolist(), strict=True))
    tasks = []
    start = 0
    while start < len(pairs):
        stop = start + 1
        while stop < len(pairs) and stop - start < BLOCK_DRAWS and pairs[stop] == pairs[start]:
            stop += 1
        tasks.append((pairs[start], start, stop))
        start = stop
    return slots, tasks

"""
Weights of a tree: equal, given, by budget allocation, from principal components (for balance, see `balance`).

A set of weights is a dictionary by node; those of siblings add up to 1. Names are those of the OECD/JRC Handbook
(2008, step 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.errors import Problem, raise_if_any
from layers.index.aggregation import aggregate
from layers.index.checks import check_data
from layers.index.errors import IndexInputError
from layers.index.perturbation import effective_weights as effective_of
from layers.index.scoring import Floats, Mean, weight_rows
from layers.index.structure import Structure

Weights = dict[str, float]

SUM_TOLERANCE = 1e-6
"""Weights typed with six decimals still add up to 1."""


def own_weights(structure: Structure) -> Weights:
    """Return the structure's own weights, renormalised among siblings."""
    return _named(structure, weight_rows(structure))


def equal_weights(structure: Structure) -> Weights:
    """Return 1/k for each of k siblings."""
    return {child: 1.0 / len(group) for group in _groups(structure).values() for child in group}


def given_weights(given: Mapping[str, float], structure: Structure, *, renormalise: bool = False) -> Weights:
    """
    Return the weights somebody gave, checked.

    Parameters
    ----------
    given
        By node, every node but the root.
    renormalise
        Accept siblings that do not add up to 1 and divide by their sum; only when asked.

    Raises
    ------
    IndexInputError
        With every problem: absent, negative, not a number, unknown node, all zero, not adding up to 1.
    """
    problems: list[Problem] = []
    try:
        rows = weight_rows(structure, given)
    except IndexInputError as error:
        problems += error.problems
    for parent, group in _groups(structure).items():
        total = sum(given.get(child, np.nan) for child in group)
        # a sum that is not a number, or zero, is already told by its own problem
        if not renormalise and total > 0 and abs(total - 1.0) > SUM_TOLERANCE:
            problems.append(
                Problem(
                    what="Los pesos no suman 1",
                    where=f"pesos bajo {parent}",
                    expected="una suma de 1",
                    found=f"{total:g}",
                    repair="corríjalos o pida que se reescalen",
                )
            )
    raise_if_any(problems, IndexInputError)
    return _named(structure, rows)


def effective_weights(structure: Structure, weights: Mapping[str, float] | None = None) -> pd.Series:
    """Return the weight of each indicator in the whole index (adds up to 1)."""
    of_all = effective_of(structure, weight_rows(structure, weights))
    return pd.Series({code: of_all[code] for code in structure.indicators}, name="effective_weight")


@dataclass(frozen=True)
class Budget:
    """
    A budget allocation: mean `weights` (add up to 1), their `standard_deviation` among experts, and `agreement`.

    Agreement is Kendall's coefficient of concordance of the experts' orders: 0 none, 1 the same order; missing for one
    expert.
    """

    weights: pd.Series
    standard_deviation: pd.Series
    agreement: float


def budget_allocation(points: pd.DataFrame, total: float = 100.0) -> Budget:
    """
    Return the weights of a group of siblings from the points that each expert shared out.

    Parameters
    ----------
    points
        Expert x node; each row adds up to `total`.

    Raises
    ------
    IndexInputError
        With every expert whose points are missing, negative or do not add up.
    """
    values = points.to_numpy(dtype=float, na_value=np.nan)
    problems = []
    for expert, row in zip(points.index, values, strict=True):
        if not np.isfinite(row).all() or (row < 0).any() or abs(row.sum() - total) > SUM_TOLERANCE * total:
            found = ", ".join(f"{value:g}" for value in row)
            expected = f"puntos de 0 o más que sumen {total:g}"
            problems.append(Problem("Reparto de puntos que no vale", f"experto {expert}", expected, found, "corríjalo"))
    if not len(points):
        problems.append(Problem("Reparto sin expertos", "pesos", "al menos un experto", "ninguno", "agréguelo"))
    raise_if_any(problems, IndexInputError)
    shares = points.astype(float) / total
    return Budget(
        weights=shares.mean().rename("weight"),
        standard_deviation=shares.std().rename("standard_deviation"),
        agreement=_concordance(shares),
    )


@dataclass(frozen=True)
class PcaWeights:
    """
    Weights from the first principal component of a group.

    `weights` are squared loadings (they add up to 1 and do not depend on the sign of the component, which is
    arbitrary); `loadings` have the sign in which their sum is not negative; `explained_share` (0-1) is the component's
    variance; `opposed` names the parts that go against the others: their weight means nothing until that is
    understood.
    """

    weights: pd.Series
    loadings: pd.Series
    explained_share: float
    opposed: tuple[str, ...]


def pca_weights(parts: pd.DataFrame) -> PcaWeights:
    """
    Return weights from the first principal component of the correlations of a group, over complete rows.

    Raises
    ------
    IndexInputError
        If a part is constant, infinite or all missing, or fewer than three complete rows are left.
    """
    complete = parts.astype(float).dropna()
    check_data(parts, list(parts.columns))
    check_data(complete, list(parts.columns))
    if len(complete) < 3:
        raise IndexInputError(
            [
                Problem(
                    "Muy pocas filas completas",
                    "componentes",
                    "3 o más",
                    str(len(complete)),
                    "use otros pesos",
                )
            ]
        )
    values, vectors = np.linalg.eigh(np.atleast_2d(np.corrcoef(complete.to_numpy(), rowvar=False)))
    vector = vectors[:, -1] * (1.0 if vectors[:, -1].sum() >= 0 else -1.0)
    loadings = pd.Series(vector, index=parts.columns, name="loading")
    return PcaWeights(
        weights=(loadings**2 / (loadings**2).sum()).rename("weight"),
        loadings=loadings,
        explained_share=float(values[-1] / values.sum()),
        opposed=tuple(str(code) for code in loadings.index[loadings < 0]),
    )


def parts_of(
    parent: str, normalised: pd.DataFrame, structure: Structure, methods: Mean | Mapping[int, Mean] = "arithmetic"
) -> pd.DataFrame:
    """Return the values of the children of a node, indicators or aggregates: what data-based weights are made from."""
    known = normalised.join(aggregate(normalised, structure, methods).scores)
    return known[list(structure.children(parent))]


def _groups(structure: Structure) -> dict[str, tuple[str, ...]]:
    return {parent: structure.children(parent) for parent in structure.aggregates}


def _named(structure: Structure, rows: Mapping[str, Floats]) -> Weights:
    return {
        child: float(weight)
        for parent, group in _groups(structure).items()
        for child, weight in zip(group, rows[parent], strict=True)
    }


def _concordance(shares: pd.DataFrame) -> float:
    experts, nodes = shares.shape
    if experts < 2 or nodes < 2:
        return float("nan")
    ranks = shares.rank(axis=1).to_numpy()
    ties = sum(float((sizes**3 - sizes).sum()) for sizes in (np.unique(row, return_counts=True)[1] for row in ranks))
    spread = ((ranks.sum(axis=0) - experts * (nodes + 1) / 2) ** 2).sum()
    possible = experts**2 * (nodes**3 - nodes) - experts * ties
    return float(12 * spread / possible) if possible > 0 else float("nan")

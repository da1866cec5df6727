"""
Scores of many draws at once: the tree of means as a few matrix products.

Every mean here is f^-1(sum of w f(x) / sum of w) with f the identity (arithmetic), the logarithm (geometric) or the
reciprocal (harmonic). A node is kept as f(value) until somebody asks for another form, so that a geometric mean of
geometric means takes no exponential between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

from geodata.errors import Problem, raise_if_any
from layers.index.errors import IndexInputError
from layers.index.structure import Structure

Mean = Literal["arithmetic", "geometric", "harmonic"]
Method = Literal["arithmetic", "geometric", "harmonic", "copeland"]

METHODS = ("arithmetic", "geometric", "harmonic", "copeland")

Floats = NDArray[np.floating]
Setting = TypeVar("Setting")

ROUNDING_SLACK = 1e-6
"""Sums of weights in single precision."""


def forward(values: Floats, method: Method) -> Floats:
    """Return f(values) of a mean."""
    if method == "geometric":
        return np.log(values)
    return np.reciprocal(values) if method == "harmonic" else values


def inverse(values: Floats, method: Method) -> Floats:
    """Return f^-1(values) of a mean."""
    if method == "geometric":
        return np.exp(values)
    return np.reciprocal(values) if method == "harmonic" else values


def by_aggregate(structure: Structure, setting: Setting | Mapping[int, Setting]) -> dict[str, Setting]:
    """
    Return a setting by aggregate, from one for all or from one by level.

    Raises
    ------
    IndexInputError
        If a level has none, a method is unknown or a share is outside 0-1.
    """
    chosen: dict[str, Setting] = {}
    problems = []
    for code in structure.aggregates:
        level = structure.by_code[code].level
        value = setting.get(level) if isinstance(setting, Mapping) else setting
        good = value in METHODS if isinstance(value, str) else isinstance(value, int | float) and 0 <= value <= 1
        if value is None or not good:
            expected = "una media conocida o una parte entre 0 y 1"
            problems.append(Problem("Ajuste que falta o no vale", f"nivel {level}", expected, str(value), "indíquelo"))
        else:
            chosen[code] = value
    raise_if_any(problems, IndexInputError)
    return chosen


def weight_rows(structure: Structure, weights: Mapping[str, float] | None = None) -> dict[str, Floats]:
    """
    Return the weights of the children of each aggregate, adding up to 1.

    Raises
    ------
    IndexInputError
        With every problem: a weight that is absent, negative or not a number, of an unknown node, all zero
        under a node.
    """
    own = {node.code: node.weight for node in structure.nodes}
    chosen = own if weights is None else dict(weights)
    problems = [
        _weight_problem(code, "un indicador o pilar del índice", "Peso de un nodo desconocido")
        for code in sorted(set(chosen) - set(own))
    ]
    rows = {}
    for parent in structure.aggregates:
        children = structure.children(parent)
        row = np.array([float(chosen.get(child, np.nan)) for child in children])
        for child, weight in zip(children, row, strict=True):
            if not (np.isfinite(weight) and weight >= 0):
                problems.append(
                    _weight_problem(child, "un número de 0 o más", "Peso ausente o negativo", f"{weight:g}")
                )
        if not row.sum() > 0 and (row == 0).all():
            problems.append(
                _weight_problem(parent, "algún peso mayor que 0", "Pilar vacío: todos sus pesos son cero", "0")
            )
        with np.errstate(divide="ignore", invalid="ignore"):
            rows[parent] = row / row.sum()
    raise_if_any(problems, IndexInputError)
    return rows


@dataclass
class Scorer:
    """
    The tree of an index, ready to be scored for many sets of weights.

    Parameters
    ----------
    normalised
        Unit x indicator, the best high.
    methods
        By aggregate; Copeland is not a mean and is refused.
    withheld
        By aggregate, True for the units whose node is withheld whatever the weights.
    minimum
        By aggregate, the share of the children's weight (0-1) asked of a unit of which a child goes missing in a draw
        because the only indicator it has there is left out. Otherwise `withheld` decides, not the weights of the draw.
    may_empty
        The weights may leave one indicator out, so a node with a single present child may go missing.
    rows
        By aggregate, the weights around which those of the draws vary: a child of weight 0 is not read at all.
    """

    normalised: pd.DataFrame
    structure: Structure
    methods: Mapping[str, Method]
    withheld: Mapping[str, NDArray[np.bool_]]
    minimum: Mapping[str, float]
    may_empty: bool = False
    dtype: DTypeLike = np.float64
    rows: Mapping[str, Floats] | None = None

    def __post_init__(self) -> None:
        if "copeland" in self.methods.values():
            raise IndexInputError(
                [Problem("Copeland no se perturba por pesos", "agregación", "una media", "copeland", "use una media")]
            )
        self._values: dict[str, Floats] = {}
        self._known: dict[str, Floats] = {}
        self._gaps: dict[str, NDArray[np.intp]] = {}
        self._may_miss: dict[str, NDArray[np.bool_]] = {}
        self._positions: dict[str, tuple[list[int], list[int]]] = {}
        for code in self.structure.aggregates:
            self._prepare(code)

    def scores(self, weights: Mapping[str, Floats]) -> Floats:
        """
        Return the score of the root, draw x unit; missing where withheld.

        Parameters
        ----------
        weights
            By aggregate, draw x child; each row adds up to 1, or is all 0 in a draw that leaves the node out.
        """
        array, form = self._node(self.structure.root, weights)
        return inverse(array, form)

    def ordering(self, weights: Mapping[str, Floats]) -> Floats:
        """Return what orders the units as their score does: higher is better, the last exponential spared."""
        array, form = self._node(self.structure.root, weights)
        return -array if form == "harmonic" else array

    def _prepare(self, code: str) -> None:
        children = self.structure.children(code)
        used = np.ones(len(children), dtype=bool) if self.rows is None else self.rows[code] > 0
        leaves = [i for i, child in enumerate(children) if child not in self.methods and used[i]]
        above = [i for i, child in enumerate(children) if child in self.methods and used[i]]
        self._positions[code] = (leaves, above)
        parts = self.normalised[[children[i] for i in leaves]].to_numpy(dtype=float, na_value=np.nan).T
        known = ~np.isnan(parts)
        if self.methods[code] != "arithmetic" and np.nanmin(parts, initial=np.inf) <= 0:
            raise IndexInputError([not_positive(code, float(np.nanmin(parts)))])
        filled = np.where(known, forward(np.where(known, parts, 1.0), self.methods[code]), 0.0)
        self._values[code] = np.ascontiguousarray(filled, dtype=self.dtype)
        missing = [self._may_miss[children[i]] for i in above]
        gaps = np.any([~known.all(axis=0), *missing], axis=0)
        self._gaps[code] = np.flatnonzero(gaps)
        self._known[code] = np.ascontiguousarray(known[:, gaps], dtype=self.dtype)
        # a draw may leave one child out; the only one is not left out without its parent
        asked = 2 if self.may_empty and len(leaves) + len(above) > 1 else 1
        certain = known.sum(axis=0) + np.sum([~each for each in missing], axis=0)
        self._may_miss[code] = (certain < asked) | self.withheld[code]

    def _node(self, code: str, weights: Mapping[str, Floats]) -> tuple[Floats, Method]:
        method, row, gaps = self.methods[code], weights[code], self._gaps[code]
        leaves, above = self._positions[code]
        total = row[:, leaves] @ self._values[code]
        # only the units with gaps are divided by the weight that they have: that of the others is 1
        present = row[:, leaves] @ self._known[code]
        fresh = np.zeros(present.shape, dtype=bool)
        for i in above:
            child = self.structure.children(code)[i]
            values = _as(method, *self._node(child, weights))
            share = row[:, i : i + 1]
            if len(gaps):
                part = values[:, gaps]
                gone = np.isnan(part)
                part[gone] = 0.0
                values[:, gaps] = part
                present += share * ~gone
                fresh |= gone & ~self.withheld[child][gaps] & (share > 0)
            values *= share
            total += values
        if len(gaps):
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = total[:, gaps] / present
            mean[fresh & (present < self.minimum[code] - ROUNDING_SLACK)] = np.nan
            total[:, gaps] = mean
            total[:, np.flatnonzero(self.withheld[code])] = np.nan
        if self.may_empty:
            # a node that a draw leaves out weighs nothing above it: any value that has a logarithm will do
            total[~row.any(axis=1)] = 1.0
        return total, method


def _as(method: Method, array: Floats, form: Method) -> Floats:
    if method == form:
        return array
    if form == "arithmetic" and method == "geometric":
        return np.log(array, out=array)
    return forward(inverse(array, form), method)


def not_positive(code: str, found: float) -> Problem:
    """Return the problem of a zero or negative value under a mean that needs positive ones."""
    return Problem(
        what="Media geométrica o armónica de un valor de cero o menos",
        where=f"nodo {code}",
        expected="valores mayores que cero",
        found=f"{found:g}",
        repair="normalice de 1 a 100 o use la media aritmética",
    )


def _weight_problem(code: str, expected: str, what: str, found: str = "ninguno") -> Problem:
    return Problem(what=what, where=f"peso de {code}", expected=expected, found=found, repair="corrija los pesos")

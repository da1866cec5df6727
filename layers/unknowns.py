"""
Which unknowns a large, sparse system of sums determines.

An unknown is free if some way of changing the unknowns, with every sum kept, changes it. One random such change moves
every free unknown (but for an event of probability zero), so the ones that it leaves still are the determined ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# changes are drawn around 1 and sums hold few terms: what moves less than this is standing still
_STILL = 1e-6
# the residual at which the projection is taken as exact; its error stays far below what counts as standing still
_EXACT = 1e-12
_MOST_STEPS = 20_000
_SEED = 20121015

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Sums:
    """Entries of a sparse matrix: `sign` (1 or -1) of unknown `cell` in `equation`."""

    equation: Rows
    cell: Rows
    sign: Floats
    cells_count: int

    def only(self, kept: Flags) -> Sums:
        """Return the entries that are kept."""
        return Sums(self.equation[kept], self.cell[kept], self.sign[kept], self.cells_count)


def determined(sums: Sums, seed: int = _SEED) -> Flags:
    """
    Return which unknowns have a single solution.

    Equations that hold an unknown of their own are put aside, again and again: they cannot say anything of the others.
    The change is drawn for what remains, and carried back to those put aside.
    """
    random = np.random.default_rng(seed)
    change = random.standard_normal(sums.cells_count)
    _, equation = np.unique(sums.equation, return_inverse=True)
    sums = Sums(equation.astype(np.intp), sums.cell, sums.sign, sums.cells_count)
    core, aside = _peeled(sums)
    if len(core.equation):
        inside = np.zeros(sums.cells_count, dtype=bool)
        inside[core.cell] = True
        change = np.where(inside, _kept_sums(core, change), change)
    for entries, own in reversed(aside):
        _settle(entries, own, change)
    return np.abs(change) < _STILL


def _peeled(sums: Sums) -> tuple[Sums, list[tuple[Sums, Flags]]]:
    """Return the entries that stay and, in order, those put aside with which of them are their equation's own."""
    aside: list[tuple[Sums, Flags]] = []
    while len(sums.equation):
        own = np.bincount(sums.cell, minlength=sums.cells_count)[sums.cell] == 1
        if not own.any():
            break
        owners = np.zeros(int(sums.equation.max()) + 1, dtype=bool)
        owners[sums.equation[own]] = True
        going = owners[sums.equation]
        aside.append((sums.only(going), own[going]))
        sums = sums.only(~going)
    return sums, aside


def _settle(entries: Sums, own: Flags, change: Floats) -> None:
    """Move each equation's own unknowns, evenly, so that its sum is kept."""
    excess = np.bincount(entries.equation, entries.sign * change[entries.cell])
    number = np.bincount(entries.equation[own], minlength=len(excess))
    equation, cell = entries.equation[own], entries.cell[own]
    change[cell] -= entries.sign[own] * excess[equation] / number[equation]


def _kept_sums(core: Sums, change: Floats) -> Floats:
    """Return the nearest change that keeps every sum: conjugate gradients on the normal equations (Saad 2003, 8.3)."""
    by_equation = np.argsort(core.equation, kind="stable")
    cells, cell = np.unique(core.cell[by_equation], return_inverse=True)
    equation, equations_start = _numbered(core.equation[by_equation])
    # each equation scaled to length one, which quickens the convergence
    weight = core.sign[by_equation] / np.sqrt(np.bincount(equation))[equation]
    by_cell = np.argsort(cell, kind="stable")
    _, cells_start = _numbered(cell[by_cell])
    equation_by_cell, weight_by_cell = equation[by_cell], weight[by_cell]

    # entries side by side are added several times faster than scattered ones
    def sums(values: Floats) -> Floats:
        return np.add.reduceat(weight * values[cell], equations_start)

    def spread(values: Floats) -> Floats:
        return np.add.reduceat(weight_by_cell * values[equation_by_cell], cells_start)

    kept = change[cells]
    residual = sums(kept)
    direction = spread(residual)
    size = _square(residual)
    for _ in range(_MOST_STEPS):
        if size <= _EXACT**2 * len(residual):
            settled = change.copy()
            settled[cells] = kept
            return settled
        step = size / _square(direction)
        kept -= step * direction
        residual = residual - step * sums(direction)
        previous, size = size, _square(residual)
        direction = spread(residual) + (size / previous) * direction
    # not settled: take nothing as free, so that more is hidden and not less
    return np.zeros_like(change)


def _square(values: Floats) -> float:
    # not `@`: its threads wait for each other where the processors are shared
    return float(np.square(values).sum())


def _numbered(ordered: Rows) -> tuple[Rows, Rows]:
    """Return the number of each entry's group, and where each group starts, in a sorted array."""
    is_first = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    return np.cumsum(is_first) - 1, np.flatnonzero(is_first)

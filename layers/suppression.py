"""
Cells that rest on fewer than five producers are not shown, nor can they be worked out from those that are.

Counts are tied by two kinds of sums: a territory is the sum of those inside it, and a total is the sum of its parts
and a rest that is not shown. In every such sum nothing is hidden, or at least two members are and the hidden ones make
five producers or more together. Where several parts share a total that is not enough, so all the sums are also solved
as one linear system, and more is hidden until no hidden cell has a single solution.

Method: primary and complementary suppression, as in Hundepool et al., Statistical Disclosure Control (2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.ubigeo import COUNTRY, entity_code
from layers.unknowns import Sums, determined

# domain.md, section 11: publish no cell with fewer than five producers
FEWEST_PRODUCERS = 5

Status = Literal["value", "withheld", "missing"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Relation:
    """
    `total` = the sum of `parts` + a rest that nobody sees.

    `rest` is `difference` (the total minus the parts), `none` (the parts are everything) or the column that counts it.
    """

    total: str
    parts: tuple[str, ...]
    rest: str = "difference"


@dataclass(frozen=True)
class Tree:
    """Districts, provinces, departments and the country as rows; `parent` is -1 for the country."""

    codes: tuple[str, ...]
    parent: Rows
    children: tuple[Rows, ...]
    """The rows inside each row."""
    first_parent: int
    """The rows before it are districts."""

    @classmethod
    def of(cls, districts: Sequence[str]) -> Tree:
        """Return the tree of the districts' codes: districts first, as given, then the levels above."""
        ubigeo = pd.Series(list(districts), dtype="str")
        provinces = entity_code(ubigeo, "province").drop_duplicates()
        departments = entity_code(ubigeo, "department").drop_duplicates()
        codes = (*ubigeo, *provinces, *departments, COUNTRY)
        if len(set(codes)) != len(codes):
            raise ValueError("repeated ubigeos: expected one per district")
        row = {code: number for number, code in enumerate(codes)}
        above = (
            *entity_code(ubigeo, "province"),
            *entity_code(provinces, "department"),
            *([COUNTRY] * len(departments)),
        )
        parent = np.array([*(row[code] for code in above), -1], dtype=np.intp)
        order = np.argsort(parent, kind="stable")
        first = np.searchsorted(parent[order], np.arange(len(codes) + 1))
        children = tuple(order[first[number] : first[number + 1]] for number in range(len(codes)))
        return cls(codes, parent, children, len(ubigeo))

    def totals(self, values: Floats) -> Floats:
        """Return the rows of the districts followed by the sums of the levels above."""
        districts = len(values)
        table = np.zeros((len(self.codes), values.shape[1]))
        table[:districts] = values
        # a parent comes after its children, so one pass upwards is enough
        for number in range(districts, len(self.codes)):
            table[number] = table[self.children[number]].sum(axis=0)
        return table


def withheld_cells(counts: pd.DataFrame, relations: Iterable[Relation], fewest: int = FEWEST_PRODUCERS) -> pd.DataFrame:
    """
    Return which cells to withhold, at the four levels.

    Parameters
    ----------
    counts
        Indexed by the ubigeo of the districts; per column, the producers that each cell rests on.
    relations
        Which columns add up to which. A column that is only the `rest` of relations is not shown, but protected.

    Returns
    -------
    withheld
        True to withhold; indexed by the codes of districts, provinces, departments and country, columns of `counts`.
    """
    tree = Tree.of(list(counts.index))
    table = _Table(tree, counts, tuple(relations), fewest)
    table.protect()
    return pd.DataFrame(table.hidden[:, : counts.shape[1]], index=list(tree.codes), columns=counts.columns)


def cell_status(known: pd.DataFrame, withheld: pd.DataFrame) -> pd.DataFrame:
    """Return `value`, `withheld` or `missing` per cell, from whether each has a value and is to be withheld."""
    words = np.where(withheld.to_numpy(), "withheld", np.where(known.to_numpy(), "value", "missing"))
    return pd.DataFrame(words, index=known.index, columns=known.columns)


@dataclass(frozen=True)
class _Sum:
    """A relation by column number; `rest` is -1 where the parts are everything."""

    total: int
    parts: Rows
    rest: int


class _Table:
    """The counts of every level and what is hidden so far; hiding only ever grows."""

    def __init__(self, tree: Tree, counts: pd.DataFrame, relations: tuple[Relation, ...], fewest: int) -> None:
        self.tree, self.fewest = tree, fewest
        position = {name: number for number, name in enumerate(counts.columns)}
        values = counts.to_numpy(dtype=float)
        extra: list[Floats] = []
        self.sums: list[_Sum] = []
        for relation in relations:
            parts = np.array([position[name] for name in relation.parts], dtype=np.intp)
            total = position[relation.total]
            if relation.rest == "difference":
                rest = len(position) + len(extra)
                extra.append(values[:, total] - values[:, parts].sum(axis=1))
            else:
                rest = -1 if relation.rest == "none" else position[relation.rest]
            self.sums.append(_Sum(total, parts, rest))
        self.values = tree.totals(np.column_stack([values, *extra]) if extra else values)
        self.rest_of = {item.rest: item for item in self.sums if item.rest >= 0}
        self.rests_with: list[list[int]] = [[] for _ in range(self.values.shape[1])]
        for rest, item in self.rest_of.items():
            for column in (item.total, *item.parts):
                self.rests_with[int(column)].append(rest)
        self.shown = np.array([column not in self.rest_of for column in range(self.values.shape[1])])
        small = (self.values > 0) & (self.values < fewest)
        self.hidden: Flags = small & self.shown
        self.small = small
        self._follow_rests()

    def protect(self) -> None:
        """Hide what must be hidden, until no sum and no group of sums gives a hidden cell away."""
        while True:
            while self._mend_rests() | self._mend_sums() | self._mend_territories():
                pass
            if not self._mend_systems():
                return

    def _follow_rests(self) -> None:
        """A rest is unknown exactly where its total or one of its parts is."""
        for rest, item in self.rest_of.items():
            self.hidden[:, rest] = self.hidden[:, item.total] | self.hidden[:, item.parts].any(axis=1)

    def _hide(self, row: int, column: int) -> bool:
        """Hide a cell; to hide a rest, hide its smallest part, or its total when no part is left."""
        if not self.shown[column]:
            item = self.rest_of[column]
            target = self._smallest_shown(np.full(len(item.parts), row), item.parts)
            column = item.total if target < 0 else int(item.parts[target])
        if self.hidden[row, column]:
            return False
        self.hidden[row, column] = True
        self.hidden[row, self.rests_with[column]] = True
        return True

    def _smallest_shown(self, rows: Rows, columns: Rows, zeros: bool = True) -> int:
        """Return which of the cells not hidden has the fewest producers, those with none last; -1 if there is none."""
        values = self.values[rows, columns]
        free = ~self.hidden[rows, columns]
        for allowed in (free & (values > 0), free) if zeros else (free & (values > 0),):
            if allowed.any():
                return int(np.argmin(np.where(allowed, values, np.inf)))
        return -1

    def _mend_rests(self) -> bool:
        """Hide a part where the rest of a sum is itself too small to be known."""
        changed = False
        for rest in self.rest_of:
            for row in np.flatnonzero(self.small[:, rest] & ~self.hidden[:, rest]):
                changed |= self._hide(int(row), rest)
        return changed

    def _mend_sums(self) -> bool:
        """Hide one more cell in each sum of a total that gives a hidden one away."""
        changed = False
        for item in self.sums:
            members = item.parts if item.rest < 0 else np.append(item.parts, item.rest)
            alone = self._gives_away(self.hidden[:, members].T, self.values[:, members].T, self.hidden[:, item.total])
            for row in np.flatnonzero(alone):
                target = self._smallest_shown(np.full(len(item.parts), row), item.parts)
                column = item.total if target < 0 else int(item.parts[target])
                changed |= self._hide(int(row), column)
        return changed

    def _mend_territories(self) -> bool:
        """Hide one more cell in each territory whose figure gives one inside it away."""
        changed = False
        for parent, children in enumerate(self.tree.children):
            if not (self.hidden[children].any() or self.hidden[parent].any()):
                continue
            alone = self._gives_away(self.hidden[children], self.values[children], self.hidden[parent])
            for column in np.flatnonzero(alone) if len(children) else ():
                # what was hidden for a column before may have mended this one
                inside = self.hidden[children, column], self.values[children, column]
                if self._gives_away(*inside, self.hidden[parent, column]):
                    changed |= self._hide_inside(parent, children, int(column))
        return changed

    def _gives_away(self, hidden: Flags, values: Floats, whole_hidden: Flags) -> Flags:
        """Return whether sums over the first axis give away a hidden member, or too small a group of them."""
        number = hidden.sum(axis=0)
        together = np.where(hidden, values, 0.0).sum(axis=0)
        few = (number > 0) & (together > 0) & (together < self.fewest)
        return np.where(whole_hidden, number == 0, (number == 1) | few)

    def _hide_inside(self, parent: int, children: Rows, column: int) -> bool:
        columns = np.full(len(children), column, dtype=np.intp)
        target = self._smallest_shown(children, columns, zeros=False)
        if target >= 0:
            return self._hide(int(children[target]), column)
        # nobody else has producers: hide the whole, or failing that a zero
        if self._hide(parent, column):
            return True
        target = self._smallest_shown(children, columns)
        return target >= 0 and self._hide(int(children[target]), column)

    def _mend_systems(self) -> bool:
        """Solve all sums together; hide a neighbour of each hidden cell that they determine."""
        changed = False
        for row, column in np.argwhere(self._given_away()):
            changed |= self._widen(int(row), int(column))
        return changed

    def _widen(self, row: int, column: int) -> bool:
        """Hide the smallest neighbour of a cell, in its territory or among the parts of its totals."""
        beside = [(int(r), column) for r in self.tree.children[self.tree.parent[row]]] if row < self._last else []
        for item in self.sums:
            if column in item.parts or column in (item.total, item.rest):
                beside += [(row, int(other)) for other in (*item.parts, item.total)]
        if not beside:
            return False
        rows, columns = (np.array(axis, dtype=np.intp) for axis in zip(*beside, strict=True))
        target = self._smallest_shown(rows, columns)
        return target >= 0 and self._hide(int(rows[target]), int(columns[target]))

    @property
    def _last(self) -> int:
        return len(self.tree.codes) - 1

    def _given_away(self) -> Flags:
        """Return the hidden cells, rests included, that all the sums together determine."""
        number = np.full(self.hidden.shape, -1, dtype=np.intp)
        number[self.hidden] = np.arange(self.hidden.sum())
        equations: list[Rows] = []
        cells: list[Rows] = []
        signs: list[Floats] = []
        rows = len(self.hidden)
        for nth, item in enumerate(self.sums):
            members = [*item.parts, item.total] + ([item.rest] if item.rest >= 0 else [])
            for column in members:
                row = np.flatnonzero(self.hidden[:, column])
                equations.append(nth * rows + row)
                cells.append(number[row, column])
                signs.append(np.full(len(row), -1.0 if column == item.total else 1.0))
        above = len(self.sums) * rows
        width = self.hidden.shape[1]
        row, column = np.nonzero(self.hidden)
        for owner, sign in ((self.tree.parent[row], 1.0), (row, -1.0)):
            # the country is inside nothing, and a district has nothing inside
            kept = (owner >= 0) & (owner >= self.tree.first_parent)
            equations.append(above + owner[kept] * width + column[kept])
            cells.append(number[row[kept], column[kept]])
            signs.append(np.full(int(kept.sum()), sign))
        sums = Sums(np.concatenate(equations), np.concatenate(cells), np.concatenate(signs), int(self.hidden.sum()))
        given = np.zeros(self.hidden.shape, dtype=bool)
        given[self.hidden] = determined(sums)
        return given

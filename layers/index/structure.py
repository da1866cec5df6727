"""
The tree of an index: indicator, pillar, axis, index.

Levels count from 1 (indicators) upwards. Weights are those of a node among its siblings; only their proportion matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from geodata.errors import Problem, raise_if_any
from layers.index.errors import IndexInputError

INDICATOR_LEVEL = 1
_WHERE = "estructura del índice"


@dataclass(frozen=True)
class Node:
    """An indicator (level 1) or an aggregate; `direction` -1 where less is better (indicators only)."""

    code: str
    parent: str | None
    level: int
    weight: float = 1.0
    direction: int = 1
    label: str = ""


@dataclass(frozen=True)
class Structure:
    """
    The nodes of an index, with one root.

    Raises
    ------
    IndexInputError
        With every problem: repeated code, unknown parent, several roots or none, a parent that is not on a higher
        level, an aggregate without children, a direction other than 1 and -1, weights negative or all zero.
    """

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        raise_if_any(_problems(self.nodes), IndexInputError)

    @classmethod
    def from_table(cls, table: pd.DataFrame) -> Structure:
        """
        Return the tree of a table like COINr's `iMeta`.

        Columns `Level`, `iCode`, `Direction`, `Weight`, `Parent`, `Type` (only `Indicator` and `Aggregate` rows count)
        and, optional, `iName`.
        """
        absent = [name for name in ("Level", "iCode", "Direction", "Weight", "Parent", "Type") if name not in table]
        if absent:
            raise IndexInputError(
                [_problem("Faltan columnas", "Level, iCode, Direction, Weight, Parent y Type", absent)]
            )
        chosen = table[table["Type"].isin(["Indicator", "Aggregate"])]
        numbers = chosen[["Level", "Direction", "Weight"]].apply(pd.to_numeric, errors="coerce")
        bad = chosen.loc[~np.isfinite(numbers).all(axis=1), "iCode"].tolist()
        if bad:
            raise IndexInputError([_problem("Nivel, dirección o peso que no es un número", "números", bad)])
        names = chosen["iName"] if "iName" in chosen else chosen["iCode"]
        return cls(
            tuple(
                Node(
                    str(code), None if pd.isna(parent) else str(parent), int(level), float(weight), int(sign), str(name)
                )
                for code, parent, level, weight, sign, name in zip(
                    chosen["iCode"],
                    chosen["Parent"],
                    numbers["Level"],
                    numbers["Weight"],
                    numbers["Direction"],
                    names,
                    strict=True,
                )
            )
        )

    @cached_property
    def by_code(self) -> Mapping[str, Node]:
        """Return the nodes by code."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Return the codes of level 1, in the order given."""
        return tuple(node.code for node in self.nodes if node.level == INDICATOR_LEVEL)

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """Return the codes above level 1, children before parents: the last is the root."""
        above = (node for node in self.nodes if node.level > INDICATOR_LEVEL)
        return tuple(node.code for node in sorted(above, key=lambda node: node.level))

    @property
    def root(self) -> str:
        """Return the code of the index itself."""
        return self.aggregates[-1]

    @cached_property
    def directions(self) -> pd.Series:
        """Return 1 or -1 by indicator."""
        return pd.Series({code: self.by_code[code].direction for code in self.indicators}, name="direction")

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        return {code: tuple(node.code for node in self.nodes if node.parent == code) for code in self.by_code}

    def children(self, code: str) -> tuple[str, ...]:
        """Return the codes directly under a node."""
        return self._children[code]

    def leaves(self, code: str) -> tuple[str, ...]:
        """Return the indicators under a node (an indicator is its own)."""
        if self.by_code[code].level == INDICATOR_LEVEL:
            return (code,)
        return tuple(leaf for child in self.children(code) for leaf in self.leaves(child))

    def without(self, codes: Iterable[str]) -> Structure:
        """Return the tree without some indicators, and without the aggregates that they leave empty."""
        gone = set(codes)
        for aggregate in self.aggregates:
            if set(self.children(aggregate)) <= gone:
                gone.add(aggregate)
        return Structure(tuple(node for node in self.nodes if node.code not in gone))


def _problem(what: str, expected: str, found: object) -> Problem:
    shown = ", ".join(map(str, found)) if isinstance(found, list) else str(found)
    return Problem(what, _WHERE, expected, shown, "corrija la tabla de la estructura")


def _problems(nodes: tuple[Node, ...]) -> list[Problem]:
    by_code = {node.code: node for node in nodes}
    problems = []
    repeated = [code for code, count in Counter(node.code for node in nodes).items() if count > 1]
    if repeated:
        problems.append(_problem("Código repetido", "un código por nodo", repeated))
    unknown = [node.code for node in nodes if node.parent is not None and node.parent not in by_code]
    if unknown:
        problems.append(_problem("Nodo bajo un padre que no existe", "un padre de la tabla", unknown))
    misplaced = [n.code for n in nodes if n.parent in by_code and by_code[n.parent].level <= n.level]
    if misplaced:
        problems.append(_problem("Nodo que no está debajo de su padre", "un nivel menor que el del padre", misplaced))
    roots = [node.code for node in nodes if node.parent is None]
    if len(roots) != 1 or by_code[roots[0]].level <= INDICATOR_LEVEL:
        problems.append(_problem("El índice no tiene una sola raíz", "un solo nodo sin padre, sobre el nivel 1", roots))
    parents = {node.parent for node in nodes}
    empty = [node.code for node in nodes if node.level > INDICATOR_LEVEL and node.code not in parents]
    if empty:
        problems.append(_problem("Pilar sin indicadores", "al menos un indicador por pilar", empty))
    turned = [node.code for node in nodes if node.level == INDICATOR_LEVEL and node.direction not in (1, -1)]
    if turned:
        problems.append(_problem("Dirección desconocida", "1 (más es mejor) o -1 (menos es mejor)", turned))
    negative = [node.code for node in nodes if not (np.isfinite(node.weight) and node.weight >= 0)]
    if negative:
        problems.append(_problem("Peso negativo o que no es un número", "pesos de 0 o más", negative))
    for parent in sorted(code for code in parents if code in by_code):
        if not negative and sum(node.weight for node in nodes if node.parent == parent) == 0:
            problems.append(_problem("Todos los pesos bajo un nodo son cero", "algún peso mayor que 0", parent))
    return problems

"""Which gaps: the filters of the page and of the command line, and the words in which they travel with a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geodata.columns import load_columns
from geodata.entities import load_entities
from layers.gaps import ORDERS, choose, ordered, pick

ALL = "todos"
WHOLE_COUNTRY = "Todo el Perú"
WHOLE_SIERRA = "Toda la Sierra"

_COLUMNS = {"levels": "level", "goods": "good", "severities": "severity", "quadrants": "quadrant"}
"""Filter of closed words -> column of the list that holds them."""

ORDER_WORDS = {
    "priority": "por prioridad",
    "severity": "por severidad",
    "producers": "por productores",
    "shortfall": "por lo que falta",
    "cost": "por costo",
    "territory": "por territorio",
}

_ALWAYS_SAID = ("levels", "goods", "severities")


@dataclass(frozen=True)
class Choice:
    """The filters of a list; an empty one means all."""

    territory: str | None = None
    """Six-character code of a department, province or district."""
    sierra_only: bool = False
    levels: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    quadrants: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    """Ids of entities."""
    products: tuple[str, ...] = ()
    order: str = ORDERS[0]
    """One of `layers.gaps.ORDERS`."""
    gap_ids: tuple[str, ...] = ()
    """Gaps picked one by one: they stand, in the order of the list, whatever the filters."""

    def rows(self, gaps: pd.DataFrame) -> pd.DataFrame:
        """Return the gaps that pass every filter, in the order asked for; or those picked one by one."""
        if self.gap_ids:
            return pick(gaps, self.gap_ids)
        kept = choose(
            gaps,
            territory=self.territory,
            sierra_only=self.sierra_only,
            goods=self.goods,
            severities=self.severities,
            levels=self.levels,
            quadrants=self.quadrants,
            entities=self.entities,
            products=self.products,
        )
        return ordered(kept, self.order)

    def in_words(self, names: Mapping[str, str]) -> dict[str, str]:
        """
        Return the filters as name and value in Spanish, the region first.

        Region, level, good and severity are always said; the others when they choose something.

        Parameters
        ----------
        names
            Territory code -> name.
        """
        if self.gap_ids:
            return {"Brechas": f"{len(self.gap_ids)} elegidas una por una"}
        said = {"Región": self._region(names)}
        for name, column in _COLUMNS.items():
            words = getattr(self, name)
            if words or name in _ALWAYS_SAID:
                said[load_columns()[column].label] = in_words(column, words) or ALL
        if self.entities:
            entities = load_entities()
            said["Entidades"] = "; ".join(entities[one].name if one in entities else one for one in self.entities)
        if self.products:
            said["Productos"] = ", ".join(self.products)
        if self.order != ORDERS[0]:
            said["Orden"] = ORDER_WORDS[self.order]
        return said

    def _region(self, names: Mapping[str, str]) -> str:
        if self.territory is None:
            return WHOLE_SIERRA if self.sierra_only else WHOLE_COUNTRY
        return f"{names.get(self.territory, '')} ({self.territory})".strip()


def in_words(column: str, words: Sequence[str]) -> str:
    """Return words of a closed list in Spanish, after commas."""
    spanish = load_columns()[column].values
    return ", ".join(spanish.get(word, word) for word in words)

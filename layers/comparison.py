"""
One territory beside those that contain it and beside the Sierra.

A district is compared with its province, its department and the median district of the Sierra; a province with its
department and the median province. A figure that does not exist at a level is absent there, not copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.fields import Field
from geodata.ubigeo import Level, entity_code, level_of

MINIMUM_FOR_POSITION_COUNT = 30
"""Below this many territories with a value, a position among them says little (proposed)."""

MINIMUM_KNOWN_SHARE = 0.5
"""Below this share (0-1) of the Sierra's territories with a value, their median is that of a corner (proposed)."""


@dataclass(frozen=True)
class Compared:
    """One figure of a territory and of what surrounds it; NaN where it is missing or does not exist."""

    field: Field
    own: float
    province: float
    department: float
    sierra_median: float
    """NaN where fewer than half of the Sierra's territories of the level have a value."""
    higher_than_share: float
    """Share (0-1) of the Sierra's territories of the same level that have a lower value; NaN outside the Sierra."""

    @property
    def is_unknown(self) -> bool:
        """Whether the figure is known neither here nor around."""
        return bool(np.isnan([self.own, self.province, self.department, self.sierra_median]).all())


def compare(ubigeo: str, tables: Mapping[Level, pd.DataFrame], fields: Iterable[Field]) -> list[Compared]:
    """
    Return the figures of a territory beside its surroundings, in the order of `fields`.

    Parameters
    ----------
    ubigeo
        A code of any level.
    tables
        Published tables by level, each with `ubigeo` and `is_sierra`.
    fields
        Those that exist at the level of the territory or above it; the others are left out.
    """
    level = level_of(ubigeo)
    rows = {one: _row(tables[one], _code(ubigeo, one)) for one in tables if _is_at_or_above(one, level)}
    peers = tables[level][tables[level]["is_sierra"].astype(bool)]
    return [_compare_one(field, level, rows, peers) for field in fields if any(field.at(one) for one in rows)]


def _compare_one(field: Field, level: Level, rows: Mapping[Level, pd.Series], peers: pd.DataFrame) -> Compared:
    def value(at: Level) -> float:
        return float(rows[at][field.id]) if at in rows and field.at(at) else np.nan

    own = value(level)
    known = peers[field.id].dropna() if field.at(level) else pd.Series(dtype=float)
    in_sierra = bool(rows[level]["is_sierra"])
    is_told = len(known) > 0 and len(known) >= MINIMUM_KNOWN_SHARE * len(peers)
    has_position = in_sierra and is_told and not np.isnan(own) and len(known) >= MINIMUM_FOR_POSITION_COUNT
    return Compared(
        field=field,
        own=own,
        province=np.nan if level == "province" else value("province"),
        department=np.nan if level == "department" else value("department"),
        sierra_median=float(known.median()) if is_told else np.nan,
        higher_than_share=float((known < own).mean()) if has_position else np.nan,
    )


def _is_at_or_above(one: Level, level: Level) -> bool:
    order: tuple[Level, ...] = ("district", "province", "department")
    return order.index(one) >= order.index(level)


def _code(ubigeo: str, level: Level) -> str:
    return str(entity_code(pd.Series([ubigeo], dtype="str"), level).iloc[0])


def _row(table: pd.DataFrame, ubigeo: str) -> pd.Series:
    found = table[table["ubigeo"].eq(ubigeo)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} rows for {ubigeo}, expected one")
    return found.iloc[0]

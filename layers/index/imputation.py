"""
Imputation: off by default, asked for by name, and marked cell by cell.

A value taken from the neighbours is not a figure of the place. Whoever asks for it must show the mark beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from geodata.errors import Problem
from layers.index.errors import IndexInputError

Statistic = Literal["mean", "median"]


@dataclass(frozen=True)
class Imputed:
    """`values` with the gaps filled and `marked`, True in each cell that was filled."""

    values: pd.DataFrame
    marked: pd.DataFrame


def impute_by_group(data: pd.DataFrame, groups: pd.Series, statistic: Statistic) -> Imputed:
    """
    Return the data with each missing cell filled by the mean or median of its group.

    A group with no value of an indicator leaves its cells missing.

    Parameters
    ----------
    data
        One row per unit, one column per indicator.
    groups
        Group by unit.
    statistic
        `mean` or `median`; there is no default.

    Raises
    ------
    IndexInputError
        If a unit has no group, or the statistic is another.
    """
    if statistic not in ("mean", "median"):
        raise IndexInputError([_problem("Estadístico desconocido", "mean o median", str(statistic))])
    group = groups.reindex(data.index)
    without = data.index[group.isna()]
    if len(without):
        raise IndexInputError([_problem("Unidad sin grupo", "un grupo por unidad", ", ".join(map(str, without[:5])))])
    filling = data.astype(float).groupby(group.to_numpy()).transform(statistic)
    values = data.astype(float).where(data.notna(), filling)
    return Imputed(values=values, marked=data.isna() & values.notna())


def _problem(what: str, expected: str, found: str) -> Problem:
    return Problem(what, "imputación", expected, found, "corríjalo o no impute")

"""Denomination (making units of different size comparable) and screening by data availability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.errors import Problem, raise_if_any
from layers.index.errors import IndexInputError

ROUNDING_SLACK = 1e-12
"""Two thirds has no exact binary form."""


def denominate(data: pd.DataFrame, denominators: pd.DataFrame, denominator_of: Mapping[str, str]) -> pd.DataFrame:
    """
    Return the indicators divided by their denominators; those without one stay as they are.

    A missing denominator gives a missing value.

    Parameters
    ----------
    data, denominators
        One row per unit, same ids.
    denominator_of
        Denominator by indicator.

    Raises
    ------
    IndexInputError
        If an indicator or a denominator is not there, or a denominator is zero or negative.
    """
    problems = []
    for indicator, name in denominator_of.items():
        if indicator not in data or name not in denominators:
            absent = indicator if indicator not in data else name
            problems.append(_absent(absent))
    for name in sorted(set(denominator_of.values()) & set(denominators.columns)):
        bad = denominators.index[denominators[name] <= 0]
        if len(bad):
            problems.append(_not_positive(name, bad))
    raise_if_any(problems, IndexInputError)
    divided = data.astype(float)
    for indicator, name in denominator_of.items():
        divided[indicator] = divided[indicator] / denominators[name].reindex(data.index)
    return divided


@dataclass(frozen=True)
class Screened:
    """
    The units that have enough data, and why the others do not.

    `data` (rows of the units kept), `present_share` (0-1, unit x group of indicators) and `dropped` (ids).
    """

    data: pd.DataFrame
    present_share: pd.DataFrame
    dropped: pd.Index


def screen_units(data: pd.DataFrame, groups: Mapping[str, list[str]], minimum_share: float) -> Screened:
    """
    Keep the units with at least `minimum_share` (0-1) of present values in every group of indicators.

    Pass one group with every indicator to screen by the whole.
    """
    if not 0 <= minimum_share <= 1:
        raise IndexInputError(
            [Problem("Mínimo de datos", "depuración", "una parte entre 0 y 1", f"{minimum_share:g}", "corríjalo")]
        )
    shares = pd.DataFrame({name: data[codes].notna().mean(axis=1) for name, codes in groups.items()}, index=data.index)
    kept = (shares >= minimum_share - ROUNDING_SLACK).all(axis=1).to_numpy()
    return Screened(data=data[kept], present_share=shares, dropped=data.index[~kept])


def zero_share(data: pd.DataFrame) -> pd.Series:
    """Return the share (0-1) of zeros among the present values of each indicator: many may stand for missing."""
    present = data.notna().sum()
    return (data.eq(0).sum() / present.where(present > 0)).rename("zero_share").astype(np.float64)


def _absent(name: str) -> Problem:
    return Problem(
        "Columna que no está en los datos", f"denominador o indicador {name}", "una columna", "ninguna", "agréguela"
    )


def _not_positive(name: str, units: pd.Index) -> Problem:
    shown = ", ".join(str(unit) for unit in units[:5])
    return Problem(
        "Denominador de cero o menos",
        f"denominador {name}",
        "números mayores que cero",
        f"{len(units)}: {shown}",
        "corríjalo o déjelo sin dato",
    )

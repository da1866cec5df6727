"""Figures on the frozen scale: all columns at once, for the live weights of a page."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geodata.errors import Problem
from layers.index.errors import IndexInputError
from layers.index.normalization import SCALE_MAXIMUM, SCALE_MINIMUM, Goalposts


def normalise_fields(figures: pd.DataFrame, fields: tuple[str, ...], posts: Mapping[str, Goalposts]) -> pd.DataFrame:
    """
    Return figures on the scale 1-100 of their goalposts, the best high; missing stays missing.

    `layers.index.normalization.normalise` for all columns at once, for the live weights of a page.

    Raises
    ------
    IndexInputError
        With every field that is absent or has infinite figures.
    """
    absent = [field for field in fields if field not in figures]
    values = figures[[field for field in fields if field not in absent]].to_numpy(float, na_value=np.nan, copy=True)
    if absent or np.isinf(values).any():
        raise IndexInputError(_bad_figures(figures, fields))
    logarithmic = [i for i, field in enumerate(fields) if posts[field].transform == "log1p"]
    values[:, logarithmic] = np.log1p(values[:, logarithmic])
    low = np.array([posts[field].low for field in fields])
    high = np.array([posts[field].high for field in fields])
    position = np.clip((values - low) / (high - low), 0.0, 1.0)
    turned = np.array([posts[field].direction < 0 for field in fields])
    position = np.where(turned, 1.0 - position, position)
    scaled = SCALE_MINIMUM + (SCALE_MAXIMUM - SCALE_MINIMUM) * position
    return pd.DataFrame(scaled, index=figures.index, columns=list(fields))


def _bad_figures(figures: pd.DataFrame, fields: tuple[str, ...]) -> list[Problem]:
    problems = []
    for field in fields:
        where = f"indicador {field}"
        if field not in figures:
            what, expected = "Indicador que no está en los datos", "una columna"
            problems.append(Problem(what, where, expected, "ninguna", "vuelva a publicar"))
            continue
        infinite = np.isinf(figures[field].to_numpy(dtype=float, na_value=np.nan))
        if infinite.any():
            found = ", ".join(str(unit) for unit in figures.index[infinite][:5])
            expected, repair = "números finitos o sin dato", "revise las divisiones entre cero"
            problems.append(Problem("Valores infinitos", where, expected, found, repair))
    return problems

"""Refusals before any mathematics: what cannot be scored is said, not turned into what looks like a value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.errors import Problem, raise_if_any
from layers.index.errors import IndexInputError

_SHOWN = 5
"""How many examples a sentence names."""


def check_data(data: pd.DataFrame, indicators: tuple[str, ...] | list[str], *, allow_constant: bool = False) -> None:
    """
    Refuse data that no index can be made of.

    Parameters
    ----------
    data
        One row per unit (the index is its id), one column per indicator.
    indicators
        The columns that the index needs.
    allow_constant
        Accept an indicator with a single value (already normalised against frozen bounds, say).

    Raises
    ------
    IndexInputError
        With every problem: no rows, repeated ids, absent, not numeric, infinite, all missing or constant indicators.
    """
    problems = []
    if data.empty:
        problems.append(
            _of("la tabla", "No hay unidades que puntuar", "al menos una fila", "ninguna", "revise el filtro")
        )
    repeated = data.index[data.index.duplicated()].unique()
    if len(repeated):
        problems.append(
            _of("identificadores", "Unidad repetida", "un solo registro por unidad", _few(repeated), "deje uno solo")
        )
    for code in dict.fromkeys(indicators):
        problems += _of_indicator(data, code, allow_constant)
    raise_if_any(problems, IndexInputError)


def _of_indicator(data: pd.DataFrame, code: str, allow_constant: bool) -> list[Problem]:
    where = f"indicador {code}"
    if code not in data.columns:
        return [_of(where, "Indicador que no está en los datos", "una columna", "ninguna", "agréguelo o quítelo")]
    if not pd.api.types.is_numeric_dtype(data[code]):
        return [_of(where, "Indicador que no es numérico", "números", str(data[code].dtype), "corrija la columna")]
    values = data[code].to_numpy(dtype=float, na_value=np.nan)
    problems = []
    infinite = np.isinf(values)
    if infinite.any():
        found = f"{infinite.sum()}: {_few(data.index[infinite])}"
        problems.append(
            _of(where, "Valores infinitos", "números finitos o sin dato", found, "revise las divisiones entre cero")
        )
    known = values[np.isfinite(values)]
    if len(values) and not len(known) and not infinite.any():
        problems.append(_of(where, "Indicador sin ningún dato", "algún valor", "todo sin dato", "quítelo o complételo"))
    if len(values) > 1 and len(known) and not (allow_constant or infinite.any()) and known.min() == known.max():
        problems.append(
            _of(where, "Indicador constante: no distingue a nadie", "valores distintos", f"{known[0]:g}", "quítelo")
        )
    return problems


def _of(where: str, what: str, expected: str, found: str, repair: str) -> Problem:
    return Problem(what=what, where=where, expected=expected, found=found, repair=repair)


def _few(labels: pd.Index) -> str:
    shown = ", ".join(str(label) for label in labels[:_SHOWN])
    return f"{shown} y {len(labels) - _SHOWN} más" if len(labels) > _SHOWN else shown

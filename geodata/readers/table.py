"""
Tables as offices publish them: delimited text, every column read as text.

Numbers are made on purpose, column by column, so that a code never loses its zeros on the way in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geodata.errors import ContractError, Problem, raise_if_any

_SHOWN_AT_MOST = 3


def read_table(path: Path, *, columns: Sequence[str], separator: str = ",") -> pd.DataFrame:
    """
    Return the named columns of a delimited file, all as text; an empty cell is missing.

    Parameters
    ----------
    path
        UTF-8, with or without BOM.
    columns
        The headers as the source writes them.
    separator
        The character between cells.

    Raises
    ------
    ContractError
        With every missing column, an unreadable encoding or an unreadable table.
    """
    try:
        frame = pd.read_csv(
            path, dtype="str", sep=separator, encoding="utf-8-sig", na_values=[""], keep_default_na=False
        )
    except UnicodeDecodeError as error:
        raise ContractError([_unreadable(path, "texto en UTF-8", f"bytes ilegibles ({error.reason})")]) from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ContractError([_unreadable(path, "una tabla con encabezado", str(error))]) from error
    if not isinstance(frame.index, pd.RangeIndex):
        # rows longer than the header: pandas takes the first column for labels, and every header names its neighbour
        found = "filas con una celda de más (¿un separador al final?)"
        raise ContractError([_unreadable(path, "tantas celdas por fila como encabezados", found)])
    raise_if_any(missing_column_problems(frame, columns, path.name), ContractError)
    return frame[list(columns)]


def missing_column_problems(frame: pd.DataFrame, columns: Sequence[str], where: str) -> list[Problem]:
    """Return one problem per column that the file should have and has not."""
    present = ", ".join(str(name) for name in frame.columns[:8])
    return [
        Problem(
            what="falta una columna",
            where=where,
            expected=f"la columna «{name}»",
            found=f"las columnas {present}…",
            repair="verifique que sea el archivo de la fuente y que nadie haya cambiado sus encabezados",
        )
        for name in columns
        if name not in frame.columns
    ]


def to_numbers(frame: pd.DataFrame, columns: Sequence[str], where: str) -> pd.DataFrame:
    """
    Return a copy in which the named text columns are floats; an empty cell stays missing.

    Raises
    ------
    ContractError
        One problem per column that holds something that is not a number.
    """
    converted = frame.copy()
    problems = []
    for name in columns:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        wrong = frame.loc[numbers.isna() & frame[name].notna(), name]
        if len(wrong):
            problems.append(
                Problem(
                    what="valores que no son números",
                    where=f"{where}, columna «{name}»",
                    expected="números con punto decimal",
                    found=f"{len(wrong)} celdas, p. ej. {', '.join(map(repr, wrong.head(_SHOWN_AT_MOST)))}",
                    repair="corrija las celdas o deje vacío lo que no se sabe",
                )
            )
        converted[name] = numbers.astype(float)
    raise_if_any(problems, ContractError)
    return converted


def _unreadable(path: Path, expected: str, found: str) -> Problem:
    return Problem(
        what="archivo ilegible",
        where=path.name,
        expected=expected,
        found=found,
        repair="vuelva a obtener el archivo de la fuente",
    )

"""
Territorial codes: the INEI ubigeo, six characters of text.

Two digits for the department, two for the province, two for the district. A province is written `DDPP00` and a
department `DD0000`, as INEI and MEF write entities, so that one key of one width serves the three levels.
RENIEC codes look alike and are *other* districts' codes: a code column is accepted only with its coding system stated.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from geodata.errors import Problem

Level = Literal["district", "province", "department", "country"]

LEVELS: tuple[Level, ...] = ("district", "province", "department")
COUNTRY = "000000"

UBIGEO_PATTERN = r"\d{6}"
"""To be matched against the whole text."""
_PREFIX_WIDTH = {"district": 6, "province": 4, "department": 2, "country": 0}
_SHOWN_AT_MOST = 5


def entity_code(ubigeo: pd.Series, level: Level) -> pd.Series:
    """
    Return the code of the territory of `level` that holds each ubigeo.

    Examples
    --------
    >>> entity_code(pd.Series(["080101"]), "province").tolist()
    ['080100']
    """
    width = _PREFIX_WIDTH[level]
    return ubigeo.str[:width].str.pad(6, side="right", fillchar="0")


def level_of(ubigeo: str) -> Level:
    """Return the level that a six-character code names."""
    if ubigeo == COUNTRY:
        return "country"
    if ubigeo.endswith("0000"):
        return "department"
    return "province" if ubigeo.endswith("00") else "district"


def is_within(ubigeo: pd.Series, territory: str) -> pd.Series:
    """Return True for the codes that lie in `territory` (a code of any level), itself included."""
    return ubigeo.str.startswith(territory[: _PREFIX_WIDTH[level_of(territory)]])


def code_problems(codes: pd.Series, where: str) -> list[Problem]:
    """
    Return what is wrong with a column of ubigeos, or an empty list.

    A number instead of text, another width and repeated codes are three different problems with three repairs.
    """
    if not (pd.api.types.is_string_dtype(codes) or codes.dtype == object):
        return [
            Problem(
                what="código leído como número",
                where=where,
                expected="texto de 6 dígitos",
                found=f"columna de tipo {codes.dtype}",
                repair="lea la columna como texto: los ceros a la izquierda son parte del código",
            )
        ]
    text = codes.astype("str")
    wrong = codes[~text.str.fullmatch(UBIGEO_PATTERN).fillna(False).astype(bool)]
    problems = []
    if len(wrong):
        problems.append(
            Problem(
                what="ancho o forma de código incorrectos",
                where=where,
                expected="6 dígitos",
                found=f"{len(wrong)} códigos distintos de eso, p. ej. {_some(wrong)}",
                repair="complete los ceros a la izquierda o corrija los códigos señalados",
            )
        )
    return problems


def duplicate_problems(codes: pd.Series, where: str) -> list[Problem]:
    """Return a problem if codes repeat in a table that must have one row per territory."""
    repeated = codes[codes.duplicated()].unique()
    if not len(repeated):
        return []
    return [
        Problem(
            what="códigos repetidos",
            where=where,
            expected="una fila por ubigeo",
            found=f"{len(repeated)} repetidos, p. ej. {_some(pd.Series(repeated))}",
            repair="deje una sola fila por ubigeo; decida cuál es la vigente",
        )
    ]


def _some(codes: pd.Series) -> str:
    shown = ", ".join(repr(code) for code in codes.head(_SHOWN_AT_MOST))
    return shown + (", …" if len(codes) > _SHOWN_AT_MOST else "")


def unmatched(codes: pd.Series, known: pd.Series) -> pd.Series:
    """Return the rows of `codes` that are not among the `known` ubigeos, keeping their index."""
    return codes[~codes.isin(set(known))]


def restore_leading_zero(codes: pd.Series, where: str) -> tuple[pd.Series, str | None]:
    """
    Return codes of six digits from a column whose leading zeros a spreadsheet dropped, and a note that says so.

    Done only when the whole column confirms it: every code has five or six digits, and the five-digit ones are all of
    departments 01 to 09. Otherwise the column is returned as it is, for its contract to refuse.
    """
    text = codes.astype("str")
    short = text.str.len() == _PREFIX_WIDTH["district"] - 1
    confirmed = text.str.fullmatch(r"[1-9]\d{4,5}").fillna(False).all()
    if not (confirmed and short.any()):
        return codes, None
    return text.str.zfill(
        _PREFIX_WIDTH["district"]
    ), f"{where}: se restituyó el cero inicial en {int(short.sum())} códigos"

"""What a prioritised product must say before it is kept: where, which, by which act, of when, and who says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from geodata.errors import Problem
from geodata.ubigeo import LEVELS, Level, level_of

LEVEL_WORDS: dict[str, Level] = {"distrital": "district", "provincial": "province", "regional": "department"}
"""The level of an act, as municipalities and regions call it."""

LONGEST_ACT = 200
LONGEST_WHO = 100
EARLIEST_ACT = date(1980, 1, 1)
"""The municipalities of today are elected since 1981; an older date is a slip of the pen."""


@dataclass(frozen=True)
class Draft:
    """A priority as somebody proposes it, before it is accepted."""

    ubigeo: str
    product: str
    act: str
    act_date: date
    level: str
    """`distrital`, `provincial` or `regional`."""
    who: str
    where: str = "formulario"
    """Where the person finds it again: a line of a file."""


def draft_problems(draft: Draft, codes: Collection[str], products: Collection[str], today: date) -> list[Problem]:
    """Return everything that is wrong in a draft."""
    where, problems = draft.where, []
    if draft.product not in products:
        expected = f"uno de: {', '.join(products)}"
        problems.append(refused(f"{where}, producto", expected, repr(draft.product), "elija un producto de la lista"))
    level = LEVEL_WORDS.get(draft.level)
    if level is None:
        expected = "|".join(LEVEL_WORDS)
        problems.append(refused(f"{where}, nivel", expected, repr(draft.level), "escriba uno de los tres niveles"))
    if draft.ubigeo not in codes or level_of(draft.ubigeo) not in LEVELS:
        expected = "el ubigeo de 6 dígitos de un distrito, una provincia o un departamento"
        repair = "corrija el código; una provincia termina en 00 y un departamento en 0000"
        problems.append(refused(f"{where}, ubigeo", expected, repr(draft.ubigeo), repair))
    elif level is not None and level_of(draft.ubigeo) != level:
        found = f"«{draft.level}» con el código {draft.ubigeo}"
        repair = "corrija el nivel o el código: una ordenanza regional lleva el código del departamento"
        problems.append(refused(f"{where}, nivel", "el nivel del territorio del código", found, repair))
    if not EARLIEST_ACT <= draft.act_date <= today:
        expected = f"una fecha de {EARLIEST_ACT:%d/%m/%Y} a {today:%d/%m/%Y}"
        found = draft.act_date.isoformat()
        problems.append(refused(f"{where}, fecha", expected, found, "corrija la fecha de la norma"))
    problems += text_problems("norma", draft.act, LONGEST_ACT, where)
    return problems + text_problems("quién lo registra", draft.who, LONGEST_WHO, where)


def text_problems(name: str, text: str, longest: int, where: str) -> list[Problem]:
    """Return what is wrong in a text: markup and formulas are kept as text, what cannot be seen is refused."""
    bare = text.strip()
    if not bare:
        return [refused(f"{where}, {name}", "un texto", "nada", "complete el dato")]
    if len(bare) > longest:
        expected, found = f"hasta {longest} caracteres", f"{len(bare)} caracteres"
        return [refused(f"{where}, {name}", expected, found, "abrevie el texto")]
    if not bare.isprintable():
        repair = "escríbalo en una sola línea, sin caracteres de control"
        return [refused(f"{where}, {name}", "un texto en una línea", ascii(bare), repair)]
    return []


def refused(where: str, expected: str, found: str, repair: str) -> Problem:
    """Return a problem of a priority."""
    return Problem(what="prioridad no válida", where=where, expected=expected, found=found, repair=repair)

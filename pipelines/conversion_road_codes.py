"""The codes of MTC's road layers (domain.md 6.2) and the words of the project."""

from __future__ import annotations

import pandas as pd

from geodata.quality import Finding, examples, found
from layers.roads.words import folded

NETWORK_CODES = {"RN": "nacional", "RD": "departamental", "RV": "vecinal"}
SURFACE_CODES = {
    "1": "pavimentado",
    "2": "afirmado",
    "3": "sin_afirmar",
    "4": "trocha",
    "11": "asfaltado_economico",
}
CONDITION_CODES = {"1": "bueno", "2": "regular", "3": "malo", "4": "muy_malo"}

_COLUMN_NAMES = {"network": "red vial", "surface": "superficie", "condition": "estado"}
_EFFECTS = {
    "network": "no entran al cálculo",
    "surface": "quedan con superficie desconocida, nunca en cero",
    "condition": "quedan con estado desconocido, nunca en cero",
}


def translated(values: pd.Series, codes: dict[str, str], column: str) -> tuple[pd.Series, list[Finding]]:
    """
    Return the project's word for each code or label; missing where there is none.

    Parameters
    ----------
    values
        Codes as text or numbers (1, 1.0, "1"), labels in any case and with accents, or the words themselves.
    codes
        Code -> word.
    column
        `network`, `surface` or `condition`.

    Returns
    -------
    words, findings
        Unknown codes and empty cells become missing, each counted by itself.
    """
    labels = {word.upper().replace("_", " "): word for word in codes.values()}
    # a column of numbers with a hole comes as 1.0
    plain = folded(values.astype("str").fillna("")).str.replace(r"\.0+$", "", regex=True).str.replace("_", " ")
    words = plain.map({**codes, **labels}).astype("str")
    empty = plain.eq("")
    unknown = words.isna() & ~empty
    name = _COLUMN_NAMES[column]
    return words, found(
        [
            Finding(
                f"unknown_{column}_code",
                f"Tramos con un código de {name} que no está en el diccionario del MTC.",
                int(unknown.sum()),
                effect=_EFFECTS[column],
                repair=f"use uno de: {', '.join(f'{code} {word}' for code, word in codes.items())}",
                examples=examples(values[unknown]),
            ),
            Finding(
                f"missing_{column}",
                f"Tramos sin {name}.",
                int(empty.sum()),
                "info",
                effect=_EFFECTS[column],
                repair="use una capa que la indique, p. ej. la del MTC",
            ),
        ]
    )

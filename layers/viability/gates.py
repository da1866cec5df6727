"""Hard gates: where one closes there is no score but a reason, never a low number."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geodata.viability_model import Gate


def gate_words(figures: pd.DataFrame, gates: Iterable[Gate]) -> pd.Series:
    """
    Return the code of the first gate that is closed for each row, missing where all are open.

    A figure that is not known closes no gate: nobody is turned away for lack of data.
    """
    words = pd.Series(pd.NA, index=figures.index, dtype="str", name="gate")
    for gate in gates:
        if gate.field in figures:
            values = figures[gate.field]
            is_open = values > gate.value if gate.rule == "above" else values >= gate.value
            words = words.mask(words.isna() & values.notna() & ~is_open, gate.code)
    return words


def gate_sentence(gate: Gate) -> str:
    """Return what is said of a territory in front of a closed gate."""
    return f"no viable hoy: {gate.reason}"

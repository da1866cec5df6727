"""Names and words of the columns that are not indicators, as people read them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from geodata.catalog import dataset
from geodata.fields import Field, load_fields

COLUMNS_FILE = Path(__file__).with_name("columns.toml")


@dataclass(frozen=True)
class Column:
    """One column: its label, what it means, and the Spanish of its closed list of words."""

    label: str
    description: str
    values: dict[str, str] = field(default_factory=dict)


@cache
def load_columns(path: Path = COLUMNS_FILE) -> dict[str, Column]:
    """Return the columns by name."""
    with path.open("rb") as file:
        return {name: Column(**entry) for name, entry in tomllib.load(file).items()}


SIMULATED = "simulado"
"""What stands where the source would, when nobody measured the figure."""

NONE_SIMULATED: frozenset[str] = frozenset()


def heading(name: str, simulated: Collection[str] = NONE_SIMULATED) -> str:
    """Return what a column is called where people read it: an indicator carries unit, year and source."""
    entry = load_fields().get(name)
    if entry is not None and name not in load_columns():
        return f"{entry.label} ({entry.unit}; {entry.year}; {short_source(entry, simulated)})"
    return load_columns()[name].label


def short_source(field: Field, simulated: Collection[str] = NONE_SIMULATED) -> str:
    """
    Return who publishes a figure, in acronyms; a figure made from any of the `simulated` datasets has no publisher.

    Naming a ministry beside a simulated number would be a false attribution.
    """
    if set(field.datasets) & set(simulated):
        return SIMULATED
    return ", ".join(dict.fromkeys(dataset(name).publisher_acronym for name in field.datasets))


def in_spanish(table: pd.DataFrame) -> pd.DataFrame:
    """Return a copy whose closed words are Spanish; the column names stay."""
    columns = load_columns()
    translated = table.copy()
    for name in table.columns:
        words = columns[name].values if name in columns else {}
        if words:
            # a missing word stays missing; an unknown one stays as it is, to be seen
            text = table[name].map(str, na_action="ignore")
            translated[name] = text.map(lambda word, words=words: words.get(word, word), na_action="ignore")
    return translated

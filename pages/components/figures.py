"""The figures of one territory, each with unit, year and source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

import pandas as pd
import streamlit as st

from geodata.columns import short_source
from geodata.fields import Field, load_fields
from geodata.method_words import Method
from geodata.ubigeo import Level
from geodata.workspace import Publication
from layers.rendering.classification import format_number
from pages.components import cached
from pages.text import say, section

WHOLE_FROM = 100
"""Millions from here on are read without decimals."""

_MILLION = 1e6

SHOWN_APART = "suitability_"
"""Starts the figures that the Ficha shows with their limiting factor, in the section of products."""


def number(value: float, decimals: int = 0) -> str:
    """Return a number as the ministry writes it, or «sin dato»."""
    return say("card.no_data") if pd.isna(value) else format_number(float(value), decimals)


def plain_number(value: float) -> str:
    """Return a number with one decimal at most, and none when it is whole."""
    return number(value, 1).removesuffix(".0")


def millions(low: float, high: float) -> tuple[str, str]:
    """Return two amounts in millions, both with decimals or both without."""
    decimals = 0 if high >= WHOLE_FROM * _MILLION else 1
    return number(low / _MILLION, decimals), number(high / _MILLION, decimals)


@dataclass(frozen=True)
class Reserve:
    """What must be said of the figures of one territory besides their value."""

    simulated: frozenset[str]
    """Sources whose figures are simulated."""
    withheld: frozenset[str]
    """Fields that rest on fewer than five producers."""
    methods: Mapping[str, Method] = field(default_factory=dict)
    """How figures of this territory were made, where that differs from one territory to another."""


def reserve_of(release: Publication, ubigeo: str) -> Reserve:
    """Return what must be said of the figures of a territory."""
    return Reserve(
        release.simulated_datasets, cached.withheld_fields(release, ubigeo), cached.methods_of(release, ubigeo)
    )


def with_unit(shown: str, unit: str, label: str) -> str:
    """
    Return a written number with its unit, as it is said beside its label.

    What the label already says is not said twice: «Productores en el Padrón: 2,326», not «2,326 productores».
    """
    if unit == "miles de S/":
        return say("card.thousand_pen", value=shown)
    if unit.startswith("S/ "):
        per = unit.removeprefix("S/ ")
        return say("card.pen_per", value=shown, per="" if label.endswith(per) else per).strip()
    share, _, whole = unit.partition(" de ")
    if share == "%" and label.casefold().startswith(whole.casefold().removeprefix("los ").removeprefix("las ")):
        return f"{shown} %"
    counted, bracket, rest = unit.partition(" (")
    if label.casefold().split(" ")[: len(counted.split())] == counted.casefold().split():
        return f"{shown}{bracket}{rest}"
    return f"{shown} {unit}".strip()


def missing_word(field: Field, withheld: Collection[str] = ()) -> str:
    """Return how the absence of a value is called: reserved, unknown, or not applicable."""
    if field.id in withheld:
        return say("card.reserved")
    return say("card.not_applicable" if field.missing_means == "not_applicable" else "card.no_data")


def figure_table(row: pd.Series, level: Level, coverage: pd.DataFrame, reserve: Reserve) -> None:
    """
    Draw every figure of a territory by group.

    Parameters
    ----------
    row
        The territory's row of its table.
    coverage
        On how many districts each figure rests; empty for a district.
    reserve
        What else must be said of them.
    """
    fields = [entry for entry in load_fields().values() if entry.selectable and entry.at(level)]
    fields = [entry for entry in fields if not entry.id.startswith(SHOWN_APART)]
    parts = []
    for group, title in section("groups").items():
        chosen = [entry for entry in fields if entry.group == group]
        if chosen:
            parts.append(f'<tr><th colspan="2">{escape(title)}</th></tr>')
            parts += [_row(entry, row, coverage, reserve) for entry in chosen]
    st.html(f'<table class="atlas-figures" data-atlas-figures>{"".join(parts)}</table>')


def interval_of(field: Field, row: pd.Series) -> str | None:
    """Return the confidence interval of an estimate in words, where its publisher gives one."""
    if field.id != "poverty_pct" or pd.isna(row.get("poverty_low_pct")):
        return None
    low, high = number(row["poverty_low_pct"], 1), number(row["poverty_high_pct"], 1)
    return say("card.interval", low=low, high=high)


def source_line(entry: Field, reserve: Reserve) -> str:
    """Return year, source and, where territories differ in it, how the figure was made."""
    source = say("card.figure_source", year=entry.year, source=short_source(entry, reserve.simulated))
    method = reserve.methods.get(entry.id)
    if method is None:
        return source
    label = method.label if method.label[1:2].isupper() else method.label[:1].lower() + method.label[1:]
    return f"{source} · {say(f'card.method_{method.quality}', label=label)}"


def explanation(entry: Field, reserve: Reserve) -> str:
    """Return what a figure is, what its absence means, and what the way it was made means for its use."""
    method = reserve.methods.get(entry.id)
    return " ".join([entry.formula, entry.missing, *([] if method is None else [method.note])])


def _row(field: Field, row: pd.Series, coverage: pd.DataFrame, reserve: Reserve) -> str:
    value = row[field.id]
    notes = [source_line(field, reserve), *_notes(field, row, coverage)]
    missing = ' class="missing"' if pd.isna(value) else ""
    shown = (
        missing_word(field, reserve.withheld)
        if pd.isna(value)
        else with_unit(number(value, field.decimals), field.unit, field.label)
    )
    explained = escape(explanation(field, reserve))
    return (
        f'<tr title="{explained}"><td>{escape(field.label)}<small>{escape(" · ".join(notes))}</small></td>'
        f'<td class="value"><span{missing}>{escape(shown)}</span></td></tr>'
    )


def _notes(field: Field, row: pd.Series, coverage: pd.DataFrame) -> Iterable[str]:
    if (interval := interval_of(field, row)) is not None:
        yield interval
    rests_on = coverage[coverage["field"].eq(field.id)]
    for record in rests_on.to_dict("records"):
        if record["with_value_count"] < record["districts_count"] and field.aggregation.method != "published":
            yield say("card.rests_on", with_value=record["with_value_count"], total=record["districts_count"])

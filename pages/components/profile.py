"""The sections of a territorial profile: each figure beside its surroundings, and how sure we are of all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType

import numpy as np
import pandas as pd
import streamlit as st

from geodata.fields import Field, load_fields
from geodata.ubigeo import LEVELS, Level, level_of
from geodata.workspace import Publication
from layers.comparison import Compared, compare
from pages.components import cached, figures
from pages.components.selection import containing
from pages.text import say

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "viability": ("viabilidad",),
    "people": ("contexto", "productores"),
    "land": ("terreno",),
    "products": ("productos",),
    "missing": ("riego", "caminos", "conectividad"),
}
"""Section of the page -> groups of the dictionary."""


def sections(release: Publication, ubigeo: str) -> None:
    """Draw every section of figures of a territory."""
    level = level_of(ubigeo)
    row = cached.territory(release, ubigeo, level)
    compared = [one for one in _compared(release, ubigeo) if not one.field.id.startswith(figures.SHOWN_APART)]
    reserve = figures.reserve_of(release, ubigeo)
    for section, groups in SECTIONS.items():
        of_section = [one for group in groups for one in compared if one.field.group == group]
        chosen = [one for one in of_section if not one.is_unknown or one.field.id in reserve.withheld]
        if chosen:
            st.subheader(say(f"profile.{section}"), anchor=False)
            comparison_table(chosen, level, row, reserve, _rests_on(release, ubigeo))
        unknown = [one.field.label for one in of_section if one not in chosen]
        if unknown:
            st.caption(say("profile.unknown_here", names=", ".join(unknown)))


def _compared(release: Publication, ubigeo: str) -> list[Compared]:
    tables: dict[Level, pd.DataFrame] = {level: cached.level_table(release, level) for level in LEVELS}
    return compare(ubigeo, tables, [entry for entry in load_fields().values() if entry.selectable])


Notes = Mapping[tuple[str, str], str]
"""Level and field -> what must be said beside the figure."""


def _rests_on(release: Publication, ubigeo: str) -> Notes:
    """Return on how many districts the figures of a territory and of those above it rest, where not on all."""
    codes = {level_of(ubigeo): ubigeo, **dict(containing(ubigeo))}
    notes: dict[tuple[str, str], str] = {}
    for level, code in codes.items():
        for record in cached.partly_known(release, code).to_dict("records"):
            told = say("card.rests_on", with_value=record["with_value_count"], total=record["districts_count"])
            notes[level, str(record["field"])] = told
    return notes


def comparison_table(
    chosen: Sequence[Compared],
    level: Level,
    row: pd.Series,
    reserve: figures.Reserve,
    notes: Notes = MappingProxyType({}),
) -> None:
    """Draw figures beside those of the territories above and the median of the Sierra."""
    above = [part for part in ("province", "department") if part in _levels_above(level)]
    names = {part: f"{say(f'profile.{part}')}: {row[part]}" for part in above}
    titles = [say("profile.figure"), say("profile.own"), *names.values(), say("profile.sierra")]
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(_row(one, level, above, row, reserve, notes) for one in chosen)
    st.html(
        '<div class="atlas-scroll"><table class="atlas-profile" data-atlas-profile>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(
    one: Compared, level: Level, above: Sequence[str], row: pd.Series, reserve: figures.Reserve, notes: Notes
) -> str:
    field = one.field
    source = figures.source_line(field, reserve)
    explained = escape(figures.explanation(field, reserve))
    cells = "".join(
        f"<td>{_value(getattr(one, part), field)}{_small(notes.get((part, field.id)))}</td>" for part in above
    )
    own = _own(one, level, row, reserve) + _small(notes.get((level, field.id)))
    return (
        f'<tr title="{explained}"><td>{escape(field.label)}<small>{escape(field.unit)} · {escape(source)}</small></td>'
        f'<td class="own">{own}</td>{cells}<td>{_value(one.sierra_median, field)}</td></tr>'
    )


def _own(one: Compared, level: Level, row: pd.Series, reserve: figures.Reserve) -> str:
    if not one.field.at(level):
        return f'<span class="missing">{say("profile.only_above")}</span>'
    if np.isnan(one.own):
        return f'<span class="missing">{figures.missing_word(one.field, reserve.withheld)}</span>'
    notes = []
    if not np.isnan(one.higher_than_share):
        notes.append(say("profile.position", share=figures.number(100 * one.higher_than_share)))
    if (interval := figures.interval_of(one.field, row)) is not None:
        notes.append(interval)
    small = "".join(f"<small>{escape(note)}</small>" for note in notes)
    return f"{figures.number(one.own, one.field.decimals)}{small}"


def _small(note: str | None) -> str:
    return "" if note is None else f"<small>{escape(note)}</small>"


def _value(value: float, field: Field) -> str:
    return say("profile.not_here") if np.isnan(value) else figures.number(value, field.decimals)


def _levels_above(level: Level) -> tuple[Level, ...]:
    return LEVELS[LEVELS.index(level) + 1 :]


def how_sure(release: Publication, ubigeo: str) -> None:
    """Draw on how much data the profile of a territory rests."""
    st.subheader(say("profile.sure"), anchor=False)
    compared, level = _compared(release, ubigeo), level_of(ubigeo)
    own = [one for one in compared if one.field.at(level)]
    known = [one for one in own if not np.isnan(one.own)]
    years = [one.field.year for one in known]
    lines = [
        say("profile.data_share", with_value=len(known), total=len(own), first=min(years), last=max(years)),
        say("profile.estimates"),
    ]
    st.markdown("  \n".join(lines))

"""Gaps that become evidence: those that the page *Brechas* brings in the address, copied as they were published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from geodata.agenda.records import GapLink
from geodata.ubigeo import is_within
from geodata.workspace import Publication
from layers.mesa import ACTIONABLE
from pages.components import cached, figures
from pages.text import say

_OFFERED_AT_MOST = 200
_SHOWN_AT_MOST = 40


@dataclass(frozen=True)
class Brought:
    """What the address brings: the evidence, and the good and entity that most of it shares."""

    links: tuple[GapLink, ...] = ()
    goods: tuple[str, ...] = ()


def brought(release: Publication, asked: Sequence[str]) -> tuple[Brought, list[str]]:
    """
    Return the gaps of an address as evidence, and a sentence when some do not exist.

    Parameters
    ----------
    asked
        `<ubigeo>:<standard>`, with or without a release before them. The figures are those of the release that serves.
    """
    keys = [tuple(one.rsplit(":", 2)[-2:]) for one in asked]
    if not keys:
        return Brought(), []
    gaps = cached.table(release, "gaps")
    gaps = gaps[gaps["ubigeo"].isin({key[0] for key in keys})]
    by_key = {(row["ubigeo"], row["standard"]): row for row in gaps.to_dict("records")}
    known = [by_key[key] for key in keys if key in by_key]
    unknown = [one for one, key in zip(asked, keys, strict=True) if key not in by_key]
    notes = [say("mesa.unknown.brechas", value=_short(", ".join(unknown)), count=len(unknown))] if unknown else []
    goods = tuple(dict.fromkeys(str(row["good"]) for row in known))
    return Brought(tuple(_link(row, release) for row in known), goods), notes


def within(release: Publication, ubigeos: Sequence[str]) -> Brought:
    """Return the open gaps of some territories and of what lies inside them, the most urgent first."""
    gaps = cached.table(release, "gaps")
    inside = pd.Series(False, index=gaps.index)
    for code in ubigeos:
        inside |= is_within(gaps["ubigeo"], code)
    rows = gaps[inside & gaps["severity"].isin(ACTIONABLE)].head(_OFFERED_AT_MOST).to_dict("records")
    return Brought(tuple(_link(row, release) for row in rows))


def figure(link: GapLink, places: dict[str, str]) -> str:
    """Return a figure as one reads it: where, what, how much, of which year; plain text."""
    value = say("mesa.no_figure") if link.value is None else f"{link.value:,.1f}".removesuffix(".0")
    year = say("mesa.no_year") if link.year is None else str(link.year)
    return say(
        "mesa.figure",
        place=places.get(link.ubigeo, link.ubigeo),
        label=link.label,
        value=value if link.value is None else figures.with_unit(value, link.unit, link.label),
        year=year,
    )


def figures_html(links: Sequence[GapLink], places: dict[str, str], *, most: int = 3) -> str:
    """Return figures as a list, escaped; how many more there are when they do not all fit."""
    items = [f"<li>{escape(figure(link, places))}</li>" for link in links[:most]]
    if len(links) > most:
        items.append(f"<li>{escape(say('mesa.more_figures', count=len(links) - most))}</li>")
    return f'<ul class="mesa-figures">{"".join(items)}</ul>' if items else ""


def _link(row: dict[Any, Any], release: Publication) -> GapLink:
    year = str(row["year"])[:4]
    return GapLink(
        release_id=release.release_id,
        ubigeo=str(row["ubigeo"]),
        standard=str(row["standard"]),
        value=_number(row["value"]),
        unit=str(row["unit"]),
        year=int(year) if year.isdecimal() else None,
        label=str(row["label"]),
        producers_count=_number(row.get("producers_count")),
        area_ha=_number(row.get("agricultural_area_ha")),
    )


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN_AT_MOST else value[:_SHOWN_AT_MOST] + "…"

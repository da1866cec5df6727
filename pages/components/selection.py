"""
What a person is looking at, as a frozen value that lives in the address.

The address is the only truth: widgets are set from it and write to it. A link reopens the same screen; an unknown or
hostile value falls back with a sentence, and never reaches anything but these comparisons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pandas as pd
import streamlit as st

from geodata.fields import Field, load_fields
from geodata.ubigeo import LEVELS, Level, level_of
from layers.rendering.overlays import OverlayId
from pages.text import say

SIERRA, PERU, TWO_AXES = "sierra", "peru", "dos-ejes"
_LEVEL_WORDS: dict[str, Level] = {"distrito": "district", "provincia": "province", "departamento": "department"}
_WORDS_BY_LEVEL = {level: word for word, level in _LEVEL_WORDS.items()}
OVERLAY_WORDS: dict[str, OverlayId] = {"caminos": "roads", "canales": "canals", "centros-poblados": "settlements"}
_SHOWN_AT_MOST = 40


@dataclass(frozen=True)
class Selection:
    """Region, theme, level, territory and overlays of the map."""

    region: str = SIERRA
    theme: str = TWO_AXES
    level: Level = "district"
    territory: str | None = None
    overlays: tuple[OverlayId, ...] = ()

    @property
    def field(self) -> Field | None:
        """The indicator shown, or None for the two axes."""
        return None if self.theme == TWO_AXES else load_fields()[self.theme]

    @property
    def shown_level(self) -> Level:
        """The level drawn: the one asked for, or the nearest at which the indicator exists."""
        if self.field is None or self.field.at(self.level):
            return self.level
        return next(level for level in LEVELS if self.field.at(level))

    @property
    def department(self) -> str | None:
        """The department in view, two digits: the region's, or in a wider view that of the selected territory."""
        if self.region_code is not None:
            return self.region
        return self.territory[:2] if self.territory else None

    @property
    def region_code(self) -> str | None:
        """The department code, or None for the Sierra and the country."""
        return None if self.region in (SIERRA, PERU) else f"{self.region}0000"


def read(query: Mapping[str, str], departments: Mapping[str, str], known: pd.Index) -> tuple[Selection, list[str]]:
    """
    Return the selection that an address asks for, and a sentence per value that does not exist.

    Parameters
    ----------
    query
        `region`, `ver`, `nivel`, `territorio`, `capas`; others are ignored.
    departments
        Two-digit code -> name.
    known
        Every code of the publication, of the three levels.
    """
    notes: list[str] = []

    def accepted(name: str, allowed: object, fallback: str, sentence: str) -> str:
        value = query.get(name, fallback)
        if value in allowed:  # type: ignore[operator]
            return value
        notes.append(say(f"map.{sentence}", value=_short(value)))
        return fallback

    selectable = {TWO_AXES, *(key for key, entry in load_fields().items() if entry.selectable)}
    region = accepted("region", {SIERRA, PERU, *departments}, SIERRA, "unknown_region")
    theme = accepted("ver", selectable, TWO_AXES, "unknown_theme")
    level = _LEVEL_WORDS[accepted("nivel", _LEVEL_WORDS, "distrito", "unknown_level")]
    territory = accepted("territorio", {"", *known}, "", "unknown_territory")
    overlays, unknown = overlays_of(query)
    notes += [say("overlays.unknown", value=_short(word)) for word in unknown]
    return Selection(region, theme, level, territory or None, overlays), notes


def overlays_of(query: Mapping[str, str]) -> tuple[tuple[OverlayId, ...], list[str]]:
    """Return the overlays that an address asks for, and the words in it that name none."""
    words = [word for word in query.get("capas", "").split(",") if word]
    known = tuple(overlay for word, overlay in OVERLAY_WORDS.items() if word in words)
    return known, [word for word in dict.fromkeys(words) if word not in OVERLAY_WORDS]


def write(**changes: str | None) -> None:
    """
    Write changes of the selection to the address; the default values leave it, to keep it short.

    `overlays` takes the words of the address (OVERLAY_WORDS), joined by commas.
    """
    names = {"region": "region", "theme": "ver", "level": "nivel", "territory": "territorio", "overlays": "capas"}
    defaults = {"region": SIERRA, "theme": TWO_AXES, "level": "distrito", "territory": "", "overlays": ""}
    for part, value in changes.items():
        word = _WORDS_BY_LEVEL[cast(Level, value)] if part == "level" else value or ""
        if word == defaults[part]:
            st.query_params.pop(names[part], None)
        else:
            st.query_params[names[part]] = word


def visible(table: pd.DataFrame, selection: Selection) -> pd.Series:
    """Return which territories of a level belong to the region of the selection."""
    if selection.region_code is not None:
        return table["department_code"].eq(selection.region_code)
    return table["is_sierra"].astype(bool) if selection.region == SIERRA else pd.Series(True, index=table.index)


def containing(territory: str) -> list[tuple[Level, str]]:
    """Return the province and department that contain a territory, as level and code."""
    parents: list[tuple[Level, str]] = []
    if level_of(territory) == "district":
        parents.append(("province", f"{territory[:4]}00"))
    if level_of(territory) in ("district", "province"):
        parents.append(("department", f"{territory[:2]}0000"))
    return parents


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN_AT_MOST else value[:_SHOWN_AT_MOST] + "…"

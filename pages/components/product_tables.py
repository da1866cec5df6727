"""What the tables of products share: whose they are, how a product is called and what it asks of a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geodata.crop_windows import CropWindow
from geodata.priorities import Register
from geodata.ubigeo import level_of
from geodata.workspace import Publication
from pages.components import figures
from pages.text import say, section

Row = Mapping[Any, Any]
Windows = Mapping[str, CropWindow]


@dataclass(frozen=True)
class Place:
    """What the three tables are drawn from."""

    release: Publication
    ubigeo: str
    windows: Windows
    inside: pd.DataFrame
    """Rows of `products` of the territory's districts."""
    register: Register

    @property
    def is_district(self) -> bool:
        """Whether it is one district and not the sum of several."""
        return level_of(self.ubigeo) == "district"


def label(windows: Windows, product: str) -> str:
    """Return how a product is called; one that has lost its window keeps its key."""
    return windows[product].label if product in windows else product


def table(titles: Sequence[str], rows: Sequence[str], name: str) -> None:
    """Draw rows of cells under the columns of those names."""
    head = "".join(f"<th>{escape(say(f'products.column_{title}'))}</th>" for title in titles)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    st.html(
        f'<div class="atlas-scroll"><table class="atlas-profile" data-atlas-products="{name}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def product_cell(windows: Windows, product: str, notes: Sequence[str]) -> str:
    """Return the cell of a product: its name, notes under it, what it asks of a place on hover."""
    small = f"<small>{escape(' · '.join(notes))}</small>" if notes else ""
    return f'<td title="{escape(_asks(windows, product))}">{escape(label(windows, product))}{small}</td>'


def _asks(windows: Windows, product: str) -> str:
    """Return what a product asks of a place, the parts that are not computed included."""
    if product not in windows:
        return ""
    window = windows[product]
    bounds = [figures.number(bound) for bound in window.altitude_m]
    low, high = map(figures.plain_number, window.temperature_c)
    return say(
        "products.window",
        altitude=", ".join(bounds),
        temperature=f"{low}-{high}",
        water=window.water_note,
        frost=window.frost or say("card.no_data"),
        basis=window.basis,
        source=window.source,
        origin=section("window_origins")[window.origin],
    )


def number_cells(*values: str) -> str:
    """Return cells of numbers already written as people read them."""
    return "".join(f"<td>{escape(value)}</td>" for value in values)

"""
Colours of the map and the interface, for a light and a dark page. Words and legends live in the pages.

Basis of the ramps: searched in CIELAB for the largest CIEDE2000 difference between neighbouring classes that
holds for normal sight and under full protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes
2009), with lightness going one way in even steps, so that the order survives a black-and-white print. The
minima reached are written beside each ramp and held by the tests. Missing and withheld values never rely on
their grey alone: each has its own hatch.
"""

from dataclasses import dataclass
from typing import Literal

Hatch = Literal["diagonal", "dots"]
Marker = Literal["circle", "triangle", "square"]


@dataclass(frozen=True)
class NoValue:
    """How a territory without a figure is filled: a grey and a hatch drawn over it."""

    fill: str
    hatch: Hatch
    hatch_colour: str


@dataclass(frozen=True)
class Severity:
    """A step of severity: the colour never comes without its shape (and, on the page, its word)."""

    fill: str
    marker: Marker


@dataclass(frozen=True)
class Line:
    """A border: colour, opacity 0-1 and width in screen pixels."""

    colour: str
    opacity: float
    width_px: float


@dataclass(frozen=True)
class Theme:
    """Every colour of one page theme, as "#rrggbb"."""

    paper: str
    """Background of page and map."""
    land: str
    """Territory outside the current choice."""
    ink: str
    """Text; also the inner line around the selected territory, `paper` being its outer line."""
    muted: str
    """Secondary text."""
    rule: str
    """Hairlines and frames of the interface."""
    accent: str
    """Links, buttons, focus: the only accent."""
    sequential: tuple[str, str, str, str, str]
    """Five classes from low to high: away from the paper as the value grows."""
    no_data: NoValue
    """"Sin dato"."""
    reserved: NoValue
    """"Reservado": fewer producers than the statistics law lets publish."""
    severity: dict[Literal["none", "moderate", "severe"], Severity]
    district_border: Line
    department_border: Line


LIGHT = Theme(
    paper="#faf7f0",
    land="#eeebe4",
    ink="#2a251f",
    muted="#6a6258",
    rule="#ddd7cc",
    accent="#14606f",
    # sand to deep blue: neighbours at least 12.0 apart (normal 15.5, protan 12.0, deutan 12.0, tritan 13.2)
    sequential=("#efe5cb", "#b1be8e", "#669f84", "#0a717a", "#004769"),
    no_data=NoValue(fill="#d9d5ce", hatch="diagonal", hatch_colour="#a29b90"),
    reserved=NoValue(fill="#c6c0b7", hatch="dots", hatch_colour="#857e73"),
    severity={
        "none": Severity(fill="#7d9a80", marker="circle"),
        "moderate": Severity(fill="#e2a32b", marker="triangle"),
        "severe": Severity(fill="#a3301e", marker="square"),
    },
    district_border=Line(colour="#2a251f", opacity=0.4, width_px=0.5),
    department_border=Line(colour="#120f0c", opacity=0.85, width_px=1.2),
)

DARK = Theme(
    paper="#1b1916",
    land="#2a2723",
    ink="#efe9dd",
    muted="#b0a79a",
    rule="#3d3932",
    accent="#7fc4d0",
    # deep blue to straw: neighbours at least 13.9 apart (normal 14.5, protan 13.9, deutan 13.9, tritan 13.9)
    sequential=("#2e4f62", "#4a7985", "#6ca2a1", "#a6bea7", "#efe2a7"),
    no_data=NoValue(fill="#625d56", hatch="diagonal", hatch_colour="#918b81"),
    reserved=NoValue(fill="#77726a", hatch="dots", hatch_colour="#aea79c"),
    severity={
        "none": Severity(fill="#7da387", marker="circle"),
        "moderate": Severity(fill="#f5be4e", marker="triangle"),
        "severe": Severity(fill="#c8432e", marker="square"),
    },
    # dark lines on a dark page too: a light one would vanish on the brightest class
    district_border=Line(colour="#12100e", opacity=0.6, width_px=0.5),
    department_border=Line(colour="#060504", opacity=1.0, width_px=1.2),
)


def sequential_colours(theme: Theme, class_count: int) -> tuple[str, ...]:
    """
    Return the colours for 1 to 5 classes, low to high, spread over the whole ramp.

    A breakdown into fewer classes (few distinct values) keeps the lowest and the highest colour; a single
    class takes the middle one, since a constant is neither low nor high.

    Raises
    ------
    ValueError
        If `class_count` is not between 1 and 5.
    """
    ramp = theme.sequential
    if not 1 <= class_count <= len(ramp):
        raise ValueError(f"class_count is {class_count}, expected 1 to {len(ramp)}")
    if class_count == 1:
        return (ramp[len(ramp) // 2],)
    last = len(ramp) - 1
    return tuple(ramp[(2 * step * last + class_count - 1) // (2 * (class_count - 1))] for step in range(class_count))

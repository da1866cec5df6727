"""
How roads, canals and settlements are drawn over the map, in light and in dark.

Every line has a casing in the colour of the page, so that it reads on any class; networks differ in width as well as in
colour, and what is approximate is dashed: nothing rests on colour alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from layers.rendering.overlays import APPROXIMATE, NETWORKS, TECHNOLOGIES, OverlayId
from layers.rendering.palette import LIGHT, Theme


@dataclass(frozen=True)
class Stroke:
    """A line or a dot: colours, width of the line or diameter of the dot in screen pixels, dashes of the line."""

    color: str
    casing: str
    width: float
    dash: tuple[float, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what the browser needs."""
        return {name: value for name, value in asdict(self).items() if value is not None}


_WIDTH_PX: Final = {"nacional": 2.8, "departamental": 2.0, "vecinal": 1.2}
_DASH_PX: Final = (5.0, 3.0)

# warm lines on a map whose ramps are green, teal and blue; water keeps the blue that everybody expects
_ROADS: Final = {
    "light": {"nacional": "#7c1d2f", "departamental": "#b0481d", "vecinal": "#6b4a2b"},
    "dark": {"nacional": "#ff9a86", "departamental": "#ffb65c", "vecinal": "#ecd9b8"},
}
_WATER: Final = {"light": "#1257c9", "dark": "#7db8ff"}
_CANAL_WIDTH_PX: Final = {"acequia": 1.3, "canal": 2.2}
# with a signal: blue, the lighter the poorer; without: red. Blue and red stay apart in every colour blindness
_SIGNAL: Final = {
    "light": {"4g": "#0b5ed7", "3g": "#5b9be8", "2g": "#a9cdf5", "none": "#c8321f"},
    "dark": {"4g": "#3d9bff", "3g": "#8cc4ff", "2g": "#d4e9ff", "none": "#ff6b57"},
}
_DOT_PX: Final = {"rural": 3.6, "urbano": 6.4}


def styles(overlay: OverlayId, classes: Collection[str], theme: Theme) -> dict[str, Stroke]:
    """Return how the classes of an overlay are drawn, in the order in which they are painted: the chief one last."""
    every = {"roads": _roads, "canals": _canals, "settlements": _settlements}[overlay](theme)
    chosen = {word: stroke for word, stroke in every.items() if word in classes}
    if overlay == "settlements" and any("-" in word for word in chosen):
        # beside settlements with a report of their signal, those without one step back
        return {word: stroke if "-" in word else replace(stroke, color=theme.muted) for word, stroke in chosen.items()}
    return chosen


def _roads(theme: Theme) -> dict[str, Stroke]:
    colors = _ROADS[_mode(theme)]
    strokes: dict[str, Stroke] = {}
    for network in reversed(NETWORKS):
        color, width = colors[network], _WIDTH_PX[network]
        strokes[f"{network}-{APPROXIMATE}"] = Stroke(color, theme.paper, width, _DASH_PX)
        strokes[network] = Stroke(color, theme.paper, width)
    return strokes


def _canals(theme: Theme) -> dict[str, Stroke]:
    return {kind: Stroke(_WATER[_mode(theme)], theme.paper, width) for kind, width in _CANAL_WIDTH_PX.items()}


def _settlements(theme: Theme) -> dict[str, Stroke]:
    signal = _SIGNAL[_mode(theme)]
    strokes: dict[str, Stroke] = {}
    for kind, width in _DOT_PX.items():
        strokes[kind] = Stroke(theme.ink, theme.paper, width)
        strokes |= {f"{kind}-{word}": Stroke(signal[word], theme.paper, width) for word in reversed(TECHNOLOGIES)}
    return strokes


def _mode(theme: Theme) -> str:
    return "light" if theme is LIGHT else "dark"

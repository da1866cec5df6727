"""The choropleth map: a Leaflet canvas that is mounted once and afterwards only repainted.

Geometry never travels through Streamlit's connection: the browser fetches one content-addressed TopoJSON file
from this server and keeps it; a repaint sends classes, texts and colours, compressed.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import streamlit as st
from streamlit.components.v1 import declare_component

from geodata.ubigeo import LEVELS, Level

# Classes below zero are states, not values; map_assets/style.js uses the same three numbers.
NO_DATA: Final = -1
RESERVED: Final = -2
OUTSIDE: Final = -3

# The two hatches as CSS backgrounds, so that a legend can show exactly what style.js paints.
_HATCH_GROUND: Final = "rgba(128, 124, 116, 0.16)"
_HATCH_LINE: Final = "rgba(128, 124, 116, 0.55)"
_RISING: Final = f"repeating-linear-gradient(-45deg, {_HATCH_LINE} 0 1px, transparent 1px 5.66px)"
_FALLING: Final = f"repeating-linear-gradient(45deg, {_HATCH_LINE} 0 1px, transparent 1px 5.66px)"
NO_DATA_CSS: Final = f"{_RISING}, {_HATCH_GROUND}"
RESERVED_CSS: Final = f"{_RISING}, {_FALLING}, {_HATCH_GROUND}"

LABEL_KEYS: Final = frozenset(
    {
        "aria",
        "loading",
        "error",
        "error_http",
        "error_network",
        "error_format",
        "retry",
        "zoom_in",
        "zoom_out",
        "reset",
        "no_data",
        "reserved",
        "selected",
        "deselected",
        "touch_hint",
    }
)

OVERLAY_LABEL_KEYS: Final = frozenset({"failed", "retry", "error_http", "error_network", "error_format"})

_ASSETS: Final = Path(__file__).parent / "map_assets"
# Basis: 1,891 districts pack into 8 kB in 2 ms; level 9 takes twice the time to save 1 to 8 %.
_ZLIB_LEVEL: Final = 6


@dataclass(frozen=True)
class MapPayload:
    """What the map shows.

    Attributes
    ----------
    geometry_folder : folder of the publication that holds the geometry file; everything in it is served.
    geometry_file : content-addressed name of a TopoJSON file whose object ``districts`` has geometries with
        ``id`` (ubigeo) and ``properties`` ``{n: name, p: "Province, Department"}``, EPSG:4326.
    level : units to colour; provinces and departments are merged from their districts in the browser.
    classes : one per unit of the level, in order of ubigeo: index into `colors`, or NO_DATA, RESERVED,
        OUTSIDE.
    values : one display text per unit, with its unit of measure; where it is "" the map says *sin dato* or
        *reservado*.
    colors : CSS colours of the classes.
    focus : (south, west, north, east) in degrees.
    focus_key : the map moves to `focus` only when this text changes.
    labels : the Spanish texts named in LABEL_KEYS.
    selected : code of the outlined territory, of any level.
    """

    geometry_folder: Path
    geometry_file: str
    level: Level
    classes: Sequence[int]
    values: Sequence[str]
    colors: Sequence[str]
    focus: tuple[float, float, float, float]
    focus_key: str
    labels: Mapping[str, str]
    selected: str | None = None

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"no map of level {self.level!r}")
        if len(self.classes) != len(self.values):
            raise ValueError(f"{len(self.classes)} classes but {len(self.values)} values")
        if len(self.classes) and not OUTSIDE <= min(self.classes) <= max(self.classes) < len(self.colors):
            raise ValueError(f"classes must lie between {OUTSIDE} and {len(self.colors) - 1}")
        if missing := LABEL_KEYS - self.labels.keys():
            raise ValueError(f"labels missing: {sorted(missing)}")
        if Path(self.geometry_file).name != self.geometry_file:
            raise ValueError(f"not a plain file name: {self.geometry_file!r}")


@dataclass(frozen=True)
class MapOverlay:
    """Lines or points over the map.

    Attributes
    ----------
    id : short name; `label` is what people call it when its file cannot be had.
    file : content-addressed name of a file of `pipelines.overlays`, in the folder of the map's geometry.
    style : class -> ``{color, casing, width, dash?}``, painted in this order; classes without a style stay out.
    """

    id: str
    label: str
    file: str
    style: Mapping[str, Mapping[str, Any]]

    def __post_init__(self) -> None:
        if Path(self.file).name != self.file:
            raise ValueError(f"not a plain file name: {self.file!r}")


def choropleth_map(
    payload: MapPayload, *, key: str, height_px: int, on_pick: Callable[[str], None] | None = None
) -> str | None:
    """Show the map and tell what the person picked.

    Parameters
    ----------
    key : fixed per place on a page: the map lives as long as it stays the same.
    height_px : height in CSS pixels; never more than three quarters of the screen.
    on_pick : called with the picked code, "" when the selection was lifted, before the script runs again, so
        that the page can keep its selection (query parameters, session state) and answer in that same run.

    Returns
    -------
    The picked code or "" in the one run that a pick causes, else None.
    """

    def report() -> None:
        picked = st.session_state[key].get("pick")
        if on_pick is not None and picked is not None:
            on_pick(picked)

    _serve(_assets_name(), _ASSETS)
    address = _address(payload.geometry_folder, payload.geometry_file)
    data = pack(payload, geometry_address=address, height_px=height_px)
    result = _component(key=key, data=data, on_pick_change=report)
    picked = result.get("pick")
    return picked if isinstance(picked, str) else None


def map_overlays(folder: Path, overlays: Sequence[MapOverlay], *, labels: Mapping[str, str], key: str) -> None:
    """Lay overlays over the map of this page, in this order; none clears it.

    It is a component apart from the map, to be called inside a fragment: a switch then sends these few hundred bytes
    and not the values of 1,891 districts. What fails is said here, and the map stays.

    Parameters
    ----------
    folder : folder of the publication that browsers may download from.
    labels : the Spanish texts named in OVERLAY_LABEL_KEYS; ``failed`` has the blanks {name} and {detail}.
    """
    if missing := OVERLAY_LABEL_KEYS - labels.keys():
        raise ValueError(f"labels missing: {sorted(missing)}")
    _serve(_assets_name(), _ASSETS)
    data = pack_overlays(overlays, lambda file: _address(folder, file), labels)
    _overlays_component(key=key, data=data)


def pack_overlays(overlays: Sequence[MapOverlay], address_of: Callable[[str], str], labels: Mapping[str, str]) -> bytes:
    """Zlib-compressed JSON of what the browser is told of the overlays; addresses are relative to the app's root."""
    told = [
        {
            "id": overlay.id,
            "label": overlay.label,
            "address": address_of(overlay.file),
            "style": {word: dict(stroke) for word, stroke in overlay.style.items()},
        }
        for overlay in overlays
    ]
    return _packed({"overlays": told, "labels": {name: labels[name] for name in sorted(OVERLAY_LABEL_KEYS)}})


def pack(payload: MapPayload, *, geometry_address: str, height_px: int) -> bytes:
    """Zlib-compressed JSON that the browser unpacks; `geometry_address` is relative to the app's root."""
    content = {
        "geometry": geometry_address,
        "height": height_px,
        "level": payload.level,
        "classes": [int(category) for category in payload.classes],
        "values": list(payload.values),
        "colors": list(payload.colors),
        "selected": payload.selected,
        "focus": list(payload.focus),
        "focusKey": payload.focus_key,
        "labels": dict(payload.labels),
    }
    return _packed(content)


def _packed(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return zlib.compress(text.encode(), _ZLIB_LEVEL)


def _address(folder: Path, file: str) -> str:
    folder = folder.absolute()
    name = f"map_geometry_{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
    # A folder that is gone is not registered: the browser gets a 404 and the map says so in Spanish.
    if folder.is_dir():
        _serve(name, folder)
    return f"component/{__name__}.{name}/{file}"


def _serve(name: str, folder: Path) -> None:
    """Let this server answer ``/component/<this module>.<name>/…`` from `folder`, compressed.

    Streamlit has no other public way to serve a folder chosen while it runs: `enableStaticServing` has one
    fixed folder, and asset folders of v2 components must belong to an installed package. Registering the same
    pair again changes nothing; it is repeated on each run because registration needs a running script.
    """
    declare_component(name, path=folder)


def _assets_name() -> str:
    return f"map_assets_{_ASSETS_DIGEST}"


def _digest(folder: Path) -> str:
    # In the address, so that a browser tab older than the server never mixes two versions of the modules.
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


_ASSETS_DIGEST: Final = _digest(_ASSETS)


def _loader(file: str) -> str:
    text = (_ASSETS / file).read_text(encoding="utf-8")
    return text.replace("@ENTRY@", f"component/{__name__}.{_assets_name()}/main.js")


_component = st.components.v2.component("atlas_map", html="<div data-atlas-map></div>", js=_loader("loader.js"))
_overlays_component = st.components.v2.component(
    "atlas_overlays",
    html="<div data-atlas-overlays></div>",
    css=".atlas-overlay-failure { margin: 0 0 .3rem; font-size: .875rem; }",
    js=_loader("overlay_loader.js"),
)

"""How a layer looks where it is opened: QGIS reads its style from the GeoPackage, web maps from the features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

import pandas as pd

from geodata.columns import load_columns
from layers.rendering.palette import LIGHT

STYLE_TABLE = "layer_styles"
"""Where QGIS looks for styles inside a GeoPackage."""

GEOMETRY_COLUMN = "geom"
_OPACITY = 0.75
_STROKE_MM, _STROKE_PX = "0.15", 0.5


@dataclass(frozen=True)
class Look:
    """A closed word, in English and in Spanish, and its colour."""

    word: str
    label: str
    fill: str


_FILLS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "gaps": (
        "severity",
        {
            "critical": LIGHT.severity["severe"].fill,
            "moderate": LIGHT.severity["moderate"].fill,
            "none": LIGHT.severity["none"].fill,
            "no_data": LIGHT.no_data.fill,
            "not_applicable": LIGHT.land,
        },
    ),
    "territories": (
        "quadrant",
        # the corners of the two-axis map: potential towards ochre, conditions towards blue
        {"ready": "#194c21", "mesa_agenda": "#df8f00", "other_vocation": "#4091cf", "basic_services": "#f0ebd8"},
    ),
}
"""Table -> the column that colours it, and the colour of each word, the most urgent first."""


def styled_column(table_name: str) -> str:
    """Return the column whose words colour a layer."""
    return _FILLS[table_name][0]


def looks(table_name: str) -> list[Look]:
    """Return the words that colour a layer, in the order of its legend."""
    column, fills = _FILLS[table_name]
    spanish = load_columns()[column].values
    return [Look(word, spanish[word], fill) for word, fill in fills.items()]


def simplestyle(table_name: str, words: pd.Series) -> pd.DataFrame:
    """
    Return the properties by which web maps colour a feature (github.com/mapbox/simplestyle-spec).

    Parameters
    ----------
    words
        The column that colours the layer, in Spanish; what is missing has the colour of no data.
    """
    fills = {look.label: look.fill for look in looks(table_name)}
    return pd.DataFrame(
        {
            "fill": words.map(fills).fillna(LIGHT.no_data.fill).astype("str"),
            "fill-opacity": _OPACITY,
            "stroke": LIGHT.ink,
            "stroke-width": _STROKE_PX,
        },
        index=words.index,
    )


def style_record(table_name: str, layer: str, moment: datetime) -> pd.DataFrame:
    """Return the row of `layer_styles` that makes QGIS open a layer in its colours."""
    return pd.DataFrame(
        {
            "f_table_catalog": [""],
            "f_table_schema": [""],
            "f_table_name": [layer],
            "f_geometry_column": [GEOMETRY_COLUMN],
            "styleName": [layer],
            "styleQML": [qml(styled_column(table_name), looks(table_name))],
            "styleSLD": [""],
            "useAsDefault": [True],
            "description": ["Atlas Sierra"],
            "owner": [""],
            "ui": [""],
            "update_time": [pd.Timestamp(moment).tz_localize(None)],
        }
    )


def qml(column: str, categories: Sequence[Look]) -> str:
    """Return a QGIS style that colours polygons by the Spanish words of a column; the first word is drawn last."""
    root = ElementTree.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = ElementTree.SubElement(
        root, "renderer-v2", type="categorizedSymbol", attr=column, symbollevels="0", forceraster="0", enableorderby="1"
    )
    listed = ElementTree.SubElement(renderer, "categories")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for place, look in enumerate(categories):
        ElementTree.SubElement(
            listed, "category", render="true", symbol=str(place), value=look.label, label=look.label, type="string"
        )
        _symbol(symbols, str(place), look.fill)
    # several gaps of a territory lie on each other: the most urgent must be the one that is seen
    order = ElementTree.SubElement(renderer, "orderby")
    clause = ElementTree.SubElement(order, "orderByClause", asc="1", nullsFirst="1")
    ranks = " ".join(f"WHEN \"{column}\"='{look.label}' THEN {-place}" for place, look in enumerate(categories))
    clause.text = f"CASE {ranks} ELSE {-len(categories)} END"
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ElementTree.tostring(root, "unicode")


def _symbol(symbols: ElementTree.Element, name: str, fill: str) -> None:
    symbol = ElementTree.SubElement(
        symbols, "symbol", type="fill", name=name, alpha=f"{_OPACITY:g}", clip_to_extent="1", force_rhr="0"
    )
    layer = ElementTree.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
    options = ElementTree.SubElement(layer, "Option", type="Map")
    values = {
        "color": _rgba(fill),
        "style": "solid",
        "outline_color": _rgba(LIGHT.ink),
        "outline_style": "solid",
        "outline_width": _STROKE_MM,
        "outline_width_unit": "MM",
    }
    for key, value in values.items():
        ElementTree.SubElement(options, "Option", type="QString", name=key, value=value)


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5)) + ",255"

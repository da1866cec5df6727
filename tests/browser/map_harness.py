"""The smallest app around the map: what the browser test and the measurements click on.

Environment: MAP_HARNESS_FOLDER and MAP_HARNESS_FILE name the geometry; the units are read from it.
"""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path

import streamlit as st

from geodata.ubigeo import Level
from pages.components.map_view import NO_DATA, OUTSIDE, RESERVED, MapPayload, choropleth_map

FOLDER = Path(os.environ["MAP_HARNESS_FOLDER"])
FILE = os.environ["MAP_HARNESS_FILE"]
HEIGHT_PX = int(os.environ.get("MAP_HARNESS_HEIGHT", "480"))
COLORS = ["#ffe945", "#c8b866", "#948e77", "#5d6b7f", "#00336f"]
DIGITS: dict[Level, int] = {"district": 6, "province": 4, "department": 2}
LABELS = {
    "aria": "Mapa de prueba",
    "loading": "Cargando el mapa…",
    "error": "No se pudo cargar el mapa base: {detail}.",
    "error_http": "el servidor respondió {status}",
    "error_network": "sin conexión con el servidor",
    "error_format": "el archivo de límites no corresponde a estos datos",
    "retry": "Reintentar",
    "zoom_in": "Acercar",
    "zoom_out": "Alejar",
    "reset": "Volver a la vista inicial",
    "no_data": "sin dato",
    "reserved": "reservado",
    "selected": "Seleccionado: {name} {value}",
    "deselected": "Sin selección",
    "touch_hint": "Toque el mapa para moverlo",
}


@st.cache_data
def read_codes(folder: str, file: str) -> tuple[list[str], tuple[float, float, float, float]]:
    topology = json.loads((Path(folder) / file).read_text(encoding="utf-8"))
    west, south, east, north = topology["bbox"]
    codes = sorted(unit["id"] for unit in topology["objects"]["districts"]["geometries"])
    return codes, (south, west, north, east)


def paint(code: str, indicator: str, region: str) -> tuple[int, str]:
    """Class and text of a unit: a rule simple enough to predict in a test."""
    if region != "Todo" and not code.startswith(region):
        return OUTSIDE, ""
    number = int(code) // (1 if code[4:] != "00" else 100) + len(indicator)
    if number % 11 == 0:
        return NO_DATA, ""
    if number % 13 == 0:
        return RESERVED, ""
    return number % len(COLORS), f"{int(code) * 37 % 99_991:,} {indicator}"


def remember(code: str) -> None:
    if code:
        st.query_params["sel"] = code
    else:
        st.query_params.pop("sel", None)


def show_map() -> None:
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    codes, bounds = read_codes(str(FOLDER), FILE)
    controls = st.columns(4)
    indicator = controls[0].selectbox("Indicador", ["ha", "km²", "productores"])
    level: Level = controls[1].selectbox("Nivel", list(DIGITS))
    region = controls[2].selectbox("Región", ["Todo", "01", "02", "15"])
    place = controls[3].selectbox("Enfoque", ["todo", "norte"])
    if st.checkbox("Aviso encima del mapa"):
        st.info("Un elemento más encima del mapa")
    south, west, north, east = bounds
    units = sorted({code[: DIGITS[level]].ljust(6, "0") for code in codes})
    painted = [paint(code, indicator, region) for code in units]
    picked = choropleth_map(
        MapPayload(
            geometry_folder=FOLDER,
            geometry_file=FILE,
            level=level,
            classes=[category for category, _ in painted],
            values=[text for _, text in painted],
            colors=COLORS,
            focus=bounds if place == "todo" else ((south + north) / 2, west, north, east),
            focus_key=place,
            labels=LABELS,
            selected=st.query_params.get("sel"),
        ),
        key="map",
        height_px=HEIGHT_PX,
        on_pick=remember,
    )
    st.text(f"picked={picked!r} sel={st.query_params.get('sel')!r} runs={st.session_state.runs}")


def show_other() -> None:
    st.text("otra página")


st.set_page_config(layout="wide")
st.navigation(
    [
        st.Page(show_map, title="Mapa", default=True),
        st.Page(show_other, title="Otra", url_path="otra"),
        st.Page(partial(show_map), title="Brechas", url_path="brechas"),
    ]
).run()

"""What is laid over the map: a switch per overlay of the release, its legend, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from geodata.columns import SIMULATED
from geodata.workspace import Publication
from layers.rendering import palette
from layers.rendering.overlay_styles import Stroke, styles
from layers.rendering.overlays import APPROXIMATE, NETWORKS, OVERLAYS, OverlayId
from pages.components import figures, messages
from pages.components.map_view import MapOverlay, map_overlays
from pages.components.selection import OVERLAY_WORDS, Selection, overlays_of, write
from pages.text import say, section
from pipelines.overlays import read_overlays


@st.fragment
def overlay_choice(release: Publication, selection: Selection, departments: Mapping[str, str]) -> None:
    """
    Draw the switches of the overlays that the release has; nothing when it has none.

    A fragment: a switch runs these lines and no others, so the map beside them is not even sent again.
    """
    with messages.shown_to_people():  # a fragment runs alone, outside the frame of the page
        index = read_overlays(release.geometry_folder)
        if index:
            _draw(release, selection, departments, index)


def _draw(
    release: Publication, selection: Selection, departments: Mapping[str, str], index: Mapping[str, Mapping[str, Any]]
) -> None:
    chosen, _ = overlays_of(st.query_params)  # the address, which a run of this fragment may have changed
    department = selection.department
    shown: list[MapOverlay] = []
    with st.container(gap="xsmall"):
        st.markdown(f"**{say('overlays.title')}**")
        if department is None:
            st.caption(say("overlays.choose_department"))
        for overlay in (overlay for overlay in OVERLAYS if overlay in index):
            _switch(overlay, is_on=overlay in chosen)
            if department is None:
                continue
            file = index[overlay]["departments"].get(department)
            is_on = overlay in chosen
            st.caption(
                _description(overlay, index[overlay], file, (department, departments[department]), release, is_on=is_on)
            )
            if file is not None and is_on:
                strokes = styles(overlay, file["classes"], palette.DARK if _is_dark() else palette.LIGHT)
                _legend(overlay, strokes, file["classes"])
                style = {word: stroke.as_dict() for word, stroke in strokes.items()}
                shown.append(MapOverlay(overlay, say(f"overlays.{overlay}"), file["file"], style))
    map_overlays(release.web_folder, shown, labels=_labels(), key="map-overlays")


def _switch(overlay: OverlayId, *, is_on: bool) -> None:
    key = f"overlay-{overlay}"
    st.session_state[key] = is_on
    st.toggle(say(f"overlays.{overlay}"), key=key, on_change=_written, args=(overlay,))


def _written(overlay: OverlayId) -> None:
    """Write the switch that was moved to the address; the others are in it already."""
    chosen, _ = overlays_of(st.query_params)
    now = {*chosen, overlay} if st.session_state[f"overlay-{overlay}"] else {*chosen} - {overlay}
    write(overlays=",".join(word for word, name in OVERLAY_WORDS.items() if name in now))


def _description(
    overlay: OverlayId,
    record: Mapping[str, Any],
    file: Mapping[str, Any] | None,
    department: tuple[str, str],
    release: Publication,
    *,
    is_on: bool,
) -> str:
    """Return how many, of when and from whom, and for what is switched on also how complete it is."""
    code, name = department
    stated = release.provenance["quality"].get(overlay, {}).get("coverage", {}).get(f"{code}0000")
    if file is None:
        return say(f"overlays.{overlay}_absent", department=name)
    is_simulated = release.is_demo or not release.simulated_datasets.isdisjoint(record["datasets"])
    made_by = SIMULATED if is_simulated else record["source"]
    number = "one" if file["count"] == 1 else "count"
    words = [
        say(f"overlays.{overlay}_{number}", count=figures.number(file["count"])),
        str(record["year"] or ""),
        made_by,
    ]
    line = " · ".join(word for word in words if word)
    return f"{line}. {completeness(overlay, file['classes'], stated)}" if is_on else line


def completeness(overlay: OverlayId, classes: Collection[str], stated: str | None = None) -> str:
    """
    Return what a department's file of an overlay leaves unsaid.

    `stated` is what the layer's own quality record says of the department; canals are as complete as it says.
    """
    if overlay == "canals":
        return stated or say("overlays.canals_complete")
    if overlay == "settlements":
        told = {"-" in word for word in classes}
        sentences = [say("overlays.settlements_complete")]
        return " ".join(sentences if told != {True, False} else [*sentences, say("overlays.settlements_signal")])
    surveyed = [network for network in NETWORKS if network in classes]
    joined = [network for network in NETWORKS if f"{network}-{APPROXIMATE}" in classes]
    absent = [network for network in NETWORKS if network not in surveyed and network not in joined]
    parts = {"roads_surveyed": surveyed, "roads_joined": joined, "roads_missing": absent}
    return " ".join(say(f"overlays.{name}", networks=_listed(words)) for name, words in parts.items() if words)


def _listed(words: Sequence[str]) -> str:
    return " y ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _legend(overlay: OverlayId, strokes: Mapping[str, Stroke], counts: Mapping[str, int]) -> None:
    """Draw the lines or dots as the map has them, the chief one first."""
    words = section("overlay_classes")
    mark = _dot if overlay == "settlements" else _line
    rows = "".join(
        f'<li>{mark(stroke)}{escape(words[word])}<span class="atlas-count">{counts[word]:,}</span></li>'
        for word, stroke in reversed(list(strokes.items()))
    )
    st.html(f'<div class="atlas-legend" data-atlas-overlay-legend="{overlay}"><ul>{rows}</ul></div>')


def _line(stroke: Stroke) -> str:
    kind = "dashed" if stroke.dash else "solid"
    style = f"width:1.4rem;flex:none;border-top:{stroke.width}px {kind} {stroke.color}"
    return f'<span style="{style}"></span>'


def _dot(stroke: Stroke) -> str:
    side = f"{stroke.width + 1}px"
    dot = f"width:{side};height:{side};border-radius:50%;background:{stroke.color}"
    return f'<span style="width:1.4rem;flex:none;display:grid;place-items:center"><span style="{dot}"></span></span>'


def _labels() -> dict[str, str]:
    return {**section("map_labels"), "failed": section("overlays")["failed"]}


def _is_dark() -> bool:
    return st.context.theme.type == "dark"

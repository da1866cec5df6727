"""One layer of a release, read closely: its sources, how complete it is by department, what was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from geodata.catalog import Dataset
from geodata.ubigeo import level_of
from geodata.workspace import Publication
from pages.components.layer_quality import LayerEntry, coverage_text
from pages.components.layer_report import findings_table, report_csv, report_json
from pages.text import say, section

_MARKS = {"covered": "●", "partly": "◐", "not": "○"}
"""Full, half and empty: read without colour."""

FINDING_PX = 84
"""Four lines of text: sentences are read whole, not cut."""

FINDINGS_PX_MAX = 560
HEADING_PX = 40
_LONG_TEXTS = ("message", "effect", "repair")

_TILES_CSS = """<style>
ul.atlas-tiles[data-atlas-coverage] { list-style: none; margin: 0; padding: 0; display: grid; gap: .3rem .8rem;
  grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); font-size: .85rem; }
.atlas-tiles li[class] { display: grid; grid-template-columns: 1.1rem 1fr; margin: 0; padding: .25rem 0;
  border-bottom: 1px solid rgba(128, 124, 116, .3); line-height: 1.3; align-content: start; }
.atlas-tiles small { grid-column: 2; opacity: .75; }
.atlas-tiles .not { opacity: .7; }
</style>"""


def layer_details(entry: LayerEntry, names: Mapping[str, str]) -> None:
    """Draw what is known of a layer; `names` maps the codes of departments and of what is in them to names."""
    st.subheader(entry.title, anchor=False)
    _coverage(entry, names)
    _findings(entry)
    st.markdown(f"**{say('layers.sources')}**")
    if not entry.datasets:
        st.caption(say("layers.no_source"))
    for dataset in entry.datasets:
        _source(dataset, entry)


def download_report(release: Publication, entries: list[LayerEntry]) -> None:
    """Draw the two buttons that take the quality report away."""
    name = say("layers.file_name", release=release.release_id)
    files = {
        "json": (lambda: report_json(release, entries), "application/json"),
        "csv": (lambda: report_csv(entries), "text/csv"),
    }
    with st.container(horizontal=True):
        for ending, (make, media_type) in files.items():
            st.download_button(
                say(f"layers.download_{ending}"),
                data=make,
                file_name=f"{name}.{ending}",
                mime=media_type,
                on_click="ignore",
                key=f"report-{ending}",
                icon=":material/download:",
            )


def _coverage(entry: LayerEntry, names: Mapping[str, str]) -> None:
    st.markdown(f"**{say('layers.coverage')}**")
    if not entry.coverage:
        st.caption(entry.completeness or say("layers.coverage_unknown"))
        return
    st.caption(say("layers.coverage_key"))
    departments = sorted(code for code in names if level_of(code) == "department")
    tiles = "".join(_tile(entry, code, names) for code in departments)
    st.html(f'{_TILES_CSS}<ul class="atlas-tiles" data-atlas-coverage="{escape(entry.id)}">{tiles}</ul>')


def _tile(entry: LayerEntry, department: str, names: Mapping[str, str]) -> str:
    state, stated = entry.within(department[:2])
    texts = [
        coverage_text(value) if code == department else f"{names.get(code, code)}: {coverage_text(value)}"
        for code, value in stated.items()
    ]
    text = ". ".join(texts) or section("layer_completeness")[state]
    return (
        f'<li class="{state}"><span aria-hidden="true">{_MARKS[state]}</span>'
        f"<span>{escape(names[department])}</span><small>{escape(text)}</small></li>"
    )


def _findings(entry: LayerEntry) -> None:
    st.markdown(f"**{say('layers.findings')}**")
    if entry.findings:
        table = findings_table(entry.findings)
        words = section("finding_columns")
        columns = {words[name]: st.column_config.TextColumn(words[name], width="medium") for name in _LONG_TEXTS}
        count = st.column_config.NumberColumn(words["count"], format="localized", width="small")
        st.dataframe(
            table,
            key="layer-findings",
            hide_index=True,
            row_height=FINDING_PX,
            height=min(FINDINGS_PX_MAX, FINDING_PX * len(table) + HEADING_PX),
            column_config={**columns, words["count"]: count},
        )
    elif entry.findings_count is None:
        st.caption(say("layers.no_report"))
    else:
        st.caption(say("layers.no_findings"))
    if notes := entry.quality.get("notes"):
        st.caption("  \n".join([say("layers.read_notes"), *(f"· {note}" for note in notes)]))


def _source(dataset: Dataset, entry: LayerEntry) -> None:
    """Draw one source as its publisher gives it; a simulated one names nobody as its author."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(dataset.title)
        if dataset.id in entry.simulated:
            st.caption(say("layers.simulated"))
            return
        record = entry.records.get(dataset.id, {})
        st.caption(say("layers.published_by", publisher=dataset.publisher, issued=dataset.issued))
        st.caption(say("layers.licence", licence=dataset.licence))
        st.caption(dataset.citation)
        if record.get("retrieved_at"):
            when = str(record["retrieved_at"]).replace("T", " ")[:16]
            st.caption(say("layers.retrieved", when=when, origin=_origin(str(record.get("origin", "")))))
        if record.get("sha256"):
            st.caption(say("layers.checksum", file=record.get("file", ""), checksum=record["sha256"]))
        if dataset.known_defects:
            st.caption("  \n".join(f"· {defect}" for defect in dataset.known_defects))
        st.markdown(f"[{say('layers.landing_page')}]({dataset.landing_page})")


def _origin(word: str) -> str:
    return section("layer_origins").get(word, word)

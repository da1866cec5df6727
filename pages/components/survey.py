"""The survey: what INEI's sample says of the department and the natural region, never of a district."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geodata.survey import Question, load_questions
from geodata.ubigeo import level_of
from geodata.workspace import Publication
from pages.components import cached, figures
from pages.text import say, section

PUBLISHED = "publicado"


def survey_section(release: Publication, ubigeo: str) -> None:
    """Draw the shares of the department that holds a territory and, for a district, of its natural region."""
    st.subheader(say("profile.survey"), anchor=False)
    shares = cached.table(release, "survey")
    if shares.empty:
        st.caption(say("profile.survey_absent"))
        return
    st.caption(say("profile.survey_intro"))
    department = f"{ubigeo[:2]}0000"
    areas = {department: str(cached.territory(release, department, "department")["name"])}
    if level_of(ubigeo) == "district":
        region = str(cached.territory(release, ubigeo, "district")["natural_region"])
        areas[region] = region
    st.html(_table(shares, areas))


def _table(shares: pd.DataFrame, areas: dict[str, str]) -> str:
    cells = {(cell["area"], cell["question"]): cell for cell in shares.to_dict("records")}
    titles = [say("profile.survey_question"), *areas.values()]
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(
        _row(question, [cells[area, question.id] for area in areas if (area, question.id) in cells])
        for question in load_questions().values()
    )
    return (
        '<div class="atlas-scroll"><table class="atlas-profile" data-atlas-survey>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(question: Question, cells: list[Mapping[Hashable, Any]]) -> str:
    source = say("profile.survey_source", base=question.base_label)
    values = "".join(f"<td>{_cell(cell)}</td>" for cell in cells)
    return f"<tr><td>{escape(question.label)}<small>{escape(source)}</small></td>{values}</tr>"


def _cell(cell: Mapping[Hashable, Any]) -> str:
    status = str(cell["status"])
    word = section("survey_status").get(status, "")
    if pd.isna(cell["share_pct"]):
        return f'<span class="missing">{escape(word)}</span>'
    share, low, high = (figures.number(cell[name], 1) for name in ("share_pct", "low_pct", "high_pct"))
    note = "" if status == PUBLISHED else f"<small>{escape(word)}</small>"
    return say("profile.survey_cell", share=share, low=low, high=high) + note

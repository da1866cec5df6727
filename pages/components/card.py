"""The card beside the map: how a territory scores and why, its largest gaps, the rest folded; or where to start."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from geodata.columns import load_columns
from geodata.ubigeo import level_of
from geodata.workspace import Publication
from layers.gaps import choose
from layers.viability import where_to_start
from pages.components import cached, figures, gap_rows
from pages.components.score_explained import (
    axes_lines,
    gate_line,
    rank_line,
    score_lines,
    strengths_and_weaknesses,
    twins,
)
from pages.components.selection import containing, write
from pages.text import say

GAPS_SHOWN = 3
WHOLE_FROM = 10
"""Shortfalls from here on are read without decimals."""

_MARKS = {"critical": "■", "moderate": "▲"}


def territory_card(release: Publication, ubigeo: str) -> None:
    """Draw the card of a territory of any level."""
    level = level_of(ubigeo)
    row = cached.territory(release, ubigeo, level)
    parents = ", ".join(str(row[part]) for part in ("province", "department") if part != level and pd.notna(row[part]))
    with st.container(key="atlas-card"):
        st.subheader(row["name"], anchor=False)
        st.caption(say("card.level_line", level=say(f"levels.{level}"), parents=parents or "Perú"))
        headline(row, release)
        gap_ids = largest_gaps(release, ubigeo, is_short=True)
        with st.container(horizontal=True):
            st.page_link("pages/district_profile.py", label=say("profile.open"), query_params={"territorio": ubigeo})
            to_mesa(gap_ids)
        with st.expander(say("card.more")):
            standing(row, release)
            leading_products(release, ubigeo)
            _figures(release, ubigeo)
            for parent_level, code in containing(ubigeo):
                parent = cached.territory(release, code, parent_level)["name"]
                st.markdown(f"**{say('card.above', level=say(f'levels.{parent_level}').lower(), name=parent)}**")
                _figures(release, code)
    st.button(say("map.clear"), on_click=write, kwargs={"territory": None}, key="clear-territory")


def starting_points(release: Publication, view: pd.DataFrame, region: str) -> None:
    """Draw the region in five numbers and three territories of the Mesa's agenda; `view` holds its districts."""
    numbers = {
        "numbers_districts": len(view),
        "numbers_population": view["population_count"].sum(),
        "numbers_producers": view["ppa_producers_count"].sum(),
        "numbers_area": view["agricultural_area_ha"].sum(),
        "numbers_agenda": int(view["quadrant"].eq("mesa_agenda").sum()),
    }
    lines = "".join(
        f"<b>{figures.number(value)}</b><span>{say(f'map.{name}')}</span>" for name, value in numbers.items()
    )
    st.subheader(say("map.region_numbers", region=region), anchor=False)
    st.html(f'<div class="atlas-numbers">{lines}</div>')
    st.markdown(f"**{say('map.start_title')}**  \n{say('map.start_text')}")
    chosen = where_to_start(view)
    if chosen.empty:
        st.caption(say("map.start_none"))
    for row in chosen.to_dict("records"):
        st.button(str(row["name"]), key=f"start-{row['ubigeo']}", on_click=write, kwargs={"territory": row["ubigeo"]})
        st.caption(
            say(
                "map.start_line",
                province=row["province"],
                department=row["department"],
                potential=figures.number(row["potential_score"]),
                conditions=figures.number(row["conditions_score"]),
            )
        )
    st.caption(say("map.hint"))


def score(row: pd.Series, release: Publication) -> None:
    """Draw how a territory scores, why, and where it stands."""
    headline(row, release)
    standing(row, release)


def headline(row: pd.Series, release: Publication) -> None:
    """Draw quadrant, score with its range, and what is for and against it; or why there is no score."""
    if (gate := gate_line(row, release)) is not None:
        st.markdown(gate)
    elif pd.isna(row["viability_score"]):
        is_reserved = "viability_score" in cached.withheld_fields(release, str(row["ubigeo"]))
        st.markdown(say("card.reserved_score" if is_reserved else "card.withheld"))
    else:
        st.markdown("  \n".join(score_lines(row, release)))
        strengths_and_weaknesses(release, str(row["ubigeo"]))


def standing(row: pd.Series, release: Publication) -> None:
    """Draw the axes, the place with its range, whom it is not ahead of, and what its limits do to its figures."""
    if gate_line(row, release) is None and pd.notna(row["viability_score"]):
        st.markdown("  \n".join(axes_lines(row, release)))
        twins(release, str(row["ubigeo"]))
    if pd.notna(row.get("viability_rank")):
        st.caption(rank_line(row, release))
    if row.get("limits_status") in ("new", "reduced"):
        st.caption(say(f"card.limits_{row['limits_status']}"))


def leading_products(release: Publication, ubigeo: str) -> None:
    """Draw the products of the programme that are worth most here."""
    products = cached.table(release, "leading_products")
    own = products[products["ubigeo"].eq(ubigeo)]
    if len(own):
        lines = [
            say("card.product_line", product=record["product"], value=figures.number(record["value_pen_thousand"]))
            for record in own.to_dict("records")
        ]
        st.markdown(f"**{say('card.products')}**  \n" + "  \n".join(lines))


def largest_gaps(release: Publication, ubigeo: str, *, is_short: bool = False) -> list[str]:
    """Draw the gravest gaps of a territory, the short form without who answers for them; return their ids."""
    gaps = cached.table(release, "gaps")
    own = choose(gaps[gaps["ubigeo"].eq(ubigeo)], severities=tuple(_MARKS))
    own = own.sort_values(["severity", "standard"]).head(GAPS_SHOWN)
    st.markdown(f"**{say('card.gaps')}**")
    if own.empty:
        st.caption(say("card.no_gaps"))
        return []
    words = load_columns()["severity"].values
    lines = []
    for gap in own.to_dict("records"):
        shortfall = figures.number(gap["shortfall"]) if gap["shortfall"] >= WHOLE_FROM else ""
        shortfall = shortfall or figures.plain_number(gap["shortfall"])
        line = "card.gap_line_one" if shortfall == "1" else "card.gap_line"
        detail = say(
            # the share may be known where the quantity it is taken of is reserved
            "card.gap_line_unknown" if pd.isna(gap["shortfall"]) else line,
            value=figures.plain_number(gap["value"]),
            unit=gap["unit"],
            year=gap["year"],
            shortfall=shortfall,
            shortfall_unit=gap["shortfall_unit"],
        )
        responsible = "" if is_short else f"<small>{escape(gap['responsible'])}</small>"
        lines.append(
            f'<div class="atlas-gap"><span class="mark atlas-mark-{gap["severity"]}" aria-hidden="true">'
            f"{_MARKS[gap['severity']]}</span><div>{escape(gap['label'])} ({words[gap['severity']]})"
            f"<small>{escape(detail)}</small>{responsible}</div></div>"
        )
    st.html("".join(lines))
    return [f"{gap['ubigeo']}:{gap['standard']}" for gap in own.to_dict("records")]


def to_mesa(gap_ids: Sequence[str]) -> None:
    """Draw the link that takes gaps to the Mesa; nothing without gaps."""
    if gap_ids:
        brought = {gap_rows.PARAMETER: ",".join(gap_ids)}
        st.page_link("pages/mesa_agenda.py", label=say("card.to_mesa"), query_params=brought)


def _figures(release: Publication, ubigeo: str) -> None:
    level = level_of(ubigeo)
    row, reserve = cached.territory(release, ubigeo, level), figures.reserve_of(release, ubigeo)
    figures.figure_table(row, level, _coverage(release, ubigeo), reserve)


def _coverage(release: Publication, ubigeo: str) -> pd.DataFrame:
    coverage = cached.table(release, "coverage")
    return coverage[coverage["ubigeo"].eq(ubigeo)]

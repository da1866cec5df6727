"""The filters of the gap list, in the address, and the sentences of what they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geodata.entities import load_entities
from geodata.ubigeo import LEVELS, is_within
from geodata.workspace import Publication
from layers.gaps import ACTIONABLE, ORDERS, SEVERITIES, GapTotals, choose, not_measured, words_of
from pages.components import cached, controls, figures
from pages.components.selection import SIERRA, Selection
from pages.text import say, section
from pipelines.export.choice import Choice

ADDED_UP = ("ha", "km", "centros poblados")
"""Units whose shortfalls mean something added up."""

_PROVINCE = "provincia"


@dataclass(frozen=True)
class Filters:
    """What a person asks of the list, besides the region; an empty choice means all."""

    province: str | None
    levels: list[str]
    goods: list[str]
    severities: list[str]
    quadrants: list[str]
    entities: list[str]
    products: list[str]
    order: str


def draw(release: Publication, selection: Selection, departments: Mapping[str, str], gaps: pd.DataFrame) -> Filters:
    """Draw the filters, set from the address, and return what they ask; `gaps` is the whole list."""
    place, goods, severities = st.columns([1.2, 2.2, 1.8], gap="medium")
    with place:
        controls.region_choice(selection, departments)
        province = _province_choice(release, selection)
    with goods:
        chosen_goods = _pills("bien", say("gaps.filter_goods"), list(section("goods")), "goods")
    with severities:
        chosen_severities = _pills(
            "severidad", say("gaps.filter_severity"), list(SEVERITIES), "severities", default=ACTIONABLE
        )
        order = _order_choice()
    with st.expander(say("gaps.more_filters"), expanded=_asks_more()):
        left, middle, right = st.columns(3, gap="medium")
        with left:
            levels = _pills("nivel-brecha", say("gaps.filter_level"), list(LEVELS), "levels")
            quadrants = _pills("cuadrante", say("gaps.filter_quadrant"), list(section("quadrants")), "quadrants")
        entities = _several(middle, "entidad", say("gaps.filter_entity"), entity_names(gaps))
        named = sorted(words_of(gaps["products"])) if "products" in gaps else []
        products = _several(right, "producto", say("gaps.filter_product"), {name: name for name in named})
    return Filters(province, levels, chosen_goods, chosen_severities, quadrants, entities, products, order)


def inside(gaps: pd.DataFrame, selection: Selection, filters: Filters) -> pd.DataFrame:
    """Return the gaps of the region that meet every filter but that of severity."""
    return choose(
        gaps,
        territory=filters.province or selection.region_code,
        sierra_only=selection.region == SIERRA,
        goods=filters.goods,
        levels=filters.levels,
        quadrants=filters.quadrants,
        entities=filters.entities,
        products=filters.products,
    )


def entity_names(gaps: pd.DataFrame) -> dict[str, str]:
    """Return id -> name of the entities of a list, as the list itself writes them; a region may have renamed some."""
    if "entities" not in gaps:
        return {}
    names: dict[str, str] = {}
    for ids, texts in gaps[["entities", "responsible"]].drop_duplicates().itertuples(index=False):
        codes, words = str(ids).split(", "), str(texts).split("; ")
        names |= dict(zip(codes, words, strict=True)) if len(codes) == len(words) else {}
    order = {code: place for place, code in enumerate(load_entities())}
    return dict(sorted(names.items(), key=lambda item: order.get(item[0], len(order))))


def totals_line(totals: GapTotals) -> str:
    """Return the totals of a choice in one line."""
    if totals.cost_high_pen > 0:
        low, high = figures.millions(totals.cost_low_pen, totals.cost_high_pen)
        cost = say("gaps.cost", low=low, high=high)
        if totals.without_cost_count:
            cost += say("gaps.without_cost", count=figures.number(totals.without_cost_count))
    else:
        cost = say("gaps.no_cost")
    missing = [
        f"{figures.number(totals.shortfall_by_unit[unit])} {unit}"
        for unit in ADDED_UP
        if unit in totals.shortfall_by_unit
    ]
    return say(
        "gaps.totals",
        gaps=_counted("gaps", totals.gaps_count),
        districts=_counted("districts", totals.districts_count),
        producers=figures.number(totals.producers_count),
        area=figures.number(totals.agricultural_area_ha),
        missing=say("gaps.missing", amounts=", ".join(missing)) if missing else "",
        cost=cost,
    )


def notes(gaps: pd.DataFrame, whole: pd.DataFrame) -> None:
    """Say what the list does not know, what it never holds, and whose rules it follows."""
    for good, rows in gaps.groupby("good"):
        if rows["severity"].eq("no_data").all():
            sentence = "gaps.no_data_good_one" if len(rows) == 1 else "gaps.no_data_good"
            st.caption(say(sentence, good=say(f"goods.{good}"), count=figures.number(len(rows))))
    absent = not_measured(whole, cached.standards().values())
    labels = [standard.label for standard in absent if standard.absence is None]
    if labels:
        st.caption(say("gaps.not_in_release", labels=", ".join(labels)))
    for reason in dict.fromkeys(standard.absence for standard in absent if standard.absence):
        st.caption(reason)
    if "origin" in whole and whole["origin"].eq("region").any():
        own = whole.loc[whole["origin"].eq("region"), "label"].unique()
        st.caption(say("gaps.own_rules", labels=", ".join(own)))


def described(release: Publication, selection: Selection, filters: Filters, picked: pd.DataFrame) -> dict[str, str]:
    """Return the filters in words, to travel with a file: the same words as those of the command line."""
    choice = Choice(
        territory=filters.province or selection.region_code,
        sierra_only=selection.region == SIERRA,
        levels=tuple(filters.levels),
        goods=tuple(filters.goods),
        severities=tuple(filters.severities),
        quadrants=tuple(filters.quadrants),
        entities=tuple(filters.entities),
        products=tuple(filters.products),
        order=filters.order,
        gap_ids=tuple(picked["gap_id"]),
    )
    return choice.in_words(cached.territory_names(release))


def _counted(what: str, count: int) -> str:
    return say(f"gaps.{what}_one" if count == 1 else f"gaps.{what}_count", count=figures.number(count))


def _province_choice(release: Publication, selection: Selection) -> str | None:
    """Draw the choice of a province of the region; a province of another region is left out."""
    if selection.region_code is None:
        return None
    provinces = cached.level_table(release, "province")
    own = provinces[is_within(provinces["ubigeo"], selection.region_code)]
    names = dict(zip(own["ubigeo"], own["name"], strict=True))
    asked = st.query_params.get(_PROVINCE)
    given = asked if asked in names else None
    st.session_state[_PROVINCE] = given
    st.selectbox(
        say("gaps.filter_province"),
        list(names),
        format_func=lambda code: names[code],
        key=_PROVINCE,
        placeholder=say("gaps.every_province"),
        on_change=lambda: _write(_PROVINCE, st.session_state[_PROVINCE] or ""),
    )
    return given


def _order_choice() -> str:
    asked = st.query_params.get("orden", ORDERS[0])
    given = asked if asked in ORDERS else ORDERS[0]
    st.session_state["orden"] = given
    st.selectbox(
        say("gaps.order"),
        ORDERS,
        format_func=lambda order: say(f"gap_orders.{order}"),
        key="orden",
        on_change=lambda: _write("orden", st.session_state["orden"]),
    )
    return given


def _asks_more() -> bool:
    return any(st.query_params.get(name) for name in ("nivel-brecha", "cuadrante", "entidad", "producto"))


def _pills(name: str, label: str, options: list[str], words: str, default: Sequence[str] = ()) -> list[str]:
    """Draw pills whose state lives in the address, as comma-separated words; unknown words are left out."""
    asked = st.query_params.get(name)
    given = list(default) if asked is None else [word for word in asked.split(",") if word in options]
    st.session_state[name] = given
    st.pills(
        label,
        options,
        selection_mode="multi",
        format_func=lambda option: say(f"{words}.{option}"),
        key=name,
        wrap=True,
        # an empty choice is written where the default is not empty, or it could not be made
        on_change=lambda: _write(name, ",".join(st.session_state[name]), keep_empty=bool(default)),
    )
    return given


def _several(place: st.delta_generator.DeltaGenerator, name: str, label: str, names: Mapping[str, str]) -> list[str]:
    """Draw a choice of several among many, whose state lives in the address; unknown words are left out."""
    given = [word for word in st.query_params.get(name, "").split(",") if word in names]
    st.session_state[name] = given
    place.multiselect(
        label,
        list(names),
        format_func=lambda word: names[word],
        key=name,
        placeholder=say("gaps.all"),
        on_change=lambda: _write(name, ",".join(st.session_state[name])),
    )
    return given


def _write(name: str, value: str, *, keep_empty: bool = False) -> None:
    if value or keep_empty:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)

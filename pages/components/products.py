"""Products of a territory: what it could grow, what it grows, what was prioritised, in three tables that never mix."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from geodata.columns import short_source
from geodata.crop_windows import load_windows, windows_of
from geodata.errors import UserInputError
from geodata.fields import load_fields
from geodata.method_words import load_methods
from geodata.priorities import priorities_file, read_priorities
from geodata.ubigeo import is_within, level_of
from geodata.workspace import Publication, Workspace
from layers.suitability import PIXEL, RAIN_CONSIDERED, RAIN_UNKNOWN
from layers.suitability_fields import APT_FROM, totals_by_product
from pages.components import cached, figures
from pages.components.priorities import prioritised
from pages.components.product_tables import Place, Row, Windows, label, number_cells, product_cell, table
from pages.text import say, section


def products_section(release: Publication, ubigeo: str) -> None:
    """Draw what a territory could grow, what it grows and what was prioritised, and the form to record a priority."""
    st.subheader(say("products.title"), anchor=False)
    if not (release.path / "products.parquet").is_file():
        st.info(say("products.absent"))
        return
    st.caption(say("products.intro"))
    products = cached.table(release, "products")
    inside = products[is_within(products["ubigeo"], ubigeo)]
    register = read_priorities(priorities_file(Workspace().root))
    place = Place(release, ubigeo, _windows(), inside, register)
    apt, present, decided = st.columns(3, gap="medium")
    with apt:
        _apt(place)
    with present:
        _present(place)
    with decided:
        prioritised(place)


def _windows() -> Windows:
    try:
        return windows_of(Workspace().root)
    except UserInputError as error:
        for problem in error.problems:
            st.warning(str(problem))
        return load_windows()


def _apt(place: Place) -> None:
    st.markdown(f"**{say('products.apt')}**")
    if place.is_district:
        rows = place.inside[place.inside["rank"].notna()].sort_values("rank")
        titles, cells = ("product", "suitability", "suitable_ha"), _apt_cells
        st.caption(_made_from(place, place.inside.iloc[0]))
    else:
        rows, is_alike = _apt_totals(place)
        titles, cells = ("product", "apt_districts", "suitable_ha"), partial(_apt_total_cells, is_alike=is_alike)
    if rows.empty:
        known = place.inside["suitability"].notna().any()
        st.caption(say("products.nothing_apt" if known else "products.no_altitude"))
    else:
        table(titles, [cells(place.windows, row) for row in rows.to_dict("records")], "apt")
    if place.is_district:
        _not_apt(place)
    area = _source(place, "agricultural_area_ha")
    st.caption(say("products.apt_source", source=area, apt_from=figures.number(100 * APT_FROM)))


def _apt_totals(place: Place) -> tuple[pd.DataFrame, bool]:
    """Say on how many districts the totals rest; return them, and whether all hectares rest on the same ones."""
    totals = totals_by_product(place.inside, level_of(place.ubigeo))
    # how many districts have an altitude is the same for every product
    st.caption(say("products.rests_on", **totals[["with_value_count", "approximate_count", "districts_count"]].iloc[0]))
    rows = totals[totals["suitable_ha"].gt(0) | totals["apt_districts_count"].gt(0)]
    rests_on = rows.loc[rows["with_area_count"].gt(0), ["with_area_count", "districts_count"]].drop_duplicates()
    for known, total in rests_on.itertuples(index=False) if len(rests_on) == 1 else ():
        if known < total:
            st.caption(say("products.areas_rest_on", known=known, total=total))
    return rows.sort_values("suitable_ha", ascending=False), len(rests_on) <= 1


def _source(place: Place, field_id: str) -> str:
    """Return year and source of a figure, or that nobody measured it here."""
    field = load_fields()[field_id]
    return say("card.figure_source", year=field.year, source=short_source(field, place.release.simulated_datasets))


def _made_from(place: Place, row: pd.Series) -> str:
    """Return from which altitude and which rain the suitabilities of a district are made."""
    altitude = "altitude_mean_m" if row["method"] == PIXEL else "capital_altitude_m"
    has_rain = place.inside["rain_use"].eq(RAIN_CONSIDERED).any()
    return say(
        "products.made_from",
        method=load_methods()[row["method"]].label,
        altitude=_source(place, altitude),
        rain=_source(place, "rain_annual_mm") if has_rain else say("card.no_data"),
    )


def _apt_cells(windows: Windows, row: Row) -> str:
    factor = row["limiting_factor"]
    notes = [] if factor == "none" else [say("products.limits", factor=section("limiting_factors")[factor])]
    if row["rain_use"] == RAIN_UNKNOWN:
        notes.append(say("products.rain_unknown"))
    if row["suitability_irrigated"] > row["suitability"]:
        notes.append(say("products.with_irrigation", share=figures.number(100 * row["suitability_irrigated"])))
    return product_cell(windows, row["product"], notes) + number_cells(
        figures.number(100 * row["suitability"]), _area(windows, row)
    )


def _apt_total_cells(windows: Windows, row: Row, *, is_alike: bool) -> str:
    """Return the cells of a product; on how many districts its hectares rest is said here where products differ."""
    known, total = row["with_area_count"], row["districts_count"]
    notes = [say("products.area_rests_on", known=known, total=total)] if 0 < known < total and not is_alike else []
    return product_cell(windows, row["product"], notes) + number_cells(
        figures.number(row["apt_districts_count"]), _area(windows, row)
    )


def _area(windows: Windows, row: Row) -> str:
    is_water = row["product"] in windows and windows[row["product"]].water == "flow"
    return say("card.not_applicable") if is_water else figures.number(row["suitable_ha"])


def _not_apt(place: Place) -> None:
    """Name what cannot grow in a district, each with what keeps it out."""
    factors = section("limiting_factors")
    rows = place.inside[place.inside["suitability"].eq(0)]
    names = [
        f"{label(place.windows, row['product'])} ({factors[row['limiting_factor']]})" for row in rows.to_dict("records")
    ]
    if names:
        st.caption(say("products.not_apt", names="; ".join(names)))


def _present(place: Place) -> None:
    st.markdown(f"**{say('products.present')}**")
    rows = place.inside if place.is_district else totals_by_product(place.inside, level_of(place.ubigeo))
    is_grown = rows["present_value_pen_thousand"].gt(0) | rows["present_ha"].gt(0)
    if place.is_district:
        is_grown |= rows["is_present_ha_reserved"]
    grown = rows[is_grown].sort_values("present_value_pen_thousand", ascending=False)
    if grown.empty:
        st.caption(say("products.nothing_present"))
    else:
        cells = [_present_cells(place.windows, row) for row in grown.to_dict("records")]
        table(("product", "value", "tonnes", "area"), cells, "present")
    census = _source(place, "units_count")
    st.caption(say("products.present_source", value=_source(place, "crop_value_pen_thousand"), census=census))
    unknown = rows[rows["present_value_pen_thousand"].isna() & ~is_grown]["product"]
    if len(unknown):
        names = "; ".join(_unknown_words(place.windows, product) for product in unknown)
        st.caption(say("products.present_unknown", names=names))


def _present_cells(windows: Windows, row: Row) -> str:
    area = say("card.reserved") if row.get("is_present_ha_reserved") else figures.number(row["present_ha"])
    value, tonnes = figures.number(row["present_value_pen_thousand"]), figures.number(row["present_t"])
    return product_cell(windows, row["product"], []) + number_cells(value, tonnes, area)


def _unknown_words(windows: Windows, product: str) -> str:
    absence = windows[product].absence if product in windows else None
    return f"{label(windows, product)} ({absence})" if absence else label(windows, product)

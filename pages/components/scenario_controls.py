"""What can be changed in a scenario: a slider per pillar, and behind them axes, product and gaps to close."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from geodata.crop_windows import load_windows
from geodata.ubigeo import is_within, level_of
from geodata.workspace import Publication
from layers.scenario import Basis, Scenario, closable_standards
from pages.components import cached, scenario_link
from pages.components.scenario_link import HEAVIEST, WEIGHT_STEP
from pages.components.selection import Selection
from pages.text import say


def weight_sliders(scenario: Scenario, basis: Basis) -> None:
    """Draw a slider per pillar that has data, under its axis."""
    structure, model = basis.reference.structure, basis.reference.model
    st.caption(say("scenario.weights_help"))
    for axis, entry in model.axes.items():
        st.markdown(f"**{entry.label}**")
        for pillar in structure.children(axis):
            _slider(scenario, basis, pillar, model.pillars[pillar].label)
    absent = [pillar.label for code, pillar in model.pillars.items() if code not in structure.by_code]
    if absent:
        st.caption(say("scenario.absent_pillars", names=", ".join(absent)))


def more_options(scenario: Scenario, basis: Basis, release: Publication, selection: Selection) -> None:
    """Draw the weights of the axes, the product and the gaps to close."""
    is_used = scenario.product is not None or bool(scenario.closed_gaps)
    with st.expander(say("scenario.more"), expanded=is_used):
        for axis, entry in basis.reference.model.axes.items():
            _slider(scenario, basis, axis, say("scenario.axis", name=entry.label))
        _product_choice(scenario, basis)
        _gap_choice(scenario, basis, release, selection)
    if not scenario.is_published:
        st.button(say("scenario.reset"), key="scenario-reset", on_click=scenario_link.write, args=(Scenario(),))


def product_label(product: str) -> str:
    """Return how a product is called; one that has lost its window keeps its key."""
    windows = load_windows()
    return windows[product].label if product in windows else product


def _slider(scenario: Scenario, basis: Basis, code: str, label: str) -> None:
    frozen = float(basis.reference.weights[code])
    key, value = f"weight-{code}", float(dict(scenario.weights).get(code, frozen))
    # set again, a slider that is being moved would jump back
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    st.slider(
        label,
        0.0,
        max(HEAVIEST, value),
        step=WEIGHT_STEP,
        format="%.1f",
        key=key,
        on_change=lambda: scenario_link.write(scenario.with_weight(code, st.session_state[key], frozen)),
    )


def _product_choice(scenario: Scenario, basis: Basis) -> None:
    known = basis.products.loc[basis.products["suitability"].notna(), "product"].unique()
    products = sorted(known, key=product_label)
    if not products:
        return
    # an option that is None would be drawn as no choice at all
    st.session_state["scenario-product"] = scenario.product or ""
    st.selectbox(
        say("scenario.product"),
        ["", *products],
        format_func=lambda one: product_label(one) if one else say("scenario.general"),
        key="scenario-product",
        on_change=lambda: scenario_link.write(scenario.with_product(st.session_state["scenario-product"] or None)),
    )


def _gap_choice(scenario: Scenario, basis: Basis, release: Publication, selection: Selection) -> None:
    st.markdown(f"**{say('scenario.gaps')}**")
    if selection.department is None:
        st.caption(say("scenario.gaps_choose"))
    else:
        _close_in(scenario, basis, _names(release, selection.department))
    for standard, codes in scenario.closed_gaps:
        label, count = basis.standards[standard].label, _districts(codes, basis)
        st.button(
            say("scenario.remove_gap", label=label, count=count),
            key=f"open-{standard}",
            on_click=scenario_link.write,
            args=(scenario.with_closed(standard, ()),),
        )


def _names(release: Publication, department: str) -> dict[str, str]:
    """Return code -> name of the territories of a department, no two alike: Streamlit knows an option by its name."""
    names = cached.names_within(release, department)
    levels = {code: level_of(code) for code in names}
    return {
        code: name if levels[code] == "district" else f"{say(f'levels.{levels[code]}')} {name}"
        for code, name in names.items()
    }


def _close_in(scenario: Scenario, basis: Basis, names: Mapping[str, str]) -> None:
    """Draw the choice of a good and of the territories, among `names`, in which it reaches its standard."""
    closable = closable_standards(basis.standards, basis.reference)
    good = st.selectbox(
        say("scenario.good"),
        list(closable),
        format_func=lambda one: closable[one].label,
        key="scenario-good",
        help=say("scenario.good_help"),
    )
    standard, key = closable[good], f"close-{good}"
    chosen = dict(scenario.closed_gaps).get(good, ())
    outside = tuple(code for code in chosen if code not in names)
    st.session_state[key] = [code for code in chosen if code in names]
    st.multiselect(
        say("scenario.close_in"),
        list(names),
        format_func=lambda code: names[code],
        key=key,
        placeholder=say("profile.placeholder"),
        on_change=lambda: scenario_link.write(scenario.with_closed(good, (*outside, *st.session_state[key]))),
    )
    unit, value = basis.fields[standard.field].unit, f"{standard.adequate:g}"
    st.caption(say("scenario.standard", value=value, unit=unit, basis=standard.basis, source=standard.source))


def _districts(codes: tuple[str, ...], basis: Basis) -> int:
    ubigeo = basis.inputs["ubigeo"]
    inside = is_within(ubigeo, codes[0])
    for code in codes[1:]:
        inside |= is_within(ubigeo, code)
    return int(inside.sum())

"""A scenario changes what it names and nothing else; its before is the published index; it never lowers by helping."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.index.errors import IndexInputError
from layers.scenario import (
    Scenario,
    apply,
    closable_standards,
    compare_scenarios,
    outcome,
    simulate,
    with_ranges,
    within,
)
from layers.viability import product_scores, rescore
from tests import tiny
from tests.layers.scenario.examples import basis, standards
from tests.layers.viability.examples import eight

BASIS = basis()
LIGHT = Scenario("luz", closed_gaps=(("light", ("010101", "010102")),))


def after(scenario: Scenario) -> pd.DataFrame:
    return apply(scenario, BASIS.inputs, BASIS.reference, BASIS.standards).set_index("ubigeo")


def test_a_closed_gap_takes_the_value_of_its_standard_there_only() -> None:
    """Light goes from 50 and 37 to 80 in the two districts; every other figure is what it was."""
    changed = after(LIGHT)
    before = BASIS.inputs.set_index("ubigeo")
    assert changed.loc[["010101", "010102"], "light"].tolist() == [80.0, 80.0]
    changed.loc[["010101", "010102"], "light"] = before["light"]
    pd.testing.assert_frame_equal(changed, before)


def test_what_meets_the_standard_or_is_unknown_stays() -> None:
    """A better figure is never lowered, in both directions; a missing one is no gap."""
    table = eight()
    table.loc[1, "light"] = np.nan
    made = basis(table)
    everywhere = Scenario(closed_gaps=(("hours", ("010000", "020000")), ("light", ("010000", "020000"))))
    changed = apply(everywhere, made.inputs, made.reference, made.standards)
    assert changed["hours"].tolist() == table["hours"].clip(upper=20.0).tolist()
    assert changed["light"].isna().tolist() == [False, True] + [False] * 6
    assert changed.drop(index=1)["light"].tolist() == table.drop(index=1)["light"].clip(lower=80.0).tolist()
    closed = outcome(everywhere, made).closed
    assert closed.unknown_count == 1
    assert closed.met_count + closed.unknown_count + len(closed.rows) == 16


def test_a_code_of_a_province_or_department_means_its_districts() -> None:
    """The province 0201 is its four districts."""
    whole = after(Scenario(closed_gaps=(("light", ("020100",)),)))
    listed = after(Scenario(closed_gaps=(("light", tiny.CODES[4:]),)))
    pd.testing.assert_frame_equal(whole, listed)
    assert not whole["light"].equals(BASIS.inputs.set_index("ubigeo")["light"])


def test_what_cannot_be_is_refused_all_at_once() -> None:
    """A standard that does not exist, one outside the index, one that goes the other way, a code, a weight."""
    wrong = Scenario(
        weights=(("access", -1.0), ("moon", 1.0)),
        closed_gaps=(
            ("light", ("990000", "<script>")),
            ("moon", ("010101",)),
            ("roads", ("010101",)),
            ("turned", ("010101",)),
        ),
    )
    with pytest.raises(IndexInputError) as caught:
        outcome(wrong, BASIS)
    told = str(caught.value)
    for part in ("access", "moon", "990000", "<script>", "roads", "turned", "sentido contrario"):
        assert part in told
    assert set(closable_standards(standards(), BASIS.reference)) == {"light", "hours"}


def test_a_scenario_that_changes_nothing_is_the_published_index() -> None:
    """Before and after are equal, nobody is touched and nothing is listed."""
    made = outcome(Scenario(), BASIS)
    table = made.table
    published = rescore(BASIS.inputs, BASIS.reference).table
    assert table["score_after"].equals(published["viability_score"].rename("score_after"))
    for name in ("score", "rank", "quadrant", "gate"):
        assert table[f"{name}_before"].tolist() == pytest.approx(table[f"{name}_after"].tolist(), nan_ok=True)
    assert (made.touched_count, made.producers_count, made.changes, made.cost_high_pen) == (0, 0.0, (), 0.0)
    assert Scenario().is_published
    assert not LIGHT.is_published


def test_whom_it_touches_and_what_it_costs_by_hand() -> None:
    """Light 50 -> 80 and 37 -> 80 of 200 homes lack 60 and 86; at 10 to 30 soles, 1,460 to 4,380; producers once."""
    both = LIGHT.with_closed("hours", ("010102",))
    made = outcome(both, BASIS)
    assert made.touched_count == 2
    assert made.producers_count == 300.0
    assert (made.cost_low_pen, made.cost_high_pen) == pytest.approx((1460.0, 4380.0))
    assert made.without_cost_count == 1
    assert made.table.loc[made.table["is_touched"], "ubigeo"].tolist() == ["010101", "010102"]


def test_a_gap_whose_base_is_unknown_has_no_cost() -> None:
    """Without the number of homes the shortfall is unknown: it is counted apart, never as zero."""
    made = basis()
    made.districts.loc[0, "homes"] = np.nan
    made.districts.loc[0, "ppa_producers_count"] = np.nan
    found = outcome(LIGHT, made)
    assert found.without_cost_count == 1
    assert found.cost_low_pen == pytest.approx(860.0)
    assert (found.producers_count, found.producers_unknown_count) == (200.0, 1)


def test_every_changed_input_is_listed() -> None:
    """The product, each weight and each figure, with from, to, unit and source."""
    scenario = LIGHT.with_weight("access", 2.0, 1.0).with_product("quinua")
    changes = outcome(scenario, BASIS).changes
    assert [(change.what, change.where, change.before, change.after) for change in changes] == [
        ("Producto", "", "índice general", "quinua"),
        ("Peso de Access", "", 1.0, 2.0),
        ("Norma de light", "Distrito 010101 (Provincia 0101)", 50.0, 80.0),
        ("Norma de light", "Distrito 010102 (Provincia 0101)", 37.0, 80.0),
    ]
    assert changes[2].source == "prueba (propuesto, 2026)"


def test_the_frozen_weight_is_no_change() -> None:
    """A slider put back leaves no trace; gaps without territories neither."""
    assert Scenario().with_weight("access", 2.0, 1.0).with_weight("access", 1.0, 1.0) == Scenario()
    assert LIGHT.with_closed("light", ()) == Scenario("luz")


@given(
    key=st.sampled_from(["light", "hours"]),
    chosen=st.sets(st.sampled_from(tiny.CODES), min_size=1),
    weight=st.sampled_from([0.0, 0.5, 1.0, 3.0]),
)
def test_closing_a_gap_never_lowers_a_score_and_moves_no_other(key: str, chosen: set[str], weight: float) -> None:
    """The bounds are frozen: scores of the districts left alone are the same to the last digit."""
    weights = Scenario().with_weight("services", weight, 1.0)
    alone = outcome(weights, BASIS).table.set_index("ubigeo")["score_after"]
    helped = outcome(weights.with_closed(key, tuple(chosen)), BASIS).table.set_index("ubigeo")["score_after"]
    untouched = [code for code in tiny.CODES if code not in chosen]
    assert helped[untouched].tolist() == alone[untouched].tolist()
    assert (helped[list(chosen)] >= alone[list(chosen)] - 1e-9).all()


@pytest.mark.parametrize("product", ["quinua", "mango"])
def test_a_product_is_scored_as_its_published_table(product: str) -> None:
    """Score, place and gate are those of `product_scores`; there are no quadrants."""
    scenario = Scenario().with_weight("services", 3.0, 1.0).with_product(product)
    table = outcome(scenario, BASIS).table
    expected = product_scores(BASIS.inputs, BASIS.products, BASIS.reference, {"services": 3.0})
    expected = expected[expected["product"].eq(product)].set_index("ubigeo").loc[table["ubigeo"]]
    assert table["score_after"].tolist() == pytest.approx(expected["viability_score"].tolist(), nan_ok=True)
    assert table["rank_after"].tolist() == pytest.approx(expected["rank"].tolist(), nan_ok=True)
    assert table["gate_after"].fillna("").tolist() == expected["gate"].fillna("").tolist()
    assert table["quadrant_after"].isna().all()


def test_a_product_that_the_release_does_not_have_is_refused() -> None:
    """The message names those that there are."""
    with pytest.raises(IndexInputError, match="mango, quinua"):
        outcome(Scenario(product="trigo"), BASIS)


def test_ranges_hold_the_draws_and_places_are_those_of_the_scope() -> None:
    """Within department 02 the places start again at 1; every range is ordered; same seed, same ranges."""
    scenario = LIGHT.with_weight("services", 3.0, 1.0)
    before, drawn = simulate(Scenario(), BASIS, draws=100), simulate(scenario, BASIS, draws=100)
    again = simulate(scenario, BASIS, draws=100)
    assert (drawn.ranks.ranks == again.ranks.ranks).all()
    inside = with_ranges(within(outcome(scenario, BASIS).table, "020000"), before, drawn, "020000")
    assert inside["is_sierra"].all()
    assert inside["rank_after"].tolist() == [1.0, 2.0]
    assert (inside["rank_low_after"] <= inside["rank_high_after"]).all()
    assert inside["rank_high_before"].le(2).all()


def test_the_draws_of_a_product_leave_out_what_its_gate_closes() -> None:
    """Mango has no suitability in the Sierra districts but its gate: nobody is ranked, and that is an error told."""
    with pytest.raises(IndexInputError):
        simulate(Scenario(product="mango"), BASIS, draws=20)
    drawn = simulate(Scenario(product="quinua"), BASIS, draws=50)
    assert drawn.table()["ubigeo"].isin(tiny.CODES[:6]).all()


def test_two_scenarios_side_by_side() -> None:
    """Each has its own places; the difference is what the second gains; with itself there is none."""
    first = outcome(LIGHT, BASIS)
    second = outcome(Scenario("horas", closed_gaps=(("hours", ("020100",)),)), BASIS)
    compared = compare_scenarios(first, second).set_index("ubigeo")
    assert len(compared) == 6
    places = second.table.set_index("ubigeo")["rank_after"]
    assert compared["rank_second"].tolist() == places[compared.index].tolist()
    assert (compared["rank_first"] - compared["rank_second"]).equals(compared["rank_difference"].rename(None))
    assert compare_scenarios(first, first)["rank_difference"].eq(0).all()

"""A scenario goes through the address and comes back the same; whatever else is there falls back with a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.scenarios import SavedScenario, ScenarioBook
from layers.scenario import Scenario
from pages.components import scenario_link
from tests import tiny
from tests.layers.scenario.examples import basis

BASIS = basis()
CODES = [*tiny.CODES, "010100", "010000"]
EMPTY = ScenarioBook()


def read(book: ScenarioBook = EMPTY, **query: str) -> tuple[Scenario, list[str]]:
    return scenario_link.read(query, BASIS, CODES, book)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the address that the page writes."""
    written: dict[str, str] = {"region": "08", "escenario": "x"}

    class Streamlit:
        query_params = written

    monkeypatch.setattr(scenario_link, "st", Streamlit)
    return written


def test_what_is_written_is_read_back(address: dict[str, str]) -> None:
    """Weights, gaps and product; the region stays and the saved name goes."""
    scenario = (
        Scenario()
        .with_weight("scale", 0.5, 1.0)
        .with_weight("access", 2.0, 1.0)
        .with_closed("light", ("010101", "010100"))
        .with_product("quinua")
    )
    scenario_link.write(scenario)
    expected = {"pesos": "caminos:2,escala:0.5", "cerrar": "light:010100+010101", "producto": "quinua"}
    assert address == {"region": "08", **expected}
    assert read(EMPTY, **expected) == (scenario, [])
    # as an address that somebody typed: the plus sign arrives as a blank
    assert read(EMPTY, **{**expected, "cerrar": "light:010100 010101"}) == (scenario, [])
    scenario_link.write(Scenario())
    assert address == {"region": "08"}


def test_the_name_of_a_saved_one_opens_it() -> None:
    """By its name alone; one that does not exist shows the published index and says so."""
    saved = SavedScenario("1", "Luz", "r", "2026-11-22", {"access": 2.0}, {"light": ("010101",)}, "quinua")
    scenario, notes = read(ScenarioBook((saved,)), escenario="luz", pesos="escala:3")
    assert notes == []
    assert scenario == Scenario("Luz", (("access", 2.0),), (("light", ("010101",)),), "quinua")
    scenario, notes = read(escenario="<b>" + "x" * 99)
    assert scenario == Scenario()
    assert len(notes) == 1
    assert len(notes[0]) < 150


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "4.5", "1.3", "1e99", "", "dos", "0x2"])
def test_a_weight_is_a_half_step_from_0_to_4(value: str) -> None:
    """Everything else is told and left out."""
    scenario, notes = read(pesos=f"caminos:{value}")
    assert scenario.is_published
    assert len(notes) == 1


@given(
    st.dictionaries(
        st.sampled_from(["pesos", "cerrar", "producto", "escenario", "comparar"]), st.text(max_size=60), max_size=5
    )
)
def test_no_address_breaks_it(query: dict[str, Any]) -> None:
    """Whatever somebody types there is a scenario, and it can be scored."""
    scenario, notes = scenario_link.read(query, BASIS, CODES, EMPTY)
    assert all(isinstance(note, str) for note in notes)
    assert scenario.product in (None, "quinua", "mango")
    scenario_link.compared_with(query, EMPTY)

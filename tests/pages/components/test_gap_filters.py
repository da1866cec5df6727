"""What the gap list says of itself: totals in one line, entities by name, filters in words."""

from __future__ import annotations

import pandas as pd

from layers.gaps import GapTotals
from pages.components.gap_filters import entity_names, totals_line


def totals(**words: object) -> GapTotals:
    given = {
        "gaps_count": 18,
        "districts_count": 18,
        "producers_count": 6310.0,
        "agricultural_area_ha": 900.0,
        "cost_low_pen": 12e6,
        "cost_high_pen": 48e6,
        "without_cost_count": 0,
    }
    return GapTotals(**(given | words))  # type: ignore[arg-type]


def test_the_totals_say_what_is_missing_in_its_own_units() -> None:
    """Hectares, kilometres and settlements, in that order; a percentage point is never added up."""
    line = totals_line(totals(shortfall_by_unit={"km": 12.4, "ha": 1240.0, "puntos porcentuales": 99.0}))
    assert line == (
        "18 brechas · 18 distritos · 6,310 productores · 900 ha agrícolas · faltan 1,240 ha, 12 km · S/ 12.0–48.0 M"
    )


def test_what_has_no_cost_is_counted_not_hidden() -> None:
    """Gaps left out of the cost are said; with none to trust there is no range at all."""
    assert totals_line(totals(without_cost_count=3)).endswith("(3 sin costo unitario confiable)")
    assert totals_line(totals(cost_low_pen=0.0, cost_high_pen=0.0)).endswith("· sin costo unitario confiable")


def test_entities_are_named_as_the_list_names_them() -> None:
    """A region that renamed an entity sees its own name; each entity once, in the order of the catalogue."""
    gaps = pd.DataFrame(
        {"entities": ["osiptel", "gobierno_regional, ana"], "responsible": ["OSIPTEL", "GORE Puno; ANA (AAA y ALA)"]}
    )
    assert entity_names(gaps) == {
        "gobierno_regional": "GORE Puno",
        "ana": "ANA (AAA y ALA)",
        "osiptel": "OSIPTEL",
    }
    assert entity_names(pd.DataFrame({"good": ["riego"]})) == {}

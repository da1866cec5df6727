"""What the gap list says of itself: totals in one line, entities by name, filters in words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geodata.workspace import Workspace
from layers.gaps import ORDERS, GapTotals, choose, ordered
from pages.components.downloads import gap_file
from pages.components.gap_filters import Filters, described, entity_names, inside, totals_line
from pages.components.selection import Selection
from pipelines.export_commands import export
from tests.pipelines.publishing import publish


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
        "18 brechas · 18 distritos · 6,310 productores · 900 ha agrícolas · faltan 1,240 ha, 12 km"
        " · S/ 12.0–48.0 millones"
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


@pytest.mark.parametrize("file_format", ["xlsx", "csv", "gpkg", "geojson", "pdf"])
def test_the_page_takes_away_the_bytes_of_the_command_line(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_format: str
) -> None:
    """A list filtered on the page and the same filters given as options make one file, byte for byte."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    publish(workspace.root)
    release = workspace.publication()
    selection = Selection(region="01")
    filters = Filters(None, [], ["conectividad"], ["critical", "moderate"], [], [], [], ORDERS[0])
    whole = release.table("gaps")
    rows = ordered(choose(inside(whole, selection, filters), severities=filters.severities), filters.order)
    words = described(release, selection, filters, whole.iloc[:0])
    options = {"goods": filters.goods, "severities": filters.severities}
    to = tmp_path / f"gaps.{file_format}"
    assert export(workspace, "gaps", file_format, to, region="01", filters=options) == len(rows) > 0
    assert gap_file(release, rows, words, file_format) == to.read_bytes()

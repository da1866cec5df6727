"""The card beside the map: short, and a way to the Ficha and to the Mesa."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from geodata.workspace import Workspace
from tests.conftest import ROOT
from tests.pages.test_pages import run

UBIGEO = "080905"


@pytest.fixture
def app(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Return the map with a district chosen."""
    shown = run(ROOT / "app.py", demo_workspace, monkeypatch, region="08", territorio=UBIGEO)
    assert not shown.exception
    return shown


def test_the_three_gaps_of_the_card_go_to_the_mesa(app: AppTest, demo_workspace: Workspace) -> None:
    """One link opens the Ficha of the district; the other brings to the Mesa the gaps that the card shows."""
    links = {link.proto.label: parse_qs(link.proto.query_string) for link in app.get("page_link")}
    assert links["Ver ficha"] == {"territorio": [UBIGEO]}
    brought = links["Llevar a la Mesa"]["brechas"][0].split(",")
    gaps = demo_workspace.publication().table("gaps").set_index("gap_id")
    assert len(brought) == 3
    assert gaps.loc[brought, "ubigeo"].eq(UBIGEO).all()
    html = " ".join(block.proto.body for block in app.get("html"))
    assert all(label in html for label in gaps.loc[brought, "label"])


def test_the_rest_of_the_card_is_folded(app: AppTest) -> None:
    """Axes, place, products and every figure are in one expander, closed."""
    (folded,) = [one for one in app.expander if one.label == "Puesto, productos y todas las cifras"]
    assert not folded.proto.expanded
    assert any("Potencial" in block.value for block in folded.markdown)
    inside = sum("data-atlas-figures" in block.proto.body for block in folded.get("html"))
    assert inside == sum("data-atlas-figures" in block.proto.body for block in app.get("html")) == 3


def test_a_gap_without_a_known_amount_says_so(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the share is known and the quantity it is taken of is reserved, no blank is read as an amount."""
    shown = run(ROOT / "app.py", demo_workspace, monkeypatch, region="12", territorio="120401")
    html = " ".join(block.proto.body for block in shown.get("html"))
    assert "faltan sin dato" not in html

"""The logic of Brechas, without a browser: filters in the address, marks that last, totals, what is not known."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geodata.workspace import Workspace
from layers.gaps import ACTIONABLE, choose
from tests.conftest import ROOT
from tests.pages.test_pages import run

PAGE = ROOT / "pages" / "gap_list.py"


@pytest.fixture(scope="module")
def gaps(demo_workspace: Workspace) -> pd.DataFrame:
    """Return the list of the embedded default."""
    return demo_workspace.publication().table("gaps")


def opened(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    app = run(PAGE, workspace, monkeypatch, **query)
    assert not app.exception
    return app


def first_line(app: AppTest) -> str:
    return next(text.value for text in app.markdown if "brechas ·" in text.value).strip("*")


def test_the_address_filters_the_list(
    demo_workspace: Workspace, gaps: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Region, province, good, severity, entity, product and quadrant of a link give the rows that meet them all."""
    product = gaps.loc[gaps["products"].ne(""), "products"].iloc[0].split(", ")[0]
    app = opened(
        demo_workspace,
        monkeypatch,
        region="08",
        provincia="080100",
        bien="conectividad,caminos",
        severidad="critical,moderate",
        entidad="mtc,municipalidad_provincial",
        producto=product,
        cuadrante="mesa_agenda,ready,basic_services,other_vocation",
    )
    expected = choose(
        gaps,
        territory="080100",
        goods=["conectividad", "caminos"],
        severities=["critical", "moderate"],
        entities=["mtc", "municipalidad_provincial"],
        products=[product],
        quadrants=["mesa_agenda", "ready", "basic_services", "other_vocation"],
    )
    assert 0 < len(expected) < len(choose(gaps, territory="080000"))
    assert first_line(app).startswith(f"{len(expected):,} brechas · ")
    assert len(app.dataframe[0].value) == len(expected)


def test_hostile_filters_fall_back(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that name nothing are left out: no error, no script, no row of another region."""
    script = "<script>alert(1)</script>"
    app = opened(
        demo_workspace,
        monkeypatch,
        region="08",
        provincia="210100",
        bien=script,
        entidad=script,
        producto="(",
        orden=script,
        brechas=f"{script},x" * 500,
    )
    assert app.selectbox(key="provincia").value is None
    assert app.selectbox(key="orden").value == "priority"
    assert not any(script in text.value for text in app.markdown)


def test_marks_of_a_link_are_added_up_even_when_hidden(
    demo_workspace: Workspace, gaps: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two marked gaps, one of them outside the filter: both count in what is chosen, each district once."""
    chosen = gaps[gaps["severity"].isin(ACTIONABLE) & gaps["level"].eq("district")]
    seen = chosen[chosen["ubigeo"].str.startswith("08")].iloc[0]
    hidden = chosen[chosen["ubigeo"].str.startswith("21")].iloc[0]
    app = run(
        ROOT / "app.py", demo_workspace, monkeypatch, region="08", brechas=f"{seen['gap_id']},{hidden['gap_id']},none"
    )
    app.switch_page("pages/gap_list.py").run()
    assert not app.exception
    assert any("**Marcadas:** 2 brechas · 2 distritos" in text.value for text in app.markdown)


def test_nothing_marked_teaches_how(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without marks the page says how to mark, and offers the whole list."""
    app = opened(demo_workspace, monkeypatch, region="08")
    assert any("Marque filas" in caption.value for caption in app.caption)
    assert any("Descargar la lista" in caption.value for caption in app.caption)


def test_what_has_no_source_is_said(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inputs have no list: one sentence says so, whatever the filters."""
    app = opened(demo_workspace, monkeypatch, region="08")
    assert any("No hay una lista pública de tiendas" in caption.value for caption in app.caption)


def test_an_order_of_the_address_orders_the_rows(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ordered by producers, the first row has the most."""
    app = opened(demo_workspace, monkeypatch, region="08", orden="producers")
    producers = app.dataframe[0].value["producers_count"]
    assert producers.iloc[0] == producers.max()


def test_an_empty_choice_of_severities_means_all(
    demo_workspace: Workspace, gaps: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address with no severity in it shows every row of the region, gaps or not."""
    app = opened(demo_workspace, monkeypatch, region="08", severidad="")
    assert len(app.dataframe[0].value) == len(choose(gaps, territory="080000"))

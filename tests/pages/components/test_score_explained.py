"""A score in words and in parts: with its range, sure only where it is, and adding up to the digit that is shown."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from geodata.workspace import Workspace
from pages.components.score_explained import rounded_to_add_up

TIMEOUT_S = 30


def script() -> None:
    """Draw the score and its explanation for the territory of the address, as the Ficha does."""
    import streamlit as st

    from geodata.ubigeo import level_of
    from pages.components import cached, card
    from pages.components.score_explained import explained_section

    release, code = cached.publication(), st.query_params["territorio"]
    card.score(cached.territory(release, code, level_of(code)), release)
    explained_section(release, code)


def shown(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, ubigeo: str) -> AppTest:
    monkeypatch.setenv("SIERRA_WORKSPACE", str(workspace.root))
    app = AppTest.from_function(script, default_timeout=TIMEOUT_S)
    app.query_params["territorio"] = ubigeo
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    html = [re.sub("<[^>]+>", " ", block.proto.body) for block in app.get("html")]
    return " ".join([*(str(block.value) for block in (*app.markdown, *app.caption, *app.warning)), *html])


def sierra(workspace: Workspace) -> pd.DataFrame:
    """Return how sure the places of the Sierra are, with the published row of each district."""
    release = workspace.publication()
    rows = release.table("robustness")
    districts = release.table("territories", ["ubigeo", "viability_score", "quadrant", "viability_rank"])
    return rows[rows["scope"].eq("sierra")].merge(districts, on="ubigeo")


def test_a_score_comes_with_its_range_and_a_sure_quadrant(
    demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Score, range and quadrant as published; three for, three against; the place with its range."""
    row = sierra(demo_workspace).query("quadrant_share >= 0.8").iloc[0]
    told = words(shown(demo_workspace, monkeypatch, row["ubigeo"]))
    assert f"Viabilidad estimada **{row['viability_score']:,.0f}** de 100" in told
    assert f"entre {row['score_p05']:,.0f} y {row['score_p95']:,.0f}" in told
    assert f"Puesto {row['viability_rank']:.0f} de" in told
    assert f"entre el {row['rank_p05']:,.0f} y el {row['rank_p95']:,.0f} en 90 % de las pruebas" in told
    assert "No es seguro" not in told
    assert told.count("▲") <= 3
    assert told.count("▼") <= 3
    assert "▲" in told + "▼"


def test_a_quadrant_that_the_draws_do_not_agree_on_is_not_sure(
    demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below 80 % of the draws it says «no es seguro» and how many."""
    row = sierra(demo_workspace).query("quadrant_share < 0.7").iloc[0]
    told = words(shown(demo_workspace, monkeypatch, row["ubigeo"]))
    assert "No es seguro: **" in told
    assert f"solo en {100 * row['quadrant_share']:,.0f} % de las pruebas" in told


def test_the_parts_on_the_page_add_up_to_the_score(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The points that are read, added to the district in the middle, are the score that is read."""
    code = sierra(demo_workspace).iloc[5]["ubigeo"]
    app = shown(demo_workspace, monkeypatch, code)
    table = next(block.proto.body for block in app.get("html") if "data-atlas-explained" in block.proto.body)
    first, total = (float(value) for value in re.findall(r"<td><b>([\d.]+)</b></td>", table))
    points = [float(value) for value in re.findall(r">([+-][\d.]+)</span>", table)]
    assert len(points) > 5
    assert first + sum(points) == pytest.approx(total, abs=1e-6)


def test_a_closed_gate_is_a_reason_and_never_a_number(
    demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """«No viable hoy» and why; no points."""
    territories = demo_workspace.publication().table("territories")
    code = territories.loc[territories["gate"].notna(), "ubigeo"].iloc[0]
    told = words(shown(demo_workspace, monkeypatch, code))
    assert "**No viable hoy: " in told
    assert "Viabilidad estimada **" not in told


def test_above_the_district_there_is_no_explanation(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A province has a score of its own kind: the page says that explanations are of districts."""
    assert "se explica por distrito" in words(shown(demo_workspace, monkeypatch, "080900"))


@given(st.lists(st.floats(-30, 30) | st.just(math.nan), min_size=1, max_size=25), st.floats(1, 100))
def test_rounded_parts_add_up_and_stay_near(parts: list[float], baseline: float) -> None:
    """Whatever the parts, what is shown adds up to what is shown; none moves by more than a tenth and a half."""
    known = [part for part in parts if not math.isnan(part)]
    total = baseline + sum(known)
    rounded: list[Any] = rounded_to_add_up(parts, baseline, total)
    assert [math.isnan(value) for value in rounded] == [math.isnan(part) for part in parts]
    if known:
        added = sum(value for value in rounded if not math.isnan(value))
        assert round(baseline, 1) + added == pytest.approx(round(total, 1), abs=1e-6)
        moved = [abs(a - b) for a, b in zip(rounded, parts, strict=True) if not math.isnan(b)]
        assert max(moved) <= 0.2 + 1e-9

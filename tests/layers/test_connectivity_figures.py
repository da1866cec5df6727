"""Connectivity in one call: measured where settlements are covered, approximate elsewhere, and never confused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geodata.fields import load_fields
from geodata.method_words import load_methods
from layers.connectivity_figures import ConnectivityFigures, connectivity_figures, settlement_level
from tests.layers.examples import codes

UBIGEO = codes("010101", "010102", "010201", start=5)
CODES = pd.Series(["0101010001", "0101010002", "0101020001", "0102010001"])
PLACED = CODES.str[:6]
OPERATORS = pd.DataFrame(
    {"ubigeo": UBIGEO, "rural_operators_count": [0.0, 1.0, 3.0], "urban_operators_count": [0.0, 0.0, 0.0]}
)
WITHOUT_MOBILE_PCT = pd.Series([10.0, 20.0, 30.0], index=UBIGEO.index)
LITERACY = pd.DataFrame({"ubigeo": UBIGEO, "literate_count": [80.0, 80.0, 80.0], "illiterate_count": [20.0] * 3})


def row(
    code: str, technology: str, share: float = 1.0, fast: float = np.nan, operator: str = "claro"
) -> dict[str, Any]:
    return {
        "settlement_code": code,
        "operator": operator,
        "technology": technology,
        "guaranteed_share": 0.0,
        "total_share": share,
        "over_1_mbps": fast,
    }


def figures(*rows: dict[str, Any], scope: tuple[str, ...] = ("010100",), **given: Any) -> ConnectivityFigures:
    return connectivity_figures(
        UBIGEO,
        settlement_codes=CODES,
        placed=PLACED,
        mobile_internet=OPERATORS,
        households_without_mobile_pct=WITHOUT_MOBILE_PCT,
        coverage=pd.DataFrame(list(rows)) if rows else None,
        scope=scope if rows else (),
        literacy_counts=LITERACY,
        **given,
    )


def words(made: ConnectivityFigures, field: str) -> dict[str, str]:
    rows = made.methods[made.methods["field"].eq(field)]
    return dict(zip(rows["ubigeo"], rows["method"], strict=True))


def test_measured_where_settlements_are_covered_approximate_elsewhere() -> None:
    """The covered province has the level of its settlements; the other the approximate one of its operators."""
    made = figures(row("0101010001", "4g", fast=1.0), row("0101010002", "3g", fast=0.0), row("0101020001", "2g"))
    assert made.table["digital_channel_level"].tolist() == [3, 1, 2]
    assert words(made, "digital_channel_level") == {
        "010101": "settlement_coverage",
        "010102": "settlement_coverage",
        "010201": "operator_count",
    }


def test_an_assumed_speed_is_told() -> None:
    """Level 3 whose speed the source does not tell is approximate; lower levels assume nothing."""
    made = figures(row("0101010001", "4g"), row("0101010002", "4g"), row("0101020001", "3g"))
    assert made.table["digital_channel_level"].tolist() == [3, 2, 2]
    found = words(made, "digital_channel_level")
    assert found["010101"] == "settlement_coverage_without_speed"
    assert found["010102"] == "settlement_coverage"


def test_a_covered_settlement_beats_the_count_of_operators() -> None:
    """A settlement layer that says nothing reaches a district wins over an operator count above zero."""
    made = figures(row("0101010001", "4g", fast=1.0))
    assert made.table["digital_channel_level"].iloc[1] == 0
    assert made.table["settlements_with_4g_pct"].iloc[:2].tolist() == [100 / 2, 0]


def test_channel_is_of_settlements_or_of_households() -> None:
    """One of two settlements at level 2: 50 %; where no settlement is known, households with a mobile phone."""
    made = figures(row("0101010001", "3g"), row("0101010002", "2g"))
    assert made.table["channel_share_pct"].tolist() == [50, 0, 70]
    assert set(words(made, "channel_share_pct").values()) == {"settlement_coverage", "households_with_mobile"}


def test_without_layer_everything_is_approximate() -> None:
    """No settlement layer: no share of settlements, a level by operators, a channel by households, no finding."""
    made = figures()
    assert made.table.filter(like="settlements").isna().all(axis=None)
    assert made.table["digital_channel_level"].tolist() == [1, 2, 2]
    assert made.table["channel_share_pct"].tolist() == [90, 80, 70]
    assert made.findings == {"mobile_coverage": []}
    assert made.coverage.empty
    qualities = {load_methods()[word].quality for word in made.methods["method"]}
    assert qualities == {"aproximado"}


def test_reach_needs_the_census_and_its_bound_does_not() -> None:
    """90 % with channel and 80 % who read: 72 % at most; with half who speak the language, 36 %."""
    bound = figures().table
    assert bound["whatsapp_reach_upper_pct"].iloc[0] == 72
    assert bound["whatsapp_reach_pct"].isna().all()
    tongues = pd.DataFrame({"language_spanish_pct": [50.0, np.nan, 100.0]}, index=UBIGEO.index)
    made = figures(mother_tongues=tongues).table
    assert made["whatsapp_reach_pct"].iloc[0] == 36
    assert np.isnan(made["whatsapp_reach_pct"].iloc[1])
    assert made["training_language_pct"].iloc[[0, 2]].tolist() == [50, 100]


def test_training_in_more_languages_reaches_more() -> None:
    """With Quechua beside Spanish the language share is of both."""
    tongues = pd.DataFrame({"language_spanish_pct": [50.0] * 3, "language_quechua_pct": [40.0] * 3}, index=UBIGEO.index)
    made = figures(mother_tongues=tongues, training_languages=("castellano", "quechua")).table
    assert made["training_language_pct"].tolist() == [90, 90, 90]


def test_level_of_a_settlement_is_that_of_its_best_operator() -> None:
    """4G of one operator and 2G of another: 3; 4G in a tenth of it does not count; an unknown better one is unknown."""
    coverage = pd.DataFrame(
        [
            row("a", "4g", fast=1.0),
            row("a", "2g", operator="entel"),
            row("b", "4g", share=0.1),
            row("b", "2g"),
            row("c", "4g", share=np.nan),
            row("c", "2g"),
            row("d", "2g", share=np.nan),
            row("d", "3g"),
        ]
    )
    level = settlement_level(coverage)
    assert level[["a", "b", "d"]].tolist() == [3, 1, 2]
    assert np.isnan(level["c"])


def test_coverage_tells_how_many_settlements_each_province_has() -> None:
    """Three settlements on the list, one named by the layer."""
    made = figures(row("0101010001", "4g"))
    assert made.coverage.to_dict("records") == [
        {"province_code": "010100", "settlements_count": 3, "in_layer_count": 1, "absent_count": 2}
    ]


def test_every_figure_and_method_is_in_the_dictionary() -> None:
    """No column without an entry of the dictionary, no method without its words."""
    made = figures(row("0101010001", "4g"))
    assert set(made.table.columns) <= set(load_fields())
    assert set(made.methods["method"]) <= set(load_methods())
    assert made.table.index.equals(UBIGEO.index)
    assert all(kind == np.float64 for kind in made.table.dtypes)

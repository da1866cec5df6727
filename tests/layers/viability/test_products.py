"""The index per product."""

from __future__ import annotations

from math import sqrt

import pandas as pd
import pytest

from layers.index.errors import IndexInputError
from layers.viability import PRODUCT_COLUMNS, product_scores, rescore, score
from tests.layers.viability.examples import eight, model, products


def test_the_first_district_and_its_quinua_by_hand() -> None:
    """
    Suitability 1 takes the place of area, and the value of quinua (100) that of all products.

    Scale is the mean of 50.5 (farms 50) and 100; market 100; conditions those of the general index.
    """
    _, reference = score(eight(), model())
    found = product_scores(eight(), products(), reference)
    assert list(found.columns) == list(PRODUCT_COLUMNS)
    first = found[found["product"].eq("quinua")].iloc[0]
    potential = sqrt((100 + 50.5) / 2 * 100)
    assert first["potential_score"] == pytest.approx(potential)
    conditions = rescore(eight(), reference).table["conditions_score"].iloc[0]
    assert first["viability_score"] == pytest.approx(sqrt(potential * conditions))


def test_unsuitable_is_not_viable_and_has_no_low_number() -> None:
    """Mango does not grow in the first six: a reason, no score, no place. What is 5 % suitable for quinua neither."""
    _, reference = score(eight(), model())
    found = product_scores(eight(), products(), reference).set_index(["product", "ubigeo"])
    mango = found.loc["mango"]
    assert mango["gate"].notna().tolist() == [True] * 6 + [False] * 2
    assert mango.loc[mango["gate"].notna(), ["potential_score", "viability_score", "rank"]].isna().to_numpy().all()
    assert found.loc[("quinua", "020104"), "gate"] == "not_suitable"


def test_what_a_product_never_records_is_left_out_for_it() -> None:
    """Nobody records the value of mango: its market is out and its two districts are scored on one indicator less."""
    _, reference = score(eight(), model())
    found = product_scores(eight(), products(), reference)
    counts = found.groupby("product")["indicators_count"].first()
    assert (counts["quinua"], counts["mango"]) == (5, 4)
    last = found[found["product"].eq("mango")].tail(2)
    assert last["viability_score"].notna().all()
    assert last["data_share_pct"].eq(100).all()


def test_places_are_per_product_among_the_sierra() -> None:
    """Six Sierra districts are apt for quinua: places 1 to 6; those outside have a score and no place."""
    _, reference = score(eight(), model())
    quinua = product_scores(eight(), products(), reference).query("product == 'quinua'")
    assert sorted(quinua["rank"].dropna()) == [1, 2, 3, 4, 5, 6]
    assert quinua.iloc[6]["viability_score"] > 0
    assert pd.isna(quinua.iloc[6]["rank"])


def test_a_general_gate_closes_every_product() -> None:
    """Without farms no product is viable, and the general reason comes first."""
    table = eight()
    table.loc[0, "farms"] = 0.0
    _, reference = score(table, model())
    found = product_scores(table, products(), reference)
    assert found.loc[found["ubigeo"].eq(table["ubigeo"][0]), "gate"].tolist() == ["few_farms", "few_farms"]


def test_the_view_changes_no_score_of_a_product() -> None:
    """Two districts in view have the scores of the whole table."""
    _, reference = score(eight(), model())
    whole = product_scores(eight(), products(), reference).set_index(["product", "ubigeo"])["viability_score"]
    view = product_scores(eight().iloc[[6, 7]], products(), reference).set_index(["product", "ubigeo"])
    pd.testing.assert_series_equal(view["viability_score"], whole.reindex(view.index))


def test_a_repeated_row_is_refused() -> None:
    """A district and product twice would count twice."""
    _, reference = score(eight(), model())
    with pytest.raises(IndexInputError, match="repetidos"):
        product_scores(eight(), pd.concat([products(), products().head(1)]), reference)


def test_no_product_is_an_empty_table() -> None:
    """A release without suitabilities has no scores per product, with the columns all the same."""
    _, reference = score(eight(), model())
    found = product_scores(eight(), products().iloc[:0], reference)
    assert found.empty
    assert list(found.columns) == list(PRODUCT_COLUMNS)

"""What a release freezes: the scale, what has no place and why, and that it survives being written down."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from geodata.viability_model import load_model
from layers.index.errors import IndexInputError
from layers.viability import Reference, apt_products_count, rescore, score
from tests.layers.viability.examples import eight, many, model

OWN_SCALE = {"pillar": "access", "direction": 1, "transform": "none", "weight": 1, "basis": "propuesto", "source": "x"}


def test_the_reference_is_written_down_whole() -> None:
    """Through JSON and back it is the same reference, and scores every district the same."""
    table = many()
    scores, reference = score(table)
    again = Reference.from_dict(json.loads(json.dumps(reference.as_dict(), allow_nan=False)))
    assert again == reference
    pd.testing.assert_frame_equal(rescore(table, again).table, scores)


def test_a_reference_without_cuts_is_valid_json() -> None:
    """When no district has both axes there is no median: the record says null, and no district has a quadrant."""
    table = eight()
    table.loc[:2, "value"] = np.nan
    table.loc[3:, "farms"] = np.nan
    lenient = model(settings={"minimum_reference_share": 0.5})
    scores, reference = score(table, lenient)
    again = Reference.from_dict(json.loads(json.dumps(reference.as_dict(), allow_nan=False)))
    assert np.isnan(again.potential_cut)
    assert scores["quadrant"].isna().all()


def test_the_cuts_are_the_medians_of_the_sierra() -> None:
    """Half the Sierra lies on each side of each axis."""
    table = many()
    scores, reference = score(table)
    sierra = scores[table["is_sierra"]]
    assert reference.potential_cut == sierra["potential_score"].median()
    assert reference.conditions_cut == sierra["conditions_score"].median()


def test_goalposts_by_hand() -> None:
    """The figures 0 to 50 of six Sierra districts: the scale ends at their 2.5 % and 97.5 % points, 1.25 and 48.75."""
    table = eight().assign(extra=10.0 * np.arange(8))
    _, reference = score(table, model(indicators={"extra": OWN_SCALE}))
    assert (reference.goalposts["extra"].low, reference.goalposts["extra"].high) == pytest.approx((1.25, 48.75))


def test_an_absent_source_leaves_its_indicators_out_and_says_so() -> None:
    """Without the census nobody loses a score: the pillar goes, the reason is kept, the count of indicators is told."""
    census = [field for field, indicator in load_model().indicators.items() if indicator.survey]
    scores, reference = score(many().drop(columns=census))
    assert set(reference.unavailable) == {*census, "organisation", "irrigation"}
    assert reference.unavailable["members_pct"] == "no está en los datos de esta publicación"
    assert "Organización" in reference.unavailable["organisation"]
    assert reference.coverage_sentence == "sobre 15 de 20 indicadores"
    assert scores["viability_score"].notna().all()
    assert scores["data_share_pct"].eq(100).all()
    assert scores["organisation_score"].isna().all()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([7.0] * 8, "mismo valor en toda la Sierra"),
        ([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 5.0, 9.0], "mismo valor en toda la Sierra"),
        ([np.nan] * 8, "0 de 6 distritos"),
        ([1.0, 2.0, 3.0, np.nan, np.nan, np.nan, 4.0, 5.0], "3 de 6 distritos"),
    ],
)
def test_what_cannot_rank_the_sierra_has_no_place(values: list[float], reason: str) -> None:
    """A figure constant in the Sierra, or known in less than two thirds of it, is out, and the reason is kept."""
    scores, reference = score(eight().assign(extra=values), model(indicators={"extra": OWN_SCALE}))
    assert "extra" not in reference.indicators
    assert reason in reference.unavailable["extra"]
    assert scores["viability_score"].notna().all()


def test_nearly_constant_has_no_place() -> None:
    """One odd district in a hundred leaves both ends of the scale at the same value: nobody is ranked by it."""
    table = many(count=120, outside=0).assign(rai_pct=[50.0] * 119 + [90.0])
    assert "casi toda la Sierra" in score(table)[1].unavailable["rai_pct"]


def test_an_axis_without_data_is_an_error() -> None:
    """There is no index without one of its axes: said, and no score is made up."""
    with pytest.raises(IndexInputError, match="Conditions"):
        score(eight().drop(columns=["hours", "light"]), model())


def test_every_problem_of_the_districts_is_told_at_once() -> None:
    """A repeated ubigeo, text among the numbers and no Sierra come in one error."""
    table = eight().assign(is_sierra=False, value="mucho")
    table.loc[1, "ubigeo"] = table["ubigeo"].iloc[0]
    with pytest.raises(IndexInputError) as caught:
        score(table, model())
    said = "\n".join(str(problem) for problem in caught.value.problems)
    assert len(caught.value.problems) == 3
    for word in ("repetida", "no es numérico", "conjunto de referencia"):
        assert word in said


def test_no_districts_is_an_error() -> None:
    """An empty table freezes nothing."""
    with pytest.raises(IndexInputError, match="No hay unidades"):
        score(eight().iloc[:0], model())


def test_apt_products_by_hand() -> None:
    """50 % counts, 49 does not; one product unknown and the count is unknown, not lower."""
    table = pd.DataFrame({"suitability_a": [50.0, 49.0, 100.0], "suitability_b": [100.0, 0.0, np.nan], "other": 100.0})
    found = apt_products_count(table, 50)
    assert found.tolist()[:2] == [2.0, 0.0]
    assert np.isnan(found.iloc[2])

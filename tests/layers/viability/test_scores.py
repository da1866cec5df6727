"""Scores: by hand, on the project's own model, and that the view changes none of them."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.viability_model import load_model
from layers.index.errors import IndexInputError
from layers.viability import checked_weights, quadrants, rescore, score, where_to_start
from tests.layers.viability.examples import FIGURES, eight, many, model

repeatable = settings(derandomize=True, deadline=None, max_examples=25)

SCORES = ["potential_score", "conditions_score", "viability_score"]
FIELDS = tuple(load_model().indicators)


def changed(table: pd.DataFrame, row: int, **values: float) -> pd.DataFrame:
    copy = table.copy()
    for name, value in values.items():
        copy.loc[row, name] = value
    return copy


def test_the_first_district_by_hand() -> None:
    """
    Area 100 and farms 50 score 100 and 50.5: scale 75.25. Value 100: market 100. Potential is the root of 7,525.

    Hours 0 (less is better): access 100. Light 50: services 50.5. Conditions is the root of 5,050.
    """
    scores, _ = score(eight(), model())
    first = scores.iloc[0]
    assert first[["scale_score", "market_score", "access_score", "services_score"]].tolist() == pytest.approx(
        [75.25, 100.0, 100.0, 50.5]
    )
    potential, conditions = sqrt(75.25 * 100), sqrt(100 * 50.5)
    assert first["potential_score"] == pytest.approx(potential)
    assert first["conditions_score"] == pytest.approx(conditions)
    assert first["viability_score"] == pytest.approx(sqrt(potential * conditions))
    assert first["viability_arithmetic_score"] == pytest.approx(sqrt((75.25 + 100) / 2 * (100 + 50.5) / 2))
    assert first["data_share_pct"] == pytest.approx(100)


def test_data_share_by_hand() -> None:
    """Without its area a district keeps 7/8 of the weight: one of two indicators, of one of four pillars."""
    scores, _ = score(changed(eight(), 0, area=np.nan), model())
    assert scores["data_share_pct"].tolist() == pytest.approx([87.5] + [100.0] * 7)


@repeatable
@given(st.integers(0, 999))
def test_scores_are_on_the_scale_and_viability_is_their_geometric_mean(seed: int) -> None:
    """Every score lies in 1-100; viability squared is potential times conditions; the variant is never lower."""
    scores, _ = score(many(seed=seed))
    assert scores[SCORES].notna().all(axis=None)
    assert scores[SCORES].ge(1).all(axis=None)
    assert scores[SCORES].le(100).all(axis=None)
    product = scores["potential_score"] * scores["conditions_score"]
    assert (scores["viability_score"] ** 2).tolist() == pytest.approx(product.tolist())
    assert (scores["viability_arithmetic_score"] >= scores["viability_score"] - 1e-9).all()


@repeatable
@given(st.integers(0, 999), st.sampled_from(FIELDS), st.floats(0, 100))
def test_a_better_figure_never_lowers_a_score(seed: int, field: str, gain: float) -> None:
    """Moving one figure in its good direction never lowers a score, and no axis but its own moves."""
    table = many(seed=seed)
    _, reference = score(table)
    row = table.index[3]
    direction = reference.model.indicators[field].direction
    moved = changed(table, row, **{field: max(0.0, table.loc[row, field] + direction * gain)})
    before, after = rescore(table, reference).table, rescore(moved, reference).table
    other = "conditions_score" if reference.model.axis_of(field) == "potential" else "potential_score"
    if after["gate"].notna().any():
        return
    assert (after.loc[row, SCORES] >= before.loc[row, SCORES] - 1e-9).all()
    assert after.loc[row, other] == pytest.approx(before.loc[row, other])


@repeatable
@given(st.integers(0, 999), st.integers(1, 20))
def test_the_view_changes_no_score(seed: int, seen: int) -> None:
    """Any selection of districts, in any order and with gaps, has the scores that the whole table gives."""
    table = many(seed=seed)
    table.loc[::7, "members_pct"] = np.nan
    scores, reference = score(table)
    view = table.sample(seen, random_state=seed)
    columns = [name for name in scores if name != "viability_rank"]
    pd.testing.assert_frame_equal(rescore(view, reference).table[columns], scores.loc[view.index, columns])


def test_a_view_without_any_figure_of_an_indicator_is_scored_all_the_same() -> None:
    """One district that misses a figure, alone in view, is what it is in the whole table; an empty view is empty."""
    table = changed(many(), 4, households_without_mobile_pct=np.nan)
    scores, reference = score(table)
    alone = rescore(table.loc[[4]], reference).table
    assert alone["viability_score"].tolist() == pytest.approx([scores.loc[4, "viability_score"]])
    assert rescore(table.iloc[:0], reference).table.empty


def test_equal_data_have_equal_scores_and_share_the_better_rank() -> None:
    """Two identical districts are told apart by nothing; the next place is two behind."""
    table = many()
    twin = pd.concat([table, table.iloc[[3]].assign(ubigeo="999999")], ignore_index=True)
    scores, _ = score(twin)
    assert scores.iloc[-1].equals(scores.iloc[3].rename(scores.index[-1]))
    places = scores["viability_rank"].dropna().tolist()
    assert places.count(scores["viability_rank"].iloc[3]) == 2
    assert scores["viability_rank"].iloc[3] + 1 not in places


def test_ranks_are_those_of_the_sierra() -> None:
    """Places run from 1 by falling viability among Sierra districts; outside there is a score and no place."""
    table = many()
    scores, _ = score(table)
    sierra = scores[table["is_sierra"]].sort_values("viability_rank")
    assert sierra["viability_rank"].tolist() == list(range(1, 53))
    assert sierra["viability_score"].is_monotonic_decreasing
    outside = scores[~table["is_sierra"]]
    assert outside["viability_rank"].isna().all()
    assert outside["viability_score"].notna().all()


def test_the_scale_is_that_of_the_sierra() -> None:
    """A monster outside the Sierra moves nobody else's score; the goalposts come from the Sierra alone."""
    table = many()
    monster = changed(table, table.index[-1], ppa_producers_count=1e9)
    (before, frozen), (after, still) = score(table), score(monster)
    assert still == frozen
    pd.testing.assert_frame_equal(after.iloc[:-1], before.iloc[:-1])


def test_row_order_is_irrelevant() -> None:
    """The same districts in another order have the same scores, ranks and quadrants."""
    table = many()
    shuffled = table.sample(frac=1, random_state=5)
    pd.testing.assert_frame_equal(score(shuffled)[0].sort_index(), score(table)[0])


def test_less_than_two_thirds_of_a_pillar_withholds_it() -> None:
    """With area missing, half of scale is known: scale, potential and viability are withheld; conditions stay."""
    scores, _ = score(changed(eight(), 2, area=np.nan), model())
    withheld = ["scale_score", "potential_score", "viability_score", "viability_rank", "quadrant"]
    assert scores.loc[2, withheld].isna().all()
    assert scores.loc[2, ["market_score", "conditions_score"]].notna().all()
    assert scores.drop(index=2)[SCORES].notna().all(axis=None)


def test_two_thirds_of_a_pillar_are_enough() -> None:
    """If area weighs three and farms one, a district without farms keeps 3/4 of the pillar: its scale is its area."""
    weighed = model(indicators={"area": {"weight": 3}}, gates={"few_farms": {"field": "area", "value": 0}})
    scores, _ = score(changed(eight(), 2, farms=np.nan), weighed)
    assert scores.loc[2, "scale_score"] == pytest.approx(1 + 0.99 * 20)


def test_live_weights_by_hand() -> None:
    """All the weight of scale on farms: the pillar of the first district is 50.5; proportions are what counts."""
    _, reference = score(eight(), model())
    found = rescore(eight(), reference, {"area": 0, "farms": 5}).table.iloc[0]
    assert found["scale_score"] == pytest.approx(50.5)
    pillars = rescore(eight(), reference, {"scale": 3}).table.iloc[0]
    assert pillars["potential_score"] == pytest.approx((75.25**3 * 100) ** 0.25)
    same = rescore(eight(), reference, {"scale": 8, "market": 8}).table
    pd.testing.assert_frame_equal(same, rescore(eight(), reference).table)


def test_a_weight_of_zero_removes_the_figure() -> None:
    """What an indicator of weight 0 says is irrelevant, missing included."""
    table = changed(eight(), 2, area=np.nan)
    _, reference = score(eight(), model())
    without = rescore(table, reference, {"area": 0}).table
    assert without.loc[2, "viability_score"] == pytest.approx(
        rescore(eight(), reference, {"area": 0}).table.loc[2, "viability_score"]
    )


def test_every_problem_of_the_weights_is_told_at_once() -> None:
    """Negative, not a number, unknown, without a place in the release, a pillar emptied: one sentence each."""
    spare = {"pillar": "access", "direction": 1, "transform": "none", "weight": 1, "basis": "propuesto", "source": "x"}
    _, reference = score(eight(), model(indicators={"spare": spare}))
    wrong = {"area": -1.0, "value": float("nan"), "moon": 1.0, "spare": 2.0, "potential": 0, "conditions": 0}
    with pytest.raises(IndexInputError) as caught:
        rescore(eight(), reference, wrong)
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 5
    for word in ("peso de area", "peso de value", "peso de moon", "no está en los datos", "todos sus pesos son cero"):
        assert sum(word in sentence for sentence in said) == 1


def test_the_weights_of_a_file_must_add_up() -> None:
    """Siblings that sum to 1.1 are refused unless renormalising is asked; groups nobody names keep their own."""
    _, reference = score(eight(), model())
    good = checked_weights({"area": 0.25, "farms": 0.75}, reference)
    assert good["area"] == pytest.approx(0.25)
    assert good["scale"] == pytest.approx(0.5)
    with pytest.raises(IndexInputError, match="suma"):
        checked_weights({"area": 0.25, "farms": 0.85}, reference)
    assert checked_weights({"area": 1, "farms": 3}, reference, renormalise=True)["farms"] == pytest.approx(0.75)


@pytest.mark.parametrize("figure", FIGURES)
def test_infinite_figures_are_refused(figure: str) -> None:
    """An infinite figure is named, with its district, when the release is frozen and when a view is scored."""
    _, reference = score(eight(), model())
    broken = changed(eight(), 1, **{figure: np.inf})
    with pytest.raises(IndexInputError, match=figure):
        score(broken, model())
    with pytest.raises(IndexInputError, match=figure):
        rescore(broken, reference)


def test_an_absent_figure_is_refused_when_scoring() -> None:
    """A table without a column of the frozen index cannot be scored against it."""
    _, reference = score(eight(), model())
    with pytest.raises(IndexInputError, match="area"):
        rescore(eight().drop(columns="area"), reference)


def test_quadrants_by_hand() -> None:
    """At both cuts, ready; one axis below gives the agenda or another vocation; a missing axis gives none."""
    _, reference = score(eight(), model())
    p, h = reference.potential_cut, reference.conditions_cut
    potential = pd.Series([p, p, p - 0.1, p - 0.1, np.nan, p])
    conditions = pd.Series([h, h - 0.1, h, h - 0.1, h, np.nan])
    found = quadrants(potential, conditions, reference)
    assert found.tolist()[:4] == ["ready", "mesa_agenda", "other_vocation", "basic_services"]
    assert found.isna().tolist() == [False] * 4 + [True] * 2


def test_where_to_start_is_the_agenda_with_the_most_potential() -> None:
    """High potential with low conditions, best first, ties by code; districts that are ready are not among them."""
    table = pd.DataFrame(
        {
            "ubigeo": ["4", "3", "2", "1", "0"],
            "quadrant": ["mesa_agenda", "mesa_agenda", "ready", "mesa_agenda", None],
            "potential_score": [60.0, 70.0, 99.0, 60.0, 100.0],
        }
    )
    assert where_to_start(table)["ubigeo"].tolist() == ["3", "1", "4"]
    assert where_to_start(table, at_most=2)["ubigeo"].tolist() == ["3", "1"]
    assert where_to_start(table[table["quadrant"].eq("ready")]).empty


def test_poverty_changes_nothing() -> None:
    """Need is beside the index: any poverty gives the same scores."""
    table = many()
    pd.testing.assert_frame_equal(score(table.assign(poverty_pct=90.0))[0], score(table)[0])

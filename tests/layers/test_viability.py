"""The first index: two axes, no place hidden, nothing scored on too little."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.fields import load_fields
from layers import viability
from layers.viability import INDICATORS, Reference, quadrants, score, where_to_start

repeatable = settings(derandomize=True, deadline=None, max_examples=40)

SCORES = ["potential_score", "conditions_score", "viability_score"]


def districts(count: int = 40, outside: int = 5, seed: int = 1) -> pd.DataFrame:
    """Return districts with every indicator known; the last `outside` are not Sierra."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame({indicator.field: random.uniform(1, 100, count) for indicator in INDICATORS})
    table.insert(0, "is_sierra", [True] * (count - outside) + [False] * outside)
    return table


def changed(table: pd.DataFrame, row: int, **values: float) -> pd.DataFrame:
    copy = table.copy()
    for name, value in values.items():
        copy.loc[row, name] = value
    return copy


@repeatable
@given(st.integers(0, 999))
def test_scores_are_between_one_and_a_hundred_and_viability_is_their_geometric_mean(seed: int) -> None:
    """Every score lies on the scale; viability squared is potential times conditions: neither axis hides the other."""
    scores, _ = score(districts(seed=seed))
    assert scores[SCORES].notna().all(axis=None)
    assert scores[SCORES].ge(1).all(axis=None)
    assert scores[SCORES].le(100).all(axis=None)
    product = scores["potential_score"] * scores["conditions_score"]
    assert (scores["viability_score"] ** 2).tolist() == pytest.approx(product.tolist())


@repeatable
@given(st.integers(0, 999), st.sampled_from(INDICATORS), st.floats(0, 200))
def test_a_better_figure_never_lowers_a_score(seed: int, indicator: viability.Indicator, gain: float) -> None:
    """
    Moving one figure in its good direction never lowers a score, and its axis is the only one that moves.

    Proved on a district outside the Sierra, which is scored on the scale of the Sierra and does not set it.
    """
    table = districts(seed=seed)
    row = table.index[-1]
    moved = changed(table, row, **{indicator.field: table.loc[row, indicator.field] + indicator.direction * gain})
    if moved.loc[row, indicator.field] < 0:
        return
    before, after = score(table)[0], score(moved)[0]
    other = "conditions_score" if indicator.axis == "potential" else "potential_score"
    assert (after.loc[row, SCORES] >= before.loc[row, SCORES] - 1e-9).all()
    assert after.loc[row, other] == before.loc[row, other]
    pd.testing.assert_frame_equal(after.drop(index=row), before.drop(index=row))


def test_equal_data_have_equal_scores_and_share_the_better_rank() -> None:
    """Two identical districts are told apart by nothing: same scores, quadrant and place; the next is two behind."""
    table = districts()
    twin = pd.concat([table, table.iloc[[3]]], ignore_index=True)
    scores, _ = score(twin)
    assert scores.iloc[-1].equals(scores.iloc[3].rename(scores.index[-1]))
    ranks = scores["viability_rank"].dropna().sort_values().tolist()
    shared = scores["viability_rank"].iloc[3]
    assert ranks.count(shared) == 2
    assert shared + 1 not in ranks


def test_the_best_of_the_sierra_is_first_and_others_have_no_place() -> None:
    """Ranks run from 1 by falling viability among Sierra districts; outside the Sierra there is a score and no rank."""
    table = districts()
    scores, _ = score(table)
    sierra = scores[table["is_sierra"]].sort_values("viability_rank")
    assert sierra["viability_rank"].tolist() == list(range(1, 36))
    assert sierra["viability_score"].is_monotonic_decreasing
    outside = scores[~table["is_sierra"]]
    assert outside["viability_rank"].isna().all()
    assert outside["viability_score"].notna().all()


def test_the_scale_is_that_of_the_sierra() -> None:
    """A monster outside the Sierra moves nobody else's score; the goalposts come from the Sierra alone."""
    table = districts()
    monster = changed(table, table.index[-1], ppa_producers_count=1e9)
    (before, frozen), (after, still) = score(table), score(monster)
    assert still == frozen
    pd.testing.assert_frame_equal(after.iloc[:-1], before.iloc[:-1])


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.field)
def test_a_pillar_with_less_than_two_thirds_is_withheld(indicator: viability.Indicator) -> None:
    """
    With one figure of a pair missing, half the pillar is known: axis, viability, rank and quadrant are withheld.

    The other axis stays, the other districts stay; nothing is put in place of the missing figure.
    """
    scores, _ = score(changed(districts(), 2, **{indicator.field: np.nan}))
    other = "conditions" if indicator.axis == "potential" else "potential"
    withheld = [f"{indicator.axis}_score", "viability_score", "viability_rank", "quadrant"]
    assert scores.loc[2, withheld].isna().all()
    assert scores[f"{other}_score"].notna().all()
    assert scores.drop(index=2)[SCORES].notna().all(axis=None)


def test_row_order_is_irrelevant() -> None:
    """The same districts in another order have the same scores, ranks and quadrants."""
    table = districts()
    shuffled = table.sample(frac=1, random_state=5)
    pd.testing.assert_frame_equal(score(shuffled)[0].sort_index(), score(table)[0])


def test_a_constant_indicator_does_not_pass_silently() -> None:
    """If every district of the Sierra has the same figure, it ranks nobody: an error names it."""
    with pytest.raises(ValueError, match="capital_distance_km"):
        score(districts().assign(capital_distance_km=7.0))


def test_quadrants_by_hand() -> None:
    """Cuts 50 and 40: both at the cut are ready; one axis below it gives the Mesa's agenda or another vocation."""
    potential = pd.Series([50.0, 50.0, 49.9, 49.9, np.nan, 50.0])
    conditions = pd.Series([40.0, 39.9, 40.0, 39.9, 40.0, np.nan])
    found = quadrants(potential, conditions, Reference({}, 50, 40))
    assert found.tolist()[:4] == ["ready", "mesa_agenda", "other_vocation", "basic_services"]
    assert found.isna().tolist() == [False] * 4 + [True] * 2


def test_the_cuts_are_the_medians_of_the_sierra() -> None:
    """Half the Sierra, give or take a district, lies on each side of each axis."""
    table = districts()
    scores, reference = score(table)
    sierra = scores[table["is_sierra"]]
    assert reference.potential_cut == sierra["potential_score"].median()
    assert reference.conditions_cut == sierra["conditions_score"].median()
    high = sierra["quadrant"].isin(["ready", "mesa_agenda"])
    assert abs(high.sum() - (~high).sum()) <= 1


def test_the_reference_is_written_down_whole() -> None:
    """The provenance keeps low, high, transform and direction of every indicator, and both cuts."""
    record = score(districts())[1].as_dict()
    assert set(record["goalposts"]) == {indicator.field for indicator in INDICATORS}
    assert all(set(posts) == {"low", "high", "transform", "direction"} for posts in record["goalposts"].values())
    assert record["potential_cut"] > 0
    assert record["conditions_cut"] > 0


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


def test_every_indicator_is_in_the_dictionary_with_the_same_direction() -> None:
    """What the index takes is published for districts, and raises or lowers viability as the dictionary says."""
    for indicator in INDICATORS:
        field = load_fields()[indicator.field]
        assert field.at("district")
        assert field.direction == indicator.direction


def test_pillars_are_small_and_need_is_not_among_them() -> None:
    """At most four indicators a pillar, none twice, and no poverty: need is a third axis (domain.md section 9)."""
    fields = [indicator.field for indicator in INDICATORS]
    assert len(set(fields)) == len(fields)
    assert not [name for name in fields if "poverty" in name]
    both = {**viability.pillars("potential"), **viability.pillars("conditions")}
    assert sorted(name for names in both.values() for name in names) == sorted(fields)
    assert all(len(names) <= 4 for names in both.values())

"""How sure a place, a score and a quadrant are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.index.errors import IndexInputError
from layers.viability import rescore, robustness_tables, score, simulate_scores
from tests.layers.viability.examples import eight, many, model

DRAWS = 200


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Return sixty districts: the first best in everything, the second worst, the third gated, the fourth withheld."""
    made = many()
    _, reference = score(made)
    for field in reference.indicators:
        good = made[field].max() * 1.5 if reference.model.indicators[field].direction > 0 else 0.0
        made.loc[0, field] = good
        # the worst, with the producers and the land that open the gates
        bad = made[field].min() / 2 if reference.model.indicators[field].direction > 0 else 300.0
        made.loc[1, field] = 20.0 if field == "ppa_producers_count" else bad
    made.loc[2, "ppa_producers_count"] = 3.0
    made.loc[3, "members_pct"] = np.nan
    return made


@pytest.fixture(scope="module")
def found(table: pd.DataFrame) -> pd.DataFrame:
    """Return the robustness of the sixty."""
    return robustness_tables(table, score(table)[1], draws=DRAWS, seed=3)


def test_one_row_per_scored_district_and_scope(table: pd.DataFrame, found: pd.DataFrame) -> None:
    """The Sierra and each department list their scored districts once; the gated and the withheld are not there."""
    scores, _ = score(table)
    scored = set(table.loc[scores["viability_rank"].notna(), "ubigeo"])
    by_scope = found.groupby("scope")["ubigeo"].agg(set)
    assert by_scope["sierra"] == scored
    assert by_scope["010000"] | by_scope["020000"] == scored
    assert not by_scope["010000"] & by_scope["020000"]
    assert not found.duplicated(["scope", "ubigeo"]).any()
    assert found.groupby("scope")["scored_count"].first().to_dict() == by_scope.map(len).to_dict()


def test_ranks_are_those_published_and_lie_in_their_interval(table: pd.DataFrame, found: pd.DataFrame) -> None:
    """The rank is that of the index; the median draw lies between the fifth and the ninety-fifth of the hundred."""
    scores, _ = score(table)
    published = scores.set_axis(table["ubigeo"])["viability_rank"]
    sierra = found[found["scope"].eq("sierra")].set_index("ubigeo")
    assert sierra["rank"].tolist() == published.loc[sierra.index].tolist()
    assert (found["rank_p05"] <= found["rank_p50"]).all()
    assert (found["rank_p50"] <= found["rank_p95"]).all()
    assert (found["rank_p95"] > found["rank_p05"]).any()


def test_the_best_in_everything_is_always_first(table: pd.DataFrame, found: pd.DataFrame) -> None:
    """Whatever the weights, scales and means: rank 1 in every draw, in the Sierra and in its department; ready."""
    best = found[found["ubigeo"].eq(table["ubigeo"][0])]
    assert best[["rank", "rank_p05", "rank_p95"]].eq(1).all(axis=None)
    assert best[["top_decile_share", "top20_share", "quadrant_share"]].eq(1).all(axis=None)


def test_the_worst_in_everything_is_surely_without_services(table: pd.DataFrame, found: pd.DataFrame) -> None:
    """Below the middle of the Sierra on both axes in every draw, also on the scales that have another middle."""
    scores, _ = score(table)
    assert scores["quadrant"].iloc[1] == "basic_services"
    worst = found[found["ubigeo"].eq(table["ubigeo"][1])]
    assert worst["quadrant_share"].eq(1).all()


def test_points_of_another_scale_are_not_in_the_interval(table: pd.DataFrame, found: pd.DataFrame) -> None:
    """The best in everything has 100 points whatever the weights; on a z-score it would have fewer."""
    best = found[found["ubigeo"].eq(table["ubigeo"][0])]
    assert best["score_p05"].tolist() == pytest.approx([100.0, 100.0])


def test_the_score_interval_is_around_the_score(table: pd.DataFrame, found: pd.DataFrame) -> None:
    """On the release's own scale, most scores lie in the interval of their draws, and every interval in 1-100."""
    scores, _ = score(table)
    sierra = found[found["scope"].eq("sierra")].set_index("ubigeo")
    own = scores.set_axis(table["ubigeo"])["viability_score"].loc[sierra.index]
    inside = own.between(sierra["score_p05"] - 1e-9, sierra["score_p95"] + 1e-9)
    assert inside.mean() > 0.9
    assert sierra["score_p05"].ge(1).all()
    assert sierra["score_p95"].le(100).all()


def test_the_quadrant_is_less_sure_near_the_cuts(table: pd.DataFrame, found: pd.DataFrame) -> None:
    """The district nearest to both cuts agrees with itself in fewer draws than the one farthest from them."""
    scores, reference = score(table)
    sierra = found[found["scope"].eq("sierra")].set_index("ubigeo")["quadrant_share"]
    points = scores.set_axis(table["ubigeo"]).loc[sierra.index]
    from_potential = (points["potential_score"] - reference.potential_cut).abs()
    distance = from_potential.clip(upper=(points["conditions_score"] - reference.conditions_cut).abs())
    nearest_first = sierra.loc[distance.sort_values().index].tolist()
    assert nearest_first[0] < nearest_first[-1]
    assert sierra.between(0, 1).all()


def test_the_same_seed_gives_the_same_and_another_gives_another(table: pd.DataFrame, found: pd.DataFrame) -> None:
    """Seeded: the same draws again, whatever the order of the rows; another seed moves some figure."""
    _, reference = score(table)
    again = robustness_tables(table, reference, draws=DRAWS, seed=3)
    pd.testing.assert_frame_equal(again, found)
    other = robustness_tables(table, reference, draws=DRAWS, seed=4)
    assert not other.equals(found)


def test_without_a_number_the_draws_are_those_of_the_model() -> None:
    """The seed and the number of draws come from the frozen model."""
    _, reference = score(eight(), model())
    made = simulate_scores(eight(), reference)
    assert made.ranks.ranks.shape == (6, 200)


def test_other_weights_have_other_draws(table: pd.DataFrame) -> None:
    """The ranks drawn around live weights are those of the scores of those weights."""
    _, reference = score(table)
    weights = {"scale": 6.0}
    made = simulate_scores(table, reference, weights=weights, draws=20)
    scores = rescore(table, reference, weights).table.set_axis(table["ubigeo"])
    own = made.table().set_index("ubigeo")["rank"]
    assert own.tolist() == scores.loc[own.index, "viability_rank"].tolist()


def test_one_scored_district_has_no_robustness_and_stops_no_release() -> None:
    """With fewer than two scored districts there is nothing to rank: an empty table, with its columns."""
    _, reference = score(eight(), model())
    alone = robustness_tables(eight().head(1), reference)
    assert alone.empty
    assert list(alone.columns) == list(robustness_tables(eight(), reference, draws=20).columns)


def test_one_pillar_an_axis_leaves_no_mean_to_vary() -> None:
    """Where an axis has one pillar, geometric and arithmetic are the same: the other choices are drawn all the same."""
    _, reference = score(eight().drop(columns=["value", "light"]), model())
    made = simulate_scores(eight(), reference, draws=30)
    assert (made.ranks.ranks.min(axis=1) < made.ranks.ranks.max(axis=1)).any()


def test_nothing_to_draw_is_an_error() -> None:
    """No draws, or a single scored district, give no robustness."""
    _, reference = score(eight(), model())
    with pytest.raises(IndexInputError, match="pruebas"):
        simulate_scores(eight(), reference, draws=0)
    with pytest.raises(IndexInputError):
        simulate_scores(eight().head(1), reference)

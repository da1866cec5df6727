"""Monte-Carlo ranks: seeded, right, honest about what changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.index.aggregation import aggregate
from layers.index.errors import IndexInputError, PerturbationError
from layers.index.perturbation import Perturbations, draw
from layers.index.robustness import prepare, simulate
from layers.index.structure import Node, Structure
from layers.index.treatment import TreatmentRules
from layers.index.variants import variants
from tests.layers.index.trees import CODES, METHODS, TREE, scores

repeatable = settings(derandomize=True, deadline=None, max_examples=15)
WEIGHTS_ONLY = Perturbations(leave_one_out=False)


def run(data: pd.DataFrame, **options: Any) -> Any:
    return simulate({"own": data}, TREE, METHODS, **{"draws": 200, "seed": 3, **options})


def test_every_draw_is_the_rank_of_its_own_scoring() -> None:
    """Two normalisations, two aggregations, weights and one left out: each draw scored again one by one."""
    data, gaps = scores(30, missing=0.1), scores(30, missing=0.1).rank() + 1
    asked = Perturbations(aggregations=("arithmetic",))
    model = prepare({"own": data, "rank": gaps}, TREE, METHODS, None, asked, 0)
    made = draw(TREE, model.rows, asked, 2, 60, 9)
    ranks, slots = model.ranks(made)
    for slot, position in enumerate(slots):
        left = made.left_out[position]
        smaller = TREE if left < 0 else TREE.without([CODES[left]])
        weights = {"index": 1.0}
        for parent in smaller.aggregates:
            row = dict(zip(TREE.children(parent), made.weights[parent][position], strict=True))
            weights |= {child: row[child] for child in smaller.children(parent)}
        method: Any = METHODS if made.aggregation[position] == 0 else "arithmetic"
        frame = (data if made.variant[position] == 0 else gaps)[list(smaller.indicators)]
        expected = aggregate(frame, smaller, method, weights, 0).scores["index"].rank(ascending=False, method="min")
        # single precision may swap two that are equal to the seventh digit
        assert np.abs(expected.fillna(0).to_numpy() - ranks[:, slot]).max() <= 1
        assert (expected.fillna(0).to_numpy() == ranks[:, slot]).mean() > 0.9


def test_same_seed_same_ranks() -> None:
    """Threads or not; another seed gives other ranks."""
    data = scores(40)
    assert (run(data).ranks == run(data).ranks).all()
    assert (run(data).ranks != run(data, seed=4).ranks).any()


@repeatable
@given(st.integers(0, 1000), st.integers(2, 6))
def test_equal_data_get_equal_rank_in_every_draw(seed: int, copies: int) -> None:
    """However many times a row is repeated, wherever it stands."""
    data = scores(17, seed)
    data.iloc[-copies:] = data.iloc[0].to_numpy()
    ranks = run(data, draws=40).ranks
    assert (ranks[-copies:] == ranks[0]).all()


def test_who_dominates_is_always_ahead() -> None:
    """A unit better in everything is first in every draw: interval 1-1, ahead of all with certainty."""
    data = scores(25).clip(upper=90)
    data.loc["u7"] = 95.0
    found = run(data)
    summary = found.summary()
    assert summary.loc["u7", ["rank", "rank_p05", "rank_p50", "rank_p95", "top_decile_share"]].tolist() == [
        1,
        1,
        1,
        1,
        1,
    ]
    assert (found.ahead_of_all("u7").drop("u7") == 1).all()
    assert np.isnan(found.ahead_of_all("u7")["u7"])
    assert found.can_tell_apart("u7", "u1")


def test_missing_units_stay_out() -> None:
    """Withheld by the index: no rank in any draw, missing in the summary; the others rank among themselves."""
    data = scores(10)
    data.loc["u4", ["p1a", "p1b"]] = np.nan
    found = run(data, perturbations=WEIGHTS_ONLY)
    assert (found.ranks[4] == 0).all()
    assert found.summary().loc["u4"].isna().all()
    assert np.sort(np.delete(found.ranks[:, 0], 4)).tolist() == list(range(1, 10))
    assert np.isnan(found.ahead_of_all("u1")["u4"])


def test_a_unit_with_one_indicator_of_a_pillar_has_no_rank_when_it_is_left_out() -> None:
    """Its share of ranked draws says so."""
    data = scores(10)
    data.loc["u4", ["h1a"]] = np.nan
    data.loc["u4", ["h2a"]] = np.nan
    found = run(data, minimum_share={2: 0.5, 3: 0.5, 4: 1}, draws=600).summary()["ranked_share"]
    assert found["u4"] == pytest.approx(1 - 1 / 9, abs=0.05)
    assert (found.drop("u4") == 1).all()


def test_an_indicator_of_weight_0_does_not_stand_in_for_the_one_left_out() -> None:
    """u4 has one indicator that weighs in its pillar: without it the pillar is missing, not zero nor a failed score."""
    data = scores(10)
    data.loc["u4", "p1a"] = np.nan
    weights = {**dict.fromkeys(TREE.by_code, 1.0), "p1c": 0.0}
    found = run(data, weights=weights, minimum_share=0, draws=300).summary()["ranked_share"]
    assert (found == 1).all()
    strict = run(data, weights=weights, minimum_share={2: 0, 3: 1, 4: 1}, draws=300).summary()["ranked_share"]
    assert strict["u4"] < 1
    assert (strict.drop("u4") == 1).all()


def test_ranks_within_a_region_come_from_the_same_draws() -> None:
    """Among the units of a mask, as if only they were ranked; order and ties kept."""
    data = scores(30)
    data.iloc[5] = data.iloc[3]
    found = run(data, draws=50)
    mask = pd.Series(np.arange(30) % 3 != 1, index=data.index)
    within = found.within(mask)
    chosen = mask.to_numpy()
    expected = pd.DataFrame(found.ranks[chosen]).rank(method="min").to_numpy()
    assert (within.ranks == expected).all()
    assert within.units.tolist() == data.index[chosen].tolist()
    assert within.summary()["rank"].max() <= chosen.sum()


def test_shares_by_hand() -> None:
    """Four draws of three units: counted with the fingers."""
    found = run(scores(3), draws=4)
    object.__setattr__(found, "ranks", np.array([[1, 1, 2, 1], [2, 1, 1, 0], [3, 3, 3, 2]], dtype=np.uint16))
    assert found.top_share(1).tolist() == pytest.approx([3 / 4, 2 / 3, 0])
    # u0 before u1 once, tied once, behind once; the draw in which u1 has no rank does not count
    assert found.ahead("u0", "u1") == pytest.approx((1 + 0.5) / 3)
    assert found.ahead("u1", "u0") == pytest.approx(0.5)
    assert not found.can_tell_apart("u0", "u1")
    assert found.can_tell_apart("u0", "u2")


def test_intervals_hold_the_median_and_are_ordered() -> None:
    """5 <= 50 <= 95 %, from 1 to n; probabilities from 0 to 1; the top decile of n units adds up to about n / 10."""
    summary = run(scores(50)).summary()
    assert (summary["rank_p05"] <= summary["rank_p50"]).all()
    assert (summary["rank_p50"] <= summary["rank_p95"]).all()
    assert summary["rank_p05"].min() >= 1
    assert summary["rank_p95"].max() <= 50
    assert summary["top_decile_share"].sum() == pytest.approx(5, abs=0.01)


@pytest.mark.parametrize(
    ("perturbations", "names", "said"),
    [
        (Perturbations(weight_spread_share=0.0, leave_one_out=False), ["own"], "pesos"),
        (Perturbations(weights="none", aggregations=(METHODS,), leave_one_out=False), ["own"], "agregación 1"),
        (Perturbations(weights="none", leave_one_out=False), ["own", "same"], "variante same"),
    ],
)
def test_a_perturbation_that_changes_nothing_raises_and_is_named(
    perturbations: Perturbations, names: list[str], said: str
) -> None:
    """Weights of spread 0, an aggregation equal to the index's, a variant equal to the first: false certainty."""
    data = scores(20)
    with pytest.raises(PerturbationError, match=said):
        simulate(dict.fromkeys(names, data), TREE, METHODS, perturbations=perturbations, draws=10)


def test_all_idle_perturbations_are_named_at_once_and_one_indicator_cannot_be_left_out() -> None:
    """A tree of one indicator: neither its weight nor its absence can change anything."""
    tree = Structure((Node("i", None, 2), Node("a", "i", 1)))
    with pytest.raises(PerturbationError) as caught:
        simulate({"own": pd.DataFrame({"a": [1.0, 2.0]})}, tree, "arithmetic", draws=5)
    assert [problem.where for problem in caught.value.problems] == [
        "robustez: pesos (dirichlet)",
        "robustez: dejar un indicador fuera",
    ]


def test_each_variant_moves_the_ranks_and_is_used() -> None:
    """Treatment and normalisation as variants of raw data: six, all different from the first."""
    generator = np.random.default_rng(8)
    raw = pd.DataFrame(np.exp(generator.normal(0, 2, size=(60, len(CODES)))), columns=CODES)
    made = variants(
        raw,
        TREE.directions,
        {"untreated": None, "treated": TreatmentRules()},
        ["min_max", "z_score", "percentile_rank"],
    )
    assert list(made)[:2] == ["untreated/min_max", "untreated/z_score"]
    assert len(made) == 6
    assert all(frame.min().min() >= 1 and frame.max().max() <= 100 for frame in made.values())
    with pytest.raises(PerturbationError, match="treated/percentile_rank"):
        # winsorising a few makes ties at the top only where there were none: ranks may stay; identical variants raise
        simulate({**made, "treated/percentile_rank": made["untreated/min_max"]}, TREE, METHODS, draws=5)


def test_bad_input_is_refused() -> None:
    """Variants of other units or with other gaps, and nobody to rank."""
    data = scores(10)
    with pytest.raises(IndexInputError, match="otras unidades"):
        simulate({"own": data, "less": data.iloc[1:]}, TREE, METHODS)
    with pytest.raises(IndexInputError, match="No hay a quién ordenar"):
        simulate({"own": data.iloc[:1]}, TREE, METHODS)

"""Aggregation of a whole tree, level by level, and its refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.index.aggregation import aggregate, copeland, weighted_harmonic_mean
from layers.index.errors import IndexInputError
from layers.index.structure import Structure
from tests.layers.index.trees import CODES, METHODS, TREE, methods, pair, scores, tables, weights

repeatable = settings(derandomize=True, deadline=None, max_examples=40)


def index(data: pd.DataFrame, method: Any = METHODS, weight: Any = None, minimum: Any = 2 / 3) -> pd.Series:
    return aggregate(data, TREE, method, weight, minimum).scores["index"]


def test_the_square_root_of_the_product_of_two_axes_by_hand() -> None:
    """Pillars 4 and 16 make an axis of 8; 8 and 18 make 12."""
    row = dict(zip(CODES, [2.0, 4, 6, 10, 22, 15, 21, 18], strict=True))
    made = aggregate(pd.DataFrame([row]), TREE, METHODS)
    assert made.scores.iloc[0].to_dict() == pytest.approx(
        {"p1": 4, "p2": 16, "h1": 18, "h2": 18, "p": 8, "h": 18, "index": 12}
    )
    assert made.present_share.iloc[0].eq(1).all()


def test_harmonic_by_hand() -> None:
    """2 and 6 with equal weights: 3."""
    assert weighted_harmonic_mean(
        pd.DataFrame({"a": [2.0], "b": [6.0]}), pd.Series({"a": 1.0, "b": 1.0}), 1
    ).tolist() == [3]
    data = pd.DataFrame({"a": [2.0], "b": [6.0]})
    assert aggregate(data, pair(), "harmonic").scores["index"].tolist() == pytest.approx([3])


@repeatable
@given(tables, methods, weights)
def test_scores_lie_between_the_worst_and_the_best_indicator(data: pd.DataFrame, method: Any, weight: Any) -> None:
    """Whatever the mean, the weights and the gaps."""
    found = index(data, method, weight, 0)
    known = found.notna()
    assert (found[known] >= data.min(axis=1)[known] - 1e-9).all()
    assert (found[known] <= data.max(axis=1)[known] + 1e-9).all()


@repeatable
@given(tables, methods, weights, st.sampled_from(CODES), st.floats(0.5, 50))
def test_a_better_indicator_raises_the_score(
    data: pd.DataFrame, method: Any, weight: Any, code: str, gain: float
) -> None:
    """Strictly, in every unit that has the indicator, and in no other."""
    before, after = index(data, method, weight, 0), index(data.assign(**{code: data[code] + gain}), method, weight, 0)
    known = data[code].notna()
    assert (after[known] > before[known]).all()
    pd.testing.assert_series_equal(after[~known], before[~known])


@repeatable
@given(tables, methods, weights, st.floats(0.1, 9))
def test_scale_and_row_order_do_not_matter(data: pd.DataFrame, method: Any, weight: Any, factor: float) -> None:
    """Twice the data, twice the score; shuffled rows, shuffled scores; weights in percent are the same weights."""
    found = index(data, method, weight)
    pd.testing.assert_series_equal(index(data * factor, method, weight), found * factor)
    pd.testing.assert_series_equal(index(data[::-1], method, weight)[::-1], found)
    heavier = {code: value * 100 for code, value in weight.items()}
    pd.testing.assert_series_equal(index(data, method, heavier), found)


@repeatable
@given(tables, methods, weights, st.sampled_from(CODES[:7]))
def test_weight_0_removes_an_indicator(data: pd.DataFrame, method: Any, weight: Any, code: str) -> None:
    """The score is that of the tree without it, and its values no longer matter."""
    none = {**weight, code: 0.0}
    smaller = TREE.without([code])
    kept = {node.code: none[node.code] for node in smaller.nodes}
    found = index(data, method, none, 0)
    without = aggregate(data.drop(columns=code), smaller, method, kept, 0).scores["index"]
    pd.testing.assert_series_equal(found, without)
    pd.testing.assert_series_equal(index(data.assign(**{code: 0.0}), method, none, 0), found)


def test_a_pillar_below_two_thirds_withholds_the_score() -> None:
    """With a minimum of 2/3 in the pillar and of all above: two of three are enough, one of three is not."""
    data = scores(3)
    data.loc["u1", "p1a"] = np.nan
    data.loc["u2", ["p1a", "p1b"]] = np.nan
    made = aggregate(data, TREE, METHODS, minimum_share={2: 2 / 3, 3: 1, 4: 1})
    assert made.scores["index"].isna().tolist() == [False, False, True]
    assert made.scores["p1"].isna().tolist() == [False, False, True]
    assert made.scores["h"].notna().all()
    assert made.present_share["p1"].tolist() == pytest.approx([1, 2 / 3, 1 / 3])
    assert index(data, minimum=0).notna().all()


def test_nothing_known_is_missing_whatever_is_asked() -> None:
    """A unit without any value has no score even with a minimum of 0."""
    data = scores(3)
    data.loc["u0"] = np.nan
    assert index(data, minimum=0).isna().tolist() == [True, False, False]


def test_copeland_by_hand() -> None:
    """A beats B and C by weight; B beats C: 2, 0, -2. Equal units tie, a cycle ties all."""
    parts = pd.DataFrame({"a": [3.0, 2, 1], "b": [3.0, 2, 1], "c": [1.0, 2, 3]}, index=list("ABC"))
    equal = pd.Series({"a": 1.0, "b": 1.0, "c": 1.0})
    assert copeland(parts, equal).tolist() == [2, 0, -2]
    assert copeland(parts, pd.Series({"a": 1.0, "b": 1.0, "c": 2.0})).tolist() == [0, 0, 0]
    cycle = pd.DataFrame({"a": [3.0, 2, 1], "b": [1.0, 3, 2], "c": [2.0, 1, 3]})
    assert copeland(cycle, equal).tolist() == [0, 0, 0]
    data = parts.rename(columns={"c": "x"})[["a", "b"]]
    assert aggregate(data, pair(), "copeland").scores["index"].tolist() == [2, 0, -2]


def test_copeland_at_size_agrees_with_pairs() -> None:
    """300 units, more than one block: the same as comparing pair by pair; all add up to zero."""
    generator = np.random.default_rng(3)
    parts = pd.DataFrame(generator.integers(0, 9, size=(300, 3)).astype(float), columns=list("abc"))
    weight = pd.Series({"a": 0.1, "b": 0.2, "c": 0.3})
    found = copeland(parts, weight)
    signs = np.sign(parts.to_numpy()[:, None, :] - parts.to_numpy()[None, :, :])
    margin = (signs * weight.to_numpy()).sum(axis=2).round(9)
    assert found.tolist() == np.sign(margin).sum(axis=1).tolist()
    assert found.sum() == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weights": {**dict.fromkeys(TREE.by_code, 1.0), "p1a": -1.0}}, "Peso ausente o negativo.*peso de p1a"),
        ({"weights": {**dict.fromkeys(TREE.by_code, 1.0), "zz": 1.0}}, "nodo desconocido.*zz"),
        ({"weights": {"p1a": 1.0}}, "Peso ausente"),
        ({"weights": {**dict.fromkeys(TREE.by_code, 1.0), "p2a": 0.0, "p2b": 0.0}}, "Pilar vacío.*p2"),
        ({"methods": {2: "arithmetic"}}, "nivel 3"),
        ({"methods": "magic"}, "magic"),
        ({"minimum_share": 66.0}, "Ajuste"),
    ],
)
def test_wrong_weights_and_settings_are_refused(changes: dict[str, Any], said: str) -> None:
    """Negative, unknown, absent and all-zero weights; a level without a method, an unknown one, a share of 66."""
    with pytest.raises(IndexInputError, match=said):
        aggregate(scores(), TREE, **changes)


def test_a_geometric_mean_of_zero_is_refused() -> None:
    """It would be zero whatever the rest."""
    with pytest.raises(IndexInputError, match="normalice de 1 a 100"):
        aggregate(scores().assign(p1a=0.0), TREE, "geometric")


def test_duplicated_units_and_infinite_values_are_refused_together() -> None:
    """Both in one error."""
    data = scores(3)
    data.iloc[0, 0] = np.inf
    data.index = pd.Index(["x", "x", "y"])
    with pytest.raises(IndexInputError) as caught:
        aggregate(data, TREE)
    assert len(caught.value.problems) == 2


def test_all_missing_indicator_is_refused_by_name() -> None:
    """Not turned into withheld scores without a word."""
    with pytest.raises(IndexInputError, match=r"sin ningún dato.*p2b"):
        aggregate(scores().assign(p2b=np.nan), TREE)


def test_a_tree_of_one_unit_scores() -> None:
    """One territory alone is scored: the scale is frozen, nobody else is needed."""
    tree: Structure = TREE
    assert aggregate(scores(1), tree, METHODS).scores["index"].notna().all()

"""Correlation, redundancy, internal consistency."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.index.aggregation import aggregate
from layers.index.correlation import correlations, correlations_with_parents, cronbach_alpha, redundant_pairs
from tests.layers.index.trees import METHODS, TREE, scores


def test_redundant_siblings_are_listed_and_cousins_are_not() -> None:
    """Two indicators of one pillar that say the same, in either sense; the same across pillars is another question."""
    data = scores(50)
    data["p1b"] = -2 * data["p1a"] + 1
    data["h1a"] = data["p1c"]
    pairs = redundant_pairs(data, TREE)
    assert pairs[["parent", "first", "second"]].to_numpy().tolist() == [["p1", "p1a", "p1b"]]
    assert pairs.at[0, "correlation"] == pytest.approx(-1)
    assert pairs.at[0, "units_count"] == 50
    assert redundant_pairs(scores(50), TREE).empty


def test_spearman_sees_what_is_not_a_line_with_gaps_too() -> None:
    """An exponential of the other: rank correlation 1."""
    data = pd.DataFrame({"a": np.arange(20.0)})
    data["b"] = np.exp(data["a"])
    assert correlations(data, "spearman").at["a", "b"] == pytest.approx(1)
    assert float(correlations(data).to_numpy()[0, 1]) < 0.9
    data.loc[3, "a"] = np.nan
    assert correlations(data, "spearman").at["a", "b"] == pytest.approx(1)


def test_every_indicator_is_compared_with_all_above_it() -> None:
    """Three aggregates above each of eight indicators, two above a pillar, one above an axis."""
    data = scores(50)
    table = correlations_with_parents(data.join(aggregate(data, TREE, METHODS).scores), TREE)
    assert len(table) == 8 * 3 + 4 * 2 + 2
    alone = table[(table["node"] == "h2a") & (table["aggregate"] == "h2")]
    assert alone["correlation"].tolist() == pytest.approx([1])


def test_cronbachs_alpha_by_hand() -> None:
    """Equal items: 1. Two items of variances 1 and covariance c: 2 (1 - 2 / (2 + 2c))."""
    item = pd.Series([1.0, 2, 3, 4])
    assert cronbach_alpha(pd.DataFrame({"a": item, "b": item})) == pytest.approx(1)
    data = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 1, 4, 3]})
    rho = 0.6
    assert cronbach_alpha(data) == pytest.approx(2 * (1 - 2 / (2 + 2 * rho)))
    assert cronbach_alpha(data * [1, 100], standardised=True) == pytest.approx(cronbach_alpha(data))
    assert np.isnan(cronbach_alpha(data[["a"]]))

"""Weights optimised for balance: never worse than equal, bounded, on target where that is possible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.index.balance import balanced_weights
from layers.index.errors import IndexInputError


def unbalanced(seed: int = 4) -> pd.DataFrame:
    """Return three parts of a common factor and one of its own, from 1 to 100."""
    generator = np.random.default_rng(seed)
    common = generator.normal(size=(400, 1))
    parts = np.hstack([common + 0.7 * generator.normal(size=(400, 3)), generator.normal(size=(400, 1))])
    scaled = 1 + 99 * (parts - parts.min(axis=0)) / np.ptp(parts, axis=0)
    return pd.DataFrame(scaled, columns=list("abcd"))


@pytest.mark.parametrize("method", ["arithmetic", "geometric"])
def test_the_lonely_part_gets_more_until_all_matter_the_same(method: str) -> None:
    """Equal weights make the correlated three dominate; balanced, the four correlations with the score are equal."""
    found = balanced_weights(unbalanced(), method)  # type: ignore[arg-type]
    assert found.gap_before > 0.02
    assert found.gap_after < 1e-4
    assert found.correlations.max() - found.correlations.min() < 0.01
    assert found.weights["d"] > found.weights["a"]
    assert found.weights.sum() == pytest.approx(1)


def test_targets_are_met() -> None:
    """Twice the importance for the first: its correlation is twice the others'."""
    parts = pd.DataFrame(np.random.default_rng(1).normal(size=(3000, 3)), columns=list("abc"))
    found = balanced_weights(parts, targets={"a": 2, "b": 1, "c": 1})
    assert (found.correlations["a"] / found.correlations["b"]) == pytest.approx(2, rel=0.01)


def test_never_worse_than_equal_and_inside_the_bounds() -> None:
    """With a narrow corridor the target is out of reach: the best inside it is kept."""
    found = balanced_weights(unbalanced(), floor_share=0.9, ceiling_share=1.1)
    assert found.gap_after <= found.gap_before
    assert found.weights.between(0.25 * 0.9 / 1.1, 0.25 * 1.1 / 0.9).all()


def test_opposed_parts_never_end_worse_than_equal() -> None:
    """Two parts that fight: the steps wander, the best of them is kept."""
    generator = np.random.default_rng(0)
    first = generator.normal(size=300)
    for share in (0.2, 0.5, 1.0):
        noise = generator.normal(size=(300, 2))
        parts = pd.DataFrame({"a": first, "b": -first + share * noise[:, 0], "c": noise[:, 1]})
        found = balanced_weights(parts)
        assert found.gap_after <= found.gap_before


def test_the_same_data_give_the_same_weights_whatever_the_row_order() -> None:
    """No seed, no chance."""
    parts = unbalanced()
    again = balanced_weights(parts[::-1])
    assert again.weights.tolist() == pytest.approx(balanced_weights(parts).weights.tolist(), abs=1e-6)


def test_wrong_targets_and_constant_parts_are_refused() -> None:
    """Importance must be positive; a constant has no correlation."""
    with pytest.raises(IndexInputError, match="Importancia"):
        balanced_weights(unbalanced(), targets={"a": 0.0})
    with pytest.raises(IndexInputError, match="constante"):
        balanced_weights(unbalanced().assign(a=1.0))

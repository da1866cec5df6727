"""Sharing out exact totals, and what may grow at an altitude."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines.demo_farms import altitude_fit, patchiness, share_out


def test_largest_remainder_by_hand() -> None:
    """10 over weights 1 : 1 : 2 is 2.5, 2.5, 5: the first half goes up; weight 0 gets nothing."""
    assert share_out(10, np.array([1.0, 1.0, 2.0])).tolist() == [3, 2, 5]
    assert share_out(7, np.array([1.0, 0.0, 2.0])).tolist() == [2, 0, 5]
    assert share_out(0, np.array([1.0, 2.0])).tolist() == [0, 0]


def test_what_does_not_fit_goes_to_the_others() -> None:
    """With a cap of 2 on the heaviest place the rest is shared by the other two in proportion."""
    assert share_out(8, np.array([10.0, 1.0, 2.0]), np.array([2, 9, 9])).tolist() == [2, 2, 4]
    assert share_out(3, np.array([1.0, 1.0]), np.array([1, 2])).tolist() == [1, 2]


def test_too_much_is_refused() -> None:
    """A total that no place can take is a fault, not a shorter sum."""
    with pytest.raises(ValueError, match="no room for 5"):
        share_out(5, np.array([1.0, 1.0]), np.array([2, 2]))


def test_totals_and_caps_hold_whatever_the_weights() -> None:
    """Fifty random cases: the sum is exact and no cap is passed."""
    for seed in range(50):
        rng = np.random.default_rng(seed)
        weights, caps = rng.lognormal(0, 3, 30), rng.integers(0, 50, 30)
        total = int(rng.integers(0, caps.sum() + 1))
        counts = share_out(total, weights, caps)
        assert counts.sum() == total
        assert (counts <= caps).all()
        assert (counts >= 0).all()


def test_altitude_fit_is_the_trapezoid() -> None:
    """Window 1000-2000-3000-4000 m: a district reaches 300 m below and 400 m above its capital."""
    crop = pd.DataFrame(
        {"altitude_a_m": [1000], "altitude_b_m": [2000], "altitude_c_m": [3000], "altitude_d_m": [4000]}
    )
    fit = altitude_fit(np.array([100.0, 1100.0, 1700.0, 3300.0, 3800.0, 4300.0]), crop)[:, 0]
    assert fit.tolist() == pytest.approx([0.0, 0.5, 1.0, 1.0, 0.5, 0.0])


def test_neighbours_are_alike() -> None:
    """Districts of one province share half of the variance: they differ less among themselves than from others."""
    traits = pd.DataFrame(
        {"ubigeo": [f"{province:04d}{district:02d}" for province in range(300) for district in range(10)]}
    )
    factors = np.log(patchiness(traits, np.random.default_rng(0), spread=1.0)).reshape(300, 10)
    assert factors.var() == pytest.approx(1.0, abs=0.1)
    assert factors.var(axis=1, ddof=1).mean() == pytest.approx(0.5, abs=0.05)

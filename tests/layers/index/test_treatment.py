"""Treatment of outliers: the published rule, point by point, with its record."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.index.errors import IndexInputError
from layers.index.treatment import (
    TreatmentRules,
    box_cox,
    kurtosis,
    log1p,
    log_shifted,
    passes,
    skewness,
    treat,
    treat_table,
    winsorise,
)

repeatable = settings(derandomize=True, deadline=None, max_examples=40)
heavy = st.lists(st.integers(-8, 8), min_size=6, max_size=60).map(
    lambda powers: pd.Series([float(np.sign(p) * 3.0 ** abs(p)) for p in powers], name="x")
)

ONE_OUTLIER = pd.Series([*range(1, 20), 1000], dtype=float, name="x")


def test_moments_are_those_of_spreadsheets() -> None:
    """1, 2, 3, 4, 10 by the formulas that spreadsheets publish for SKEW and KURT; missing values are left out."""
    values = pd.Series([1.0, 2, 3, 4, 10, np.nan])
    x = np.array([1, 2, 3, 4, 10.0])
    z = (x - x.mean()) / x.std(ddof=1)
    assert skewness(values) == pytest.approx(5 / (4 * 3) * (z**3).sum())
    assert kurtosis(values) == pytest.approx(5 * 6 / (4 * 3 * 2) * (z**4).sum() - 3 * 16 / (3 * 2))


def test_one_outlier_is_brought_to_the_next_value() -> None:
    """1,000 among 1 to 19 becomes 19, and is the only point moved."""
    treated = treat(ONE_OUTLIER)
    assert treated.method == "winsorised"
    assert treated.values.tolist() == [*range(1, 20), 19]
    assert [(p.unit, p.tail, p.before, p.after) for p in treated.points] == [(19, "high", 1000, 19)]
    assert treated.passes
    assert not passes(ONE_OUTLIER)
    assert treated.skewness_before > 2 > treated.skewness_after


def test_a_low_outlier_is_raised() -> None:
    """The tail follows the sign of the skewness."""
    values, points = winsorise(-ONE_OUTLIER)
    assert values.iloc[-1] == -19
    assert points[0].tail == "low"


def test_beyond_five_points_the_original_is_transformed() -> None:
    """Nine powers of a thousand: five moved are not enough, so the logarithm of the untouched values."""
    values = pd.Series([*range(1, 40), *(1000.0**k for k in range(1, 10))], name="x", dtype=float)
    treated = treat(values)
    assert treated.method == "log_shifted"
    assert treated.points == ()
    assert treated.values.equals(log_shifted(values))
    assert treat(values, TreatmentRules(fallback="none")).method == "winsorised"


def test_either_moment_is_enough_to_pass() -> None:
    """Skewed but not peaked passes: the rule is OR, as COINr's."""
    low = TreatmentRules(skewness_limit=0.01, kurtosis_limit=3.5)
    assert passes(pd.Series([1.0, 1, 2, 3, 5]), low)
    assert skewness(pd.Series([1.0, 1, 2, 3, 5])) > 0.01


@repeatable
@given(heavy)
def test_winsorising_keeps_the_order_and_the_bounds(values: pd.Series) -> None:
    """Nobody overtakes anybody, nothing leaves the range, every moved point is recorded, some variety is left."""
    treated, points = winsorise(values)
    order = values.sort_values(kind="stable").index
    assert (np.diff(treated[order]) >= 0).all()
    assert treated.between(values.min(), values.max()).all()
    assert int((treated != values).sum()) == len(points)
    assert values.nunique() < 2 or treated.nunique() > 1


@repeatable
@given(heavy, st.permutations(range(6)))
def test_treatment_does_not_depend_on_the_order_of_rows(values: pd.Series, order: list[int]) -> None:
    """Shuffled rows give the shuffled result."""
    shuffled = values.iloc[[*order, *range(6, len(values))]]
    expected = treat(values).values[shuffled.index]
    assert treat(shuffled).values.tolist() == pytest.approx(expected.tolist())


def test_logarithms_by_hand() -> None:
    """log(x - min + 0.01 range) of 0 and 100: log 1 and log 101; log1p refuses negative values."""
    assert log_shifted(pd.Series([0.0, 100.0, np.nan])).tolist()[:2] == pytest.approx([0, np.log(101)])
    assert log1p(pd.Series([0.0, np.e - 1])).tolist() == pytest.approx([0, 1])
    with pytest.raises(IndexInputError, match="negativos"):
        log1p(pd.Series([-1.0, 2.0], name="x"))


def test_box_cox_finds_the_logarithm_of_a_lognormal() -> None:
    """The exponential of a normal sample has lambda near 0, and missing stays missing."""
    sample = pd.Series([NormalDist().inv_cdf(p) for p in np.linspace(0.01, 0.99, 99)])
    values, power = box_cox(pd.Series([*np.exp(3 + sample), np.nan]))
    assert abs(power) < 0.15
    assert values.isna().tolist() == [False] * 99 + [True]
    assert abs(skewness(values)) < 0.1
    assert (
        treat(pd.Series(np.exp(3 * sample.to_numpy())), TreatmentRules(winsorised_at_most=0, fallback="box_cox")).method
        == "box_cox"
    )


def test_a_table_keeps_a_record_of_every_indicator() -> None:
    """One row per indicator, one per point; a rule may be given for one indicator alone."""
    data = pd.DataFrame({"calm": np.arange(20.0), "wild": ONE_OUTLIER.to_numpy()})
    done = treat_table(data)
    assert done.record["method"].to_dict() == {"calm": "none", "wild": "winsorised"}
    assert done.points[["indicator", "before", "after"]].to_numpy().tolist() == [["wild", 1000, 19]]
    assert done.record.loc["wild", "winsorised_count"] == 1
    other = treat_table(data, {"wild": TreatmentRules(winsorised_at_most=0, fallback="log1p")})
    assert other.record["method"].to_dict() == {"calm": "none", "wild": "log1p"}


def test_bad_columns_are_refused_together() -> None:
    """Constant and infinite in one error."""
    with pytest.raises(IndexInputError) as caught:
        treat_table(pd.DataFrame({"c": [1.0, 1, 1], "i": [1.0, np.inf, 2]}))
    assert len(caught.value.problems) == 2

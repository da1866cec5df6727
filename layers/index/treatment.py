"""
Treatment of outliers: winsorisation, logarithms, Box-Cox.

An indicator passes when |skewness| < 2 or excess kurtosis < 3.5 (OECD/JRC Handbook, 2008, step 5; COINr's
`check_SkewKurt`), both with the small-sample correction of SAS, SPSS and spreadsheets. One that fails is winsorised
point by point; if it still fails, the original is transformed. Every indicator keeps a record of what was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from geodata.errors import Problem
from layers.index.checks import check_data
from layers.index.errors import IndexInputError

Fallback = Literal["log_shifted", "log1p", "box_cox", "none"]

SKEWNESS_LIMIT = 2.0
KURTOSIS_LIMIT = 3.5
WINSORISED_AT_MOST = 5
"""Handbook and COINr: |skewness| < 2, kurtosis < 3.5, at most five points."""

LOG_SHIFT_SHARE = 0.01
"""COINr's `log_CT`: the logarithm begins at one hundredth of the range, so the minimum has one."""

SMALLEST_SAMPLE = 4
"""The corrected kurtosis divides by (n - 2)(n - 3)."""

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class TreatmentRules:
    """When an indicator passes and what is done when it does not."""

    skewness_limit: float = SKEWNESS_LIMIT
    kurtosis_limit: float = KURTOSIS_LIMIT
    winsorised_at_most: int = WINSORISED_AT_MOST
    fallback: Fallback = "log_shifted"


@dataclass(frozen=True)
class Point:
    """One winsorised value."""

    unit: object
    tail: Literal["high", "low"]
    before: float
    after: float


@dataclass(frozen=True)
class Treated:
    """An indicator after treatment: values, method (`none`, `winsorised` or the transform) and its record."""

    values: pd.Series
    method: str
    points: tuple[Point, ...]
    skewness_before: float
    kurtosis_before: float
    skewness_after: float
    kurtosis_after: float
    passes: bool
    box_cox_lambda: float | None = None


def skewness(values: pd.Series | Floats) -> float:
    """Return the adjusted Fisher-Pearson skewness of the present values (NaN below 4 or if constant)."""
    present = _present(values)
    return float(stats.skew(present, bias=False)) if _varies(present) else float("nan")


def kurtosis(values: pd.Series | Floats) -> float:
    """Return the adjusted excess kurtosis of the present values (NaN below 4 or if constant)."""
    present = _present(values)
    return float(stats.kurtosis(present, bias=False)) if _varies(present) else float("nan")


def passes(values: pd.Series | Floats, rules: TreatmentRules = TreatmentRules()) -> bool:
    """Return whether |skewness| or kurtosis is under its limit; too few values to tell pass."""
    found, peaked = skewness(values), kurtosis(values)
    return bool(np.isnan(found) or abs(found) < rules.skewness_limit or peaked < rules.kurtosis_limit)


def winsorise(values: pd.Series, rules: TreatmentRules = TreatmentRules()) -> tuple[pd.Series, tuple[Point, ...]]:
    """
    Return the values with the most extreme, one by one, brought to the next, until they pass; and the points moved.

    The tail is that of the sign of the skewness, asked anew each time. Values that are tied move together and count
    each; no step is begun once `winsorised_at_most` points have moved.
    """
    moved = values.astype(float).copy()
    array = moved.to_numpy(copy=True)
    while not passes(array, rules) and _moved_count(values, array) < rules.winsorised_at_most:
        sign = 1.0 if skewness(array) >= 0 else -1.0
        extreme = np.nanmax(sign * array)
        inner = sign * array[sign * array < extreme]
        if len(np.unique(inner)) < 2:
            break  # one more step would leave a constant
        array[sign * array == extreme] = sign * inner.max()
    moved[:] = array
    return moved, _points(values, moved)


def log_shifted(values: pd.Series) -> pd.Series:
    """Return log(x - min + 0.01 range); missing stays missing."""
    low, high = values.min(), values.max()
    return cast(pd.Series, np.log(values - low + LOG_SHIFT_SHARE * (high - low)))


def log1p(values: pd.Series) -> pd.Series:
    """Return log(1 + x); negative values are refused, they have no such logarithm that means anything."""
    if values.min() < 0:
        raise IndexInputError(
            [
                Problem(
                    "Valores negativos",
                    f"indicador {values.name}",
                    "0 o más para log(1 + x)",
                    f"{values.min():g}",
                    "use otro tratamiento",
                )
            ]
        )
    return cast(pd.Series, np.log1p(values))


def box_cox(values: pd.Series) -> tuple[pd.Series, float]:
    """Return the Box-Cox transform of x - min + 1 at the lambda of greatest likelihood, and that lambda."""
    shifted = values.astype(float) - values.min() + 1.0
    transformed = shifted.copy()
    fitted, best = stats.boxcox(shifted.dropna().to_numpy())
    transformed[shifted.notna()] = fitted
    return transformed, float(best)


def treat(values: pd.Series, rules: TreatmentRules = TreatmentRules()) -> Treated:
    """Return one indicator treated: as it is if it passes, else winsorised, else the fallback on the original."""
    original = values.astype(float)
    result, method, points, power = original, "none", cast(tuple[Point, ...], ()), None
    if not passes(original, rules):
        result, points = winsorise(original, rules)
        method = "winsorised"
        if not passes(result, rules) and rules.fallback != "none":
            method, points = rules.fallback, ()
            if rules.fallback == "box_cox":
                result, power = box_cox(original)
            else:
                result = log_shifted(original) if rules.fallback == "log_shifted" else log1p(original)
    return Treated(
        values=result,
        method=method,
        points=points,
        skewness_before=skewness(original),
        kurtosis_before=kurtosis(original),
        skewness_after=skewness(result),
        kurtosis_after=kurtosis(result),
        passes=passes(result, rules),
        box_cox_lambda=power,
    )


@dataclass(frozen=True)
class TreatedTable:
    """
    A table after treatment.

    `values` (unit x indicator), `record` (a row per indicator: method, winsorised_count, skewness and kurtosis before
    and after, passes, box_cox_lambda) and `points` (a row per winsorised value: indicator, unit, tail, before, after).
    """

    values: pd.DataFrame
    record: pd.DataFrame
    points: pd.DataFrame


def treat_table(data: pd.DataFrame, rules: TreatmentRules | Mapping[str, TreatmentRules] | None = None) -> TreatedTable:
    """
    Return every indicator treated, by one rule or by one for each.

    Raises
    ------
    IndexInputError
        If the data cannot be treated (see `check_data`).
    """
    check_data(data, list(data.columns))
    default = TreatmentRules()
    chosen = rules if isinstance(rules, Mapping) else dict.fromkeys(data.columns, rules or default)
    done = {code: treat(data[code], chosen.get(code, default)) for code in data.columns}
    points = [(code, p.unit, p.tail, p.before, p.after) for code, one in done.items() for p in one.points]
    return TreatedTable(
        values=pd.DataFrame({code: one.values for code, one in done.items()}, index=data.index),
        record=pd.DataFrame({code: _record(one) for code, one in done.items()}).T.infer_objects(),
        points=pd.DataFrame(points, columns=["indicator", "unit", "tail", "before", "after"]),
    )


def _record(treated: Treated) -> dict[str, object]:
    return {
        "method": treated.method,
        "winsorised_count": len(treated.points),
        "skewness_before": treated.skewness_before,
        "kurtosis_before": treated.kurtosis_before,
        "skewness_after": treated.skewness_after,
        "kurtosis_after": treated.kurtosis_after,
        "passes": treated.passes,
        "box_cox_lambda": np.nan if treated.box_cox_lambda is None else treated.box_cox_lambda,
    }


def _present(values: pd.Series | Floats) -> Floats:
    array = np.asarray(values, dtype=float)
    return array[~np.isnan(array)]


def _varies(present: Floats) -> bool:
    return len(present) >= SMALLEST_SAMPLE and bool(present.min() < present.max())


def _moved_count(values: pd.Series, array: Floats) -> int:
    before = values.to_numpy(dtype=float)
    return int((~np.isnan(before) & (before != array)).sum())


def _points(before: pd.Series, after: pd.Series) -> tuple[Point, ...]:
    changed = before.notna() & (before != after)
    return tuple(
        Point(unit, "high" if old > new else "low", float(old), float(new))
        for unit, old, new in zip(before.index[changed], before[changed], after[changed], strict=True)
    )

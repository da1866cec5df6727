"""How far a figure is from its standard: in words, in the unit of the good, and as a share of the whole way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.fields import MissingMeans
from geodata.standards import Standard

ACTIONABLE = ("critical", "moderate")
"""The severities that need something, the worst first."""

SEVERITIES = (*ACTIONABLE, "none", "no_data", "not_applicable")
"""From the one a session starts with to the one it cannot judge."""


def severity(values: pd.Series, standard: Standard, missing_means: MissingMeans = "unknown") -> pd.Series:
    """Return `critical`, `moderate` or `none` for each value; `no_data` or `not_applicable` where it is missing."""
    missing = "not_applicable" if missing_means == "not_applicable" else "no_data"
    sign = _sign(standard)
    adequate = sign * values >= sign * standard.adequate
    beyond_critical = sign * values < sign * standard.critical
    words = np.select([values.isna(), adequate, beyond_critical], [missing, "none", "critical"], default="moderate")
    return pd.Series(words, index=values.index, name="severity", dtype="str")


def severity_share(values: pd.Series, standard: Standard) -> pd.Series:
    """
    Return how much of the way to the standard is missing: 0 where it is met, 1 at the far end of the scale.

    The far end is none of a good, or all of an ill (`Standard.worst_value`); missing where the value is.
    """
    way = _sign(standard) * (standard.adequate - standard.worst_value)
    distance = _sign(standard) * (standard.adequate - values)
    return (distance / way).clip(0.0, 1.0).rename("severity_share")


def shortfall(values: pd.Series, base: pd.Series | None, standard: Standard) -> pd.Series:
    """
    Return what is missing to reach the standard, zero where it is met, missing where the value is.

    With a base (hectares, households, kilometres) the values are percentages of it and the shortfall is in its unit;
    without one the shortfall is in the unit of the value.
    """
    distance = (_sign(standard) * (standard.adequate - values)).clip(lower=0.0)
    return (distance if base is None else base * distance / 100.0).rename("shortfall")


def _sign(standard: Standard) -> float:
    return 1.0 if standard.better == "higher" else -1.0

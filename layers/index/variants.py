"""What another treatment or another normalisation would have given: the variants of a robustness analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from layers.index.normalization import Method, normalise_table
from layers.index.treatment import TreatmentRules, treat_table

UNTREATED = "untreated"


def variants(
    data: pd.DataFrame,
    directions: pd.Series,
    treatments: Mapping[str, TreatmentRules | None],
    normalisations: Sequence[Method],
    low: float = 1.0,
    high: float = 100.0,
) -> dict[str, pd.DataFrame]:
    """
    Return the normalised data of every treatment with every normalisation, named `treatment/normalisation`.

    Parameters
    ----------
    data
        Raw, unit x indicator.
    directions
        1 or -1 by indicator.
    treatments
        Rules by name; None leaves the data as they are.
    normalisations
        Names of `normalise_table`; ranks are not offered because their scale depends on how many are ranked: take
        `percentile_rank`.
    low, high
        The scale; from 1, because a geometric mean has no zero.

    Raises
    ------
    IndexInputError
        If the data cannot be treated or normalised.
    """
    made = {}
    for name, rules in treatments.items():
        treated = data if rules is None else treat_table(data, rules).values
        for method in normalisations:
            made[f"{name}/{method}"] = normalise_table(treated, directions, method, low, high)
    return made

"""Imputation: only when asked, by group, marked cell by cell."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest

from layers.index.errors import IndexInputError
from layers.index.imputation import impute_by_group

DATA = pd.DataFrame({"a": [1.0, 2.0, 9.0, np.nan, np.nan]}, index=list("vwxyz"))
GROUPS = pd.Series(["g", "g", "g", "g", "other"], index=list("vwxyz"))


def test_by_hand_and_marked() -> None:
    """Mean 4, median 2; the group that knows nothing stays missing and unmarked; known cells never move."""
    mean, median = (impute_by_group(DATA, GROUPS, statistic) for statistic in ("mean", "median"))
    assert mean.values["a"].tolist() == pytest.approx([1, 2, 9, 4, np.nan], nan_ok=True)
    assert median.values["a"].iloc[3] == 2
    assert mean.marked["a"].tolist() == [False, False, False, True, False]


def test_nothing_is_imputed_by_default() -> None:
    """The statistic has no default, and another one is refused."""
    assert inspect.signature(impute_by_group).parameters["statistic"].default is inspect.Parameter.empty
    with pytest.raises(IndexInputError, match="mean o median"):
        impute_by_group(DATA, GROUPS, "mode")  # type: ignore[arg-type]


def test_a_unit_without_group_is_refused() -> None:
    """It is named."""
    with pytest.raises(IndexInputError, match=r"Unidad sin grupo.*z"):
        impute_by_group(DATA, GROUPS.drop("z"), "mean")

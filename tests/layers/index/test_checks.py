"""Bad data: each kind is a clear sentence, all of them together, and never a missing that looks like a value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.index.checks import check_data
from layers.index.errors import IndexInputError


def test_every_kind_is_told_at_once() -> None:
    """Repeated unit, absent, text, infinite, all missing and constant indicators: six problems of one error."""
    data = pd.DataFrame(
        {
            "text": ["x", "y", "z"],
            "infinite": [1.0, np.inf, 2.0],
            "nothing": [np.nan, np.nan, np.nan],
            "constant": [5.0, 5.0, np.nan],
            "good": [1.0, 2.0, 3.0],
        },
        index=["010101", "010101", "010102"],
    )
    with pytest.raises(IndexInputError) as caught:
        check_data(data, ["absent", "text", "infinite", "nothing", "constant", "good"])
    where = [problem.where for problem in caught.value.problems]
    assert where == [
        "identificadores",
        "indicador absent",
        "indicador text",
        "indicador infinite",
        "indicador nothing",
        "indicador constant",
    ]
    assert "010101" in caught.value.problems[0].found
    assert all(problem.repair and problem.expected for problem in caught.value.problems)


def test_good_data_pass_and_a_constant_may_be_allowed() -> None:
    """Gaps are no fault; a constant score is accepted where it was normalised against frozen bounds."""
    check_data(pd.DataFrame({"a": [1.0, np.nan, 2.0]}), ["a"])
    check_data(pd.DataFrame({"a": [5.0, 5.0]}), ["a"], allow_constant=True)


def test_no_units_is_refused() -> None:
    """A filter that leaves nobody is told."""
    with pytest.raises(IndexInputError, match="No hay unidades"):
        check_data(pd.DataFrame({"a": pd.Series(dtype=float)}), ["a"])


def test_many_bad_units_are_counted_and_a_few_named() -> None:
    """Seven infinite values: five named, two more."""
    data = pd.DataFrame({"a": [np.inf] * 7 + [1.0]})
    with pytest.raises(IndexInputError, match=r"7: 0, 1, 2, 3, 4 y 2 más"):
        check_data(data, ["a"])

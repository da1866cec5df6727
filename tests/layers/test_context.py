"""Context: poverty as its publisher estimates it, interval included."""

from __future__ import annotations

import pandas as pd
import pytest

from layers import context
from tests import tiny
from tests.layers.examples import codes


@pytest.mark.parametrize(
    ("column", "second"), [("poverty_pct", 50.0), ("poverty_low_pct", 45.0), ("poverty_high_pct", 55.0)]
)
def test_poverty_comes_with_its_interval(column: str, second: float) -> None:
    """Estimate and both ends, district by district; a district that was not estimated is missing."""
    poverty_map = tiny.layers()["poverty_2018"]
    found = context.poverty(codes("010102", "990101"), poverty_map, column)
    assert found.iloc[0] == second
    assert pd.isna(found.iloc[1])

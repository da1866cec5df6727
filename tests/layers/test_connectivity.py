"""Connectivity: operators counted, households without service as a share of those that were asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers import connectivity
from tests.layers.examples import codes

UBIGEO = codes("010101", "010102", "010103", "010104", start=3)


def test_no_operator_is_zero_and_no_rural_settlement_is_missing() -> None:
    """Zero operators is a gap; a district without rural settlements has none to cover."""
    layer = pd.DataFrame({"ubigeo": UBIGEO.iloc[:3], "rural_operators_count": [0.0, 4.0, np.nan]})
    found = connectivity.rural_operators_count(UBIGEO, layer)
    assert found.iloc[:2].tolist() == [0, 4]
    assert found.iloc[2:].isna().all()
    assert found.index.equals(UBIGEO.index)


def test_share_without_service_is_of_the_units_that_reported() -> None:
    """30 of 120 households are 25 %; none of 50 is 0 %; of no households, or not reported, is unknown."""
    census = pd.DataFrame({"ubigeo": UBIGEO.iloc[:3], "without": [30.0, 0.0, 0.0], "households": [120.0, 50.0, 0.0]})
    found = connectivity.without_service_pct(UBIGEO, census, "without", "households")
    assert found.iloc[:2].tolist() == [25, 0]
    assert found.iloc[2:].isna().all()

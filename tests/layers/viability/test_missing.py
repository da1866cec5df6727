"""Five kinds of missing are told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.viability_model import load_model
from layers.viability import missing_kind


@pytest.mark.parametrize(
    ("field", "figures", "kind"),
    [
        ("agricultural_area_ha", {"agricultural_area_ha": 0.0}, "structural_zero"),
        ("programme_crop_value_pen_thousand", {"programme_crop_value_pen_thousand": 0.0}, "absence_is_zero"),
        ("members_pct", {"members_pct": np.nan, "ubigeo": "060701"}, "not_enumerated"),
        ("members_pct", {"members_pct": np.nan, "ubigeo": "060301"}, "unknown"),
        ("rai_pct", {"rai_pct": np.nan, "rural_settlements_count": 0.0}, "not_applicable"),
        ("rai_pct", {"rai_pct": np.nan, "rural_settlements_count": 4.0}, "unknown"),
        ("rai_pct", {"rai_pct": np.nan}, "unknown"),
        ("members_pct", {"members_pct": 0.0}, None),
        ("members_pct", {"members_pct": 12.0, "ubigeo": "060701"}, None),
        ("literacy_pct", {"literacy_pct": np.nan, "ubigeo": "060701"}, "unknown"),
    ],
)
def test_kinds(field: str, figures: dict[str, object], kind: str | None) -> None:
    """A zero and a gap mean what the model says of the figure and of the district, and a measured zero is a figure."""
    assert missing_kind(field, pd.Series({"ubigeo": "010101", **figures}), load_model()) == kind

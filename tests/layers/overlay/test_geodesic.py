"""Lengths of steps: as pyproj measures them, whatever their length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import crs
from layers.overlay.geodesic import SHORT_DEG, step_lengths_m

repeatable = settings(derandomize=True, deadline=None, max_examples=60)


@repeatable
@given(
    st.floats(-82, -68),
    st.floats(-60, 60),
    st.floats(0, 360),
    st.sampled_from([1e-7, 1e-4, SHORT_DEG * 0.99, SHORT_DEG * 1.01, 1.0, 20.0]),
)
def test_short_and_long_steps_are_geodesic(longitude: float, latitude: float, bearing: float, size_deg: float) -> None:
    """A centimetre or two thousand kilometres, any direction: pyproj's length to 1 in 10,000,000."""
    start = np.array([[longitude, latitude]])
    end = start + size_deg * np.array([[np.cos(np.radians(bearing)), np.sin(np.radians(bearing))]])
    _, _, metres = crs.GEOD.inv(*start[0], *end[0])
    # a centimetre is some hundred millionths of what a float of degrees can tell
    assert step_lengths_m(start, end)[0] == pytest.approx(metres, rel=1e-7, abs=1e-7)

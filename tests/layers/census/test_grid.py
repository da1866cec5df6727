"""The grid of labels answers as the exact test does, point by point."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.census.grid import LabelGrid, limits_fingerprint, units_in_districts
from layers.overlay import points_in_districts
from tests import tiny
from tests.layers.overlay.test_points import stars


@given(seed=st.integers(0, 2**16), cell=st.sampled_from([0.003, 0.02, 0.11]))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_same_answer_as_the_exact_test(seed: int, cell: float) -> None:
    """Overlaps, holes, islands, corners, points on borders and missing points included, for any size of cell."""
    districts = stars(seed, 6)
    random = np.random.default_rng(seed)
    corners = districts.geometry.get_coordinates().to_numpy()
    x = np.concatenate([random.uniform(-80, -70, 2000), corners[:, 0], [np.nan, 0.0]])
    y = np.concatenate([random.uniform(-16, -6, 2000), corners[:, 1], [-9.0, 0.0]])
    expected = points_in_districts(pd.Series(x), pd.Series(y), districts)
    grid = LabelGrid.build(districts, cell)
    for found in (units_in_districts(x, y, districts, grid), units_in_districts(x, y, districts)):
        assert found.astype("str").where(found.notna()).tolist() == pytest.approx(
            expected.where(expected.notna()).tolist(), nan_ok=True
        )


def test_kept_as_arrays() -> None:
    """What is written with numpy and read back is the same grid."""
    grid = LabelGrid.build(tiny.districts(), 0.05)
    file = io.BytesIO()
    np.savez_compressed(file, **grid.to_arrays())
    file.seek(0)
    again = LabelGrid.from_arrays(np.load(file))
    assert np.array_equal(again.labels, grid.labels)
    assert (again.codes, again.limits, again.west, again.cell_deg) == (
        grid.codes,
        grid.limits,
        grid.west,
        grid.cell_deg,
    )


def test_the_fingerprint_tells_changed_limits() -> None:
    """A moved border or a new order is another fingerprint; a column more is not."""
    districts = tiny.districts()
    same = limits_fingerprint(districts.assign(population_count=0.0))
    assert same == limits_fingerprint(districts)
    assert limits_fingerprint(districts[::-1]) != same
    assert limits_fingerprint(districts.assign(geometry=districts.translate(0.001))) != same

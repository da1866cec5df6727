"""Rain: twelve months, their sum, the driest of them."""

from __future__ import annotations

import numpy as np
import pytest

from layers.climate import RAIN_FIELDS, rain
from tests.layers.overlay.rasters import block, metres, zones

PIXEL_M = 10_000.0


def year(*pixels: float) -> np.ndarray:
    """Return twelve bands of one row: month m of a pixel is its value times m."""
    return np.array([[[month * pixel for pixel in pixels]] for month in range(1, 13)], dtype=float)


def test_twelve_months_and_their_sum() -> None:
    """Half a pixel of 10 mm and half of 20 mm: 15 mm in January, 180 in December, 1,170 in the year, January driest."""
    found = rain(metres(year(10, 20), PIXEL_M), zones(block(0.5, 0, 1, 1, PIXEL_M))).table
    assert list(found.columns) == list(RAIN_FIELDS)
    row = found.loc["010101"]
    assert row["rain_01_mm"] == pytest.approx(15.0)
    assert row["rain_12_mm"] == pytest.approx(180.0)
    assert row["rain_annual_mm"] == pytest.approx(15 * 78)
    assert row["rain_driest_month"] == 1


def test_of_equal_months_the_first_is_the_driest() -> None:
    """June and July without rain: June."""
    bands = year(10)
    bands[5:7] = 0
    assert rain(metres(bands, PIXEL_M), zones(block(0, 0, 1, 1, PIXEL_M))).table["rain_driest_month"].tolist() == [6]


def test_a_month_that_is_missing_leaves_no_year() -> None:
    """A pixel without August: no row, because eleven months are not a year; told as covered in part or not at all."""
    bands = year(10, 20)
    bands[7, 0, 0] = np.nan
    found = rain(metres(bands, PIXEL_M), zones(block(0, 0, 1, 1, PIXEL_M), block(0, 0, 2, 1, PIXEL_M)))
    assert found.table.empty
    assert found.covered_share.tolist() == pytest.approx([0.0, 0.5])
    assert next(finding.count for finding in found.findings if finding.code == "partly_covered") == 1


def test_hardly_below_zero_is_no_rain() -> None:
    """-0.015 mm of an interpolation is 0 mm, and counted; -5 mm is no rain at all: without data, and counted."""
    bands = year(10, 10)
    bands[4, 0, 0], bands[4, 0, 1] = -0.015, -5.0
    found = rain(metres(bands, PIXEL_M), zones(block(0, 0, 1, 1, PIXEL_M), block(1, 0, 1, 1, PIXEL_M)))
    assert found.table.index.tolist() == ["010101"]
    assert found.table["rain_05_mm"].tolist() == [0.0]
    counted = {finding.code: finding.count for finding in found.findings}
    assert counted == {"slightly_negative_rain": 1, "implausible_value": 1}


def test_a_raster_without_twelve_bands_is_refused() -> None:
    """Eleven bands are not the months of a year."""
    with pytest.raises(ValueError, match="11 bands"):
        rain(metres(year(10)[:11], PIXEL_M), zones(block(0, 0, 1, 1, PIXEL_M)))

"""Terrain: belts and percentiles counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.terrain import BELT_FIELDS, TERRAIN_FIELDS, terrain
from tests.layers.overlay.rasters import block, metres, zones

# one pixel of each belt, and the first metre of each: the lower edge belongs to the belt above
WEST_PIXELS = [[-9, 499, 500, 2299, 2300, 3499, 3500, 3999, 4000, 4799, 4800, 6768]]
EAST_PIXELS = [[0, 399, 400, 999, 1000, 2299, 2300, 3500, 4000, 4799, 4800, 5000]]
repeatable = settings(derandomize=True, deadline=None, max_examples=40)


def belts(pixels: list[list[int]], region: str) -> dict[str, float]:
    """Return the belts of a district that covers all those pixels."""
    found = terrain(metres(pixels), zones(block(0, 0, len(pixels[0]), 1), regions=[region]))
    counts = found.table[list(BELT_FIELDS)].iloc[0] / 100 * len(pixels[0])
    return {str(field): round(float(count), 9) for field, count in counts.items()}


@pytest.mark.parametrize("region", ["Costa", "Sierra"])
def test_belts_of_the_west(region: str) -> None:
    """Two pixels per belt, the edges 500, 2,300, 3,500, 4,000 and 4,800 m in the upper one; no belt of the east."""
    assert belts(WEST_PIXELS, region) == {
        "belt_chala_pct": 2,
        "belt_omagua_pct": 0,
        "belt_rupa_rupa_pct": 0,
        "belt_yunga_pct": 2,
        "belt_quechua_pct": 2,
        "belt_suni_pct": 2,
        "belt_puna_pct": 2,
        "belt_janca_pct": 2,
    }


def test_belts_of_the_east() -> None:
    """In the Selva: omagua below 400 m, rupa rupa to 1,000, yunga to 2,300, then as in the west; no chala."""
    assert belts(EAST_PIXELS, "Selva") == {
        "belt_chala_pct": 0,
        "belt_omagua_pct": 2,
        "belt_rupa_rupa_pct": 2,
        "belt_yunga_pct": 2,
        "belt_quechua_pct": 1,
        "belt_suni_pct": 1,
        "belt_puna_pct": 2,
        "belt_janca_pct": 2,
    }


def test_mean_and_percentiles() -> None:
    """100 pixels of 1, 2, …, 100 m: ten of them are at 10 m or below, ninety at 90 or below; mean 50.5."""
    found = terrain(metres(np.arange(1, 101).reshape(10, 10)), zones(block(0, 0, 10, 10))).table.loc["010101"]
    assert found["altitude_p10_m"] == 10
    assert found["altitude_p90_m"] == 90
    assert found["altitude_mean_m"] == pytest.approx(50.5)


def test_the_histogram_has_bins_of_ten_metres() -> None:
    """3,000 and 3,009 m share a bin, 3,010 m has the next; shares of the area add up to one."""
    histogram = terrain(metres([[3000, 3009, 3010, -9]]), zones(block(0, 0, 4, 1))).histogram
    row = histogram.iloc[0]
    assert row[row > 0].to_dict() == pytest.approx({-10: 0.25, 3000: 0.5, 3010: 0.25})
    assert row.sum() == pytest.approx(1.0)


def test_a_district_covered_in_part_has_no_row_and_is_counted() -> None:
    """Nine tenths covered: no figure at all, and a finding that names the district and its share."""
    found = terrain(metres(np.full((10, 10), 3000)), zones(block(0, 0, 10, 10), block(-1, 0, 10, 10)))
    assert found.table.index.tolist() == ["010101"]
    assert found.histogram.index.tolist() == ["010101"]
    assert found.covered_share.tolist() == pytest.approx([1.0, 0.9])
    finding = next(finding for finding in found.findings if finding.code == "partly_covered")
    assert (finding.count, finding.examples) == (1, ("010102 (90 %)",))


def test_what_is_no_altitude_is_counted() -> None:
    """One pixel of 9,999 m among 100: counted as without data, the figure is of the other 99."""
    values = np.full((10, 10), 3000)
    values[5, 5] = 9999
    found = terrain(metres(values), zones(block(0, 0, 10, 10)))
    assert next(finding.count for finding in found.findings if finding.code == "implausible_value") == 1
    assert found.table.loc["010101", "altitude_mean_m"] == pytest.approx(3000.0)


def test_a_district_without_slope_keeps_its_altitude() -> None:
    """Three by three pixels have one slope: the altitude stands, the slope is missing and counted."""
    found = terrain(metres(np.full((3, 3), 3000)), zones(block(0, 0, 3, 3)))
    assert found.table["slope_above_25_pct"].isna().all()
    assert found.table["altitude_mean_m"].tolist() == pytest.approx([3000.0])
    assert next(finding.count for finding in found.findings if finding.code == "slope_unknown") == 1


@repeatable
@given(st.integers(0, 10_000), st.sampled_from(["Costa", "Sierra", "Selva"]))
def test_belts_add_up_to_100_and_percentiles_are_in_order(seed: int, region: str) -> None:
    """Any land: eight shares of 0 to 100 that add up to 100, p10 not above p90, the mean within the values."""
    values = np.random.default_rng(seed).uniform(-50, 6000, (8, 8))
    found = terrain(metres(values), zones(block(0.2, 0.3, 7, 6.5), regions=[region])).table
    assert list(found.columns) == list(TERRAIN_FIELDS)
    row = found.iloc[0]
    assert row[list(BELT_FIELDS)].min() >= 0
    assert row[list(BELT_FIELDS)].max() <= 100
    assert row[list(BELT_FIELDS)].sum() == pytest.approx(100.0)
    assert row["altitude_p10_m"] <= row["altitude_p90_m"]
    assert values.min() - 1 <= row["altitude_mean_m"] <= values.max() + 1

"""Polygons in districts: ground covered twice counts once, and every hectare is somewhere."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geodata import crs
from geodata.errors import CrsMismatchError
from layers.overlay import polygons_in_districts
from tests import tiny
from tests.layers.overlay.shapes import districts

repeatable = settings(derandomize=True, deadline=None, max_examples=25)
PAIR = (box(0, -1, 1, 1), box(1, -1, 2, 1))


def sectors(*shapes: object) -> gpd.GeoDataFrame:
    """Return irrigated sectors with these shapes."""
    return gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:4326")


def ha(*shapes: object) -> float:
    """Return the area of shapes in hectares."""
    return float(crs.area_km2(gpd.GeoSeries(list(shapes), crs="EPSG:4326")).sum() * 100)


def test_a_sector_is_shared_out_by_the_border_and_the_rest_is_outside() -> None:
    """From 0.5 to 2.5: half in the first square, one in the second, half outside; 1 x 0.1 degrees: 123,000 ha."""
    found = polygons_in_districts(sectors(box(0.5, 0, 2.5, 0.1)), districts(*PAIR))
    degree = ha(box(0, 0, 1, 0.1))
    assert degree == pytest.approx(123_000, rel=0.01)
    assert found.covered_ha.to_dict() == pytest.approx({"010101": degree / 2, "010102": degree})
    assert found.outside_ha == pytest.approx(degree / 2)
    assert found.overlap_ha == 0


def test_ground_covered_twice_counts_once() -> None:
    """Two sectors that share half, one inside another, one drawn twice: only the ground counts, the rest is told."""
    shapes = [box(0.1, 0, 0.3, 0.1), box(0.2, 0, 0.4, 0.1), box(0.25, 0.02, 0.3, 0.04), box(0.7, 0, 0.8, 0.1)]
    found = polygons_in_districts(sectors(*shapes, shapes[3]), districts(*PAIR))
    ground = ha(box(0.1, 0, 0.4, 0.1), box(0.7, 0, 0.8, 0.1))
    assert found.covered_ha.to_dict() == pytest.approx({"010101": ground, "010102": 0})
    assert found.overlap_ha == pytest.approx(ha(*shapes, shapes[3]) - ground)


def test_neighbours_that_share_a_border_do_not_overlap() -> None:
    """Two sectors side by side, across the border of two districts: no overlap, each its own."""
    found = polygons_in_districts(sectors(box(0.9, 0, 1, 0.1), box(1, 0, 1.1, 0.1)), districts(*PAIR))
    assert found.overlap_ha == 0
    assert found.covered_ha.tolist() == pytest.approx([ha(box(0.9, 0, 1, 0.1))] * 2)
    assert found.outside_ha == pytest.approx(0, abs=1e-6)


def test_where_districts_overlap_the_first_takes_all_and_the_second_the_rest() -> None:
    """Two districts share [1, 2]: no hectare counts in both."""
    country = districts(box(0, -1, 2, 1), box(1, -1, 3, 1))
    shape = box(0.5, 0, 2.5, 0.1)
    found = polygons_in_districts(sectors(shape), country)
    assert found.covered_ha.tolist() == pytest.approx([ha(box(0.5, 0, 2, 0.1)), ha(box(2, 0, 2.5, 0.1))])
    turned = polygons_in_districts(sectors(shape), country.iloc[::-1])
    assert turned.covered_ha.loc[["010101", "010102"]].tolist() == pytest.approx(
        [ha(box(0.5, 0, 1, 0.1)), ha(box(1, 0, 2.5, 0.1))]
    )


def test_every_district_is_told_and_voids_count_nothing() -> None:
    """No sectors, null and empty ones: zero in every district, in order."""
    for nothing in (sectors(), sectors(None, Polygon(), MultiPolygon())):
        found = polygons_in_districts(nothing, tiny.districts())
        assert found.covered_ha.index.tolist() == list(tiny.CODES)
        assert found.covered_ha.index.name == "ubigeo"
        assert (found.covered_ha.sum(), found.overlap_ha, found.outside_ha) == (0, 0, 0)


def test_what_cannot_be_measured_is_refused() -> None:
    """No CRS, a point, a figure of eight: refused, not repaired here."""
    with pytest.raises(CrsMismatchError, match="polygons"):
        polygons_in_districts(sectors(box(0, 0, 1, 1)).set_crs(None, allow_override=True), tiny.districts())
    for wrong in (Point(0, 0), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])):
        with pytest.raises(ValueError, match="inspect_shapes"):
            polygons_in_districts(sectors(wrong), tiny.districts())


def random_sectors(seed: int, count: int) -> gpd.GeoDataFrame:
    """Return random boxes over the tiny country and beyond; many overlap."""
    random = np.random.default_rng(seed)
    corners = random.uniform([-76.2, -12.2], [-73.9, -10.9], (count, 2))
    return sectors(
        *(
            box(x, y, x + w, y + h)
            for (x, y), (w, h) in zip(corners, random.uniform(0.01, 0.4, (count, 2)), strict=True)
        )
    )


@repeatable
@given(st.integers(0, 10_000), st.integers(1, 15))
def test_every_hectare_is_somewhere_and_geopandas_agrees(seed: int, count: int) -> None:
    """Covered plus outside is the union; plus overlap, the added areas; each district as intersected."""
    polygons = random_sectors(seed, count)
    country = tiny.districts()
    found = polygons_in_districts(polygons, country)
    ground = polygons.geometry.union_all()
    assert found.covered_ha.sum() + found.outside_ha == pytest.approx(ha(ground), rel=1e-9)
    assert ha(ground) + found.overlap_ha == pytest.approx(ha(*polygons.geometry), rel=1e-9)
    plain = [ha(ground.intersection(shape)) for shape in country.geometry]
    assert found.covered_ha.tolist() == pytest.approx(plain, rel=1e-9, abs=1e-6)


@repeatable
@given(st.integers(0, 10_000))
def test_order_and_crs_do_not_matter(seed: int) -> None:
    """Shuffled, or in UTM 18S: the same hectares (to a millionth in UTM: only vertices travel, to a micrometre)."""
    polygons, country = random_sectors(seed, 8), tiny.districts()
    expected = polygons_in_districts(polygons, country)
    shuffled = polygons_in_districts(
        polygons.sample(frac=1, random_state=seed), country.sample(frac=1, random_state=seed)
    )
    pd.testing.assert_series_equal(shuffled.covered_ha.sort_index(), expected.covered_ha, rtol=1e-9)
    projected = polygons_in_districts(polygons.to_crs(32718), country.to_crs(32718))
    pd.testing.assert_series_equal(projected.covered_ha, expected.covered_ha, rtol=1e-6, atol=1e-3)
    assert projected.overlap_ha == pytest.approx(expected.overlap_ha, rel=1e-6, abs=1e-3)

"""Where pixels lie and how large they are."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import CRS
from shapely.geometry import box

from geodata import crs
from geodata.raster_grid import Grid

STEP = 1 / 1200
SIERRA = Grid(crs.ON_DISK, 100, 200, -75.0, -12.0, STEP, -STEP)


def test_metres_of_a_pixel_follow_its_latitude() -> None:
    """The sides of a 3-arc-second pixel at 12 S are the geodesics along them."""
    width, height = SIERRA.pixel_metres(0, 2)
    _, _, along = crs.GEOD.inv(-75.0, -12.0 - STEP * 0.5, -75.0 + STEP, -12.0 - STEP * 0.5)
    _, _, up = crs.GEOD.inv(-75.0, -12.0, -75.0, -12.0 - STEP)
    assert (width[0], height[0]) == pytest.approx((along, up), rel=1e-7)
    assert width[1] < width[0]


def test_area_of_a_pixel_is_that_on_the_ellipsoid() -> None:
    """The area of a pixel at 12 S is the geodesic one; a row further south it is smaller."""
    areas = SIERRA.row_areas_m2(0, 2)
    true, _ = crs.GEOD.geometry_area_perimeter(box(-75.0, -12.0 - STEP, -75.0 + STEP, -12.0))
    assert areas[0] == pytest.approx(abs(true), rel=1e-6)
    assert areas[1] < areas[0]


def test_rows_outside_the_raster_have_an_area_too() -> None:
    """Districts reach beyond a raster: its rows go on to the north and to the south, the poles included."""
    assert SIERRA.row_areas_m2(-1, 0)[0] > SIERRA.row_areas_m2(0, 1)[0]
    assert Grid(crs.ON_DISK, 1, 1, 0.0, 90.0, 1.0, -1.0).row_areas_m2(-2, 0).tolist() == pytest.approx([0.0, 0.0])


def test_in_a_plane_pixels_are_equal_and_in_metres() -> None:
    """In UTM each pixel has its own sides; in feet, their metres; north up or south up alike."""
    utm = Grid(CRS.from_epsg(32718), 3, 3, 5e5, 8.7e6, 60.0, -25.0)
    assert utm.row_areas_m2(0, 3).tolist() == [1500.0] * 3
    assert [side.tolist() for side in utm.pixel_metres(0, 1)] == [[60.0], [25.0]]
    feet = Grid(CRS.from_epsg(2225), 3, 3, 6e6, 2e6, 10.0, 10.0)
    assert feet.pixel_height_m == pytest.approx(3.048006096)
    assert feet.row_areas_m2(0, 1)[0] == pytest.approx(3.048006096**2)


def test_bounds_whichever_way_the_rows_run() -> None:
    """West, south, east, north; the same for a raster written from south to north."""
    assert SIERRA.bounds == pytest.approx((-75.0, -12.0 - 200 * STEP, -75.0 + 100 * STEP, -12.0))
    turned = Grid(crs.ON_DISK, 100, 200, -75.0, -12.0 - 200 * STEP, STEP, STEP)
    np.testing.assert_allclose(turned.bounds, SIERRA.bounds)

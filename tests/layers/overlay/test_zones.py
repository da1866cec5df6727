"""Zonal statistics: figures counted by hand on a few pixels, exactextract as the judge of the rest."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pytest
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import affinity
from shapely.geometry import Polygon, box

from geodata import crs
from geodata.errors import CrsMismatchError
from geodata.raster_grid import Grid
from layers.overlay import spans
from layers.overlay import zones as engine
from layers.overlay.zones import LOWEST_M, AltitudeZones, ArrayRaster, altitude_zones, zone_means
from tests.layers.overlay.rasters import TOP, UTM, WEST, block, metres, zones

NINE = [[100, 200, 300], [400, 500, 600], [700, 800, 900]]
repeatable = settings(derandomize=True, deadline=None, max_examples=30)


@pytest.fixture(scope="module", params=[0, spans.SMALL_ZONE_PIXELS], ids=["by_centre", "by_sub_row"], autouse=True)
def _each_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Go through both ways of placing small pixels: tiny zones would otherwise never be placed by pixel centre."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "SMALL_ZONE_PIXELS", request.param)
        yield


def mean_m(found: AltitudeZones) -> list[float]:
    """Return the mean altitude of each zone."""
    altitude = np.arange(found.histogram_m2.shape[1]) + LOWEST_M
    return list(found.histogram_m2 @ altitude / found.histogram_m2.sum(axis=1))


def means(raster: ArrayRaster, districts: gpd.GeoDataFrame) -> list[float]:
    """Return the mean of the first band in each zone."""
    return zone_means(raster, districts, lowest=-1e6, highest=1e6).means[0].tolist()


def test_nine_pixels_in_one_square() -> None:
    """A district that is the raster: each altitude once, 8,100 m2 each, mean 500, covered whole."""
    found = altitude_zones(metres(NINE), zones(block(0, 0, 3, 3)))
    assert found.ubigeo.tolist() == ["010101"]
    counted = {int(place) + LOWEST_M: found.histogram_m2[0, place] for place in np.flatnonzero(found.histogram_m2[0])}
    assert counted == pytest.approx(dict.fromkeys(range(100, 1000, 100), 8100.0))
    assert mean_m(found) == pytest.approx([500.0])
    assert found.covered_share["010101"] == 1.0
    assert found.implausible_count == 0


def test_a_pixel_belongs_where_its_centre_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pixels: a district over the first column and 0.4 of the second has the first; over 0.6, both."""
    monkeypatch.setattr(spans, "SMALL_ZONE_PIXELS", 0)
    found = altitude_zones(metres(NINE), zones(block(0, 0, 1.4, 3), block(0, 0, 1.6, 3)))
    assert mean_m(found) == pytest.approx([400.0, 450.0])


def test_a_small_zone_shares_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same small pixels under a district of few of them: the second column weighs 0.4."""
    monkeypatch.setattr(spans, "SMALL_ZONE_PIXELS", 5)
    found = altitude_zones(metres(NINE), zones(block(0, 0, 1.4, 3)))
    assert mean_m(found) == pytest.approx([(1200 + 0.4 * 1500) / 4.2])


def test_a_large_pixel_counts_by_the_area_it_shares() -> None:
    """Pixels of 10 km: one column and a quarter of the next weigh 1 and 1/4; half of the first row weighs 1/2."""
    raster = metres(NINE, 10_000.0)
    districts = zones(block(0, 0, 1.25, 3, 10_000.0), block(0, 0.5, 1, 1.5, 10_000.0))
    first = (100 + 400 + 700 + 0.25 * (200 + 500 + 800)) / 3.75
    second = (0.5 * 100 + 400) / 1.5
    assert means(raster, districts) == pytest.approx([first, second], rel=1e-6)
    assert mean_m(altitude_zones(raster, districts)) == pytest.approx([first, second], rel=1e-6)


def test_a_district_inside_one_large_pixel_has_its_value() -> None:
    """A district of 1 km in a pixel of 10 km has that pixel's value, and is covered whole."""
    found = zone_means(metres(NINE, 10_000.0), zones(block(1.3, 1.3, 0.1, 0.1, 10_000.0)), lowest=0, highest=1e4)
    assert found.means.loc["010101", 0] == pytest.approx(500.0)
    assert found.covered_share.loc["010101", 0] == pytest.approx(1.0)


def test_holes_and_islands() -> None:
    """A hole of one pixel is left out; an island of another is taken in."""
    ring = block(0, 0, 3, 3).difference(block(1, 1, 1, 1))
    assert mean_m(altitude_zones(metres(NINE), zones(ring)))[0] == pytest.approx((4500 - 500) / 8)
    two = block(0, 0, 1, 1).union(block(2, 2, 1, 1))
    assert mean_m(altitude_zones(metres(NINE), zones(two)))[0] == pytest.approx(500.0)


@pytest.mark.parametrize("pixel", [90.0, 10_000.0])
def test_districts_that_overlap_both_keep_the_ground_they_share(pixel: float) -> None:
    """Seven districts around Trujillo overlap: each has all its pixels, whichever comes first."""
    districts = zones(block(0, 0, 2, 3, pixel), block(1, 0, 2, 3, pixel))
    found = altitude_zones(metres(NINE, pixel), districts)
    assert mean_m(found) == pytest.approx([450.0, 550.0])
    assert found.covered_share.tolist() == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize(("holes", "has_figure"), [(6, False), (4, True)])
@pytest.mark.parametrize("pixel", [90.0, 10_000.0])
def test_94_percent_is_no_figure_and_96_is_one(holes: int, has_figure: bool, pixel: float) -> None:
    """100 pixels, 6 without data: missing, in every statistic. 4 without data: the figure of the other 96."""
    values = np.full((10, 10), 3000.0)
    values.ravel()[:holes] = np.nan
    districts = zones(block(0, 0, 10, 10, pixel))
    found = zone_means(metres(values, pixel), districts, lowest=0, highest=7000)
    assert found.covered_share.loc["010101", 0] == pytest.approx((100 - holes) / 100)
    assert bool(found.means[0].notna().all()) is has_figure
    assert altitude_zones(metres(values, pixel), districts).covered_share["010101"] == pytest.approx(1 - holes / 100)


@pytest.mark.parametrize("pixel", [90.0, 10_000.0])
def test_what_lies_outside_the_raster_is_not_covered(pixel: float) -> None:
    """Half of a district beyond each of the four edges: covered by half; a district elsewhere is not there at all."""
    beyond = [block(-1, 0, 2, 3, pixel), block(2, 0, 2, 3, pixel), block(0, -1, 3, 2, pixel), block(0, 2, 3, 2, pixel)]
    found = altitude_zones(metres(NINE, pixel), zones(*beyond, block(50, 50, 1, 1, pixel)))
    assert found.ubigeo.tolist() == ["010101", "010102", "010103", "010104"]
    assert found.covered_share.tolist() == pytest.approx([0.5] * 4)


def test_a_raster_elsewhere_says_nothing() -> None:
    """No district touches the raster: no row, no error."""
    far = zones(block(50, 50, 1, 1))
    assert len(altitude_zones(metres(NINE), far).ubigeo) == 0
    assert zone_means(metres(NINE), far, lowest=0, highest=1).means.empty


def test_a_number_that_is_no_altitude_is_counted_and_left_out() -> None:
    """9,999, -32,768 and infinity are not altitudes: three pixels told, once each though two districts share them."""
    values = np.array(NINE, dtype=float)
    values[0] = [9999, -32768, np.inf]
    found = altitude_zones(metres(values), zones(block(0, 0, 3, 3), block(0, 0, 3, 3)))
    assert found.implausible_count == 3
    assert found.covered_share.tolist() == pytest.approx([6 / 9] * 2)
    assert mean_m(found) == pytest.approx([650.0] * 2)
    assert zone_means(metres(values), zones(block(0, 0, 3, 3)), lowest=0, highest=900).implausible_count == 3


def test_the_ends_of_the_altitudes_count() -> None:
    """-500 and 7,000 m are still altitudes; half a metre rounds to the nearest."""
    found = altitude_zones(metres([[-500, 7000, 10.4]]), zones(block(0, 0, 3, 1)))
    assert found.implausible_count == 0
    assert (np.flatnonzero(found.histogram_m2[0]) + LOWEST_M).tolist() == [-500, 10, 7000]


def test_pixels_of_a_geographic_grid_weigh_by_their_true_area() -> None:
    """From the equator to 30 N and from 30 to 60 N: areas as sin 30 is to sin 60 - sin 30 (and the flattening)."""
    raster = ArrayRaster(Grid(crs.ON_DISK, 1, 2, -75.0, 60.0, 1.0, -30.0), np.array([[[0.0], [1.0]]], np.float32))
    north, south = raster.grid.row_areas_m2(0, 2)
    strips = [box(-75, 30, -74, 60), box(-75, 0, -74, 30)]
    # along a parallel, not along the geodesic between the corners
    true = [abs(crs.GEOD.geometry_area_perimeter(strip.segmentize(0.01))[0]) for strip in strips]
    assert [north, south] == pytest.approx(true, rel=1e-4)


def plane(rise_east: float, rise_north: float, pixel: tuple[float, float] = (30.0, 30.0)) -> npt.NDArray[np.float64]:
    """Return 20 x 20 altitudes of an inclined plane around 1,000 m, for pixels of that many metres."""
    rows, columns = np.mgrid[0:20, 0:20]
    return 1000 + rise_east * pixel[0] * columns - rise_north * pixel[1] * rows


@pytest.mark.parametrize("pixel", [(30.0, 30.0), (60.0, 25.0)])
@pytest.mark.parametrize(("rise", "share"), [(0.2495, 0.0), (0.2505, 1.0)])
@pytest.mark.parametrize("angle", [0.0, 90.0, 210.0])
def test_slope_of_a_plane_in_metres(pixel: tuple[float, float], rise: float, share: float, angle: float) -> None:
    """A plane that rises 24.95 % is nowhere steep, one of 25.05 % everywhere, whatever its direction and pixel."""
    direction = np.radians(angle)
    values = plane(rise * np.cos(direction), rise * np.sin(direction), pixel)
    district = box(WEST + pixel[0], TOP - 19 * pixel[1], WEST + 19 * pixel[0], TOP - pixel[1])
    assert altitude_zones(metres(values, pixel), zones(district)).steep_share["010101"] == share


@pytest.mark.parametrize(("rise", "share"), [(0.2495, 0.0), (0.2505, 1.0)])
@pytest.mark.parametrize("to_east", [True, False])
@pytest.mark.parametrize("latitude", [-12.0, -4.5, -18.0])
def test_slope_of_a_plane_in_degrees(rise: float, share: float, to_east: bool, latitude: float) -> None:
    """In degrees a pixel has the metres of its latitude: 24.95 % and 25.05 % are told apart along both axes."""
    step = 1 / 1200
    _, _, east_m = crs.GEOD.inv(-75.0, latitude, -75.0 + step, latitude)
    _, _, north_m = crs.GEOD.inv(-75.0, latitude - step / 2, -75.0, latitude + step / 2)
    values = plane(rise, 0.0, (east_m, north_m)) if to_east else plane(0.0, rise, (east_m, north_m))
    grid = Grid(crs.ON_DISK, 20, 20, -75.0, latitude + 10 * step, step, -step)
    raster = ArrayRaster(grid, values[None].astype(np.float32))
    west, south, east, north = grid.bounds
    district = zones(box(west + step, south + step, east - step, north - step), crs="EPSG:4326")
    assert altitude_zones(raster, district).steep_share["010101"] == share


def test_beside_a_pixel_without_data_there_is_no_slope() -> None:
    """7 x 7 flat pixels with a hole in the middle: 16 have a slope, none is steep; of 49 that is too few to tell."""
    values = np.full((7, 7), 2000.0)
    values[3, 3] = np.nan
    found = altitude_zones(metres(values), zones(block(0, 0, 7, 7)))
    assert found.slope_known_share["010101"] == pytest.approx(16 / 49)
    assert found.steep_share.isna().all()
    assert found.covered_share["010101"] == pytest.approx(48 / 49)


def test_a_hole_does_not_turn_flat_land_steep() -> None:
    """40 x 40 flat pixels with one hole: steep nowhere, known in 98 % of the inner 38 x 38."""
    values = np.full((40, 40), 2000.0)
    values[20, 20] = np.nan
    found = altitude_zones(metres(values), zones(block(1, 1, 38, 38)))
    assert found.slope_known_share["010101"] == pytest.approx(1 - 9 / 38**2)
    assert found.steep_share["010101"] == 0.0


def test_pixels_of_a_kilometre_tell_no_slope() -> None:
    """The slope of an overview is not that of the land: missing, while the altitudes stand."""
    found = altitude_zones(metres(plane(0.5, 0.0, (1000.0, 1000.0)) - 900, 1000.0), zones(block(1, 1, 5, 5, 1000.0)))
    assert found.covered_share["010101"] == pytest.approx(1.0)
    assert found.steep_share.isna().all()


def rough(seed: int, side: int = 60) -> npt.NDArray[np.float64]:
    """Return rugged altitudes with holes."""
    random = np.random.default_rng(seed)
    values = random.uniform(2000, 2060, (side, side))
    values[random.random((side, side)) < 0.001] = np.nan
    return values


@pytest.mark.parametrize("strip_pixels", [1, 130, 999])
def test_reading_in_strips_changes_nothing(monkeypatch: pytest.MonkeyPatch, strip_pixels: int) -> None:
    """A row at a time or all at once: same altitudes, same slopes, same means."""
    raster, districts = metres(rough(1)), zones(block(2, 3, 40, 50), block(40, 3, 17, 20))
    coarse = metres(rough(2), 3000.0)
    coarse_districts = zones(block(2.2, 3.3, 40.5, 50.1, 3000.0))
    whole, mean = altitude_zones(raster, districts), means(coarse, coarse_districts)
    monkeypatch.setattr(engine, "STRIP_PIXELS", strip_pixels)
    again = altitude_zones(raster, districts)
    np.testing.assert_allclose(again.histogram_m2, whole.histogram_m2)
    np.testing.assert_allclose(again.steep_share, whole.steep_share)
    np.testing.assert_allclose(again.slope_known_share, whole.slope_known_share)
    assert means(coarse, coarse_districts) == pytest.approx(mean)


def test_a_raster_whose_south_is_up_says_the_same() -> None:
    """The same land written from south to north gives the same altitudes and slopes."""
    values, districts = rough(3), zones(block(2, 3, 40, 50))
    upright = altitude_zones(metres(values), districts)
    grid = Grid(UTM, 60, 60, WEST, TOP - 60 * 90.0, 90.0, 90.0)
    turned = altitude_zones(ArrayRaster(grid, values[::-1][None].astype(np.float32)), districts)
    np.testing.assert_allclose(turned.histogram_m2, upright.histogram_m2)
    np.testing.assert_allclose(turned.steep_share, upright.steep_share)


@pytest.mark.parametrize("pixel", [90.0, 5000.0])
def test_districts_in_degrees_over_a_raster_in_metres(pixel: float) -> None:
    """The zones go to the raster: in EPSG:4326 they find the pixels that they find in its own CRS."""
    raster, districts = metres(rough(4), pixel), zones(block(2.3, 3.2, 30, 20, pixel), block(33, 30, 20.7, 9, pixel))
    there, here = altitude_zones(raster, districts), altitude_zones(raster, districts.to_crs(4326))
    assert mean_m(here) == pytest.approx(mean_m(there), abs=0.1)
    assert here.covered_share.tolist() == pytest.approx(there.covered_share.tolist(), abs=1e-3)


def test_districts_without_crs_are_refused() -> None:
    """Nobody guesses where a layer lies."""
    with pytest.raises(CrsMismatchError, match="sin CRS"):
        altitude_zones(metres(NINE), zones(block(0, 0, 1, 1), crs=None))


def star(seed: int) -> Polygon:
    """Return a random star of some pixels of 5 km within 40 x 40 of them."""
    random = np.random.default_rng(seed)
    angles = np.sort(random.uniform(0, 2 * np.pi, 9))
    radius = random.uniform(10_000, 45_000, 9)
    centre = np.array([WEST, TOP]) + random.uniform([60_000, -140_000], [140_000, -60_000])
    points = centre + np.column_stack([np.cos(angles), np.sin(angles)]) * radius[:, None]
    return Polygon(points).convex_hull


@repeatable
@given(st.integers(0, 10_000))
def test_means_are_those_of_exactextract(seed: int) -> None:
    """Random districts over a random coarse raster with holes: mean and covered share as exactextract has them."""
    values = np.random.default_rng(seed).uniform(0, 3000, (40, 40))
    values[np.random.default_rng(seed + 1).random((40, 40)) < 0.01] = np.nan
    raster, districts = metres(values, 5000.0), zones(star(seed), star(seed + 1))
    west, south, east, north = raster.grid.bounds
    source = NumPyRasterSource(
        raster.values[0].astype(float), xmin=west, ymin=south, xmax=east, ymax=north, srs_wkt=UTM.to_wkt()
    )
    oracle = exact_extract(source, districts, ["mean", "count"], output="pandas")
    found = zone_means(raster, districts, lowest=0, highest=3000)
    share = oracle["count"].to_numpy() * 5000.0**2 / districts.area.to_numpy()
    np.testing.assert_allclose(found.covered_share[0], share, atol=1e-3)
    known = found.means[0].notna().to_numpy()
    np.testing.assert_allclose(found.means[0][known], oracle["mean"][known], rtol=1e-3)


@repeatable
@given(st.integers(0, 10_000), st.floats(-179.0, 179.0))
def test_the_order_of_the_districts_is_irrelevant_and_areas_add_up(seed: int, angle: float) -> None:
    """A square cut in two by any line: the parts add up to the whole, in whatever order they come."""
    raster, whole = metres(np.nan_to_num(rough(seed), nan=2000.0)), block(5.3, 5.3, 40.1, 40.1)
    half = affinity.rotate(block(25.37, -100, 500, 500), angle, origin=(WEST + 25.37 * 90, TOP - 25.21 * 90))
    parts = [whole.difference(half), whole.intersection(half)]
    together = altitude_zones(raster, zones(whole)).histogram_m2.sum(axis=0)
    forth, back = altitude_zones(raster, zones(*parts)), altitude_zones(raster, zones(*parts[::-1]))
    np.testing.assert_allclose(forth.histogram_m2.sum(axis=0), together)
    np.testing.assert_allclose(forth.histogram_m2, back.histogram_m2[::-1])


def test_feet_are_not_metres() -> None:
    """A plane in a CRS in US survey feet (EPSG:2225): 24.9 % is not steep, 25.1 % is."""
    feet = CRS.from_epsg(2225)
    for rise, share in ((0.249, 0.0), (0.251, 1.0)):
        values = plane(rise, 0.0, (300 * 1200 / 3937, 300 * 1200 / 3937))
        raster = ArrayRaster(Grid(feet, 20, 20, 6e6, 2e6, 300.0, -300.0), values[None].astype(np.float32))
        district = zones(box(6e6 + 300, 2e6 - 19 * 300, 6e6 + 19 * 300, 2e6 - 300), crs=feet)
        assert altitude_zones(raster, district).steep_share["010101"] == share

"""CRS named by purpose: areas are true to the square metre, distances follow the ellipsoid."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geodata import crs
from geodata.errors import CrsMismatchError

repeatable = settings(derandomize=True, deadline=None)

EQUATOR_DEGREE_KM = math.pi / 180 * 6378.137
"""One degree of longitude on the equator of WGS 84: an arc of its major radius."""

longitudes = st.floats(-81, -69)
latitudes = st.floats(-18, 0)


def shapes(*boxes: tuple[float, float, float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([box(*corners) for corners in boxes], crs="EPSG:4326")


def ellipsoid_area_km2(west: float, south: float, east: float, north: float) -> float:
    """Return the exact area between two meridians and two parallels on WGS 84 (Snyder 1987, equation 3-12)."""
    eccentricity = math.sqrt(crs.GEOD.es)

    def q(latitude: float) -> float:
        sine = math.sin(math.radians(latitude))
        term = eccentricity * sine
        return (1 - crs.GEOD.es) * (sine / (1 - term**2) - math.log((1 - term) / (1 + term)) / (2 * eccentricity))

    return (crs.GEOD.a / 1000) ** 2 / 2 * math.radians(east - west) * (q(north) - q(south))


@repeatable
@given(longitudes, latitudes, st.floats(0.01, 2), st.floats(0.01, 2))
def test_area_is_that_of_the_ellipsoid_anywhere_in_peru(west: float, south: float, width: float, height: float) -> None:
    """The area of any box of Peru equals the closed formula on WGS 84, whatever its UTM zone."""
    corners = (west, south, west + width, south + height)
    assert crs.area_km2(shapes(corners)).iloc[0] == pytest.approx(ellipsoid_area_km2(*corners), rel=1e-9)


@repeatable
@given(st.floats(0.05, 0.95))
def test_area_is_conserved_when_a_territory_is_split(share: float) -> None:
    """The parts of a district add up to the district."""
    middle = -70 + share
    areas = crs.area_km2(shapes((-70, -15, -69, -14), (-70, -15, middle, -14), (middle, -15, -69, -14)))
    assert areas.iloc[0] == pytest.approx(areas.iloc[1] + areas.iloc[2], rel=1e-12)


def test_area_does_not_swell_at_puno_as_it_does_in_utm_18s() -> None:
    """UTM 18S overstates a district of Puno by more than 0.5 %; the area published does not."""
    puno = shapes((-70.1, -15.9, -70.0, -15.8))
    in_utm = puno.to_crs("EPSG:32718").area.iloc[0] / 1e6
    assert in_utm / crs.area_km2(puno).iloc[0] > 1.005


def test_area_keeps_the_index_and_is_named_as_its_field() -> None:
    """Areas come back with the rows they belong to."""
    areas = crs.area_km2(shapes((-76, -12, -75, -11)).set_axis(["010101"]))
    assert areas.name == "area_km2"
    assert list(areas.index) == ["010101"]


def test_area_of_a_layer_in_another_crs_is_refused() -> None:
    """Metres taken for degrees would give a number; they give an error."""
    with pytest.raises(CrsMismatchError):
        crs.area_km2(shapes((-76, -12, -75, -11)).to_crs("EPSG:32718"))


def test_every_layer_with_another_crs_is_named_at_once() -> None:
    """Two wrong layers are two problems, each with its name and the CRS it has; the good one is not named."""
    good = shapes((-76, -12, -75, -11))
    with pytest.raises(CrsMismatchError) as caught:
        crs.require_crs(
            crs.ON_DISK,
            distritos=good,
            riego=good.to_crs("EPSG:32719"),
            canales=good.set_crs(None, allow_override=True),
        )
    first, second = caught.value.problems
    assert (first.where, first.expected, first.found) == ("riego", "EPSG:4326", "EPSG:32719")
    assert (second.where, second.expected, second.found) == ("canales", "EPSG:4326", "sin CRS")
    assert "4326" in first.repair


def test_layers_in_the_expected_crs_pass() -> None:
    """Frames and series in EPSG:4326 are accepted, however the CRS is written."""
    series = shapes((-76, -12, -75, -11))
    frame = gpd.GeoDataFrame(geometry=[Point(-76, -12)], crs=crs.ON_DISK.to_wkt())
    other_names = {
        name: gpd.GeoDataFrame(geometry=[Point(-76, -12)], crs=text)
        for name, text in {"crs84": "OGC:CRS84", "esri": crs.ON_DISK.to_wkt("WKT1_ESRI")}.items()
    }
    crs.require_crs(crs.ON_DISK, series=series, frame=frame, **other_names)


def test_distance_along_the_equator_is_an_arc_of_the_major_radius() -> None:
    """One degree of longitude on the equator measures 111.32 km."""
    assert crs.distance_km([-76], [0], [-75], [0]) == pytest.approx([EQUATOR_DEGREE_KM], rel=1e-9)


@repeatable
@given(longitudes, latitudes, longitudes, latitudes)
def test_distance_is_symmetric_and_zero_only_to_itself(x: float, y: float, to_x: float, to_y: float) -> None:
    """There and back is the same distance; to the same point it is zero."""
    there, back = crs.distance_km([x], [y], [to_x], [to_y]), crs.distance_km([to_x], [to_y], [x], [y])
    assert there == pytest.approx(back, abs=1e-9)
    assert crs.distance_km([x], [y], [x], [y]) == pytest.approx([0])
    assert (there >= 0).all()


def test_distance_to_an_unknown_place_is_unknown() -> None:
    """A missing coordinate gives a missing distance, not zero and not infinity."""
    distances = crs.distance_km([-76.0, -76.0], [-12.0, -12.0], [np.nan, -76.0], [np.nan, -12.0])
    assert np.isnan(distances[0])
    assert distances[1] == 0

"""Lines in districts: every metre in one place, and the same answer as geopandas."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, box
from shapely.ops import substring

from geodata import crs
from geodata.errors import CrsMismatchError
from layers.overlay import length_km, line_pieces, lines_in_districts
from tests import tiny
from tests.layers.overlay.shapes import districts, roads, wandering
from tests.national_layers import national_roads

repeatable = settings(derandomize=True, deadline=None, max_examples=20)
EQUATOR_DEGREE_KM = 111.3194908
"""A degree of the equator of WGS 84: 6,378,137 m x pi / 180."""

PAIR = (box(0, -1, 1, 1), box(1, -1, 2, 1))
"""Two squares that meet along x = 1."""


def km(found: pd.DataFrame) -> dict[str, float]:
    """Return kilometres by district."""
    return {str(code): float(value) for code, value in found.groupby("ubigeo")["length_km"].sum().items()}


def by_overlay(lines: gpd.GeoDataFrame, country: gpd.GeoDataFrame) -> pd.Series:
    """Return the same answer the slow and well-known way."""
    pieces = gpd.overlay(lines, country[["ubigeo", "geometry"]], how="intersection", keep_geom_type=True)
    pieces["length_km"] = [crs.GEOD.geometry_length(shape) / 1000 for shape in pieces.geometry]
    return pieces.groupby("ubigeo")["length_km"].sum()


def test_a_line_is_shared_out_by_the_border_it_crosses() -> None:
    """From 0.5 to 3 along the equator: half a degree in the first square, one in the second, one outside."""
    found = lines_in_districts(roads(LineString([(0.5, 0), (3, 0)])), districts(*PAIR))
    assert km(found.inside) == pytest.approx({"010101": EQUATOR_DEGREE_KM / 2, "010102": EQUATOR_DEGREE_KM}, rel=1e-9)
    assert found.outside["length_km"].tolist() == pytest.approx([EQUATOR_DEGREE_KM])
    assert found.total_km == pytest.approx(2.5 * EQUATOR_DEGREE_KM, rel=1e-9)


def test_a_degree_of_meridian_is_shorter_than_one_of_equator() -> None:
    """Lengths are of the ellipsoid: 110.574 km from the equator to 1 degree north."""
    found = length_km(roads(LineString([(0.5, 0), (0.5, 1)]), None))
    assert found.tolist() == pytest.approx([110.5743886, 0.0])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_line_along_a_shared_border_counts_once_in_the_first_district(order: tuple[int, int]) -> None:
    """Exactly on the border of two: all of it in the one that comes first in the frame, none in the other."""
    country = districts(*PAIR).iloc[list(order)]
    road = roads(LineString([(1, -0.5), (1, 0.5)]))
    found = lines_in_districts(road, country)
    assert km(found.inside) == pytest.approx({country["ubigeo"].iloc[0]: found.total_km})
    assert found.outside["length_km"].sum() == 0


def test_a_line_that_runs_along_the_border_and_leaves_it_is_cut_there() -> None:
    """Up the border of two, past their corner: outside begins where the border turns away."""
    road = roads(LineString([(1, 0), (1, 3)]))
    pieces = line_pieces(road, districts(*PAIR))
    metres = crs.GEOD.line_lengths([1, 1, 1], [0, 1, 3])
    # a step is shared out by degrees: two degrees of meridian differ by 1 in 10,000
    assert pieces["district_row"].tolist() == [-1, 0]
    assert pieces["length_km"].tolist() == pytest.approx([metres[1] / 1000, metres[0] / 1000], rel=2e-4)


def test_where_districts_overlap_the_first_wins_and_nothing_counts_twice() -> None:
    """Two squares share [1, 2]: the line from 0 to 3 gives the first two degrees and the second one, either way."""
    overlapping = (box(0, -1, 2, 1), box(1, -1, 3, 1))
    road = roads(LineString([(0, 0), (3, 0)]), LineString([(2.9, 0.5), (1.1, 0.5)]))
    first = lines_in_districts(road, districts(*overlapping))
    assert km(first.inside)["010101"] / EQUATOR_DEGREE_KM == pytest.approx(2 + 0.9, rel=1e-4)
    assert sum(km(first.inside).values()) == pytest.approx(first.total_km, rel=1e-12)
    turned = lines_in_districts(road, districts(*overlapping).iloc[::-1])
    assert km(turned.inside)["010102"] / EQUATOR_DEGREE_KM == pytest.approx(2 + 1.8, rel=1e-4)


def test_holes_and_islands_are_seen() -> None:
    """A district of two parts, one with a hole: the line counts in the parts, not in the hole nor in the gap."""
    holed = box(0, -1, 3, 1).difference(box(1, -0.5, 2, 0.5))
    country = districts(MultiPolygon([holed, box(4, -1, 5, 1)]))
    found = lines_in_districts(roads(LineString([(0, 0), (5, 0)])), country)
    assert km(found.inside)["010101"] == pytest.approx(3 * EQUATOR_DEGREE_KM, rel=1e-9)
    assert found.outside["length_km"].sum() == pytest.approx(2 * EQUATOR_DEGREE_KM, rel=1e-9)


def test_a_missing_class_is_a_class_of_its_own() -> None:
    """A road whose network nobody noted keeps its kilometres under a missing class."""
    shape = LineString([(0.2, 0), (0.7, 0)])
    found = lines_in_districts(roads(shape, shape, shape, network=["nacional", None, "nacional"]), districts(*PAIR))
    assert found.inside["network"].isna().tolist() == [False, True]
    assert found.inside["length_km"].tolist() == pytest.approx([EQUATOR_DEGREE_KM, EQUATOR_DEGREE_KM / 2])


def test_no_class_and_two_classes() -> None:
    """Without classes one figure per district and one outside; with two, a row for each pair that occurs."""
    lines = roads(LineString([(0.2, 0), (0.7, 0)]), LineString([(0.2, 0.5), (3, 0.5)]), network=["nacional", "vecinal"])
    lines["surface"] = ["trocha", None]
    plain = lines_in_districts(lines, districts(*PAIR), by=())
    assert list(plain.inside.columns) == ["ubigeo", "length_km"]
    assert plain.inside["length_km"].sum() + plain.outside["length_km"].sum() == pytest.approx(plain.total_km)
    both = lines_in_districts(lines, districts(*PAIR), by=("network", "surface"))
    assert list(both.outside.columns) == ["network", "surface", "length_km"]
    assert len(both.inside) == 3


def test_several_parts_heights_measures_and_voids() -> None:
    """Parts add up without the leap between them; Z and M change nothing; null and empty lines count nothing."""
    parts = MultiLineString([[(0.1, 0), (0.2, 0)], [(0.8, 0), (0.9, 0)]])
    measured = shapely.from_wkt("LINESTRING ZM (0.1 0 4000 -1.797e308, 0.3 0 0 5)")
    found = lines_in_districts(roads(parts, measured, None, LineString()), districts(*PAIR))
    assert found.total_km == pytest.approx(0.4 * EQUATOR_DEGREE_KM, rel=1e-9)
    assert km(found.inside) == pytest.approx({"010101": found.total_km})


def test_nothing_in_gives_nothing_out() -> None:
    """No lines, or no districts, are no failure."""
    none = lines_in_districts(roads(), districts(*PAIR))
    assert (len(none.inside), len(none.outside), none.total_km) == (0, 0, 0.0)
    nowhere = lines_in_districts(roads(LineString([(0, 0), (1, 0)])), districts())
    assert nowhere.outside["length_km"].sum() == pytest.approx(nowhere.total_km)


def test_a_layer_that_does_not_say_its_crs_is_refused() -> None:
    """No CRS is assumed, neither for the lines nor for the districts."""
    lines, country = roads(LineString([(0, 0), (1, 0)])), districts(*PAIR)
    with pytest.raises(CrsMismatchError, match="lines"):
        lines_in_districts(lines.set_crs(None, allow_override=True), country)
    with pytest.raises(CrsMismatchError, match="districts"):
        lines_in_districts(lines, country.set_crs(None, allow_override=True))


@pytest.mark.parametrize("shape", [Point(0, 0), LineString([(0, 0), (np.inf, 0)])])
def test_what_is_no_line_is_refused(shape: object) -> None:
    """A point among the lines or an infinite coordinate must have been taken out, and counted, before."""
    with pytest.raises(ValueError, match="inspect_shapes"):
        lines_in_districts(roads(shape), districts(*PAIR))


@repeatable
@given(st.integers(0, 10_000), st.integers(1, 25))
def test_every_metre_is_somewhere_and_geopandas_agrees(seed: int, count: int) -> None:
    """Inside and outside add up to the lines, and each district has what `overlay` gives it."""
    lines = roads(*wandering(seed, count))
    found = lines_in_districts(lines, tiny.districts())
    together = found.inside["length_km"].sum() + found.outside["length_km"].sum()
    assert together == pytest.approx(found.total_km, rel=1e-9)
    assert found.total_km == pytest.approx(length_km(lines).sum(), rel=1e-12)
    usual = by_overlay(lines, tiny.districts())
    # a step of 40 km is shared out by degrees, not by metres: 1 in 10,000 is the most that makes here
    ours = pd.Series(km(found.inside)).reindex(usual.index).fillna(0)
    assert ours.to_numpy() == pytest.approx(usual.to_numpy(), rel=1e-3, abs=1e-3)


@repeatable
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(seed: int, random: object) -> None:
    """Shuffled lines, and shuffled districts that do not overlap, give the same table."""
    lines = roads(*wandering(seed, 12))
    expected = lines_in_districts(lines, tiny.districts())
    shuffled = lines.sample(frac=1, random_state=seed)
    found = lines_in_districts(shuffled, tiny.districts().sample(frac=1, random_state=seed + 1))
    # sums of floats in another order differ in the last digits
    pd.testing.assert_frame_equal(found.inside, expected.inside, rtol=1e-9)
    pd.testing.assert_frame_equal(found.outside, expected.outside, rtol=1e-9)


@repeatable
@given(st.integers(0, 10_000))
def test_the_crs_of_the_lines_does_not_matter(seed: int) -> None:
    """In degrees or in metres of UTM 18S: the same km to a millionth (PROJ goes and returns to a micrometre)."""
    lines = roads(*wandering(seed, 8))
    expected = lines_in_districts(lines, tiny.districts())
    found = lines_in_districts(lines.to_crs(32718), tiny.districts().to_crs(32718))
    assert found.total_km == pytest.approx(expected.total_km, rel=1e-6)
    assert km(found.inside) == pytest.approx(km(expected.inside), rel=1e-6, abs=1e-6)


@repeatable
@given(st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_dividing_a_line_changes_nothing(seed: int, share: float) -> None:
    """A line or its two halves: the same km (to 1 in 10,000, a cut step being shared out by degrees)."""
    lines = wandering(seed, 6)
    halves = [part for line in lines for part in (substring(line, 0, share, True), substring(line, share, 1, True))]
    whole = lines_in_districts(roads(*lines), tiny.districts())
    divided = lines_in_districts(roads(*halves), tiny.districts())
    assert divided.total_km == pytest.approx(whole.total_km, rel=1e-6)
    assert km(divided.inside) == pytest.approx(km(whole.inside), rel=1e-4, abs=1e-3)


def test_the_input_is_not_modified() -> None:
    """Neither frame changes, nor the Z of the lines."""
    lines, country = roads(LineString([(0.5, 0, 7), (3, 0, 7)])), districts(*PAIR)
    before = lines.copy(), country.copy()
    lines_in_districts(lines, country)
    assert lines.geometry.has_z.all()
    pd.testing.assert_frame_equal(lines, before[0])
    pd.testing.assert_frame_equal(country, before[1])


def test_the_simulated_country_wanders_over_borders() -> None:
    """The roads of the benchmark are lines of about a kilometre, always the same, and many cross."""
    country = tiny.districts()
    lines = national_roads(country, 2_000)
    assert length_km(lines).mean() == pytest.approx(0.97, rel=0.1)
    again = national_roads(country, 2_000)
    assert lines.geometry.geom_equals_exact(again.geometry, 0).all()
    found = lines_in_districts(lines, country, by=("network", "surface"))
    usual = by_overlay(lines, country)
    assert pd.Series(km(found.inside)).reindex(usual.index).to_numpy() == pytest.approx(usual.to_numpy(), rel=1e-6)


@pytest.mark.pack
def test_real_roads_over_real_limits(pack) -> None:
    """Lines that do not retrace themselves: each district as `overlay` has it, all conserved."""
    lines = gpd.read_parquet(pack / "roads_departamental_sierra.parquet")
    lines = lines[lines["DEPARTAMENTO"].eq("TACNA")] if "TACNA" in set(lines["DEPARTAMENTO"]) else lines.iloc[:80]
    lines = lines[lines.geometry.is_simple]
    country = gpd.read_parquet(pack / "distritos_1891_inei.parquet").rename(columns={"UBIGEO": "ubigeo"})
    found = lines_in_districts(lines, country, by=())
    usual = by_overlay(lines, country)
    ours = pd.Series(km(found.inside)).reindex(usual.index)
    assert ours.to_numpy() == pytest.approx(usual.to_numpy(), rel=1e-3, abs=1e-6)
    assert found.inside["length_km"].sum() + found.outside["length_km"].sum() == pytest.approx(found.total_km, rel=1e-9)

"""Overlays: light files per department that read back as what was put in, with nothing lost in silence."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.errors import CrsMismatchError
from layers.rendering.overlays import (
    LINE_TOLERANCE_DEG,
    OVERLAYS,
    STEPS_PER_DEGREE,
    Overlay,
    OverlayFile,
    best_technology,
    overlay_files,
)

STEP = 1 / STEPS_PER_DEGREE


def roads(rows: list[tuple[str, str | None, BaseGeometry | None]]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=["network", "department_code", "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=4326)


def settlements(rows: list[tuple[str, str, float, float]]) -> gpd.GeoDataFrame:
    table = pd.DataFrame([row[:2] for row in rows], columns=["settlement_code", "settlement_type"])
    return gpd.GeoDataFrame(table, geometry=[Point(row[2:]) for row in rows], crs=4326)


def only(overlays: list[Overlay]) -> Overlay:
    assert len(overlays) == 1
    return overlays[0]


def by_department(overlay: Overlay) -> dict[str, OverlayFile]:
    return {file.department: file for file in overlay.files}


def decode(file: OverlayFile) -> dict[str, Any]:
    """Read a file as its description says, independently of the code that wrote it."""
    content = json.loads(file.content)

    def path(numbers: list[int]) -> list[tuple[float, float]]:
        pairs = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0) / content["scale"]
        return [tuple(pair) for pair in pairs.tolist()]

    lines = content["kind"] == "lines"
    return {word: [path(one) for one in coded] if lines else path(coded) for word, coded in content["groups"].items()}


def test_a_line_reads_back_in_its_department_and_class() -> None:
    """A corner of a road survives to eleven metres, in the file of the department that its row declares."""
    corner = LineString([(-76.0, -12.0), (-75.9, -12.0), (-75.9, -11.9)])
    overlay = only(overlay_files({"roads": roads([("nacional", "010000", corner), ("vecinal", "020000", corner)])}))
    assert overlay.id == "roads"
    files = by_department(overlay)
    assert set(files) == {"01", "02"}
    assert decode(files["01"]) == {"nacional": [list(corner.coords)]}
    assert files["02"].counts == {"vecinal": 1}


def test_pieces_that_meet_are_one_line_and_are_still_counted_as_rows() -> None:
    """Three pieces of a straight road cost two points; the count stays three."""
    pieces = [LineString([(-76 + 0.1 * i, -12), (-75.9 + 0.1 * i, -12)]) for i in range(3)]
    file = only(overlay_files({"roads": roads([("vecinal", "010000", piece) for piece in pieces])})).files[0]
    assert decode(file)["vecinal"] in ([[(-76.0, -12.0), (-75.7, -12.0)]], [[(-75.7, -12.0), (-76.0, -12.0)]])
    assert file.counts == {"vecinal": 3}


@given(st.lists(st.tuples(st.floats(-81, -69), st.floats(-18, 0)), min_size=2, max_size=8, unique=True))
def test_thinning_moves_no_line_farther_than_it_says(corners: list[tuple[float, float]]) -> None:
    """Whatever the line, every drawn point lies within the tolerance and one step of the original."""
    line = LineString(corners)
    file = only(overlay_files({"roads": roads([("vecinal", "010000", line)])})).files[0]
    drawn = MultiLineString(decode(file)["vecinal"])
    reach = LINE_TOLERANCE_DEG + 2 * STEP
    assert drawn.within(line.buffer(reach))
    # what went out and came back between thinned corners may be gone, never a corner farther away than that
    assert all(drawn.distance(Point(corner)) <= reach for corner in corners) or line.length <= reach


def test_way_points_are_drawn_only_where_no_line_is() -> None:
    """A joined route appears dashed-classed, and not beside surveyed lines of its own network and department."""
    line = LineString([(-76, -12), (-75.5, -12)])
    layers = {
        "roads": roads([("vecinal", "010000", line)]),
        "road_route_lines": roads(
            [("vecinal", "010000", line), ("departamental", "010000", line), ("vecinal", "020000", line)]
        ),
    }
    files = by_department(only(overlay_files(layers)))
    assert files["01"].counts == {"vecinal": 1, "departamental-aprox": 1}
    assert files["02"].counts == {"vecinal-aprox": 1}


def test_routes_alone_are_an_overlay_too() -> None:
    """Without any line layer the approximate network stands alone."""
    line = LineString([(-76, -12), (-75.5, -12)])
    overlay = only(overlay_files({"road_route_lines": roads([("vecinal", "010000", line)])}))
    assert overlay.files[0].counts == {"vecinal-aprox": 1}


def test_what_cannot_be_drawn_is_counted() -> None:
    """No department, no shape, another kind of shape, an infinite coordinate: each is counted, none stops the rest."""
    line = LineString([(-76, -12), (-75.5, -12)])
    bad = [None, LineString(), Point(-76, -12), GeometryCollection([line]), LineString([(-76, -12), (np.inf, 0)])]
    rows = [("vecinal", "010000", line), ("vecinal", None, line), *(("vecinal", "010000", shape) for shape in bad)]
    overlay = only(overlay_files({"roads": roads(rows)}))
    assert overlay.without_department_count == 1
    assert overlay.without_shape_count == len(bad)
    assert overlay.files[0].counts == {"vecinal": 1}


def test_heights_and_measures_are_left_out() -> None:
    """A line with Z of −1.8e308, as some exporters write, is drawn flat."""
    line = LineString([(-76, -12, -1.797e308), (-75.5, -12, -1.797e308)])
    file = only(overlay_files({"canals": _canals(line)})).files[0]
    assert decode(file) == {"acequia": [[(-76.0, -12.0), (-75.5, -12.0)]]}


def test_settlements_split_by_kind_and_by_signal() -> None:
    """The class of a settlement is its kind, and its best technology where that is known; positions read back."""
    frame = settlements([("0101010001", "Rural", -76, -12), ("0101010002", "Urbano", -75.5, -11.5)])
    frame["best_technology"] = ["none", None]
    file = only(overlay_files({"settlements": frame})).files[0]
    assert decode(file) == {"rural-none": [(-76.0, -12.0)], "urbano": [(-75.5, -11.5)]}
    assert file.counts == {"rural-none": 1, "urbano": 1}


@given(st.lists(st.tuples(st.integers(-810_000, -690_000), st.integers(-180_000, 0)), min_size=1, max_size=30))
def test_no_point_is_lost_or_moved_by_the_coding(steps: list[tuple[int, int]]) -> None:
    """Sorted along the curve and written as differences, the points are the same multiset, repeated ones included."""
    rows = [(f"01010100{i:02d}", "Rural", x * STEP, y * STEP) for i, (x, y) in enumerate(steps)]
    file = only(overlay_files({"settlements": settlements(rows)})).files[0]
    decoded = [(round(x / STEP), round(y / STEP)) for x, y in decode(file)["rural"]]
    assert sorted(decoded) == sorted(steps)


def test_the_order_of_the_rows_changes_no_byte() -> None:
    """Files are named by their content: the same layer in another order must be the same file."""
    lines = [LineString([(-76 + 0.1 * i, -12), (-76 + 0.1 * i, -11.5 + 0.01 * i)]) for i in range(6)]
    frame = roads([("vecinal", "010000", line) for line in lines])
    assert overlay_files({"roads": frame}) == overlay_files({"roads": frame.iloc[::-1]})


def test_any_crs_gives_the_same_file() -> None:
    """A layer in UTM is drawn where it lies; one without CRS is refused by name."""
    line = LineString([(-76, -12), (-75.9, -11.9)])
    frame = roads([("vecinal", "010000", line)])
    expected = overlay_files({"roads": frame})
    assert overlay_files({"roads": frame.to_crs(32718)}) == expected
    with pytest.raises(CrsMismatchError, match="roads"):
        overlay_files({"roads": frame.set_crs(None, allow_override=True)})


def test_absent_and_empty_layers_make_no_overlay() -> None:
    """Without rows there is no switch to offer."""
    assert overlay_files({}) == []
    assert overlay_files({"roads": roads([])}) == []
    assert overlay_files({"irrigated_areas": roads([])}) == []


def test_overlays_come_in_their_order() -> None:
    """Roads, canals, settlements, whatever the order of the layers."""
    line = LineString([(-76, -12), (-75.5, -12)])
    layers = {
        "settlements": settlements([("0101010001", "Rural", -76, -12)]),
        "canals": _canals(line),
        "roads": roads([("vecinal", "010000", line)]),
    }
    assert tuple(overlay.id for overlay in overlay_files(layers)) == OVERLAYS


def test_best_technology_is_the_best_that_reaches() -> None:
    """Any operator counts, a share of zero does not, absence inside the scope is «none» and outside it unknown."""
    places = pd.DataFrame({"settlement_code": ["0101010001", "0101010002", "0101020001", "0201010001"]})
    coverage = pd.DataFrame(
        {
            "settlement_code": ["0101010001", "0101010001", "0101010001", "0101010002"],
            "technology": ["2g", "5g", "3g", "4g"],
            "total_share": [1.0, 0.2, 1.0, 0.0],
        }
    )
    expected = {
        "010000": ["4g", "none", "none", None],
        "010100": ["4g", "none", "none", None],
        "010101": ["4g", "none", None, None],
    }
    for scope, words in expected.items():
        assert _words(best_technology(places, coverage, [scope])) == words
    assert _words(best_technology(places, coverage, [])) == ["4g", None, None, None]
    assert _words(best_technology(places, coverage.iloc[:0], ["020000"])) == [None, None, None, "none"]


def _words(values: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else str(value) for value in values]


def test_a_line_shorter_than_a_step_is_counted_and_not_drawn() -> None:
    """Nothing of it could be seen; its row is still in the count, and the file is whole."""
    dot = LineString([(-76, -12), (-76.000001, -12)])
    file = only(overlay_files({"roads": roads([("vecinal", "010000", dot)])})).files[0]
    assert file.counts == {"vecinal": 1}
    assert decode(file) == {"vecinal": []}


def test_polygons_are_not_lines() -> None:
    """A polygon in a line layer is counted and not drawn as its outline."""
    square = Polygon([(-76, -12), (-75, -12), (-75, -11)])
    overlay = only(overlay_files({"roads": roads([("vecinal", "010000", square)])}))
    assert overlay.files == ()
    assert overlay.without_shape_count == 1


def _canals(line: LineString) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"kind": ["acequia"], "department_code": ["010000"]}, geometry=[line], crs=4326)

"""Inspection of shapes: every defect is counted, none is mended in silence."""

from __future__ import annotations

import sqlite3

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiLineString, Point, Polygon, box

from geodata.errors import CrsMismatchError
from layers.overlay import Inspected, inspect_shapes
from tests.layers.overlay.shapes import counted_kinds, roads

LINES = {"LineString", "MultiLineString"}
POLYGONS = {"Polygon", "MultiPolygon"}
STRAIGHT = LineString([(-75, -12), (-74.9, -12.1), (-74.8, -12)])


def counts(inspected: Inspected) -> dict[str, int]:
    """Return how many of each defect."""
    return {finding.code: finding.count for finding in inspected.findings}


def areas(*shapes: object) -> gpd.GeoDataFrame:
    """Return a polygon layer with these shapes."""
    return gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:4326")


def test_a_sound_layer_has_no_findings() -> None:
    """Nothing wrong, nothing said, everything kept."""
    frame = roads(STRAIGHT, LineString([(-75, -11), (-74, -11)]))
    inspected = inspect_shapes(frame, LINES, layer="red vial vecinal")
    assert inspected.findings == []
    pd.testing.assert_frame_equal(inspected.usable, frame)


def test_what_cannot_be_used_is_left_out_and_counted() -> None:
    """Null, empty, a point, a collection, a line of no length: one finding each, and only the sound line stays."""
    nowhere = LineString([(-75, -12), (-75, -12)])
    mixed = GeometryCollection([STRAIGHT, Point(-75, -12)])
    frame = roads(None, LineString(), Point(-75, -12), mixed, nowhere, STRAIGHT)
    inspected = inspect_shapes(frame, LINES, layer="red vial")
    assert counts(inspected) == {"null_geometry": 1, "empty_geometry": 1, "other_geometry_kind": 2, "zero_length": 1}
    assert inspected.usable.index.tolist() == [5]
    assert len(frame) == 6


def test_every_finding_is_a_sentence_with_its_effect_and_repair() -> None:
    """Spanish, naming the layer and the rows, with what was done and what to do."""
    frame = roads(None, None, STRAIGHT).set_axis(["x", "y", "z"])
    (finding,) = inspect_shapes(frame, LINES, layer="red vial vecinal").findings
    assert finding.message == "red vial vecinal: 2 filas sin geometría"
    assert finding.effect == "no entran al cálculo"
    assert finding.repair
    assert finding.examples == ("fila x", "fila y")


def test_heights_and_measures_are_dropped_and_told() -> None:
    """Z and M go; Z = 0 and Esri's M = -1.797e308 are «no data»; the line itself does not move."""
    frame = roads(
        shapely.from_wkt("LINESTRING ZM (-75 -12 4000 1, -74 -12 0 -1.7976931348623157e308)"),
        shapely.from_wkt("LINESTRING Z (-75 -11 4000, -74 -11 3900)"),
        shapely.from_wkt("LINESTRING M (-75 -10 0, -74 -10 5)"),
    )
    inspected = inspect_shapes(frame, LINES, layer="red vial")
    assert counts(inspected) == {"z_dropped": 2, "z_no_data": 1, "m_dropped": 2, "m_no_data": 1}
    assert {finding.severity for finding in inspected.findings} == {"info"}
    usable = inspected.usable.geometry
    assert not usable.has_z.any()
    assert usable.to_wkt().iloc[0] == "LINESTRING (-75 -12, -74 -12)"


def test_single_and_multiple_shapes_mixed_are_told_and_kept() -> None:
    """Both stay as they are; a layer of one form says nothing."""
    several = MultiLineString([[(-75, -11), (-74, -11)], [(-75, -10), (-74, -10)]])
    inspected = inspect_shapes(roads(STRAIGHT, several), LINES, layer="red vial")
    assert counts(inspected) == {"mixed_single_multi": 1}
    assert counted_kinds(inspected.usable) == ["LINESTRING", "MULTILINESTRING"]
    assert counts(inspect_shapes(roads(several), LINES, layer="red vial")) == {}


def test_a_repeated_line_counts_once_whatever_its_direction() -> None:
    """The same line backwards, or with Z, repeats the first; with another code it does not, when the code is asked."""
    raised = LineString([(x, y, 9) for x, y in STRAIGHT.coords])
    frame = roads(STRAIGHT, STRAIGHT.reverse(), raised, STRAIGHT, network=["vecinal"] * 3 + ["nacional"])
    alone = inspect_shapes(frame, LINES, layer="red vial")
    assert counts(alone)["duplicate_shape"] == 3
    assert alone.usable.index.tolist() == [0]
    by_network = inspect_shapes(frame, LINES, layer="red vial", same=["network"])
    assert counts(by_network)["duplicate_shape"] == 2
    assert by_network.usable.index.tolist() == [0, 3]


def test_missing_codes_are_equal_when_looking_for_repeated_lines() -> None:
    """Two rows without code and with the same shape are the same road."""
    frame = roads(STRAIGHT, STRAIGHT, network=[None, None])
    assert counts(inspect_shapes(frame, LINES, layer="red vial", same=["network"])) == {"duplicate_shape": 1}


def test_a_figure_of_eight_is_left_out() -> None:
    """Nobody knows which ground was meant: excluded and said to be an error."""
    inspected = inspect_shapes(
        areas(Polygon([(-75, -12), (-74, -11), (-74, -12), (-75, -11)])), POLYGONS, layer="riego"
    )
    assert counts(inspected) == {"invalid_geometry": 1}
    assert inspected.findings[0].severity == "error"
    assert inspected.usable.empty


def test_a_spike_is_repaired_and_the_change_of_area_told() -> None:
    """A ring that goes out and back along a line covers the same ground without it: repaired, counted, measured."""
    spiked = Polygon([(-75, -12), (-74, -12), (-74, -11), (-74, -10.5), (-74, -11), (-75, -11)])
    assert not spiked.is_valid
    inspected = inspect_shapes(areas(spiked, box(-77, -12, -76, -11)), POLYGONS, layer="riego")
    assert counts(inspected)["repaired_geometry"] == 1
    assert "0.0000 ha" in inspected.findings[0].message
    assert inspected.usable.geometry.is_valid.all()
    assert inspected.usable.geometry.iloc[0].area == pytest.approx(1)


def test_places_far_from_peru_are_told_and_kept() -> None:
    """Swapped coordinates reach Antarctica: told, and left for the overlay to return as outside."""
    swapped = LineString([(y, x) for x, y in STRAIGHT.coords])
    inspected = inspect_shapes(roads(STRAIGHT, swapped), LINES, layer="red vial")
    assert counts(inspected) == {"outside_country": 1}
    assert inspected.findings[0].examples == ("fila 1",)
    assert len(inspected.usable) == 2
    # the box is of degrees: a layer in metres is taken there first
    assert counts(inspect_shapes(roads(STRAIGHT).to_crs(32718), LINES, layer="red vial")) == {}


def test_coordinates_that_are_no_numbers_are_left_out() -> None:
    """An infinite coordinate is invalid, in a line and in a polygon."""
    frame = roads(STRAIGHT, LineString([(-75, -12), (np.inf, -12)]))
    inspected = inspect_shapes(frame, LINES, layer="red vial")
    assert counts(inspected) == {"invalid_geometry": 1}
    assert inspected.usable.index.tolist() == [0]


def test_index_columns_and_crs_stay() -> None:
    """The rows that stay are as they came: labels, columns, CRS, name of the geometry column."""
    frame = roads(STRAIGHT, None).set_axis([7, 9]).rename_geometry("shape").to_crs(32718)
    usable = inspect_shapes(frame, LINES, layer="red vial").usable
    assert (usable.index.tolist(), list(usable.columns)) == ([7], ["network", "shape"])
    assert (usable.crs, usable.geometry.name) == (frame.crs, "shape")


def test_an_empty_layer_and_one_without_crs() -> None:
    """No rows is no failure; no CRS is one."""
    assert inspect_shapes(roads(), LINES, layer="red vial").usable.empty
    with pytest.raises(CrsMismatchError, match="red vial"):
        inspect_shapes(roads(STRAIGHT).set_crs(None, allow_override=True), LINES, layer="red vial")


@pytest.mark.pack
def test_the_real_roads_of_junin_with_heights_and_measures(pack) -> None:
    """221 shapes with Z and M as GeoPackage holds them: all told, and all but the repeated ones usable."""
    with sqlite3.connect(f"file:{pack / 'roads_departamental_junin_zm.gpkg'}?mode=ro", uri=True) as file:
        (column,) = file.execute("SELECT column_name FROM gpkg_geometry_columns").fetchone()
        (table,) = file.execute("SELECT table_name FROM gpkg_geometry_columns").fetchone()
        blobs = [row[0] for row in file.execute(f'SELECT "{column}" FROM "{table}"')]
    # GDAL drops M, so the WKB is read behind the header: 8 bytes and an envelope whose size the flags tell
    headers = [8 + {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[blob[3] >> 1 & 7] for blob in blobs]
    shapes = shapely.from_wkb([blob[header:] for blob, header in zip(blobs, headers, strict=True)])
    inspected = inspect_shapes(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326"), LINES, layer="red departamental")
    found = counts(inspected)
    assert (found["z_dropped"], found["m_dropped"]) == (221, 221)
    assert found["m_no_data"] > 0
    assert found["z_no_data"] > 0
    assert len(inspected.usable) == 221 - found.get("duplicate_shape", 0) - found.get("zero_length", 0)
    assert "outside_country" not in found

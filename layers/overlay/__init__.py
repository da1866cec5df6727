"""The spatial joins that the layers share: any CRS in, totals conserved, what falls outside told."""

from layers.overlay.inspection import Inspected, inspect_shapes
from layers.overlay.lines import LinesInDistricts, length_km, line_pieces, lines_in_districts
from layers.overlay.nearest import nearest_m
from layers.overlay.points import points_in_districts
from layers.overlay.polygons import PolygonsInDistricts, polygons_in_districts
from layers.overlay.zones import AltitudeZones, ZoneMeans, altitude_zones, zone_means

__all__ = [
    "AltitudeZones",
    "Inspected",
    "LinesInDistricts",
    "PolygonsInDistricts",
    "ZoneMeans",
    "altitude_zones",
    "inspect_shapes",
    "length_km",
    "line_pieces",
    "lines_in_districts",
    "nearest_m",
    "points_in_districts",
    "polygons_in_districts",
    "zone_means",
]

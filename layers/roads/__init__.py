"""Roads: official gap indicators, lines by district, approximate lines from way-points, settlements within reach."""

from layers.roads.access import ROAD_REACH_KM
from layers.roads.indicators import FIELDS, RoadFigures, road_indicators
from layers.roads.official import published_value
from layers.roads.words import CONDITIONS, NETWORKS, SURFACES

__all__ = [
    "CONDITIONS",
    "FIELDS",
    "NETWORKS",
    "ROAD_REACH_KM",
    "SURFACES",
    "RoadFigures",
    "published_value",
    "road_indicators",
]

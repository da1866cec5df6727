"""Words and lengths that the road layers share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, MultiLineString

from layers.roads.words import coverage_word, folded, lengths_km
from tests.layers.roads.examples import km

ALL = ["nacional", "departamental", "vecinal"]


@pytest.mark.parametrize(
    ("lines", "points", "word"),
    [
        (ALL, [], "lines"),
        ([], ALL, "route_points"),
        (ALL[:2], ["vecinal"], "lines_and_route_points"),
        (ALL[1:], [], "lines_without_national"),
        (["vecinal"], ["departamental"], "lines_and_route_points_without_national"),
        (["nacional"], ["vecinal"], "lines_and_route_points_incomplete"),
        (["vecinal"], [], "lines_incomplete"),
        ([], [], "none"),
    ],
)
def test_the_word_tells_every_absent_network(lines: list[str], points: list[str], word: str) -> None:
    """A figure without one of the three networks never carries the word of a whole one."""
    assert coverage_word(lines, points) == word


def test_lengths_are_geodesic_part_by_part() -> None:
    """Lines, multi-lines, empty and null: each its own length, no step between parts or between rows."""
    one, two = LineString([(-76, -12), (-75.5, -12), (-75.5, -11)]), LineString([(-70, -15), (-70.1, -15.1)])
    shapes = np.array([one, MultiLineString([one, two]), LineString(), None, two], dtype=object)
    assert lengths_km(shapes) == pytest.approx([km(one), km(one) + km(two), 0, 0, km(two)])


def test_names_are_compared_without_accents_or_case() -> None:
    """«Áncash », «ANCASH» and «ancash» are one name, «Marañón» keeps its letters."""
    assert folded(pd.Series(["Áncash ", "ANCASH", "ancash", "Marañón", "San  Martín"])).tolist() == [
        *["ANCASH"] * 3,
        "MARANON",
        "SAN MARTIN",
    ]

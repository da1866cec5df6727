"""Kilometres by network, surface and condition: zero where a layer covers, missing where it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.roads import network
from layers.roads.words import UNKNOWN

UBIGEO = pd.Series(["010101", "010102", "020101"], dtype="str")


def coverage(**sources: tuple[str, str]) -> pd.DataFrame:
    """Return a coverage table: network = (source in department 01, in 02); «none» where not given."""
    rows = [
        (name, code, sources.get(name, ("none", "none"))[place])
        for name in ("nacional", "departamental", "vecinal")
        for place, code in enumerate(("010000", "020000"))
    ]
    return pd.DataFrame(rows, columns=["network", "department_code", "source"])


def lengths(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["ubigeo", "network", "surface", "length_km"])


NO_PAIRS = pd.MultiIndex.from_arrays([[], []])
NO_LENGTHS = lengths().astype({"length_km": float})


def test_zero_inside_a_covered_department_and_missing_outside() -> None:
    """Department 01 has a vecinal layer: its district without line has 0 km; department 02 has no figure at all."""
    sources = network.sources_by_district(UBIGEO, coverage(vecinal=("lines", "none")))
    found = network.network_km(lengths(("010101", "vecinal", "afirmado", 7.0)), NO_LENGTHS, sources, NO_PAIRS)
    assert found["vecinal"].tolist()[:2] == [7.0, 0.0]
    assert found["vecinal"].isna()["020101"]
    assert found[["nacional", "departamental"]].isna().all(axis=None)


def test_a_line_that_strays_into_an_uncovered_department_is_not_its_network() -> None:
    """Two kilometres of the neighbour's layer do not make a figure where nobody drew the rest."""
    sources = network.sources_by_district(UBIGEO, coverage(vecinal=("lines", "none")))
    found = network.network_km(lengths(("020101", "vecinal", "afirmado", 2.0)), NO_LENGTHS, sources, NO_PAIRS)
    assert found["vecinal"].isna()["020101"]


def test_way_points_serve_only_where_there_are_no_lines() -> None:
    """Lines win in department 01, pieces count in 02: the two are never added."""
    sources = network.sources_by_district(UBIGEO, coverage(vecinal=("lines", "route_points")))
    lines = lengths(("010101", "vecinal", "afirmado", 7.0), ("020101", "vecinal", "afirmado", 1.0))
    pieces = lengths(("010101", "vecinal", "", 5.0), ("020101", "vecinal", "", 3.0))
    found = network.network_km(lines, pieces, sources, NO_PAIRS)["vecinal"]
    assert found.tolist() == [7.0, 0.0, 3.0]


def test_a_district_whose_way_points_could_not_be_joined_is_missing_not_zero() -> None:
    """A single-point route proves that a road is there: without any piece the length is unknown."""
    sources = network.sources_by_district(UBIGEO, coverage(vecinal=("route_points", "none")))
    doubtful = pd.MultiIndex.from_tuples([("010101", "vecinal"), ("010102", "vecinal")])
    pieces = lengths(("010102", "vecinal", "", 4.0))
    found = network.network_km(NO_LENGTHS, pieces, sources, doubtful)["vecinal"]
    assert np.isnan(found["010101"])
    assert found["010102"] == 4.0


def test_surfaces_add_up_and_what_is_not_said_is_a_figure_of_its_own() -> None:
    """Paved and asphalt are one class; 2 km that say nothing are 2 km unknown, not 2 km of earth."""
    sources = network.sources_by_district(UBIGEO, coverage(vecinal=("lines", "none"), nacional=("lines", "none")))
    lines = lengths(
        ("010101", "vecinal", "trocha", 1.0),
        ("010101", "vecinal", UNKNOWN, 2.0),
        ("010101", "nacional", "pavimentado", 4.0),
        ("010101", "nacional", "asfaltado_economico", 8.0),
    )
    found = network.surface_km(lines, sources)
    assert found.loc["010101"].to_dict() == {"paved": 12, "gravel": 0, "earth": 1, "unknown": 2}
    assert list(found.loc["010102"]) == [0, 0, 0, 0]
    assert found.loc["020101"].isna().all()


def test_a_layer_without_surfaces_has_no_kilometres_paved_rather_than_zero() -> None:
    """Even the district without any line: nobody knows whether the department has paved roads."""
    sources = network.sources_by_district(UBIGEO, coverage(vecinal=("lines", "none")))
    found = network.surface_km(lengths(("010101", "vecinal", UNKNOWN, 2.0)), sources)
    assert found[["paved", "gravel", "earth"]].isna().all(axis=None)
    assert found["unknown"].tolist()[:2] == [2.0, 0.0]


def test_condition_has_its_own_classes() -> None:
    """Bad and very bad are one."""
    sources = network.sources_by_district(UBIGEO, coverage(vecinal=("lines", "none")))
    lines = lengths(("010101", "vecinal", "malo", 1.0), ("010101", "vecinal", "muy_malo", 2.0))
    found = network.condition_km(lines.rename(columns={"surface": "condition"}), sources)
    assert found.loc["010101"].to_dict() == {"good": 0, "fair": 0, "bad": 3, "unknown": 0}


def test_totals_leave_out_only_what_is_unknown() -> None:
    """A known network plus an unknown one is the known one; two unknown are unknown."""
    table = pd.DataFrame({"a": [1.0, np.nan], "b": [np.nan, np.nan]})
    assert network.total_km(table).tolist()[0] == 1
    assert np.isnan(network.total_km(table)[1])


def test_density_is_per_hundred_square_kilometres() -> None:
    """Thirty kilometres in 200 km2 are 15 per 100 km2; without area there is no density."""
    found = network.density_km_per_100_km2(pd.Series([30.0, 30.0]), pd.Series([200.0, 0.0]))
    assert found[0] == pytest.approx(15)
    assert np.isnan(found[1])


def test_surfaces_are_of_the_networks_that_count() -> None:
    """Department 02 has lines of the national network only: a vecinal line that strays in adds no trail to it."""
    sources = network.sources_by_district(UBIGEO, coverage(nacional=("none", "lines"), vecinal=("lines", "none")))
    lines = lengths(("020101", "nacional", "pavimentado", 5.0), ("020101", "vecinal", "trocha", 1.0))
    assert network.surface_km(lines, sources).loc["020101"].to_dict() == {
        **{"paved": 5, "gravel": 0, "earth": 0},
        "unknown": 0,
    }


def test_a_line_belongs_to_the_department_that_holds_most_of_it() -> None:
    """Two districts of 3 km together outweigh one of 4; a line outside every district belongs to none."""
    inside = pd.DataFrame(
        {"ubigeo": ["020101", "010101", "010102"], "row": [5, 5, 5], "length_km": [4.0, 3.0, 3.0]},
    )
    found = network.main_department(inside, pd.Index([5, 6]))
    assert found[5] == "010000"
    assert found.isna()[6]

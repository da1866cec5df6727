"""Irrigation: two sources kept side by side, and lines whose absence says nothing unless the layer is complete."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from geodata import crs
from layers import irrigation
from layers.irrigation import CANAL_LINES, CANAL_LINES_INCOMPLETE, CENSUS, POLYGONS, IrrigationFigures
from tests import tiny

DISTRICTS = tiny.districts().set_index(pd.Index(range(20, 28)))
UBIGEO = DISTRICTS["ubigeo"]
AGRICULTURAL_HA = pd.Series([1000.0, 1000.0, 1000.0, 0.0, np.nan, 500.0, 500.0, 500.0], index=DISTRICTS.index)
IRRIGATED_HA = pd.Series([500.0, 360.0, 100.0, 0.0, np.nan, 0.0, 50.0, 500.0], index=DISTRICTS.index)


def line(number: int, length_deg: float) -> LineString:
    """Return a line along a meridian inside a district of the tiny country."""
    x, y = tiny.square(number)
    return LineString([(x + 0.1, y + 0.1), (x + 0.1, y + 0.1 + length_deg)])


def canals(*rows: tuple[int, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"kind": "canal", "name": None, "department_code": "010000"},
        geometry=[line(*row) for row in rows],
        index=range(len(rows)),
        crs="EPSG:4326",
    )


def patch(number: int, side_deg: float, offset_deg: float = 0.1) -> Any:
    x, y = tiny.square(number)
    return box(x + offset_deg, y + 0.1, x + offset_deg + side_deg, y + 0.1 + side_deg)


def areas(*shapes: Any, scope: str = "010100") -> gpd.GeoDataFrame:
    columns = {"name": [None] * len(shapes), "scope_code": [scope] * len(shapes)}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326")


def figures(**given: Any) -> IrrigationFigures:
    return irrigation.irrigation_figures(
        DISTRICTS, agricultural_ha=AGRICULTURAL_HA, irrigated_ha=IRRIGATED_HA, target_pct=36.0, **given
    )


def area_ha(*shapes: Any) -> float:
    return float(crs.area_km2(gpd.GeoSeries(list(shapes), crs="EPSG:4326")).sum() * 100)


def codes_of(findings: list[Any]) -> dict[str, int]:
    return {finding.code: finding.count for finding in findings}


def test_shortfall_is_what_lacks_to_the_standard_and_never_negative() -> None:
    """Of 1,000 ha the standard asks 360: 500 lack none, 360 none, 100 lack 260; nothing known, nothing said."""
    short = figures().table["irrigation_shortfall_ha"]
    assert short.iloc[:4].tolist() == [0, 0, 260, 0]
    assert np.isnan(short.iloc[4])
    assert short.iloc[5:].tolist() == [180, 130, 0]
    assert short.index.equals(DISTRICTS.index)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 100))
def test_shortfall_and_irrigated_reach_the_standard_together(irrigated: float, more: float, target: float) -> None:
    """Irrigated plus shortfall is at least the target, and no more than it unless there was no shortfall."""
    agricultural = pd.Series([irrigated + more])
    short = irrigation.irrigation_shortfall_ha(pd.Series([irrigated]), agricultural, target).iloc[0]
    asked = agricultural.iloc[0] * target / 100
    assert short >= 0
    assert irrigated + short >= asked * (1 - 1e-12)
    assert short == 0 or irrigated + short == pytest.approx(asked)


def test_canal_km_are_geodesic_and_per_hundred_hectares() -> None:
    """A tenth of a degree of meridian is some 11 km; over 1,000 ha that is 1.1 km per 100 ha."""
    table = figures(canals=canals((0, 0.1))).table
    start, end = line(0, 0.1).coords
    expected = crs.GEOD.inv(*start, *end)[2] / 1000
    assert table["canal_km"].iloc[0] == pytest.approx(expected, rel=1e-9)
    assert table["canal_km_per_100ha"].iloc[0] == pytest.approx(expected / 10)


def test_absence_of_line_says_nothing_unless_the_layer_is_complete() -> None:
    """Without claim, districts without line are missing; inside the complete department they are zero."""
    partial = figures(canals=canals((0, 0.1)))
    assert partial.table["canal_km"].notna().tolist() == [True] + [False] * 7
    whole = figures(canals=canals((0, 0.1)), complete_departments=["010000"])
    assert whole.table["canal_km"].iloc[1:4].tolist() == [0, 0, 0]
    assert whole.table["canal_km"].iloc[4:].isna().all()
    assert codes_of(partial.findings["canals"]) == {"layer_incomplete": 7}
    assert codes_of(whole.findings["canals"]) == {"layer_incomplete": 4}


def test_a_partial_layer_never_looks_measured() -> None:
    """The same line is a minimum where the layer is not complete and a measure where it is."""
    partial = figures(canals=canals((0, 0.1), (5, 0.1)), complete_departments=["020000"]).methods
    words = partial[partial["field"].eq("canal_km")].set_index("ubigeo")["method"].to_dict()
    assert words["010101"] == CANAL_LINES_INCOMPLETE
    assert {words[code] for code in ("020101", "020102", "020103", "020104")} == {CANAL_LINES}
    assert set(words) == {"010101", "020101", "020102", "020103", "020104"}


def test_density_needs_agricultural_land() -> None:
    """No agricultural hectares, or none known: kilometres yes, density no."""
    table = figures(canals=canals((3, 0.1), (4, 0.1))).table
    assert table["canal_km"].iloc[3:5].notna().all()
    assert table["canal_km_per_100ha"].isna().all()


def test_coverage_states_each_department() -> None:
    """One department complete, the other without lines: two sentences, and the kilometres of each."""
    rows = figures(canals=canals((0, 0.1), (1, 0.1)), complete_departments=["010100"]).coverage
    assert rows["department_code"].tolist() == ["010000", "020000"]
    assert rows["with_canal_count"].tolist() == [2, 0]
    assert rows["complete_count"].tolist() == [2, 0]
    assert "2 de 4 distritos" in rows["statement"].iloc[0]
    assert "no dice nada" in rows["statement"].iloc[1]
    whole = figures(canals=canals((0, 0.1)), complete_departments=["010000"]).coverage
    assert whole["statement"].iloc[0].startswith("Capa completa: ")
    assert figures(canals=canals((0, 0.1))).coverage["statement"].iloc[0].endswith("no dice nada.")


def test_without_layers_only_the_census_speaks() -> None:
    """No canals and no polygons: nothing about them, the census as the best source, no coverage rows."""
    made = figures()
    assert made.table[["canal_km", "canal_km_per_100ha", "irrigated_polygons_ha"]].isna().all(axis=None)
    assert made.table["irrigated_area_best_ha"].equals(IRRIGATED_HA.rename("irrigated_area_best_ha"))
    assert made.coverage.empty
    assert set(made.methods["method"]) == {CENSUS}
    assert made.findings == {"canals": [], "irrigated_areas": []}


def test_length_outside_every_district_is_told() -> None:
    """A canal in the sea counts in no district, and its kilometres are in the report."""
    sea = canals((0, 0.1))
    sea.geometry = sea.geometry.translate(xoff=-3)
    made = figures(canals=sea)
    assert made.table["canal_km"].isna().all()
    assert codes_of(made.findings["canals"])["length_outside"] == 12


def test_uploaded_polygons_take_precedence_and_both_values_stay() -> None:
    """Inside their scope the polygons are the best source; outside it the census is; the method says which."""
    shape = patch(0, 0.02)
    made = figures(irrigated_areas=areas(shape))
    table = made.table
    assert table["irrigated_polygons_ha"].iloc[0] == pytest.approx(area_ha(shape), rel=1e-6)
    assert table["irrigated_area_best_ha"].iloc[0] == table["irrigated_polygons_ha"].iloc[0]
    assert table["irrigated_area_best_ha"].iloc[2] == IRRIGATED_HA.iloc[2]
    words = made.methods[made.methods["field"].eq("irrigated_area_best_ha")].set_index("ubigeo")["method"]
    assert words["010101"] == words["010102"] == POLYGONS
    assert words["010201"] == CENSUS


def test_no_polygon_inside_the_scope_is_zero_and_outside_it_is_unknown() -> None:
    """A complete layer that draws nothing in a district says zero; of other districts it says nothing."""
    table = figures(irrigated_areas=areas(patch(0, 0.02))).table
    assert table["irrigated_polygons_ha"].iloc[1] == 0
    assert table["irrigated_area_best_ha"].iloc[1] == 0
    assert table["irrigated_polygons_ha"].iloc[2:].isna().all()


def test_overlapping_polygons_count_once_and_are_told() -> None:
    """The same field drawn twice is one field, and the report has its hectares."""
    shape = patch(0, 0.01)
    made = figures(irrigated_areas=areas(shape, shape))
    assert made.table["irrigated_polygons_ha"].iloc[0] == pytest.approx(area_ha(shape), rel=1e-6)
    assert codes_of(made.findings["irrigated_areas"])["overlap"] == int(np.ceil(area_ha(shape)))


def test_polygons_beyond_their_scope_are_told_and_the_census_stays() -> None:
    """A polygon in a district that the layer does not declare: no figure from it, one district in the report."""
    made = figures(irrigated_areas=areas(patch(0, 0.01), patch(2, 0.01)))
    assert codes_of(made.findings["irrigated_areas"]) == {"area_outside_scope": 1}
    assert made.findings["irrigated_areas"][0].examples == ("010201",)
    assert made.table["irrigated_area_best_ha"].iloc[2] == 100


def test_more_irrigated_than_agricultural_is_told_not_clipped() -> None:
    """2,400 ha of polygons on 1,000 agricultural ha: hectares stay whole, the percentage is withdrawn, and said."""
    shape = patch(0, 0.045)
    made = figures(irrigated_areas=areas(shape))
    assert made.table["irrigated_area_best_ha"].iloc[0] == pytest.approx(area_ha(shape), rel=1e-6)
    assert np.isnan(made.table["irrigated_area_best_pct"].iloc[0])
    assert codes_of(made.findings["irrigated_areas"]) == {"irrigated_above_agricultural": 1}
    assert made.table["irrigated_area_best_pct"].dropna().between(0, 100).all()


def test_share_of_the_best_source_is_of_the_agricultural_land() -> None:
    """500, 360 and 100 of 1,000 ha are 50, 36 and 10 %; of no land there is no share."""
    share = figures().table["irrigated_area_best_pct"]
    assert share.iloc[:3].tolist() == [50, 36, 10]
    assert share.iloc[3:5].isna().all()


def test_another_crs_gives_the_same_figures() -> None:
    """Canals in UTM are the same canals: kilometres within a metre."""
    geographic = figures(canals=canals((0, 0.1))).table["canal_km"].iloc[0]
    projected = figures(canals=canals((0, 0.1)).to_crs(32718)).table["canal_km"].iloc[0]
    assert projected == pytest.approx(geographic, abs=1e-3)

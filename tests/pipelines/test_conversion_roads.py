"""From the road files to the canonical layers: both forms of lines, every defect counted."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, Point

from geodata.errors import ContractError, CrsMismatchError
from geodata.schemas.roads import GEOMETRIES, SCHEMAS
from layers.roads.words import lengths_km
from pipelines.conversion_road_codes import CONDITION_CODES, SURFACE_CODES, translated
from pipelines.conversion_roads import CONVERSIONS, department_codes, road_lines, road_route_points, roads
from pipelines.converted import AbsentSourceError, Converted
from tests.layers.roads.examples import km

LINE = LineString([(-77, -10), (-77.1, -10.1)])


def pack_form(lines: list, **columns: object) -> gpd.GeoDataFrame:
    """Return lines as the classifier gives them."""
    values = {"COD_DS11": "AN-1", "DEPARTAMENTO": "ANCASH", "PROVINCIA": "HUARAZ", "LONGITUD": 1.0, **columns}
    return gpd.GeoDataFrame(
        {name: pd.Series(value, index=range(len(lines))) for name, value in values.items()},
        geometry=lines,
        crs="EPSG:4326",
    )


def counts(converted: Converted) -> dict[str, int]:
    return {finding.code: finding.count for finding in converted.findings}


def test_the_form_of_the_pack_has_no_surface_and_no_condition() -> None:
    """Network from the file, department by name without accents; surface and condition missing and counted."""
    found = road_lines(pack_form([LINE], LONGITUD=km(LINE)), "vecinal", "x")
    row = found.frame.iloc[0]
    assert (row["network"], row["route_code"], row["department_code"]) == ("vecinal", "AN-1", "020000")
    assert found.frame[["surface", "condition"]].isna().all(axis=None)
    assert counts(found) == {"missing_surface": 1, "missing_condition": 1}
    SCHEMAS["roads"].validate(pd.DataFrame(found.frame.drop(columns="geometry")), lazy=True)


def test_the_form_of_the_ministry_in_any_crs_and_case() -> None:
    """Codes become words, headers in capitals are the same, a layer in UTM comes out in degrees with its length."""
    raw = gpd.GeoDataFrame(
        {
            "CODRUTA": ["PE-3N", "AN-100", "AN-500"],
            "JERARQ": ["RN", "RD", "RV"],
            "SUPERFIC": [11, 2, 4],
            "ESTADO": [1, 4, 2],
            "LONGITUD": [1.0, 1.0, 1.0],
        },
        geometry=[LINE] + [shapely.transform(LINE, lambda xy, by=by: xy + by) for by in (0.1, 0.2)],
        crs="EPSG:4326",
    ).to_crs(32718)
    found = road_lines(raw, None, "x").frame
    assert found["network"].tolist() == ["nacional", "departamental", "vecinal"]
    assert found["surface"].tolist() == ["asfaltado_economico", "afirmado", "trocha"]
    assert found["condition"].tolist() == ["bueno", "muy_malo", "regular"]
    assert found["department_code"].isna().all()
    assert found.crs == "EPSG:4326"
    assert lengths_km(found.geometry.to_numpy())[0] == pytest.approx(km(LINE), rel=1e-6)


@pytest.mark.parametrize(
    "values", [[1, 4, 11], [1.0, 4.0, 11.0], ["1", "4", "11"], ["Pavimentado", "TROCHA", "Asfaltado económico"]]
)
def test_codes_come_as_numbers_text_or_labels(values: list) -> None:
    """A column with a hole turns 1 into 1.0; a person writes the label."""
    words, findings = translated(pd.Series(values), SURFACE_CODES, "surface")
    assert words.tolist() == ["pavimentado", "trocha", "asfaltado_economico"]
    assert findings == []


def test_unknown_codes_become_missing_and_are_counted_with_examples() -> None:
    """99 is not a surface and empty is not 99: each is counted by itself, neither becomes a word."""
    words, findings = translated(pd.Series([1, 99, np.nan, 99]), CONDITION_CODES, "condition")
    assert words.isna().tolist() == [False, True, True, True]
    assert {finding.code: (finding.count, finding.examples) for finding in findings} == {
        "unknown_condition_code": (2, ("99.0",)),
        "missing_condition": (1, ()),
    }


def test_a_row_of_no_network_does_not_enter_and_is_counted() -> None:
    """A road of unknown network cannot be added to any of the three."""
    raw = gpd.GeoDataFrame(
        {"codruta": ["A", "B"], "jerarq": ["RV", "XX"]},
        geometry=[LINE, LINE.reverse().segmentize(0.01)],
        crs="EPSG:4326",
    )
    found = road_lines(raw, None, "x")
    assert found.frame["route_code"].tolist() == ["A"]
    assert counts(found)["unknown_network_code"] == 1


def test_bad_shapes_are_counted_and_left_out() -> None:
    """Null, empty, point and repeated lines leave the layer; Z and M are dropped and told."""
    three = shapely.from_wkt("LINESTRING ZM (-77 -10 0 -1.7976931348623157e308, -77.3 -10.3 12 3)")
    lines = [LINE, LINE.reverse(), None, LineString(), Point(-77, -10), three, MultiLineString([LINE, three])]
    found = road_lines(pack_form(lines), "vecinal", "x")
    assert len(found.frame) == 3
    assert not found.frame.geometry.has_z.any()
    assert set(found.frame.geom_type) <= GEOMETRIES["roads"]
    assert sum(finding.count for finding in found.findings if finding.code in {"duplicate_shape"}) == 1
    assert len(found.findings) >= 7


def test_lengths_that_disagree_and_stubs_are_counted() -> None:
    """A stub of 5 m is counted and kept; 6 % of difference is told with both totals, 4 % is not."""
    stub = LineString([(-77, -10), (-77, -10.000045)])
    lengths = [km(LINE) * 1.06, km(stub), km(LINE) * 1.04]
    found = road_lines(
        pack_form([LINE, stub, LineString([(-75, -10), (-75.1, -10.1)])], LONGITUD=lengths), "vecinal", "x"
    )
    assert len(found.frame) == 3
    assert counts(found)["tiny_line"] == 1
    assert counts(found)["declared_length_differs"] == 1


def test_a_route_cut_at_a_province_border_is_told_once_per_place() -> None:
    """Two rows of one route that meet where the province changes are one cut; another route there is not."""
    west, east = LineString([(-77, -10), (-76.5, -10)]), LineString([(-76.5, -10), (-76, -10)])
    other = LineString([(-76.5, -10), (-76.5, -9)])
    raw = pack_form([west, east, other], COD_DS11=["A", "A", "B"], PROVINCIA=["HUARAZ", "CARHUAZ", "CARHUAZ"])
    assert counts(road_lines(raw, "vecinal", "x"))["cut_at_province_border"] == 1
    same = pack_form([west, east], COD_DS11=["A", "A"])
    assert "cut_at_province_border" not in counts(road_lines(same, "vecinal", "x"))


def test_departments_by_name() -> None:
    """All 25 by their name in capitals without accents; a name that is none is missing and counted."""
    codes, findings = department_codes(pd.Series(["HUANUCO", "San Martín", "CALLAO", "ATLANTIDA", None]))
    assert codes.tolist()[:3] == ["100000", "220000", "070000"]
    assert codes.isna().tolist() == [False, False, False, True, True]
    assert [(finding.count, finding.examples) for finding in findings] == [(1, ("ATLANTIDA",))]


def test_what_cannot_be_a_road_layer_is_refused_with_a_reason() -> None:
    """No route code, no network or no CRS: the message says which."""
    nameless = gpd.GeoDataFrame({"x": [1]}, geometry=[LINE], crs="EPSG:4326")
    with pytest.raises(ContractError, match="codruta"):
        road_lines(nameless, "vecinal", "x")
    with pytest.raises(ContractError, match="jerarq"):
        road_lines(nameless.rename(columns={"x": "codruta"}), None, "x")
    with pytest.raises(CrsMismatchError):
        road_lines(pack_form([LINE]).set_crs(None, allow_override=True), "vecinal", "x")


def written_points(folder: Path) -> Path:
    frame = pd.DataFrame(
        {
            "COD_RUTA": ["AN-1", "AN-1", "AN-1", "AN-2"],
            "POSICION": [1.0, 2.0, 2.0, 1.0],
            "PUNTO": "Lugar",
            "TIPO": "INICIAL",
            "DEPARTAMENTO": ["ANCASH", "ANCASH", "ANCASH", "ATLANTIDA"],
            "PROVINCIA": "HUARAZ",
            "DISTRITO": "HUARAZ",
        }
    )
    points = [Point(-77, -10), Point(-77.1, -10), Point(-77.1, -10), Point(-77, -10)]
    path = folder / "points.parquet"
    gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326").to_parquet(path)
    return path


def test_way_points_keep_their_order_and_lose_only_repeats_and_nameless(tmp_path: Path) -> None:
    """The repeated point and the one of no department leave, counted; two points at one place of two routes stay."""
    found = road_route_points({"puntos_ruta_vecinal_2022": written_points(tmp_path)})
    assert found.frame["position"].tolist() == [1.0, 2.0]
    assert found.frame["network"].eq("vecinal").all()
    assert counts(found) == {"duplicate_shape": 1, "unknown_department": 1}
    SCHEMAS["road_route_points"].validate(pd.DataFrame(found.frame.drop(columns="geometry")), lazy=True)


def test_one_source_is_enough_and_none_is_an_absence() -> None:
    """The departmental file may be missing while the vecinal is here; without both the layer cannot be made."""
    for convert in CONVERSIONS.values():
        with pytest.raises(AbsentSourceError):
            convert({})


@pytest.fixture(scope="module")
def real(pack: Path) -> dict[str, Converted]:
    files = {
        "red_departamental_2022": pack / "roads_departamental_sierra.parquet",
        "red_vecinal_2022": pack / "roads_vecinal_sierra.parquet",
        "puntos_ruta_departamental_2022": pack / "roads_puntos_ruta_departamental.parquet",
        "puntos_ruta_vecinal_2022": pack / "roads_puntos_ruta_vecinal.parquet",
    }
    return {"roads": roads(files), "road_route_points": road_route_points(files)}


@pytest.mark.pack
def test_the_real_lines_with_their_known_defects(real: dict[str, Converted]) -> None:
    """862 and 688 rows, 13 stubs, 8 and 4 departments, no surface: as SOURCES.md says."""
    found = real["roads"]
    rows = found.frame.groupby("network")["department_code"].agg(["size", "nunique"])
    assert list(rows.loc["departamental"]) == [862, 8]
    assert list(rows.loc["vecinal"]) == [688, 4]
    assert counts(found)["tiny_line"] == 13
    assert found.frame[["surface", "condition"]].isna().all(axis=None)
    assert lengths_km(found.frame.geometry.to_numpy()).sum() == pytest.approx(13_111, abs=1)


@pytest.mark.pack
def test_the_real_way_points_with_their_known_defects(real: dict[str, Converted]) -> None:
    """145 vecinal codes in two departments; only repeated points leave the 35,612."""
    findings = [(finding.code, finding.count) for finding in real["road_route_points"].findings]
    assert ("route_in_two_departments", 145) in findings
    repeated = sum(count for code, count in findings if code == "duplicate_shape")
    assert len(real["road_route_points"].frame) == 33_340 + 2_272 - repeated


@pytest.mark.pack
@pytest.mark.parametrize("layer", list(SCHEMAS))
def test_the_real_layers_keep_their_contract(real: dict[str, Converted], layer: str) -> None:
    """Every row of the pack passes."""
    SCHEMAS[layer].validate(pd.DataFrame(real[layer].frame.drop(columns="geometry")), lazy=True)
    assert set(real[layer].frame.geom_type) <= GEOMETRIES[layer]


@pytest.mark.pack
def test_the_hostile_twin_gives_the_same_kilometres(pack: Path, real: dict[str, Converted]) -> None:
    """Junín with Z, M of -1.8e308 and mixed types: the third dimension is told and the length is its twin's."""
    raw = gpd.read_file(pack / "roads_departamental_junin_zm.gpkg")
    found = road_lines(raw, "departamental", "junin")
    twin = real["roads"].frame.query("network == 'departamental' and department_code == '120000'")
    assert len(found.frame) == len(twin) == 221
    assert not found.frame.geometry.has_z.any()
    mine, theirs = (lengths_km(frame.geometry.to_numpy()).sum() for frame in (found.frame, twin))
    assert mine == pytest.approx(theirs, rel=3e-3)
    assert any("z" in finding.code for finding in found.findings)

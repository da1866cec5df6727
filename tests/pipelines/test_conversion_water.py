"""Canals from the national chart and uploaded irrigated land: every row is kept, left out with a count, or refused."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

from geodata.errors import ContractError, CrsMismatchError
from geodata.schemas.water import GEOMETRIES, SCHEMAS
from pipelines.conversion_water import CONVERSIONS, canals, department_codes, irrigated_areas

LINE = LineString([(-76, -12), (-76, -11.9)])
OTHER = LineString([(-75, -12), (-75, -11.9)])


def chart(folder: Path, *rows: tuple[str | None, str | None, str | None, object], crs: str = "EPSG:4326") -> Path:
    """Write a file as the chart gives it."""
    path = folder / "canales.parquet"
    names = ("NOMBRE", "TIPO", "DEPARTAMENTO")
    columns = {name: [row[number] for row in rows] for number, name in enumerate(names)}
    frame = gpd.GeoDataFrame(columns, geometry=[row[3] for row in rows], crs=crs)
    frame.astype(dict.fromkeys(names, "str")).to_parquet(path)
    return path


def test_rows_become_the_layer(tmp_path: Path) -> None:
    """Kind in one word, department as a code whatever its accents, the name as written; the contract holds."""
    path = chart(tmp_path, ("Acequia Alta", "Acequia", "ÁNCASH", LINE), (None, "Canal", "Huancavelica ", OTHER))
    made = canals({"canales_ign": path})
    checked = SCHEMAS["canals"].validate(made.frame)
    assert checked["kind"].tolist() == ["acequia", "canal"]
    assert checked["department_code"].tolist() == ["020000", "090000"]
    assert checked["name"].iloc[0] == "Acequia Alta"
    assert checked["name"].isna().tolist() == [False, True]
    assert made.findings == []
    assert "no es completa" in made.notes[0]


def test_rows_that_do_not_fit_are_left_out_and_counted(tmp_path: Path) -> None:
    """A river, a department that does not exist, a point and a line drawn twice the other way round: one each."""
    path = chart(
        tmp_path,
        ("a", "Canal", "CUSCO", LINE),
        ("a", "Canal", "CUSCO", LINE.reverse()),
        ("b", "Río", "CUSCO", OTHER),
        ("c", "Canal", "ATLANTIDA", OTHER),
        ("d", "Canal", "CUSCO", Point(-76, -12)),
    )
    made = canals({"canales_ign": path})
    assert len(made.frame) == 1
    found = {finding.code: finding.count for finding in made.findings}
    expected = {"unknown_kind": 1, "unknown_department": 1, "duplicate_shape": 1, "other_geometry_kind": 1}
    assert expected.items() <= found.items()


def test_a_file_without_any_canal_is_refused(tmp_path: Path) -> None:
    """Rivers only are another file, not an empty layer."""
    with pytest.raises(ContractError, match="ninguna línea utilizable"):
        canals({"canales_ign": chart(tmp_path, ("b", "Río", "CUSCO", LINE))})


def test_another_crs_is_refused_not_reprojected(tmp_path: Path) -> None:
    """The chart comes in degrees; a file that says otherwise is not the chart."""
    with pytest.raises(CrsMismatchError):
        canals({"canales_ign": chart(tmp_path, ("a", "Canal", "CUSCO", LINE), crs="EPSG:32718")})


def test_absent_source_is_never_an_empty_layer() -> None:
    """Without its file the conversion fails."""
    with pytest.raises(KeyError):
        CONVERSIONS["canals"]({})


def test_every_department_has_a_code() -> None:
    """24 departments and Callao, found by their name without accents."""
    codes = department_codes()
    assert len(codes) == 25
    assert codes["HUANUCO"] == "100000"
    assert codes["CALLAO"] == "070000"


def test_uploaded_polygons_are_inspected_and_reprojected() -> None:
    """Polygons in UTM come back in degrees with their scope; a null one and a line are left out and counted."""
    fields = gpd.GeoDataFrame(
        {"nombre": ["Uno", "Dos", "Tres"]}, geometry=[box(-76, -12, -75.99, -11.99), None, LINE], crs="EPSG:4326"
    ).to_crs(32718)
    made = irrigated_areas(fields, "010100", "nombre")
    SCHEMAS["irrigated_areas"].validate(made.frame)
    assert made.frame.crs.to_epsg() == 4326
    assert set(made.frame.geom_type) <= GEOMETRIES["irrigated_areas"]
    assert made.frame[["name", "scope_code"]].to_numpy().tolist() == [["Uno", "010100"]]
    assert {"null_geometry", "other_geometry_kind"} <= {finding.code for finding in made.findings}
    assert irrigated_areas(fields, "010100").frame["name"].isna().all()


def test_uploaded_polygons_must_say_their_crs() -> None:
    """Without CRS nobody knows where they lie."""
    with pytest.raises(CrsMismatchError):
        irrigated_areas(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)]), "010100")


@pytest.mark.pack
def test_the_real_chart_is_seven_departments(pack: Path) -> None:
    """654 lines of seven departments, 534 of them in Lambayeque; those drawn twice are counted once and told."""
    made = canals({"canales_ign": pack / "canales_acequias_ign.parquet"})
    repeated = {finding.code: finding.count for finding in made.findings}["duplicate_shape"]
    assert len(made.frame) + repeated == 654
    assert made.frame["department_code"].nunique() == 7
    assert made.frame["department_code"].value_counts().index[0] == "140000"
    SCHEMAS["canals"].validate(made.frame)

"""GIS files, read back: the shape of each row is that of its territory, whatever its level."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import shape
from shapely.geometry.polygon import LinearRing

from geodata.workspace import Publication
from pipelines.export.files import export_table
from pipelines.export.selection import DEMO_NOTICE, select
from pipelines.export.styles import GEOMETRY_COLUMN, STYLE_TABLE, looks
from tests import tiny
from tests.pipelines.export.harm import HARMFUL

LAYERS = {"gaps": "brechas", "territories": "territorios"}
SIMPLESTYLE = ("fill", "fill-opacity", "stroke", "stroke-width")
SQUARE_DEG2 = tiny.SIDE_DEG**2
SQUARES = {"010101": ("distrito", 1), "010100": ("provincia", 2), "010000": ("departamento", 4)}
"""The level of some territories, and how many squares they cover."""


def exported(publication: Publication, table: str, file_format: str, to: Path) -> gpd.GeoDataFrame:
    """Export a table and open its layer."""
    export_table(publication, table, file_format, None, to)
    return pyogrio.read_dataframe(to, layer=LAYERS[table])


@pytest.mark.parametrize("file_format", ["gpkg", "geojson"])
@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_layer_opens_in_gis_with_every_row(real: Publication, table: str, file_format: str, tmp_path: Path) -> None:
    """One feature per row, in WGS 84, none without shape; codes are text and names whole."""
    layer = exported(real, table, file_format, tmp_path / f"list.{file_format}")
    rows = select(real, table, None).rows
    assert layer.crs.to_epsg() == 4326
    assert layer["ubigeo"].tolist() == rows["ubigeo"].tolist()
    assert layer["name"].tolist() == rows["name"].tolist()
    own = [column for column in layer.columns if column not in ("geometry", *SIMPLESTYLE)]
    assert own == list(rows.columns)
    assert not layer.geometry.isna().any()
    assert layer.geometry.is_valid.all()


@pytest.mark.parametrize("file_format", ["gpkg", "geojson"])
def test_gap_of_a_province_has_the_shape_of_the_province(real: Publication, file_format: str, tmp_path: Path) -> None:
    """A road gap of a province covers its two districts, one of a department its four, one of a district its own."""
    layer = exported(real, "gaps", file_format, tmp_path / f"gaps.{file_format}")
    for (code, level), rows in layer.groupby(["ubigeo", "level"]):
        if code in SQUARES:
            word, count = SQUARES[code]
            assert level == word
            for geometry in rows.geometry:
                # GeoJSON carries the light limits of the map, on a grid of 21 m
                assert geometry.area == pytest.approx(
                    count * SQUARE_DEG2, rel=1e-3 if file_format == "geojson" else 1e-9
                )
    assert set(SQUARES) <= set(layer["ubigeo"])
    province = layer[layer["ubigeo"] == "010100"].geometry.iloc[0]
    assert province.bounds == pytest.approx((tiny.WEST, tiny.SOUTH, tiny.WEST + 2 * tiny.SIDE_DEG, tiny.SOUTH + 0.5))


def test_geopackage_explains_itself(harmful: Publication, tmp_path: Path) -> None:
    """Beside the layer lie dictionary, sources and parameters as tables, with the notice of a demonstration."""
    path = tmp_path / "list.gpkg"
    exported(harmful, "gaps", "gpkg", path)
    kinds = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    assert set(kinds) == {"brechas", "diccionario", "fuentes", "parametros", STYLE_TABLE}
    assert kinds["diccionario"] is None
    selection = select(harmful, "gaps", None)
    tables = {name: pyogrio.read_dataframe(path, layer=name) for name in ("diccionario", "fuentes", "parametros")}
    assert tables["diccionario"]["Identificador"].tolist() == list(selection.rows.columns)
    assert tables["fuentes"]["Cita"].tolist() == selection.sources()["Cita"].tolist()
    assert DEMO_NOTICE in set(tables["parametros"]["Valor"])
    # what is not known is null, not a word, and a year has no decimals
    for table in tables.values():
        assert not table.isin(["nan", "None", "<NA>"]).any(axis=None)
    years = tables["diccionario"]["Año"].dropna()
    assert years.str.fullmatch(r"\d{4}").all()


def test_geojson_follows_its_standard(harmful: Publication, tmp_path: Path) -> None:
    """RFC 7946: no crs member, degrees with at most five decimals, outer rings counterclockwise, and a description."""
    path = tmp_path / "list.geojson"
    exported(harmful, "territories", "geojson", path)
    collection = json.loads(path.read_text(encoding="utf-8"))
    assert (collection["type"], "crs" in collection) == ("FeatureCollection", False)
    for words in (DEMO_NOTICE, harmful.release_id, "Fuentes: ", "Filtros: Región: todo el país", "Archivo de 20"):
        assert words in collection["description"]
    for feature in collection["features"]:
        geometry = shape(feature["geometry"])
        for part in getattr(geometry, "geoms", [geometry]):
            assert LinearRing(part.exterior.coords).is_ccw
            for longitude, latitude in part.exterior.coords:
                assert -81.5 < longitude < -68.5
                assert -18.5 < latitude < 0.1
                assert round(longitude, 5) == longitude
    names = [feature["properties"]["name"] for feature in collection["features"]]
    assert names == list(HARMFUL)
    assert collection["features"][0]["properties"]["ubigeo"] == "010101"


def test_real_data_carry_no_notice_of_demonstration(real: Publication, tmp_path: Path) -> None:
    """The description of a real release does not call it simulated."""
    path = tmp_path / "list.geojson"
    exported(real, "gaps", "geojson", path)
    assert DEMO_NOTICE not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_geopackage_opens_in_its_colours(real: Publication, table: str, tmp_path: Path) -> None:
    """The style that QGIS reads by itself names the layer and its shapes, and has every word that colours them."""
    path = tmp_path / "list.gpkg"
    layer = exported(real, table, "gpkg", path)
    with sqlite3.connect(path) as database:
        (name, column, qml, is_default) = database.execute(
            f"select f_table_name, f_geometry_column, styleQML, useAsDefault from {STYLE_TABLE}"
        ).fetchone()
        shapes = database.execute("select table_name, column_name from gpkg_geometry_columns").fetchall()
    assert shapes == [(name, column)] == [(LAYERS[table], GEOMETRY_COLUMN)]
    assert is_default == 1
    renderer = ElementTree.fromstring(qml.partition("\n")[2]).find("renderer-v2")
    assert renderer is not None
    words = [category.get("value") for category in renderer.iter("category")]
    assert words == [look.label for look in looks(table)]
    assert set(layer[str(renderer.get("attr"))].dropna()) <= set(words)
    names = {symbol.get("name") for symbol in renderer.iter("symbol")}
    assert {category.get("symbol") for category in renderer.iter("category")} == names


def test_geojson_is_coloured_by_severity(real: Publication, tmp_path: Path) -> None:
    """Each feature carries the colour of its own severity, as web maps read it."""
    layer = exported(real, "gaps", "geojson", tmp_path / "gaps.geojson")
    fills = {look.label: look.fill for look in looks("gaps")}
    assert layer["fill"].tolist() == [fills[word] for word in layer["severity"]]
    assert layer["fill"].nunique() > 1

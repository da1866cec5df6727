"""GIS files: the rows joined to the shapes of their level, with dictionary and sources inside."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
import pyogrio

from geodata.columns import in_spanish
from geodata.workspace import Publication
from pipelines.export.selection import DEMO_NOTICE, Selection

_SHAPES = ("districts", "provinces", "departments")
_LAYER_NAMES = {"gaps": "brechas", "territories": "territorios"}


def write_geopackage(selection: Selection, publication: Publication, path: Path) -> None:
    """Write a layer of rows with their shapes, and the tables `diccionario`, `fuentes` and `parametros`."""
    layer = _LAYER_NAMES[selection.table_name]
    write: Any = pyogrio.write_dataframe
    write(with_shapes(selection, publication), path, layer=layer, driver="GPKG", promote_to_multi=True)
    for name, table in (
        ("diccionario", selection.dictionary()),
        ("fuentes", selection.sources()),
        ("parametros", selection.parameters()),
    ):
        write(table.astype("str"), path, layer=name, driver="GPKG", append=True)


def write_geojson(selection: Selection, publication: Publication, path: Path) -> None:
    """Write RFC 7946 GeoJSON; its description says release, sources and whether the figures are simulated."""
    kind = f"{DEMO_NOTICE}. " if selection.is_demo else ""
    cited = " ".join(selection.sources()["Cita"])
    # through memory: GDAL closes a text file cut short by a full disk without a word
    whole = BytesIO()
    pyogrio.write_dataframe(
        with_shapes(selection, publication),
        whole,
        layer=_LAYER_NAMES[selection.table_name],
        driver="GeoJSON",
        RFC7946="YES",
        COORDINATE_PRECISION="5",
        DESCRIPTION=f"{kind}Publicación {publication.release_id}. Fuentes: {cited}",
    )
    path.write_bytes(whole.getvalue())


def with_shapes(selection: Selection, publication: Publication) -> gpd.GeoDataFrame:
    """Return the rows with the shape of their territory, whatever its level, in EPSG:4326."""
    shapes = pd.concat([publication.shapes(name) for name in _SHAPES], ignore_index=True)
    rows = in_spanish(selection.rows).merge(shapes, on="ubigeo", how="left", validate="m:1")
    return cast(gpd.GeoDataFrame, gpd.GeoDataFrame(rows, geometry="geometry", crs=shapes.crs))

"""GIS files: the rows joined to the shapes of their level, with style, dictionary and sources inside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
import pyogrio

from geodata.columns import in_spanish
from geodata.workspace import Publication
from pipelines.export.light_limits import light_districts
from pipelines.export.moment import in_words
from pipelines.export.selection import DEMO_NOTICE, Selection
from pipelines.export.styles import GEOMETRY_COLUMN, STYLE_TABLE, simplestyle, style_record, styled_column

_SHAPES_ABOVE = ("provinces", "departments")
_LAYER_NAMES = {"gaps": "brechas", "territories": "territorios"}

_CLOCK = "OGR_CURRENT_DATE"
_ONE_CLOCK = threading.Lock()
"""The clock of GDAL is one for the whole process, where pages of several people write at once."""


def write_geopackage(selection: Selection, publication: Publication, path: Path) -> None:
    """
    Write a layer of rows with their shapes, its style for QGIS, and the tables `diccionario`, `fuentes`, `parametros`.

    The same selection gives the same bytes: every date inside is its moment, or else that of the publication.
    """
    layer = _LAYER_NAMES[selection.table_name]
    shaped = with_shapes(selection, publication)
    made = selection.moment or datetime.fromisoformat(str(selection.provenance["published_at"]))
    write: Any = pyogrio.write_dataframe
    with _gdal_clock(made):
        write(shaped, path, layer=layer, driver="GPKG", promote_to_multi=True, GEOMETRY_NAME=GEOMETRY_COLUMN)
        for name, table in (
            ("diccionario", selection.dictionary()),
            ("fuentes", selection.sources()),
            ("parametros", selection.parameters()),
        ):
            write(table.astype("str"), path, layer=name, driver="GPKG", append=True)
        style = style_record(selection.table_name, layer, made)
        write(style, path, layer=STYLE_TABLE, driver="GPKG", append=True, layer_options={"FID": "id"})


def write_geojson(selection: Selection, publication: Publication, path: Path) -> None:
    """
    Write RFC 7946 GeoJSON, coloured as simplestyle, with the light limits of the map: full ones would weigh 20 times.

    Its description says release, date, filters, sources and whether the figures are simulated.
    """
    shaped = with_shapes(selection, publication, light=True)
    colours = simplestyle(selection.table_name, shaped[styled_column(selection.table_name)])
    # through memory: GDAL closes a text file cut short by a full disk without a word
    whole = BytesIO()
    pyogrio.write_dataframe(
        pd.concat([shaped, colours], axis=1),
        whole,
        layer=_LAYER_NAMES[selection.table_name],
        driver="GeoJSON",
        RFC7946="YES",
        COORDINATE_PRECISION="5",
        DESCRIPTION=_description(selection, publication),
    )
    path.write_bytes(whole.getvalue())


def with_shapes(selection: Selection, publication: Publication, *, light: bool = False) -> gpd.GeoDataFrame:
    """Return the rows with the shape of their territory, whatever its level, in EPSG:4326; light ones are thinned."""
    districts = light_districts(publication) if light else publication.shapes("districts")
    shapes = pd.concat([districts, *(publication.shapes(name) for name in _SHAPES_ABOVE)], ignore_index=True)
    rows = in_spanish(selection.rows).merge(shapes, on="ubigeo", how="left", validate="m:1")
    return cast(gpd.GeoDataFrame, gpd.GeoDataFrame(rows, geometry="geometry", crs=shapes.crs))


def _description(selection: Selection, publication: Publication) -> str:
    kind = f"{DEMO_NOTICE}. " if selection.is_demo else ""
    date = f" Archivo de {in_words(selection.moment)}." if selection.moment is not None else ""
    filters = f" Filtros: {selection.filters_in_words()}." if selection.filters else ""
    cited = " ".join(selection.sources()["Cita"])
    return f"{kind}Publicación {publication.release_id}.{date}{filters} Límites simplificados. Fuentes: {cited}"


@contextmanager
def _gdal_clock(moment: datetime) -> Iterator[None]:
    """Make GDAL date a file with a moment instead of now."""
    utc = moment.astimezone(UTC)
    with _ONE_CLOCK:
        pyogrio.set_gdal_config_options({_CLOCK: f"{utc:%Y-%m-%dT%H:%M:%S}.000Z"})
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({_CLOCK: None})

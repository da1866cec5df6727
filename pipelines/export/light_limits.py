"""The thinned limits of the districts, as the map of the pages draws them."""

from __future__ import annotations

import geopandas as gpd
import pyogrio

from geodata.crs import ON_DISK
from geodata.workspace import Publication


def light_districts(publication: Publication) -> gpd.GeoDataFrame:
    """Return `ubigeo` and light shapes (borders moved by about 500 m at most, neighbours coincide), EPSG:4326."""
    map_file = publication.web_folder / str(publication.provenance["geometry"]["map_file"])
    # TopoJSON carries no coordinate system: it is WGS 84 by its specification
    shapes = pyogrio.read_dataframe(map_file, columns=["id"]).set_crs(ON_DISK, allow_override=True)
    return gpd.GeoDataFrame(shapes.rename(columns={"id": "ubigeo"})[["ubigeo", "geometry"]], crs=ON_DISK)

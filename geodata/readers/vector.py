"""Vector files of the offline pack: GeoParquet, with the CRS that the file itself declares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
from pyarrow import ArrowException

from geodata.errors import ContractError, Problem, raise_if_any
from geodata.readers.table import missing_column_problems


def read_geoparquet(path: Path, *, columns: Sequence[str]) -> gpd.GeoDataFrame:
    """
    Return the named columns and the geometry of a GeoParquet file.

    Raises
    ------
    ContractError
        If the file is not GeoParquet, was cut short, or lacks columns (all of them are named).
    """
    try:
        frame = gpd.read_parquet(path)
    except (ArrowException, ValueError, OSError) as error:
        raise ContractError(
            [
                Problem(
                    what="archivo ilegible",
                    where=path.name,
                    expected="un archivo GeoParquet completo",
                    found=str(error).splitlines()[0],
                    repair="vuelva a obtener el archivo de la fuente",
                )
            ]
        ) from error
    raise_if_any(missing_column_problems(frame, columns, path.name), ContractError)
    kept = frame[[*columns, frame.geometry.name]]
    return kept if frame.geometry.name == "geometry" else kept.rename_geometry("geometry")

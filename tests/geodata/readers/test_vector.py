"""Reading shapes: GeoParquet with the CRS that the file declares, whole or refused."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geodata.errors import ContractError, Problem
from geodata.readers.vector import read_geoparquet
from tests import tiny


def written(folder: Path, frame: gpd.GeoDataFrame) -> Path:
    path = folder / "distritos.parquet"
    frame.to_parquet(path)
    return path


def refusal(path: Path, *columns: str) -> tuple[Problem, ...]:
    with pytest.raises(ContractError) as caught:
        read_geoparquet(path, columns=columns)
    for problem in caught.value.problems:
        assert problem.where == path.name
        assert all(problem.as_dict().values())
    return caught.value.problems


def test_the_named_columns_and_the_shapes_come_whole(tmp_path: Path) -> None:
    """Codes, shapes and CRS come back as they were written; other columns stay in the file."""
    districts = tiny.districts()
    read = read_geoparquet(written(tmp_path, districts), columns=["ubigeo"])
    assert list(read) == ["ubigeo", "geometry"]
    assert read["ubigeo"].tolist() == list(tiny.CODES)
    assert read.geometry.geom_equals(districts.geometry).all()
    assert read.crs.to_epsg() == 4326


def test_the_crs_is_the_one_of_the_file(tmp_path: Path) -> None:
    """A file in UTM is read in UTM, for its contract to refuse: no CRS is assumed."""
    assert read_geoparquet(written(tmp_path, tiny.districts().to_crs(32718)), columns=[]).crs.to_epsg() == 32718


def test_the_shapes_are_called_geometry(tmp_path: Path) -> None:
    """Whatever the file calls its shapes, the project calls them `geometry`."""
    read = read_geoparquet(written(tmp_path, tiny.districts().rename_geometry("SHAPE")), columns=["ubigeo"])
    assert list(read) == ["ubigeo", "geometry"]
    assert read.geometry.name == "geometry"


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    """Two absent columns are two problems."""
    found = refusal(written(tmp_path, tiny.districts()), "ubigeo", "UBIGEO", "NOMBDIST")
    assert [problem.expected for problem in found] == ["la columna «UBIGEO»", "la columna «NOMBDIST»"]


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    """Half a download is not half a country."""
    path = written(tmp_path, tiny.districts())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (problem,) = refusal(path, "ubigeo")
    assert problem.what == "archivo ilegible"


def test_other_files_are_refused_in_words(tmp_path: Path) -> None:
    """A CSV under the wrong name, a Parquet without shapes, an empty and an absent file are refusals, not crashes."""
    text, table, empty = (tmp_path / f"{name}.parquet" for name in ("text", "table", "empty"))
    text.write_text("ubigeo\n010101\n", encoding="utf-8")
    pd.DataFrame({"ubigeo": ["010101"]}).to_parquet(table)
    empty.touch()
    for path in (text, table, empty, tmp_path / "absent.parquet"):
        (problem,) = refusal(path, "ubigeo")
        assert problem.expected == "un archivo GeoParquet completo"

"""Raster files: whatever they call "no data" becomes NaN, and what cannot be used is refused with its repair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
from rasterio import Affine

from geodata.errors import ContractError, Problem
from geodata.readers.raster import nodata_findings, open_raster

NORTH_UP = Affine(0.5, 0.0, -76.0, 0.0, -0.25, -11.0)


def written(folder: Path, values: npt.ArrayLike, **options: Any) -> Path:
    """Write bands x rows x columns (or rows x columns) as a GeoTIFF."""
    bands = np.asarray(values)
    bands = bands if bands.ndim == 3 else bands[None]
    profile = {"crs": "EPSG:4326", "transform": NORTH_UP, "dtype": bands.dtype, **options}
    profile |= {"driver": "GTiff", "count": len(bands), "height": bands.shape[1], "width": bands.shape[2]}
    path = folder / "relieve.tif"
    with rasterio.open(path, "w", **profile) as file:
        file.write(bands)
    return path


def refused(path: Path) -> tuple[Problem, ...]:
    """Return why a raster is refused, after checking that each problem says all five things."""
    with pytest.raises(ContractError) as error, open_raster(path):
        pass
    for problem in error.value.problems:
        assert all(problem.as_dict().values())
        assert problem.where == path.name
    return error.value.problems


def test_a_raster_says_where_it_lies(tmp_path: Path) -> None:
    """Grid, bands, type and declared nodata are those of the file; pixels need not be square."""
    path = written(tmp_path, np.arange(24, dtype=np.int16).reshape(2, 3, 4), nodata=-1)
    with open_raster(path) as raster:
        assert (raster.band_count, raster.dtype, raster.nodata) == (2, "int16", -1.0)
        assert (raster.grid.width, raster.grid.height) == (4, 3)
        assert (raster.grid.pixel_width, raster.grid.pixel_height) == (0.5, -0.25)
        assert raster.grid.bounds == (-76.0, -11.75, -74.0, -11.0)
        assert raster.grid.crs.to_epsg() == 4326
        assert raster.rows(1, 1, 3).tolist() == [[16, 17, 18, 19], [20, 21, 22, 23]]
        assert raster.rows(0, 0, 1).dtype == np.float32


@pytest.mark.parametrize(
    ("dtype", "none", "declared"),
    [
        ("int16", 32767, 32767),
        ("int16", -32768, -32768),
        ("uint8", 0, 0),
        ("float32", -9999.0, -9999.0),
        ("float32", -3.4028234663852886e38, -3.4028234663852886e38),
        ("float64", -1.7976931348623157e308, -1.7976931348623157e308),
        ("float64", -1.797e308, None),
        ("float32", -3.4e38, None),
        ("float32", np.nan, np.nan),
        ("float32", np.nan, None),
        ("float32", np.nan, -9999.0),
    ],
)
def test_no_data_is_nan_whatever_the_file_calls_it(tmp_path: Path, dtype: str, none: float, declared: Any) -> None:
    """Integers, the lowest floats (declared or not) and NaN: the pixel is NaN and its neighbours stay."""
    values = np.array([[7, 0], [9, 11]], dtype=dtype)
    values[0, 1] = none
    with open_raster(written(tmp_path, values, nodata=declared)) as raster:
        read = raster.rows(0, 0, 2)
    assert np.isnan(read[0, 1])
    assert read[[0, 1, 1], [0, 0, 1]].tolist() == [7, 9, 11]


def test_a_nodata_that_is_not_declared_is_named_by_the_caller(tmp_path: Path) -> None:
    """0 means "none" only when the caller says so; otherwise it is a measure."""
    path = written(tmp_path, np.array([[0, 5]], dtype=np.int16))
    with open_raster(path) as raster:
        assert raster.rows(0, 0, 1).tolist() == [[0, 5]]
    with open_raster(path, undeclared_nodata=0) as raster:
        assert np.isnan(raster.rows(0, 0, 1)[0, 0])
        assert raster.rows(0, 0, 1)[0, 1] == 5


def filled(place: tuple[slice, slice], value: int = 0) -> npt.NDArray[np.int16]:
    """Return 20 x 20 measures with one value in some place."""
    values = np.arange(100, 500, dtype=np.int16).reshape(20, 20)
    values[place] = value
    return values


@pytest.mark.parametrize("value", [0, 9999])
def test_what_looks_like_an_undeclared_nodata_is_told(tmp_path: Path, value: int) -> None:
    """An extreme value in more than 1 % of the pixels and on the edge is told, with its band and share, and kept."""
    path = written(tmp_path, np.stack([filled(np.s_[0:0, 0:0]), filled(np.s_[3:6, 0:5], value)]))
    with open_raster(path) as raster:
        (finding,) = nodata_findings(raster)
        assert raster.rows(1, 3, 4)[0, 0] == value
    assert (finding.code, finding.count) == ("undeclared_nodata", 15)
    assert "banda 2" in finding.message
    assert f"{value} llena 3.8 %" in finding.message
    assert str(value) in finding.repair
    with open_raster(path, undeclared_nodata=value) as raster:
        assert nodata_findings(raster) == []


@pytest.mark.parametrize(
    "values",
    [
        filled(np.s_[3:6, 3:8]),  # nowhere on the edge: a lake
        filled(np.s_[0:1, 0:4]),  # 1 % of the pixels, not more
        filled(np.s_[3:6, 0:5], 250),  # not an extreme
        np.full((20, 20), 3, dtype=np.int16),  # the same everywhere
    ],
)
def test_what_does_not_look_like_one_is_not_told(tmp_path: Path, values: npt.NDArray[np.int16]) -> None:
    """A lake, a few pixels, a middle value and a constant raster give no finding."""
    with open_raster(written(tmp_path, values)) as raster:
        assert nodata_findings(raster) == []


def test_a_declared_nodata_is_not_suspected(tmp_path: Path) -> None:
    """A file that says what means "none" is believed."""
    with open_raster(written(tmp_path, filled(np.s_[3:6, 0:5]), nodata=-1)) as raster:
        assert nodata_findings(raster) == []


def test_a_rotated_grid_is_refused(tmp_path: Path) -> None:
    """Rows that do not run from west to east: refused, with the command that repairs it."""
    path = written(tmp_path, np.ones((3, 3), np.int16), transform=NORTH_UP @ Affine.rotation(10.0))
    (problem,) = refused(path)
    assert problem.what == "ráster girado"
    assert "gdalwarp" in problem.repair


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """No CRS, rotated and of complex numbers: three problems in one refusal."""
    path = written(tmp_path, np.ones((3, 3), np.complex64), crs=None, transform=NORTH_UP @ Affine.rotation(10.0))
    assert [problem.what for problem in refused(path)] == [
        "ráster sin CRS",
        "ráster girado",
        "valores que no son números",
    ]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_picture_without_place_is_refused(tmp_path: Path) -> None:
    """A TIFF with neither CRS nor position is a picture, not a raster of a place."""
    path = written(tmp_path, np.ones((3, 3), np.int16), crs=None, transform=None)
    assert {problem.what for problem in refused(path)} == {"ráster sin CRS", "ráster sin posición"}


def test_what_is_no_geotiff_is_refused(tmp_path: Path) -> None:
    """A text, half a file, a file that is not there, and a .vrt that names another file: unreadable, in a sentence."""
    path = tmp_path / "relieve.tif"
    assert refused(path)[0].what == "archivo ilegible"
    path.write_text("altitud")
    assert refused(path)[0].what == "archivo ilegible"
    whole = written(tmp_path, np.ones((3, 3), np.int16)).read_bytes()
    path.write_text(f'<VRTDataset rasterXSize="1" rasterYSize="1"><!-- {len(whole)} --></VRTDataset>')
    assert refused(path)[0].what == "archivo ilegible"
    path.write_bytes(whole[:50])
    assert refused(path)[0].what == "archivo ilegible"


@pytest.mark.pack
def test_soilgrids_of_the_pack_hides_its_nodata(pack: Path) -> None:
    """Its seven bands hold an undeclared 0 in 5.4 % of the pixels: told for each band; named, it is no data."""
    path = pack / "soilgrids_huancavelica_7var.tif"
    with open_raster(path) as raster:
        findings = nodata_findings(raster)
        assert abs(raster.grid.pixel_width) != abs(raster.grid.pixel_height)
        zeros = raster.rows(0, 0, raster.grid.height) == 0
    assert [finding.count for finding in findings] == [19980] * 7
    assert all("5.4 %" in finding.message for finding in findings)
    with open_raster(path, undeclared_nodata=0) as raster:
        assert (np.isnan(raster.rows(0, 0, raster.grid.height)) == zeros).all()

"""
Raster files (GeoTIFF), read by rows.

Numbers come as float32 with NaN where there is no data, whatever the file calls its nodata: an integer, -1.8e308,
-3.4e38 or NaN. A value that means "none" without the file saying so is never guessed: the caller names it
(`undeclared_nodata`), and `nodata_findings` tells when a raster looks as if it had one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from pyproj import CRS
from rasterio.errors import RasterioError
from rasterio.windows import Window

from geodata.errors import ContractError, Problem, raise_if_any
from geodata.quality import Finding, found
from geodata.raster_grid import Grid

DRIVER = "GTiff"
"""The only format read: it cannot name other files or addresses, as a .vrt does (pitfalls.md)."""

SUSPICIOUS_SHARE = 0.01
"""Judgement: an extreme value in more than 1 % of a raster, and on its edge, looks like an undeclared nodata."""

BEYOND_NUMBERS = 1e30
"""No measure is this large: floats like -1.797e308 or -3.4e38 stand for "none" even where nobody declared them."""

READ_PIXELS = 4_000_000
"""Pixels read at a time when a whole raster is looked through."""


@dataclass(frozen=True)
class RasterFile:
    """An open raster: what it says of itself, and its rows."""

    dataset: Any
    grid: Grid
    undeclared_nodata: float | None = None

    @property
    def band_count(self) -> int:
        return int(self.dataset.count)

    @property
    def dtype(self) -> str:
        return str(self.dataset.dtypes[0])

    @property
    def nodata(self) -> float | None:
        """The value that the file itself declares."""
        return None if self.dataset.nodata is None else float(self.dataset.nodata)

    def rows(self, band: int, first: int, last: int) -> npt.NDArray[np.float32]:
        """Return rows `first` to `last` (excluded) of a band, numbered from 0; NaN where there is no data."""
        raw = self.dataset.read(band + 1, window=Window(0, first, self.grid.width, last - first))
        values = np.array(raw, dtype=np.float32) if raw.dtype.kind in "iu" else _narrowed(raw)
        for none in (self.nodata, self.undeclared_nodata):
            if none is not None and np.isfinite(none):
                # compared in the type of the file: -1.8e308 and 16777217 are not what float32 makes of them
                values[raw == none] = np.nan
        return values


@contextmanager
def open_raster(path: Path, *, undeclared_nodata: float | None = None) -> Iterator[RasterFile]:
    """
    Open a raster and close it afterwards.

    Parameters
    ----------
    undeclared_nodata
        A value that means "no data" although the file does not say so.

    Raises
    ------
    ContractError
        If it cannot be read, has no CRS, or its grid is rotated; all that is wrong with it at once.
    """
    try:
        dataset = rasterio.open(path, driver=DRIVER, num_threads=2)
    except (RasterioError, OSError) as error:
        raise ContractError([_problem(path, "archivo ilegible", "un GeoTIFF completo", _first_line(error))]) from error
    with dataset:
        raise_if_any(_problems(path, dataset), ContractError)
        yield RasterFile(dataset, _grid(dataset), undeclared_nodata)


def nodata_findings(raster: RasterFile) -> list[Finding]:
    """
    Return what looks like a value for "no data" that the raster does not declare; reads the raster whole.

    Only a raster without declared or named nodata is looked into. The value stays in use: it is told, not removed.
    """
    if raster.nodata is not None or raster.undeclared_nodata is not None:
        return []
    return found([_suspicion(raster, band) for band in range(raster.band_count)])


def _suspicion(raster: RasterFile, band: int) -> Finding:
    lowest, highest = _Extreme(-1), _Extreme(1)
    step = max(READ_PIXELS // raster.grid.width, 1)
    for first in range(0, raster.grid.height, step):
        last = min(first + step, raster.grid.height)
        values = raster.rows(band, first, last)
        rims = [values[:, 0], values[:, -1]]
        rims += [values[0]] if first == 0 else []
        rims += [values[-1]] if last == raster.grid.height else []
        for extreme in (lowest, highest):
            extreme.look(values, np.concatenate(rims))
    pixels = raster.grid.width * raster.grid.height
    worst = max(lowest, highest, key=lambda extreme: extreme.count if extreme.on_edge else 0)
    suspicious = worst.on_edge and worst.count > SUSPICIOUS_SHARE * pixels and lowest.value != highest.value
    return Finding(
        code="undeclared_nodata",
        message=(
            f"La banda {band + 1} no declara un valor «sin dato», y su valor extremo {worst.value:g} llena "
            f"{100 * worst.count / pixels:.1f} % de los píxeles y toca el borde"
        ),
        count=worst.count if suspicious else 0,
        effect="esos píxeles entran al cálculo como si fueran medidas",
        repair=f"si {worst.value:g} significa «sin dato», declárelo en el archivo o al cargarlo",
    )


class _Extreme:
    """The lowest (-1) or highest (+1) value seen so far, how often it was seen, and whether on the edge."""

    def __init__(self, sign: int) -> None:
        self.sign, self.value, self.count, self.on_edge = sign, float("nan"), 0, False

    def look(self, values: npt.NDArray[np.float32], rim: npt.NDArray[np.float32]) -> None:
        reduce = np.fmax.reduce if self.sign > 0 else np.fmin.reduce
        value = float(reduce(values, axis=None))
        if np.isnan(value):
            return
        if np.isnan(self.value) or self.sign * value > self.sign * self.value:
            self.value, self.count, self.on_edge = value, 0, False
        if value == self.value:
            self.count += int(np.count_nonzero(values == value))
            self.on_edge |= bool((rim == value).any())


def _narrowed(raw: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    # NaN passes both comparisons as it is
    beyond = (raw > BEYOND_NUMBERS) | (raw < -BEYOND_NUMBERS)
    values = np.where(beyond, np.nan, raw) if beyond.any() else raw
    return np.array(values, dtype=np.float32)


def _grid(dataset: Any) -> Grid:
    transform = dataset.transform
    return Grid(
        crs=CRS.from_wkt(dataset.crs.to_wkt()),
        width=int(dataset.width),
        height=int(dataset.height),
        west=float(transform.c),
        top=float(transform.f),
        pixel_width=float(transform.a),
        pixel_height=float(transform.e),
    )


def _problems(path: Path, dataset: Any) -> list[Problem]:
    problems = []
    if dataset.crs is None:
        problems.append(
            _problem(path, "ráster sin CRS", "un CRS declarado", "ninguno", "asigne al archivo su CRS verdadero")
        )
    transform = dataset.transform
    if transform.is_identity:
        problems.append(
            _problem(path, "ráster sin posición", "una georreferencia", "ninguna", "asigne al archivo su posición")
        )
    if transform.b or transform.d:
        problems.append(
            _problem(
                path,
                "ráster girado",
                "filas de oeste a este y columnas de norte a sur",
                f"una rotación de {transform.b:g}, {transform.d:g}",
                "remuestréelo a una cuadrícula sin rotación (gdalwarp)",
            )
        )
    if any(np.dtype(dtype).kind not in "iuf" for dtype in dataset.dtypes):
        problems.append(
            _problem(path, "valores que no son números", "enteros o decimales", ", ".join(set(dataset.dtypes)))
        )
    return problems


def _problem(path: Path, what: str, expected: str, found: str, repair: str | None = None) -> Problem:
    return Problem(
        what=what,
        where=path.name,
        expected=expected,
        found=found,
        repair=repair or "vuelva a obtener el archivo de la fuente",
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

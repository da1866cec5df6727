"""
A grid of labels: millions of points to districts, exactly.

A cell that no border touches lies wholly in one district, or in none; its label answers for every point in it. Points
in the other cells, a few in a hundred, go through the exact test. Same answer as `overlay.points_in_districts`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import rasterio.features
import rasterio.transform
import shapely

from geodata import crs
from layers.overlay import points_in_districts

# about 220 m: 58 million cells over Peru, 1.3 % of them on a border; a finer grid costs memory and gains nothing
CELL_DEG = 0.002
# wider than the rounding of a coordinate of Peru in double precision, far narrower than a cell
_SLACK_DEG = 1e-9

_OUTSIDE, _BORDER = -1, -2

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LabelGrid:
    """
    The label of every cell: a row of `codes`, outside, or on a border.

    Build it once for some limits and keep `to_arrays()`; `limits` tells whether it still fits.
    """

    west: float
    south: float
    cell_deg: float
    labels: npt.NDArray[np.int16]
    """Row 0 is the southernmost."""
    codes: tuple[str, ...]
    limits: str
    """From `limits_fingerprint`."""
    border_share: float = field(default=0.0)

    @classmethod
    def build(cls, districts: gpd.GeoDataFrame, cell_deg: float = CELL_DEG) -> LabelGrid:
        """Return the grid of `districts` (`ubigeo`, polygons in EPSG:4326; the first wins where they overlap)."""
        crs.require_crs(crs.ON_DISK, districts=districts)
        shapes = districts.geometry.to_numpy()
        west, south, east, north = shapely.total_bounds(shapes)
        west, south = west - cell_deg, south - cell_deg
        size = (int((north - south) / cell_deg) + 2, int((east - west) / cell_deg) + 2)
        transform = rasterio.transform.Affine(cell_deg, 0, west, 0, cell_deg, south)
        # later shapes are painted over earlier ones, and the first must win
        painted = [(shape, row) for row, shape in enumerate(shapes) if not shape.is_empty][::-1]
        labels = rasterio.features.rasterize(
            painted, out_shape=size, transform=transform, fill=_OUTSIDE, dtype=np.int16
        )
        _mark_borders(labels, shapes, west, south, cell_deg)
        codes = tuple(districts["ubigeo"].astype(str))
        share = float((labels == _BORDER).mean())
        return cls(float(west), float(south), cell_deg, labels, codes, limits_fingerprint(districts), share)

    def rows(self, x: Floats, y: Floats, districts: gpd.GeoDataFrame) -> npt.NDArray[np.int32]:
        """
        Return the row of `codes` for each point, -1 outside every district.

        Parameters
        ----------
        x, y
            Degrees; a missing coordinate is outside.
        districts
            Those the grid was built from: they decide near a border.
        """
        found = np.full(len(x), _OUTSIDE, dtype=np.int32)
        height, width = self.labels.shape
        with np.errstate(invalid="ignore"):
            columns, rows = (x - self.west) / self.cell_deg, (y - self.south) / self.cell_deg
            known = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        if known.all():
            cells = rows.astype(np.int32) * np.int32(width) + columns.astype(np.int32)
            found = self.labels.ravel()[cells].astype(np.int32)
        else:
            cells = rows[known].astype(np.int32) * np.int32(width) + columns[known].astype(np.int32)
            found[known] = self.labels.ravel()[cells]
        near = np.flatnonzero(found == _BORDER)
        found[near] = _exact(x[near], y[near], districts)
        return found

    def to_arrays(self) -> dict[str, Any]:
        """Return what `from_arrays` needs, in runs of equal labels: a few megabytes, for `numpy.savez`."""
        flat = self.labels.ravel()
        starts = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))
        return {
            "run_labels": flat[starts],
            "run_lengths": np.diff(np.append(starts, flat.size)).astype(np.int32),
            "shape": np.array(self.labels.shape),
            "frame": np.array([self.west, self.south, self.cell_deg, self.border_share]),
            "codes": np.array(self.codes),
            "limits": np.array(self.limits),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray]) -> LabelGrid:
        """Return the grid that `to_arrays` described."""
        labels = np.repeat(arrays["run_labels"], arrays["run_lengths"]).reshape(tuple(arrays["shape"]))
        west, south, cell_deg, border_share = (float(number) for number in arrays["frame"])
        codes = tuple(str(code) for code in arrays["codes"])
        return cls(west, south, cell_deg, labels, codes, str(arrays["limits"]), border_share)


def units_in_districts(x: Floats, y: Floats, districts: gpd.GeoDataFrame, grid: LabelGrid | None = None) -> pd.Series:
    """
    Return the ubigeo of the district that contains each of many points, as a category; missing outside all.

    Parameters
    ----------
    x, y
        Degrees (EPSG:4326), any number of points, repeated or not.
    districts
        `ubigeo` and polygons in EPSG:4326.
    grid
        The grid of these same districts, if it is at hand; otherwise each prepared polygon tests its points.
    """
    rows = _exact(x, y, districts) if grid is None else grid.rows(x, y, districts)
    return pd.Series(pd.Categorical.from_codes(rows, categories=districts["ubigeo"].astype(str)), name="ubigeo")


def limits_fingerprint(districts: gpd.GeoDataFrame) -> str:
    """Return the SHA-256 of codes and shapes in their order: two frames with the same one place points the same."""
    digest = hashlib.sha256()
    for code, shape in zip(districts["ubigeo"].astype(str), shapely.to_wkb(districts.geometry.to_numpy()), strict=True):
        digest.update(code.encode())
        digest.update(shape)
    return digest.hexdigest()


def _mark_borders(labels: npt.NDArray[np.int16], shapes: npt.NDArray, west: float, south: float, cell: float) -> None:
    """
    Mark every cell that a border may touch.

    Borders are cut in pieces no longer than a cell; the cells of a piece's bounding box, at most four, are marked.
    """
    coordinates, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(shapes)), return_index=True)
    joins = np.flatnonzero(ring[1:] == ring[:-1])
    start, end = coordinates[joins], coordinates[joins + 1]
    pieces = np.maximum(np.ceil(np.abs(end - start).max(axis=1) / cell).astype(np.int64), 1)
    of = np.repeat(np.arange(len(joins)), pieces)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step = (end - start)[of] / pieces[of, None]
    first = start[of] + step * nth[:, None]
    second = first + step
    origin = np.array([west, south])
    low = np.floor((np.minimum(first, second) - _SLACK_DEG - origin) / cell).astype(np.int64)
    high = np.floor((np.maximum(first, second) + _SLACK_DEG - origin) / cell).astype(np.int64)
    for column in (low[:, 0], high[:, 0]):
        for row in (low[:, 1], high[:, 1]):
            labels[row, column] = _BORDER


def _exact(x: Floats, y: Floats, districts: gpd.GeoDataFrame) -> npt.NDArray[np.int32]:
    codes = points_in_districts(pd.Series(x), pd.Series(y), districts)
    return pd.Categorical(codes, categories=districts["ubigeo"].astype(str)).codes.astype(np.int32)

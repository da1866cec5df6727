"""The files of the overlays in a release, and the index of them that a page reads."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd

from geodata.catalog import Dataset, load_catalog
from geodata.workspace import WEB, write_json
from layers.rendering.overlays import Overlay, OverlayFile, overlay_files

INDEX_FILE = "overlays.json"

_SHA_IN_NAME = 10
"""A file is named by its content, so that a browser may keep it for ever."""

_LAYERS = {
    "roads": ("roads", "road_route_points"),
    "canals": ("canals",),
    "settlements": ("settlements",),
}
"""Overlay -> the layers of the catalog whose datasets it is drawn from."""


def write_overlays(
    folder: Path, layers: Mapping[str, gpd.GeoDataFrame], datasets: Collection[str] | None = None
) -> dict[str, Any]:
    """
    Write the overlays of a release and return their index.

    Parameters
    ----------
    folder
        The geometry folder of the release, whose `web` folder exists: files that browsers fetch go there, the index
        `overlays.json` stays out of it.
    layers
        What `layers.rendering.overlays.overlay_files` takes.
    datasets
        The datasets of the catalog that this release was built from; all of them when it is not said.

    Returns
    -------
    index
        By overlay: `datasets`, `source`, `year`, `without_department_count`, `without_shape_count`, and `departments`
        (two digits -> `file`, `bytes`, `gzip_bytes`, `count`, `classes` with their counts).
    """
    index: dict[str, Any] = {overlay.id: _record(folder / WEB, overlay, datasets) for overlay in overlay_files(layers)}
    write_json(folder / INDEX_FILE, index)
    return index


def read_overlays(folder: Path) -> dict[str, Any]:
    """Return the index of the overlays of a geometry folder; empty where a release has none."""
    path = folder / INDEX_FILE
    if not path.is_file():  # a publication of an earlier version
        return {}
    index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return index


def _record(web: Path, overlay: Overlay, datasets: Collection[str] | None) -> dict[str, Any]:
    known = _datasets_of(overlay.id, datasets)
    return {
        "datasets": [dataset.id for dataset in known],
        "source": " y ".join(dict.fromkeys(dataset.publisher_acronym for dataset in known)),
        "year": max((dataset.reference_year for dataset in known), default=None),
        "without_department_count": overlay.without_department_count,
        "without_shape_count": overlay.without_shape_count,
        "departments": {file.department: _written(web, file) for file in overlay.files},
    }


def _datasets_of(overlay: str, datasets: Collection[str] | None) -> list[Dataset]:
    return [
        dataset
        for dataset in load_catalog().values()
        if dataset.layer in _LAYERS[overlay] and (datasets is None or dataset.id in datasets)
    ]


def _written(web: Path, file: OverlayFile) -> dict[str, Any]:
    digest = hashlib.sha256(file.content).hexdigest()[:_SHA_IN_NAME]
    name = f"overlay-{file.overlay}-{file.department}-{digest}.json"
    (web / name).write_bytes(file.content)
    return {
        "file": name,
        "bytes": len(file.content),
        "gzip_bytes": len(gzip.compress(file.content, mtime=0)),
        "count": sum(file.counts.values()),
        "classes": file.counts,
    }

"""
The workspace: where sources, layer versions and publications lie, and how a publication changes hands.

    sources/<dataset>/<version>/     untouched originals and provenance.json
    layers/<layer>/<version>.parquet accepted layer versions; `current` names the one in use
    releases/<release>/              publications, the newest few
    published                        a link to the release that serves

A release is written beside, flushed to disk and only then linked: `published` always points at a whole release,
whatever happened to the process that was building. One lock lets one process publish at a time.
"""

from __future__ import annotations

import filecmp
import json
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock
import geopandas as gpd
import pandas as pd

from geodata.errors import BusyWorkspaceError, Problem, WorkspaceError

DEFAULT_ROOT = Path("workspace")
ROOT_VARIABLE = "SIERRA_WORKSPACE"

RELEASES_KEPT = 3
"""A reader that opened the previous release a moment ago must still find its files."""

LOCK_WAIT_S = 300.0
_STAGING_PREFIX = ".staging-"
_PROVENANCE = "provenance.json"
WEB = "web"


def default_root() -> Path:
    """Return the workspace folder: `SIERRA_WORKSPACE`, or ./workspace."""
    return Path(os.environ.get(ROOT_VARIABLE) or DEFAULT_ROOT)


@dataclass(frozen=True)
class Publication:
    """One release, read only. Its path is resolved: a later release does not change what it reads."""

    path: Path
    provenance: dict[str, Any]

    @property
    def release_id(self) -> str:
        """The name of the release, which starts with its date in UTC."""
        return str(self.provenance["release_id"])

    @property
    def is_demo(self) -> bool:
        """Whether the figures are simulated."""
        return bool(self.provenance["is_demo"])

    @property
    def simulated_datasets(self) -> frozenset[str]:
        """The sources whose figures are simulated here; none in a publication of real data."""
        return frozenset(self.provenance.get("simulated_datasets", ()))

    @property
    def geometry_folder(self) -> Path:
        """The folder of shapes."""
        return self.path / "geometry"

    @property
    def web_folder(self) -> Path:
        """The folder that browsers may download from: it holds the light map file and nothing else."""
        return self.geometry_folder / WEB

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Return a published table (`territories`, `provinces`, `departments`, `gaps`, …), whole or some columns."""
        return pd.read_parquet(self.path / f"{name}.parquet", columns=columns)

    def shapes(self, name: str) -> gpd.GeoDataFrame:
        """Return full shapes (`districts`, `provinces`, `departments`) by ubigeo, EPSG:4326."""
        return gpd.read_parquet(self.geometry_folder / f"{name}.parquet")


class Workspace:
    """A folder that holds everything that is not code."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or default_root()).expanduser().resolve()

    @property
    def sources(self) -> Path:
        """Untouched originals."""
        return self.root / "sources"

    @property
    def layers(self) -> Path:
        """Accepted layer versions."""
        return self.root / "layers"

    @property
    def releases(self) -> Path:
        """Publications."""
        return self.root / "releases"

    @property
    def published(self) -> Path:
        """The link to the release that serves."""
        return self.root / "published"

    def prepare(self) -> None:
        """
        Create the folders.

        Raises
        ------
        WorkspaceError
            If the place cannot be written.
        """
        try:
            for folder in (self.sources, self.layers, self.releases):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError([_not_writable(self.root, error)]) from error

    @contextmanager
    def lock(self, *, wait_s: float = LOCK_WAIT_S, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
        """
        Hold the right to publish; a second process waits, and is told so through `on_wait`.

        Raises
        ------
        BusyWorkspaceError
            If the other process has not finished within `wait_s`.
        """
        self.prepare()
        held = filelock.FileLock(self.root / ".publish.lock")
        try:
            try:
                held.acquire(timeout=0)
            except filelock.Timeout:
                if on_wait:
                    on_wait()
                held.acquire(timeout=wait_s)
        except filelock.Timeout as error:
            raise BusyWorkspaceError([_busy(self.root, wait_s)]) from error
        try:
            yield
        finally:
            held.release()

    def store_source(self, dataset_id: str, version: str, file: Path, record: dict[str, Any]) -> Path:
        """Keep an original and its provenance; return the stored path. The same bytes are stored once."""
        folder = self.sources / dataset_id / version
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / file.name
        if not target.exists() or not filecmp.cmp(file, target, shallow=False):
            with written_beside(target) as beside:
                shutil.copyfile(file, beside)
        write_json(folder / _PROVENANCE, record)
        return target

    def source_records(self) -> dict[str, dict[str, Any]]:
        """Return the newest provenance record of each stored source, by dataset."""
        newest: dict[str, dict[str, Any]] = {}
        for path in sorted(self.sources.glob(f"*/*/{_PROVENANCE}")):
            record = json.loads(path.read_text(encoding="utf-8"))
            known = newest.get(path.parent.parent.name)
            if known is None or record["retrieved_at"] >= known["retrieved_at"]:
                newest[path.parent.parent.name] = record
        return newest

    def write_layer(self, layer: str, version: str, frame: pd.DataFrame, quality: dict[str, Any] | None = None) -> None:
        """Keep a layer version as (Geo)Parquet (zstd) with its quality report beside, and make it the current one."""
        folder = self.layers / layer
        folder.mkdir(parents=True, exist_ok=True)
        write_parquet(folder / f"{version}.parquet", frame)
        if quality is not None:
            write_json(folder / f"{version}.quality.json", quality)
        with written_beside(folder / "current") as beside:
            beside.write_text(version, encoding="utf-8")

    def layer_versions(self) -> dict[str, str]:
        """Return the current version of every layer."""
        pointers = sorted(self.layers.glob("*/current"))
        return {path.parent.name: path.read_text(encoding="utf-8").strip() for path in pointers}

    def current_layer(self, layer: str) -> Path | None:
        """Return the file of the version in use of a layer, or None when the workspace has none."""
        pointer = self.layers / layer / "current"
        if not pointer.is_file():
            return None
        return self.layers / layer / f"{pointer.read_text(encoding='utf-8').strip()}.parquet"

    def publication(self) -> Publication:
        """
        Return the release that serves.

        Raises
        ------
        WorkspaceError
            If nothing is published, or the publication cannot be read.
        """
        path = self.published.resolve()
        try:
            provenance = json.loads((path / _PROVENANCE).read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError) as error:
            raise WorkspaceError([_nothing_published(self.root)]) from error
        return Publication(path=path, provenance=provenance)

    @contextmanager
    def new_release(self) -> Iterator[tuple[str, Path]]:
        """
        Give a folder to fill; when the block ends without error it becomes the publication, in one step.

        Call it holding `lock`. An error or a kill leaves the last publication as it was; what was left half-written
        is swept away by the next release.
        """
        self.prepare()
        self._sweep()
        served = self.published.resolve()
        release_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        staging = self.releases / f"{_STAGING_PREFIX}{release_id}"
        (staging / "geometry" / WEB).mkdir(parents=True)
        try:
            yield release_id, staging
            for path in sorted(staging.rglob("*")):
                _flush(path)
            _flush(staging)
            final = self.releases / release_id
            staging.rename(final)
            self._link(final)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        self._drop_old_releases(keep={served, final})

    def _link(self, release: Path) -> None:
        if self.published.is_dir() and not self.published.is_symlink():
            # a workspace copied without its links: put the copied publication among the releases
            self.published.rename(self.releases / f"copied-{secrets.token_hex(3)}")
        beside = self.root / f".published-{secrets.token_hex(3)}"
        beside.symlink_to(Path("releases") / release.name, target_is_directory=True)
        beside.replace(self.published)
        _flush(self.root)

    def _sweep(self) -> None:
        """Remove what killed processes left half-written; only the holder of the lock writes there."""
        for leftover in self.releases.glob(f"{_STAGING_PREFIX}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        for file in (*self.root.glob(".published-*"), *self.layers.glob("*/.*")):
            file.unlink(missing_ok=True)

    def _drop_old_releases(self, keep: Collection[Path]) -> None:
        finished = [path for path in self.releases.iterdir() if not path.name.startswith(".")]
        # by age, not by name: two releases of one second are told apart by chance, and copies have other names
        finished.sort(key=lambda path: path.stat().st_mtime_ns)
        for old in finished[:-RELEASES_KEPT]:
            if old not in keep:
                shutil.rmtree(old, ignore_errors=True)


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write a table or GeoParquet (zstd) beside its place, then rename it there."""
    with written_beside(path) as beside:
        frame.to_parquet(beside, compression="zstd", index=False)


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Write a JSON record beside its place, then rename it there."""
    with written_beside(path) as beside:
        beside.write_text(json.dumps(record, ensure_ascii=False, indent=2), encoding="utf-8")


@contextmanager
def written_beside(target: Path) -> Iterator[Path]:
    """
    Give a temporary neighbour of `target`; flush it and rename it over the target when the block ends well.

    Raises
    ------
    OSError
        If the folder does not exist, cannot be written or is full. The target then stays as it was.
    """
    beside = target.with_name(f".{secrets.token_hex(3)}-{target.name}")
    try:
        yield beside
        _flush(beside)
        beside.replace(target)
        _flush(target.parent)
    finally:
        beside.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_writable(root: Path, error: OSError) -> Problem:
    return Problem(
        what="no se puede escribir en el espacio de trabajo",
        where=str(root),
        expected="una carpeta con permiso de escritura",
        found=error.strerror or str(error),
        repair=f"elija otra carpeta con --workspace o {ROOT_VARIABLE}, o corrija los permisos",
    )


def _busy(root: Path, wait_s: float) -> Problem:
    return Problem(
        what="otra construcción está en curso",
        where=str(root),
        expected=f"que termine en {wait_s:.0f} s",
        found="sigue en curso",
        repair="espere a que termine y vuelva a intentarlo; la publicación anterior sigue vigente",
    )


def _nothing_published(root: Path) -> Problem:
    return Problem(
        what="no hay nada publicado",
        where=str(root),
        expected="una publicación en «published»",
        found="ninguna",
        repair="ejecute «make run», o «python -m pipelines demo», o «python -m pipelines build --pack CARPETA»",
    )

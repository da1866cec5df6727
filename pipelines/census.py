"""
INEI's zips of the census in, the canonical data set out: one Parquet file per department and module.

    <root>/<version>/<module>/<department>.parquet     whole files only; each tells the zip that it was made from
    <root>/<version>/census.json                       written last: a folder without it is no data set
    <root>/current                                     the version in use

A partition is made once: the same zip is recognised by its checksum, in this version or another one, after a kill or
a refusal too. With any refusal no census.json is written, so the version in use stays what it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.census import UBIGEO, Module, load_census, tally
from geodata.errors import Problem, UserInputError, raise_if_any
from geodata.readers.microdata import CHUNK_ROWS, is_simulated, read_module
from geodata.workspace import write_json, written_beside
from pipelines.census_quality import department_record, totals
from pipelines.census_zips import Announce, find_zips

LAYER = "cenagro_2012"
RECORD = "census.json"
CURRENT = "current"

_MADE_FROM = b"atlas_sierra"


@dataclass(frozen=True)
class Ingested:
    """A version of the data set, whole and on disk, whether or not it is the one in use."""

    version: str
    path: Path
    record: dict[str, Any]


@dataclass(frozen=True)
class _Part:
    """One zip and what it becomes."""

    department: str
    module: Module
    zip_path: Path
    sha256: str

    @property
    def made_from(self) -> dict[str, str]:
        return {"sha256": self.sha256, "kept": self.module.digest}

    def within(self, version: Path) -> Path:
        return version / self.module.name / f"{self.department}.parquet"


def ingest_census(
    folder: Path,
    root: Path,
    *,
    ubigeos: Collection[str],
    announce: Announce = lambda _: None,
    departments: Collection[str] | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> Ingested:
    """
    Make the data set from a folder of zips; `use_version` then puts it in use.

    Call it holding `Workspace.lock()`: what another run left half-written is swept away.

    Parameters
    ----------
    folder
        Holds INEI's zips at any depth, named `337-Modulo229.zip`; zips of other surveys and modules are passed over.
    root
        Folder of the versions, e.g. `workspace.layers / LAYER`.
    ubigeos
        Today's districts, to count the units whose code is not among them.
    departments
        Two-digit codes; by default every department found.

    Raises
    ------
    UserInputError
        With every problem of every zip. Then no version is made.
    """
    census = load_census()
    found, problems = find_zips(folder, departments, announce)
    raise_if_any([] if found else problems)
    parts = [
        _Part(department, census.modules[module], path, _sha256(path))
        for (department, module), path in sorted(found.items())
    ]
    version = _version(parts)
    path = root / version
    _sweep(root)
    tallies: dict[tuple[str, str], pl.DataFrame] = {}
    for department in sorted({part.department for part in parts}):
        mine = [part for part in parts if part.department == department]
        problems += _make_department(mine, root, path, tallies, chunk_rows, announce)
    raise_if_any(problems)
    record = _record(version, parts, tallies, ubigeos)
    record["is_simulated"] = any(is_simulated(part.zip_path) for part in parts)
    write_json(path / RECORD, record)
    return Ingested(version, path, record)


def use_version(root: Path, version: str) -> None:
    """Put a version in use; those that are neither it nor the one before are removed."""
    pointer = root / CURRENT
    before = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else version
    with written_beside(pointer) as beside:
        beside.write_text(version, encoding="utf-8")
    for old in root.iterdir():
        # a reader that opened the version before a moment ago must still find its files
        if old.is_dir() and old.name not in (version, before):
            shutil.rmtree(old, ignore_errors=True)


def version_in_use(root: Path) -> Ingested | None:
    """Return the version in use, or None while there is no census."""
    try:
        version = (root / CURRENT).read_text(encoding="utf-8").strip()
        record = json.loads((root / version / RECORD).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return None
    return Ingested(version, root / version, record)


def _make_department(
    parts: Sequence[_Part],
    root: Path,
    version: Path,
    tallies: dict[tuple[str, str], pl.DataFrame],
    chunk_rows: int,
    announce: Announce,
) -> list[Problem]:
    """Make the missing partitions of a department, add its tallies and return what is wrong."""
    started = perf_counter()
    problems: list[Problem] = []
    made = rows = 0
    for part in parts:
        try:
            counted = _reuse(part, root, version)
            if counted is None:
                counted = _make(part, version, chunk_rows)
                made += 1
        except UserInputError as error:
            problems.extend(error.problems)
            continue
        tallies[part.department, part.module.name] = counted
        rows += int(counted["rows"].sum())
    state = f"{made} de {len(parts)} módulos nuevos" if made else "sin cambios"
    refused = f", {len(problems)} problema(s)" if problems else ""
    label = load_census().label(parts[0].department)
    announce(f"{label}: {rows:,} filas, {state}{refused}, {perf_counter() - started:.1f} s")
    return problems


def _make(part: _Part, version: Path, chunk_rows: int) -> pl.DataFrame:
    """Write a partition, a chunk of the source a row group, and return its tally."""
    target = part.within(version)
    target.parent.mkdir(parents=True, exist_ok=True)
    counted = pl.DataFrame()
    with written_beside(target) as beside:
        schema = pl.DataFrame(schema=part.module.schema).to_arrow().schema
        with pq.ParquetWriter(beside, schema, compression="zstd") as writer:
            for frame in read_module(part.zip_path, part.module, part.department, chunk_rows=chunk_rows):
                writer.write_table(frame.to_arrow().cast(schema))
                counted = _added(counted, tally(part.module.name, frame))
            about = {**part.made_from, "tally": counted.to_dict(as_series=False)}
            writer.add_key_value_metadata({_MADE_FROM: json.dumps(about).encode()})
    return counted


def _reuse(part: _Part, root: Path, version: Path) -> pl.DataFrame | None:
    """Return the tally of a partition already made from the same zip, put in its place, or None."""
    target = part.within(version)
    for candidate in (target, *root.glob(f"*/{part.module.name}/{part.department}.parquet")):
        about = _about(candidate)
        if about is None or any(about.get(name) != value for name, value in part.made_from.items()):
            continue
        if candidate != target:
            target.parent.mkdir(parents=True, exist_ok=True)
            with written_beside(target) as beside:
                _link_or_copy(candidate, beside)
        return pl.DataFrame(about["tally"])
    return None


def _about(path: Path) -> dict[str, Any] | None:
    """Return what a partition says of itself, or None when there is none that can be read."""
    try:
        return json.loads(pq.read_metadata(path).metadata[_MADE_FROM])
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException):
        return None


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        # file systems without links: the same bytes again
        shutil.copyfile(source, target)


def _added(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    both = pl.concat([left, right]) if len(left) else right
    return both.group_by(UBIGEO).sum().sort(UBIGEO)


def _sweep(root: Path) -> None:
    """Remove what killed runs left half-written."""
    for leftover in (*root.glob(".*"), *root.glob("*/.*"), *root.glob("*/*/.*")):
        if leftover.is_file():
            leftover.unlink(missing_ok=True)


def _version(parts: Sequence[_Part]) -> str:
    """Return a name that the same zips and the same choice of variables always give."""
    text = json.dumps([(part.department, part.module.name, part.made_from) for part in parts])
    return f"2012-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record(
    version: str,
    parts: Sequence[_Part],
    tallies: Mapping[tuple[str, str], pl.DataFrame],
    ubigeos: Collection[str],
) -> dict[str, Any]:
    departments = {}
    for code in sorted({part.department for part in parts}):
        mine = [part for part in parts if part.department == code]
        sources = {part.module.name: {"file": part.zip_path.name, "sha256": part.sha256} for part in mine}
        counted = {part.module.name: tallies[code, part.module.name] for part in mine}
        departments[code] = {**department_record(code, counted, ubigeos), "sources": sources}
    return {"dataset": LAYER, "version": version, **totals(departments), "departments": departments}

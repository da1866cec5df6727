"""
The microdata of the IV CENAGRO from INEI's portal: one zip of SPSS per department and module.

`pipelines.census_portal` says which files there are and where; the transfer is that of every other source. INEI
publishes no checksums: the first retrieval records what came (`retrieved.json`), and later ones compare and say what
INEI changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geodata.errors import Problem, RetrievalError, UserInputError, raise_if_any
from geodata.workspace import write_json
from pipelines.census_portal import MODULES, CensusZip, census_zips, zip_problems
from pipelines.download import DownloadResult, download
from pipelines.http_answer import TransientError
from pipelines.retrieve import Announce, ProgressFor, sha256_of

RECORD = "retrieved.json"

# Judgement: three files in a row without an answer mean no line; each of 150 would cost 4 attempts and their waits.
_LINE_LOST_AFTER = 3


@dataclass(frozen=True)
class RetrievedZip:
    """
    One zip in the folder, and how it came.

    `attempts` is 0 if it was there already. `replaced_sha256`: what the same file was at an earlier retrieval, when
    INEI has changed it since.
    """

    source: CensusZip
    path: Path
    sha256: str
    size_bytes: int
    retrieved_at: datetime
    attempts: int
    replaced_sha256: str | None = None


def retrieve_census(
    folder: Path,
    *,
    departments: Iterable[str] | None = None,
    modules: Iterable[str] = MODULES,
    base_url: str | None = None,
    again: bool = False,
    announce: Announce = lambda _: None,
    progress_for: ProgressFor = lambda _: nullcontext(lambda _done, _total: None),
    ca_bundle: Path | None = None,
    insecure: bool = False,
) -> list[RetrievedZip]:
    """
    Bring the census zips to `folder`; what is there already, sound and as recorded is not asked for again.

    Parameters
    ----------
    again
        Ask for everything again, to learn whether INEI has changed it. What changed replaces what was there; the
        record keeps the former checksum.

    Returns
    -------
    list[RetrievedZip]
        In the order of `census_zips`. A zip found in the folder without record (brought by hand) is checked, recorded.

    Raises
    ------
    RetrievalError
        With every file that could not be had whole, or is no zip with a `.sav`; the others are in the folder.
    """
    work = _Retrieval(folder, again, announce, progress_for, ca_bundle, insecure)
    files = census_zips(departments, modules, base_url)
    retrieved: list[RetrievedZip] = []
    problems: list[Problem] = []
    for position, file in enumerate(files):
        try:
            retrieved.append(work.bring(file))
        except UserInputError as error:
            problems += error.problems
            work.unanswered = work.unanswered + 1 if isinstance(error.__cause__, TransientError) else 0
        left = files[position + 1 :]
        if left and work.unanswered == _LINE_LOST_AFTER:
            problems.append(_line_lost(left))
            break
    work.close()
    raise_if_any(problems, RetrievalError)
    return retrieved


@dataclass
class _Retrieval:
    """One call: the folder, its record and how to transfer."""

    folder: Path
    again: bool
    announce: Announce
    progress_for: ProgressFor
    ca_bundle: Path | None
    insecure: bool
    unanswered: int = 0
    """Files in a row that the server did not give, whatever was tried."""
    records: dict[str, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.records = read_record(self.folder)

    @property
    def _incoming(self) -> Path:
        return self.folder / ".incoming"

    def bring(self, file: CensusZip) -> RetrievedZip:
        """Return the zip that is there, or the one that the portal gives."""
        path, record = self.folder / file.name, self.records.get(file.name)
        if path.is_file() and not self.again:
            sha256 = sha256_of(path)
            if record is not None and record["sha256"] == sha256:
                return self._kept(file, record)
            if record is None and not zip_problems(path, str(path)):
                self.announce(f"{file.name}: ya estaba en la carpeta; se anota")
                return self._keep(file, path, sha256, datetime.fromtimestamp(path.stat().st_mtime, UTC), None)
            self.announce(f"{file.name}: no está entero o fue alterado; se descarga de nuevo")
        result = self._download(file)
        raise_if_any(self._refusals(file, result.path), RetrievalError)
        result.path.replace(path)
        return self._keep(file, path, result.sha256, result.retrieved_at, result)

    def close(self) -> None:
        """Leave no empty folder; parts stay, for the next time to go on from."""
        if self._incoming.is_dir() and not any(self._incoming.iterdir()):
            self._incoming.rmdir()

    def _download(self, file: CensusZip) -> DownloadResult:
        incoming = self._incoming / file.name
        with self.progress_for(file.name) as progress:
            result = download(
                file.url,
                incoming,
                sha256=None,
                progress=progress,
                ca_bundle=self.ca_bundle,
                insecure=self.insecure,
            )
        self.unanswered = 0
        return result

    def _refusals(self, file: CensusZip, path: Path) -> list[Problem]:
        """Return what is wrong with what came, after throwing it away: it must not be resumed."""
        problems = zip_problems(path, file.url)
        if problems:
            path.unlink()
        return problems

    def _keep(
        self, file: CensusZip, path: Path, sha256: str, when: datetime, result: DownloadResult | None
    ) -> RetrievedZip:
        """Record the zip, and what it was before if INEI changed it."""
        before = self.records.get(file.name)
        record: dict[str, Any] = {
            "department": file.department,
            "module": file.module,
            "url": file.url,
            "origin": "portal" if result else "folder",
            "sha256": sha256,
            "size_bytes": path.stat().st_size,
            "retrieved_at": when.isoformat(timespec="seconds"),
            "insecure": bool(result and result.insecure),
        }
        replaced = None
        if before is not None:
            record["former"] = list(before.get("former", []))
            if before["sha256"] != sha256:
                replaced = str(before["sha256"])
                record["former"].append({name: before[name] for name in ("sha256", "size_bytes", "retrieved_at")})
                self.announce(f"{file.name}: el INEI cambió el archivo desde {before['retrieved_at'][:10]}")
        self.records[file.name] = record
        write_json(self.folder / RECORD, self.records)
        if result:
            self.announce(f"{file.name}: descargado, {record['size_bytes'] / 1e6:,.1f} MB")
        return RetrievedZip(file, path, sha256, record["size_bytes"], when, result.attempts if result else 0, replaced)

    def _kept(self, file: CensusZip, record: dict[str, Any]) -> RetrievedZip:
        when = datetime.fromisoformat(record["retrieved_at"])
        path = self.folder / file.name
        return RetrievedZip(file, path, record["sha256"], record["size_bytes"], when, attempts=0)


def read_record(folder: Path) -> dict[str, dict[str, Any]]:
    """
    Return what was retrieved into a folder, by name of zip: department, module, url, sha256, size, date, former ones.

    Raises
    ------
    RetrievalError
        If the record cannot be read.
    """
    path = folder / RECORD
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        records = None
    needed = {"sha256", "size_bytes", "retrieved_at"}
    if not isinstance(records, dict) or not all(
        isinstance(record, dict) and needed <= record.keys() for record in records.values()
    ):
        repair = f"borre {RECORD} y repita la orden: los zip que estén enteros se anotan de nuevo, sin descargarlos"
        problem = Problem("registro de descargas ilegible", str(path), "lo que anotó el atlas", "otra cosa", repair)
        raise RetrievalError([problem])
    return records


def _line_lost(left: list[CensusZip]) -> Problem:
    return Problem(
        what="el portal no responde",
        where=f"{left[0].name} y {len(left) - 1} más",
        expected="alguna respuesta",
        found=f"ninguna en {_LINE_LOST_AFTER} archivos seguidos; los demás no se pidieron",
        repair="repita la orden cuando haya línea: lo ya descargado no se vuelve a pedir",
    )

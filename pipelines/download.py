"""
One distribution over HTTP: whole and verified, or not there at all.

Pooch keeps the cache rules: what is here and right is not asked for again, and a file takes its name only
once its checksum is right. `pipelines.transfer` is the downloader that pooch calls. Left out: FTP, log-ins,
mirrors.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests

from geodata.errors import Problem, RetrievalError, raise_if_any
from pipelines.http_answer import BY_HAND
from pipelines.progress import ProgressCallback, console_progress
from pipelines.transfer import Transfer

__all__ = ["USER_AGENT", "DownloadResult", "ProgressCallback", "console_progress", "download"]

# names the project in the form that gob.pe lets through: it answers 418 to the bare name of a library
USER_AGENT = "Mozilla/5.0 (compatible; AtlasSierra/1.0; consulta de datos abiertos)"
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_DISK_IS_FULL = {errno.ENOSPC, errno.EDQUOT}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DownloadResult:
    """
    What was obtained and how, for the provenance record.

    `attempts` is 0 when the file was already there; `retrieved_at` (UTC) is then the date of that file.
    `resumed_bytes` were on disk before the last request. `insecure`: no certificate was verified.
    """

    path: Path
    sha256: str
    size_bytes: int
    attempts: int
    resumed_bytes: int
    retrieved_at: datetime
    url: str
    insecure: bool


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None,
    attempts: int = 4,
    timeout_s: float = 30.0,
    progress: ProgressCallback | None = None,
    sleep: Callable[[float], None] = time.sleep,
    user_agent: str = USER_AGENT,
    ca_bundle: Path | None = None,
    insecure: bool = False,
) -> DownloadResult:
    """
    Bring `url` to `target`, complete and verified, or raise and leave `target` as it was.

    Parameters
    ----------
    sha256
        Checksum of the whole file. With `None` an existing target is taken as good, and a part is resumed
        only if the server says which version it sends (ETag or Last-Modified).
    timeout_s
        Longest silence of the server, and the span over which a minimum speed is asked.
    progress
        Called with the bytes so far and the total (`None` while unknown); ends at the total.
    ca_bundle
        PEM certificates to trust instead of the usual ones, for hosts with a broken chain.
    insecure
        Accept any certificate. Never implied; recorded in the result.

    Raises
    ------
    RetrievalError
        If the file cannot be obtained, is not the expected one or cannot be written. `<target>.part` stays
        whenever a later call can go on from it.
    """
    _require_sound_request(url, target, sha256, ca_bundle)
    sha256 = sha256.lower() if sha256 else None
    # pooch tells every step in English on the terminal
    pooch.get_logger().setLevel(logging.WARNING)
    with requests.Session() as session:
        # identity: a compressed body has other lengths and offsets than the file that was hashed
        session.headers.update({"User-Agent": user_agent, "Accept-Encoding": "identity"})
        verify: bool | str = False if insecure else str(ca_bundle) if ca_bundle else True
        transfer = Transfer(session, url, target, sha256, attempts, timeout_s, progress, sleep, verify)
        if insecure:
            _log.warning("%s: el certificado del servidor no se verifica.", url)
        try:
            _fetch(transfer)
            status = target.stat()
        except BrokenPipeError:
            raise  # the reader of the progress went away, not the disk
        except OSError as error:
            raise _cannot_write(target, error) from error
    if transfer.attempts_made == 0 and progress is not None:
        progress(status.st_size, status.st_size)
    return DownloadResult(
        path=target,
        sha256=transfer.found_sha256 or sha256 or pooch.file_hash(str(target), alg="sha256"),
        size_bytes=status.st_size,
        attempts=transfer.attempts_made,
        resumed_bytes=transfer.resumed_bytes,
        retrieved_at=datetime.fromtimestamp(status.st_mtime, UTC).replace(microsecond=0),
        url=url,
        insecure=insecure and transfer.attempts_made > 0,
    )


def _fetch(transfer: Transfer) -> None:
    """Let pooch decide, call the transfer if needed, and give the file its name; then make the name last."""
    folder, name = transfer.target.parent.resolve(), transfer.target.name
    folder.mkdir(parents=True, exist_ok=True)
    pooch.retrieve(transfer.url, transfer.sha256, fname=name, path=folder, downloader=transfer)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_sound_request(url: str, target: Path, sha256: str | None, ca_bundle: Path | None) -> None:
    """Raise with everything that is wrong before asking any server."""
    problems = []
    if not _is_web_address(url):
        expected, found = "una dirección http:// o https://", f"«{url}»"
        repair = f"corrija la dirección en geodata/catalog.toml, o {BY_HAND}"
        problems.append(Problem("la dirección no se puede descargar", url, expected, found, repair))
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        repair = "corrija el sha256 en geodata/catalog.toml"
        problems.append(Problem("sha256 mal escrito", url, "64 dígitos hexadecimales", f"«{sha256}»", repair))
    if target.is_dir():
        expected, found, repair = "un archivo", "una carpeta", "elija otro nombre de archivo"
        problems.append(Problem("el destino ya existe", str(target), expected, found, repair))
    if ca_bundle is not None and not ca_bundle.is_file():
        repair = "indique el archivo PEM con los certificados de la entidad"
        problems.append(Problem("faltan los certificados", str(ca_bundle), "un archivo PEM", "nada", repair))
    raise_if_any(problems, RetrievalError)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _cannot_write(target: Path, error: OSError) -> RetrievalError:
    """Return the error for a disk that does not take the file."""
    where = str(target.parent)
    if error.errno in _DISK_IS_FULL:
        repair = "libere espacio y repita la orden: seguirá desde lo ya descargado"
        return RetrievalError([Problem("el disco está lleno", where, "espacio libre", "ninguno", repair)])
    found = error.strerror or type(error).__name__
    repair = "revise los permisos de la carpeta, o elija otra con --workspace"
    expected = "una carpeta donde escribir"
    return RetrievalError([Problem("no se pudo guardar la fuente", where, expected, found, repair)])

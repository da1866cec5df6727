"""
Getting sources: from an offline pack or over HTTP, verified, kept untouched with their provenance.

Every dataset asked for is tried; what failed is reported together. A pack with one wrong file changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geodata.catalog import Dataset, Distribution, dataset, load_catalog
from geodata.errors import Problem, RetrievalError, UserInputError, raise_if_any
from geodata.workspace import Workspace
from pipelines.download import ProgressCallback, download

_CHUNK_BYTES = 1 << 20
_SHORT_SHA = 12

Announce = Callable[[str], None]
ProgressFor = Callable[[str], AbstractContextManager[ProgressCallback]]


def retrievable(ids: Iterable[str] = (), catalog: dict[str, Dataset] | None = None) -> list[Dataset]:
    """Return the datasets named, or all that have something to retrieve, of a catalog (the project's own)."""
    known = load_catalog() if catalog is None else catalog
    chosen = [dataset(dataset_id, known) for dataset_id in ids]
    return chosen or [record for record in known.values() if record.retrievable]


def in_pack(pack: Path, datasets: Iterable[Dataset]) -> list[Dataset]:
    """Return the datasets to take from a pack: all, but the optional ones that it does not have."""
    return [
        record
        for record in datasets
        if not record.optional or any((pack / file.pack_file).is_file() for file in record.distributions)
    ]


def retrieve_from_pack(
    workspace: Workspace, pack: Path, datasets: Iterable[Dataset], announce: Announce = lambda _: None
) -> None:
    """
    Copy sources from a local folder into the workspace, after verifying all of them.

    Raises
    ------
    RetrievalError
        With every missing or altered file. Then nothing is copied.
    """
    wanted = [(record, file) for record in datasets for file in record.distributions]
    if not pack.is_dir():
        raise RetrievalError([_no_pack(pack)])
    raise_if_any([problem for _, file in wanted for problem in pack_problems(pack, file)], RetrievalError)
    workspace.prepare()
    for record, file in wanted:
        _store(workspace, record, file, pack / file.pack_file, {"origin": "pack"})
        announce(f"{record.id}: {file.pack_file} verificado")


def retrieve_from_address(
    workspace: Workspace,
    datasets: Iterable[Dataset],
    announce: Announce = lambda _: None,
    progress_for: ProgressFor = lambda _: nullcontext(lambda _done, _total: None),
) -> None:
    """
    Download sources from their published addresses.

    Raises
    ------
    RetrievalError
        With every source that has no address or could not be brought whole; the others are kept.
    """
    problems: list[Problem] = []
    workspace.prepare()
    for record in datasets:
        for file in record.distributions:
            try:
                _download_one(workspace, record, file, progress_for)
                announce(f"{record.id}: {file.pack_file} descargado y verificado")
            except UserInputError as error:
                problems.extend(error.problems)
    raise_if_any(problems, RetrievalError)


def pack_problems(pack: Path, file: Distribution) -> list[Problem]:
    """Return what is wrong with one file of a pack: absent, or not the bytes of the catalog."""
    path = pack / file.pack_file
    if not path.is_file():
        return [
            Problem(
                what="falta un archivo del paquete",
                where=str(pack),
                expected=file.pack_file,
                found="no está",
                repair="copie el archivo al paquete con ese nombre",
            )
        ]
    found = sha256_of(path)
    return [] if found == file.sha256 else [_altered(path, file, found)]


def files_in_pack(pack: Path, datasets: Iterable[Dataset]) -> dict[str, Path]:
    """Return the file of each dataset that a pack has, right or not."""
    files = {record.id: pack / record.distributions[0].pack_file for record in datasets}
    return {dataset_id: path for dataset_id, path in files.items() if path.is_file()}


def stored_files(workspace: Workspace, datasets: Iterable[Dataset]) -> dict[str, Path]:
    """
    Return the stored original of each dataset; an optional one that has not been retrieved is left out.

    Raises
    ------
    RetrievalError
        With every dataset that has not been retrieved, or whose original was altered since.
    """
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    for record in datasets:
        file = record.distributions[0]
        path = workspace.sources / record.id / _version(record, file) / file.pack_file
        if not path.is_file():
            problems += [] if record.optional else [_not_retrieved(record)]
        elif (found := sha256_of(path)) != file.sha256:
            problems.append(_altered(path, file, found))
        else:
            files[record.id] = path
    raise_if_any(problems, RetrievalError)
    return files


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits, reading it in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _download_one(workspace: Workspace, record: Dataset, file: Distribution, progress_for: ProgressFor) -> None:
    if file.access_url is None:
        raise RetrievalError([_no_address(record, file)])
    incoming = workspace.sources / record.id / ".incoming" / file.pack_file
    incoming.parent.mkdir(parents=True, exist_ok=True)
    with progress_for(file.pack_file) as progress:
        result = download(file.access_url, incoming, sha256=file.sha256, progress=progress)
    how = {"origin": file.access_url, "attempts": result.attempts, "insecure": result.insecure}
    _store(workspace, record, file, incoming, how)
    incoming.unlink()
    incoming.parent.rmdir()


def _store(workspace: Workspace, record: Dataset, file: Distribution, path: Path, how: dict[str, Any]) -> None:
    workspace.store_source(
        record.id,
        _version(record, file),
        path,
        {
            "dataset": record.id,
            "title": record.title,
            "publisher": record.publisher,
            "licence": record.licence,
            "reference_year": record.reference_year,
            "file": file.pack_file,
            "sha256": file.sha256,
            "retrieved_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **how,
        },
    )


def _version(record: Dataset, file: Distribution) -> str:
    return f"{record.reference_year}-{file.sha256[:_SHORT_SHA]}"


def _altered(path: Path, file: Distribution, found: str) -> Problem:
    return Problem(
        what="suma de verificación distinta",
        where=str(path),
        expected=f"sha256 {file.sha256}",
        found=found,
        repair="vuelva a obtener el archivo original; si la fuente lo cambió, registre la nueva versión en el catálogo",
    )


def _no_pack(pack: Path) -> Problem:
    return Problem(
        what="el paquete no existe",
        where=str(pack),
        expected="una carpeta con los archivos de las fuentes",
        found="no es una carpeta",
        repair="revise la ruta que dio en --pack",
    )


def _no_address(record: Dataset, file: Distribution) -> Problem:
    return Problem(
        what="fuente sin dirección de descarga directa",
        where=record.id,
        expected=f"una dirección que sirva {file.pack_file} tal como está en el catálogo",
        found="solo la página de la fuente",
        repair=f"obtenga el archivo en {record.landing_page} y use --pack CARPETA",
    )


def _not_retrieved(record: Dataset) -> Problem:
    return Problem(
        what="fuente sin obtener",
        where=record.id,
        expected="su archivo en el espacio de trabajo",
        found="no está",
        repair="ejecute «python -m pipelines retrieve --pack CARPETA» o use build --pack CARPETA",
    )

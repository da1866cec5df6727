"""
A stranger's zip with one SPSS file: unpacked where nobody else sees it, within bounds.

The .sav has personal columns: it goes to an unnamed temporary file, which not even a killed process leaves behind.
"""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from geodata.errors import ContractError, Problem

LARGEST_SAV_BYTES = 2 * 1024**3
"""The largest real one, 150 variables of 339,979 units of eight bytes each, is 0.4 GB."""

LARGEST_RATIO = 500.0
"""Unpacked over packed: 22 for 152 columns, most of them blank, of eight bytes each; a bomb reaches deflate's 1,032."""

_RATIO_MATTERS_FROM_BYTES = 50 * 1024**2
_BLOCK_BYTES = 1024**2
_SHOWN_AT_MOST = 5
REPAIR = "vuelva a descargar el zip del portal de microdatos del INEI"


@contextmanager
def unpacked(path: Path, where: str) -> Iterator[IO[bytes]]:
    """Give the one .sav of a zip as an unnamed file; no name from inside the zip ever touches the disk."""
    with tempfile.TemporaryFile() as sav:
        try:
            with zipfile.ZipFile(path) as archive:
                member = _the_sav(archive, where)
                _require_sane_size(member.file_size, member.compress_size, where)
                with archive.open(member) as packed:
                    _copy(packed, sav, member.compress_size, where)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise ContractError([_bad_zip(error, where)]) from error
        except (RuntimeError, NotImplementedError) as error:
            raise ContractError([_closed_zip(error, where)]) from error
        except OSError as error:
            raise ContractError([_no_room(error, where)]) from error
        yield sav


def first_bytes(path: Path, count: int) -> bytes:
    """Return the beginning of the .sav of a zip, unpacking no more than that."""
    with zipfile.ZipFile(path) as archive, archive.open(_the_sav(archive, path.name)) as sav:
        return sav.read(count)


def _the_sav(archive: zipfile.ZipFile, where: str) -> zipfile.ZipInfo:
    """Return the member to read; macOS's shadows of files (`__MACOSX/._x.sav`) are not one."""
    names = [PurePosixPath(info.filename.replace("\\", "/")) for info in archive.infolist()]
    found = [
        info
        for info, name in zip(archive.infolist(), names, strict=True)
        if name.suffix.lower() == ".sav" and not name.name.startswith("._") and not info.is_dir()
    ]
    if len(found) != 1:
        what = "zip con varios archivos .sav" if found else "zip sin archivo .sav"
        shown = [info.filename for info in (found or archive.infolist())][:_SHOWN_AT_MOST]
        raise ContractError([_problem(what, where, "un archivo .sav de SPSS", ", ".join(shown) or "un zip vacío")])
    return found[0]


def _copy(packed: IO[bytes], sav: IO[bytes], packed_bytes: int, where: str) -> None:
    size = 0
    while block := packed.read(_BLOCK_BYTES):
        size += len(block)
        # what a zip declares of itself is not to be trusted
        _require_sane_size(size, packed_bytes, where)
        sav.write(block)


def _require_sane_size(size: int, packed_bytes: int, where: str) -> None:
    ratio = size / max(packed_bytes, 1)
    if size > LARGEST_SAV_BYTES or (size > _RATIO_MATTERS_FROM_BYTES and ratio > LARGEST_RATIO):
        expected = f"hasta {LARGEST_SAV_BYTES / 1024**3:.0f} GB y {LARGEST_RATIO:.0f} veces su tamaño comprimido"
        found = f"{size / 1024**3:.2f} GB o más, {ratio:,.0f} veces"
        raise ContractError([_problem("archivo .sav desmedido", where, expected, found)])


def _bad_zip(error: Exception, where: str) -> Problem:
    return _problem("zip dañado o que no es un zip", where, "un zip completo", str(error))


def _closed_zip(error: Exception, where: str) -> Problem:
    return _problem("zip con clave o compresión desconocida", where, "un zip común sin clave", str(error))


def _no_room(error: OSError, where: str) -> Problem:
    return Problem(
        what="no se pudo descomprimir el zip",
        where=where,
        expected="un archivo que se pueda leer y lugar en la carpeta temporal",
        found=error.strerror or str(error),
        repair="revise los permisos y el espacio libre del disco",
    )


def _problem(what: str, where: str, expected: str, found: str) -> Problem:
    return Problem(what=what, where=where, expected=expected, found=found, repair=REPAIR)

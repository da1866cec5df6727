"""
A file of lines that only grows: what people decide, kept outside the releases.

A line is one JSON record. A withdrawal is one more line that names the one withdrawn, so that nothing entered is ever
rewritten. What a dead process left half-written stays apart and is told by the number of its line.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import filelock

from geodata.errors import BusyWorkspaceError, Problem, WorkspaceError

LOCK_WAIT_S = 20.0

Entry = TypeVar("Entry")


def new_id() -> str:
    """Return an identity that no other entry has."""
    return secrets.token_hex(8)


def read_lines(
    file: Path, what: str, kinds: str, parse: Callable[[Mapping[str, Any]], Entry]
) -> tuple[list[Entry], list[Problem]]:
    """
    Return the entries of a file in order, and a problem per line that cannot be read; without a file, nothing.

    Parameters
    ----------
    file
        The journal.
    what, kinds
        How a problem calls itself, and what a line should have been, in Spanish.
    parse
        Makes an entry of a record; raises ValueError or TypeError with a reason in Spanish.

    Raises
    ------
    WorkspaceError
        If the file is there and cannot be read.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise WorkspaceError([_unusable(file, what, error)]) from error
    entries: list[Entry] = []
    problems: list[Problem] = []
    # lines end in a line feed and in nothing else: what JSON escapes cannot break one
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            entries.append(parse(_record(line)))
        except (ValueError, TypeError, RecursionError) as error:
            problems.append(_damaged(file, number, what, kinds, error))
    return entries, problems


def texts(record: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Return some parts of a record, which must be texts; a later version may have written more."""
    wrong = [name for name in names if not isinstance(record.get(name), str)]
    if wrong:
        raise ValueError(f"falta o no es texto: {', '.join(wrong)}")
    return {name: record[name] for name in names}


@contextmanager
def locked(file: Path, what: str) -> Iterator[None]:
    """
    Hold the right to write: whoever reads and then appends must not be overtaken in between.

    Raises
    ------
    BusyWorkspaceError
        If another process holds the file for too long.
    WorkspaceError
        If the file cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(file.with_name(f".{file.name}.lock"), timeout=LOCK_WAIT_S):
            yield
    except filelock.Timeout as error:
        repair = "vuelva a intentarlo en unos segundos"
        found = "otro proceso lo tiene ocupado"
        expected = f"poder escribir en {LOCK_WAIT_S:.0f} s"
        raise BusyWorkspaceError([Problem(what, file.name, expected, found, repair)]) from error
    except OSError as error:
        raise WorkspaceError([_unusable(file, what, error)]) from error


def append(file: Path, records: Sequence[Mapping[str, Any]]) -> None:
    """Add lines at the end and see them on the disk; a line that a dead process left half-written stays apart."""
    lines = b"".join(json.dumps(record).encode("ascii") + b"\n" for record in records)
    is_new = not file.exists()
    with file.open("ab+") as stream:
        if stream.tell() > 0:
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                lines = b"\n" + lines
        stream.write(lines)
        stream.flush()
        os.fsync(stream.fileno())
    if is_new:
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _record(line: bytes) -> Mapping[str, Any]:
    record: Any = json.loads(line)
    if not isinstance(record, dict):
        raise TypeError("no es un objeto JSON")
    return record


def _damaged(file: Path, number: int, what: str, kinds: str, error: Exception) -> Problem:
    repair = "corrija o borre esa línea con el atlas detenido; las demás se leyeron"
    is_no_json = isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError)
    reason = "no es JSON" if is_no_json else str(error)
    return Problem(what, f"{file.name}, línea {number}", kinds, reason, repair)


def _unusable(file: Path, what: str, error: OSError) -> Problem:
    expected, found = "un archivo que se lea y se escriba", error.strerror or str(error)
    return Problem(what, file.name, expected, found, "corrija los permisos")

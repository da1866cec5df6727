"""Which database, how it is opened, brought up to date and written, and its failures in Spanish."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, OperationalError

from geodata.agenda.migrations import HEAD, REVISIONS, revision_of, upgrade
from geodata.errors import BusyWorkspaceError, ContractError, NewerDatabaseError, Problem, WorkspaceError

FILE_NAME = "agenda.sqlite"
URL_VARIABLE = "SIERRA_DATABASE_URL"

BUSY_WAIT_S = 30.0
"""A writer waits for the others: a transaction takes milliseconds, and a room of people is patient for seconds."""

MIGRATION_LOCK = 7_403_202_611
"""Any number that others do not use: PostgreSQL lets one process at a time hold it."""

_WRITES = "sierra_writes"
_BUSY_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def database_url(root: Path, url: str | None) -> URL:
    """
    Return the address of the database: the one given, that of `SIERRA_DATABASE_URL`, or a file in the workspace.

    Raises
    ------
    WorkspaceError
        If the address is not of SQLite or PostgreSQL.
    """
    given = url or os.environ.get(URL_VARIABLE)
    if not given:
        return URL.create("sqlite", database=str(root / FILE_NAME))
    try:
        # the short name is common, and SQLAlchemy no longer knows it
        parsed = make_url(given.replace("postgres://", "postgresql://", 1) if given.startswith("postgres:") else given)
    except ArgumentError as error:
        # the message would repeat the address, which may hold a password
        raise WorkspaceError([_wrong_address("una dirección que no se entiende")]) from error
    kind = parsed.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise WorkspaceError([_wrong_address(f"una dirección de {kind}")])
    return parsed.set(drivername="postgresql+psycopg") if kind == "postgresql" else parsed


def open_engine(url: URL) -> Engine:
    """
    Open the database and bring it up to date; a copy of an older SQLite file stays beside it.

    Raises
    ------
    NewerDatabaseError
        If a later version of the atlas wrote it. Nothing is touched.
    WorkspaceError
        If it cannot be opened, read or written.
    """
    place = place_of(url)
    engine = _sqlite_engine(url) if url.get_backend_name() == "sqlite" else create_engine(url, pool_pre_ping=True)
    try:
        with translated(place):
            with engine.connect() as connection:
                revision = revision_of(connection)
            if revision != HEAD:
                _bring_up_to_date(engine, place)
    except WorkspaceError:
        engine.dispose()
        raise
    return engine


def place_of(url: URL) -> str:
    """Return where the database is, as people may read it: no password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


@contextmanager
def writing(engine: Engine, place: str) -> Iterator[Connection]:
    """
    Give a connection whose changes are all kept, on the disk, or none of them.

    Raises
    ------
    BusyWorkspaceError
        If others write for too long.
    WorkspaceError
        If the disk is full or read-only, or the server does not answer.
    """
    with translated(place), writer(engine).begin() as connection:
        yield connection


def writer(engine: Engine) -> Engine:
    """Return the same engine, its transactions marked as writing: SQLite is told so when they begin."""
    return engine.execution_options(**{_WRITES: True})


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn the failures of a database into sentences; what is a fault of ours passes as it is."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        raise _unusable(place, error) from error
    except (DataError, OverflowError) as error:
        raise ContractError([_beyond(place, error)]) from error
    except DBAPIError as error:
        # «file is not a database» is no operational error for sqlite3
        if type(error.orig) is sqlite3.DatabaseError:
            raise _unusable(place, error) from error
        raise
    except sqlite3.DatabaseError as error:
        raise _unusable(place, error) from error
    except CommandError as error:
        raise WorkspaceError([_broken(place, str(error))]) from error


def _sqlite_engine(url: URL) -> Engine:
    if url.database:
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkspaceError([_broken(place_of(url), error.strerror or str(error))]) from error
    engine = create_engine(url, connect_args={"timeout": BUSY_WAIT_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # the module's own transactions begin late: a writer that read first would then be refused instead of waiting
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


def _bring_up_to_date(engine: Engine, place: str) -> None:
    with writing(engine, place) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        # asked again: another process may have done it while this one waited
        revision = revision_of(connection)
        if revision == HEAD:
            return
        if revision is not None and revision not in REVISIONS:
            raise NewerDatabaseError([_newer(place, revision)])
        if revision is not None and engine.dialect.name == "sqlite":
            _copy_beside(Path(place), revision)
        upgrade(connection)


def _copy_beside(file: Path, revision: str) -> None:
    """Copy the database as it was last written whole; its log of changes (WAL) included."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = file.with_name(f"{file.name}.{revision}-{moment}.copia")
    origin, copy = sqlite3.connect(file), sqlite3.connect(target)
    try:
        origin.backup(copy)
    finally:
        origin.close()
        copy.close()


def _unusable(place: str, error: DBAPIError | sqlite3.Error) -> WorkspaceError:
    # while it connects, the driver's own error comes as it is
    reason = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(reason, "sqlite_errorcode", 0)
    if code & 0xFF in _BUSY_CODES:
        found, repair = "otros la tienen ocupada", "vuelva a intentarlo en unos segundos; lo escrito no se guardó"
        expected = f"poder escribir en {BUSY_WAIT_S:.0f} s"
        return BusyWorkspaceError([Problem("la agenda está ocupada", place, expected, found, repair)])
    return WorkspaceError([_broken(place, str(reason).strip(), code & 0xFF)])


_REASONS = {
    sqlite3.SQLITE_READONLY: ("el disco o el archivo es de solo lectura", "dé permiso de escritura a la carpeta"),
    sqlite3.SQLITE_FULL: ("el disco está lleno", "libere espacio y vuelva a guardar"),
    sqlite3.SQLITE_IOERR: ("el disco no respondió (lleno o dañado)", "revise el disco y vuelva a guardar"),
    sqlite3.SQLITE_CANTOPEN: ("no se pudo abrir el archivo", "revise que la carpeta exista y tenga permisos"),
    sqlite3.SQLITE_NOTADB: ("el archivo no es una base de datos", "restaure una copia de la agenda"),
    sqlite3.SQLITE_CORRUPT: ("el archivo está dañado", "restaure una copia de la agenda"),
}


def _broken(place: str, reason: str, code: int = 0) -> Problem:
    found, repair = _REASONS.get(code, (reason, "revise la dirección, los permisos y que el servidor esté encendido"))
    expected = "una base de datos que se lea y se escriba"
    return Problem("no se puede usar la agenda", place, expected, found, f"{repair}; lo escrito no se guardó")


def _beyond(place: str, error: Exception) -> Problem:
    # the number of a record, as somebody may write it in an address, is larger than any number of a record
    what, found = "no existe lo que se pide", type(error).__name__
    return Problem(what, place, "un número de registro de esta agenda", found, "vuelva a la lista y elija de nuevo")


def _newer(place: str, revision: str) -> Problem:
    return Problem(
        what="la agenda es de una versión más nueva del atlas",
        where=place,
        expected=f"la versión {HEAD} o una anterior",
        found=f"la versión {revision}",
        repair="actualice el atlas; no se cambió nada",
    )


def _wrong_address(found: str) -> Problem:
    expected = "postgresql://usuario:clave@servidor/base o sqlite:///archivo"
    return Problem("no se entiende dónde está la agenda", URL_VARIABLE, expected, found, "corrija la dirección")

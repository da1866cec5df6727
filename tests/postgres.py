"""
A real PostgreSQL server for the tests: found or installed, started by them on a free port, and stopped.

It never runs as root: when the tests do, the server runs as the system's own `postgres` user. What it stores lies in a
temporary folder and is thrown away, so it does not wait for the disk.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.find_browser import install_with_apt, is_debian_root

PROGRAMS_VARIABLE = "ATLAS_POSTGRES"
"""The folder of `initdb` and `postgres`, where they are in no usual place."""

SYSTEM_USER = "postgres"
START_SECONDS = 30
_USUAL = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr/pgsql")


class NoPostgresError(Exception):
    """There is no server to test with; the message says what to do."""


def programs() -> Path:
    """
    Return the folder that holds `initdb` and `postgres`, installing Debian's package if need be and possible.

    Raises
    ------
    NoPostgresError
        If there is none.
    """
    folder = _found()
    if folder is None and is_debian_root():
        install_with_apt("postgresql")
        folder = _found()
    if folder is None:
        raise NoPostgresError(
            "No hay un servidor PostgreSQL para las pruebas y no se pudo instalar uno. En Debian: "
            f"sudo apt-get install postgresql; o indique la carpeta de initdb con {PROGRAMS_VARIABLE}=/ruta."
        )
    return folder


def _found() -> Path | None:
    chosen = os.environ.get(PROGRAMS_VARIABLE)
    folders = [Path(chosen)] if chosen else []
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for place in _USUAL:
        # the newest first
        folders += sorted(Path(place).glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return next((folder for folder in folders if _has_programs(folder)), None)


def _has_programs(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


@contextmanager
def server() -> Iterator[str]:
    """
    Give the address of an empty server, `postgresql://…/postgres`; stop it and forget what it held.

    Raises
    ------
    NoPostgresError
        If it cannot be installed or does not start.
    """
    folder = programs()
    home = Path(tempfile.mkdtemp(prefix="atlas-pg-"))
    try:
        if os.geteuid() == 0:
            _give_away(home)
        _run([folder / "initdb", "-D", home / "data", "-U", "atlas", "-A", "trust", "-E", "UTF8", "--no-sync"], home)
        port = _free_port()
        started = subprocess.Popen(_as_nobody_special(_command(folder, home, port)), cwd=home, **_quiet(home))
        try:
            _wait(started, port, home)
            yield f"postgresql://atlas@127.0.0.1:{port}/postgres"
        finally:
            _stop(home, started)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _command(folder: Path, home: Path, port: int) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(home),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "60",
        "shared_buffers": "32MB",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(folder / "postgres"), "-D", str(home / "data"), *options]


def _as_nobody_special(command: list[str]) -> list[str]:
    return ["runuser", "-u", SYSTEM_USER, "--", *command] if os.geteuid() == 0 else command


def _give_away(home: Path) -> None:
    try:
        shutil.chown(home, SYSTEM_USER)
    except LookupError as error:
        raise NoPostgresError(f"Falta el usuario {SYSTEM_USER}: PostgreSQL no se ejecuta como root.") from error


def _run(command: list[object], home: Path) -> None:
    words = _as_nobody_special([str(word) for word in command])
    finished = subprocess.run(words, cwd=home, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise NoPostgresError(f"PostgreSQL no arranca: {finished.stderr.strip()}")


def _quiet(home: Path) -> dict:
    log = (home / "server.log").open("wb")
    return {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _wait(started: subprocess.Popen, port: int, home: Path) -> None:
    # it listens before it answers: the line of its own log says when it does
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        log = (home / "server.log").read_text(encoding="utf-8", errors="replace")
        if "ready to accept connections" in log:
            return
        if started.poll() is not None:
            break
        time.sleep(0.05)
    raise NoPostgresError(f"PostgreSQL no arranca en el puerto {port}: {log.strip()}")


def _stop(home: Path, started: subprocess.Popen) -> None:
    # runuser passes no signal on: the server's own number is in its folder
    with suppress(OSError, ValueError):
        number = int((home / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
        # at once: what it held is thrown away
        os.kill(number, signal.SIGQUIT)
    try:
        started.wait(timeout=START_SECONDS)
    except subprocess.TimeoutExpired:
        started.kill()

"""Two agendas that must behave alike: a file of SQLite and a real PostgreSQL server that the tests start."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from geodata.agenda.store import Agenda
from tests.postgres import NoPostgresError, server


class Clock:
    """A clock that stands until it is moved. It starts at noon in Peru on 2 March 2026."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 17, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.moment

    def pass_days(self, days: int) -> None:
        """Let days go by."""
        self.moment += timedelta(days=days)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of a server of the tests' own, or skip."""
    try:
        with server() as address:
            yield address
    except NoPostgresError as error:
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database that holds nothing, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'agenda.sqlite'}"
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite agenda without records, to be copied: making the tables once is enough."""
    folder = tmp_path_factory.mktemp("ready")
    Agenda.open(folder, f"sqlite:///{folder / 'agenda.sqlite'}").close()
    return folder / "agenda.sqlite"


@pytest.fixture(scope="session")
def ready_database(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a PostgreSQL agenda without records, to be copied."""
    address = new_database(postgres)
    Agenda.open(tmp_path_factory.mktemp("ready"), address).close()
    return address.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of an agenda without records, of each kind in turn."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("ready_file"), tmp_path / "agenda.sqlite")
        yield f"sqlite:///{tmp_path / 'agenda.sqlite'}"
        return
    server_address = request.getfixturevalue("postgres")
    address = new_database(server_address, template=request.getfixturevalue("ready_database"))
    yield address
    # each takes 8 MB of the temporary folder
    with psycopg.connect(server_address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {address.rpartition('/')[2]} WITH (FORCE)".encode())


def new_database(address: str, template: str = "template0") -> str:
    """Make a database in a server, empty or as another one, and return its address."""
    name = f"agenda_{secrets.token_hex(4)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return f"{address.rpartition('/')[0]}/{name}"


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the agenda."""
    return Clock()


@pytest.fixture
def agenda(url: str, tmp_path: Path, clock: Clock) -> Iterator[Agenda]:
    """Return an empty agenda, of each kind of database in turn."""
    opened = Agenda.open(tmp_path, url, clock=clock)
    yield opened
    opened.close()

"""The agenda: one database, opened and brought up to date, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from geodata.agenda.commitments import Commitments
from geodata.agenda.desk import Desk
from geodata.agenda.engine import database_url, open_engine, place_of
from geodata.agenda.log import Log
from geodata.agenda.mesas import Mesas
from geodata.agenda.people import Contacts, Users
from geodata.agenda.trabas import Trabas


def utc_now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


class Agenda:
    """
    The records of the Mesas.

    Its parts do one kind of record each. Everything that writes takes the `actor`, is one transaction, leaves its entry
    in the log and returns the record as it is now. `row_version` is that of the record the person was looking at;
    `form_key` is made when a form opens, so that sending it twice makes one record.

    Raises
    ------
    RoleError
        If the actor's role does not allow it.
    StaleVersionError
        If somebody changed the record meanwhile; both versions come with it.
    ContractError
        With everything that is wrong in what was typed. Nothing is written.
    WorkspaceError
        If the database cannot be read or written; BusyWorkspaceError if only for now.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.mesas = Mesas(desk)
        self.trabas = Trabas(desk)
        self.commitments = Commitments(desk)
        self.contacts = Contacts(desk)
        self.users = Users(desk)
        self.log = Log(desk)

    @classmethod
    def open(cls, root: Path, url: str | None = None, *, clock: Callable[[], datetime] = utc_now) -> Agenda:
        """
        Open the agenda of a workspace, making or migrating its database first.

        Parameters
        ----------
        root
            The workspace: `agenda.sqlite` lies there, and a region's own catalogue of entities.
        url
            Another database; without it `SIERRA_DATABASE_URL`, and without that the file of the workspace.
        clock
            What tells the moment.

        Raises
        ------
        NewerDatabaseError
            If a later version of the atlas wrote the database.
        WorkspaceError
            If it cannot be opened.
        """
        address = database_url(root, url)
        return cls(Desk(open_engine(address), place_of(address), root, clock))

    @property
    def place(self) -> str:
        """Where the database is, without its password."""
        return self.desk.place

    def today(self) -> date:
        """Return the date in Peru."""
        return self.desk.today

    def close(self) -> None:
        """Let go of the database."""
        self.desk.engine.dispose()

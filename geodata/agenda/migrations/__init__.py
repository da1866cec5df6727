"""
How the tables of the agenda came to be, step by step (Alembic). They run when the agenda is opened.

A step that has been released is never edited: a change of the tables is one more file in `versions`, and its name
becomes `HEAD`.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

FOLDER = Path(__file__).parent
HEAD = "0002"
REVISIONS = ("0001", HEAD)


def revision_of(connection: Connection) -> str | None:
    """Return the step a database stands at; None when it holds nothing of the agenda."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Take a database to a step, inside the transaction of the connection."""
    config = Config()
    # a percent sign in the path would be read as a reference
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(FOLDER / "versions").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)

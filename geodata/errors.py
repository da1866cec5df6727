"""
The errors a person can meet.

Every message says what is wrong, where, what was expected, what was found and how to repair it. Problems are
collected and raised together, so that nobody repairs a file five times. Messages are Spanish: people read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what the user gave us."""

    what: str
    where: str
    expected: str
    found: str
    repair: str

    def __str__(self) -> str:
        return (
            f"{self.what} [{self.where}]: se esperaba {self.expected}; se encontró {self.found}. "
            f"Cómo repararlo: {self.repair}"
        )

    def as_dict(self) -> dict[str, str]:
        """Return the five parts, for reports in JSON."""
        return asdict(self)


class AtlasError(Exception):
    """Anything the project raises on purpose."""


class UserInputError(AtlasError):
    """The input is refused; holds every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        if not problems:
            raise ValueError("UserInputError needs at least one problem")
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CatalogError(UserInputError):
    """A source record or a dictionary entry is incomplete or wrong."""


class ContractError(UserInputError):
    """A layer does not keep its contract."""


class CrsMismatchError(UserInputError):
    """A layer is in another CRS than the work needs."""


class RetrievalError(UserInputError):
    """A source could not be obtained whole and verified."""


class WorkspaceError(UserInputError):
    """The workspace cannot be read or written, or holds nothing to show."""


class BusyWorkspaceError(WorkspaceError):
    """Another process is publishing and did not finish in time."""


def raise_if_any(problems: Sequence[Problem], error: type[UserInputError] = UserInputError) -> None:
    """Raise `error` with all `problems`, or return when there are none."""
    if problems:
        raise error(problems)


class RoleError(UserInputError):
    """The person's role does not allow it."""


class StaleVersionError(UserInputError):
    """Somebody else changed the record meanwhile; holds both versions, so that nothing typed is lost."""

    def __init__(self, problems: Sequence[Problem], *, current: Any, yours: Any) -> None:
        super().__init__(problems)
        self.current = current
        self.yours = yours


class NewerDatabaseError(WorkspaceError):
    """The database was written by a later version of the atlas."""

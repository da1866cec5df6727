"""What a command said and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SIGN_OF_REFUSAL = "✗ "


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """The refusals, one a line."""
        return [line for line in self.err.splitlines() if line.startswith(SIGN_OF_REFUSAL)]

    def telling(self, *words: str) -> list[str]:
        """Return the refusals that hold all the words."""
        return [line for line in self.problems if all(word in line for word in words)]


Atlas = Callable[..., Said]

"""
What is wrong or doubtful in a layer, counted: the quality report that is kept with every version.

A finding never changes a figure in silence: it says what was found, in how many rows, what was done about it and how
to repair it at the source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["info", "warning", "error"]

EXAMPLES_KEPT = 5


@dataclass(frozen=True)
class Finding:
    """One thing noticed in a layer. `message` and `repair` are Spanish and stand alone; `count` is rows or shapes."""

    code: str
    """Short English identifier, the same for the same defect in every layer (`null_geometry`, `duplicate_line`)."""
    message: str
    count: int
    severity: Severity = "warning"
    effect: str = ""
    """What was done with those rows: «no entran al cálculo», «se cuentan una vez»."""
    repair: str = ""
    examples: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for a JSON record."""
        return {**asdict(self), "examples": list(self.examples)}


def found(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that found something."""
    return [finding for finding in findings if finding.count > 0]


def examples(values: Iterable[object]) -> tuple[str, ...]:
    """Return the first few different values, as text."""
    return tuple(dict.fromkeys(str(value) for value in values))[:EXAMPLES_KEPT]

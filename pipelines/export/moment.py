"""When a file was made: one moment a file, so that two ways to the same list differ in nothing else."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from geodata.errors import Problem, UserInputError

MOMENT_VARIABLE = "SOURCE_DATE_EPOCH"
"""Seconds since 1970 that stand for now, as reproducible-builds.org asks of programs that write dates."""

_FIRST = datetime(1980, 1, 1, tzinfo=UTC)
"""Zip archives, which a workbook is, know no earlier year."""


def export_moment() -> datetime:
    """
    Return the moment that goes into a file, in UTC and whole seconds: now, or the one of `SOURCE_DATE_EPOCH`.

    Raises
    ------
    UserInputError
        If the variable holds anything but a moment between 1980 and 9999.
    """
    given = os.environ.get(MOMENT_VARIABLE, "").strip()
    if not given:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UserInputError([_not_a_moment(given)]) from error
    if moment < _FIRST:
        raise UserInputError([_not_a_moment(given)])
    return moment


def in_words(moment: datetime) -> str:
    """Return a moment as files carry it."""
    return moment.isoformat(timespec="seconds")


def _not_a_moment(given: str) -> Problem:
    return Problem(
        what="fecha que no se entiende",
        where=MOMENT_VARIABLE,
        expected="segundos desde 1970, de 1980 en adelante",
        found=repr(given),
        repair="corrija la variable de entorno o quítela",
    )

"""The date of a file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from geodata.errors import UserInputError
from pipelines.export.moment import MOMENT_VARIABLE, export_moment, in_words


def test_now_without_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is of now, in UTC, to the second."""
    monkeypatch.delenv(MOMENT_VARIABLE, raising=False)
    before = datetime.now(UTC).replace(microsecond=0)
    moment = export_moment()
    assert before <= moment <= datetime.now(UTC)
    assert moment.microsecond == 0


def test_given_moment_stands_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that other programs honour fixes the date."""
    monkeypatch.setenv(MOMENT_VARIABLE, "1790000000")
    assert in_words(export_moment()) == "2026-09-21T14:13:20+00:00"


@pytest.mark.parametrize("given", ["ayer", "1.5", "-1", "0", "9" * 30])
def test_moment_that_is_none_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A date nobody understands is told with its repair; nothing is guessed. A zip knows no year before 1980."""
    monkeypatch.setenv(MOMENT_VARIABLE, given)
    with pytest.raises(UserInputError, match="fecha que no se entiende"):
        export_moment()

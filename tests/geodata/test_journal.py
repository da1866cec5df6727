"""A journal only grows, is written by one at a time, and says what it cannot read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import filelock
import pytest

from geodata import journal
from geodata.errors import BusyWorkspaceError, WorkspaceError


def name_of(record: Mapping[str, Any]) -> str:
    return journal.texts(record, ["name"])["name"]


def read(file: Path) -> tuple[list[str], list[Any]]:
    return journal.read_lines(file, "línea no válida", "un nombre", name_of)


def test_lines_are_added_and_read_in_order(tmp_path: Path) -> None:
    """What was there stays, byte by byte; any letter comes back as it was."""
    file = tmp_path / "names.jsonl"
    assert read(file) == ([], [])
    journal.append(file, [{"name": "uno"}, {"name": "ñandú\u2028"}])
    before = file.read_bytes()
    journal.append(file, [{"name": "tres", "later": 1}])
    assert file.read_bytes().startswith(before)
    assert read(file) == (["uno", "ñandú\u2028", "tres"], [])


def test_half_a_line_stays_apart(tmp_path: Path) -> None:
    """A line that a dead process left half-written is told by its number and swallows no other."""
    file = tmp_path / "names.jsonl"
    file.write_bytes(b'{"name": "un')
    journal.append(file, [{"name": "dos"}])
    entries, problems = read(file)
    assert entries == ["dos"]
    assert "names.jsonl, línea 1" in str(problems[0])
    assert "no es JSON" in str(problems[0])


def test_what_nests_without_end_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    """Ten thousand brackets are one damaged line."""
    file = tmp_path / "names.jsonl"
    file.write_bytes(b"[" * 100_000)
    assert len(read(file)[1]) == 1


def test_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another process holds is an error with what to do, not a wait without end."""
    file = tmp_path / "names.jsonl"
    monkeypatch.setattr(journal, "LOCK_WAIT_S", 0.1)
    with (
        filelock.FileLock(tmp_path / ".names.jsonl.lock"),
        pytest.raises(BusyWorkspaceError, match="otro proceso"),
        journal.locked(file, "línea no válida"),
    ):
        pass


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder in the place of the file, or a file in the place of its folder."""
    (tmp_path / "taken").write_text("x")
    with pytest.raises(WorkspaceError), journal.locked(tmp_path / "taken" / "names.jsonl", "línea no válida"):
        pass
    (tmp_path / "names.jsonl").mkdir()
    with pytest.raises(WorkspaceError):
        read(tmp_path / "names.jsonl")

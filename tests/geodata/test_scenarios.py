"""Saved scenarios are never lost and never rewritten: append only, names checked, told as text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ContractError, WorkspaceError
from geodata.scenarios import (
    LONGEST_NAME,
    SavedScenario,
    delete_scenario,
    read_scenarios,
    save_scenario,
    scenarios_file,
)

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return scenarios_file(tmp_path)


def save(file: Path, name: str = "Más riego", **changes: Any) -> SavedScenario:
    parts: dict[str, Any] = {"weights": {"irrigation": 2.0}, "closed_gaps": {"irrigation": ("010101",)}}
    parts |= {"product": None, "release_id": "r1"} | changes
    return save_scenario(file, name, **parts, now=NOW)


def test_a_scenario_is_kept_whole_with_its_release(file: Path) -> None:
    """What was saved is read back, found by its name whatever the capitals and blanks."""
    kept = save(file, "  Más   riego ")
    assert read_scenarios(file).saved == (kept,)
    assert (kept.name, kept.release_id, kept.entered_at) == ("Más riego", "r1", "2026-11-22T01:00:00+00:00")
    assert kept.closed_gaps == {"irrigation": ("010101",)}
    assert read_scenarios(file).named(" MÁS riego") == kept
    assert read_scenarios(file).named("otro") is None


def test_deleting_adds_a_line_and_removes_none(file: Path) -> None:
    """It is no longer there; both lines stay, byte by byte; its name is free again."""
    kept = save(file)
    before = file.read_bytes()
    delete_scenario(file, kept.entry_id, now=NOW)
    assert read_scenarios(file).saved == ()
    assert file.read_bytes().startswith(before)
    assert len(file.read_bytes().splitlines()) == 2
    assert save(file).entry_id != kept.entry_id


def test_what_cannot_be_kept_is_refused(file: Path) -> None:
    """No name, a long one, one with control characters, one that is taken, a scenario that changes nothing."""
    save(file)
    for name in ("", "   ", "x" * (LONGEST_NAME + 1), "dos\nlíneas\x00", "más  RIEGO"):
        with pytest.raises(ContractError):
            save(file, name)
    with pytest.raises(ContractError, match="ningún cambio"):
        save(file, "vacío", weights={}, closed_gaps={})
    with pytest.raises(ContractError):
        delete_scenario(file, "nobody")
    assert len(read_scenarios(file).saved) == 1
    assert len(save(file, "x" * LONGEST_NAME).name) == LONGEST_NAME


def test_damaged_lines_are_told_and_the_others_stand(file: Path) -> None:
    """Half a line, a list, weights that are no numbers, codes that are no texts: each names its number."""
    kept = save(file)
    good = json.loads(file.read_text(encoding="ascii"))
    damaged = [
        '{"entry_id": "x", "na',
        "[1]",
        json.dumps(good | {"weights": {"irrigation": "much"}}),
        json.dumps(good | {"weights": {"irrigation": float("nan")}}),
        json.dumps(good | {"closed_gaps": {"irrigation": [1]}}),
        json.dumps(good | {"product": 3}),
        json.dumps(good | {"name": None}),
    ]
    file.write_bytes(file.read_bytes() + "\n".join(damaged).encode())
    book = read_scenarios(file)
    assert book.saved == (kept,)
    assert [f"línea {number}" in str(problem) for number, problem in enumerate(book.problems, 2)] == [True] * 7
    save(file, "después")
    assert [entry.name for entry in read_scenarios(file).saved] == ["Más riego", "después"]


def test_without_a_file_there_is_nothing_and_a_folder_is_an_error(tmp_path: Path) -> None:
    """An absent file is empty; one that cannot be read says so."""
    assert read_scenarios(scenarios_file(tmp_path)).saved == ()
    scenarios_file(tmp_path).mkdir()
    with pytest.raises(WorkspaceError):
        read_scenarios(scenarios_file(tmp_path))


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    """Whatever lies in the file, it is read to the end."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = scenarios_file(Path(folder))
        file.write_bytes(content)
        assert read_scenarios(file).saved == ()

"""What people prioritise is never lost, never rewritten and never trusted: append only, checked, told as text."""

from __future__ import annotations

import json
import multiprocessing
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ContractError, WorkspaceError
from geodata.priorities import Priority, Withdrawal, add_priorities, priorities_file, read_priorities, withdraw_priority
from geodata.priority_contract import LONGEST_ACT, Draft, draft_problems

CODES = {"010101", "010100", "010000", "020000"}
PRODUCTS = ["quinua", "cafe"]
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)

DRAFT = Draft("010101", "quinua", "Ordenanza 012-2024-MDX", date(2024, 5, 31), "distrital", "Gerencia")

WRITERS, EACH = 4, 15


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return priorities_file(tmp_path)


def add(file: Path, *drafts: Draft) -> list[Priority]:
    return add_priorities(file, drafts, codes=CODES, products=PRODUCTS, now=NOW)


def test_a_priority_is_kept_with_its_act(file: Path) -> None:
    """What was entered is read back whole, with the moment of entry."""
    kept = add(file, replace(DRAFT, act="  Ordenanza 1 "))[0]
    assert read_priorities(file).in_force == (kept,)
    assert (kept.act, kept.act_date, kept.entered_at) == ("Ordenanza 1", "2024-05-31", "2026-11-21T15:00:00+00:00")
    frame = read_priorities(file).frame()
    shown = frame[["ubigeo", "product", "level", "who"]].to_numpy().tolist()
    assert shown == [["010101", "quinua", "distrital", "Gerencia"]]


def test_without_a_file_there_is_nothing(file: Path) -> None:
    """An empty register is a table with its columns and no rows."""
    assert read_priorities(file).frame().empty
    assert "ubigeo" in read_priorities(file).frame()


def test_a_withdrawal_adds_a_line_and_removes_none(file: Path) -> None:
    """The priority is no longer in force; both lines stay, byte by byte."""
    kept = add(file, DRAFT)[0]
    before = file.read_bytes()
    withdraw_priority(file, kept.entry_id, who="Gerencia", now=NOW)
    register = read_priorities(file)
    assert register.in_force == ()
    assert file.read_bytes().startswith(before)
    assert isinstance(register.entries[1], Withdrawal)
    assert register.entries[1].withdraws == kept.entry_id
    assert add(file, DRAFT)[0].entry_id != kept.entry_id


def test_only_what_is_in_force_can_be_withdrawn(file: Path) -> None:
    """Twice, an unknown one, or by nobody: refused, and nothing is written."""
    kept = add(file, DRAFT)[0]
    with pytest.raises(ContractError, match="un texto"):
        withdraw_priority(file, kept.entry_id, who=" ")
    withdraw_priority(file, kept.entry_id, who="Gerencia")
    before = file.read_bytes()
    for entry_id in (kept.entry_id, "nobody"):
        with pytest.raises(ContractError, match="vigente"):
            withdraw_priority(file, entry_id, who="Gerencia")
    assert file.read_bytes() == before


def test_the_same_priority_is_not_entered_twice(file: Path) -> None:
    """A form sent twice, or a list with a repeated row, is one priority; another act is another."""
    add(file, DRAFT)
    with pytest.raises(ContractError, match="ya registrado"):
        add(file, replace(DRAFT, act="ordenanza  012-2024-mdx"))
    second = replace(DRAFT, act="Acuerdo 3")
    with pytest.raises(ContractError, match="ya registrado"):
        add(file, second, second)
    add(file, second)
    assert len(read_priorities(file).in_force) == 2


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"product": "coca"}, "producto"),
        ({"ubigeo": "019999"}, "ubigeo"),
        ({"ubigeo": "10101"}, "ubigeo"),
        ({"level": "regional"}, "nivel"),
        ({"level": "nacional"}, "nivel"),
        ({"act_date": date(2026, 11, 22)}, "fecha"),
        ({"act_date": date(1979, 12, 31)}, "fecha"),
        ({"act": "   "}, "norma"),
        ({"act": "x" * (LONGEST_ACT + 1)}, "norma"),
        ({"act": "una\ndos"}, "norma"),
        ({"act": "\ud800"}, "norma"),
        ({"who": ""}, "quién lo registra"),
    ],
)
def test_a_draft_outside_the_contract_is_refused(file: Path, change: dict[str, Any], part: str) -> None:
    """Each part is checked, the sentence says which, and nothing is written."""
    with pytest.raises(ContractError) as refused:
        add(file, replace(DRAFT, **change))
    assert [problem.where for problem in refused.value.problems] == [f"formulario, {part}"]
    assert not file.exists()


def test_the_limits_of_the_contract_are_inside(file: Path) -> None:
    """Today, the first day of 1980, 200 characters and the three levels are accepted."""
    add(
        file,
        replace(DRAFT, act_date=date(2026, 11, 21)),
        replace(DRAFT, act="x" * LONGEST_ACT, act_date=date(1980, 1, 1)),
        replace(DRAFT, ubigeo="010100", level="provincial"),
        replace(DRAFT, ubigeo="010000", level="regional"),
    )
    assert len(read_priorities(file).in_force) == 4


def test_every_problem_of_every_draft_is_told_at_once(file: Path) -> None:
    """Two drafts with five problems are five sentences, and the good one between them is not written."""
    bad = replace(DRAFT, product="coca", act="", act_date=date(1900, 1, 1), where="línea 2")
    with pytest.raises(ContractError) as refused:
        add(file, bad, DRAFT, replace(DRAFT, ubigeo="x", who="", where="línea 4"))
    assert len(refused.value.problems) == 5
    assert not file.exists()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "=HYPERLINK('x')", "'; DROP TABLE x; --", '"},{"', "Ñandú ‘π’ \\n {0}"]
)
def test_hostile_text_is_text(file: Path, text: str) -> None:
    """Markup, formulas, quotes and braces come back as they were typed."""
    add(file, replace(DRAFT, act=text, who=text))
    assert read_priorities(file).in_force[0].act == text


@given(st.text(max_size=LONGEST_ACT + 5))
def test_any_accepted_act_is_one_line_that_reads_back(tmp_path_factory: pytest.TempPathFactory, act: str) -> None:
    """Whatever is typed is either refused or kept on a line of its own."""
    draft = replace(DRAFT, act=act)
    if draft_problems(draft, CODES, PRODUCTS, NOW.date()):
        return
    own = priorities_file(tmp_path_factory.mktemp("act"))
    add(own, draft)
    assert read_priorities(own).in_force[0].act == act.strip()
    assert own.read_bytes().count(b"\n") == 1


@pytest.mark.parametrize("damage", [b"{half", b"[]", b"3", b'{"entry_id": 1}', b"\xff\xfe", b'{"entry_id": "x"}'])
def test_a_damaged_line_is_named_and_the_others_stand(file: Path, damage: bytes) -> None:
    """The problem names the line; what is before and after is read."""
    add(file, DRAFT)
    with file.open("ab") as stream:
        stream.write(damage + b"\n\n")
    add(file, replace(DRAFT, product="cafe"))
    register = read_priorities(file)
    assert [entry.product for entry in register.in_force] == ["quinua", "cafe"]
    assert [problem.where for problem in register.problems] == ["priorities.jsonl, línea 2"]


def test_a_line_cut_by_a_dead_process_does_not_take_the_next_one(file: Path) -> None:
    """What comes after half a line starts on a line of its own."""
    add(file, DRAFT)
    file.write_bytes(file.read_bytes() + b'{"entry_id": "half')
    add(file, replace(DRAFT, product="cafe"))
    register = read_priorities(file)
    assert [entry.product for entry in register.in_force] == ["quinua", "cafe"]
    assert len(register.problems) == 1


def test_a_part_that_a_later_version_adds_is_left_alone(file: Path) -> None:
    """An older program reads what it knows of a newer line."""
    kept = add(file, DRAFT)[0]
    record = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**record, "colour": "red"}) + "\n", encoding="utf-8")
    assert read_priorities(file).in_force == (kept,)


def test_a_register_that_cannot_be_read_is_told(file: Path) -> None:
    """A folder where the file should be is a sentence, not a traceback."""
    file.mkdir()
    with pytest.raises(WorkspaceError):
        read_priorities(file)
    with pytest.raises(WorkspaceError):
        add(file, DRAFT)


def write_many(file: Path, writer: int) -> None:
    """Enter priorities one at a time, as a session of its own does, after one that every session enters."""
    with suppress(ContractError):
        add(file, DRAFT)
    for number in range(EACH):
        add(file, replace(DRAFT, act=f"Ordenanza {writer}-{number}"))


def test_writers_at_once_lose_nothing(file: Path) -> None:
    """Four processes enter fifteen each: sixty whole lines, and the one that all of them send is kept once."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=write_many, args=(file, writer)) for writer in range(WRITERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * WRITERS
    register = read_priorities(file)
    assert register.problems == ()
    assert len({entry.act for entry in register.in_force}) == len(register.entries) == WRITERS * EACH + 1

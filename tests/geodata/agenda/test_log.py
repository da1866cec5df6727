"""The log: it tells who did what and when, and only grows."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geodata.agenda.engine import writer
from geodata.errors import ContractError
from tests.geodata.agenda.people import ANA, LUIS, a_mesa, a_promise, a_traba, committed, draft_of


def test_every_write_leaves_one_entry_with_who_when_and_what_changed(agenda, clock):
    """A traba through its first state and a correction: before and after hold what differs, and nothing else."""
    mesa = a_mesa(agenda)
    made = a_traba(agenda, mesa)
    clock.pass_days(1)
    agenda.trabas.edit(made.traba_id, draft_of(mesa, cause="sin foliar"), row_version=1, actor=LUIS)
    first, second = agenda.log.of("traba", made.traba_id)
    assert (first.who, first.action, first.before) == (ANA.name, "create", None)
    assert first.after["gaps"][0]["value"] == 12.5
    assert (second.at, second.who, second.action) == (clock.moment, LUIS.name, "edit")
    assert (second.before, second.after) == ({"cause": ""}, {"cause": "sin foliar"})
    json.dumps([dict(first.after), dict(second.after)])


def test_the_history_of_a_traba_holds_its_commitments(agenda):
    """What was promised about it is part of its story; another traba's is not."""
    traba = committed(agenda)
    other = committed(agenda)
    agenda.commitments.create(a_promise(traba), actor=ANA)
    agenda.commitments.create(a_promise(other), actor=ANA)
    kinds = [entry.kind for entry in agenda.log.of_traba(traba.traba_id)]
    assert kinds == ["traba"] * 4 + ["commitment"]
    assert [entry.kind for entry in agenda.log.latest(1, actor=ANA)] == ["commitment"]


@pytest.mark.parametrize("statement", ["UPDATE log SET who = 'otro'", "DELETE FROM log"])
def test_the_database_itself_refuses_to_change_or_delete_an_entry(agenda, statement):
    """Whoever writes past the services meets the guard of the table."""
    a_mesa(agenda)
    kept = agenda.log.all()
    with pytest.raises(DBAPIError, match="la bitacora solo crece"), writer(agenda.desk.engine).begin() as raw:
        raw.execute(text(statement))
    assert agenda.log.all() == kept


def test_an_entry_cannot_be_written_over(agenda):
    """SQLite would replace a row without deleting it, PostgreSQL would empty the table: neither does."""
    a_mesa(agenda)
    columns = "entry_id, at, who, kind, object_id, action"
    values = "1, '2020-01-01', 'otro', 'mesa', '1', 'create'"
    statement = f"INSERT OR REPLACE INTO log ({columns}) VALUES ({values})"
    if agenda.desk.engine.dialect.name == "postgresql":
        statement = "TRUNCATE log"
    with pytest.raises(DBAPIError, match="la bitacora solo crece"), writer(agenda.desk.engine).begin() as raw:
        raw.execute(text(statement))
    assert [entry.who for entry in agenda.log.all()] == [ANA.name]


def test_what_is_refused_leaves_no_entry(agenda):
    """The deed and its entry are kept together or not at all."""
    mesa = a_mesa(agenda)
    with pytest.raises(ContractError):
        agenda.trabas.create(draft_of(mesa, title=""), actor=ANA)
    assert [entry.kind for entry in agenda.log.all()] == ["mesa"]

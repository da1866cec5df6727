"""Errors tell people what is wrong, where, and how to repair it; all of it at once."""

from __future__ import annotations

import pytest

from geodata import errors
from geodata.errors import AtlasError, ContractError, Problem, UserInputError, raise_if_any

PROBLEM = Problem(
    what="código corto", where="tabla.csv", expected="6 dígitos", found="'10101'", repair="complete los ceros"
)
OTHER = Problem(what="falta una columna", where="tabla.csv", expected="«UBIGEO»", found="nada", repair="añádala")


def test_a_sentence_holds_the_five_parts() -> None:
    """What a person reads says what, where, expected, found and how to repair."""
    sentence = str(PROBLEM)
    assert all(part in sentence for part in ("código corto", "tabla.csv", "6 dígitos", "'10101'", "complete los ceros"))


def test_a_report_holds_the_five_parts() -> None:
    """A report in JSON carries the same five parts under their names."""
    assert PROBLEM.as_dict() == {
        "what": "código corto",
        "where": "tabla.csv",
        "expected": "6 dígitos",
        "found": "'10101'",
        "repair": "complete los ceros",
    }


def test_an_error_keeps_every_problem_in_order() -> None:
    """Nobody repairs a file twice: the error holds all problems, and its text one per line."""
    error = UserInputError([PROBLEM, OTHER])
    assert error.problems == (PROBLEM, OTHER)
    assert str(error).splitlines() == [str(PROBLEM), str(OTHER)]


def test_an_error_without_problems_is_a_bug_of_ours() -> None:
    """An input cannot be refused for no reason."""
    with pytest.raises(ValueError, match="at least one problem"):
        UserInputError([])


def test_raise_if_any_raises_only_when_there_is_something_to_say() -> None:
    """No problems, no error; otherwise the error asked for, with all of them."""
    raise_if_any([])
    with pytest.raises(ContractError) as caught:
        raise_if_any([PROBLEM, OTHER], ContractError)
    assert caught.value.problems == (PROBLEM, OTHER)
    with pytest.raises(UserInputError):
        raise_if_any([PROBLEM])


@pytest.mark.parametrize(
    "name",
    ["CatalogError", "ContractError", "CrsMismatchError", "RetrievalError", "WorkspaceError", "BusyWorkspaceError"],
)
def test_what_a_person_can_meet_is_told_apart_from_a_bug(name: str) -> None:
    """Every class a person can meet is a `UserInputError` (exit code 2), and ours (`AtlasError`)."""
    kind = getattr(errors, name)
    assert issubclass(kind, UserInputError)
    assert issubclass(kind, AtlasError)

"""Ubigeo: six characters of text, one key for the three levels."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.ubigeo import (
    COUNTRY,
    LEVELS,
    Level,
    code_problems,
    duplicate_problems,
    entity_code,
    is_within,
    level_of,
    unmatched,
)

repeatable = settings(derandomize=True, deadline=None)

two_digits = st.integers(1, 99).map("{:02d}".format)
districts = st.tuples(two_digits, two_digits, two_digits).map("".join)


def series(*codes: object) -> pd.Series:
    return pd.Series(list(codes), dtype="str")


@pytest.mark.parametrize(
    ("level", "expected"),
    [("district", "080101"), ("province", "080100"), ("department", "080000"), ("country", "000000")],
)
def test_the_code_above_keeps_six_characters(level: Level, expected: str) -> None:
    """Cusco, Cusco, Cusco: its province is 080100 and its department 080000, zeros at both ends kept."""
    assert entity_code(series("080101"), level).tolist() == [expected]


@repeatable
@given(districts)
def test_a_code_tells_its_own_level(code: str) -> None:
    """The level of a territory can be read from its code, for any district and the territories above it."""
    for level in LEVELS:
        assert level_of(entity_code(series(code), level).iloc[0]) == level
    assert level_of(COUNTRY) == "country"


@repeatable
@given(districts, districts)
def test_a_territory_holds_what_shares_its_prefix_and_nothing_else(code: str, other: str) -> None:
    """A district lies in its own district, province, department and country; in another's only if they share it."""
    for level in LEVELS:
        above = entity_code(series(code), level).iloc[0]
        assert is_within(series(code), above).all()
        assert is_within(series(other), above).iloc[0] == (entity_code(series(other), level).iloc[0] == above)
    assert is_within(series(code, other), COUNTRY).all()


def test_a_department_is_not_inside_its_province() -> None:
    """What is published for a department does not appear when somebody looks at one province."""
    assert is_within(series("010000", "010100", "010101", "010201"), "010100").tolist() == [False, True, True, False]


def test_good_codes_have_no_problem() -> None:
    """Six digits of text pass, in whatever way pandas keeps text."""
    assert code_problems(series("010101", "250401"), "tabla") == []
    assert code_problems(pd.Series(["010101"], dtype=object), "tabla") == []


def test_codes_read_as_numbers_are_told_apart_from_short_ones() -> None:
    """A column of numbers lost its zeros: the message says to read it as text."""
    (problem,) = code_problems(pd.Series([10101, 10102]), "tabla.csv")
    assert problem.where == "tabla.csv"
    assert "int64" in problem.found
    assert "texto" in problem.repair


@pytest.mark.parametrize("wrong", ["10101", "0101011", "01010A", "", " 010101", "010101\n", None])
def test_another_width_or_form_is_refused(wrong: str | None) -> None:
    """Five or seven digits, letters, blanks and missing codes are each found; good rows are not counted."""
    (problem,) = code_problems(series("010101", wrong), "tabla")
    assert problem.found.startswith("1 códigos")
    assert "6 dígitos" in problem.expected


def test_long_lists_of_wrong_codes_are_cut_but_counted() -> None:
    """Seven wrong codes: the message counts seven and shows five."""
    (problem,) = code_problems(series(*(str(number) for number in range(7))), "tabla")
    assert problem.found.startswith("7 ")
    assert "'4'" in problem.found
    assert "'5'" not in problem.found


def test_a_repeated_code_is_one_problem_however_often_it_repeats() -> None:
    """Three rows of one district are one repeated code; a table without repetition has no problem."""
    (problem,) = duplicate_problems(series("010101", "010102", "010101", "010101"), "tabla")
    assert problem.found.startswith("1 repetidos")
    assert "'010101'" in problem.found
    assert duplicate_problems(series("010101", "010102"), "tabla") == []


def test_unmatched_rows_keep_their_index() -> None:
    """What does not match can be looked up in its table."""
    found = unmatched(series("140401", "010101"), series("010101"))
    assert found.to_dict() == {0: "140401"}

"""Text on its way into a file: what a spreadsheet could run is disarmed, what does not fit is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.export.safe_text import LONGEST_CELL, breakable, fitting_cell, guarded, shortened
from tests.pipelines.export.harm import HARMFUL, RUNS_IN_A_SPREADSHEET


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("\t=1", "'\t=1"),
        ("\tname", "'\tname"),
        ("\r\nname", "'\r\nname"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("name\n=1+1", "name\n'=1+1"),
        ("name;=1+1", "name;'=1+1"),
        ('name;"=1+1', "name;'\"=1+1"),
        ("MTC y PRONATEL; permisos: municipalidad", "MTC y PRONATEL; permisos: municipalidad"),
        ("a-b, c = d", "a-b, c = d"),
        ("", ""),
    ],
)
def test_formula_is_disarmed_wherever_a_cell_could_start(text: str, safe: str) -> None:
    """At the start, in a new line and after the semicolon of a Spanish spreadsheet; nothing else is touched."""
    assert guarded(text) == safe


@given(st.text(alphabet="=+-@\t\r\n;\"' aé9", max_size=12))
def test_no_piece_of_a_guarded_text_runs(text: str) -> None:
    """However a spreadsheet cuts a text into cells, none starts as a formula; and only apostrophes were added."""
    safe = guarded(text)
    for line in safe.splitlines():
        for cell in line.split(";"):
            assert not cell.strip(' \t"').startswith(("=", "+", "-", "@"))
    assert safe.replace("'", "") == text.replace("'", "")


def test_only_what_runs_is_guarded() -> None:
    """A name with accents, quotes or markup stays as it was typed."""
    assert [guarded(name) == name for name in HARMFUL] == [name not in RUNS_IN_A_SPREADSHEET for name in HARMFUL]


@pytest.mark.parametrize("length", [0, 1, LONGEST_CELL, LONGEST_CELL + 1, 100_000])
def test_cell_holds_what_fits_and_tells_the_rest(length: int) -> None:
    """A text of a cell's length is whole; one more character and the cell says how long the text was."""
    cell = fitting_cell("x" * length)
    assert len(cell) == min(length, LONGEST_CELL)
    assert ("texto cortado" in cell) == (length > LONGEST_CELL)
    assert (f"{length:,}" in cell) == (length > LONGEST_CELL)


@given(st.text(max_size=40), st.integers(min_value=2, max_value=20))
def test_line_on_paper_is_one_line(text: str, length: int) -> None:
    """No line break, no control character, nothing that turns the direction, and never longer than asked."""
    line = shortened(text, length)
    assert len(line) <= length
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\x00\u202e\u2066\ufffe")


@given(st.text(alphabet="ab é\n", max_size=120))
def test_long_words_break_and_lose_nothing(text: str) -> None:
    """Taken out again, the places to break leave the text as it was; ordinary words have none."""
    broken = breakable(text)
    assert broken.replace("\u200b", "") == text
    assert max((len(run) for run in broken.replace("\u200b", " ").split()), default=0) <= 19
    assert breakable("Ñahuimpuquio, Huancavelica") == "Ñahuimpuquio, Huancavelica"

"""Every sentence that a page says exists, and says what it is given."""

from __future__ import annotations

import re
import string

import pytest

from geodata.columns import load_columns
from geodata.fields import load_fields
from geodata.standards import load_standards
from geodata.ubigeo import LEVELS
from layers.districts import SIERRA_DEFINITIONS
from layers.gaps import SEVERITIES
from pages.text import say, section
from tests.conftest import ROOT

CALLS = re.compile(r"""say\(\s*f?"([a-z_.]+)\"""")


def test_every_sentence_in_the_code_is_written() -> None:
    """No page asks for a sentence that es.toml lacks."""
    asked = {
        name
        for path in (ROOT / "pages").rglob("*.py")
        for name in CALLS.findall(path.read_text(encoding="utf-8"))
        if not name.endswith((".", "_"))
    }
    assert len(asked) > 30
    for name in sorted(asked):
        table, _, key = name.rpartition(".")
        assert key in section(table), name


def test_every_closed_word_has_its_spanish() -> None:
    """Levels, quadrants, severities, goods, groups and definitions of Sierra are all written."""
    columns = load_columns()
    assert set(section("levels")) == set(LEVELS)
    assert set(section("quadrants")) == set(section("quadrant_meaning")) == set(columns["quadrant"].values)
    assert set(section("severities")) == set(SEVERITIES) == set(columns["severity"].values)
    assert set(section("goods")) == {standard.good for standard in load_standards().values()}
    assert set(section("groups")) == {field.group for field in load_fields().values()}
    assert set(section("sierra")) == set(SIERRA_DEFINITIONS)


def test_a_missing_blank_is_not_shown() -> None:
    """A sentence with an unfilled blank raises instead of reaching people."""
    assert "{value}" in section("map")["unknown_region"]
    with pytest.raises(KeyError):
        say("map.unknown_region")


def test_words_the_product_never_says() -> None:
    """Nobody is told that a producer is eligible, nor shown an error number."""
    for table in ("app", "map", "card", "gaps", "messages", "legend", "profile"):
        for sentence in section(table).values():
            assert "elegible" not in sentence.lower()
            assert "error 500" not in sentence.lower()
            assert list(string.Formatter().parse(sentence))

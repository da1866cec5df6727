"""Every way of making a figure is told in words, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import CatalogError
from geodata.method_words import load_methods

LINES = '[lines]\nlabel = "Medido sobre líneas"\nquality = "medido"\nnote = "De la red oficial."\n'


def test_methods_of_every_theme_are_read(tmp_path: Path) -> None:
    """The files of the folder make one dictionary."""
    (tmp_path / "roads.toml").write_text(LINES, encoding="utf-8")
    (tmp_path / "water.toml").write_text(LINES.replace("lines", "census"), encoding="utf-8")
    assert set(load_methods(tmp_path)) == {"lines", "census"}
    assert load_methods(tmp_path)["lines"].quality == "medido"


def test_a_word_described_in_two_ways_is_refused(tmp_path: Path) -> None:
    """The same word cannot mean two things; the same description twice is no contradiction."""
    (tmp_path / "a.toml").write_text(LINES, encoding="utf-8")
    (tmp_path / "b.toml").write_text(LINES, encoding="utf-8")
    assert set(load_methods(tmp_path)) == {"lines"}
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.toml").write_text(LINES, encoding="utf-8")
    (other / "b.toml").write_text(LINES.replace('quality = "medido"', 'quality = "parcial"'), encoding="utf-8")
    with pytest.raises(CatalogError, match="lines"):
        load_methods(other)


def test_every_incomplete_entry_is_reported(tmp_path: Path) -> None:
    """Two broken entries, two problems."""
    (tmp_path / "a.toml").write_text(LINES.replace("medido", "seguro") + '[x]\nlabel = "x"\n', encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load_methods(tmp_path)
    assert len(caught.value.problems) == 2


def test_the_projects_own_methods_are_well_described() -> None:
    """Labels are short enough to stand beside a figure."""
    for method in load_methods().values():
        assert len(method.label) <= 90, method.id
        assert method.note

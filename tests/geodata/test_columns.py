"""Columns as people read them: a Spanish heading for each, and Spanish words for closed lists."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.columns import heading, in_spanish, load_columns, short_source
from geodata.fields import load_fields


@pytest.mark.parametrize("name", load_columns())
def test_every_column_has_a_label_and_a_meaning(name: str) -> None:
    """Label and description are written; every word of a closed list has its Spanish."""
    column = load_columns()[name]
    assert column.label.strip()
    assert column.description.strip()
    assert all(word.strip() for word in column.values.values())


@pytest.mark.parametrize("name", [name for name in load_fields() if name not in load_columns()])
def test_the_heading_of_a_figure_says_unit_year_and_source(name: str) -> None:
    """Nobody reads a number without its unit, its year and who published it."""
    field = load_fields()[name]
    text = heading(name)
    assert text.startswith(field.label)
    assert field.unit in text
    assert str(field.year) in text
    assert short_source(field) in text


def test_the_heading_of_another_column_is_its_label() -> None:
    """Names and codes carry no unit."""
    assert heading("district") == "Distrito"
    with pytest.raises(KeyError):
        heading("columna_inventada")


def test_a_source_named_twice_is_written_once() -> None:
    """A figure made of two tables of one office names the office once, each office in the order of its sources."""
    assert short_source(load_fields()["poverty_pct"]) == "INEI"
    assert short_source(load_fields()["producers_per_km2"]) == "MIDAGRI-DGESEP, INEI"
    assert short_source(load_fields()["viability_score"]).count("MIDAGRI-DGESEP") == 1


def test_closed_words_become_spanish_and_the_rest_stays() -> None:
    """Severities, yes and no, levels and quadrants are translated; names, numbers and column names are not."""
    table = pd.DataFrame(
        {
            "severity": ["critical", "none"],
            "is_sierra": [True, False],
            "level": ["district", "province"],
            "quadrant": ["mesa_agenda", "ready"],
            "name": ["critical", "none"],
            "value": [1.0, 2.0],
        }
    )
    spanish = in_spanish(table)
    assert spanish["severity"].tolist() == ["crítica", "sin brecha"]
    assert spanish["is_sierra"].tolist() == ["sí", "no"]
    assert spanish["level"].tolist() == ["distrito", "provincia"]
    assert spanish["quadrant"].tolist() == ["agenda de la Mesa", "listo para consorcio"]
    assert spanish[["name", "value"]].equals(table[["name", "value"]])
    assert list(spanish) == list(table)


def test_missing_stays_missing_and_an_unknown_word_stays_to_be_seen() -> None:
    """A missing word does not become a word; one without translation is not hidden."""
    spanish = in_spanish(pd.DataFrame({"quadrant": ["ready", None, "novedad"]}))
    assert spanish["quadrant"].isna().tolist() == [False, True, False]
    assert spanish["quadrant"].iloc[2] == "novedad"


def test_translating_changes_a_copy() -> None:
    """The table that was given keeps its words."""
    table = pd.DataFrame({"severity": ["critical"]})
    in_spanish(table)
    assert table["severity"].tolist() == ["critical"]

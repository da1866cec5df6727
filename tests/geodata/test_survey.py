"""Questions of the farm survey: complete, or refused with every slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import CatalogError
from geodata.survey import load_questions


def test_questions_of_the_project_are_complete() -> None:
    """The file is read whole, what the issue asks for is in it, and no two questions read alike."""
    questions = load_questions()
    assert {"association_member", "credit_requested", "credit_obtained", "training", "benefit_none"} <= set(questions)
    labels = [question.label for question in questions.values()]
    assert len(set(labels)) == len(labels)


def test_a_question_badly_written_is_refused_where_it_stands(tmp_path: Path) -> None:
    """Every slip of the file is told at once, with its place."""
    path = tmp_path / "survey.toml"
    path.write_text(
        """
        lone = 3
        [one]
        label = ""
        chapter = 750
        part = { variables = "P801", answers = ["Sí"] }
        base = { variables = ["P801"] }
        skipped = "no"
        reserved_with = "two"
        colour = "red"
        """,
        encoding="utf-8",
    )
    with pytest.raises(CatalogError) as error:
        load_questions(path)
    assert {problem.where for problem in error.value.problems} == {
        "lone",
        *(f"one.{part}" for part in ("colour", "label", "base_label", "chapter", "skipped", "reserved_with", "base")),
        "one.part.variables",
    }

"""Questions of the yearly farm survey (ENA) shown beside the census, read from an editable file."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from geodata.errors import CatalogError, Problem, raise_if_any

SURVEY_FILE = Path(__file__).with_name("survey.toml")

ANY, CHOSEN = "ANY", "CHOSEN"
"""Words of the file for: any answer at all; any label but `NOT_CHOSEN`."""
NOT_CHOSEN = "Pase"
"""INEI's label of an option that was read out and not chosen."""

_TEXTS = ("label", "base_label")
_KNOWN = {*_TEXTS, "chapter", "part", "base", "skipped", "reserved_with"}
CHAPTERS = (700, 800, 900)


@dataclass(frozen=True)
class Answers:
    """Any of these answers to any of these variables (INEI's upper-case names)."""

    variables: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One share: of the farms of `base`, those of `part`."""

    id: str
    label: str
    chapter: int
    part: Answers
    base: Answers
    base_label: str
    skipped: bool = False
    """Whether a farm of the base that was not asked counts as a no, because the questionnaire skips it."""
    reserved_with: str | None = None
    """Question whose share could be worked out from this one, so that both are withheld where that one is."""

    @property
    def variables(self) -> frozenset[str]:
        """The variables it needs."""
        return frozenset((*self.part.variables, *self.base.variables))


@cache
def load_questions(path: Path = SURVEY_FILE) -> dict[str, Question]:
    """
    Return the questions by id, in the order of the file.

    Raises
    ------
    CatalogError
        With every entry that lacks something, has something unknown or has it in another form.
    """
    with path.open("rb") as file:
        entries = tomllib.load(file)
    raise_if_any(
        [problem for key, entry in entries.items() for problem in _problems(key, entry, entries)], CatalogError
    )
    return {key: _question(key, entry) for key, entry in entries.items()}


def _question(key: str, entry: dict[str, Any]) -> Question:
    return Question(
        id=key,
        label=entry["label"],
        chapter=entry["chapter"],
        part=_answers(entry["part"]),
        base=_answers(entry["base"]),
        base_label=entry["base_label"],
        skipped=entry.get("skipped", False),
        reserved_with=entry.get("reserved_with"),
    )


def _answers(entry: dict[str, list[str]]) -> Answers:
    return Answers(tuple(entry["variables"]), tuple(entry["answers"]))


def _problems(key: str, entry: Any, known_ids: Collection[str]) -> list[Problem]:
    if not isinstance(entry, dict):
        return [_problem(key, "una tabla", repr(entry))]
    problems = [
        _problem(f"{key}.{name}", f"uno de: {', '.join(sorted(_KNOWN))}", repr(name)) for name in entry.keys() - _KNOWN
    ]
    for name in _TEXTS:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            problems.append(_problem(f"{key}.{name}", "un texto", repr(entry.get(name))))
    if entry.get("chapter") not in CHAPTERS:
        problems.append(_problem(f"{key}.chapter", f"uno de: {CHAPTERS}", repr(entry.get("chapter"))))
    if not isinstance(entry.get("skipped", False), bool):
        problems.append(_problem(f"{key}.skipped", "true o false", repr(entry["skipped"])))
    if "reserved_with" in entry and entry["reserved_with"] not in known_ids:
        problems.append(_problem(f"{key}.reserved_with", "otra pregunta del archivo", repr(entry["reserved_with"])))
    for name in ("part", "base"):
        problems += _answer_problems(f"{key}.{name}", entry.get(name))
    return problems


def _answer_problems(where: str, answers: Any) -> list[Problem]:
    """Return what is wrong with `{ variables, answers }`."""
    parts = [field.name for field in fields(Answers)]
    if not isinstance(answers, dict) or set(answers) != set(parts):
        return [_problem(where, " y ".join(parts), repr(answers))]
    return [
        _problem(f"{where}.{name}", "una lista de textos", repr(answers[name]))
        for name in parts
        if not _are_texts(answers[name])
    ]


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item.strip() for item in value)


def _problem(where: str, expected: str, found: str) -> Problem:
    return Problem(
        what="pregunta de la encuesta incompleta",
        where=where,
        expected=expected,
        found=found,
        repair="corrija la entrada en geodata/survey.toml",
    )

"""How a district's figure was made, in words: measured, approximate or partial, and why."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.errors import CatalogError, Problem, raise_if_any

METHODS_FOLDER = Path(__file__).with_name("methods")

Quality = Literal["medido", "aproximado", "parcial"]


@dataclass(frozen=True)
class Method:
    """One way of making a figure."""

    id: str
    label: str
    """What a reader is told beside the figure."""
    quality: Quality
    note: str
    """What it means for whoever uses the figure."""


@cache
def load_methods(folder: Path = METHODS_FOLDER) -> dict[str, Method]:
    """
    Return every method by its word, from the files of all the themes.

    Raises
    ------
    CatalogError
        With every entry that lacks something, and every word that two themes describe differently.
    """
    methods: dict[str, Method] = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.toml")):
        for word, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            wrong = _problems(f"{file.name}: {word}", entry)
            problems += wrong
            if wrong:
                continue
            method = Method(id=word, **entry)
            if methods.setdefault(word, method) != method:
                problems.append(
                    _problem(f"{file.name}: {word}", "una palabra descrita una sola vez", "otra descripción")
                )
    raise_if_any(problems, CatalogError)
    return methods


def _problems(where: str, entry: dict[str, Any]) -> list[Problem]:
    expected = {"label", "quality", "note"}
    if set(entry) != expected:
        return [_problem(where, ", ".join(sorted(expected)), ", ".join(sorted(entry)))]
    if entry["quality"] not in get_args(Quality):
        return [_problem(f"{where}.quality", "|".join(get_args(Quality)), repr(entry["quality"]))]
    return []


def _problem(where: str, expected: str, found: str) -> Problem:
    return Problem(
        what="método mal descrito",
        where=where,
        expected=expected,
        found=found,
        repair="corrija la entrada en geodata/methods/",
    )

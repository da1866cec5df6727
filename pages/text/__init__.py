"""The sentences of the interface, read from es.toml by dotted name."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

SENTENCES_FILE = Path(__file__).with_name("es.toml")


@cache
def _sentences() -> dict[str, Any]:
    with SENTENCES_FILE.open("rb") as file:
        return tomllib.load(file)


def section(name: str) -> dict[str, str]:
    """Return a whole table of sentences, by its dotted name."""
    found: Any = _sentences()
    for part in name.split("."):
        found = found[part]
    return dict(found)


def say(name: str, /, **values: object) -> str:
    """
    Return a sentence by its dotted name, with its {blanks} filled.

    A missing sentence or blank raises: a page never shows a key.
    """
    table, _, key = name.rpartition(".")
    return section(table)[key].format(**values)

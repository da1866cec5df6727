"""The closed words of the agenda (kinds, goods, states and their moves), read from a file that people may edit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geodata.entities import Entity

WORDS_FILE = Path(__file__).with_name("words.toml")

FIRST_STATE = "identificada"


@dataclass(frozen=True)
class State:
    """A state of a traba: where it may go, whether it is open or committed, and what entering it asks for."""

    label: str
    next: tuple[str, ...]
    is_open: bool = False
    is_committed: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """Label by word, for each closed list."""

    kinds: dict[str, str]
    goods: dict[str, str]
    levels: dict[str, str]
    escalation: dict[str, str]
    lights: dict[str, str]
    columns: dict[str, str]
    lanes: dict[str, str]
    objects: dict[str, str]
    actions: dict[str, str]
    fields: dict[str, str]
    states: dict[str, State]


@cache
def load_words(path: Path = WORDS_FILE) -> Words:
    """Return the words of the file."""
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    states = {
        word: State(**{**entry, "next": tuple(entry["next"]), "needs": tuple(entry.get("needs", ()))})
        for word, entry in lists.pop("states").items()
    }
    return Words(**lists, states=states)


def entity_key(entity: str) -> str:
    """Return the entity of the catalogue, without the place that may follow a colon."""
    return entity.partition(":")[0]


def entity_label(entity: str, entities: Mapping[str, Entity], places: Mapping[str, str] | None = None) -> str:
    """
    Return how people call an entity.

    Parameters
    ----------
    entity
        Key of the catalogue, with the code of its territory after a colon where one says which municipality or
        government it is (`municipalidad_distrital:050401`).
    entities, places
        The catalogue, and names of territories by code. What they do not know is shown as it was written.
    """
    key, _, place = entity.partition(":")
    name = entities[key].name if key in entities else key
    return f"{name}, {(places or {}).get(place, place)}" if place else name

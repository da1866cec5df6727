"""
Entities that answer for a good, by road network and level of government, read from an editable file.

A region replaces or adds entries with a file of its own in the workspace; each entity remembers which file it is of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.errors import CatalogError, Problem, raise_if_any

ENTITIES_FILE = Path(__file__).with_name("entities.toml")
"""The entities of the project; a file of the same name in the root of a workspace is the region's."""

GovernmentLevel = Literal["GN", "GR", "MP", "MD", "privado"]
Origin = Literal["project", "region"]

_LISTS = ("goods", "networks")
_NETWORKS = ("nacional", "departamental", "vecinal")
_REQUIRED = ("name", "level", "goods")


@dataclass(frozen=True)
class Entity:
    """Who answers: its name as people read it, its level of government and the goods it has a part in."""

    id: str
    name: str
    level: GovernmentLevel
    goods: tuple[str, ...]
    networks: tuple[str, ...] = ()
    """Road networks, for the good `caminos`."""
    origin: Origin = "project"


@cache
def load_entities(path: Path = ENTITIES_FILE) -> dict[str, Entity]:
    """
    Return the entities of one file by id, in the order of the file.

    Raises
    ------
    CatalogError
        With everything that is wrong in every entry.
    """
    return _read(path, "project")


def entities_of(folder: Path) -> dict[str, Entity]:
    """
    Return the entities in force in a workspace: the project's, with those that the region replaces or adds.

    Raises
    ------
    CatalogError
        With everything that is wrong in the region's file. Then none of its entries is taken.
    """
    own = folder / ENTITIES_FILE.name
    # not cached: the region edits its file while the application runs
    return {**load_entities(), **(_read(own, "region") if own.is_file() else {})}


def answering_for(
    entities: Mapping[str, Entity], good: str, network: str | None = None, level: GovernmentLevel | None = None
) -> list[Entity]:
    """Return the entities with a part in a good, in a road network and of a level where these are given."""
    return [
        entity
        for entity in entities.values()
        if good in entity.goods
        and (network is None or network in entity.networks)
        and (level is None or entity.level == level)
    ]


def _read(path: Path, origin: Origin) -> dict[str, Entity]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError([_problem(path, path.name, "un archivo TOML legible", str(error))]) from error
    problems = [problem for key, entry in entries.items() for problem in _problems(path, key, entry)]
    raise_if_any(problems, CatalogError)
    return {key: _entity(key, entry, origin) for key, entry in entries.items()}


def _entity(key: str, entry: Mapping[str, Any], origin: Origin) -> Entity:
    lists = {name: tuple(entry.get(name, ())) for name in _LISTS}
    return Entity(id=key, name=entry["name"].strip(), level=entry["level"], origin=origin, **lists)


def _problems(path: Path, key: str, entry: object) -> list[Problem]:
    if not isinstance(entry, dict):
        return [_problem(path, key, "una tabla [entidad]", repr(entry))]
    missing = [name for name in _REQUIRED if name not in entry]
    problems = [_problem(path, key, "los campos obligatorios", f"faltan {', '.join(missing)}")] if missing else []
    known = (*_REQUIRED, "networks")
    problems += [
        _problem(path, f"{key}.{name}", f"uno de: {', '.join(known)}", repr(name))
        for name in entry
        if name not in known
    ]
    name = entry.get("name", "x")
    if not isinstance(name, str) or not name.strip():
        problems.append(_problem(path, f"{key}.name", "un nombre", repr(name)))
    level = entry.get("level", "GN")
    if level not in get_args(GovernmentLevel):
        problems.append(_problem(path, f"{key}.level", "|".join(get_args(GovernmentLevel)), repr(level)))
    problems += [
        _problem(path, f"{key}.{part}", "una lista de textos", repr(entry[part]))
        for part in _LISTS
        if part in entry and not (isinstance(entry[part], list) and all(isinstance(word, str) for word in entry[part]))
    ]
    networks = entry.get("networks", [])
    if isinstance(networks, list) and any(network not in _NETWORKS for network in networks):
        problems.append(_problem(path, f"{key}.networks", "|".join(_NETWORKS), repr(networks)))
    return problems


def _problem(path: Path, where: str, expected: str, found: str) -> Problem:
    return Problem(
        what="entidad mal descrita",
        where=where,
        expected=expected,
        found=found,
        repair=f"corrija la entrada en {path}",
    )

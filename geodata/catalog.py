"""
The catalog: a record per source, in the words of DCAT.

A dataset has a publisher, a licence and known defects; its distributions are the files, each with its checksum.
A record without licence or checksum is refused when the catalog is read, not when it is used.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from geodata.errors import CatalogError, Problem, raise_if_any

CATALOG_FILE = Path(__file__).with_name("catalog.toml")

_REQUIRED = ("title", "publisher", "reference_year", "issued", "licence", "landing_page", "citation", "layer")
_REQUIRED_OF_FILE = ("pack_file", "format")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True)
class Distribution:
    """One file of a dataset: where it is and how to know that it is the right one."""

    pack_file: str
    format: str
    sha256: str
    access_url: str | None = None


@dataclass(frozen=True)
class Dataset:
    """One source, as its publisher gives it."""

    id: str
    title: str
    publisher: str
    reference_year: int
    issued: str
    licence: str
    landing_page: str
    citation: str
    layer: str
    crs: str | None = None
    known_defects: tuple[str, ...] = ()
    distributions: tuple[Distribution, ...] = field(default_factory=tuple)
    embedded: bool = False
    """Comes with the project: nothing to retrieve."""
    optional: bool = False
    """A build goes on without it, and its indicators come out as missing."""

    @property
    def publisher_acronym(self) -> str:
        """The publisher in short: «… (INEI)» is INEI; several acronyms are joined; without one, the whole name."""
        acronyms = [part.split(")")[0] for part in self.publisher.split("(")[1:]]
        return " y ".join(acronyms) if acronyms else self.publisher

    @property
    def retrievable(self) -> bool:
        """Whether there is a file to retrieve."""
        return bool(self.distributions)


@cache
def load_catalog(path: Path = CATALOG_FILE) -> dict[str, Dataset]:
    """
    Return every source record by its id, in the order of the file.

    Raises
    ------
    CatalogError
        With every incomplete record: no licence, no checksum, no distribution.
    """
    with path.open("rb") as file:
        records = tomllib.load(file)
    problems = [problem for key, record in records.items() for problem in _record_problems(key, record)]
    raise_if_any(problems, CatalogError)
    return {key: _dataset(key, record) for key, record in records.items()}


def dataset(dataset_id: str, catalog: dict[str, Dataset] | None = None) -> Dataset:
    """
    Return one record.

    Raises
    ------
    CatalogError
        If the id is not in the catalog; the message lists the known ones.
    """
    known = load_catalog() if catalog is None else catalog
    if dataset_id not in known:
        raise CatalogError(
            [
                Problem(
                    what="fuente desconocida",
                    where=dataset_id,
                    expected="una de: " + ", ".join(known),
                    found=repr(dataset_id),
                    repair="escriba el identificador como figura en geodata/catalog.toml",
                )
            ]
        )
    return known[dataset_id]


def _dataset(key: str, record: dict[str, Any]) -> Dataset:
    values = dict(record)
    distributions = tuple(Distribution(**item) for item in values.pop("distributions", []))
    defects = tuple(values.pop("known_defects", ()))
    return Dataset(id=key, distributions=distributions, known_defects=defects, **values)


def _record_problems(key: str, record: dict[str, Any]) -> list[Problem]:
    problems = [
        _problem(f"{key}.{name}", "un valor", "nada", f"complete «{name}» en geodata/catalog.toml")
        for name in _REQUIRED
        if not record.get(name)
    ]
    distributions = record.get("distributions", [])
    if not distributions and not (record.get("embedded") or record.get("optional")):
        problems.append(_problem(key, "al menos una distribución", "ninguna", "añada el archivo y su sha256"))
    for item in distributions:
        problems += [
            _problem(f"{key}.distributions.{name}", "un valor", "nada", f"complete «{name}» en geodata/catalog.toml")
            for name in _REQUIRED_OF_FILE
            if not item.get(name)
        ]
        checksum = str(item.get("sha256", ""))
        if not _SHA256.match(checksum):
            problems.append(
                _problem(
                    f"{key}/{item.get('pack_file', '?')}",
                    "un sha256 de 64 dígitos hexadecimales",
                    repr(checksum),
                    "calcule el sha256 del archivo original y anótelo",
                )
            )
    return problems


def _problem(where: str, expected: str, found: str, repair: str) -> Problem:
    return Problem(what="registro de fuente incompleto", where=where, expected=expected, found=found, repair=repair)

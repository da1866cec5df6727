"""What is wrong with what people typed: every problem of a form at once, in Spanish, named by the field's label."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from geodata.agenda.words import entity_key, load_words
from geodata.entities import Entity
from geodata.errors import Problem
from geodata.ubigeo import level_of

LONGEST_TEXT_BYTES = 131_072
"""A text of 100 kB is kept whole; a whole document belongs in a file, with its address as evidence. Proposed."""

LONGEST_KEY = 200
"""Names that are part of a key: an index of PostgreSQL takes no page-long one."""


def problem(where: str, expected: str, found: str, repair: str, what: str = "no se puede guardar") -> Problem:
    """Return a problem of a field, called by its label."""
    return Problem(what, label(where), expected, found, repair)


def texts(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what no database keeps verbatim: characters that are none, and texts beyond measure."""
    for name, value in values.items():
        parts = value if isinstance(value, tuple | list) else (value,)
        for part in parts:
            if isinstance(part, str):
                yield from _text(name, part)


def _text(name: str, value: str) -> Iterator[Problem]:
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        yield problem(name, "texto", "un carácter que no es texto", "quite el carácter o vuelva a escribir el texto")
        return
    size = len(value.encode("utf-8"))
    if size > LONGEST_TEXT_BYTES:
        repair = "acórtelo, o guarde el documento aparte y escriba aquí su dirección"
        yield problem(name, f"hasta {LONGEST_TEXT_BYTES // 1024} kB", f"{size // 1024} kB", repair)


def values_of(draft: Any) -> dict[str, Any]:
    """Return the parts of a draft by name, its lists as lists."""
    values = {field.name: getattr(draft, field.name) for field in fields(draft)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def required(values: Mapping[str, Any], *names: str) -> Iterator[Problem]:
    """Yield the parts that are empty and must not be."""
    for name in names:
        value = values.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            yield problem(name, "un valor", "vacío", "complete el campo")


def word(name: str, value: str, known: Collection[str]) -> Iterator[Problem]:
    """Yield a word that is not in its closed list."""
    if value not in known:
        yield problem(name, f"uno de: {', '.join(known)}", shown(value), "elija una de la lista")


def entity(name: str, value: str, entities: Mapping[str, Entity]) -> Iterator[Problem]:
    """Yield an entity that the catalogue does not have, or whose place is no code of a territory."""
    key, place = entity_key(value), value.partition(":")[2]
    if key not in entities:
        repair = "elija una de la lista, o agréguela al archivo entities.toml de su espacio de trabajo"
        yield problem(name, "una entidad del catálogo", shown(value), repair)
    elif ":" in value and not is_code(place):
        yield problem(name, "el código de un territorio después de «:»", shown(value), "elija una de la lista")


def entities(name: str, values: Iterable[str], known: Mapping[str, Entity]) -> Iterator[Problem]:
    """Yield the entities of a list that the catalogue does not have."""
    for value in values:
        yield from entity(name, value, known)


def codes(name: str, values: Iterable[str]) -> Iterator[Problem]:
    """Yield what is no ubigeo: six digits of text."""
    for value in values:
        if not is_code(value):
            yield problem(name, "códigos de seis dígitos", shown(value), "elija el territorio de la lista")


def is_code(value: str) -> bool:
    """Return whether a text has the form of an ubigeo."""
    return isinstance(value, str) and len(value) == 6 and value.isascii() and value.isdigit()


def territory(code: str, level: str) -> Iterator[Problem]:
    """Yield a territory whose code is none, or is of another level than said."""
    yield from codes("territory", [code])
    yield from word("level", level, load_words().levels)
    if is_code(code) and level in load_words().levels and level_of(code) != level:
        yield problem("level", f"el nivel del código {code}", shown(level), "corrija el territorio o el nivel")


def numbers(values: Mapping[str, Any], *names: str) -> Iterator[Problem]:
    """Yield the figures that are negative, infinite or no number; an absent one is none of these."""
    for name in names:
        value = values.get(name)
        if value is not None and not (isinstance(value, int | float) and math.isfinite(value) and value >= 0):
            yield problem(name, "un número desde 0", shown(value), "corrija el número o déjelo vacío")


def not_before(name: str, value: date | None, start_on: date) -> Iterator[Problem]:
    """Yield a date before the Mesa began."""
    if value is not None and value < start_on:
        expected = f"una fecha desde el inicio de la Mesa, {day(start_on)}"
        yield problem(name, expected, day(value), "corrija la fecha, o el inicio de la Mesa")


def not_after(name: str, value: date | None, today: date) -> Iterator[Problem]:
    """Yield a date of something that is said to have happened and lies in the future."""
    if value is not None and value > today:
        yield problem(name, f"una fecha hasta hoy, {day(today)}", day(value), "corrija la fecha")


def short(name: str, value: str) -> Iterator[Problem]:
    """Yield a name too long to be a key."""
    if len(value) > LONGEST_KEY:
        yield problem(name, f"hasta {LONGEST_KEY} caracteres", f"{len(value)} caracteres", "acorte el nombre")


def shown(value: object) -> str:
    """Return what was found, cut where it would fill a page; empty says so."""
    words = str(value).strip()
    return (words if len(words) <= 80 else f"{words[:80]}…") or "vacío"


def new_date(typed: Mapping[str, Any], current: date | None, today: date) -> Iterator[Problem]:
    """Yield what is wrong with a reprogramming: no reason, the same date, or one that has passed."""
    due = typed["due"]
    yield from texts(typed)
    yield from required(typed, "due", "reason")
    if due is not None and due == current:
        yield problem("due", "otra fecha", f"la misma, {day(due)}", "escriba la fecha nueva")
    elif due is not None and due < today:
        yield problem("due", f"una fecha desde hoy, {day(today)}", day(due), "escriba una fecha por venir")


def day(value: date | None) -> str:
    """Return a date as people write it here."""
    return "sin fecha" if value is None else f"{value:%d/%m/%Y}"


def label(name: str) -> str:
    """Return what a field is called."""
    return load_words().fields.get(name, name)

"""
A file of weights for the index, as an analyst writes it: TOML, JSON or CSV, a code and a number each.

What the codes are is not known here; what is known is whether the file can be read and whether each weight is a number.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from geodata.errors import Problem, UserInputError
from geodata.readers.table import read_table

SECTIONS = ("weights", "indicators", "pillars", "axes")
"""Tables under which a TOML or JSON file may put its weights; outside any is as good."""

CSV_HEADERS = (("code", "weight"), ("codigo", "peso"), ("código", "peso"))

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_LONGEST_SHOWN = 40

Entry = tuple[str, object]


@dataclass(frozen=True)
class WeightsFile:
    """
    What a file says: `weights` by code, and `problems` of the entries that are no weights.

    Both at once, so that whoever knows the codes tells everything that is wrong in one go.
    """

    weights: dict[str, float]
    problems: tuple[Problem, ...]


def read_weights(path: Path) -> WeightsFile:
    """
    Return the weights of a file, by its suffix.

    Parameters
    ----------
    path
        `.toml` or `.json`: `code = number`, by itself or under `weights`, `indicators`, `pillars` or `axes`. `.csv`:
        columns `code,weight` or `codigo,peso`; with semicolons, a decimal comma counts as a point. UTF-8, with or
        without BOM.

    Raises
    ------
    UserInputError
        If the file cannot be read at all: absent, of another kind, not well formed, without any entry.
    """
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        expected = "un archivo .toml, .json o .csv"
        raise UserInputError([_refused(path.name, expected, suffix or "sin extensión", "guárdelo en uno de ellos")])
    try:
        entries = _READERS[suffix](path)
    except OSError as error:
        found = error.strerror or str(error)
        raise UserInputError(
            [_refused(str(path), "un archivo que se pueda leer", found, "revise la ruta y los permisos")]
        ) from error
    except (ValueError, RecursionError) as error:
        form = f"{suffix[1:].upper()} bien formado, en UTF-8"
        raise UserInputError([_refused(path.name, form, str(error), "corrija el archivo")]) from error
    if not entries:
        raise UserInputError([_refused(path.name, "al menos un peso", "ninguno", "escriba código y peso")])
    return _checked(entries, path.name)


def _checked(entries: list[Entry], where: str) -> WeightsFile:
    problems = []
    weights = {}
    for code, value in entries:
        number = _number(value)
        if not code:
            problems.append(
                _refused(where, "un código en cada fila", f"un peso sin código ({_shown(value)})", "póngalo")
            )
        elif number is None:
            repair = "escriba un número de 0 o más, con punto decimal"
            problems.append(_refused(f"{where}, peso de {code}", "un número", _shown(value), repair))
        else:
            weights[code] = number
    problems += [
        _refused(f"{where}, peso de {code}", "un solo peso por código", f"{count} veces", "deje uno")
        for code, count in Counter(code for code, _ in entries if code).items()
        if count > 1
    ]
    return WeightsFile(weights, tuple(problems))


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:
        return None


def _from_toml(path: Path) -> list[Entry]:
    return _flat(tomllib.loads(path.read_bytes().decode("utf-8-sig")).items())


def _from_json(path: Path) -> list[Entry]:
    # pairs, not a dictionary: a code that comes twice would hide the first
    read = json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_Pairs)
    if not isinstance(read, _Pairs):
        raise ValueError("se esperaba un objeto de códigos y pesos")
    return _flat(read)


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object, repeated ones included."""


def _flat(pairs: Iterable[tuple[str, Any]]) -> list[Entry]:
    entries: list[Entry] = []
    for name, value in pairs:
        inside = value.items() if isinstance(value, dict) else value if isinstance(value, _Pairs) else None
        members = [(name, value)] if inside is None or name not in SECTIONS else inside
        entries += [(code.strip(), member) for code, member in members]
    return entries


def _from_csv(path: Path) -> list[Entry]:
    first_line = path.read_bytes().split(b"\n", 1)[0].decode("utf-8-sig").strip()
    separator = ";" if ";" in first_line and "," not in first_line else ","
    written = {name.strip('"').strip().lower(): name.strip('"') for name in first_line.split(separator)}
    wanted = next((pair for pair in CSV_HEADERS if set(pair) <= set(written)), CSV_HEADERS[0])
    code, weight = (written.get(name, name) for name in wanted)
    table = read_table(path, columns=[code, weight], separator=separator).fillna("")
    pairs = [
        (str(first).strip(), str(second).strip()) for first, second in zip(table[code], table[weight], strict=True)
    ]
    return [(first, _typed(second, decimal="," if separator == ";" else ".")) for first, second in pairs]


def _typed(text: str, decimal: str) -> object:
    """Return the number that a cell says, or the cell: `1_000` and `nan` are numbers to Python and not to people."""
    plain = text.replace(decimal, ".")
    return float(plain) if _PLAIN_NUMBER.fullmatch(plain) else text


_READERS = {".toml": _from_toml, ".json": _from_json, ".csv": _from_csv}


def _shown(value: object) -> str:
    text = "vacío" if value == "" else repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _refused(where: str, expected: str, found: str, repair: str) -> Problem:
    return Problem("archivo de pesos no válido", where, expected, found, repair)

"""
Where each product can grow: windows of altitude and rain, read from an editable file.

A region replaces entries with a file of its own in the workspace; each window remembers which file it comes from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import MISSING, dataclass
from dataclasses import fields as dataclass_fields
from functools import cache
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.errors import CatalogError, Problem, raise_if_any

WINDOWS_FILE = Path(__file__).with_name("crop_windows.toml")
"""The windows proposed by the project; a file of the same name in the root of a workspace is the region's."""

Water = Literal["rainfed", "irrigated", "either", "flow", "unstated"]
Backing = Literal["v", "s", "e", "m"]
Basis = Literal["oficial", "referencial", "propuesto"]
Origin = Literal["project", "region"]
Trapezoid = tuple[float, float, float, float]

HIGHEST_ALTITUDE_M = 7000
"""No land of Peru is higher (Huascarán, 6,768 m): more is a slip of the pen."""

MOST_RAIN_MM = 15_000
"""More than any place on Earth receives in a year (about 11,900 mm)."""

_ORIGIN = "origin"
_CLOSED: dict[str, tuple[str, ...]] = {"water": get_args(Water), "src": get_args(Backing), "basis": get_args(Basis)}
_TEXTS = ("label", "water_note", "frost", "source", "programme", "absence")
_LISTS = ("crops", "census_codes")
_NUMBERS = {"altitude_m": 4, "rain_mm": 4, "temperature_c": 2}
_HIGHEST = {"altitude_m": HIGHEST_ALTITUDE_M, "rain_mm": MOST_RAIN_MM}
_KEY_FORM = "abcdefghijklmnopqrstuvwxyz0123456789_"


@dataclass(frozen=True)
class CropWindow:
    """What a product asks of a place, and how it is called where it is recorded."""

    product: str
    label: str
    altitude_m: Trapezoid
    """a, b, c, d: nothing at a and d, whole from b to c."""
    temperature_c: tuple[float, float]
    """Mean of the year, lowest and highest. Shown only: there is no layer of temperature."""
    water: Water
    water_note: str
    frost: str
    src: Backing
    basis: Basis
    source: str
    crops: tuple[str, ...]
    """Names of MIDAGRI; empty when what is grown today is not recorded."""
    census_codes: tuple[str, ...]
    """Crop codes of the IV CENAGRO."""
    rain_mm: Trapezoid | None = None
    """Rain of a year, for what is grown without irrigation."""
    programme: str | None = None
    """Name in products.toml."""
    absence: str | None = None
    """Why what is grown today is unknown."""
    origin: Origin = "project"


@cache
def load_windows(path: Path = WINDOWS_FILE) -> dict[str, CropWindow]:
    """
    Return the windows of one file by product, in the order of the file.

    Raises
    ------
    CatalogError
        With everything that is wrong in every entry.
    """
    return {key: _window(key, entry) for key, entry in _entries(path).items()}


def windows_of(folder: Path) -> dict[str, CropWindow]:
    """
    Return the windows in force in a workspace: the project's, with the entries that the region replaces or adds.

    Parameters
    ----------
    folder
        Root of the workspace; without `crop_windows.toml` in it the project's windows stand.

    Returns
    -------
    windows
        By product, the project's order first. `origin` says from which file each one comes.

    Raises
    ------
    CatalogError
        With everything that is wrong in the region's file. Then none of its entries is taken.
    """
    own = folder / WINDOWS_FILE.name
    if not own.is_file():
        return dict(load_windows())
    # not cached: the region edits its file while the application runs
    region = {key: _window(key, entry, "region") for key, entry in _entries(own).items()}
    merged = {**load_windows(), **region}
    raise_if_any(_shared_crops(list(merged.values()), own), CatalogError)
    return merged


def _entries(path: Path) -> dict[str, Any]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError([_problem(path, path.name, "un archivo TOML legible", str(error))]) from error
    problems = [problem for key, entry in entries.items() for problem in _problems(path, key, entry)]
    raise_if_any(problems, CatalogError)
    return entries


def _window(key: str, entry: dict[str, Any], origin: Origin = "project") -> CropWindow:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    for name in _NUMBERS.keys() & values.keys():
        values[name] = tuple(float(number) for number in values[name])
    return CropWindow(product=key, origin=origin, **values)


def _problems(path: Path, key: str, entry: object) -> list[Problem]:
    problems = []
    if not key or set(key) - set(_KEY_FORM):
        problems.append(_problem(path, key, "una clave de minúsculas, cifras y guion bajo", repr(key)))
    if not isinstance(entry, dict):
        return [*problems, _problem(path, key, "una tabla [producto]", repr(entry))]
    known = {field.name: field for field in dataclass_fields(CropWindow) if field.name not in ("product", _ORIGIN)}
    needed = [name for name, field in known.items() if field.default is MISSING]
    missing = [name for name in needed if name not in entry]
    if missing:
        problems.append(_problem(path, key, "los campos obligatorios", f"faltan {', '.join(missing)}"))
    problems += [
        _problem(path, f"{key}.{name}", f"uno de: {', '.join(known)}", repr(name))
        for name in entry
        if name not in known
    ]
    return problems + _content_problems(path, key, entry)


def _content_problems(path: Path, key: str, entry: dict[str, Any]) -> list[Problem]:
    problems = [
        _problem(path, f"{key}.{name}", "|".join(words), repr(entry[name]))
        for name, words in _CLOSED.items()
        if name in entry and entry[name] not in words
    ]
    problems += [
        _problem(path, f"{key}.{name}", "un texto", repr(entry[name]))
        for name in _TEXTS
        if name in entry and not isinstance(entry[name], str)
    ]
    problems += [
        _problem(path, f"{key}.{name}", "una lista de textos", repr(entry[name]))
        for name in _LISTS
        if name in entry and not _is_list_of_texts(entry[name])
    ]
    for name, length in _NUMBERS.items():
        if name in entry:
            problems += _number_problems(path, f"{key}.{name}", entry[name], length, _HIGHEST.get(name))
    return problems + _water_problems(path, key, entry)


def _number_problems(path: Path, where: str, value: object, length: int, highest: float | None) -> list[Problem]:
    if not (isinstance(value, list) and len(value) == length and all(map(_is_number, value))):
        return [_problem(path, where, f"una lista de {length} números", repr(value))]
    problems = []
    if any(before > after for before, after in pairwise(value)):
        order = "a <= b <= c <= d" if length == 4 else "menor y mayor"
        problems.append(_problem(path, where, f"números en orden ({order})", repr(value)))
    if highest is not None and (min(value) < 0 or max(value) > highest):
        problems.append(_problem(path, where, f"números de 0 a {highest:,}", repr(value)))
    return problems


def _water_problems(path: Path, key: str, entry: dict[str, Any]) -> list[Problem]:
    if entry.get("water") == "rainfed" and "rain_mm" not in entry:
        return [_problem(path, f"{key}.rain_mm", "la ventana de lluvia de un producto de secano", "nada")]
    if entry.get("water") in _CLOSED["water"] and entry["water"] != "rainfed" and "rain_mm" in entry:
        return [
            _problem(path, f"{key}.rain_mm", "ninguna ventana de lluvia si no es de secano", repr(entry["rain_mm"]))
        ]
    return []


def _shared_crops(windows: Sequence[CropWindow], path: Path) -> list[Problem]:
    """Return a problem per recorded crop that two products claim: its value would be told twice."""
    owners: dict[str, list[str]] = {}
    for window in windows:
        for name in (*window.crops, *window.census_codes):
            owners.setdefault(name, []).append(window.product)
    return [
        _problem(path, ", ".join(products), "cada cultivo en un solo producto", f"«{name}» en {len(products)}")
        for name, products in owners.items()
        if len(products) > 1
    ]


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _problem(path: Path, where: str, expected: str, found: str) -> Problem:
    return Problem(
        what="ventana de cultivo incorrecta",
        where=where,
        expected=expected,
        found=found,
        repair=f"corrija la entrada en {path}",
    )

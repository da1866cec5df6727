"""What can be wrong with an entry of the standards: all of it at once, where it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite
from pathlib import Path
from typing import Any, Literal, get_args

from geodata.entities import Entity
from geodata.errors import Problem
from geodata.fields import Field
from geodata.ubigeo import LEVELS, Level
from geodata.unit_costs import UnitCost

Basis = Literal["oficial", "referencial", "propuesto"]
Better = Literal["higher", "lower"]

_ALWAYS = ("good", "label", "level", "shortfall_unit", "basis", "source", "year", "entities")
_MEASURED = ("field", "better", "adequate", "critical")
_OPTIONAL = ("shortfall_base", "interventions", "network", "worst", "absence")
_NUMBERS = ("adequate", "critical", "worst")
_LISTS = ("entities", "interventions")
_NETWORKS = ("nacional", "departamental", "vecinal")


def standard_problems(
    key: str,
    entry: Mapping[str, Any],
    fields: Mapping[str, Field],
    entities: Mapping[str, Entity],
    costs: Mapping[str, UnitCost],
    goods: Collection[str],
    path: Path,
) -> list[Problem]:
    """Return what is wrong with an entry; its content is judged once its names and kinds are right."""
    if malformed := _form_problems(key, entry, path):
        return malformed
    problems = _word_problems(key, entry, goods, path)
    problems += _cited(f"{key}.entities", entry["entities"], entities, "una entidad de entities.toml", path)
    interventions = entry.get("interventions", [])
    problems += _cited(f"{key}.interventions", interventions, costs, "una intervención de unit_costs.toml", path)
    for name in interventions:
        if name in costs and costs[name].unit != entry["shortfall_unit"]:
            expected = f"un costo por {entry['shortfall_unit']}"
            problems.append(unreadable(path, f"{key}.interventions", expected, f"«{name}» por {costs[name].unit}"))
    if "field" in entry:
        problems += _figure_problems(key, entry, fields, path)
    return problems


def unreadable(path: Path, where: str, expected: str, found: str) -> Problem:
    """Return what is wrong at one place of a file of standards."""
    return Problem(
        what="norma de brecha incompleta",
        where=where,
        expected=expected,
        found=found,
        repair=f"corrija la entrada en {path}",
    )


def _form_problems(key: str, entry: Mapping[str, Any], path: Path) -> list[Problem]:
    required = _ALWAYS if "absence" in entry and "field" not in entry else (*_ALWAYS, *_MEASURED)
    missing = [name for name in required if name not in entry]
    problems = [unreadable(path, key, "los campos obligatorios", f"faltan {', '.join(missing)}")] if missing else []
    known = (*_ALWAYS, *_MEASURED, *_OPTIONAL)
    problems += [
        unreadable(path, f"{key}.{name}", f"uno de: {', '.join(known)}", repr(name))
        for name in entry
        if name not in known
    ]
    problems += [
        unreadable(path, f"{key}.{name}", "un número", repr(entry[name]))
        for name in _NUMBERS
        if name in entry and not _is_number(entry[name])
    ]
    problems += [
        unreadable(path, f"{key}.{name}", "una lista de nombres", repr(entry[name]))
        for name in _LISTS
        if name in entry and not (isinstance(entry[name], list) and all(isinstance(one, str) for one in entry[name]))
    ]
    if entry.get("entities") == []:
        problems.append(unreadable(path, f"{key}.entities", "al menos una entidad que responda", "ninguna"))
    texts = set(known) - {*_NUMBERS, *_LISTS, "year"}
    problems += [
        unreadable(path, f"{key}.{name}", "un texto", repr(entry[name]))
        for name in entry
        if name in texts and not (isinstance(entry[name], str) and entry[name].strip())
    ]
    if "year" in entry and type(entry["year"]) is not int:
        problems.append(unreadable(path, f"{key}.year", "un año", repr(entry["year"])))
    return problems


def _word_problems(key: str, entry: Mapping[str, Any], goods: Collection[str], path: Path) -> list[Problem]:
    closed: dict[str, Collection[str]] = {
        "good": goods,
        "basis": get_args(Basis),
        "better": get_args(Better),
        "level": get_args(Level),
        "network": _NETWORKS,
    }
    return [
        unreadable(path, f"{key}.{part}", "|".join(allowed), repr(entry[part]))
        for part, allowed in closed.items()
        if part in entry and entry[part] not in allowed
    ]


def _figure_problems(key: str, entry: Mapping[str, Any], fields: Mapping[str, Field], path: Path) -> list[Problem]:
    named = [entry[part] for part in ("field", "shortfall_base") if part in entry]
    problems = _cited(f"{key}.field", named[:1], fields, "un campo del diccionario", path)
    problems += _cited(f"{key}.shortfall_base", named[1:], fields, "un campo del diccionario", path)
    field = fields.get(entry["field"])
    if field is not None and entry["level"] in LEVELS and not field.at(entry["level"]):
        expected = f"un nivel en que exista «{field.id}»"
        problems.append(unreadable(path, f"{key}.level", expected, repr(entry["level"])))
    order = 1 if entry["better"] == "higher" else -1
    if order * (entry["adequate"] - entry["critical"]) < 0:
        expected = "un umbral crítico peor que el adecuado"
        problems.append(unreadable(path, f"{key}.critical", expected, f"{entry['critical']}"))
    worst = entry.get("worst", 0 if entry["better"] == "higher" else 100)
    if order * (entry["adequate"] - worst) <= 0:
        expected = "un extremo peor que el umbral adecuado"
        problems.append(unreadable(path, f"{key}.worst", expected, f"{worst}"))
    return problems


def _cited(where: str, names: Collection[str], known: Collection[str], expected: str, path: Path) -> list[Problem]:
    return [unreadable(path, where, expected, repr(name)) for name in names if name not in known]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)

"""What can be wrong in the file of the viability model: everything is collected and said at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain
from math import isfinite
from typing import Any

from geodata.errors import CatalogError, Problem, raise_if_any
from geodata.fields import CENSUS_FIELDS_FILE, load_fields

INDICATORS_PER_PILLAR = 4
"""At most (domain.md section 9): more of them only repeat each other."""

AXES = ("potential", "conditions")
_BASIS = ("oficial", "referencial", "propuesto")

Wrong = tuple[str, str, str]
"""Where, what was expected, what was found."""

Check = Callable[[Any], bool]


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _weight(value: object) -> bool:
    return _number(value) and float(value) >= 0  # type: ignore[arg-type]


def _share(value: object) -> bool:
    return _number(value) and 0 < float(value) <= 1  # type: ignore[arg-type]


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(_text(item) for item in value)


def _bounds(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_number, value)) and value[0] < value[1]


def _one_of(*words: object) -> tuple[Check, str]:
    return (lambda value: any(value == word and type(value) is type(word) for word in words)), "|".join(map(str, words))


_WEIGHT = (_weight, "un número de 0 o más")
_TEXT = (_text, "un texto")
_NUMBER = (_number, "un número")
_SHARE = (_share, "un número mayor que 0 y hasta 1")
_SOURCED = {"basis": _one_of(*_BASIS), "source": _TEXT}

_Form = tuple[dict[str, tuple[Check, str]], dict[str, tuple[Check, str]]]
_INDICATOR: _Form = (
    {
        "pillar": _TEXT,
        "direction": _one_of(1, -1),
        "transform": _one_of("none", "log1p"),
        "weight": _WEIGHT,
        **_SOURCED,
    },
    {
        "bounds": (_bounds, "dos números: el menor y el mayor"),
        "bounds_source": _TEXT,
        "zero": _one_of("measured", "structural", "absence"),
        "not_applicable_without": _TEXT,
        "survey": _TEXT,
        "ages": (lambda value: isinstance(value, bool), "true o false"),
    },
)
_FORMS: dict[str, _Form] = {
    "axes": ({"label": _TEXT, "weight": _WEIGHT}, {}),
    "pillars": ({"axis": _one_of(*AXES), "label": _TEXT, "weight": _WEIGHT, **_SOURCED}, {}),
    "indicators": _INDICATOR,
    "product_indicators": (
        _INDICATOR[0] | {"replaces": (_texts, "una lista de indicadores")},
        _INDICATOR[1] | {"goalposts_of": _TEXT},
    ),
    "gates": (
        {
            "scope": _one_of("general", "product"),
            "field": _TEXT,
            "rule": _one_of("above", "at_least"),
            "value": _NUMBER,
            "reason": _TEXT,
            **_SOURCED,
        },
        {},
    ),
    "not_enumerated": ({"label": _TEXT, "ubigeos": (_texts, "una lista de ubigeos"), "source": _TEXT}, {}),
}
_SETTINGS: _Form = (
    {
        "lower_quantile": (lambda value: _number(value) and 0 <= value < 0.5, "un número de 0 a menos de 0.5"),
        "upper_quantile": (lambda value: _number(value) and 0.5 < value <= 1, "un número de más de 0.5 a 1"),
        "minimum_pillar_share": _SHARE,
        "minimum_reference_share": _SHARE,
        "apt_from_pct": _NUMBER,
        "seed": (_whole, "un entero de 0 o más"),
        "draws_count": (lambda value: _whole(value) and value >= 1, "un entero de 1 o más"),
    },
    {},
)


def raise_if_wrong(wrong: Sequence[Wrong]) -> None:
    """Raise CatalogError with every problem, or return."""
    repair = "corrija la entrada en viability.toml"
    what = "modelo de viabilidad incorrecto"
    raise_if_any([Problem(what, where, expected, found, repair) for where, expected, found in wrong], CatalogError)


def model_problems(entries: Mapping[str, Any], from_region: Collection[tuple[str, str]]) -> list[Wrong]:
    """Return everything that is wrong; what a region adds must also be a figure of the dictionary."""
    wrong = _form_of_all(entries)
    if wrong:
        return wrong
    return [
        *_structure(entries),
        *_weights(entries),
        *_products(entries),
        *_known_fields(entries, from_region),
    ]


def _form_of_all(entries: Mapping[str, Any]) -> list[Wrong]:
    wrong = [
        (name, f"una sección: {', '.join(('settings', *_FORMS))}", repr(name))
        for name in entries
        if name not in _FORMS and name != "settings"
    ]
    wrong += [(name, "la sección", "no está") for name in ("settings", *_FORMS) if name not in entries]
    if "settings" in entries:
        wrong += _form("settings", entries["settings"], _SETTINGS)
    for section, form in _FORMS.items():
        named = entries.get(section, {})
        if not isinstance(named, dict):
            wrong.append((section, "una sección con entradas", repr(named)))
            continue
        wrong += chain.from_iterable(_form(f"{section}.{name}", entry, form) for name, entry in named.items())
    return wrong


def _form(where: str, entry: object, form: _Form) -> list[Wrong]:
    if not isinstance(entry, dict):
        return [(where, "una sección con claves", repr(entry))]
    required, optional = form
    known = required | optional
    return [
        *((f"{where}.{key}", "la clave", "no está") for key in required if key not in entry),
        *((f"{where}.{key}", f"una de: {', '.join(known)}", repr(key)) for key in entry if key not in known),
        *(
            (f"{where}.{key}", known[key][1], repr(value))
            for key, value in entry.items()
            if key in known and not known[key][0](value)
        ),
    ]


def _structure(entries: Mapping[str, Any]) -> list[Wrong]:
    pillars, indicators = entries["pillars"], entries["indicators"]
    wrong = [("axes", " y ".join(AXES), ", ".join(entries["axes"]))] if set(entries["axes"]) != set(AXES) else []
    for section in ("indicators", "product_indicators"):
        for field, entry in entries[section].items():
            if entry["pillar"] not in pillars:
                wrong.append((f"{section}.{field}.pillar", "un pilar del modelo", repr(entry["pillar"])))
            if field.startswith("poverty"):
                wrong.append((f"{section}.{field}", "la pobreza al lado del índice, nunca dentro", "está dentro"))
            if entry.get("survey", "") not in ("", *entries["not_enumerated"]):
                wrong.append((f"{section}.{field}.survey", "un censo de not_enumerated", repr(entry["survey"])))
    for pillar in pillars:
        fields = [field for field, entry in indicators.items() if entry["pillar"] == pillar]
        if not 1 <= len(fields) <= INDICATORS_PER_PILLAR:
            wrong.append((f"pillars.{pillar}", f"de 1 a {INDICATORS_PER_PILLAR} indicadores", str(len(fields))))
    return wrong


def _weights(entries: Mapping[str, Any]) -> list[Wrong]:
    groups = {"axes": [entry["weight"] for entry in entries["axes"].values()]}
    for axis in entries["axes"]:
        groups[f"axes.{axis}"] = [p["weight"] for p in entries["pillars"].values() if p["axis"] == axis]
    for pillar in entries["pillars"]:
        groups[f"pillars.{pillar}"] = [i["weight"] for i in entries["indicators"].values() if i["pillar"] == pillar]
    return [
        (where, "algún peso mayor que 0", "todos son cero") for where, own in groups.items() if own and not any(own)
    ]


def _products(entries: Mapping[str, Any]) -> list[Wrong]:
    wrong = []
    general, special = entries["indicators"], entries["product_indicators"]
    for field, entry in special.items():
        for named in (*entry["replaces"], *([entry["goalposts_of"]] if "goalposts_of" in entry else [])):
            if named not in general:
                wrong.append((f"product_indicators.{field}", "un indicador del modelo", repr(named)))
        if ("bounds" in entry) == ("goalposts_of" in entry):
            expected = "bounds o goalposts_of, uno de los dos"
            wrong.append((f"product_indicators.{field}", expected, "ninguno o ambos"))
    wrong += [
        (f"gates.{code}.field", "un indicador de product_indicators", repr(entry["field"]))
        for code, entry in entries["gates"].items()
        if entry["scope"] == "product" and entry["field"] not in special
    ]
    return wrong


def _known_fields(entries: Mapping[str, Any], from_region: Collection[tuple[str, str]]) -> list[Wrong]:
    added = [name for section, name in from_region if section == "indicators"]
    known = {*load_fields(), *load_fields(CENSUS_FIELDS_FILE)} if added else set()
    return [
        (f"indicators.{name}", "un campo del diccionario", repr(name))
        for name in sorted(added)
        if name not in known and name in entries["indicators"]
    ]

"""
A scenario in the address, in words that can be read: `pesos=riego:2&cerrar=irrigation:050101&producto=quinua`.

`escenario=nombre` opens a saved one. What an address or an old record says and this release does not know falls back
with a sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import isfinite

import streamlit as st

from geodata.scenarios import SavedScenario, ScenarioBook
from layers.scenario import Basis, Scenario, closable_standards
from pages.text import say

WEIGHT_WORDS = {
    "potencial": "potential",
    "condiciones": "conditions",
    "aptitud": "aptitude",
    "escala": "scale",
    "organizacion": "organisation",
    "mercado": "market",
    "riego": "irrigation",
    "caminos": "access",
    "conectividad": "connectivity",
    "servicios": "services",
}
"""Word of the address -> axis or pillar; indicators go by their field."""

HEAVIEST, WEIGHT_STEP = 4.0, 0.5
_WORD_OF = {code: word for word, code in WEIGHT_WORDS.items()}
_WEIGHTS, _CLOSED, _PRODUCT, _NAMED, _COMPARED = "pesos", "cerrar", "producto", "escenario", "comparar"
_SHOWN_AT_MOST = 40


def read(
    query: Mapping[str, str], basis: Basis, codes: Collection[str], book: ScenarioBook
) -> tuple[Scenario, list[str]]:
    """
    Return the scenario that an address asks for, and a sentence per part of it that cannot be.

    Parameters
    ----------
    query
        `escenario`, or `pesos`, `cerrar` and `producto`; others are ignored.
    codes
        Every code of the publication, of the three levels.
    book
        The saved scenarios.
    """
    name = query.get(_NAMED, "")
    if not name:
        # a plus sign in an address is read as a blank
        pairs = [part.partition(":") for part in query.get(_WEIGHTS, "").split(",") if part.strip()]
        closed = [part.partition(":") for part in query.get(_CLOSED, "").split(",") if part.strip()]
        weights = [(word.strip(), value) for word, _, value in pairs]
        gaps = [(key.strip(), tuple(listed.replace("+", " ").split())) for key, _, listed in closed]
        return _accepted("", weights, gaps, query.get(_PRODUCT) or None, basis, codes)
    saved = book.named(name)
    return (
        (Scenario(), [say("scenario.unknown_name", value=_short(name))])
        if saved is None
        else of_saved(saved, basis, codes)
    )


def of_saved(saved: SavedScenario, basis: Basis, codes: Collection[str]) -> tuple[Scenario, list[str]]:
    """Return a saved scenario as this release can have it, and a sentence per part that it cannot."""
    weights = [(_WORD_OF.get(code, code), str(value)) for code, value in saved.weights.items()]
    return _accepted(saved.name, weights, saved.closed_gaps.items(), saved.product, basis, codes)


def compared_with(query: Mapping[str, str], book: ScenarioBook) -> tuple[SavedScenario | None, list[str]]:
    """Return the saved scenario that an address sets beside the other, and a sentence when there is none so named."""
    name = query.get(_COMPARED, "")
    saved = book.named(name) if name else None
    return saved, [say("scenario.unknown_name", value=_short(name))] if name and saved is None else []


def write(scenario: Scenario) -> None:
    """Write a scenario to the address; what it does not change leaves it."""
    weights = ",".join(f"{_WORD_OF.get(code, code)}:{weight:g}" for code, weight in scenario.weights)
    closed = ",".join(f"{key}:{'+'.join(codes)}" for key, codes in scenario.closed_gaps)
    parts = {_WEIGHTS: weights, _CLOSED: closed, _PRODUCT: scenario.product or "", _NAMED: ""}
    for name, value in parts.items():
        _set(name, value)


def open_saved(name: str) -> None:
    """Write to the address that a saved scenario is open."""
    write(Scenario())
    _set(_NAMED, name)


def compare_to(name: str) -> None:
    """Write to the address which saved scenario stands beside the one that is open; an empty name lifts it."""
    _set(_COMPARED, name)


def _set(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _accepted(
    name: str,
    weights: Iterable[tuple[str, str]],
    closed: Iterable[tuple[str, tuple[str, ...]]],
    product: str | None,
    basis: Basis,
    codes: Collection[str],
) -> tuple[Scenario, list[str]]:
    scenario, notes = Scenario(name), []
    frozen = basis.reference.weights
    for word, text in weights:
        code, weight = WEIGHT_WORDS.get(word, word), _weight(text)
        if code not in frozen:
            notes.append(say("scenario.unknown_weight", value=_short(word)))
        elif weight is None:
            notes.append(say("scenario.bad_weight", word=_short(word), value=_short(text), heaviest=f"{HEAVIEST:g}"))
        else:
            scenario = scenario.with_weight(code, weight, frozen[code])
    closable, known_codes = closable_standards(basis.standards, basis.reference), set(codes)
    for key, asked in closed:
        if key not in closable:
            notes.append(say("scenario.unknown_gap", value=_short(key)))
            continue
        known = tuple(code for code in asked if code in known_codes)
        if len(known) < len(asked):
            unknown = ", ".join(code for code in asked if code not in known_codes)
            notes.append(say("scenario.unknown_territory", value=_short(unknown)))
        if known:
            scenario = scenario.with_closed(key, known)
    if product is not None:
        if basis.products["product"].eq(product).any():
            scenario = scenario.with_product(product)
        else:
            notes.append(say("scenario.unknown_product", value=_short(product)))
    return scenario, notes


def _weight(text: str) -> float | None:
    try:
        weight = float(text)
    except ValueError:
        return None
    is_step = isfinite(weight) and 0.0 <= weight <= HEAVIEST and (weight / WEIGHT_STEP).is_integer()
    return weight if is_step else None


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN_AT_MOST else value[:_SHOWN_AT_MOST] + "…"

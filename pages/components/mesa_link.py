"""
What is open of the Mesas, in the address: `mesa=1&sesion=2&traba=7&vista=vencidos&fila=3`.

What an address asks for and does not exist falls back with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import streamlit as st

from geodata.agenda.records import Mesa, Session, Traba
from geodata.agenda.store import Agenda
from pages.text import say

BOARD, SESSION = "tablero", "sesion"
VIEWS = (BOARD, "vencidos", "proximos", "entidades", "sin-traba", "estancadas", "bitacora", SESSION)
_GAPS = "brechas"
_GAPS_AT_MOST = 200
"""More than a Mesa can discuss, and less than an address bears."""

_SHOWN_AT_MOST = 40
_Record = TypeVar("_Record")


@dataclass(frozen=True)
class MesaLink:
    """What is open: a Mesa, one of its sessions, a bottleneck, a view, a row of the session mode, gaps to bring."""

    mesa: Mesa | None = None
    session: Session | None = None
    traba: Traba | None = None
    view: str = BOARD
    row: int = 0
    gaps: tuple[str, ...] = ()


def read(query: Mapping[str, str], agenda: Agenda) -> tuple[MesaLink, list[str]]:
    """Return what an address opens, and a sentence per part of it that does not exist."""
    notes: list[str] = []
    mesas = agenda.mesas.all()

    def found(name: str, records: Iterable[_Record], key: str) -> _Record | None:
        asked = query.get(name, "")
        record = next((one for one in records if str(getattr(one, key)) == asked), None) if asked else None
        if asked and record is None:
            notes.append(say(f"mesa.unknown.{name}", value=_short(asked)))
        return record

    mesa = found("mesa", mesas, "mesa_id")
    sessions = (one for place in ([mesa] if mesa else mesas) for one in agenda.mesas.sessions(place.mesa_id))
    session = found("sesion", sessions, "session_id")
    traba = found("traba", agenda.trabas.all(mesa.mesa_id if mesa else None), "traba_id")
    if mesa is None:
        owner = getattr(traba or session, "mesa_id", None)
        # one Mesa needs no choosing
        mesa = next((one for one in mesas if one.mesa_id == owner), mesas[0] if len(mesas) == 1 else None)
    view = query.get("vista", BOARD)
    if view not in VIEWS:
        notes.append(say("mesa.unknown.vista", value=_short(view)))
        view = BOARD
    row = query.get("fila", "1")
    number = int(row) - 1 if row.isdecimal() and len(row) < 4 else 0
    asked = tuple(dict.fromkeys(one.strip() for one in query.get(_GAPS, "").split(",") if one.strip()))
    if len(asked) > _GAPS_AT_MOST:
        notes.append(say("mesa.too_many_gaps", count=len(asked), most=_GAPS_AT_MOST))
    link = MesaLink(mesa, session, traba, view, max(0, number), asked[:_GAPS_AT_MOST])
    return (link if mesa else replace(link, session=None, traba=None)), notes


def write(**changes: Any) -> None:
    """Write changes to the address (mesa, sesion, traba, vista, fila, brechas); None and defaults leave it."""
    for name, value in changes.items():
        if value in (None, "", BOARD):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN_AT_MOST else value[:_SHOWN_AT_MOST] + "…"

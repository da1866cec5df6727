"""A form that keeps what was typed until its record is made, and then starts anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import streamlit as st


@dataclass(frozen=True)
class Form:
    """
    The fields of a form by name.

    Its key lasts from the first time it is drawn until its record is made: sending it twice makes one record, and the
    next form has fresh fields (a browser keeps what is typed in a field for as long as the field is the same).
    """

    name: str

    @property
    def once(self) -> str:
        """The key of this opening of the form."""
        return str(st.session_state.setdefault(f"form-{self.name}", uuid4().hex))

    def key(self, field: str) -> str:
        """Return the key of a field."""
        return f"{self.name}-{field}-{self.once[:8]}"

    def __getitem__(self, field: str) -> Any:
        """Return what is in a field."""
        return st.session_state.get(self.key(field))

    def text(self, field: str) -> str:
        """Return the text in a field; nothing when it is empty or not drawn."""
        return str(self[field] or "")

    def day(self, field: str) -> date | None:
        """Return the date in a field."""
        typed = self[field]
        return typed if isinstance(typed, date) else None

    def number(self, field: str) -> float | None:
        """Return the number in a field."""
        typed = self[field]
        return None if typed is None or typed == "" else float(typed)

    def renew(self) -> None:
        """Start anew: fields are empty and the next record is another one."""
        for key in [key for key in st.session_state if str(key).startswith(f"{self.name}-")]:
            del st.session_state[key]
        st.session_state.pop(f"form-{self.name}", None)

"""Errors as people meet them: a known one becomes a sentence, an unknown one is logged with a code."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from geodata.errors import UserInputError
from pages.text import say

_log = logging.getLogger(__name__)


@contextmanager
def shown_to_people() -> Iterator[None]:
    """Draw a page; show what goes wrong in Spanish, never a traceback."""
    try:
        yield
    except UserInputError as error:
        for problem in error.problems:
            st.error(str(problem))
    except Exception:  # noqa: BLE001
        # the last fence: whatever it is, it is logged whole and told with a code. Streamlit's own stops and reruns
        # are no Exception and pass
        code = secrets.token_hex(3)
        _log.exception("unexpected failure %s", code)
        st.error(say("messages.unexpected", code=code))


def nothing_published() -> None:
    """Tell a newcomer what to do when the workspace is empty."""
    st.info(f"**{say('messages.nothing_published')}**\n\n{say('messages.how_to_publish')}")

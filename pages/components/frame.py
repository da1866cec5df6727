"""The frame of every page: style, the notice of simulated data, the status line, and what to do without data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import streamlit as st

from geodata.catalog import dataset
from geodata.errors import WorkspaceError
from geodata.workspace import Publication
from pages.components import cached, messages
from pages.components.release_name import release_name
from pages.text import say

STYLE_FILE = Path(__file__).with_name("style.css")
ICON_FILE = Path(__file__).with_name("icon.svg")
"""The icon of the browser tab; a named Material icon would be asked of an outside server."""


def show(page: Callable[[Publication], None]) -> None:
    """
    Draw a page inside the frame.

    Pages call it themselves, so that the notice of simulated data is there however a page was reached.
    """
    st.set_page_config(page_title=say("app.title"), page_icon=ICON_FILE, layout="wide")
    with messages.shown_to_people():
        _style()
        try:
            release = cached.publication()
        except WorkspaceError:
            messages.nothing_published()
            return
        _demo_notice(release)
        page(release)
        _status_line(release)


def _style() -> None:
    """Give the page its type, spacing and the shapes of legend and card."""
    st.html(f"<style>{STYLE_FILE.read_text(encoding='utf-8')}</style>")


def _demo_notice(release: Publication) -> None:
    """Say, always in sight, that the figures are simulated; nothing when they are real."""
    if release.is_demo:
        notice = say("app.demo")
    elif release.simulated_datasets:
        titles = [dataset(name).title for name in sorted(release.simulated_datasets)]
        notice = say("app.partly_simulated", names=", ".join(titles))
    else:
        return
    st.html(f'<div class="atlas-demo" role="note">{escape(notice)}</div>')


def _status_line(release: Publication) -> None:
    """Say which release is shown, its age and what it calls Sierra."""
    published = datetime.fromisoformat(release.provenance["published_at"])
    days = (datetime.now(UTC) - published).days
    age = say("app.today") if days == 0 else say("app.yesterday") if days == 1 else say("app.days_old", days=days)
    sierra = say(f"sierra.{release.provenance['sierra_definition']}")
    st.caption(say("app.release", release=release_name(release.release_id), age=age, sierra=sierra))

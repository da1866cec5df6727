"""The look of the page *Mesas Ejecutivas*: cards, lights as shape and word, and big type for the projector."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

STYLE_FILE = Path(__file__).with_name("mesa.css")


def apply() -> None:
    """Give the page its shapes."""
    st.html(f"<style>{STYLE_FILE.read_text(encoding='utf-8')}</style>")

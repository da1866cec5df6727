"""Floor 5: one screen frame. Page config, navigation, the notice that never hides."""

from __future__ import annotations

import streamlit as st

from geodata.errors import WorkspaceError
from pages.components import cached, frame, messages
from pages.text import say

st.set_page_config(page_title=say("app.title"), page_icon=frame.ICON_FILE, layout="wide")

navigation = st.navigation(
    [
        st.Page("pages/territory_map.py", title=say("app.map_page"), icon=":material/map:", default=True, url_path="mapa"),
        st.Page("pages/gap_list.py", title=say("app.gaps_page"), icon=":material/checklist:", url_path="brechas"),
    ],
    position="top",
)
frame.style()
try:
    frame.demo_notice(cached.publication())
except WorkspaceError:
    messages.nothing_published()
else:
    navigation.run()

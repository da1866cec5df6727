"""Floor 5: one screen frame. The navigation; each page draws the rest of the frame around itself."""

from __future__ import annotations

import streamlit as st

from pages.text import say

PAGES = [
    st.Page("pages/territory_map.py", title=say("app.map_page"), default=True),
    st.Page("pages/district_profile.py", title=say("app.profile_page"), url_path="ficha"),
    st.Page("pages/gap_list.py", title=say("app.gaps_page"), url_path="brechas"),
    st.Page("pages/mesa_agenda.py", title=say("app.mesas_page"), url_path="mesas"),
    st.Page("pages/scenario.py", title=say("app.scenario_page"), url_path="escenarios"),
    st.Page("pages/layer_catalog.py", title=say("app.layers_page"), url_path="capas"),
]

st.navigation(PAGES, position="top").run()

"""
Serve the app: `python -m pages [options of streamlit run]`.

`streamlit run app.py` serves it as well. The difference is the first visitor of a new server: Streamlit takes a folder
called `pages` for its older way of navigating until app.py has run once, and greets a link to an inner page with
"page not found". Here it is told beforehand that app.py navigates.
"""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

APP_FILE = Path(__file__).parents[1] / "app.py"


def main() -> None:
    """Run the server until it is interrupted."""
    PagesManager.uses_pages_directory = False
    cli.main(["run", str(APP_FILE), *sys.argv[1:]], prog_name="streamlit")


if __name__ == "__main__":
    main()

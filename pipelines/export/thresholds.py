"""The thresholds behind a list of gaps: those in force when it was made, with their basis and who changed them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geodata.standards import load_standards
from geodata.workspace import Publication

STANDARDS = "standards"
"""Published table of the standards in force; an older release has none and goes by the project's."""

BY_REGION = "cambiado por la región"
_NO_FIGURE = "sin cifra publicada"


def published_standards(publication: Publication) -> pd.DataFrame:
    """
    Return the standards of a publication.

    Returns
    -------
    standards
        `id`, `label`, `adequate`, `critical`, `basis`, `source`, `year`, and where known `origin` (`project` or
        `region`) and `absence` (why nobody has a figure).
    """
    if (publication.path / f"{STANDARDS}.parquet").is_file():
        return publication.table(STANDARDS)
    return pd.DataFrame([vars(standard) for standard in load_standards().values()])


def thresholds(standards: pd.DataFrame) -> list[tuple[str, str]]:
    """Return name and description of every threshold, as the sheet of parameters tells them."""
    return [(f"Umbral: {one['label']}", in_words(one)) for one in standards.to_dict("records")]


def in_words(standard: Mapping[Any, Any]) -> str:
    """Return what a standard asks, on what basis, and whether the region changed it."""
    if pd.isna(standard["adequate"]):
        absence = standard.get("absence")
        return f"{_NO_FIGURE}: {absence}" if isinstance(absence, str) else _NO_FIGURE
    basis = f"{standard['basis']}; {standard['source']}, {standard['year']}"
    changed = f"; {BY_REGION}" if standard.get("origin") == "region" else ""
    return f"adecuado {standard['adequate']:g}, crítico {standard['critical']:g} ({basis}{changed})"

"""Five kinds of missing that must not be mixed: what a zero or a gap means in one district."""

from __future__ import annotations

from typing import Literal, cast, get_args

import pandas as pd

from geodata.viability_model import Indicator, ViabilityModel

MissingKind = Literal["structural_zero", "absence_is_zero", "not_enumerated", "not_applicable", "unknown"]
MISSING_KINDS: tuple[MissingKind, ...] = get_args(MissingKind)

_ZEROS: dict[str, MissingKind] = {"structural": "structural_zero", "absence": "absence_is_zero"}


def missing_kind(field: str, row: pd.Series, model: ViabilityModel) -> MissingKind | None:
    """
    Return what a zero or a missing figure means; None for a figure that was measured, a zero among them.

    Parameters
    ----------
    field
        An indicator of the model.
    row
        The district: `ubigeo`, the field, and the count that decides whether the question makes sense.

    Returns
    -------
    kind
        `structural_zero` (it cannot be otherwise there), `absence_is_zero` (the source lists what exists, and lists
        none), `not_enumerated` (the census did not reach it whole), `not_applicable` (nobody to whom the question
        applies), `unknown`.
    """
    indicator = model.indicators[field]
    value = row.get(field)
    if pd.notna(value):
        return _ZEROS.get(indicator.zero) if float(cast(float, value)) == 0 else None
    if indicator.not_applicable_without is not None and row.get(indicator.not_applicable_without) == 0:
        return "not_applicable"
    return "not_enumerated" if is_not_enumerated(indicator, str(row["ubigeo"]), model) else "unknown"


def is_not_enumerated(indicator: Indicator, ubigeo: str, model: ViabilityModel) -> bool:
    """Return whether the census behind an indicator did not reach a district whole: its figure there is partial."""
    return indicator.survey is not None and ubigeo in model.not_enumerated[indicator.survey].ubigeos

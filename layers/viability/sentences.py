"""The explanation of a score in words, built from its parts; the templates are `geodata/viability_sentences.toml`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geodata.viability_model import ViabilityModel, load_sentences
from layers.index.rank_draws import SURE_SHARE, RankDraws
from layers.viability.explanation import Explanation, Part
from layers.viability.robustness import FIRST_PLACES, SIERRA

WORTH_SAYING_SHARE = 0.05
"""That a district is hardly ever among the first says nothing of it (proposed)."""


def sentences(explanation: Explanation, model: ViabilityModel, standing: pd.DataFrame | None = None) -> list[str]:
    """
    Return what can be said of a score, a sentence each, in the order in which it is asked.

    Parameters
    ----------
    explanation
        From `explain`.
    model
        For the labels of pillars: `reference.model`.
    standing
        The rows of the district in `robustness_tables`, or none.
    """
    return [
        *_of_score(explanation, model, standing),
        *(_of_place(explanation, standing) if standing is not None and explanation.gate is None else []),
        *_of_parts(explanation),
        *_of_data(explanation),
    ]


def tell_apart(first: str, second: str, draws: RankDraws, names: Mapping[str, str]) -> str | None:
    """
    Return a warning when fewer than 80 % of the draws agree on who is ahead of two districts; None when they do.

    Parameters
    ----------
    first, second
        Ubigeos.
    names
        What each is called.
    """
    said = load_sentences()["pairs"]
    positions = draws.units.get_indexer(pd.Index([first, second]))
    scored = [at >= 0 and pd.notna(draws.scores.iloc[at]) for at in positions]
    if not all(scored):
        unranked = [names.get(code, code) for code, known in zip((first, second), scored, strict=True) if not known]
        return said["unranked"].format(names=said["joined"].join(unranked))
    share = draws.ahead(first, second)
    if first == second or max(share, 1.0 - share) >= SURE_SHARE:
        return None
    # the one that is ahead more often is named first
    ahead, behind = (first, second) if share >= 0.5 else (second, first)
    return said["cannot"].format(
        first=names.get(ahead, ahead), second=names.get(behind, behind), share=_percent(max(share, 1.0 - share))
    )


def _of_score(explanation: Explanation, model: ViabilityModel, standing: pd.DataFrame | None) -> list[str]:
    said = load_sentences()["score"]
    if explanation.gate is not None:
        return [said["gated"].format(name=explanation.name, gate=explanation.gate)]
    if np.isnan(explanation.score):
        labels = ", ".join(model.pillars[code].label for code in explanation.withheld_pillars)
        template = said["withheld"] if labels else said["withheld_axis"]
        return [template.format(name=explanation.name, pillars=labels)]
    shown = said["shown"].format(
        name=explanation.name,
        score=_number(explanation.score),
        potential=_number(explanation.potential),
        conditions=_number(explanation.conditions),
        coverage=explanation.coverage,
    )
    sierra = _row(standing, SIERRA)
    if sierra is None:
        return [shown]
    interval = said["interval"].format(low=_number(sierra["score_p05"]), high=_number(sierra["score_p95"]))
    return [shown, interval]


def _of_place(explanation: Explanation, standing: pd.DataFrame) -> list[str]:
    said = load_sentences()["place"]
    found = []
    for row in standing.to_dict("records"):
        in_sierra = row["scope"] == SIERRA
        found.append(
            said["sierra" if in_sierra else "department"].format(
                rank=_number(row["rank"]),
                low=_number(row["rank_p05"]),
                high=_number(row["rank_p95"]),
                department=explanation.department,
            )
        )
        if row["top20_share"] >= WORTH_SAYING_SHARE and row["scored_count"] > FIRST_PLACES:
            scope = said["scope_sierra"] if in_sierra else explanation.department
            found.append(said["top"].format(first=FIRST_PLACES, scope=scope, share=_percent(row["top20_share"])))
    sierra = _row(standing, SIERRA)
    if sierra is not None:
        name = "quadrant_sure" if sierra["quadrant_share"] >= SURE_SHARE else "quadrant_unsure"
        found.append(said[name].format(share=_percent(float(sierra["quadrant_share"]))))
    return found


def _of_parts(explanation: Explanation) -> list[str]:
    said = load_sentences()["parts"]
    if np.isnan(explanation.score):
        return []
    found = []
    for name, parts in (("strengths", explanation.strengths), ("weaknesses", explanation.weaknesses)):
        written = "; ".join(
            said["part"].format(label=part.label, value=_value(part), points=f"{part.contribution:+.1f}")
            for part in parts
        )
        found.append(said[name].format(parts=written) if parts else said[f"no_{name}"])
    for part in (*explanation.strengths, *explanation.weaknesses):
        if not np.isnan(part.region_median):
            median = _value(part, part.region_median)
            written = said["against_region"].format(
                label=part.label, value=_value(part), department=explanation.department, median=median
            )
            found.append(written)
    for part in explanation.parts:
        if part.is_met is not None:
            name = "standard_met" if part.is_met else "standard_missed"
            standard, basis = _value(part, part.standard), part.standard_basis
            found.append(said[name].format(label=part.label, value=_value(part), standard=standard, basis=basis))
    return found


def _of_data(explanation: Explanation) -> list[str]:
    said, kinds = load_sentences()["data"], load_sentences()["kinds"]
    found = []
    if explanation.years is not None:
        oldest, newest = explanation.years
        found.append(said["year" if oldest == newest else "years"].format(oldest=oldest, newest=newest))
    if any(np.isnan(part.value) for part in explanation.parts):
        found.append(said["share"].format(share=_percent(explanation.missing_share)))
    else:
        found.append(said["complete"])
    for part in explanation.parts:
        name = "reserved" if part.is_reserved else part.kind
        if name is not None:
            found.append(kinds[name].format(label=part.label))
        if part.is_partial:
            found.append(kinds["partial"].format(label=part.label))
    return found


def _row(standing: pd.DataFrame | None, scope: str) -> pd.Series | None:
    if standing is None or not standing["scope"].eq(scope).any():
        return None
    return standing[standing["scope"].eq(scope)].iloc[0]


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _percent(share: float) -> str:
    # never 100 % of the draws unless all of them
    return f"{min(100.0 * share, 99.0) if share < 1.0 else 100.0:.0f}"


def _value(part: Part, value: float | None = None) -> str:
    shown = part.value if value is None else value
    return f"{shown:,.{part.decimals}f} {part.unit}".strip()

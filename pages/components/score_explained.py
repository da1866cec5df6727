"""Why a district has its score: the score with its range, what is for and against it, and parts that add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from geodata.ubigeo import level_of
from geodata.workspace import Publication
from layers.index.rank_draws import SURE_SHARE
from layers.scenario import Basis, Scenario
from layers.viability import Explanation, Part, Robustness, gate_sentence, sentences, tell_apart
from layers.viability.robustness import FIRST_PLACES, SIERRA
from layers.viability.sentences import WORTH_SAYING_SHARE
from pages.components import cached, figures
from pages.text import say, section

_BAR_SHARE = 100.0
"""Width of the longest bar, in hundredths of its half of the cell."""


def score_lines(row: pd.Series, release: Publication) -> list[str]:
    """Return a score in lines: quadrant if it is sure, score with its range."""
    _, sierra = _standing(row, release)
    return [_quadrant(str(row["quadrant"]), sierra), _score(float(row["viability_score"]), sierra)]


def axes_lines(row: pd.Series, release: Publication) -> list[str]:
    """Return the two axes of a score, and being among the first where the draws say so."""
    rows, sierra = _standing(row, release)
    axes = {name: figures.number(row[f"{name}_score"]) for name in ("potential", "conditions")}
    lines = [say("card.axes", **axes)]
    departments = rows[rows["scope"].ne(SIERRA)] if len(rows) else rows
    for place in (departments, sierra):
        if len(place) and place["top20_share"].iloc[0] >= WORTH_SAYING_SHARE:
            if place["scored_count"].iloc[0] <= FIRST_PLACES:
                continue
            scope = say("explained.sierra") if place is sierra else str(row["department"])
            share = figures.number(100 * place["top20_share"].iloc[0])
            lines.append(say("explained.top", first=FIRST_PLACES, scope=scope, share=share))
            break
    return lines


def rank_line(row: pd.Series, release: Publication) -> str:
    """Return the place of a district in the Sierra, never without its range where it is known."""
    ranked = int(cached.level_table(release, "district")["viability_rank"].notna().sum())
    line = say("card.rank", rank=int(row["viability_rank"]), total=figures.number(ranked))
    _, sierra = _standing(row, release)
    if sierra.empty:
        return line
    low, high = (figures.number(sierra[name].iloc[0]) for name in ("rank_p05", "rank_p95"))
    return line + say("explained.rank_range", low=low, high=high)


def gate_line(row: pd.Series, release: Publication) -> str | None:
    """Return why a district is not viable today, or None where no gate is closed."""
    reference, gate = cached.reference(release), row.get("gate")
    if reference is None or pd.isna(gate) or str(gate) not in reference.model.gates:
        return None
    sentence = gate_sentence(reference.model.gates[str(gate)])
    return say("explained.gate", gate=sentence[:1].upper() + sentence[1:])


def strengths_and_weaknesses(release: Publication, ubigeo: str) -> None:
    """Draw what raises a district most above the middle of the Sierra, and what lowers it."""
    found = _scored(release, ubigeo)
    if found is None:
        return
    districts = cached.level_table(release, "district")
    sierra = districts[districts["is_sierra"].astype(bool)]
    for name, mark, parts in (("strengths", "▲", found.strengths), ("weaknesses", "▼", found.weaknesses)):
        if parts:
            told = [f"<li><span>{mark}</span><span>{escape(_told(part, sierra))}</span></li>" for part in parts]
            listed = f'<ul class="atlas-parts">{"".join(told)}</ul>'
            st.html(f'<div class="atlas-legend"><b>{say(f"explained.{name}")}</b>{listed}</div>')


def twins(release: Publication, ubigeo: str) -> None:
    """Say of how many districts of its department a district cannot be told apart."""
    found = _scored(release, ubigeo)
    if found is not None and (warning := _twins(found, cached.scenario_draws(release, Scenario()))) is not None:
        st.caption(warning)


def explained_section(release: Publication, ubigeo: str) -> None:
    """Draw a score taken apart: contributions that add up to it, the data under it, its neighbours and every word."""
    st.subheader(say("explained.title"), anchor=False)
    if level_of(ubigeo) != "district":
        st.caption(say("explained.only_districts"))
        return
    found, basis = cached.explanation(release, ubigeo), cached.index_basis(release)
    if found is None or basis is None:
        st.info(say("explained.absent"))
        return
    told = sentences(found, basis.reference.model, cached.standing(release, ubigeo))
    if np.isnan(found.score):
        st.markdown(told[0])
    else:
        st.caption(say("explained.intro", coverage=found.coverage.capitalize()))
    reserve = figures.reserve_of(release, ubigeo)
    known = [part.field for part in found.parts if part.field in basis.fields]
    sources = {field: figures.source_line(basis.fields[field], reserve) for field in known}
    st.html(contributions_table(found, sources))
    st.caption("  \n".join(_data_lines(found, basis)))
    _neighbours(release, found)
    with st.expander(say("explained.words")):
        st.markdown("\n".join(f"- {_plain(sentence)}" for sentence in told))


def contributions_table(found: Explanation, sources: Mapping[str, str]) -> str:
    """
    Return the table of a score: the district in the middle, what each indicator adds or takes, the score.

    `sources` says, by field, of when and from whom a figure is and how it was made.
    """
    points = rounded_to_add_up([part.contribution for part in found.parts], found.baseline, found.score)
    longest = max((abs(value) for value in points if not np.isnan(value)), default=0.0) or 1.0
    order = sorted(range(len(points)), key=lambda i: (np.isnan(points[i]), -points[i]))
    titles = ["indicator", "here", "points", "region", "standard"]
    named = [say(f"explained.{title}", department=found.department) for title in titles]
    head = "".join(f"<th>{escape(title)}</th>" for title in named)
    body = _sum_row(say("explained.baseline"), found.baseline)
    body += "".join(_row(found.parts[i], points[i], longest, sources) for i in order)
    body += _sum_row(say("explained.total", name=found.name), found.score)
    return (
        '<div class="atlas-scroll"><table class="atlas-profile" data-atlas-explained>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def rounded_to_add_up(parts: Sequence[float], baseline: float, total: float) -> list[float]:
    """
    Return parts with one decimal that add up, with the rounded baseline, to the rounded total.

    The parts that rounding wrongs most take the difference; missing parts stay missing.
    """
    rounded = [round(part, 1) for part in parts]
    known = [i for i, part in enumerate(parts) if not np.isnan(part)]
    if np.isnan(total) or not known:
        return rounded
    lacking = round((round(total, 1) - round(baseline, 1) - sum(rounded[i] for i in known)) * 10)
    step = 0.1 if lacking > 0 else -0.1
    by_wrong = sorted(known, key=lambda i: (rounded[i] - parts[i]) * np.sign(step))
    for i in (by_wrong * (abs(lacking) // len(known) + 1))[: abs(lacking)]:
        rounded[i] = round(rounded[i] + step, 1)
    return rounded


def _standing(row: pd.Series, release: Publication) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how sure the places of a territory are, and of them that in the Sierra."""
    rows = cached.standing(release, str(row["ubigeo"])) if cached.reference(release) is not None else pd.DataFrame()
    return rows, rows[rows["scope"].eq(SIERRA)] if len(rows) else rows


def _scored(release: Publication, ubigeo: str) -> Explanation | None:
    found = cached.explanation(release, ubigeo) if level_of(ubigeo) == "district" else None
    return None if found is None or np.isnan(found.score) else found


def _quadrant(quadrant: str, sierra: pd.DataFrame) -> str:
    words = {"quadrant": say(f"quadrants.{quadrant}"), "meaning": say(f"quadrant_meaning.{quadrant}")}
    share = float(sierra["quadrant_share"].iloc[0]) if len(sierra) else np.nan
    if share >= SURE_SHARE or np.isnan(share):
        return say("explained.quadrant_sure", **words)
    return say("explained.quadrant_unsure", share=figures.number(100 * share), **words)


def _score(score: float, sierra: pd.DataFrame) -> str:
    if sierra.empty or pd.isna(sierra["score_p05"].iloc[0]):
        return say("explained.score_alone", score=figures.number(score))
    low, high = (figures.number(sierra[name].iloc[0]) for name in ("score_p05", "score_p95"))
    return say("explained.score", score=figures.number(score), low=low, high=high)


def _told(part: Part, sierra: pd.DataFrame) -> str:
    """Return a figure beside the middle of the Sierra: without it 96 % without internet does not read as good."""
    # no line ends between a number and its sign
    told = {"label": part.label, "value": _value(part, part.value).replace(" %", "\u00a0%")}
    median = sierra[part.field].median() if part.field in sierra else np.nan
    if np.isnan(median):
        return say("explained.part", **told)
    return say("explained.part_beside", **told, median=figures.number(median, part.decimals))


def _bare(part: Part, value: float | None) -> str:
    if value is None or np.isnan(value):
        return say("profile.not_here")
    return figures.number(value, part.decimals)


def _value(part: Part, value: float) -> str:
    return figures.with_unit(_bare(part, value), part.unit, part.label)


def _row(part: Part, points: float, longest: float, sources: Mapping[str, str]) -> str:
    kind = "reserved" if part.is_reserved else part.kind
    notes = [sources[part.field]] if part.field in sources else []
    notes += [say(f"explained.kinds.{name}") for name in (kind, "partial" if part.is_partial else None) if name]
    here = escape(_value(part, part.value))
    if np.isnan(part.value) and kind is not None:
        here = f'<span class="missing">{escape(say(f"explained.kinds.{kind}"))}</span>'
        notes = [note for note in notes if note != say(f"explained.kinds.{kind}")]
    standard = _bare(part, part.standard)
    if part.standard is not None and part.is_met is not None:
        verdict = say("explained.met" if part.is_met else "explained.missed")
        standard += f"<small>{escape(verdict)} ({part.standard_basis})</small>"
    bar = f'<td style="white-space:nowrap">{_bar(points, longest)}</td>'
    cells = f"{bar}<td>{_bare(part, part.region_median)}</td><td>{standard}</td>"
    name = f"{escape(part.label)}<small>{escape(' · '.join(notes))}</small>"
    return f'<tr><td>{name}</td><td class="own">{here}</td>{cells}</tr>'


def _bar(points: float, longest: float) -> str:
    """Return a contribution as a bar to the left or right of a middle line, with its number."""
    if np.isnan(points):
        return say("explained.no_points")
    width = _BAR_SHARE * abs(points) / longest / 2
    start = 50.0 if points >= 0 else 50.0 - width
    colour = "#2f7f8e" if points >= 0 else "#c07f0a"
    bar = f"position:absolute;left:{start:.1f}%;width:{width:.1f}%;height:100%;background:{colour}"
    middle = "position:absolute;left:50%;width:1px;height:100%;background:rgba(128,124,116,.6)"
    box = "position:relative;display:inline-block;width:6rem;height:.75rem;vertical-align:middle;margin-right:.4rem"
    number = f'<span style="display:inline-block;min-width:2.6rem">{points + 0:+.1f}</span>'
    return f'<span style="{box}"><span style="{bar}"></span><span style="{middle}"></span></span>{number}'


def _sum_row(name: str, value: float) -> str:
    """Return the row of a sum; none where there is no score to take apart."""
    if np.isnan(value):
        return ""
    shown = figures.number(value, 1)
    return f'<tr><td colspan="2"><b>{escape(name)}</b></td><td><b>{escape(shown)}</b></td><td colspan="2"></td></tr>'


def _data_lines(found: Explanation, basis: Basis) -> list[str]:
    years = "–".join(str(year) for year in dict.fromkeys(found.years or ()))
    lines = [say("explained.data", share=figures.number(100 * (1 - found.missing_share)), year=years)]
    kinds: dict[str, list[str]] = {}
    for part in found.parts:
        if np.isnan(part.value):
            kinds.setdefault("reserved" if part.is_reserved else str(part.kind), []).append(part.label)
    if kinds:
        words = section("explained.kinds")
        told = "; ".join(f"{words.get(kind, kind)}: {', '.join(labels)}" for kind, labels in kinds.items())
        lines.append(say("explained.missing", kinds=told))
    absent: dict[str, list[str]] = {}
    for code, why in found.unavailable.items():
        if code in basis.fields:
            absent.setdefault(why, []).append(basis.fields[code].label)
    if absent:
        told = "; ".join(f"{', '.join(labels)} ({why})" for why, labels in absent.items())
        lines.append(say("explained.absent_fields", names=told))
    return lines


def _twins(found: Explanation, draws: Robustness) -> str | None:
    """Return of how many districts of its department this one cannot be told apart."""
    if found.ubigeo not in draws.ranks.units:
        return None
    inside = draws.departments.eq(f"{found.ubigeo[:2]}0000")
    ahead = draws.ranks.ahead_of_all(found.ubigeo)[inside.to_numpy()].dropna()
    count = int(((ahead < SURE_SHARE) & (ahead > 1 - SURE_SHARE)).sum())
    return say("explained.twins", count=figures.number(count), scope=found.department) if count else None


def _neighbours(release: Publication, found: Explanation) -> None:
    """Say whether the district can be told apart from those next to it in its department."""
    draws = cached.scenario_draws(release, Scenario())
    if np.isnan(found.score) or found.ubigeo not in draws.ranks.units:
        return
    scores = draws.ranks.scores[draws.departments.eq(f"{found.ubigeo[:2]}0000").to_numpy()].dropna()
    order = list(scores.sort_values(ascending=False, kind="stable").index)
    at = order.index(found.ubigeo)
    beside = [code for i, code in enumerate(order) if abs(i - at) == 1]
    districts = cached.level_table(release, "district")
    names = dict(zip(districts["ubigeo"], districts["name"], strict=True))
    told = [tell_apart(found.ubigeo, code, draws.ranks, names) for code in beside]
    doubtful = [sentence for sentence in told if sentence is not None]
    if doubtful:
        st.markdown(f"**{say('explained.apart', department=found.department)}**")
        st.warning("  \n".join(_plain(sentence) for sentence in doubtful))


def _plain(sentence: str) -> str:
    """Return a sentence in which nothing is read as markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>$~:" else letter for letter in sentence)

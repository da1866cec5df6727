"""The evidence of a traba: gaps as a release published them, and the figures that follow from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from geodata.agenda import checks
from geodata.agenda.desk import Work, record
from geodata.agenda.models import GapLinkRow
from geodata.agenda.records import GapLink, TrabaDraft
from geodata.errors import Problem

COMPUTED = ("producers_count", "area_ha")
"""Figures of a traba that its gaps give, unless somebody has a reason to write another."""


def computed_figures(gaps: Iterable[GapLink]) -> dict[str, float | None]:
    """Return producers and hectares of the territories of some gaps, each territory once; None where none is known."""
    computed: dict[str, float | None] = {}
    for name in COMPUTED:
        by_territory = {gap.ubigeo: getattr(gap, name) for gap in gaps if getattr(gap, name) is not None}
        computed[name] = float(sum(by_territory.values())) if by_territory else None
    return computed


def figure_problems(draft: TrabaDraft, gaps: Iterable[GapLink]) -> Iterator[Problem]:
    """Yield the figures of a draft that differ from the computed ones without a reason."""
    computed = computed_figures(gaps)
    for name in COMPUTED:
        typed = getattr(draft, name)
        if typed is not None and typed != computed[name] and not draft.figures_reason.strip():
            expected = "lo calculado" if computed[name] is None else f"lo calculado, {computed[name]:,.1f}"
            repair = "escriba el motivo de la cifra, o déjela vacía para usar la calculada"
            yield checks.problem(name, f"{expected}, o un motivo", f"{typed} sin motivo", repair)


def gap_problems(gaps: Iterable[GapLink]) -> Iterator[Problem]:
    """Yield what is wrong with gaps as evidence; a number without its year is none."""
    for gap in gaps:
        values = asdict(gap)
        yield from checks.texts(values)
        yield from checks.codes("ubigeo", [gap.ubigeo])
        yield from checks.required(values, "release_id", "standard", "label")
        yield from checks.short("release_id", gap.release_id)
        yield from checks.short("standard", gap.standard)
        yield from checks.numbers(values, *COMPUTED)
        if gap.value is not None:
            yield from checks.required(values, "year")


def as_kept(gap: GapLink) -> GapLink:
    """Return a gap whose figures are plain numbers, or None where a table says "missing" in another way."""
    year = _number(gap.year)
    return replace(
        gap,
        value=_number(gap.value),
        year=None if year is None else int(year),
        producers_count=_number(gap.producers_count),
        area_ha=_number(gap.area_ha),
    )


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def gap_key(gap: GapLink) -> tuple[str, str, str]:
    """Return what tells a gap from another: release, territory and standard."""
    return gap.release_id, gap.ubigeo, gap.standard


def add_links(work: Work, traba_id: int, gaps: Iterable[GapLink]) -> list[dict[str, Any]]:
    """Keep gaps as evidence of a traba, each once; return what was kept, as the log writes it."""
    once = {gap_key(gap): {name: value for name, value in asdict(gap).items() if name != "link_id"} for gap in gaps}
    for values in once.values():
        work.transaction.add(GapLinkRow(**values, traba_id=traba_id))
    work.transaction.flush()
    return list(once.values())


def links_of(transaction: Transaction, traba_ids: Sequence[int]) -> defaultdict[int, list[GapLink]]:
    """Return the evidence of some trabas, by traba, in the order in which it came."""
    links: defaultdict[int, list[GapLink]] = defaultdict(list)
    query = select(GapLinkRow).order_by(GapLinkRow.link_id)
    if len(traba_ids) == 1:
        query = query.where(GapLinkRow.traba_id == traba_ids[0])
    for row in transaction.scalars(query):
        links[row.traba_id].append(record(GapLink, row))
    return links

"""
Belonging to an association, committee or cooperative of producers, and what it gives.

A member who says that it gives no benefit (P103_07) is organised only on paper.
"""

from __future__ import annotations

import polars as pl

from layers.census.measures import Chapter, Partition, holds, shares_of

_MEMBER = holds("p101", 1)

_BENEFITS = {
    "benefit_inputs": "p103_01",
    "benefit_local_market": "p103_02",
    "benefit_foreign_market": "p103_03",
    "benefit_assistance": "p103_04",
    "benefit_finance": "p103_05",
    "benefit_other": "p103_06",
    "members_without_benefit": "p103_07",
}


def _membership() -> Chapter:
    members, member_shares = shares_of("units_count", "rec04b", pl.lit(True), {"members": _MEMBER})
    answers = {name: holds(column, 1) for name, column in _BENEFITS.items()}
    benefits, benefit_shares = shares_of("members_count", "rec04b", _MEMBER, answers)
    return Chapter(
        quantities=(*members, *benefits),
        shown=("members_count",),
        derived=(*member_shares, *benefit_shares),
        partitions=(
            Partition("units_count", ("members_count",)),
            *(Partition("members_count", (count.id,)) for count in benefits),
        ),
    )


MEMBERSHIP = _membership()

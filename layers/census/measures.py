"""
What an indicator of the census is made of.

Everything is measured on one row per unit, so every column can be added over units, districts and provinces, and every
figure can say on how many units it rests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

UNIT_KEY = ("ubigeo_2012", "sea", "unit", "nprin")
"""A unit; a parcel or a crop line carries its unit's key."""


@dataclass(frozen=True)
class Counted:
    """The units for which `where` holds."""

    id: str
    module: str
    where: pl.Expr


@dataclass(frozen=True)
class Summed:
    """The sum of `value` over units; it rests on the units where the value is not zero."""

    id: str
    module: str
    value: pl.Expr


Quantity = Counted | Summed


@dataclass(frozen=True)
class Share:
    """`part` as a percentage of `whole`; `rest` names the quantity left over when it is not simply the difference."""

    id: str
    part: str
    whole: str
    rest: str | None = None


@dataclass(frozen=True)
class Mean:
    """`total` divided by `over`."""

    id: str
    total: str
    over: str


@dataclass(frozen=True)
class Median:
    """The median of `value` over the units counted in `over` for which it is known."""

    id: str
    module: str
    value: pl.Expr
    over: str


Derived = Share | Mean | Median


@dataclass(frozen=True)
class Partition:
    """Parts that exclude each other; together with units in none of them (unless `is_whole`) they make the total."""

    total: str
    parts: tuple[str, ...]
    is_whole: bool = False


@dataclass(frozen=True)
class Chapter:
    """One subject: what is added up, what is shown as it is, what is derived, and which parts make a whole."""

    quantities: tuple[Quantity, ...]
    shown: tuple[str, ...]
    derived: tuple[Derived, ...]
    partitions: tuple[Partition, ...] = ()


def holds(column: str, *codes: int) -> pl.Expr:
    """Return whether the answer is one of the codes; not asked counts as no."""
    return pl.col(column).is_in(codes).fill_null(False)


def shares_of(
    whole: str, module: str, among: pl.Expr, answers: dict[str, pl.Expr]
) -> tuple[list[Counted], list[Share]]:
    """
    Return, for each name, the units of `whole` that give the answer, and their share of it.

    Parameters
    ----------
    whole
        The quantity that counts the units where `among` holds.
    answers
        Name of the share without its `_pct` -> the condition.
    """
    counts = [Counted(f"{name}_count", module, among & answer) for name, answer in answers.items()]
    shares = [Share(f"{name}_pct", f"{name}_count", whole) for name in answers]
    return counts, shares


def joined(*chapters: Chapter) -> Chapter:
    """Return the chapters as one."""
    return Chapter(
        tuple(item for chapter in chapters for item in chapter.quantities),
        tuple(item for chapter in chapters for item in chapter.shown),
        tuple(item for chapter in chapters for item in chapter.derived),
        tuple(item for chapter in chapters for item in chapter.partitions),
    )


def required_columns(expressions: Iterable[pl.Expr]) -> set[str]:
    """Return the columns that the expressions read."""
    return {name for expression in expressions for name in expression.meta.root_names()}

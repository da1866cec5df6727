"""
Classes of a choropleth: where the breaks lie, which class a value falls in, what the legend says.

Breaks are made once, from a reference set (the whole Sierra), and reused for every filtered view: a colour
keeps its meaning. Classes are closed on the right, `breaks[k-1] < value <= breaks[k]`; the first and the last
are open-ended, so a value beyond the reference range still has a class.

Breaks are round numbers, and there are no others: `classify` and the legend use the same ones. Rounding picks
among the numbers that split the reference almost as the exact quantile does, so it never moves a value across
a break after the breaks are set.
"""

import math
from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

CLASS_COUNT = 5
MISSING_CLASS = -1
# a judgement: a rounder break may leave each side of it 1 % of the reference (12 of 1,200 districts) off its
# quantile
RANK_SLACK_SHARE = 0.01
# a 64-bit float holds 15 to 17 significant digits
SIGNIFICANT_DIGITS = 17
# labels show more decimals than asked rather than a number that is not the break, but no more than these
LABEL_DECIMALS_MAX = 6


def quantile_breaks(reference: pd.Series, classes: int = CLASS_COUNT) -> tuple[float, ...]:
    """
    Return the round numbers that split the reference into classes of nearly equal size.

    Parameters
    ----------
    reference
        The set on which the breaks are frozen; missing values are left out, order does not matter.
    classes
        Wanted number of classes.

    Returns
    -------
    breaks
        Strictly ascending, at most `classes - 1`; each class holds at least one reference value. Ties are
        never split, so few distinct values give fewer breaks; a constant or empty reference gives none (one
        class).

    Raises
    ------
    ValueError
        If `classes` is below 1, or the reference holds an infinite value or text.
    """
    if classes < 1:
        raise ValueError(f"classes is {classes}, expected 1 or more")
    values = _finite(reference, "reference")
    ordered = np.sort(values[~np.isnan(values)])
    # a split of rank r leaves r values below the break; between equal values there is none
    splits = np.flatnonzero(ordered[1:] > ordered[:-1]) + 1
    if len(splits) == 0:
        return ()
    breaks: list[float] = []
    below_count = 0
    for part in range(1, classes):
        distance = np.abs(splits / len(ordered) - part / classes)
        best = int(distance.argmin())
        near = np.flatnonzero(distance <= max(RANK_SLACK_SHARE, distance[best]))
        low, high = float(ordered[splits[near[0]] - 1]), float(ordered[splits[near[-1]]])
        middle = ordered[splits[best] - 1] / 2 + ordered[splits[best]] / 2
        candidate = _roundest(low, high, float(middle))
        rank = int(np.searchsorted(ordered, candidate, side="right"))
        if rank > below_count:  # otherwise the class between the two breaks would be empty
            breaks.append(candidate)
            below_count = rank
    return tuple(breaks)


def classify(values: pd.Series, breaks: Sequence[float]) -> npt.NDArray[np.int8]:
    """
    Return the class of each value: 0 for the lowest, `len(breaks)` for the highest, -1 for missing.

    Parameters
    ----------
    values
        Numbers of any numeric dtype; missing allowed.
    breaks
        Frozen breaks, strictly ascending. A value equal to a break belongs to the class below it.

    Raises
    ------
    ValueError
        If a value is infinite or text, or the breaks are not finite and strictly ascending.
    """
    edges = checked_breaks(breaks)
    numbers = _finite(values, "values")
    found = np.searchsorted(edges, numbers, side="left").astype(np.int8)
    return np.where(np.isnan(numbers), np.int8(MISSING_CLASS), found)


def class_labels(
    breaks: Sequence[float], decimals: int = 1, *, whole_numbers: bool = False, lowest: float | None = None
) -> list[str]:
    """
    Return one label per class, from the breaks alone: "≤ 12.3", "12.3 – 45.6", "> 45.6".

    Parameters
    ----------
    breaks
        As `classify` uses them. With none the one class has the label "".
    decimals
        Decimals shown, as long as they show the break itself; a finer break gets the decimals it needs, up to
        6.
    whole_numbers
        The values are counts: classes read "1 – 3", "4 – 9", "> 9" and "4" when they hold a single number.
    lowest
        Lowest value the indicator can take. When the first class holds nothing else its label is that number
        alone.

    Raises
    ------
    ValueError
        If the breaks are not finite and strictly ascending.
    """
    edges = checked_breaks(breaks).tolist()
    if not edges:
        return [""]
    shown = max([0 if whole_numbers else decimals, *(_decimals_needed(edge) for edge in edges)])
    first = format_number(edges[0], shown) if lowest == edges[0] else f"≤ {format_number(edges[0], shown)}"
    between = [
        _range_label(math.floor(low) + 1 if whole_numbers else low, high, shown) for low, high in pairwise(edges)
    ]
    return [first, *between, f"> {format_number(edges[-1], shown)}"]


def format_number(value: float, decimals: int) -> str:
    """Return the number as Peruvian ministries write it: 12,345.6."""
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"  # adding 0.0 turns "-0.0" into "0.0"


def checked_breaks(breaks: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return the breaks as an array; raise ValueError unless they are finite and strictly ascending."""
    edges = np.asarray(breaks, dtype=float)
    if edges.ndim != 1 or not np.isfinite(edges).all() or (edges[1:] <= edges[:-1]).any():
        raise ValueError(f"breaks are {list(breaks)}, expected finite numbers, strictly ascending")
    return edges


def _finite(values: pd.Series, what: str) -> npt.NDArray[np.float64]:
    """Return the numbers as float with NaN for missing; raise ValueError on text and on infinite values."""
    if not (pd.api.types.is_numeric_dtype(values) or values.isna().all()):
        raise ValueError(f"{what} {values.name!r} holds {values.dtype}, expected numbers")
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    infinite = np.isinf(numbers)
    if infinite.any():
        where = ", ".join(str(label) for label in values.index[infinite][:5])
        raise ValueError(f"{what} {values.name!r} is infinite in {infinite.sum()} rows ({where}): divide by zero?")
    return numbers


def _roundest(low: float, high: float, middle: float) -> float:
    """Return the roundest number of [low, high), the one nearest the middle among equally round ones."""
    for step in _round_steps(max(abs(low), abs(high))):
        below = (Decimal(middle) / step).to_integral_value(ROUND_FLOOR)
        around = sorted((float(below * step), float((below + 1) * step)), key=lambda number: abs(number - middle))
        candidate = next((number for number in around if low <= number < high), None)
        if candidate is not None:
            return candidate + 0.0  # never "-0.0"
    return low  # a break on a value is closed on the right: it splits just as well


def _round_steps(size: float) -> Iterator[Decimal]:
    """Yield steps from coarse to fine: 10, 5, 2, 1, 0.5, 0.2, 0.1 ... starting above the size."""
    top = math.floor(math.log10(size)) + 1
    for exponent in range(top, top - SIGNIFICANT_DIGITS - 1, -1):
        for leading in (1, Decimal("0.5"), Decimal("0.2")):
            yield Decimal(leading).scaleb(exponent)


def _range_label(low: float, high: float, decimals: int) -> str:
    if low == high:
        return format_number(high, decimals)
    return f"{format_number(low, decimals)} – {format_number(high, decimals)}"


def _decimals_needed(value: float) -> int:
    """Return how many decimals write the value without changing it, up to LABEL_DECIMALS_MAX."""
    return next((count for count in range(LABEL_DECIMALS_MAX) if round(value, count) == value), LABEL_DECIMALS_MAX)

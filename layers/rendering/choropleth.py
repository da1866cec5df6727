"""
A table to what a map draws: a class, a text and a colour per territory, and the legend that explains them.

Classes come from the whole reference set of the release, never from the filtered view, so that a colour keeps its
meaning when somebody looks at one province.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.fields import Field
from layers.rendering.bivariate import bivariate_classes, tercile_breaks
from layers.rendering.classification import class_labels, classify, format_number, quantile_breaks
from layers.rendering.palette import Theme, sequential_colours

NO_DATA = -1
WITHHELD = -2
"""Class of a territory whose figure rests on too few producers to be published."""
OUTSIDE = -3
"""Class of a territory that is context, not part of the view."""


@dataclass(frozen=True)
class LegendItem:
    """One class of the legend and how many territories of the view fall in it."""

    label: str
    color: str
    count: int


@dataclass(frozen=True)
class Choropleth:
    """What a map draws, in the order of the table."""

    classes: tuple[int, ...]
    values: tuple[str, ...]
    colors: tuple[str, ...]
    legend: tuple[LegendItem, ...]
    no_data_count: int
    withheld_count: int = 0


def single_indicator(
    table: pd.DataFrame,
    field: Field,
    visible: pd.Series,
    theme: Theme,
    missing_text: str = "",
    withheld: Collection[str] = (),
) -> Choropleth:
    """
    Return the choropleth of one indicator.

    Parameters
    ----------
    table
        Every territory of the level, with `is_sierra` and the field.
    field
        Gives unit and decimals of the texts.
    visible
        Which territories belong to the view; the others are drawn as context.
    theme
        Gives the ramp, lowest class first.
    missing_text
        What hovering says where there is no value; with "" the map says it in its own words.
    withheld
        Codes whose figure is withheld: apart from the missing ones, in their own class.
    """
    values = table[field.id].astype(float)
    breaks = quantile_breaks(values[table["is_sierra"].astype(bool)])
    classes = classify(values, breaks)
    whole = bool((values.dropna() % 1 == 0).all())
    lowest = 0.0 if values.min() >= 0 else None
    labels = class_labels(breaks, field.decimals, whole_numbers=whole, lowest=lowest)
    ramp = sequential_colours(theme, len(labels))
    texts = _texts(values, field, missing_text)
    return _choropleth(classes, texts, visible, ramp, labels, table["ubigeo"].isin(set(withheld)))


def two_axes(
    table: pd.DataFrame,
    visible: pd.Series,
    colors: Sequence[str],
    texts: Sequence[str],
    withheld: Collection[str] = (),
) -> Choropleth:
    """
    Return the choropleth of potential and conditions in nine classes (potential x 3 + conditions).

    `texts` is what hovering says, one per territory. The legend has one item per class; a page draws them as 3 x 3.
    """
    reference = table["is_sierra"].astype(bool)
    potential, conditions = table["potential_score"].astype(float), table["conditions_score"].astype(float)
    classes = bivariate_classes(
        potential, conditions, tercile_breaks(potential[reference]), tercile_breaks(conditions[reference])
    )
    return _choropleth(classes, texts, visible, tuple(colors), [""] * len(colors), table["ubigeo"].isin(set(withheld)))


def _choropleth(
    classes: np.ndarray,
    texts: Sequence[str],
    visible: pd.Series,
    colors: tuple[str, ...],
    labels: Sequence[str],
    withheld: pd.Series,
) -> Choropleth:
    shown = visible.to_numpy(dtype=bool)
    is_withheld = withheld.to_numpy(dtype=bool)
    drawn = np.where(is_withheld, WITHHELD, classes)
    legend = tuple(
        LegendItem(label, colors[number], int((drawn[shown] == number).sum())) for number, label in enumerate(labels)
    )
    return Choropleth(
        classes=tuple(int(number) for number in np.where(shown, drawn, OUTSIDE)),
        # the map says «reservado» in its own words
        values=tuple("" if hidden else text for text, hidden in zip(texts, is_withheld, strict=True)),
        colors=colors,
        legend=legend,
        no_data_count=int((drawn[shown] == NO_DATA).sum()),
        withheld_count=int((drawn[shown] == WITHHELD).sum()),
    )


def _texts(values: pd.Series, field: Field, missing_text: str) -> list[str]:
    return [
        missing_text if np.isnan(value) else f"{format_number(value, field.decimals)} {field.unit}" for value in values
    ]

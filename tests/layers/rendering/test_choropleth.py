"""A table to a drawing: a colour keeps its meaning in every view, and missing is never the lowest class."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.rendering.bivariate import AGENDA_CLASS, LIGHT_COLOURS
from layers.rendering.choropleth import NO_DATA, OUTSIDE, WITHHELD, Choropleth, single_indicator, two_axes
from layers.rendering.palette import DARK, LIGHT
from tests.layers.examples import field

FIELD = field("value", unit="ha", decimals=1)


def table(count: int = 100) -> pd.DataFrame:
    """Return Sierra districts with values 0.5, 1.5 … and one without value, and one outside with a monster."""
    values = [*(np.arange(count) + 0.5), np.nan, 1e6]
    return pd.DataFrame(
        {
            "ubigeo": [f"{number:06d}" for number in range(count + 2)],
            "is_sierra": [True] * (count + 1) + [False],
            "value": values,
            "potential_score": [*np.linspace(1, 100, count), np.nan, 50.0],
            "conditions_score": [*np.linspace(100, 1, count), 50.0, 50.0],
        }
    )


def everything(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(True, index=frame.index)


def drawn(visible: pd.Series | None = None, **options: str) -> Choropleth:
    frame = table()
    return single_indicator(frame, FIELD, everything(frame) if visible is None else visible, LIGHT, **options)


def test_five_classes_of_nearly_equal_size() -> None:
    """A hundred different values fall into five classes, each with a colour of the ramp, low to high."""
    found = drawn()
    assert found.colors == LIGHT.sequential
    assert [item.color for item in found.legend] == list(found.colors)
    assert all(19 <= item.count <= 22 for item in found.legend)
    sierra = found.classes[:100]
    assert list(sierra) == sorted(sierra)
    assert set(sierra) == set(range(5))


def test_one_entry_per_territory_in_the_order_of_the_table() -> None:
    """Classes and texts line up with the rows."""
    found = drawn()
    assert len(found.classes) == len(found.values) == len(table())
    assert found.values[0] == "0.5 ha"
    assert found.values[-1] == "1,000,000.0 ha"


def test_missing_has_its_own_class_and_is_counted_apart() -> None:
    """A territory without value is «no data», in no class of the legend, with the text asked for."""
    found = drawn(missing_text="sin dato")
    assert found.classes[100] == NO_DATA
    assert found.values[100] == "sin dato"
    assert found.no_data_count == 1
    assert sum(item.count for item in found.legend) == 101
    assert drawn().values[100] == ""


def test_a_colour_keeps_its_meaning_when_the_view_is_filtered() -> None:
    """Looking at ten districts moves no class of those ten and no label; the rest is drawn as context."""
    few = everything(table())
    few.iloc[10:] = False
    whole, part = drawn(), drawn(few)
    assert part.classes[:10] == whole.classes[:10]
    assert set(part.classes[10:]) == {OUTSIDE}
    assert [item.label for item in part.legend] == [item.label for item in whole.legend]
    assert part.colors == whole.colors


def test_the_legend_counts_what_is_in_view() -> None:
    """Ten visible districts are ten in the legend; a hidden one without value is not counted as missing."""
    few = everything(table())
    few.iloc[10:] = False
    found = drawn(few)
    assert sum(item.count for item in found.legend) == 10
    assert found.no_data_count == 0


def test_classes_are_those_of_the_sierra() -> None:
    """A hundred monsters outside the Sierra are all in the highest class and move no break."""
    monsters = pd.DataFrame({"ubigeo": "990000", "is_sierra": False, "value": np.linspace(1e3, 1e6, 100)})
    frame = pd.concat([table(), monsters], ignore_index=True)
    found = single_indicator(frame, FIELD, everything(frame), LIGHT)
    assert found.classes[:102] == drawn().classes
    assert set(found.classes[102:]) == {4}
    assert [item.label for item in found.legend] == [item.label for item in drawn().legend]


def test_few_values_give_few_classes() -> None:
    """Counts of 0 and 1 are two classes, the extremes of the ramp; a constant is one class of the middle colour."""
    frame = pd.DataFrame({"ubigeo": "010101", "is_sierra": True, "value": [0.0] * 50 + [1.0] * 50})
    found = single_indicator(frame, FIELD, everything(frame), DARK)
    assert found.colors == (DARK.sequential[0], DARK.sequential[-1])
    assert [item.count for item in found.legend] == [50, 50]
    constant = single_indicator(frame.assign(value=3.0), FIELD, everything(frame), DARK)
    assert constant.colors == (DARK.sequential[2],)
    assert set(constant.classes) == {0}


def test_an_indicator_without_any_value_draws_no_data() -> None:
    """While a source is absent the map is all «no data», not an error and not the lowest class."""
    frame = table().assign(value=np.nan)
    found = single_indicator(frame, FIELD, everything(frame), LIGHT)
    assert set(found.classes) == {NO_DATA}
    assert found.no_data_count == len(frame)
    assert sum(item.count for item in found.legend) == 0


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_both_themes_draw_the_same_classes(theme: object) -> None:
    """Light or dark changes colours only."""
    frame = table()
    found = single_indicator(frame, FIELD, everything(frame), LIGHT if theme is LIGHT else DARK)
    assert found.classes == drawn().classes


def test_two_axes_give_nine_classes_and_their_colours() -> None:
    """High potential with low conditions is the agenda's class; missing on one axis is no data."""
    frame = table()
    texts = [f"texto {number}" for number in range(len(frame))]
    found = two_axes(frame, everything(frame), LIGHT_COLOURS, texts)
    assert found.classes[99] == AGENDA_CLASS
    assert found.classes[0] == 2
    assert found.classes[100] == NO_DATA
    assert found.no_data_count == 1
    assert found.values == tuple(texts)
    assert [item.color for item in found.legend] == list(LIGHT_COLOURS)
    assert sum(item.count for item in found.legend) == 101


def test_two_axes_keep_their_classes_when_the_view_is_filtered() -> None:
    """Terciles are those of the Sierra, not of the province in view."""
    frame = table()
    few = everything(frame)
    few.iloc[5:] = False
    texts = [""] * len(frame)
    whole = two_axes(frame, everything(frame), LIGHT_COLOURS, texts)
    part = two_axes(frame, few, LIGHT_COLOURS, texts)
    assert part.classes[:5] == whole.classes[:5]
    assert set(part.classes[5:]) == {OUTSIDE}
    assert sum(item.count for item in part.legend) == 5


def test_drawing_changes_nothing() -> None:
    """The table that was given stays as it was."""
    frame = table()
    before = frame.copy()
    single_indicator(frame, FIELD, everything(frame), LIGHT)
    two_axes(frame, everything(frame), LIGHT_COLOURS, [""] * len(frame))
    assert frame.equals(before)


def test_a_withheld_figure_is_told_apart_from_a_missing_one() -> None:
    """Its class is its own, its text says nothing of the figure, and the legend counts it apart."""
    frame = table()
    hidden = frame["ubigeo"].iloc[:2]
    found = single_indicator(
        frame.assign(value=frame["value"].mask(frame["ubigeo"].isin(hidden))),
        FIELD,
        everything(frame),
        LIGHT,
        "sin dato",
        hidden,
    )
    assert found.classes[:2] == (WITHHELD, WITHHELD)
    assert found.values[:2] == ("", "")
    assert found.withheld_count == 2
    assert found.no_data_count == drawn().no_data_count
    both = two_axes(frame, everything(frame), LIGHT_COLOURS, ["x"] * len(frame), hidden)
    assert both.classes[:2] == (WITHHELD, WITHHELD)
    assert both.withheld_count == 2

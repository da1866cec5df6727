"""Nine classes of Potencial by Condiciones, and nine colours of which the agenda is found first."""

import numpy as np
import pandas as pd
import pytest

from layers.rendering.bivariate import (
    AGENDA_CLASS,
    DARK_COLOURS,
    LIGHT_COLOURS,
    bivariate_classes,
    tercile_breaks,
)
from layers.rendering.palette import DARK, LIGHT, Theme
from tests.layers.rendering.colour_vision import (
    SIGHT,
    blended,
    chroma,
    contrast,
    differences,
    lab,
    smallest_difference,
)

every_sight = pytest.mark.parametrize("sight", SIGHT)
both_themes = pytest.mark.parametrize(
    ("theme", "colours"), [(LIGHT, LIGHT_COLOURS), (DARK, DARK_COLOURS)], ids=["light", "dark"]
)
# the least common sight (tritanopia, about 1 in 10,000) keeps a little less
APART = {"normal": 14.5, "protanopia": 14.5, "deuteranopia": 14.5, "tritanopia": 11.0}


def test_the_nine_classes_lie_row_by_row() -> None:
    """Class = potential * 3 + conditions, for all nine corners, edges and the middle."""
    potential = pd.Series([10, 10, 10, 50, 50, 50, 90, 90, 90])
    conditions = pd.Series([10, 50, 90] * 3)
    assert bivariate_classes(potential, conditions, (33, 66), (33, 66)).tolist() == list(range(9))


def test_high_potential_with_low_conditions_is_the_agenda() -> None:
    """The class named agenda is high potential and low conditions, not the reverse."""
    found = bivariate_classes(pd.Series([90.0]), pd.Series([10.0]), (33, 66), (33, 66))
    assert found.tolist() == [AGENDA_CLASS]


def test_axes_have_their_own_breaks_and_open_ends() -> None:
    """Each axis has its own breaks; a value on a break is below it; the ends are open."""
    potential = pd.Series([33.0, 33.1, 1e9, -1e9])
    conditions = pd.Series([0.5, 0.51, -1e9, 1e9])
    assert bivariate_classes(potential, conditions, (33, 66), (0.5, 0.8)).tolist() == [0, 4, 6, 2]


def test_one_missing_axis_makes_the_class_missing() -> None:
    """A territory with only one of the two axes known has no class: it is never counted as low."""
    potential = pd.Series([np.nan, 90, np.nan, 90])
    conditions = pd.Series([90, np.nan, np.nan, 90])
    found = bivariate_classes(potential, conditions, (33, 66), (33, 66))
    assert found.tolist() == [-1, -1, -1, 8]
    assert found.dtype == np.int8


def test_terciles_are_frozen_on_their_reference() -> None:
    """A district keeps its class when the view shows fewer districts."""
    reference = pd.Series(np.arange(300.0))
    breaks = tercile_breaks(reference)
    whole = bivariate_classes(reference, reference, breaks, breaks)
    assert bivariate_classes(reference[250:], reference[250:], breaks, breaks).tolist() == whole[250:].tolist()
    assert np.bincount(whole)[[0, 4, 8]].tolist() == pytest.approx([100, 100, 100], abs=3)


@pytest.mark.parametrize("values", [[5, 5, 5, 5], [1, 2, 1, 2], [], [0] * 99 + [1]])
def test_an_axis_without_three_classes_is_refused(values: list[float]) -> None:
    """A constant or two-valued axis says how few classes it gives instead of drawing a map of nothing."""
    with pytest.raises(ValueError, match="expected 3"):
        tercile_breaks(pd.Series(values, dtype=float, name="potential"))


def test_misaligned_axes_are_refused() -> None:
    """Two orders would pair the potential of one district with the conditions of another."""
    one, other = (
        pd.Series([1.0, 2.0], index=["010101", "010102"]),
        pd.Series([1.0, 2.0], index=["010102", "010101"]),
    )
    with pytest.raises(ValueError, match="align"):
        bivariate_classes(one, other, (1, 2), (1, 2))


def test_a_wrong_number_of_breaks_is_refused() -> None:
    """Quintile breaks by mistake would give classes beyond the nine colours."""
    with pytest.raises(ValueError, match="conditions has 4 breaks"):
        bivariate_classes(pd.Series([1.0]), pd.Series([1.0]), (1, 2), (1, 2, 3, 4))


@both_themes
@every_sight
def test_the_nine_colours_are_told_apart(theme: Theme, colours: tuple[str, ...], sight: str) -> None:
    """Any two of the nine differ by the stated CIEDE2000 in every kind of sight."""
    assert len(colours) == 9
    assert smallest_difference(colours, sight) >= APART[sight]


@both_themes
def test_the_eye_finds_the_agenda_first(theme: Theme, colours: tuple[str, ...]) -> None:
    """The agenda has by far the highest chroma, and no other colour is close to it in any sight."""
    strength = chroma(colours)
    assert strength.argmax() == AGENDA_CLASS
    assert strength[AGENDA_CLASS] > 1.8 * np.delete(strength, AGENDA_CLASS).max()
    for sight in SIGHT:
        assert np.delete(differences(colours, sight)[AGENDA_CLASS], AGENDA_CLASS).min() >= 15


@both_themes
def test_colours_follow_the_axes(theme: Theme, colours: tuple[str, ...]) -> None:
    """Potential goes to ochre, conditions to blue, both to green; low/low is nearest to the paper."""
    hue = np.degrees(np.arctan2(*lab(colours).T[[2, 1]])) % 360
    assert 65 <= hue[AGENDA_CLASS] <= 90
    assert 240 <= hue[2] <= 280
    assert 135 <= hue[8] <= 165
    assert differences([theme.paper, *colours])[0, 1:].argmin() == 0


@both_themes
@every_sight
def test_missing_is_not_one_of_the_nine(theme: Theme, colours: tuple[str, ...], sight: str) -> None:
    """The greys, which also have a hatch, differ from all nine colours."""
    table = differences([*colours, theme.no_data.fill, theme.reserved.fill], sight)[:9, 9:]
    assert table.min() >= 5


@both_themes
def test_borders_and_selection_show_on_the_nine(theme: Theme, colours: tuple[str, ...]) -> None:
    """District borders, stronger department borders and the two-tone selection show on all nine colours."""
    for fill in colours:
        district, department = (
            contrast(blended(line.colour, line.opacity, fill), fill)
            for line in (theme.district_border, theme.department_border)
        )
        assert district >= 1.2
        assert department > 1.2 * district
        assert max(contrast(theme.ink, fill), contrast(theme.paper, fill)) >= 3

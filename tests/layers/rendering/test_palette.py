"""The colours can be told apart, whoever looks and on whichever page."""

import numpy as np
import pytest

from layers.rendering.palette import DARK, LIGHT, Line, Theme, sequential_colours
from tests.layers.rendering.colour_vision import (
    SIGHT,
    blended,
    ciede2000,
    contrast,
    differences,
    lab,
    smallest_difference,
)

# CIEDE2000 1 is just noticeable side by side; 10 and more is told apart at a glance, also apart on a map
NEIGHBOURS_APART = 11.5
# greys have a hatch besides
GREY_APART = 6.0

both_themes = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
every_sight = pytest.mark.parametrize("sight", SIGHT)


def fills(theme: Theme) -> list[str]:
    return [*theme.sequential, theme.no_data.fill, theme.reserved.fill]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
        ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_used_here_is_ciede2000(one: tuple[float], other: tuple[float], expected: float) -> None:
    """The measure gives the published test pairs of Sharma, Wu and Dalal (2005), to four decimals."""
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


def test_simulated_sight_keeps_greys_grey() -> None:
    """A grey stays the same grey in every simulation, as dichromats see it (Machado 2009)."""
    for sight in SIGHT:
        assert ciede2000(lab(["#808080"]), lab(["#808080"], sight)) == pytest.approx(0, abs=0.1)


@both_themes
@every_sight
def test_sequential_classes_are_told_apart(theme: Theme, sight: str) -> None:
    """Neighbouring classes of the ramp, and so any two, differ clearly in every kind of sight."""
    assert smallest_difference(theme.sequential, sight) >= NEIGHBOURS_APART


@both_themes
@every_sight
def test_sequential_order_is_seen_without_hue(theme: Theme, sight: str) -> None:
    """Lightness runs one way, away from the paper, in steps of at least 10: the order survives grey print."""
    lightness = lab(theme.sequential, sight)[:, 0]
    steps = np.diff(lightness) * (-1 if theme is LIGHT else 1)
    assert steps.min() >= 10


@both_themes
@every_sight
def test_missing_is_not_a_class(theme: Theme, sight: str) -> None:
    """The greys of "sin dato" and "reservado" differ from every class, and their hatches from each other."""
    table = differences(fills(theme), sight)[:5, 5:]
    assert table.min() >= GREY_APART
    assert theme.no_data.hatch != theme.reserved.hatch
    for no_value in (theme.no_data, theme.reserved):
        assert contrast(no_value.fill, no_value.hatch_colour) >= 1.7


@both_themes
@every_sight
def test_severities_are_told_apart(theme: Theme, sight: str) -> None:
    """Severity colours differ clearly in every kind of sight and each has its own shape."""
    steps = list(theme.severity.values())
    assert smallest_difference([step.fill for step in steps], sight) >= 15
    assert len({step.marker for step in steps}) == len(steps)


@both_themes
def test_borders_show_on_every_fill(theme: Theme) -> None:
    """District borders show on every fill, department borders show more on every fill."""
    for fill in fills(theme):
        district, department = (
            border_contrast(line, fill) for line in (theme.district_border, theme.department_border)
        )
        assert district >= 1.2
        assert department > 1.3 * district
    assert theme.department_border.width_px > theme.district_border.width_px


def border_contrast(line: Line, fill: str) -> float:
    return contrast(blended(line.colour, line.opacity, fill), fill)


@both_themes
def test_selection_shows_on_every_fill(theme: Theme) -> None:
    """The two-tone outline of the selected territory (ink and paper) has a contrast of 3:1 on every fill."""
    for fill in [*fills(theme), theme.land]:
        assert max(contrast(theme.ink, fill), contrast(theme.paper, fill)) >= 3


@both_themes
def test_text_is_readable(theme: Theme) -> None:
    """Text, secondary text and links have the 4.5:1 of WCAG AA on paper."""
    for colour in (theme.ink, theme.muted, theme.accent):
        assert contrast(colour, theme.paper) >= 4.5


def test_fewer_classes_keep_both_ends() -> None:
    """With two to five classes both ends stay and no colour repeats; one class takes the middle."""
    ramp = LIGHT.sequential
    assert sequential_colours(LIGHT, 1) == (ramp[2],)
    assert sequential_colours(LIGHT, 4) == (ramp[0], ramp[1], ramp[3], ramp[4])
    for count in range(2, 6):
        colours = sequential_colours(LIGHT, count)
        assert (colours[0], colours[-1]) == (ramp[0], ramp[-1])
        assert len(set(colours)) == count


@pytest.mark.parametrize("count", [0, 6])
def test_impossible_class_counts_are_refused(count: int) -> None:
    """Zero or six classes are refused with the range that is possible."""
    with pytest.raises(ValueError, match="expected 1 to 5"):
        sequential_colours(DARK, count)

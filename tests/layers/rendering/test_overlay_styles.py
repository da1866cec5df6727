"""The drawing of overlays: every class has one, in both themes, and none rests on colour alone."""

from __future__ import annotations

import pytest

from layers.rendering.overlay_styles import styles
from layers.rendering.overlays import APPROXIMATE, NETWORKS, TECHNOLOGIES, OverlayId
from layers.rendering.palette import DARK, LIGHT, Theme
from pages.text import section

CLASSES: dict[OverlayId, list[str]] = {
    "roads": [*NETWORKS, *(f"{network}-{APPROXIMATE}" for network in NETWORKS)],
    "canals": ["canal", "acequia"],
    "settlements": [
        *("rural", "urbano"),
        *(f"{kind}-{word}" for kind in ("rural", "urbano") for word in TECHNOLOGIES),
    ],
}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("overlay", list(CLASSES))
def test_every_class_is_drawn_and_named(overlay: OverlayId, theme: Theme) -> None:
    """No class of a file stays invisible or without a Spanish name in the legend."""
    assert set(styles(overlay, CLASSES[overlay], theme)) == set(CLASSES[overlay])
    assert set(CLASSES[overlay]) <= set(section("overlay_classes"))


def test_the_words_of_the_classes_are_all_of_them() -> None:
    """es.toml names no class that nothing draws."""
    assert set(section("overlay_classes")) == {word for words in CLASSES.values() for word in words}


def test_only_the_classes_that_are_there_are_styled() -> None:
    """What is not in the file is not sent to the browser."""
    assert list(styles("roads", ["vecinal", "nacional"], LIGHT)) == ["vecinal", "nacional"]


def test_networks_differ_without_colour_and_the_approximate_is_dashed() -> None:
    """Width tells the networks apart, the greater above; dashes tell what was joined from way-points."""
    drawn = styles("roads", CLASSES["roads"], LIGHT)
    widths = [drawn[network].width for network in NETWORKS]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == len(widths)
    assert list(drawn)[-1] == "nacional"
    assert all((stroke.dash is not None) is word.endswith(APPROXIMATE) for word, stroke in drawn.items())
    assert "dash" not in drawn["nacional"].as_dict()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_settlements_without_a_report_step_back_beside_those_with_one(theme: Theme) -> None:
    """Alone they are drawn in ink; where some have a report, no colour of a signal is theirs."""
    assert styles("settlements", ["rural"], theme)["rural"].color == theme.ink
    drawn = styles("settlements", CLASSES["settlements"], theme)
    signals = {drawn[f"rural-{word}"].color for word in TECHNOLOGIES}
    assert len(signals) == len(TECHNOLOGIES)
    assert drawn["rural"].color == theme.muted
    assert drawn["rural"].color not in signals

"""The drawing of a territory among its neighbours."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from layers.rendering.palette import LIGHT
from pipelines.export.territory_map import HEIGHT, WIDTH, draw
from tests import tiny

NAMESPACE = "{http://www.w3.org/2000/svg}"


def drawn(ubigeo: str, names: dict[str, str] | None = None) -> ElementTree.Element:
    """Return the drawing of a territory of the tiny country."""
    districts = tiny.districts()[["ubigeo", "geometry"]]
    provinces, departments = (districts.dissolve(districts["ubigeo"].str[:width]) for width in (4, 2))
    return ElementTree.fromstring(draw(ubigeo, districts, provinces, departments, names or {}))


def outline(svg: ElementTree.Element) -> list[tuple[float, float]]:
    """Return the corners of the highlighted territory."""
    (group,) = (part for part in svg.iter(f"{NAMESPACE}g") if part.get("stroke") == LIGHT.accent)
    numbers = [float(one) for path in group for one in re.findall(r"[\d.]+", str(path.get("d")))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@pytest.mark.parametrize(("ubigeo", "squares_wide"), [("010101", 1), ("010100", 2), ("010000", 4)])
def test_territory_lies_whole_in_the_middle(ubigeo: str, squares_wide: int) -> None:
    """The highlighted outline is inside the drawing, centred, and has the proportions of the ground."""
    corners = outline(drawn(ubigeo))
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    north, south = min(y for _, y in corners), max(y for _, y in corners)
    assert 0 < west < east < WIDTH
    assert 0 < north < south < HEIGHT
    assert (west + east) / 2 == pytest.approx(WIDTH / 2, abs=0.2)
    assert (north + south) / 2 == pytest.approx(HEIGHT / 2, abs=0.2)
    # at twelve degrees a degree of longitude is 0.98 of one of latitude
    assert (east - west) / (south - north) == pytest.approx(0.98 * squares_wide, rel=0.01)


def test_neighbours_are_there_and_named_where_it_fits() -> None:
    """Districts that touch the window are drawn; a name wider than its district is left out."""
    svg = drawn("010101", {"010101": "Aquí", "010102": "Al lado", "020103": "x" * 28})
    words = [text.text for text in svg.iter(f"{NAMESPACE}text")]
    assert "Aquí" in words
    assert "Al lado" in words
    assert not any("xxx" in str(word) for word in words)


def test_scale_is_that_of_the_ground() -> None:
    """A bar of twenty kilometres is as long as twenty kilometres of the drawing."""
    svg = drawn("010101")
    label = next(str(text.text) for text in svg.iter(f"{NAMESPACE}text"))
    bar = next(str(path.get("d")) for path in svg.iter(f"{NAMESPACE}path") if "H" in str(path.get("d")))
    length = float(bar.partition("H")[2].partition("V")[0]) - 24
    corners = outline(svg)
    side = max(x for x, _ in corners) - min(x for x, _ in corners)
    # half a degree of longitude at 11.75 degrees south is 54.5 km
    assert length / side == pytest.approx(float(label.removesuffix(" km")) / 54.5, rel=0.01)


def test_names_cannot_leave_the_drawing() -> None:
    """Markup in a name is text in the drawing; control characters would make it unreadable and are left out."""
    svg = drawn("010101", {"010101": "</text><b>\x00\ufffe", "010102": '"&<'})
    assert {"</text><b>", '"&<'} <= {text.text for text in svg.iter(f"{NAMESPACE}text")}
    assert not list(svg.iter(f"{NAMESPACE}b"))

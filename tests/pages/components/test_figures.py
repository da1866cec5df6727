"""How a figure is written beside its label, and how a release is called."""

from __future__ import annotations

import pytest

from geodata.fields import load_fields
from pages.components.figures import millions, with_unit
from pages.components.release_name import release_name


@pytest.mark.parametrize(
    ("unit", "label", "told"),
    [
        ("productores", "Productores en el Padrón", "7"),
        ("nivel (0 a 3)", "Nivel del canal digital", "7 (0 a 3)"),
        ("% de los centros poblados rurales", "Centros poblados rurales a 2 km o menos de un camino", "7 %"),
        ("% de los km", "Red vecinal en mal estado", "7 % de los km"),
        ("productores/km²", "Densidad de productores", "7 productores/km²"),
        ("miles de S/", "Valor de los productos del programa", "S/ 7 mil"),
        ("S/ por productor", "Valor agrícola por productor", "S/ 7"),
        ("ha", "Superficie agrícola", "7 ha"),
        ("ha", "Hectáreas bajo riego", "7 ha"),
    ],
)
def test_a_unit_is_not_said_twice(unit: str, label: str, told: str) -> None:
    """What the label says is left out; a share of something else, a rate or a measure keeps its unit."""
    assert with_unit("7", unit, label).replace("\u00a0", " ") == told


def test_no_figure_loses_its_measure() -> None:
    """Every share, length, area, weight and sum of money of the dictionary keeps it when written."""
    for entry in load_fields().values():
        told = with_unit("7", entry.unit, entry.label)
        for mark in ("%", "km", "ha", "mm", "S/"):
            if mark in entry.unit.split():
                assert mark in told.split()


def test_both_ends_of_a_cost_have_the_same_decimals() -> None:
    """A range of money is not written 724.2-20,118."""
    assert millions(724.2e6, 20118e6) == ("724", "20,118")
    assert millions(1.25e6, 48e6) == ("1.2", "48.0")


def test_a_release_is_called_by_its_day_in_peru() -> None:
    """At 01:39 UTC it is still the day before in Peru; an id of another form stays as it is."""
    assert release_name("20261122T013947Z-856d6c") == "21/11/2026 (856d6c)"
    assert release_name("r1") == "r1"

"""Unit costs: always a range, of stated years, with where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import CatalogError
from geodata.unit_costs import UnitCost, cost_basis, load_unit_costs, unit_costs_of

ENTRY = """
[canal]
good = "riego"
label = "canal"
unit = "ha"
range_pen = [4000, 4600]
years = [2020, 2025]
basis = "referencial"
source = "casos"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "unit_costs.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("cost", load_unit_costs().values(), ids=lambda cost: str(cost.id))
def test_every_cost_is_a_range_with_years_and_source(cost: UnitCost) -> None:
    """From low to high, of years that have been, with unit, basis and source."""
    assert 0 < cost.range_pen[0] <= cost.range_pen[1]
    assert 2000 < cost.years[0] <= cost.years[1]
    assert all((cost.unit, cost.source, cost.label, cost.basis))


def test_the_basis_of_one_and_of_two() -> None:
    """One intervention is told by itself; two go from the cheaper to the dearer, with every source once."""
    costs = load_unit_costs()
    one = costs["periodic_road_maintenance"]
    assert cost_basis([one]) == "mantenimiento periódico (90,000-100,000 S/ por km); casos de prensa 2020-2025"
    assert cost_basis([costs["vecinal_road_improvement"], one]).startswith("De mantenimiento periódico")


def test_a_region_replaces_and_adds_costs(tmp_path: Path) -> None:
    """Its entry says that it is the region's; the others stay."""
    written(tmp_path, ENTRY)
    found = unit_costs_of(tmp_path)
    assert (found["canal"].range_pen, found["canal"].origin) == ((4000.0, 4600.0), "region")
    assert found["on_farm_irrigation"] == load_unit_costs()["on_farm_irrigation"]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("[4000, 4600]", "[4600, 4000]", "canal.range_pen"),
        ("[4000, 4600]", "4000", "canal.range_pen"),
        ("[4000, 4600]", "[0, 4600]", "canal.range_pen"),
        ('basis = "referencial"', 'basis = "cierto"', "canal.basis"),
        ('source = "casos"\n', "", "canal"),
        ('source = "casos"', 'source = ""', "canal.source"),
        ('unit = "ha"', 'unit = "ha"\nprice = 1', "canal.price"),
    ],
)
def test_a_wrong_cost_is_refused_where_it_stands(tmp_path: Path, old: str, new: str, where: str) -> None:
    """A range the wrong way round or a cost without source never reaches a list."""
    path = written(tmp_path, ENTRY.replace(old, new))
    with pytest.raises(CatalogError) as caught:
        unit_costs_of(tmp_path)
    assert {problem.where for problem in caught.value.problems} == {where}
    assert all(str(path) in problem.repair for problem in caught.value.problems)

"""Gap standards: every threshold, cost and responsible entity is an editable record with its basis."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import pytest

from geodata.errors import CatalogError
from geodata.fields import load_fields
from geodata.standards import Standard, load_standards

ENTRY = """
[{key}]
good = "conectividad"
label = "Teléfono celular en el hogar"
field = "households_without_mobile_pct"
level = "district"
better = "lower"
adequate = 10
critical = 40
shortfall_unit = "hogares"
shortfall_base = "households_count"
basis = "propuesto"
source = "una fuente"
year = 2026
responsible = "MTC"
responsible_level = "GN"
"""

STANDARDS = list(load_standards().values())
by_id = attrgetter("id")


def written(folder: Path, text: str) -> Path:
    path = folder / "standards.toml"
    path.write_text(text, encoding="utf-8")
    return path


def places_refused(folder: Path, text: str) -> set[str]:
    with pytest.raises(CatalogError) as caught:
        load_standards(written(folder, text))
    for problem in caught.value.problems:
        assert problem.expected
        assert problem.found
        assert "standards.toml" in problem.repair
    return {problem.where for problem in caught.value.problems}


def test_a_complete_standard_is_read_whole(tmp_path: Path) -> None:
    """Threshold, basis and responsible come as written; a cost is a range from low to high, or absent."""
    text = ENTRY.format(key="mobile") + ENTRY.format(key="costly") + "cost_pen_per_unit = [100, 2500]\n"
    standards = load_standards(written(tmp_path, text))
    assert (standards["mobile"].adequate, standards["mobile"].critical) == (10, 40)
    assert standards["mobile"].basis == "propuesto"
    assert standards["mobile"].cost_pen_per_unit is None
    assert standards["costly"].cost_pen_per_unit == (100.0, 2500.0)


@pytest.mark.parametrize("word", ["adequate", "basis", "source", "responsible", "shortfall_unit", "field", "year"])
def test_a_standard_that_lacks_a_word_is_refused(tmp_path: Path, word: str) -> None:
    """There is no threshold without basis and source, and no gap without somebody who answers for it."""
    text = "\n".join(line for line in ENTRY.format(key="mobile").splitlines() if not line.startswith(f"{word} ="))
    assert places_refused(tmp_path, text) == {"mobile"}


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('field = "households_without_mobile_pct"', 'field = "phones"', "mobile.field"),
        ('shortfall_base = "households_count"', 'shortfall_base = "homes"', "mobile.shortfall_base"),
        ('basis = "propuesto"', 'basis = "inventado"', "mobile.basis"),
        ('better = "lower"', 'better = "smaller"', "mobile.better"),
        ('level = "district"', 'level = "region"', "mobile.level"),
        ("critical = 40", "critical = 5", "mobile.critical"),
        ("adequate = 10", 'adequate = "10"', "mobile.adequate"),
        ("critical = 40", "critical = true", "mobile.critical"),
        ('better = "lower"', 'better = "lower"\ncost_pen_per_unit = [5]', "mobile.cost_pen_per_unit"),
        ('better = "lower"', 'better = "lower"\ncost_pen_per_unit = [9, 5]', "mobile.cost_pen_per_unit"),
        ('better = "lower"', 'better = "lower"\nrespnsible = "x"', "mobile.respnsible"),
        ('"households_without_mobile_pct"', '"vecinal_road_inadequate_pct"', "mobile.level"),
    ],
)
def test_a_wrong_word_is_refused_where_it_stands(tmp_path: Path, old: str, new: str, where: str) -> None:
    """Whatever a region mistypes is refused where it stands: a name, a number, a range, a level without that figure."""
    assert where in places_refused(tmp_path, ENTRY.format(key="mobile").replace(old, new))


def test_the_critical_threshold_is_worse_in_both_directions(tmp_path: Path) -> None:
    """Where more is better the critical value lies below the adequate one; where less is better, above."""
    more = ENTRY.format(key="more").replace('better = "lower"', 'better = "higher"')
    assert places_refused(tmp_path, more) == {"more.critical"}
    turned = more.replace("adequate = 10", "adequate = 40").replace("critical = 40", "critical = 10")
    assert load_standards(written(tmp_path, turned))["more"].better == "higher"


def test_all_wrong_standards_are_reported_together(tmp_path: Path) -> None:
    """Three faults in two standards come back at once."""
    first = ENTRY.format(key="first").replace('basis = "propuesto"', 'basis = "inventado"')
    second = ENTRY.format(key="second").replace("households_count", "homes").replace("year = 2026\n", "")
    third = ENTRY.format(key="third").replace("_mobile_pct", "_radio_pct").replace("households_count", "homes")
    expected = {"first.basis", "second", "third.field", "third.shortfall_base"}
    assert places_refused(tmp_path, first + second + third) == expected


@pytest.mark.parametrize("standard", STANDARDS, ids=by_id)
def test_every_standard_rests_on_a_figure_of_its_own_level(standard: Standard) -> None:
    """The figure, and the quantity a percentage is taken of, exist at the level of the standard."""
    fields = load_fields()
    assert fields[standard.field].at(standard.level)
    if standard.shortfall_base is not None:
        assert fields[standard.shortfall_base].at(standard.level)
        assert fields[standard.field].unit.startswith("%")
        assert fields[standard.shortfall_base].unit == standard.shortfall_unit


@pytest.mark.parametrize("standard", STANDARDS, ids=by_id)
def test_every_standard_agrees_with_the_direction_of_its_figure(standard: Standard) -> None:
    """A figure that raises viability is better higher; one that lowers it, better lower."""
    assert load_fields()[standard.field].direction == (1 if standard.better == "higher" else -1)


@pytest.mark.parametrize("standard", STANDARDS, ids=by_id)
def test_every_cost_is_a_range_with_its_basis(standard: Standard) -> None:
    """A cost goes from low to high and says which interventions it comes from; no cost, no basis."""
    if standard.cost_pen_per_unit is None:
        assert standard.cost_basis is None
    else:
        low, high = standard.cost_pen_per_unit
        assert 0 < low < high
        assert standard.cost_basis


@pytest.mark.parametrize("standard", STANDARDS, ids=by_id)
def test_every_standard_can_be_read_by_people(standard: Standard) -> None:
    """Label, unit of what is missing, source and responsible are written."""
    texts = (standard.label, standard.shortfall_unit, standard.source, standard.responsible, standard.good)
    assert all(text.strip() for text in texts)
    assert standard.responsible_level in {"GN", "GR", "MP", "MD"}


def test_bands_are_those_of_the_domain_notes() -> None:
    """Irrigated land 36 and 15 %, inadequate neighbourhood roads 30 and 70 %: the bands handed to the project."""
    standards = load_standards()
    irrigation, roads = standards["irrigation"], standards["vecinal_roads"]
    assert (irrigation.better, irrigation.adequate, irrigation.critical) == ("higher", 36, 15)
    assert (roads.better, roads.adequate, roads.critical, roads.level) == ("lower", 30, 70, "province")

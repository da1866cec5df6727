"""Gap standards: every threshold, cost and responsible entity is an editable record with its basis."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import pytest

from geodata.errors import CatalogError
from geodata.standards import KIND_OF, Standard, gap_fields, load_standards, standards_of

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
entities = ["mtc", "osiptel"]
"""

STANDARDS = list(load_standards().values())
MEASURED = [standard for standard in STANDARDS if standard.field]
ONE_PRODUCER = ("natural_persons_count",)
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
    """Threshold and basis come as written; entities become names, the level is that of the one that answers first."""
    standard = load_standards(written(tmp_path, ENTRY.format(key="mobile")))["mobile"]
    assert (standard.adequate, standard.critical) == (10, 40)
    assert standard.basis == "propuesto"
    assert (standard.responsible, standard.responsible_level) == ("MTC; OSIPTEL", "GN")
    assert standard.entities == ("mtc", "osiptel")
    assert standard.cost_pen_per_unit is None
    assert (standard.kind, standard.worst_value, standard.origin) == ("public_good", 100.0, "project")


def test_interventions_join_into_one_range(tmp_path: Path) -> None:
    """From the cheapest to the dearest, in words too; without interventions there is no cost and no basis."""
    found = load_standards()["irrigation"]
    assert found.cost_pen_per_unit == (4000.0, 28000.0)
    assert found.cost_basis == (
        "De rehabilitación de canal (4,000-4,600 S/ por ha) a represa con canal principal (19,500-28,000 S/ por ha); "
        "casos de prensa 2020-2025"
    )


@pytest.mark.parametrize("word", ["adequate", "basis", "source", "entities", "shortfall_unit", "field", "year"])
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
        ('better = "lower"', 'better = "lower"\ninterventions = ["bridge"]', "mobile.interventions"),
        ('better = "lower"', 'better = "lower"\ninterventions = ["canal_rehabilitation"]', "mobile.interventions"),
        ('better = "lower"', 'better = "lower"\ninterventions = "canal_rehabilitation"', "mobile.interventions"),
        ('better = "lower"', 'better = "lower"\nnetwork = "rural"', "mobile.network"),
        ('better = "lower"', 'better = "lower"\nworst = 10', "mobile.worst"),
        ('entities = ["mtc", "osiptel"]', 'entities = ["mtcc"]', "mobile.entities"),
        ('entities = ["mtc", "osiptel"]', "entities = []", "mobile.entities"),
        ('good = "conectividad"', 'good = "luz"', "mobile.good"),
        ('label = "Teléfono celular en el hogar"', "label = 5", "mobile.label"),
        ("year = 2026", 'year = "2026"', "mobile.year"),
        ("adequate = 10", "adequate = nan", "mobile.adequate"),
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


@pytest.mark.parametrize("standard", MEASURED, ids=by_id)
def test_every_standard_rests_on_a_figure_of_its_own_level(standard: Standard) -> None:
    """The figure, and the quantity a percentage is taken of, exist at the level of the standard."""
    fields = gap_fields()
    assert fields[standard.field].at(standard.level)
    if standard.shortfall_base is not None:
        assert fields[standard.shortfall_base].at(standard.level)
        assert fields[standard.field].unit.startswith("%")
        unit = fields[standard.shortfall_base].unit
        # a unit run by a natural person is one producer
        assert standard.shortfall_unit == ("productores" if standard.shortfall_base in ONE_PRODUCER else unit)


@pytest.mark.parametrize("standard", MEASURED, ids=by_id)
def test_every_standard_agrees_with_the_direction_of_its_figure(standard: Standard) -> None:
    """A figure that raises viability is better higher; one that lowers it, better lower."""
    assert gap_fields()[standard.field].direction == (1 if standard.better == "higher" else -1)


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


def test_the_bands_of_services_and_organisation_are_those_of_the_domain_notes() -> None:
    """Technical assistance 25/10, credit 20/10, members of an organisation 35/20."""
    standards = load_standards()
    bands = {key: (standards[key].adequate, standards[key].critical) for key in ("technical_assistance", "credit")}
    assert bands == {"technical_assistance": (25, 10), "credit": (20, 10)}
    assert (standards["membership"].adequate, standards["membership"].critical) == (35, 20)


def test_every_good_has_a_standard() -> None:
    """Three public goods, three private services, three gaps of the producer: none is forgotten."""
    assert {standard.good for standard in STANDARDS} == set(KIND_OF)


def test_what_nobody_publishes_needs_no_threshold_but_a_reason(tmp_path: Path) -> None:
    """Suppliers of inputs have no figure: the entry says why, and is refused without that."""
    inputs = load_standards()["input_suppliers"]
    assert inputs.field == ""
    assert inputs.absence
    silent = "\n".join(line for line in ENTRY.format(key="x").splitlines() if not line.startswith(("field", "better")))
    assert places_refused(tmp_path, silent) == {"x"}
    assert load_standards(written(tmp_path, silent + '\nabsence = "no hay lista"'))["x"].field == ""


def test_a_region_changes_one_key_and_the_standard_says_so(tmp_path: Path) -> None:
    """The threshold is the region's, everything else stays the project's, and so do the other standards."""
    written(tmp_path, "[irrigation]\nadequate = 50\n")
    found, project = standards_of(tmp_path), load_standards()
    assert (found["irrigation"].adequate, found["irrigation"].critical) == (50, project["irrigation"].critical)
    assert found["irrigation"].origin == "region"
    assert found["padron"] == project["padron"]
    assert list(found) == list(project)
    assert project["irrigation"].origin == "project"


def test_a_region_adds_a_standard_and_gives_a_figure_to_one_without(tmp_path: Path) -> None:
    """A new entry is read whole; a region that has a list of shops fills what the project could not."""
    filled = '[input_suppliers]\nfield = "agricultural_area_pct"\nbetter = "higher"\nadequate = 5\ncritical = 1\n'
    written(tmp_path, ENTRY.format(key="own") + filled)
    found = standards_of(tmp_path)
    assert found["own"].origin == "region"
    assert (found["input_suppliers"].field, found["input_suppliers"].absence) == ("agricultural_area_pct", None)


def test_a_region_changes_who_answers_and_what_it_costs(tmp_path: Path) -> None:
    """Its entities and unit costs reach the standards that cite them, which say that a rule is the region's."""
    (tmp_path / "entities.toml").write_text(
        '[gobierno_regional]\nname = "GORE Puno"\nlevel = "GR"\ngoods = ["riego"]\n', encoding="utf-8"
    )
    (tmp_path / "unit_costs.toml").write_text(
        '[canal_rehabilitation]\ngood = "riego"\nlabel = "canal"\nunit = "ha"\nrange_pen = [5000, 6000]\n'
        'years = [2026, 2026]\nbasis = "referencial"\nsource = "expedientes"\n',
        encoding="utf-8",
    )
    found = standards_of(tmp_path)
    assert found["irrigation"].responsible.startswith("GORE Puno; ")
    assert found["irrigation"].cost_pen_per_unit == (5000.0, 28000.0)
    assert found["irrigation"].origin == "region"
    assert found["mobile_internet"].origin == "project"


def test_without_files_of_its_own_a_workspace_has_the_standards_of_the_project(tmp_path: Path) -> None:
    """An empty workspace changes nothing."""
    assert standards_of(tmp_path) == load_standards()


@pytest.mark.parametrize("text", ["[irrigation\n", "irrigation = 5\n", "[irrigation]\nadequate = 'mucho'\n"])
def test_a_broken_file_of_a_region_is_refused_where_it_is(tmp_path: Path, text: str) -> None:
    """Neither half a file nor a wrong value is taken, and the repair names the region's file."""
    path = written(tmp_path, text)
    with pytest.raises(CatalogError) as caught:
        standards_of(tmp_path)
    assert all(str(path) in problem.repair for problem in caught.value.problems)

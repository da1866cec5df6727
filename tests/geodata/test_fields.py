"""The data dictionary: every published figure says what it is, of when, from whom and how it goes upwards."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import pytest

from geodata.catalog import load_catalog
from geodata.errors import CatalogError
from geodata.fields import Field, fields_at, load_fields, programme_crops
from geodata.ubigeo import LEVELS

ENTRY = """
[{key}]
label = "Productores"
group = "productores"
unit = "productores"
decimals = 0
direction = 1
datasets = ["ppa_2024"]
year = 2024
formula = "Productores inscritos."
missing = "Sin dato."
aggregation = {aggregation}
"""

FIELDS = list(load_fields().values())
by_id = attrgetter("id")


def entry(key: str = "producers", aggregation: str = '{ method = "sum" }') -> str:
    return ENTRY.format(key=key, aggregation=aggregation)


def written(folder: Path, text: str) -> Path:
    path = folder / "fields.toml"
    path.write_text(text, encoding="utf-8")
    return path


def places_refused(folder: Path, text: str) -> set[str]:
    """Return where the problems lie of a dictionary that must be refused; each says what it expected and found."""
    with pytest.raises(CatalogError) as caught:
        load_fields(written(folder, text))
    for problem in caught.value.problems:
        assert problem.expected
        assert problem.found
        assert "fields.toml" in problem.repair
    return {problem.where for problem in caught.value.problems}


def test_a_complete_entry_is_read_whole(tmp_path: Path) -> None:
    """What the file says is what the code sees; what it leaves out has its stated default."""
    field = load_fields(written(tmp_path, entry()))["producers"]
    assert (field.id, field.label, field.year, field.direction) == ("producers", "Productores", 2024, 1)
    assert field.datasets == ("ppa_2024",)
    assert field.aggregation.method == "sum"
    assert field.levels == LEVELS
    assert field.selectable
    assert field.missing_means == "unknown"


@pytest.mark.parametrize(
    "word", ["label", "unit", "datasets", "year", "formula", "missing", "aggregation", "direction"]
)
def test_an_entry_that_lacks_a_word_is_refused(tmp_path: Path, word: str) -> None:
    """No figure is published without label, unit, source, year, formula, meaning of missing and way upwards."""
    text = "\n".join(line for line in entry().splitlines() if not line.startswith(f"{word} ="))
    assert places_refused(tmp_path, text) == {"producers"}


def test_a_source_outside_the_catalog_is_refused(tmp_path: Path) -> None:
    """A figure cannot cite a source that nobody described."""
    assert places_refused(tmp_path, entry().replace("ppa_2024", "padron_secreto")) == {"producers.datasets"}


@pytest.mark.parametrize(
    ("aggregation", "where"),
    [
        ('{ method = "median" }', "producers.aggregation"),
        ("{ }", "producers.aggregation"),
        ('{ method = "weighted_mean" }', "producers.aggregation.weight"),
        ('{ method = "weighted_mean", weight = "people" }', "producers.aggregation.weight"),
        ('{ method = "ratio", numerator = "producers", denominator = "area" }', "producers.aggregation.denominator"),
        ('{ method = "ratio", denominator = "producers" }', "producers.aggregation.numerator"),
        ('{ method = "none" }', "producers.aggregation.reason"),
    ],
)
def test_an_unclear_way_upwards_is_refused(tmp_path: Path, aggregation: str, where: str) -> None:
    """An unknown method, a weight that is no field, or «none» without a reason: each is named."""
    assert places_refused(tmp_path, entry(aggregation=aggregation)) == {where}


def test_all_wrong_entries_are_reported_together(tmp_path: Path) -> None:
    """Four faults in three entries come back at once."""
    text = (
        entry().replace('unit = "productores"', "")
        + entry("second", '{ method = "median" }').replace("ppa_2024", "nada")
        + entry("third", '{ method = "none" }')
    )
    expected = {"producers", "second.datasets", "second.aggregation", "third.aggregation.reason"}
    assert places_refused(tmp_path, text) == expected


def test_a_field_exists_where_it_has_a_value(tmp_path: Path) -> None:
    """A field of provinces is not one of districts; one that cannot be added up stays with the districts."""
    text = (
        entry("everywhere")
        + entry("altitude", '{ method = "none", reason = "no describe a una provincia" }')
        + entry("roads", '{ method = "published" }').replace("decimals = 0", 'decimals = 0\nlevels = ["province"]')
    )
    fields = load_fields(written(tmp_path, text))
    existing = {level: {key for key, field in fields.items() if field.at(level)} for level in LEVELS}
    assert existing == {
        "district": {"everywhere", "altitude"},
        "province": {"everywhere", "roads"},
        "department": {"everywhere"},
    }


@pytest.mark.parametrize("field", FIELDS, ids=by_id)
def test_every_figure_can_be_explained_in_spanish(field: Field) -> None:
    """Label, unit, group, formula and the meaning of a missing value are written for every published figure."""
    assert all(text.strip() for text in (field.label, field.unit, field.group, field.formula, field.missing))
    assert field.label == field.label.strip()
    assert field.formula.rstrip().endswith(".")
    assert field.direction in (-1, 0, 1)
    assert field.decimals >= 0


@pytest.mark.parametrize("field", FIELDS, ids=by_id)
def test_every_figure_is_of_the_year_of_one_of_its_sources(field: Field) -> None:
    """Each figure cites at least one source of the catalog; its year is the year of one of them."""
    years = [load_catalog()[name].reference_year for name in field.datasets]
    assert field.year in years


def test_labels_tell_figures_apart() -> None:
    """Two figures never have the same name."""
    labels = [field.label for field in FIELDS]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("field", [one for one in FIELDS if one.aggregation.method == "weighted_mean"], ids=by_id)
def test_weights_are_quantities_that_can_be_added(field: Field) -> None:
    """A weight exists at the level of districts and is itself a sum: shares are never weighed by shares."""
    weight = load_fields()[str(field.aggregation.weight)]
    assert weight.at("district")
    assert weight.aggregation.method == "sum"


def test_published_figures_name_the_official_indicator() -> None:
    """What an office publishes keeps the office's own words, and is not a figure of districts."""
    published = [field for field in FIELDS if field.aggregation.method == "published"]
    assert published
    for field in published:
        assert field.official_name
        assert field.official_name.startswith("PORCENTAJE DE LA RED VIAL")
        assert not field.at("district")


def test_road_figures_exist_only_where_they_are_published() -> None:
    """The official road gaps never reach a district; the national network only its department."""
    assert not [key for key, field in fields_at("district").items() if field.aggregation.method == "published"]
    assert "vecinal_road_inadequate_pct" in fields_at("province")
    assert "national_road_inadequate_pct" not in fields_at("province")
    assert "national_road_inadequate_pct" in fields_at("department")


def test_poverty_stays_beside_the_index() -> None:
    """Poverty and its interval have no direction: they are context."""
    assert {load_fields()[f"poverty_{part}"].direction for part in ("pct", "low_pct", "high_pct")} == {0}


def test_programme_crops_map_each_crop_to_one_product() -> None:
    """Crop names of MIDAGRI lead to the seed products of the programme; several crops may be one product."""
    crops = programme_crops()
    assert crops["QUINUA"] == "Quinua"
    assert crops["PALTA"] == "Palta"
    assert crops["AJI"] == crops["PIMIENTO"]
    assert "ALFALFA" not in crops

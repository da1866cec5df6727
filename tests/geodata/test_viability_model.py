"""The file of the viability model: what it holds, what a region may change, everything that can be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import CatalogError
from geodata.fields import CENSUS_FIELDS_FILE, load_fields
from geodata.viability_model import MODEL_FILE, load_model, load_sentences, model_of_entries


def region(tmp_path: Path, text: str) -> Path:
    """Write a region's file."""
    file = tmp_path / "viability.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_model_of_the_project() -> None:
    """Two axes of four pillars each, as the issue names them, one to four indicators a pillar, equal weights."""
    model = load_model()
    axes = [pillar.axis for pillar in model.pillars.values()]
    assert axes == ["potential"] * 4 + ["conditions"] * 4
    assert all(1 <= len(model.pillar_fields(pillar)) <= 4 for pillar in model.pillars)
    weights = [pillar.weight for pillar in model.pillars.values()]
    assert set(weights + [indicator.weight for indicator in model.indicators.values()]) == {1}
    assert not [field for field in model.indicators if "poverty" in field]
    assert model.axis_of("rai_pct") == "conditions"


def test_every_judgement_names_basis_and_source() -> None:
    """Pillars, indicators and gates say on what they rest; policy bounds say where they come from."""
    model = load_model()
    said = [(pillar.basis, pillar.source) for pillar in model.pillars.values()]
    said += [(indicator.basis, indicator.source) for indicator in model.indicators.values()]
    said += [(gate.basis, gate.source) for gate in model.gates.values()]
    for basis, source in said:
        assert basis in ("oficial", "referencial", "propuesto")
        assert source
    special = (*model.indicators.values(), *model.product_indicators.values())
    assert all(indicator.bounds_source for indicator in special if indicator.bounds is not None)


def test_directions_are_those_of_the_dictionary() -> None:
    """What raises viability in the dictionary raises it in the index."""
    known = {**load_fields(CENSUS_FIELDS_FILE), **load_fields()}
    for field, indicator in load_model().indicators.items():
        if field in known:
            assert known[field].direction in (0, indicator.direction), field


def test_it_survives_being_kept_with_a_release() -> None:
    """Entries and back is the same model."""
    model = load_model()
    assert model_of_entries(model.as_entries()) == model


def test_a_region_changes_only_what_it_writes(tmp_path: Path) -> None:
    """One weight and one new gate: the rest is the project's, and each entry knows whose it is."""
    text = """
        [indicators.members_pct]
        weight = 3
        [gates.far]
        scope = "general"
        field = "capital_distance_km"
        rule = "above"
        value = -1
        reason = "está lejos"
        basis = "propuesto"
        source = "Gobierno Regional"
        [settings]
        minimum_reference_share = 0.5
    """
    project, changed = load_model(), load_model(region=region(tmp_path, text))
    assert changed.indicators["members_pct"].weight == 3
    assert changed.indicators["members_pct"].pillar == "organisation"
    assert changed.indicators["members_pct"].origin == "region"
    assert changed.gates["far"].origin == "region"
    assert changed.settings.minimum_reference_share == 0.5
    assert changed.indicators["rai_pct"] == project.indicators["rai_pct"]
    assert model_of_entries(changed.as_entries()) == changed


def test_a_region_without_a_file_has_the_model_of_the_project(tmp_path: Path) -> None:
    """The file is optional."""
    assert load_model(region=tmp_path / "viability.toml") == load_model()


def test_a_change_of_the_file_is_read(tmp_path: Path) -> None:
    """The region's file is read each time: a build after an edit uses the edit."""
    file = region(tmp_path, "[axes.potential]\nweight = 2\n")
    assert load_model(region=file).axes["potential"].weight == 2
    file.write_text("[axes.potential]\nweight = 4\n", encoding="utf-8")
    assert load_model(region=file).axes["potential"].weight == 4


NEW = 'direction = 1\ntransform = "none"\nweight = 1\nbasis = "propuesto"\nsource = "x"'


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[indicators.members_pct]\nweight = -1", "indicators.members_pct.weight"),
        ("[indicators.members_pct]\nweight = nan", "indicators.members_pct.weight"),
        ("[indicators.members_pct]\nweight = 0", "pillars.organisation"),
        ("[axes.potential]\nweight = 0\n[axes.conditions]\nweight = 0", "axes"),
        ("[indicators.members_pct]\ndirection = 2", "indicators.members_pct.direction"),
        ("[indicators.members_pct]\ndirection = true", "indicators.members_pct.direction"),
        ('[indicators.members_pct]\ntransform = "root"', "indicators.members_pct.transform"),
        ('[indicators.members_pct]\nbasis = "oral"', "indicators.members_pct.basis"),
        ('[indicators.members_pct]\nsource = ""', "indicators.members_pct.source"),
        ('[indicators.members_pct]\npillar = "moon"', "indicators.members_pct.pillar"),
        ("[indicators.members_pct]\nbounds = [5, 5]", "indicators.members_pct.bounds"),
        ("[indicators.members_pct]\ncolour = 1", "indicators.members_pct.colour"),
        ('[indicators.members_pct]\nsurvey = "moon"', "indicators.members_pct.survey"),
        (f'[indicators.moon_pct]\npillar = "access"\n{NEW}', "indicators.moon_pct"),
        (f'[indicators.poverty_pct]\npillar = "access"\n{NEW}', "indicators.poverty_pct"),
        (f'[indicators.crops_count]\npillar = "connectivity"\n{NEW}', "pillars.connectivity"),
        ("[indicators.crops_count]\nweight = 1", "indicators.crops_count.pillar"),
        ('[gates.few_producers]\nrule = "below"', "gates.few_producers.rule"),
        ('[gates.not_suitable]\nfield = "area_km2"', "gates.not_suitable.field"),
        ('[product_indicators.suitable_ha]\ngoalposts_of = "moon"', "product_indicators.suitable_ha"),
        ("[product_indicators.suitable_ha]\nbounds = [0, 1]", "product_indicators.suitable_ha"),
        ("[settings]\nlower_quantile = 0.7", "settings.lower_quantile"),
        ("[settings]\nseed = 1.5", "settings.seed"),
        ("[moon]\na = 1", "moon"),
        ("indicators = 3", "indicators"),
        ("[axes\n", "viability.toml"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, text: str, where: str) -> None:
    """A mistake names its entry, what was expected and the file to repair."""
    with pytest.raises(CatalogError) as caught:
        load_model(region=region(tmp_path, text))
    assert where in [problem.where for problem in caught.value.problems]
    assert "viability.toml" in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Three mistakes, three problems."""
    text = '[indicators.members_pct]\nweight = -1\ndirection = 0\n[gates.few_producers]\nvalue = "veinte"'
    with pytest.raises(CatalogError) as caught:
        load_model(region=region(tmp_path, text))
    assert len(caught.value.problems) == 3


def test_an_absent_section_is_named(tmp_path: Path) -> None:
    """A whole model without its gates is refused."""
    text = MODEL_FILE.read_text(encoding="utf-8").split("[gates.")[0]
    file = tmp_path / "whole.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load_model(file)
    assert {problem.where for problem in caught.value.problems} == {"gates", "not_enumerated"}


def test_sentences_are_read() -> None:
    """The templates of the explanation come by section and name."""
    assert "{name}" in load_sentences()["score"]["shown"]

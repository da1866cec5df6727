"""Entities that answer for a good: a catalogue anybody can read and a region can change."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.entities import answering_for, entities_of, load_entities
from geodata.errors import CatalogError
from geodata.standards import KIND_OF

ENTRY = '[{key}]\nname = "{name}"\nlevel = "GR"\ngoods = ["riego"]\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "entities.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("network", "first"),
    [
        ("nacional", "provias_nacional"),
        ("departamental", "gobierno_regional"),
        ("vecinal", "municipalidad_provincial"),
    ],
)
def test_each_road_network_has_who_answers(network: str, first: str) -> None:
    """The entity of the law for each network is among those of the network (domain.md section 3)."""
    assert first in {entity.id for entity in answering_for(load_entities(), "caminos", network)}


def test_every_good_of_the_gap_list_has_somebody_at_some_level() -> None:
    """Nothing is missing for which nobody could be asked."""
    assert all(answering_for(load_entities(), good) for good in KIND_OF)
    regional = answering_for(load_entities(), "riego", level="GR")
    assert [entity.id for entity in regional] == ["gobierno_regional"]


def test_a_region_replaces_and_adds_entities(tmp_path: Path) -> None:
    """Its entries stand before the project's, and say whose they are."""
    written(tmp_path, ENTRY.format(key="gobierno_regional", name="GORE Puno") + ENTRY.format(key="pebl", name="PEBL"))
    found = entities_of(tmp_path)
    assert (found["gobierno_regional"].name, found["gobierno_regional"].origin) == ("GORE Puno", "region")
    assert found["pebl"].goods == ("riego",)
    assert found["ana"] == load_entities()["ana"]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('level = "GR"', 'level = "GL"', "x.level"),
        ('name = "X"', 'name = " "', "x.name"),
        ('name = "X"\n', "", "x"),
        ('goods = ["riego"]', 'goods = "riego"', "x.goods"),
        ('goods = ["riego"]', 'goods = ["riego"]\nnetworks = ["rural"]', "x.networks"),
        ('goods = ["riego"]', 'goods = ["riego"]\nphone = "1"', "x.phone"),
        ("[x]", "x = 1\n[y]", "x"),
    ],
)
def test_a_wrong_entry_is_refused_where_it_stands(tmp_path: Path, old: str, new: str, where: str) -> None:
    """A level that does not exist, a nameless entity, a personal datum: refused, naming the file."""
    path = written(tmp_path, ENTRY.format(key="x", name="X").replace(old, new))
    with pytest.raises(CatalogError) as caught:
        entities_of(tmp_path)
    assert where in {problem.where for problem in caught.value.problems}
    assert all(str(path) in problem.repair for problem in caught.value.problems)

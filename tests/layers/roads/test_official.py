"""Roads: the official figure of each entity, at its level, as published; never handed down to districts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.fields import load_fields
from geodata.ubigeo import Level
from layers.roads import published_value
from tests import tiny
from tests.layers.examples import codes

VECINAL = load_fields()["vecinal_road_inadequate_pct"]
KILOMETRES = load_fields()["vecinal_road_km"]
PROVINCES = codes("010100", "010200", "020100", start=4)


def test_a_share_becomes_a_percentage_of_its_own_entity() -> None:
    """0.8 and 0.2 are 80 and 20 % of the two provinces; the third has nothing published."""
    found = published_value(PROVINCES, tiny.road_gaps(), VECINAL, "province")
    assert found.iloc[:2].tolist() == [80, 20]
    assert np.isnan(found.iloc[2])
    assert found.name == VECINAL.id
    assert found.index.equals(PROVINCES.index)


def test_the_department_has_its_own_figure_not_the_mean_of_its_provinces() -> None:
    """The office says 60 % for the department (the mean of its provinces is another number)."""
    assert published_value(codes("010000"), tiny.road_gaps(), VECINAL, "department").tolist() == [60]


def test_kilometres_stay_kilometres() -> None:
    """Lengths are not multiplied by a hundred."""
    assert published_value(PROVINCES, tiny.road_gaps(), KILOMETRES, "province").iloc[:2].tolist() == [100, 50]


@pytest.mark.parametrize("level", ["district", "department"])
def test_a_figure_of_another_level_is_not_lent(level: Level) -> None:
    """A province's figure does not become that of a district or department, even under the same code."""
    assert published_value(codes("010100", "010101"), tiny.road_gaps(), VECINAL, level).isna().all()


def test_another_network_or_year_is_not_lent() -> None:
    """The departmental network has its own figure, and last year's is not this year's."""
    departmental = load_fields()["departmental_road_inadequate_pct"]
    assert published_value(codes("010000"), tiny.road_gaps(), departmental, "department").tolist() == [50]
    assert published_value(codes("010100"), tiny.road_gaps(), departmental, "province").isna().all()
    older = tiny.road_gaps().assign(year=2022, gap_share=0.99)
    both = pd.concat([older, tiny.road_gaps()])
    assert published_value(codes("010100"), both, VECINAL, "province").tolist() == [80]
    assert published_value(codes("010100"), older, VECINAL, "province").isna().all()


@pytest.mark.parametrize("demanded", [0.0, np.nan])
def test_a_percentage_of_no_network_says_nothing(demanded: float) -> None:
    """A demand of zero or unknown kilometres gives no percentage: 0 % would read as «no gap»."""
    gaps = tiny.road_gaps()
    gaps.loc[0, ["gap_share", "demanded_km"]] = [0.0, demanded]
    assert published_value(PROVINCES, gaps, VECINAL, "province").isna().tolist() == [True, False, True]


def test_two_figures_of_one_entity_are_not_chosen_in_silence() -> None:
    """A repeated row is an error, not the last one."""
    with pytest.raises(ValueError, match="010100"):
        published_value(PROVINCES, pd.concat([tiny.road_gaps()] * 2), VECINAL, "province")

"""The indicators of a census small enough to count by hand, and what must hold for any census."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from layers.census.aggregating import Measured, measure
from layers.census.indicators import CHAPTER, INDICATORS, exact_indicators, long_status, publish, publish_crops
from layers.census.measures import Mean, Share, Summed
from layers.census.placing import UNPLACED, place_by_code, place_by_position, sea_points
from tests import tiny
from tests.layers.census.tiny_census import census, key, random_census, unit

HERE = "010101"
repeatable = settings(derandomize=True, deadline=None, max_examples=8)


def measured(modules: Mapping[str, Any], by_code: bool = False) -> Measured:
    """Return the census measured in the eight squares."""
    points = sea_points(modules["rec01"])
    districts = tiny.districts()
    placed = place_by_code(points, districts["ubigeo"]) if by_code else place_by_position(points, districts)
    return measure({name: frame.lazy() for name, frame in modules.items()}, placed, CHAPTER)


def figures(units: list[dict[str, Any]], **modules: list[dict[str, Any]]) -> pd.Series:
    """Return the exact indicators of the first square."""
    return pd.Series(exact_indicators(measured(census(units, **modules))).loc[HERE])


def test_units_land_and_size() -> None:
    """Five units: a refusal, one without land, a community; sizes are over the three units with land."""
    found = figures(
        [
            unit(1, HERE, wsup01=1.0, wsup02a=2, wsup03=1.0, p019=1, p020_01=1.0),
            unit(2, HERE, wsup01=4.0, wsup02a=3, wsup03=3.0, p019=2, p020_01=4.0),
            unit(3, HERE, p016=7, wsup01=900.0, wsup02a=8, wsup03=8.0, p019=3, p020_01=900.0),
            unit(4, HERE, p019_01=1, p019=None, wsup01=None, wsup02a=None, wsup03=None, p020_01=None),
            unit(5, HERE, resultado=3),
        ]
    )
    expected = {
        "units_count": 4,
        "units_with_land_count": 3,
        "natural_persons_count": 3,
        "units_under_5ha_count": 2,
        "units_under_5ha_pct": 100 * 2 / 3,
        "units_under_2ha_pct": 100 / 3,
        "size_05_3ha_pct": 100 / 3,
        "size_over_100ha_pct": 100 / 3,
        "agricultural_area_2012_ha": 12.0,
        "agricultural_area_mean_ha": 4.0,
        "agricultural_area_median_ha": 3.0,
        "parcels_per_unit": 2.0,
        "parcel_mean_ha": 905 / 6,
    }
    assert found[list(expected)].to_dict() == pytest.approx(expected)


def test_irrigated_land_is_a_share_of_agricultural_land() -> None:
    """1 of 3 ha and 0 of 5 ha: one eighth, not the mean of the two shares; sown is what is not left without crops."""
    found = figures([unit(1, HERE), unit(2, HERE, wsup03=5.0, wsup03a=0.0, wsup03b=5.0)])
    assert found["irrigated_area_pct"] == 12.5
    assert found["rainfed_area_2012_ha"] == 7.0
    assert (found["sown_area_2012_ha"], found["fallow_area_2012_ha"]) == (6.0, 1.0)


def test_suspect_areas_are_counted_and_left_out() -> None:
    """A negative area and a person with 200,000 ha add no hectares; a community may have them. All remain units."""
    found = figures(
        [
            unit(1, HERE),
            unit(2, HERE, wsup03=-1.0),
            unit(3, HERE, wsup01=200_000.0, wsup02a=8),
            unit(4, HERE, wsup01=200_000.0, wsup02a=8, p016=7),
        ]
    )
    assert (found["units_count"], found["area_suspect_units_count"]) == (4, 2)
    assert found["agricultural_area_2012_ha"] == 6.0
    assert found["total_area_2012_ha"] == 200_004.0
    assert found["size_over_100ha_pct"] == 50.0


def test_denominators_of_services() -> None:
    """Credit is over all units, assistance over natural persons, why not and from whom over those who said so."""
    units = [unit(1, HERE), unit(2, HERE), unit(3, HERE), unit(4, HERE, p016=7)]
    answers = [
        {"p086_02": 1, "p088_13": 1, "p090": 1, "p092": 1, "p093_03": 1, "p101": 1, "p103_07": 1},
        {"p086_02": 2, "p090": 1, "p092": 2, "p095": 3, "p101": 1, "p103_04": 1},
        {"p086_01": 1, "p090": 2, "p096": 7, "p101": 2},
        {"p086_02": 1, "p090": 2, "p096": 1, "p101": 2},
    ]
    found = figures(units, rec04b=[key(number, HERE) | said for number, said in enumerate(answers, start=1)])
    expected = {
        "technical_assistance_pct": 100 / 3,
        "training_pct": 100 / 3,
        "advised_count": 2,
        "advice_from_association_pct": 50.0,
        "credit_sought_pct": 50.0,
        "credit_obtained_pct": 25.0,
        "credit_from_agrobanco_pct": 100.0,
        "credit_denied_title_pct": 100.0,
        "credit_not_sought_expected_refusal_pct": 50.0,
        "members_pct": 50.0,
        "members_without_benefit_pct": 50.0,
        "benefit_assistance_pct": 50.0,
    }
    assert found[list(expected)].to_dict() == pytest.approx(expected)


def test_people_homes_and_water() -> None:
    """Persons over persons, canals over those who irrigate, hours with who lives in the capital at zero."""
    units = [unit(1, HERE, wp111=2, wp112=30, wp115=1), unit(2, HERE, p017=2, wp112=70, wp114=1), unit(3, HERE, p016=7)]
    found = figures(
        units,
        rec04=[
            key(1, HERE) | {"p_riego": 1, "p048": 1, "p049": 1, "p051": 1},
            key(2, HERE) | {"p_riego": 1, "p048": 2, "p049": 3, "p051": 2},
            key(3, HERE) | {"p_riego": 2, "p051": 2},
        ],
        rec05a=[
            key(1, HERE) | {"p120_01": 1, "p120_02": 2, "p121_01": 2},
            key(2, HERE) | {"p120_01": 2, "p120_02": 2, "p121": 3.0},
        ],
    )
    expected = {
        "women_pct": 50.0,
        "literate_pct": 50.0,
        "education_none_pct": 50.0,
        "language_quechua_pct": 50.0,
        "age_mean_years": 50.0,
        "producers_old_pct": 50.0,
        "computer_home_pct": 50.0,
        "internet_home_pct": 0.0,
        "hours_to_capital_mean": 1.5,
        "hours_to_capital_median": 1.5,
        "irrigating_units_pct": 200 / 3,
        "lined_canals_pct": 50.0,
        "users_committee_pct": 50.0,
        "certified_seed_pct": 100 / 3,
    }
    assert found[list(expected)].to_dict() == pytest.approx(expected)


def test_parcels_and_crops() -> None:
    """Titles by owner, water by unit that leaves land unsown, methods by hectares, sale by line and by unit."""
    found = figures(
        [unit(1, HERE), unit(2, HERE)],
        rec02a=[
            key(1, HERE) | {"p037_01_01": 1, "p037_01_03": 4, "p037_ss": 3.0, "p036": 1},
            key(1, HERE) | {"parcel": "2", "p037_01_01": 1, "p037_01_03": 1, "p037_ss": 1.0, "p036": 2},
            key(2, HERE) | {"p037_01_01": 1, "p037_01_03": 3, "p037_ss": 4.0, "p036": 3},
        ],
        rec02=[
            key(1, HERE) | {"p025": 3.0, "p026": 1, "p027": 1, "p028": 1, "p029_01": 1},
            key(1, HERE) | {"p024_03": "1203", "p025": 1.0, "p026": 1, "p027": 3, "p028": 2},
            key(2, HERE) | {"p025": 9.0, "p028": 2},
            key(2, HERE) | {"crop_order": 94, "p024_03": None, "p025": 50.0, "p028": None},
        ],
    )
    expected = {
        "registered_title_pct": 50.0,
        "without_title_pct": 50.0,
        "registered_title_area_pct": 12.5,
        "unsown_for_water_pct": 50.0,
        "irrigated_gravity_pct": 75.0,
        "irrigated_drip_pct": 25.0,
        "units_selling_pct": 50.0,
        "units_consuming_pct": 100.0,
        "national_market_pct": 100.0,
        "sold_crop_lines_pct": 100 / 3,
    }
    assert found[list(expected)].to_dict() == pytest.approx(expected)


def test_crops_by_district() -> None:
    """Growers count once per crop, whatever their parcels; fewer than five are withheld, with the province."""
    growers = [unit(number, HERE, wsup02a=3 if number < 7 else 5) for number in range(1, 13)]
    lines = [key(number, HERE) | {"p025": 2.0, "p026": 1, "p028": 1} for number in range(1, 13)]
    lines += [key(1, HERE) | {"parcel": "2", "p025": 1.0, "p026": 1, "p028": 1}]
    lines += [key(number, HERE) | {"p024_03": "1103"} for number in range(1, 4)]
    crops, status = publish_crops(measured(census(growers, rec02=lines)))
    potato = crops[(crops["ubigeo"] == HERE) & (crops["crop"] == "2610")].iloc[0]
    assert potato.drop(["ubigeo", "crop"]).to_dict() == {
        "growers_count": 12.0,
        "growers_under_5ha_count": 6.0,
        "crop_area_ha": 25.0,
        "irrigated_crop_area_ha": 25.0,
        "sold_pct": 100.0,
    }
    few = status[status["crop"] == "1103"]
    assert set(few["ubigeo"]) == {HERE, "010100", "010000", "000000"}
    assert (few["growers_count"] == "withheld").all()
    assert crops.loc[crops["crop"] == "1103", "crop_area_ha"].isna().all()


def test_missing_is_neither_zero_nor_withheld() -> None:
    """A district without units is missing; a module that is absent leaves its figures missing, the others stand."""
    units = [unit(number, HERE) for number in range(40)]
    modules = {"rec01": census(units)["rec01"]}
    published = publish(measured(modules), tiny.districts()["ubigeo"])
    assert published.values.loc[HERE, "units_count"] == 40
    assert published.status.loc[HERE, "members_pct"] == "missing"
    assert (published.status.loc["010102"] == "missing").all()
    assert published.values.loc["010102"].isna().all()


def test_flags() -> None:
    """Fewer than 30 units is flagged; levels are named."""
    units = [unit(number, HERE) for number in range(29)] + [unit(number, "020101") for number in range(30)]
    flags = publish(measured(census(units)), tiny.districts()["ubigeo"]).flags
    assert flags.loc[[HERE, "020101", "020102"], "is_few_units"].tolist() == [True, False, False]
    assert flags.loc[[HERE, "010100", "010000", "000000"], "level"].tolist() == [
        "district",
        "province",
        "department",
        "country",
    ]
    unfinished = pd.Series(["060701", "060702"])
    assert publish(measured(census(units)), unfinished).flags["is_not_enumerated"].tolist()[:2] == [True, False]


def test_repeated_units_are_left_out_and_counted() -> None:
    """The same unit twice in a module counts once, whichever row comes first."""
    for answers in ((1, 2), (2, 1)):
        found = measured(census([unit(1, HERE)], rec04b=[key(1, HERE) | {"p101": answer} for answer in answers]))
        assert found.repeated_rows["rec04b"] == 1
        assert found.sums["members_count"].to_list() == [1.0]


@given(seed=st.integers(0, 2**16))
@repeatable
def test_sums_are_conserved(seed: int) -> None:
    """By position and by code, districts plus unplaced have the same units, hectares and answers."""
    modules = random_census(seed)
    by_position, by_code = measured(modules), measured(modules, by_code=True)
    assert UNPLACED in by_position.sums["ubigeo"]
    for table in ("sums", "crops"):
        totals = [
            getattr(found, table).select(pl.col(pl.Float64)).sum().row(0, named=True)
            for found in (by_position, by_code)
        ]
        assert totals[0] == pytest.approx(totals[1])
    interviewed = modules["rec01"].filter(pl.col("resultado") <= 2)
    assert by_position.sums["units_count"].sum() == len(interviewed)
    assert by_position.sums["agricultural_area_2012_ha"].sum() == pytest.approx(interviewed["wsup03"].sum())


@given(seed=st.integers(0, 2**16))
@repeatable
def test_order_and_chunks_do_not_matter(seed: int) -> None:
    """Rows shuffled and cut in uneven chunks give the same figures."""
    modules = random_census(seed)
    shuffled = {
        name: pl.concat(
            [(mixed := frame.sample(fraction=1.0, shuffle=True, seed=seed))[:37], mixed[37:]], rechunk=False
        )
        for name, frame in modules.items()
    }
    first, second = measured(modules), measured(shuffled)
    for table in ("sums", "medians", "crops"):
        assert_frame_equal(getattr(first, table), getattr(second, table), check_row_order=table != "medians")


@given(seed=st.integers(0, 2**16))
@repeatable
def test_departments_add_up(seed: int) -> None:
    """The departments measured one by one add up to the country measured at once."""
    modules = random_census(seed)
    parts = [
        measured({name: rows.filter(pl.col("ubigeo_2012").str.head(2) == code) for name, rows in modules.items()})
        for code in ("01", "02")
    ]
    for table, names in (("sums", ["ubigeo"]), ("crops", ["ubigeo", "crop"])):
        added = pl.concat(getattr(part, table) for part in parts).group_by(names).sum().sort(names)
        assert_frame_equal(added, getattr(measured(modules), table))


@given(seed=st.integers(0, 2**16))
@repeatable
def test_published_figures_follow_their_status(seed: int) -> None:
    """A figure is there exactly where its status is `value`; shares lie between 0 and 100; small counts are absent."""
    found = measured(random_census(seed))
    published = publish(found, tiny.districts()["ubigeo"])
    assert (published.values.notna() == (published.status == "value")).all(axis=None)
    assert not any(code.startswith("99") for code in published.values.index)
    shares = published.values[[name for name in INDICATORS if name.endswith("_pct")]]
    assert shares.min().min() >= 0
    assert shares.max().max() <= 100 + 1e-9
    counts = published.values[[name for name in INDICATORS if name.endswith("_count")]]
    assert not ((counts > 0) & (counts < 5)).any(axis=None)
    assert set(long_status(published.status)["status"]) <= {"value", "withheld", "missing"}
    crops, status = publish_crops(found)
    figures_of_crops = crops.columns[2:]
    assert (crops[figures_of_crops].notna() == (status[figures_of_crops] == "value")).all(axis=None)


def test_every_share_is_protected() -> None:
    """Each share's part and whole take part in a sum that the withholding guards, and every name is used once."""
    tied = {(item.total, part) for item in CHAPTER.partitions for part in item.parts}
    nested = {("units_with_land_count", f"size_{name}_count") for name in ("under_05ha", "05_3ha", "3_5ha")}
    shares = {(item.whole, item.part) for item in CHAPTER.derived if isinstance(item, Share)}
    assert shares - tied == nested
    ids = [item.id for item in CHAPTER.quantities]
    assert len(ids) == len(set(ids))
    assert len(INDICATORS) == len(set(INDICATORS))
    over = {item.over for item in CHAPTER.derived if isinstance(item, Mean)}
    assert over <= set(CHAPTER.shown)
    assert {item.id for item in CHAPTER.quantities if isinstance(item, Summed)} & set(CHAPTER.shown)

"""The public goods of the real sources, read from what is published; without the pack these tests skip."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from geodata.fields import THEMES_FOLDER, load_fields
from geodata.method_words import load_methods
from geodata.workspace import Publication, Workspace

pytestmark = pytest.mark.pack

PISCO_DISTRICTS = 1_880
"""Districts that the rain grid covers at 95 % or more."""


@pytest.fixture(scope="module")
def publication(real_workspace: Workspace) -> Publication:
    """Return the publication of the pack."""
    return real_workspace.publication()


@pytest.fixture(scope="module")
def districts(publication: Publication) -> pd.DataFrame:
    """Return the districts by ubigeo."""
    return publication.table("territories").set_index("ubigeo")


@pytest.fixture(scope="module")
def methods(publication: Publication) -> pd.DataFrame:
    """Return how figures were made."""
    return publication.table("methods")


def findings(publication: Publication, layer: str) -> dict[str, int]:
    """Return the findings of a layer: code -> rows, added up over its files."""
    counted: dict[str, int] = {}
    for finding in publication.provenance["quality"][layer]["findings"]:
        counted[finding["code"]] = counted.get(finding["code"], 0) + finding["count"]
    return counted


def test_every_theme_has_its_columns_even_where_nobody_has_the_layer(districts: pd.DataFrame) -> None:
    """The table has every district field of the dictionary; one without a layer is wholly missing, never zero."""
    absent = [key for key, field in load_fields().items() if field.at("district") and key not in districts]
    assert absent == []
    for name in ("road_line_national_km", "rai_pct", "irrigated_area_best_pct", "whatsapp_reach_pct"):
        assert districts[name].isna().all(), name


def test_a_made_figure_says_how(districts: pd.DataFrame, methods: pd.DataFrame) -> None:
    """Each figure of roads, terrain, rain and irrigation has one word, which the Ficha can tell; no figure, no word."""
    assert set(methods["method"]) <= set(load_methods())
    assert not methods.duplicated(["ubigeo", "field"]).any()
    for theme in ("roads", "terrain", "irrigation"):
        text = (THEMES_FOLDER / f"{theme}.toml").read_text(encoding="utf-8")
        for name in (key for key in load_fields() if f"\n[{key}]" in f"\n{text}"):
            told = set(methods.loc[methods["field"].eq(name), "ubigeo"])
            assert told == set(districts.index[districts[name].notna()]), name


def test_roads_are_lines_where_there_are_lines(methods: pd.DataFrame) -> None:
    """Vecinal lines in Amazonas, Moquegua, Pasco and Tacna; elsewhere straight pieces that say they are approximate."""
    vecinal = methods[methods["field"].eq("road_line_vecinal_km")]
    lines = vecinal[vecinal["method"].eq("road_lines")]
    assert set(lines["ubigeo"].str[:2]) == {"01", "18", "19", "23"}
    assert load_methods()["road_route_points"].quality == "aproximado"
    near = methods[methods["field"].eq("rural_settlements_near_road_pct")]
    assert near["method"].str.endswith(("_without_national", "_incomplete")).all()


def test_rural_settlements_near_a_road(districts: pd.DataFrame) -> None:
    """At least 69 % of 91,044 rural settlements are within 2 km of a road that some layer knows."""
    rural = districts["rural_settlements_count"]
    beyond = districts["rural_settlements_beyond_road_count"]
    assert 0.68 < 1 - beyond.sum() / rural.sum() < 0.70


@pytest.mark.parametrize(
    ("layer", "code", "count"),
    [
        ("roads", "tiny_line", 13),
        ("roads", "cut_at_province_border", 162),
        ("road_route_points", "route_in_two_departments", 145 + 45),
        ("canals", "duplicate_shape", 69),
        ("settlements", "code_position_conflict", 33),
        ("settlements", "in_new_district", 350),
        ("settlements", "outside_every_district", 131),
        ("literacy_2017", "percentage_out_of_range", 308),
    ],
)
def test_every_defect_is_counted(publication: Publication, layer: str, code: str, count: int) -> None:
    """What SOURCES.md warns of is found and counted, in the layer where it is."""
    assert findings(publication, layer)[code] == count


def test_the_report_stays_with_the_version(real_workspace: Workspace, publication: Publication) -> None:
    """Beside each version of a layer lies its quality report, the same as the publication's."""
    path = real_workspace.current_layer("roads")
    assert path is not None
    kept: dict[str, Any] = json.loads(path.with_suffix(".quality.json").read_text(encoding="utf-8"))
    assert kept["findings"] == publication.provenance["quality"]["roads"]["findings"]
    assert kept["coverage"]["120000"] == "red departamental"


def test_terrain_only_where_a_model_covers_the_whole_district(districts: pd.DataFrame) -> None:
    """63 Sierra districts lie inside the Cajamarca model and 7 more at 95 % or more; no other there has altitudes."""
    known = districts[districts["altitude_mean_m"].notna()]
    inside = known[known["is_sierra"] & known.index.str[:2].isin(["06", "13"])]
    assert len(inside) == 50 + 13 + 7
    assert known[["altitude_p10_m", "altitude_mean_m", "altitude_p90_m"]].notna().all(axis=None)
    belts = known.filter(like="belt_").sum(axis=1)
    assert belts.between(99.99, 100.01).all()
    assert districts["rain_annual_mm"].notna().sum() == PISCO_DISTRICTS


def test_canals_are_missing_not_zero_where_the_layer_is_silent(districts: pd.DataFrame) -> None:
    """The IGN layer is complete nowhere: 62 districts have canals and no district has zero."""
    canals = districts["canal_km"].dropna()
    assert len(canals) == 62
    assert canals.gt(0).all()


def test_coverage_by_settlement_only_in_huarochiri(districts: pd.DataFrame, methods: pd.DataFrame) -> None:
    """OSIPTEL's file covers one province: its 32 districts have shares, no other does."""
    known = districts["settlements_with_4g_pct"].dropna()
    assert set(known.index.str[:4]) == {"1507"}
    assert len(known) == 32
    level = methods[methods["field"].eq("digital_channel_level")].set_index("ubigeo")["method"]
    assert level[known.index].str.startswith("settlement_coverage").all()
    assert level.drop(known.index).str.startswith("operator_count").all()


def test_products_by_pixel_where_there_is_a_model(publication: Publication) -> None:
    """Suitability rests on pixels exactly where a model covers the district, on the seat's altitude elsewhere."""
    products = publication.table("products")
    assert len(products) == 1891 * 17
    by_pixel = products.groupby("ubigeo")["method"].first().eq("pixel")
    altitude = publication.table("territories").set_index("ubigeo")["altitude_mean_m"]
    assert by_pixel.eq(altitude.notna()).all()


def test_gaps_of_districts_say_how_sure_they_are(publication: Publication) -> None:
    """A gap from way-points is a lower bound and says so; a figure of its publisher says that."""
    gaps = publication.table("gaps")
    reach = gaps[gaps["standard"].eq("rural_road_reach") & gaps["value"].notna()]
    assert set(reach["quality"]) == {"parcial"}
    assert set(gaps.loc[gaps["standard"].eq("vecinal_roads") & gaps["value"].notna(), "quality"]) == {"publicado"}

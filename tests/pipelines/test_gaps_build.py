"""The gap list of a publication: census and survey where they exist, official names, doubts, nothing let out."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

from geodata.ubigeo import Level
from pipelines.gaps_build import GapRules, gap_table, standards_table

ROAD_NAME = "PORCENTAJE DE LA RED VIAL VECINAL EN CONDICIONES INADECUADAS"


def level_table(level: str, codes: list[str], **columns: list[Any]) -> pd.DataFrame:
    usual = {
        "level": level,
        "name": codes,
        "province": "A",
        "department": "D",
        "department_code": "010000",
        "is_sierra": True,
        "quadrant": "ready",
        "potential_score": 50.0,
        "ppa_producers_count": 100.0,
        "agricultural_area_ha": 10.0,
    }
    return pd.DataFrame({"ubigeo": codes, **(usual | columns)})


def made(*, with_census: bool = False, survey: pd.DataFrame | None = None, **more: Any) -> pd.DataFrame:
    """Return the list of two districts (the second withholds its producers), a province and a department."""
    levels: dict[Level, pd.DataFrame] = {
        "district": level_table(
            "district", ["010101", "010102"], irrigated_area_best_pct=[10.0, 20.0], ppa_producers_count=[90.0, np.nan]
        ),
        "province": level_table("province", ["010100"], vecinal_road_inadequate_pct=[80.0], vecinal_road_km=[50.0]),
        "department": level_table("department", ["010000"]),
    }
    products = pd.DataFrame(
        {
            "ubigeo": ["010101"],
            "product": ["quinua"],
            "suitability": [0.9],
            "present_value_pen_thousand": [np.nan],
            "present_ha": [np.nan],
            "is_present_ha_reserved": [False],
        }
    )
    methods = pd.DataFrame({"ubigeo": ["010101"], "field": "irrigated_area_best_pct", "method": "census"})
    roads = pd.DataFrame({"level": "province", "ubigeo": ["010100"], "official_name": ROAD_NAME, "year": 2023})
    values = pd.DataFrame(
        {"units_count": [100.0, 50.0], "natural_persons_count": [98.0, 50.0], "training_pct": [5.0, np.nan]},
        index=["010101", "010102"],
    )
    flags = pd.DataFrame({"is_not_enumerated": [True, False]}, index=values.index)
    census = SimpleNamespace(indicators=SimpleNamespace(values=values, flags=flags)) if with_census else None
    goods = cast(Any, SimpleNamespace(products=products, methods=methods))
    return gap_table(levels, goods, roads, 50.0, census=cast(Any, census), survey=survey, **more).set_index("gap_id")


def survey(status: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"level": "department", "area": ["010000"], "question": "training", "share_pct": [6.0], "status": status}
    )


def test_without_census_nor_survey_their_rows_are_absent_and_inputs_say_no_data_once() -> None:
    """No thousands of empty rows: only what has a figure, and one row per department for what nobody publishes."""
    found = made()
    assert set(found.index) == {
        "010101:irrigation",
        "010102:irrigation",
        "010100:vecinal_roads",
        "010000:input_suppliers",
    }
    assert found.loc["010000:input_suppliers", "severity"] == "no_data"


def test_the_census_gives_its_rows_and_the_padron_is_compared_with_it() -> None:
    """90 of the padrón for 100 units is 90 %, approximate; a census that skipped part of a district is partial."""
    found: Any = made(with_census=True)
    assert found.loc["010101:padron", ["value", "severity", "quality"]].tolist() == [90.0, "none", "aproximado"]
    assert found.loc["010101:training", ["severity", "quality"]].tolist() == ["critical", "parcial"]
    assert found.loc["010101:training", "shortfall"] == 98 * 0.2
    assert found.loc["010102:training", "severity"] == "no_data"


def test_reserved_producers_do_not_come_back_through_the_list() -> None:
    """A district that withholds its producers has no impact, priority, rank or share of the padrón."""
    found: Any = made(with_census=True)
    row = found.loc["010102:irrigation"]
    hidden = ["producers_count", "priority_impact", "priority", "priority_rank"]
    assert row[hidden].isna().all()
    assert row["priority_cost"] == 1
    assert pd.isna(found.loc["010102:padron", "value"])


def test_the_survey_stands_for_departments_only() -> None:
    """A share that the survey calls referential says so; a reserved one has no figure."""
    found: Any = made(survey=survey("referencial"))
    assert found.loc["010000:training_survey", ["value", "quality"]].tolist() == [6.0, "referencial"]
    assert found[found["standard"].eq("training_survey")]["level"].tolist() == ["department"]
    assert made(survey=survey("reservado")).loc["010000:training_survey", "severity"] == "no_data"


def test_official_names_products_and_quality_come_along() -> None:
    """The name as the data write it, the products of the place, the quality of how the figure was made."""
    found: Any = made()
    assert found["official_name"].dropna().to_dict() == {"010100:vecinal_roads": ROAD_NAME}
    assert found["products"].to_dict()["010100:vecinal_roads"] == "Quinua"
    assert found.loc["010102:irrigation", "products"] == ""
    assert found.loc["010102:irrigation", "quality"] == "publicado"


def test_simulated_figures_name_no_publisher() -> None:
    """What rests on simulated data says so in the place of its source."""
    found = made(simulated=("brechas_viales_2023",))
    assert found.loc["010100:vecinal_roads", "datasets"] == "simulado"


def test_the_rules_of_a_region_reach_the_list(tmp_path: Path) -> None:
    """A workspace with its own threshold makes a list that says so."""
    (tmp_path / "standards.toml").write_text("[irrigation]\nadequate = 12\ncritical = 5\n", encoding="utf-8")
    rules = GapRules.of(tmp_path)
    found: Any = made(rules=rules)
    assert found.loc["010102:irrigation", ["severity", "origin"]].tolist() == ["none", "region"]
    assert found.loc["010100:vecinal_roads", "origin"] == "project"
    told: Any = standards_table(list(rules.standards.values())).set_index("id")
    assert told.loc["irrigation", ["adequate", "origin"]].tolist() == [12, "region"]

"""The whole way of the census: zips of SPSS files, the data set, a publication, the page; simulated, and said so."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from geodata.fields import CENSUS_FIELDS_FILE, load_fields
from geodata.readers.microdata import is_simulated
from geodata.workspace import Publication, Workspace
from layers.census.indicators import INDICATORS
from pages.text import say
from pipelines.build import build
from pipelines.census import LAYER
from pipelines.census_build import CensusTables, census_tables, comparable, scan
from pipelines.census_commands import ingest
from pipelines.commands import FACTS_OF_THE_DEMO
from pipelines.demo_simulation import demo_layers
from pipelines.export.selection import PARTLY_SIMULATED, select
from pipelines.synthetic_census import write_zips
from tests import tiny
from tests.conftest import ROOT, silent
from tests.pipelines.census_files import module_rows, write_zip

TUMBES, MADRE_DE_DIOS = "24", "17"
SCALE = 0.2


@pytest.fixture(scope="module")
def zips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return simulated zips of the two smallest departments, as INEI publishes its own."""
    folder = tmp_path_factory.mktemp("zips")
    write_zips(folder, [TUMBES, MADRE_DE_DIOS], seed=7, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def workspace(zips: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace with the census ingested and published over the embedded districts."""
    made = Workspace(tmp_path_factory.mktemp("census"))
    ingest(made, zips, wait_s=0, announce=silent)
    frames = demo_layers()
    del frames["producer_units_2012"]
    with made.lock():
        build(
            made,
            frames,
            version="v",
            sierra="capital_2000m",
            notes={},
            is_demo=False,
            sources={},
            census=census_tables(made, frames["districts"]),
        )
    return made


@pytest.fixture(scope="module")
def tables(workspace: Workspace) -> CensusTables:
    """Return the census of the workspace in the embedded districts."""
    made = census_tables(workspace, demo_layers()["districts"])
    assert made is not None
    return made


@pytest.fixture(scope="module")
def release(workspace: Workspace) -> Publication:
    """Return the publication."""
    return workspace.publication()


def test_units_are_conserved_from_the_zips_to_the_departments(workspace: Workspace, tables: CensusTables) -> None:
    """The units of the two departments are those enumerated, less those without a place, which are told."""
    record = tables.record()
    values = tables.indicators.values["units_count"]
    placed = values[["170000", "240000"]].sum()
    assert placed + record["unplaced_units_count"] == record["units_count"]
    departments = workspace.publication().table("departments").set_index("ubigeo")["units_count"]
    assert departments[["170000", "240000"]].sum() == placed


def test_every_indicator_is_in_the_dictionary() -> None:
    """Nothing is published that the dictionary does not explain, and nothing is explained that is not published."""
    assert set(load_fields(CENSUS_FIELDS_FILE)) == set(INDICATORS)


def test_where_nobody_was_asked_there_is_no_data(release: Publication) -> None:
    """A department that is not in the data set is missing, not zero."""
    census = release.table("census").set_index("ubigeo")
    assert census.loc[["080000", "080101"], "units_count"].isna().all()


def test_no_district_shows_fewer_than_five_producers(release: Publication) -> None:
    """Every count of people that is shown is zero or at least five, in the census and in the wide table."""
    census = release.table("census")
    for name in [name for name in INDICATORS if name.endswith("units_count")]:
        shown = census[name].dropna()
        assert ((shown == 0) | (shown >= 5)).all(), name
    units = release.table("territories")["units_count"].dropna()
    assert (units >= 5).all()


def test_what_is_reserved_is_listed_and_empty(release: Publication) -> None:
    """Each withheld cell has no value, and the list names it."""
    census = release.table("census").set_index("ubigeo")
    cells = release.table("census_withheld")
    assert len(cells)
    for field, rows in cells.groupby("field"):
        assert census.loc[rows["ubigeo"], str(field)].isna().all()


def test_simulated_microdata_say_so_all_the_way(zips: Path, release: Publication, tmp_path: Path) -> None:
    """The mark inside the zip reaches the publication and the files; a zip without it is not called simulated."""
    assert is_simulated(next(zips.glob("*.zip")))
    assert release.simulated_datasets == {"cenagro_2012"}
    rows = select(release, "territories", "24").rows
    assert set(rows["data_kind"]) == {PARTLY_SIMULATED}
    real = write_zip(tmp_path, "24", "rec05a", module_rows("24", "rec05a"))
    assert not is_simulated(real)


def test_the_profile_shows_the_census(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of a district has the census by group, names no ministry beside a simulated figure, and says so."""
    monkeypatch.setenv("SIERRA_WORKSPACE", str(workspace.root))
    app = AppTest.from_file(str(ROOT / "pages" / "district_profile.py"), default_timeout=30)
    app.query_params["territorio"] = "240101"
    app.run()
    assert not app.exception
    assert not app.error
    assert "Productores y tierra" in [group.label for group in app.expander]
    shown = " ".join(block.proto.body for block in app.get("html"))
    assert "Esta publicación contiene datos simulados" in shown
    assert "Unidades con menos de 2 ha" in shown
    assert "Cultivos con más superficie (2012 · IV CENAGRO)" in [group.label for group in app.expander]
    assert "data-atlas-crops" in shown
    assert "2012 · simulado" in shown
    assert "2012 · INEI" not in shown


def test_the_facts_of_the_demonstration_are_not_the_census() -> None:
    """The embedded default calls its farms simulated too."""
    assert "cenagro_2012" not in FACTS_OF_THE_DEMO


def test_without_a_census_the_profile_says_that_it_is_lacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publication without microdata says so and who brings them; the order itself is in the README."""
    made = Workspace(tmp_path)
    with made.lock():
        build(made, tiny.layers(), version="v", sierra="capital_2000m", notes={}, is_demo=False, sources={})
    monkeypatch.setenv("SIERRA_WORKSPACE", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "pages" / "district_profile.py"), default_timeout=30)
    app.query_params["territorio"] = "010101"
    app.run()
    assert say("profile.census_absent") in [text.value for text in app.caption]
    assert "ingest census" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_embedded_default_walks_through_the_same_reader(demo_workspace: Workspace) -> None:
    """One farm in twenty, from zips of SPSS files; the shares are those of the whole, and nothing stays behind."""
    release = demo_workspace.publication()
    told = release.provenance["census"]
    assert told["is_simulated"] is True
    assert told["units_count"] == pytest.approx(2_260_973 / 20, rel=0.001)
    assert told["unplaced_share"] < 0.01
    country = release.table("census").set_index("ubigeo").loc["000000"]
    assert country["units_under_5ha_pct"] == pytest.approx(81.8, abs=0.5)
    assert country["irrigated_area_pct"] == pytest.approx(36.2, abs=0.5)
    assert not (demo_workspace.layers / LAYER).exists()
    assert release.table("departments")["units_count"].sum() == 2_260_973


def test_placement_is_reported_by_department(tables: CensusTables) -> None:
    """Units moved and units without a place are told for each department and for the country."""
    report: pd.DataFrame = tables.placement.set_index("ubigeo")
    assert set(report.index) == {"000000", "170000", "240000"}
    assert report["moved_share"].between(0, 1).all()
    assert report.loc["000000", "units_count"] == report.drop("000000")["units_count"].sum()


def test_the_published_totals_of_a_department_come_out_of_the_reader(tmp_path: Path) -> None:
    """
    Tumbes at full size, through the zips and the reader: 8,299 rows of REC01, 8,141 units, 7,626 with land, 6,584 under
    5 ha and 21,025 ha of agricultural land (domain.md section 10), and INEI's rows in every module.
    """
    write_zips(tmp_path / "zips", [TUMBES], scale=1.0)
    made = Workspace(tmp_path / "workspace")
    census = scan(ingest(made, tmp_path / "zips", wait_s=0, announce=silent).path)
    rows = {name: frame.select(pl.len()).collect().item() for name, frame in census.items()}
    assert rows == {"rec01": 8299, "rec02": 26801, "rec02a": 10981, "rec04": 8141, "rec04b": 8141, "rec05a": 8134}
    units = census["rec01"].filter(pl.col("resultado").is_in([1, 2])).collect()
    with_land = units.filter(pl.col("p019_01").is_null())
    assert (len(units), len(with_land), len(with_land.filter(pl.col("p020_01") < 5))) == (8141, 7626, 6584)
    assert units["wsup03"].sum() == pytest.approx(21_025, abs=1)


def test_the_count_by_code_stands_beside_departments_only(release: Publication) -> None:
    """By 2012 code: departments and the country, near the count by position, and never a difference of a few farms."""
    by_code = release.table("census_by_code").set_index("ubigeo")
    assert by_code.index.str.endswith("0000").all()
    by_position = release.table("census").set_index("ubigeo")["units_count"].reindex(by_code.index)
    difference = (by_code["units_count"] - by_position).abs()
    assert not difference.between(1, 4).any()
    assert (difference / by_position).max() < 0.05


def test_a_difference_of_a_few_farms_is_left_out() -> None:
    """100 by position and 97 by code would tell of three farms; 100 and 90, or 100 and 100, tell of nobody."""
    by_position = pd.DataFrame(
        {"units_count": [100.0, 100.0, 100.0, 7.0]}, index=["010000", "020000", "030000", "010101"]
    )
    by_code = pd.DataFrame({"units_count": [97.0, 90.0, 100.0, 7.0]}, index=by_position.index)
    assert comparable(by_position, by_code).index.tolist() == ["020000", "030000"]

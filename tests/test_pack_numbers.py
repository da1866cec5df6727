"""
The numbers that must come out of the real sources, read from what is published.

Built once, in a process of its own, into a workspace that is thrown away. Without the pack these tests skip.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from geodata.catalog import load_catalog
from geodata.columns import heading
from geodata.fields import fields_at, load_fields
from geodata.ubigeo import LEVELS, Level, entity_code
from geodata.workspace import Publication, Workspace

pytestmark = pytest.mark.pack

ROOT = Path(__file__).parents[1]

BUILD_AT_MOST_S = 60
PEAK_AT_MOST_GB = 2.5
READ_AT_MOST_MS = 50

TABLE_OF: dict[Level, str] = {"district": "territories", "province": "provinces", "department": "departments"}

CREATED_AFTER_2017 = {
    *("030612", "050413", "050512", "050513", "050514", "050515", "080915", "080916", "080917", "080918"),
    *("090724", "090725", "130112", "180107", "221006", "250306", "250307"),
}
"""The 17 districts that SOURCES.md lists as newer than the census of 2017."""

# it reports its own peak: the highest of the test process's children could be a browser's
BUILD = """
import json, resource, sys
from pathlib import Path
from geodata.workspace import Workspace
from pipelines.commands import build_real

build_real(Workspace(Path(sys.argv[2])), Path(sys.argv[1]), "capital_2000m", None, wait_s=0, announce=lambda _: None)
peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps(max(peaks) * (1 if sys.platform == "darwin" else 1024)))
"""


@dataclass(frozen=True)
class Built:
    """What was built from the pack, and what it took."""

    workspace: Workspace
    publication: Publication
    seconds: float
    peak_bytes: int

    def table(self, level: Level) -> pd.DataFrame:
        """Return a published table by ubigeo."""
        return self.publication.table(TABLE_OF[level]).set_index("ubigeo")

    def layer(self, name: str) -> pd.DataFrame:
        """Return the accepted version of a layer that the publication was made from."""
        version = self.workspace.layer_versions()[name]
        return pd.read_parquet(self.workspace.layers / name / f"{version}.parquet")


@pytest.fixture(scope="session")
def built(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return the publication of the whole pack with the default definition of the Sierra."""
    root = tmp_path_factory.mktemp("pack") / "workspace"
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(pack), str(root)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    seconds = perf_counter() - started
    assert done.returncode == 0, done.stderr
    workspace = Workspace(root)
    return Built(workspace, workspace.publication(), seconds, json.loads(done.stdout))


@pytest.fixture(scope="session")
def districts(built: Built) -> pd.DataFrame:
    """Return the published table of districts by ubigeo."""
    return built.table("district")


@pytest.fixture(scope="session")
def withheld(built: Built) -> pd.DataFrame:
    """Return the cells of districts that are withheld."""
    cells = built.publication.table("withheld")
    return cells[cells["level"].eq("district")]


@pytest.fixture(scope="session")
def quality(built: Built) -> dict[str, Any]:
    """Return what the provenance says about how each layer fits today's districts."""
    found = built.publication.provenance["quality"]
    assert isinstance(found, dict)
    return found


def source(pack: Path, name: str, code: str, separator: str = ",") -> pd.DataFrame:
    """Return a file of the pack as its publisher wrote it, all text, by its code column."""
    frame = pd.read_csv(pack / name, dtype="str", sep=separator, encoding="utf-8-sig", keep_default_na=False)
    return frame.set_index(code)


# ---- territories ----


@pytest.mark.parametrize(("level", "count"), [("district", 1891), ("province", 196), ("department", 25)])
def test_territories_of_the_three_levels(built: Built, level: Level, count: int) -> None:
    """1,891 districts, 196 provinces, 25 departments, each once, under a code of six digits of its level."""
    codes = built.table(level).index.to_series()
    assert len(codes) == codes.nunique() == count
    assert codes.str.fullmatch(r"\d{6}").all()
    assert entity_code(codes, level).eq(codes).all()
    assert built.publication.provenance["counts"][f"{level}s"] == count


def test_sierra_is_exactly_that_of_the_file_of_natural_regions(
    pack: Path, built: Built, districts: pd.DataFrame
) -> None:
    """1,200 districts: one by one those that INEI calls Sierra, which are those with a capital at 2,000 m or more."""
    regions = source(pack, "distritos_region_natural.csv", "COD_DISTRITO")["REGION_NATURAL"]
    sierra = set(districts.index[districts["is_sierra"]])
    assert len(sierra) == built.publication.provenance["counts"]["sierra_districts"] == 1200
    assert sierra == set(regions.index[regions.eq("Sierra")])
    assert sierra == set(districts.index[districts["capital_altitude_m"].ge(2000)])


def test_minam_calls_1250_districts_sierra(built: Built, districts: pd.DataFrame) -> None:
    """The other definition is in the same publication, counted and switchable."""
    record = built.publication.provenance
    assert record["sierra_definition"] == "capital_2000m"
    assert record["counts"]["sierra_by_definition"] == {"capital_2000m": 1200, "minam": 1250}
    assert districts["natural_region_minam"].eq("Sierra").sum() == 1250


def test_area_is_that_of_peru_at_every_level(built: Built) -> None:
    """1,286,468 km² within 0.1 %, in an equal-area projection; provinces and departments hold the same land."""
    assert built.publication.provenance["area_km2"] == pytest.approx(1_286_468, rel=0.001)
    for level in LEVELS:
        assert built.table(level)["area_km2"].sum() == pytest.approx(1_286_468, rel=0.001)


def test_names_have_their_accents(built: Built, districts: pd.DataFrame) -> None:
    """Chachapoyas, Asunción, Ñahuimpuquio, Áncash: as people write them, without mojibake."""
    assert districts.loc["010101", "district"] == "Chachapoyas"
    assert districts.loc["010102", "district"] == "Asunción"
    assert districts["district"].eq("Ñahuimpuquio").any()
    assert districts["district"].str.contains("[ñÑ]").sum() == 36
    assert {"Áncash", "Apurímac", "Huánuco", "Junín", "San Martín"} <= set(built.table("department")["name"])
    names = districts[["district", "province", "department", "capital"]].stack()
    assert not names.str.contains("[ÃÂ�]").any()
    assert not names.str.isupper().any()


@pytest.mark.parametrize("level", ["province", "department"])
def test_a_territory_has_one_name(districts: pd.DataFrame, level: str) -> None:
    """All districts of a province, and of a department, call it the same."""
    names = districts.groupby(f"{level}_code")[level].nunique()
    assert names[names.gt(1)].empty


def test_slips_of_the_directory_are_told(quality: dict[str, Any], districts: pd.DataFrame) -> None:
    """The wrong province name and the capital 325 km away are told in the provenance, and kept out of the figures."""
    notes = " ".join(quality["districts"]["notes"])
    assert "061306" in notes
    assert "221006" in notes
    assert districts.loc["061306", "province"] == "Santa Cruz"
    assert districts["capital_distance_km"].isna()["221006"]


# ---- producers, land, crops ----


def test_producers_of_the_file(quality: dict[str, Any]) -> None:
    """2,030,290 in the file; 87 of them in two codes that do not exist, reported."""
    ppa = quality["ppa_2024"]
    assert ppa["totals"]["producers_count"] == 2_030_290
    assert ppa["unknown_codes"] == ["140401", "200508"]
    assert ppa["unknown_totals"]["producers_count"] == 87


def test_no_district_under_five_producers_is_published(
    pack: Path, built: Built, districts: pd.DataFrame, withheld: pd.DataFrame
) -> None:
    """
    30 districts have one to four producers: they are withheld, with 11 more that would give them away.

    What rests on the count is withheld with it: density, hectares and soles per producer, potential and viability.
    """
    register = source(pack, "midagri_ppa_productores_distrito_2024.csv", "UBIGEO")["PRODUCTORES"].astype(float)
    small = set(register.index[register.between(1, 4)]) & set(districts.index)
    assert len(small) == 30
    hidden = set(withheld["ubigeo"])
    assert small < hidden
    assert len(hidden) == 41
    for name in withheld["field"].unique():
        assert districts.loc[list(hidden), name].isna().all()
    assert set(withheld["field"]) >= {"ppa_producers_count", "producers_per_km2", "potential_score", "viability_score"}
    gaps = built.publication.table("gaps")
    assert gaps.loc[gaps["ubigeo"].isin(hidden), ["producers_count", "priority"]].isna().all(axis=None)


def test_no_producer_is_reassigned(pack: Path, districts: pd.DataFrame, withheld: pd.DataFrame) -> None:
    """Every district has exactly what the register says of its code, or nothing."""
    register = source(pack, "midagri_ppa_productores_distrito_2024.csv", "UBIGEO")["PRODUCTORES"].astype(float)
    known = districts["ppa_producers_count"].dropna()
    assert set(register.index) - set(known.index) == {"140401", "200508", *withheld["ubigeo"]}
    assert known.equals(register.reindex(known.index).rename("ppa_producers_count"))


def test_absent_from_the_register_is_unknown_not_zero(
    pack: Path, quality: dict[str, Any], districts: pd.DataFrame, withheld: pd.DataFrame
) -> None:
    """39 districts are not in the register: they have no figure, and nobody has a zero that the file does not say."""
    register = source(pack, "midagri_ppa_productores_distrito_2024.csv", "UBIGEO")
    unknown = districts["ppa_producers_count"].isna() & ~districts.index.isin(withheld["ubigeo"])
    assert unknown.sum() == quality["ppa_2024"]["absent_districts_count"] == 39
    assert set(districts.index[unknown]) == set(districts.index) - set(register.index)
    assert not districts["ppa_producers_count"].eq(0).any()


@pytest.mark.parametrize("level", ["province", "department"])
def test_producers_are_conserved_upwards(built: Built, level: Level) -> None:
    """The 2,030,203 of existing districts, withheld ones included, are in their provinces and departments."""
    assert built.table(level)["ppa_producers_count"].sum() == 2_030_203


@pytest.mark.parametrize("level", LEVELS)
def test_agricultural_hectares(built: Built, quality: dict[str, Any], level: Level) -> None:
    """11,649,716 ha at every level; 17 districts unknown to the map of 2018; 63 % above the census of 2012."""
    hectares = built.table(level)["agricultural_area_ha"]
    assert round(hectares.sum()) == 11_649_716
    assert hectares.isna().sum() == (17 if level == "district" else 0)
    assert round(quality["agricultural_area_2018"]["totals"]["agricultural_area_ha"]) == 11_649_716
    assert hectares.sum() / 7_125_007.67 == pytest.approx(1.63, abs=0.01)


def test_crops(pack: Path, built: Built, quality: dict[str, Any], districts: pd.DataFrame) -> None:
    """158 crops in 1,799 districts, 30,879 rows; 92 districts unknown; no soles lost on the way up."""
    assert built.layer("crop_value_2023")["crop"].nunique() == 158
    assert quality["crop_value_2023"]["rows_count"] == 30_879
    assert districts["crop_value_pen_thousand"].isna().sum() == 92
    assert districts["crops_count"].isna().sum() == 92
    values = source(pack, "midagri_vbp_cultivo_distrito_2023.csv", "UBIGEO")["VBP_CORRIENTE 2023 (miles de S/)"]
    for level in LEVELS:
        assert built.table(level)["crop_value_pen_thousand"].sum() == pytest.approx(values.astype(float).sum())


def test_crops_of_a_department_are_counted_once_each(pack: Path, built: Built) -> None:
    """A department grows as many crops as different names its districts record, not the sum of their numbers."""
    rows = source(pack, "midagri_vbp_cultivo_distrito_2023.csv", "UBIGEO").reset_index()
    counted = rows["CULTIVO"].groupby(entity_code(rows["UBIGEO"], "department")).nunique()
    published = built.table("department")["crops_count"].dropna()
    assert published.to_dict() == counted.to_dict()
    assert published.max() < 158


# ---- connectivity, census, poverty, settlements ----


def test_districts_that_the_census_did_not_know_are_unknown(districts: pd.DataFrame) -> None:
    """The 17 districts created after 2017, and no other, lack every figure of the census; none is zero or copied."""
    columns = [key for key, field in fields_at("district").items() if field.datasets == ("censo_2017",)]
    assert len(columns) == 8
    for column in columns:
        assert set(districts.index[districts[column].isna()]) == CREATED_AFTER_2017
    assert set(districts.index[districts["limits_status"].eq("new")]) == CREATED_AFTER_2017


def test_codes_regain_the_zero_that_the_spreadsheet_dropped(
    pack: Path, quality: dict[str, Any], districts: pd.DataFrame
) -> None:
    """908 codes of five digits of the census find their district (Chachapoyas is 10101 in the file), and it is said."""
    census = source(pack, "geoperu_distritos_censo2017.csv", "cod_dist")
    assert census.index.str.len().value_counts().to_dict() == {6: 966, 5: 908}
    assert districts.loc["010101", "census_population_count"] == census["pob_total"].astype(float)["10101"]
    assert districts["census_population_count"].sum() == census["pob_total"].astype(float).sum()
    assert quality["census_2017"]["unknown_codes"] == []
    assert "908" in quality["census_2017"]["notes"][0]


def test_shares_of_the_census_are_those_its_publisher_computed(pack: Path, districts: pd.DataFrame) -> None:
    """Households without mobile and without internet, district by district, as the percentages in the same file."""
    census = source(pack, "geoperu_distritos_censo2017.csv", "cod_dist")
    census.index = census.index.str.zfill(6)
    for column, official in (
        ("households_without_mobile_pct", "phs_tcelu"),
        ("households_without_internet_pct", "phs_inter"),
    ):
        known = districts[column].dropna()
        assert known.tolist() == pytest.approx(census[official].astype(float).reindex(known.index).tolist(), abs=0.06)


def test_no_rural_settlement_is_not_no_operator(pack: Path, districts: pd.DataFrame) -> None:
    """61 districts without rural settlements have no figure; the others have 0 to 4 operators, as the file says."""
    file = source(pack, "mtc2024_cobertura_internet_movil_distrito.csv", "ubigeo")["Cobertura_inter_movil_rural"]
    expected = pd.to_numeric(file).reindex(districts.index)
    assert districts["rural_operators_count"].isna().sum() == 61
    assert districts["rural_operators_count"].equals(expected.rename("rural_operators_count"))
    assert set(districts["rural_operators_count"].dropna()) == {0, 1, 2, 3, 4}


def test_the_interval_of_poverty_contains_its_estimate(pack: Path, districts: pd.DataFrame) -> None:
    """Low, estimate and high in that order in the 1,874 districts estimated; unknown in the other 17."""
    known = districts.dropna(subset="poverty_pct")
    assert len(known) == 1874
    assert known["poverty_low_pct"].le(known["poverty_pct"]).all()
    assert known["poverty_pct"].le(known["poverty_high_pct"]).all()
    assert set(districts.index) - set(known.index) == CREATED_AFTER_2017
    file = source(pack, "inei_pobreza_monetaria_distrito_2018.csv", "Ubigeo")
    official = file["Pobreza Monetaria -Mapa de Pobreza 2018 (INEI)"].astype(float)
    assert known["poverty_pct"].equals(official.reindex(known.index).rename("poverty_pct"))


def test_no_interval_of_poverty_above_the_districts(built: Built) -> None:
    """A confidence interval is not averaged: provinces and departments publish none."""
    for level in ("province", "department"):
        table = built.table(level)
        assert "poverty_pct" in table
        assert not {"poverty_low_pct", "poverty_high_pct"} & set(table)


def test_every_settlement_is_placed_or_reported(quality: dict[str, Any], districts: pd.DataFrame) -> None:
    """94,922 points: those inside districts and those reported outside every limit are all of them."""
    record = quality["settlements"]
    assert record["rows_count"] == 94_922
    assert districts["settlements_count"].sum() + record["outside_count"] == 94_922
    assert 0 < record["outside_count"] < 200
    assert 0 < record["in_another_district_count"] < 1126
    assert districts["settlements_count"].ge(districts["rural_settlements_count"]).all()


# ---- roads: never below the level at which they are published ----

VECINAL = "PORCENTAJE DE LA RED VIAL VECINAL EN CONDICIONES INADECUADAS"
DEPARTMENTAL = "PORCENTAJE DE LA RED VIAL DEPARTAMENTAL EN CONDICIONES INADECUADAS"


def test_no_official_road_figure_at_district_level(built: Built, districts: pd.DataFrame) -> None:
    """What is published per province or department is in no column and no gap of a district."""
    official = {key for key, field in load_fields().items() if field.aggregation.method == "published"}
    assert not official & set(districts.columns)
    gaps = built.publication.table("gaps")
    roads = gaps[gaps["field"].isin(official)]
    assert set(roads["level"]) == {"province", "department"}
    assert not roads["ubigeo"].isin(set(districts.index)).any()


@pytest.mark.parametrize(
    ("level", "code", "figures"),
    [
        # Chachapoyas, Cusco, Huancayo; Amazonas, Cusco, Puno: copied by hand from invierte_brechas_viales.csv, 2023
        ("province", "010100", {"vecinal_road_inadequate_pct": 33.256, "vecinal_road_km": 946.6}),
        ("province", "010100", {"departmental_road_inadequate_pct": 100.0, "departmental_road_unbuilt_pct": 0.0}),
        ("province", "080100", {"vecinal_road_inadequate_pct": 52.811, "departmental_road_inadequate_pct": 52.267}),
        ("province", "120100", {"vecinal_road_inadequate_pct": 45.721, "departmental_road_inadequate_pct": 12.687}),
        ("province", "120100", {"departmental_road_unbuilt_pct": 2.166, "departmental_road_km": 334.2}),
        ("department", "010000", {"vecinal_road_inadequate_pct": 24.537, "departmental_road_inadequate_pct": 87.034}),
        ("department", "010000", {"national_road_inadequate_pct": 71.783, "departmental_road_unbuilt_pct": 2.244}),
        ("department", "080000", {"vecinal_road_inadequate_pct": 61.753, "vecinal_road_km": 25342.8}),
        ("department", "080000", {"departmental_road_inadequate_pct": 49.188, "national_road_inadequate_pct": 40.928}),
        ("department", "210000", {"vecinal_road_inadequate_pct": 52.025, "departmental_road_inadequate_pct": 40.487}),
        ("department", "210000", {"national_road_inadequate_pct": 21.278, "departmental_road_unbuilt_pct": 8.834}),
    ],
)
def test_road_figures_are_the_official_ones(built: Built, level: Level, code: str, figures: dict[str, float]) -> None:
    """What the ministries publish for an entity is what the atlas publishes for it."""
    assert built.table(level).loc[code, list(figures)].to_dict() == pytest.approx(figures)


def test_every_road_figure_is_in_the_official_file_and_no_other(pack: Path, built: Built) -> None:
    """All entities, both levels: nothing averaged, nothing filled in where nothing was published."""
    rows = pd.read_csv(pack / "invierte_brechas_viales.csv", dtype={"UBIGEO_ENTIDAD": "str"})
    rows = rows[rows["INDICADOR_ANIO"].eq(2023)]
    for level, short in (("province", "MP"), ("department", "GR")):
        table = built.table(level)  # type: ignore[arg-type]
        for name, indicator in (
            ("vecinal_road_inadequate_pct", VECINAL),
            ("departmental_road_inadequate_pct", DEPARTMENTAL),
        ):
            official = rows[rows["NIVEL"].eq(short) & rows["INDICADOR"].eq(indicator)].set_index("UBIGEO_ENTIDAD")
            expected = 100 * official["INDICADOR_VALOR"].reindex(table.index)
            assert table[name].tolist() == pytest.approx(expected.tolist(), nan_ok=True)
    assert built.table("province")["vecinal_road_inadequate_pct"].isna().sum() == 5
    assert built.table("province")["national_road_inadequate_pct"].isna().all()
    assert built.table("department")["national_road_inadequate_pct"].notna().all()


# ---- scores and gaps ----


def test_every_scored_district_of_the_sierra_has_a_place(districts: pd.DataFrame) -> None:
    """Scores from 1 to 100; ranks among the Sierra only, from 1 to the number of its scored districts."""
    scores = districts[["potential_score", "conditions_score", "viability_score"]]
    assert scores.min().min() >= 1 - 1e-9
    assert scores.max().max() <= 100 + 1e-9
    ranked = districts[districts["viability_rank"].notna()]
    assert set(ranked.index) == set(districts.index[districts["is_sierra"] & districts["viability_score"].notna()])
    assert ranked["viability_rank"].min() == 1
    assert ranked["viability_rank"].max() <= len(ranked)
    assert len(ranked) > 1100


def test_a_score_is_missing_where_its_data_are_missing(districts: pd.DataFrame) -> None:
    """No potential without producers or crops; no conditions without the census: withheld, never low."""
    without = districts[["ppa_producers_count", "crop_value_pen_thousand"]].isna().any(axis=1)
    assert districts.loc[without, "potential_score"].isna().all()
    # with everything known only a condition that is not met leaves a district without score, and it is named
    known = districts.loc[~without & districts["agricultural_area_ha"].notna()]
    assert known["potential_score"].isna().eq(known["gate"].notna()).all()
    assert districts.loc[list(CREATED_AFTER_2017), "conditions_score"].isna().all()


def test_one_row_of_gaps_per_territory_and_standard(built: Built) -> None:
    """Each standard lists every territory of its level once, also those without gap and without data."""
    gaps = built.publication.table("gaps")
    assert not gaps.duplicated(["ubigeo", "standard"]).any()
    for _, rows in gaps.groupby("standard"):
        (level,) = set(rows["level"])
        assert set(rows["ubigeo"]) == set(built.table(level).index)


def test_what_is_to_be_done_agrees_with_the_summary(built: Built) -> None:
    """The number of gaps that the build prints is that of critical and moderate rows."""
    gaps = built.publication.table("gaps")
    assert built.publication.provenance["counts"]["gaps"] == gaps["severity"].isin(["critical", "moderate"]).sum() > 0


# ---- what is published ----


@pytest.mark.parametrize("level", LEVELS)
def test_every_figure_of_the_dictionary_is_published_and_readable(built: Built, level: Level) -> None:
    """A table holds each figure that exists at its level, and every column has a Spanish heading."""
    table = built.table(level)
    assert set(fields_at(level)) <= set(table)
    assert all(heading(name) for name in table.columns)


def test_the_provenance_names_every_source_with_its_checksum(built: Built) -> None:
    """Real data, and for each source the file, its sha256 as in the catalog, its licence and when it was taken."""
    record = built.publication.provenance
    assert record["is_demo"] is False
    expected = {key: source.distributions[0] for key, source in load_catalog().items() if source.retrievable}
    assert set(record["sources"]) == set(expected)
    for key, file in expected.items():
        taken = record["sources"][key]
        assert (taken["file"], taken["sha256"]) == (file.pack_file, file.sha256)
        assert taken["licence"]
        assert taken["retrieved_at"]


def test_the_provenance_counts_what_is_missing(built: Built, districts: pd.DataFrame) -> None:
    """For each figure, how many districts have none."""
    counted = built.publication.provenance["missing_by_field"]
    hidden = built.publication.provenance["withheld_by_field"]
    assert hidden["ppa_producers_count"] == 41
    for name in set(load_fields()) & set(districts):
        assert counted[name] + hidden.get(name, 0) == districts[name].isna().sum()
    assert counted["ppa_producers_count"] == 39


def test_coverage_says_on_how_many_districts_a_figure_rests(
    built: Built, districts: pd.DataFrame, withheld: pd.DataFrame
) -> None:
    """Cusco's producers rest on the districts of Cusco that are in the register, withheld ones included."""
    coverage = built.publication.table("coverage").set_index(["ubigeo", "field"])
    cusco = districts[districts["department_code"].eq("080000")]
    row: Any = coverage.loc[("080000", "ppa_producers_count")]
    assert row["districts_count"] == len(cusco)
    assert (
        row["with_value_count"] == (cusco["ppa_producers_count"].notna() | cusco.index.isin(withheld["ubigeo"])).sum()
    )


def test_no_shape_of_the_map_is_invalid(built: Built) -> None:
    """1,891 light districts as a map draws them, and the provinces and departments: all valid, none empty."""
    publication = built.publication
    drawn = gpd.read_file(publication.web_folder / publication.provenance["geometry"]["map_file"])
    shapes = {
        level: publication.shapes(f"{level}s").set_index("ubigeo").geometry for level in ("province", "department")
    }
    shapes["district"] = drawn.set_index("id").geometry
    for level in LEVELS:
        found = shapes[level]
        assert set(found.index) == set(built.table(level).index)
        assert found.is_valid.all()
        assert not found.is_empty.any()
        assert found.geom_type.isin(["Polygon", "MultiPolygon"]).all()


def test_the_full_shapes_are_kept(built: Built) -> None:
    """Districts are also published at full resolution, valid, in EPSG:4326."""
    full = built.publication.shapes("districts")
    assert len(full) == 1891
    assert full.crs.to_epsg() == 4326
    assert full.geometry.is_valid.all()
    assert full.geometry.count_coordinates().sum() > 1_600_000


# ---- what it takes ----


def test_the_build_takes_at_most_a_minute(built: Built) -> None:
    """From the files of the pack to the publication, start of Python included."""
    assert built.seconds <= BUILD_AT_MOST_S


def test_the_build_fits_in_memory(built: Built) -> None:
    """At its peak the build holds at most 2.5 GB."""
    assert built.peak_bytes / 1e9 <= PEAK_AT_MOST_GB


def test_territories_are_read_in_an_instant(built: Built) -> None:
    """The table of districts, all columns, without geometry: 50 ms at most (median of nine)."""
    times = []
    for _ in range(9):
        started = perf_counter()
        built.publication.table("territories")
        times.append(1000 * (perf_counter() - started))
    assert statistics.median(times) <= READ_AT_MOST_MS

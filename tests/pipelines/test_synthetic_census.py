"""The simulated census: the true variables and row counts, the published totals, and answers that obey the form."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat
import pytest
import shapely

from layers.overlay import points_in_districts
from pipelines import synthetic_totals
from pipelines.demo_cells import read_cells
from pipelines.demo_simulation import demo_layers
from pipelines.synthetic_census import DEPARTMENTS, MODULES, district_totals, generate_department, variables, write_zips
from pipelines.synthetic_crops import crop_codes
from pipelines.synthetic_totals import exact_totals, published_rows, scaled

Modules = dict[str, pl.DataFrame]
KEY = ["P001", "P002", "P003", "P007X", "P008", "NPRIN"]
TUMBES, JUNIN, AYACUCHO = "24", "12", "05"
SHARE_TOLERANCE = 0.02
# fewer answers than these do not settle a share to two points
LEAST_ANSWERS = 700


@pytest.fixture(scope="module")
def tumbes() -> Modules:
    """Return one small department at full scale."""
    return generate_department(TUMBES)


@pytest.fixture(scope="module")
def junin() -> Modules:
    """Return a department with Sierra and Selva at one hundredth."""
    return generate_department(JUNIN, scale=0.01)


@pytest.fixture(scope="module", params=["tumbes", "junin"])
def modules(request: pytest.FixtureRequest) -> Modules:
    """Return each of the two."""
    return request.getfixturevalue(request.param)


def ubigeo() -> pl.Expr:
    """Return the six digits of a district from the three numbers."""
    parts = [pl.col(name).cast(pl.Int64).cast(pl.String).str.zfill(2) for name in ("P001", "P002", "P003")]
    return pl.concat_str(parts).alias("ubigeo")


def units_of(modules: Modules) -> pl.DataFrame:
    """Return the units that answered."""
    return modules["rec01"].filter(pl.col("RESULTADO").is_in([1.0, 2.0]))


def test_rows_are_those_published(tumbes: Modules) -> None:
    """At full scale every module of the department has exactly its published rows, and INEI's variables."""
    rows = published_rows().loc[f"{TUMBES}0000"]
    assert {module: len(frame) for module, frame in tumbes.items()} == {module: rows[module] for module in MODULES}
    assert len(units_of(tumbes)) == 8_141
    table = variables()
    for module, frame in tumbes.items():
        assert frame.columns == table.loc[table["module"] == module, "variable"].tolist()
        assert set(frame.dtypes) == {pl.Float64}


def test_published_rows_add_up() -> None:
    """The 25 departments add up to INEI's national rows, and the units of REC04 to those of the totals."""
    rows = published_rows()
    national = [2_315_613, 15_092_296, 5_191_655, 2_260_973, 2_260_973, 2_246_702]
    assert rows[list(MODULES)].sum().tolist() == national
    assert rows["survey"].tolist() == list(range(337, 362))


@pytest.mark.parametrize("seed", [2025, 3])
def test_national_totals_are_the_published_ones(seed: int) -> None:
    """The districts add up to the official totals of 2012, to the hundredth of a hectare, whatever the seed."""
    totals = exact_totals(seed)
    assert totals[["rec01", "units", "with_land", "under_5ha"]].sum().tolist() == [
        2_315_613, 2_260_973, 2_213_506, 1_810_962,
    ]  # fmt: skip
    areas = ["total", "agricultural", "irrigated", "fallow", "resting", "unused"]
    assert totals[areas].sum().tolist() == [3874246458, 712500767, 257989983, 143164010, 76280729, 77488224]
    # the four published parts add up to one hundredth less than the published whole: what is sown has it
    assert totals["sown"].sum() == 415567803 + 1
    assert (totals[["sown", "fallow", "unused", "resting"]].sum(axis=1) == totals["agricultural"]).all()
    assert (totals["irrigated"] <= totals["agricultural"]).all()
    assert (totals["agricultural"] <= totals["total"]).all()
    assert totals.loc[totals["natural_region"] != "Sierra", "resting"].sum() == 0


def test_totals_are_those_of_the_demonstration() -> None:
    """Units are the demonstration's; hectares too, but for a district whose small units cannot hold its own."""
    totals, demo = district_totals().set_index("ubigeo"), demo_layers()["producer_units_2012"].set_index("ubigeo")
    counts = ["units_count", "units_with_land_count", "units_under_5ha_count"]
    assert totals[counts].equals(demo[counts])
    moved = (totals["agricultural_area_2012_ha"] - demo["agricultural_area_2012_ha"]).abs()
    department = totals.index.str[:2]
    assert moved.groupby(department).sum().gt(0.005).sum() <= 1
    by_department = totals["agricultural_area_2012_ha"].groupby(department).sum()
    assert np.allclose(by_department, demo["agricultural_area_2012_ha"].groupby(department).sum(), atol=0.001)
    same = moved.groupby(department).transform("sum") < 0.005
    assert np.allclose(totals.loc[same, "irrigated_area_2012_ha"], demo.loc[same, "irrigated_area_2012_ha"], atol=0.011)


def test_rows_add_up_to_the_totals_of_each_district(tumbes: Modules) -> None:
    """Counts and hectares of every district come out of the rows exactly."""
    land = pl.col("P019_01").is_null()
    made = (
        units_of(tumbes)
        .group_by(ubigeo())
        .agg(
            units_count=pl.len(),
            units_with_land_count=land.sum(),
            units_under_5ha_count=(pl.col("P020_01") < 5).sum(),
            legal_persons_count=(pl.col("P016") > 1).sum(),
            agricultural_area_2012_ha=pl.col("WSUP03").sum(),
            irrigated_area_2012_ha=pl.col("WSUP03A").sum(),
            sown_area_2012_ha=pl.col("WSUP18").sum(),
            fallow_area_2012_ha=pl.col("WSUP08A").sum(),
            unused_area_2012_ha=pl.col("WSUP08B").sum(),
            resting_area_2012_ha=pl.col("WSUP09").sum(),
            total_area_2012_ha=pl.col("P020_01").sum(),
        )
        .sort("ubigeo")
    )
    wanted = district_totals().loc[lambda frame: frame["ubigeo"].str[:2] == TUMBES]
    assert made["ubigeo"].to_list() == wanted["ubigeo"].tolist()
    for name in made.columns[1:]:
        assert made[name].to_list() == pytest.approx(wanted[name].tolist(), abs=1e-4), name


def test_areas_of_a_unit_add_up(modules: Modules) -> None:
    """Irrigated and rainfed, kinds of land, kinds of crops: every identity holds in every unit."""
    land = units_of(modules).filter(pl.col("P019_01").is_null())
    identities = {
        "WSUP03": ["WSUP03A", "WSUP03B"],
        "P020_01": ["WSUP03", "WSUP04"],
        "WSUP04": ["WSUP14", "WSUP17", "WSUP05"],
        "WSUP14": ["WSUP15", "WSUP16"],
        "WSUP08": ["WSUP08A", "WSUP08B"],
        "WSUP18": ["WSUP07", "WSUP10", "WSUP11", "WSUP12", "WSUP13"],
        "WSUP06": ["WSUP07", "WSUP08", "WSUP09"],
    }
    for whole, parts in identities.items():
        assert np.allclose(land[whole], land.select(pl.sum_horizontal(parts)).to_series(), atol=1e-6), whole
    farmed = land.select(pl.sum_horizontal("WSUP18", "WSUP08A", "WSUP08B", "WSUP09")).to_series()
    assert np.allclose(land["WSUP03"], farmed, atol=1e-6)
    assert land.select(pl.col("^WSUP.*$").min()).min_horizontal().item() >= 0
    assert (land.filter(pl.col("P016") == 1)["P020_01"] < 100_000).all()


def test_keys_are_unique_and_refer_to_units(modules: Modules) -> None:
    """A key names one row; parcels and lines belong to units with land, as many parcels as the unit declares."""
    units, lines, parcels = units_of(modules), modules["rec02"], modules["rec02a"]
    assert not modules["rec01"].select(KEY).is_duplicated().any()
    assert not lines.select([*KEY, "NPARCX", "P024_01"]).is_duplicated().any()
    assert not parcels.select([*KEY, "NPARCX"]).is_duplicated().any()
    assert len(lines.select([*KEY, "NPARCX"]).unique()) == len(parcels)
    assert modules["rec04"].select(KEY).equals(modules["rec04b"].select(KEY))
    assert modules["rec04"].select(KEY).equals(units.select(KEY))
    assert len(modules["rec05a"].join(units.filter(pl.col("P016") == 1), on=KEY)) == len(modules["rec05a"])
    counted = parcels.group_by(KEY).len()
    land = units.filter(pl.col("P019_01").is_null()).join(counted, on=KEY, how="full")
    assert land["P019"].to_list() == land["len"].to_list()


def test_lines_cover_the_land(modules: Modules) -> None:
    """Lines of a parcel add up to the parcel and those of a unit to its land; farm lines are watered or not."""
    lines, units = modules["rec02"], units_of(modules)
    per_parcel = lines.group_by([*KEY, "NPARCX"]).agg(pl.col("P025").sum())
    joined = modules["rec02a"].join(per_parcel, on=[*KEY, "NPARCX"])
    assert np.allclose(joined["P037_SS"], joined["P025"], atol=1e-6)
    assert lines["P025"].sum() == pytest.approx(units["P020_01"].sum(), abs=1e-3)
    watered = lines.filter(pl.col("P026") == 1)["P025"].sum()
    # one line per district may be watered in part
    assert watered == pytest.approx(units["WSUP03A"].sum(), rel=0.02)
    farmed = (pl.col("P024_01") <= 18) | pl.col("P024_01").is_between(90, 92)
    assert lines.select((pl.col("P026").is_not_null() == farmed).all()).item()
    assert lines.select((pl.col("P024_03").is_not_null() == (pl.col("P024_01") < 90)).all()).item()
    assert set(lines["P024_03"].drop_nulls().unique()) <= set(crop_codes()["code"].astype(float))


def test_points_lie_in_their_districts() -> None:
    """Every sector has one point, inside its district, or in a district cut from it after 2017, or at 0, 0."""
    frame = pl.concat([generate_department(code, scale=0.05)["rec01"] for code in (AYACUCHO, TUMBES)])
    places = frame.with_columns(ubigeo()).group_by("ubigeo", "P007X").agg(pl.col("LONG_DECI", "LAT_DECI").unique())
    assert (places["LONG_DECI"].list.len() == 1).all()
    points = places.explode("LONG_DECI").explode("LAT_DECI").sort("ubigeo", "P007X").to_pandas()
    found = points_in_districts(points["LONG_DECI"], points["LAT_DECI"], read_cells())
    parent = {"050413": "050406", "050512": "050502", "050513": "050509", "050514": "050501", "050515": "050501"}
    zero = points["LONG_DECI"] == 0
    elsewhere = (found != points["ubigeo"]) & ~zero
    assert (found[elsewhere].map(parent) == points["ubigeo"][elsewhere]).all()
    assert 1 <= elsewhere.sum() <= 10
    assert zero.mean() < 0.01


def test_sectors_lie_in_the_polygons_given() -> None:
    """Other polygons than the demonstration's cells are respected, and one that is absent is refused."""
    cells = read_cells()
    moved = cells.assign(geometry=shapely.transform(cells.geometry.to_numpy(), lambda xy: xy + np.array([0.0, 0.5])))
    rows = generate_department(TUMBES, scale=0.05, districts=moved.set_crs(4326, allow_override=True))["rec01"]
    points = rows.filter(pl.col("LONG_DECI") != 0).with_columns(ubigeo()).to_pandas()
    assert (points_in_districts(points["LONG_DECI"], points["LAT_DECI"], moved) == points["ubigeo"]).all()
    with pytest.raises(ValueError, match="no polygon for 240101"):
        generate_department(TUMBES, scale=0.05, districts=moved[moved["ubigeo"] != "240101"])


def test_questions_are_asked_only_where_the_form_asks(modules: Modules) -> None:
    """Each answer exists exactly where its question is asked."""
    services, water, units = modules["rec04b"], modules["rec04"], units_of(modules)
    lines, homes = modules["rec02"], modules["rec05a"]
    natural = units["P016"] == 1
    assert (services["P092"].is_not_null() == (services["P090"] == 1)).all()
    assert (services["P095"].is_not_null() == (services["P092"] == 2).fill_null(False)).all()
    assert (services["P096"].is_not_null() == (services["P090"] == 2)).all()
    assert (services["P101"].is_not_null() == natural).all()
    assert (units["WP114"].is_not_null() == natural).all()
    member = (services["P101"] == 1).fill_null(False)
    benefits = services.select(pl.any_horizontal(pl.col("^P103_0[1-6]$").is_not_null())).to_series()
    assert ((benefits ^ services["P103_07"].is_not_null()) == member).all()
    advised = services.select(pl.any_horizontal(pl.col("^P086_0.$") == 1)).to_series()
    assert (services.select(pl.any_horizontal(pl.col("^P087_0.$").is_not_null())).to_series() == advised).all()
    irrigated = (units["WSUP03A"] > 0).fill_null(False)
    assert ((water["P_RIEGO"] == 1).fill_null(False) == irrigated).all()
    assert (water["P048"].is_not_null() == irrigated).all()
    assert (water["P048_01"].is_not_null() == (water["P048"] == 1).fill_null(False)).all()
    assert (lines["P028"].is_not_null() == (lines["P024_01"] < 90)).all()
    sold = (lines["P028"] == 1).fill_null(False)
    assert (lines.select(pl.any_horizontal(pl.col("^P029_0.$").is_not_null())).to_series() == sold).all()
    assert (lines["P027"].is_not_null() == (lines["P026"] == 1).fill_null(False)).all()
    assert (homes["P121"].is_null() == homes["P121_01"].is_not_null()).all()
    refused = modules["rec01"].filter(pl.col("RESULTADO") > 2)
    assert refused.select("P016", "P019", "P019_01", "P020_01", "WSUP03", "WP114").null_count().row(0) == (
        *[len(refused)] * 6,
    )


def test_the_same_seed_gives_the_same_rows(junin: Modules) -> None:
    """A department depends on its seed and on nothing made before it."""
    generate_department(TUMBES, scale=0.01, seed=5)
    again = generate_department(JUNIN, scale=0.01)
    assert all(again[module].equals(junin[module]) for module in MODULES)
    other = generate_department(JUNIN, scale=0.01, seed=5)
    assert not other["rec01"].equals(junin["rec01"])


@pytest.mark.parametrize("scale", [0.01, 0.003])
def test_a_small_census_keeps_the_published_proportions(scale: float) -> None:
    """Rows and totals of every department shrink alike, to the rounding."""
    rows = published_rows()
    for code in DEPARTMENTS:
        wanted = rows.loc[f"{code}0000"]
        made = generate_department(code, scale=scale)
        for module in MODULES:
            assert abs(len(made[module]) - round(wanted[module] * scale)) <= 1, (code, module)
        everything = exact_totals(2025).groupby("department_ubigeo").get_group(f"{code}0000")
        totals = scaled(everything, scale)
        for name in ("units", "with_land", "under_5ha", "agricultural", "irrigated", "sown"):
            assert totals[name].sum() == pytest.approx(everything[name].sum() * scale, abs=2), (code, name)
        assert units_of(made)["WSUP03"].sum() == pytest.approx(totals["agricultural"].sum() / 100, abs=1e-4)


def test_a_small_census_keeps_its_shares(tumbes: Modules) -> None:
    """One tenth of the department answers like the whole, within two points, to every question asked of enough."""
    small = generate_department(TUMBES, scale=0.1)
    coded = variables().query("value_labels != '' or variable in ['WP111', 'WP114', 'WP115']")
    compared = 0
    for module, name in zip(coded["module"], coded["variable"], strict=True):
        whole, part = (made[module][name].to_numpy() for made in (tumbes, small))
        if name == "P024_01" or np.isfinite(part).sum() < LEAST_ANSWERS:
            continue
        for code in np.unique(whole[np.isfinite(whole)]):
            shares = [np.mean(column[np.isfinite(column)] == code) for column in (whole, part)]
            assert shares[0] == pytest.approx(shares[1], abs=SHARE_TOLERANCE), (module, name, code)
        compared += 1
    assert compared > 40


def test_published_shares_come_out() -> None:
    """Nationally 14.4 % without schooling, 31.2 % Quechua, 4.7 % Aymara, 10 % advised (domain.md), within a point."""
    made = [generate_department(code, scale=0.005) for code in DEPARTMENTS]
    natural = pl.concat([part["rec01"] for part in made]).filter(pl.col("P016") == 1)
    assert (natural["WP114"] == 1).mean() == pytest.approx(0.144, abs=0.01)
    assert (natural["WP115"] == 1).mean() == pytest.approx(0.312, abs=0.012)
    assert (natural["WP115"] == 2).mean() == pytest.approx(0.047, abs=0.012)
    services = pl.concat([part["rec04b"] for part in made])
    advised = services.select(pl.any_horizontal(pl.col("^P086_0.$") == 1)).to_series()
    assert advised.mean() == pytest.approx(0.10, abs=0.01)


def test_zips_are_as_inei_publishes_them(tmp_path: Path) -> None:
    """One zip per module with one `.sav`: INEI's names, labels and numbers, the rows that were generated."""
    paths = write_zips(tmp_path, [TUMBES], scale=0.01)
    assert [path.name for path in paths] == [f"360-Modulo{code}.zip" for code in (229, 231, 232, 235, 237, 239)]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    made = generate_department(TUMBES, scale=0.01)
    for path, module in zip(paths, MODULES, strict=True):
        with zipfile.ZipFile(path) as archive:
            (name,) = archive.namelist()
            archive.extract(name, tmp_path / module)
        frame, meta = pyreadstat.read_sav(str(tmp_path / module / name), output_format="polars")
        assert frame.columns == made[module].columns
        assert np.allclose(frame.to_numpy().astype(float), made[module].to_numpy(), equal_nan=True)
        assert meta.column_names_to_labels["P001"] == "Departamento"
    assert meta.variable_value_labels["P120_01"] == {1.0: "Si", 2.0: "No"}


def test_what_is_no_department_is_refused() -> None:
    """A wrong department or scale is a fault, not an empty census."""
    with pytest.raises(ValueError, match="no department '26'"):
        generate_department("26")
    with pytest.raises(ValueError, match="scale 0"):
        generate_department(TUMBES, scale=0)


def test_crop_codes_say_what_is_known() -> None:
    """Codes are unique, each crop has its parameters, and only documented codes lie outside 9000-9999."""
    codes = crop_codes()
    assert codes["code"].is_unique
    assert (codes["code"].between(9000, 9999) == (codes["code_basis"] == "synthetic")).all()
    known = [1103, 1203, *range(2107, 2111), *range(2610, 2616)]
    assert codes.loc[codes["code_basis"] != "synthetic", "code"].tolist() == known


def test_nobody_has_a_name() -> None:
    """No module holds a variable of names, addresses or documents."""
    assert not variables()["variable"].str.startswith("P009").any()
    assert set(variables()["module"]) == set(MODULES)
    assert set(synthetic_totals.MODULES) == set(MODULES)

"""Contracts: a wrong layer is refused whole, with every breach named at once; a right one passes untouched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geodata.contracts import GEOMETRIES, LAYER_SCHEMAS, ONE_ROW_PER_DISTRICT, check_layer
from geodata.errors import ContractError, CrsMismatchError, Problem, UserInputError
from tests import tiny

BOW_TIE = Polygon([(-76, -12), (-75, -11), (-75, -12), (-76, -11)])

RASTER_LAYERS = ("terrain", "rain")
MANY_ROWS = ("roads", "road_route_points", "canals", "irrigated_areas", "mobile_coverage")

Change = Callable[[pd.DataFrame], pd.DataFrame]


def layer(name: str) -> pd.DataFrame:
    """Return a good layer of the tiny country."""
    if name == "producer_units_2012":
        return tiny.layers()["ppa_2024"][["ubigeo"]].assign(
            units_count=10.0,
            units_with_land_count=9.0,
            units_under_5ha_count=8.0,
            agricultural_area_2012_ha=7.0,
            irrigated_area_2012_ha=6.0,
        )
    if name in RASTER_LAYERS:
        columns = list(LAYER_SCHEMAS[name].columns)[1:]
        return tiny.layers()["ppa_2024"][["ubigeo"]].assign(**dict.fromkeys(columns, 1.0))
    return tiny.layers()[name]


def problems(name: str, frame: pd.DataFrame) -> tuple[Problem, ...]:
    """Return the problems of a layer that must be refused; every one of them has its five parts."""
    with pytest.raises(UserInputError) as caught:
        check_layer(name, frame)
    for problem in caught.value.problems:
        assert all(problem.as_dict().values())
    return caught.value.problems


def setting(column: str, value: Any, row: int = 2) -> Change:
    """Return a change of one cell."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        changed = frame.copy()
        changed[column] = [value if number == row else old for number, old in enumerate(frame[column])]
        return changed

    return change


@pytest.mark.parametrize("name", LAYER_SCHEMAS)
def test_a_good_layer_passes_untouched(name: str) -> None:
    """A layer that keeps its contract comes back with the same rows and values, columns in the contract's order."""
    frame = layer(name)
    checked = check_layer(name, frame.sample(frac=1, axis="columns", random_state=1).assign(noise="x"))
    expected = [*LAYER_SCHEMAS[name].columns, *(["geometry"] if name in GEOMETRIES else [])]
    assert list(checked) == expected
    for column in expected:
        assert checked[column].equals(frame[column].astype(checked[column].dtype))


@pytest.mark.parametrize("name", LAYER_SCHEMAS)
def test_every_missing_column_is_named(name: str) -> None:
    """A layer without any of its columns has one problem per column, and no other."""
    frame = layer(name)
    kept = frame[["geometry"]].assign(noise="x") if name in GEOMETRIES else frame.iloc[:, :0].assign(noise="x")
    found = problems(name, kept)
    assert {problem.what for problem in found} == {"falta una columna"}
    assert [problem.expected for problem in found] == [
        f"la columna «{column}»" for column in LAYER_SCHEMAS[name].columns
    ]


@pytest.mark.parametrize(
    ("name", "column", "value", "expected"),
    [
        ("districts", "ubigeo", "10201", "un código de 6 dígitos"),
        ("districts", "district", None, "un valor en todas las filas"),
        ("districts", "capital_altitude_m", 9000.0, "entre -50 y 6,768 m"),
        ("districts", "capital_altitude_m", None, "un valor en todas las filas"),
        ("districts", "capital_latitude", 12.0, "una latitud del Perú"),
        ("districts", "capital_longitude", 76.0, "una longitud del Perú"),
        ("districts", "population_count", -1.0, "un valor no negativo"),
        ("districts", "natural_region", "Puna", "Costa, Sierra o Selva"),
        ("districts", "natural_region_minam", "SIERRA", "Costa, Sierra o Selva"),
        ("ppa_2024", "ubigeo", "0102011", "un código de 6 dígitos"),
        ("ppa_2024", "ubigeo", "01020A", "un código de 6 dígitos"),
        ("ppa_2024", "ubigeo", None, "un valor en todas las filas"),
        ("ppa_2024", "ubigeo", "010101", "valores sin repetir"),
        ("ppa_2024", "ubigeo", "010201\n", "un código de 6 dígitos"),
        ("ppa_2024", "producers_count", -5.0, "un valor no negativo"),
        ("ppa_2024", "producers_count", float("inf"), "un número finito"),
        ("agricultural_area_2018", "agricultural_area_ha", -0.1, "un valor no negativo"),
        ("crop_value_2023", "crop", None, "un valor en todas las filas"),
        ("crop_value_2023", "production_t", -1.0, "un valor no negativo"),
        ("mobile_internet_2024", "rural_operators_count", 5.0, "entre 0 y 4 operadores"),
        ("mobile_internet_2024", "urban_operators_count", -1.0, "entre 0 y 4 operadores"),
        ("census_2017", "census_population_count", -1.0, "un valor no negativo"),
        ("poverty_2018", "poverty_high_pct", 100.1, "un valor entre 0 y 100"),
        ("settlements", "settlement_code", "010201001", "un código de 10 dígitos"),
        ("settlements", "settlement_code", "0101010001", "valores sin repetir"),
        ("settlements", "settlement_type", "Urban", "Rural o Urbano"),
        ("road_gaps", "level", "region", "country, department, province o district"),
        ("road_gaps", "gap_share", 24.5, "un valor entre 0 y 1"),
        ("road_gaps", "gap_share", None, "un valor en todas las filas"),
        ("producer_units_2012", "irrigated_area_2012_ha", -1.0, "un valor no negativo"),
    ],
)
def test_one_wrong_cell_is_one_problem_in_its_column(name: str, column: str, value: object, expected: str) -> None:
    """Each breach is found once, at its layer and column, with what was expected and what stands there."""
    (problem,) = problems(name, setting(column, value)(layer(name)))
    assert problem.where == f"{name}.{column}"
    assert problem.expected == expected
    if value is not None:
        assert repr(value) in problem.found


@pytest.mark.parametrize("name", ["districts", "ppa_2024", "census_2017"])
def test_codes_read_as_numbers_are_refused(name: str) -> None:
    """A column of numbers has lost its zeros: text is expected, and nothing is put back in silence."""
    frame = layer(name)
    (problem,) = problems(name, frame.assign(ubigeo=frame["ubigeo"].astype(int)))
    assert (problem.where, problem.expected) == (f"{name}.ubigeo", "texto")
    assert "10101" in problem.found


def test_words_where_numbers_go_are_one_problem() -> None:
    """A column of words is refused once: no error of the machinery reaches the person."""
    (problem,) = problems("ppa_2024", layer("ppa_2024").assign(producers_count="muchos"))
    assert problem.expected == "números"
    assert "'muchos'" in problem.found
    assert "Error" not in problem.found


def test_missing_figures_are_no_breach() -> None:
    """Unknown is allowed wherever a figure can be unknown, also inside rules between columns."""
    for name in ("ppa_2024", "agricultural_area_2018", "mobile_internet_2024", "census_2017", "poverty_2018"):
        frame = layer(name)
        for column in frame.columns.drop("ubigeo"):
            changed = setting(column, np.nan)(frame)
            assert changed[column].isna().iloc[2]
            assert check_layer(name, changed)[column].equals(changed[column])


@pytest.mark.parametrize(
    ("name", "column", "value", "rule"),
    [
        ("poverty_2018", "poverty_low_pct", 99.0, "un intervalo que contiene a la estimación"),
        ("poverty_2018", "poverty_high_pct", 0.0, "un intervalo que contiene a la estimación"),
        ("census_2017", "households_without_mobile_count", 1e6, "hogares sin celular no mayores que los hogares"),
        ("census_2017", "households_without_internet_count", 1e6, "hogares sin internet no mayores que los hogares"),
        ("census_2017", "dwellings_without_electricity_count", 1e6, "viviendas sin electricidad no mayores"),
    ],
)
def test_a_rule_between_columns_is_one_problem_that_names_the_district(
    name: str, column: str, value: float, rule: str
) -> None:
    """A part larger than its whole, or an interval beside its estimate, is said once, with the district's code."""
    (problem,) = problems(name, setting(column, value)(layer(name)))
    assert problem.where == name
    assert problem.expected.startswith(rule)
    assert "'010201'" in problem.found
    assert problem.found.startswith("1 filas")


@pytest.mark.parametrize("name", ["crop_value_2023", "road_gaps"])
@pytest.mark.parametrize("ignore_index", [True, False])
def test_a_row_given_twice_is_refused(name: str, ignore_index: bool) -> None:
    """One district and crop (one entity, indicator and year) is one row, however the rows are labelled."""
    frame = layer(name)
    (problem,) = problems(name, pd.concat([frame, frame.iloc[:1]], ignore_index=ignore_index))
    assert problem.expected == "una sola fila por clave"
    assert repr(frame["ubigeo"].iloc[0]) in problem.found


def test_one_crop_in_two_districts_is_no_repetition() -> None:
    """The key of the crop table is the pair; a district may have many crops, a crop many districts."""
    assert len(check_layer("crop_value_2023", layer("crop_value_2023"))) == 2 * len(tiny.CODES)


def with_shape(name: str, shape: object, row: int = 1) -> gpd.GeoDataFrame:
    frame = layer(name)
    shapes = [shape if number == row else old for number, old in enumerate(frame.geometry)]
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs="EPSG:4326")


@pytest.mark.parametrize(
    ("name", "shape", "what"),
    [
        ("districts", None, "geometrías sin geometría"),
        ("districts", Polygon(), "geometrías sin geometría"),
        ("districts", Point(-76, -12), "geometrías de otro tipo"),
        ("districts", BOW_TIE, "geometrías inválidas"),
        ("settlements", None, "geometrías sin geometría"),
        ("settlements", Point(), "geometrías sin geometría"),
        ("settlements", box(-76, -12, -75, -11), "geometrías de otro tipo"),
    ],
)
def test_a_wrong_shape_is_one_problem_of_its_kind(name: str, shape: object, what: str) -> None:
    """A shape that is missing, empty, of another kind or crosses itself is found and counted."""
    (problem,) = problems(name, with_shape(name, shape))
    assert (problem.what, problem.where, problem.found) == (what, f"{name}.geometry", "1 filas")


def test_districts_of_several_parts_are_districts() -> None:
    """An island belongs to its district: multipolygons pass."""
    parts = MultiPolygon([box(-76, -12, -75.6, -11.5), box(-75.55, -12, -75.5, -11.5)])
    assert len(check_layer("districts", with_shape("districts", parts, row=0))) == len(tiny.CODES)


@pytest.mark.parametrize(("epsg", "found"), [(32718, "EPSG:32718"), (24878, "EPSG:24878"), (None, "sin CRS")])
@pytest.mark.parametrize("name", GEOMETRIES)
def test_another_crs_is_refused_and_named(name: str, epsg: int | None, found: str) -> None:
    """A layer in UTM, in PSAD56 or without CRS is not taken for degrees of WGS 84."""
    frame = layer(name)
    assert isinstance(frame, gpd.GeoDataFrame)
    with pytest.raises(CrsMismatchError) as caught:
        check_layer(name, frame.set_crs(None, allow_override=True) if epsg is None else frame.to_crs(epsg))
    (problem,) = caught.value.problems
    assert (problem.where, problem.expected, problem.found) == (name, "EPSG:4326", found)


def test_a_table_is_not_a_layer_of_shapes() -> None:
    """Districts without geometry are refused with words, not with a crash."""
    table = pd.DataFrame(layer("districts").drop(columns="geometry"))
    (problem,) = problems("districts", table)
    assert problem.what == "la capa no tiene geometría"


def test_every_breach_of_a_layer_comes_at_once() -> None:
    """CRS, missing column, code, value and shape: five faults of one file are five problems of one refusal."""
    frame = with_shape("districts", BOW_TIE).to_crs(32718).drop(columns="capital")
    frame = setting("natural_region", "Puna")(setting("ubigeo", "10201")(frame))
    found = {(problem.what, problem.where) for problem in problems("districts", frame)}
    assert found == {
        ("CRS distinto del necesario", "districts"),
        ("geometrías inválidas", "districts.geometry"),
        ("falta una columna", "districts"),
        ("la capa no cumple su contrato", "districts.ubigeo"),
        ("la capa no cumple su contrato", "districts.natural_region"),
    }


def test_many_wrong_rows_are_counted_and_a_few_shown() -> None:
    """Eight short codes are one problem that counts eight and shows three."""
    frame = layer("ppa_2024")
    (problem,) = problems("ppa_2024", frame.assign(ubigeo=frame["ubigeo"].str[1:]))
    assert problem.found.startswith("8 filas")
    assert problem.found.count("'") == 2 * 3


def test_a_refused_layer_is_a_contract_error() -> None:
    """Without a question of CRS the refusal is a `ContractError`."""
    with pytest.raises(ContractError):
        check_layer("ppa_2024", layer("ppa_2024").drop(columns="ubigeo"))


def test_layers_of_one_row_per_district_are_known() -> None:
    """Layers with many rows per code (crops, roads) or none (settlements) are not among them."""
    assert set(LAYER_SCHEMAS) - set(ONE_ROW_PER_DISTRICT) == {"crop_value_2023", "road_gaps", "settlements", *MANY_ROWS}


def test_an_empty_layer_of_other_types_is_told() -> None:
    """A layer without rows has no value to show: it is refused with a sentence, not with an error of our own."""
    frame = layer("mobile_coverage").iloc[:0].astype({"operator": "object"})
    (problem,) = problems("mobile_coverage", frame)
    assert problem.where == "mobile_coverage.operator"
    assert "tipo" in problem.found

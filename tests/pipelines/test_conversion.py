"""From the publishers' files to the layers: nothing corrected in silence, nothing wrong left untold."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from geodata.contracts import check_layer
from geodata.errors import ContractError, Problem, UserInputError
from geodata.ubigeo import restore_leading_zero
from pipelines.conversion import (
    CONVERSIONS,
    content_problems,
    convert_all,
)
from pipelines.converted import AbsentSourceError
from tests import tiny
from tests.pipelines.tiny_pack import FILES, TinyPack


def refused(tiny_pack: TinyPack) -> tuple[Problem, ...]:
    """Return what is told about a pack, after checking that each problem says all five things."""
    with pytest.raises(UserInputError) as error:
        convert_all(tiny_pack.paths())
    for problem in error.value.problems:
        assert all(problem.as_dict().values())
    return error.value.problems


def refused_by_contract(layer: str, tiny_pack: TinyPack) -> tuple[Problem, ...]:
    """Return what the contract of a layer says about what a file became."""
    with pytest.raises(ContractError) as error:
        check_layer(layer, CONVERSIONS[layer](tiny_pack.paths()).frame)
    return error.value.problems


@pytest.mark.parametrize("layer", sorted(set(CONVERSIONS) - {"districts", "settlements", "road_gaps"}))
def test_table_keeps_every_row_and_figure(tiny_pack: TinyPack, layer: str) -> None:
    """The publisher's headers, order and quirks become the canonical layer, figure by figure."""
    frame = check_layer(layer, CONVERSIONS[layer](tiny_pack.paths()).frame)
    pd.testing.assert_frame_equal(frame, check_layer(layer, tiny.layers()[layer]))


def test_districts_join_limits_directory_and_regions(tiny_pack: TinyPack) -> None:
    """One row per district: the shape of one file, names and capital of another, natural region of a third."""
    districts = check_layer("districts", CONVERSIONS["districts"](tiny_pack.paths()).frame)
    expected = tiny.districts()
    own = [name for name in expected.columns if name not in ("natural_region_minam", "geometry")]
    pd.testing.assert_frame_equal(pd.DataFrame(districts[own]), pd.DataFrame(expected[own]))
    assert districts.geometry.geom_equals(expected.geometry).all()
    # MINAM's word comes with the project, for codes that exist
    assert districts["natural_region_minam"].isin(["Costa", "Sierra", "Selva"]).all()


def test_settlements_speak_spanish(tiny_pack: TinyPack) -> None:
    """The file writes «Urban» among Spanish words; the layer has one word for it, and every point."""
    points = CONVERSIONS["settlements"](tiny_pack.paths()).frame
    assert points["settlement_type"].tolist() == tiny.settlements()["settlement_type"].tolist()
    assert points["settlement_code"].tolist() == tiny.settlements()["settlement_code"].tolist()


def test_road_gaps_keep_their_level(tiny_pack: TinyPack) -> None:
    """Entities of each level are told apart, and the whole country, which the file writes 999, gets its code."""
    gaps = CONVERSIONS["road_gaps"](tiny_pack.paths()).frame
    assert gaps.iloc[0][["level", "ubigeo"]].tolist() == ["country", "000000"]
    pd.testing.assert_frame_equal(
        check_layer("road_gaps", gaps.iloc[1:].reset_index(drop=True)),
        check_layer("road_gaps", tiny.road_gaps()),
    )


def test_empty_cell_is_missing_not_zero(tiny_pack: TinyPack) -> None:
    """A cell that the publisher left empty is unknown; a zero that it wrote is zero."""
    tiny_pack.edit("ppa_2024", lambda text: text.replace("010101,100", "010101,").replace("010102,200", "010102,0"))
    counts = CONVERSIONS["ppa_2024"](tiny_pack.paths()).frame["producers_count"]
    assert pd.isna(counts[0])
    assert counts[1] == 0


def test_urban_operators_are_unknown_when_one_of_them_is(tiny_pack: TinyPack) -> None:
    """Four operators are added only where all four are known: three known ones are not a total."""
    table = pd.read_csv(tiny_pack.path("internet_movil_2024"), dtype={"ubigeo": str})
    table.loc[0, "Cobertura_inter_movil_Claro_urb"] = None
    table.to_csv(tiny_pack.path("internet_movil_2024"), index=False)
    urban = CONVERSIONS["mobile_internet_2024"](tiny_pack.paths()).frame["urban_operators_count"]
    assert pd.isna(urban[0])
    assert urban[1] == 2


def test_zero_that_a_spreadsheet_dropped_is_restored_and_told(tiny_pack: TinyPack) -> None:
    """A whole column of codes without leading zero regains it, and the build says in how many."""
    converted = CONVERSIONS["census_2017"](tiny_pack.paths())
    assert converted.frame["ubigeo"].tolist() == list(tiny.CODES)
    assert converted.notes == [f"{FILES['censo_2017']}: se restituyó el cero inicial en 8 códigos"]


@pytest.mark.parametrize(
    ("codes", "restored"),
    [
        (["10101", "150101"], ["010101", "150101"]),
        (["010101", "150101"], None),
        (["10101", "010102"], None),
        (["10101", "1010"], None),
        (["10101", "1010100"], None),
        (["10101", "15010A"], None),
        (["10101", None], None),
    ],
    ids=["confirmed", "nothing dropped", "mixed", "shorter", "longer", "a letter", "an empty cell"],
)
def test_zero_is_restored_only_if_the_whole_column_says_so(codes: list[str], restored: list[str] | None) -> None:
    """One code that does not fit leaves the column as it is: guessing would make a wrong join succeed."""
    column = pd.Series(codes, dtype="str")
    result, note = restore_leading_zero(column, "censo.csv")
    assert (note is not None) == (restored is not None)
    assert result.equals(column if restored is None else pd.Series(restored, dtype="str"))


def test_short_codes_are_refused_where_they_are_not_expected(tiny_pack: TinyPack) -> None:
    """Codes of five digits in the register are told with their number and an example, and not mended."""
    tiny_pack.edit("ppa_2024", lambda text: text.replace("\n0", "\n"))
    (problem,) = refused_by_contract("ppa_2024", tiny_pack)
    assert (problem.where, problem.expected) == ("ppa_2024.ubigeo", "un código de 6 dígitos")
    assert problem.found.startswith("8 filas")
    assert "'10101'" in problem.found


def test_census_codes_that_cannot_be_restored_are_refused(tiny_pack: TinyPack) -> None:
    """A column of codes in which one is too short is not completed: all its short codes are told."""
    tiny_pack.edit("censo_2017", lambda text: text.replace("\n10101,", "\n1011,"))
    (problem,) = refused_by_contract("census_2017", tiny_pack)
    assert problem.where == "census_2017.ubigeo"
    assert problem.found.startswith("8 filas")
    assert "'1011'" in problem.found


def test_every_missing_column_of_a_file_is_told(tiny_pack: TinyPack) -> None:
    """Two renamed headers are two problems that name the file, the column and the headers that are there."""
    tiny_pack.edit("vbp_cultivo_2023", lambda text: text.replace("CULTIVO", "PRODUCTO").replace("(t)", "(kg)"))
    problems = refused(tiny_pack)
    assert [problem.expected for problem in problems] == ["la columna «CULTIVO»", "la columna «PRODUCCION (t)»"]
    assert {problem.where for problem in problems} == {FILES["vbp_cultivo_2023"]}
    assert "PRODUCTO" in problems[0].found


def test_text_among_numbers_is_told_with_examples(tiny_pack: TinyPack) -> None:
    """A footnote typed into a figure is refused with the cell, not read as missing."""
    tiny_pack.edit("ppa_2024", lambda text: text.replace("010101,100", "010101,100 1/"))
    (problem,) = refused(tiny_pack)
    assert problem.where == f"{FILES['ppa_2024']}, columna «PRODUCTORES»"
    assert "'100 1/'" in problem.found


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("ppa_2024", b""),
        ("ppa_2024", "UBIGEO,PRODUCTORES\n010101,Ñ\n".encode("latin-1")),
        ("ppa_2024", b'UBIGEO,PRODUCTORES\n010101,"1\n'),
        ("ppa_2024", b"UBIGEO,PRODUCTORES\n010101,1,2,3,4\n"),
        ("ppa_2024", b"PK\x03\x04\x00\x00\xff\xfe"),
        ("centros_poblados", b""),
        ("centros_poblados", b"PAR1 cut short"),
        ("distritos_inei", b"<html>Servicio no disponible</html>"),
    ],
    ids=["empty", "latin-1", "open quote", "ragged", "a zip", "empty shapes", "cut shapes", "a page"],
)
def test_file_of_another_kind_is_a_problem_not_a_crash(tiny_pack: TinyPack, source: str, content: bytes) -> None:
    """Whatever bytes carry the name of a source, the answer is one that a person can act on and names the file."""
    tiny_pack.path(source).write_bytes(content)
    problems = refused(tiny_pack)
    assert any(FILES[source] in problem.where for problem in problems)


def test_table_without_geometry_is_no_layer_of_shapes(tiny_pack: TinyPack) -> None:
    """A Parquet file that is not GeoParquet is told as such."""
    pd.DataFrame({"UBIGEO": ["010101"]}).to_parquet(tiny_pack.path("distritos_inei"))
    (problem,) = refused(tiny_pack)
    assert (problem.where, problem.expected) == (FILES["distritos_inei"], "un archivo GeoParquet completo")


@pytest.mark.parametrize(("source", "layer"), [("distritos_inei", "districts"), ("centros_poblados", "settlements")])
def test_other_crs_is_refused_not_reprojected(tiny_pack: TinyPack, source: str, layer: str) -> None:
    """Shapes in UTM are told with the CRS found and the one expected: a wrong zone must not pass for a shift."""
    tiny_pack.reshape(source, lambda shapes: shapes.to_crs(32718))
    with pytest.raises(UserInputError) as error:
        CONVERSIONS[layer](tiny_pack.paths())
    (problem,) = error.value.problems
    assert (problem.where, problem.expected, problem.found) == (FILES[source], "EPSG:4326", "EPSG:32718")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda text: text.replace("010101", "150101"), "faltan 1 y sobran 1, p. ej. 010101, 150101"),
        (lambda text: text.rsplit("\n", 2)[0] + "\n", "faltan 1 y sobran 0, p. ej. 020104"),
        (lambda text: text + text.splitlines()[1] + "\n", "1 repetidos, p. ej. '010101'"),
        (lambda text: text.replace("010101", "10101"), "1 códigos distintos de eso, p. ej. '10101'"),
    ],
    ids=["another code", "one less", "one twice", "a short one"],
)
def test_district_files_must_agree_code_by_code(tiny_pack: TinyPack, change: Callable[[str], str], found: str) -> None:
    """A directory with other, fewer, repeated or short codes than the limits is refused with an example."""
    tiny_pack.edit("region_natural", change)
    problems = refused(tiny_pack)
    assert {problem.where for problem in problems} == {"region_natural"}
    assert found in {problem.found for problem in problems}


def test_all_that_is_wrong_inside_a_pack_is_told_in_one_go(tiny_pack: TinyPack) -> None:
    """
    A header, a code width, two CRS, a figure and a page instead of a table: six problems in six files, told at once.

    Those of reading and those of the contracts come together, and so do those of the three files of one layer.
    """
    tiny_pack.reshape("distritos_inei", lambda shapes: shapes.to_crs(32718))
    tiny_pack.reshape("centros_poblados", lambda points: points.to_crs(32719))
    tiny_pack.edit("region_natural", lambda text: text.replace("REGION_NATURAL", "REGION"))
    tiny_pack.edit("ppa_2024", lambda text: text.replace("\n0", "\n"))
    tiny_pack.edit("pobreza_2018", lambda text: text.replace("55.0", "cincuenta y cinco", 1))
    tiny_pack.path("censo_2017").write_bytes(b"<html>\xf1</html>")
    assert {problem.where for problem in refused(tiny_pack)} == {
        FILES["distritos_inei"],
        FILES["centros_poblados"],
        FILES["region_natural"],
        "ppa_2024.ubigeo",
        f"{FILES['pobreza_2018']}, columna «Pobreza Monetaria -Mapa de Pobreza 2018 (INEI)»",
        FILES["censo_2017"],
    }


def test_absent_file_does_not_hide_what_is_wrong_in_the_others(tiny_pack: TinyPack) -> None:
    """One of the three files of the districts is not there: the other two are still looked into."""
    tiny_pack.edit("region_natural", lambda text: text.replace("REGION_NATURAL", "REGION"))
    present = tiny_pack.paths()
    del present["ubigeo_inei_2025"], present["censo_2017"]
    assert [problem.where for problem in content_problems(present)] == [FILES["region_natural"]]
    tiny_pack.edit("region_natural", lambda text: text.replace("REGION", "REGION_NATURAL"))
    assert content_problems(present) == []


def test_absent_file_is_never_taken_for_an_empty_one(tiny_pack: TinyPack) -> None:
    """Converting without one of the files fails; no layer comes out short."""
    present = tiny_pack.paths()
    del present["censo_2017"]
    with pytest.raises((KeyError, AbsentSourceError)):
        convert_all(present)

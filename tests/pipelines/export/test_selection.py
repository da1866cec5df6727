"""What travels with an export: the rows of the region, their meaning, their sources and their parameters."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.catalog import load_catalog
from geodata.errors import UserInputError
from geodata.standards import load_standards
from geodata.workspace import Publication, Workspace
from pipelines.build import build
from pipelines.export.selection import DEMO_NOTICE, REAL, SIMULATED, require_region, select, selection_of
from tests import tiny

KNOWN = pd.Series(["010101", "010102", "010201", "020101"])


@pytest.mark.parametrize(
    ("region", "levels"),
    [
        (None, {"district", "province", "department"}),
        ("01", {"district", "province", "department"}),
        ("0101", {"district", "province"}),
        ("010100", {"district", "province"}),
        ("010101", {"district"}),
    ],
)
def test_region_holds_the_gaps_of_its_levels(real: Publication, region: str | None, levels: set[str]) -> None:
    """A department brings the gaps of its provinces and districts; a province not those of its department."""
    rows = select(real, "gaps", region).rows
    gaps = real.table("gaps")
    assert len(rows) == gaps["ubigeo"].str.startswith((region or "").rstrip("0") or "0").sum()
    assert set(rows["level"]) == levels


def test_order_and_columns_are_those_of_the_publication(real: Publication) -> None:
    """An export adds to each row whether it is real and from which release, and changes nothing else."""
    rows = select(real, "gaps", None).rows
    table = real.table("gaps")
    pd.testing.assert_frame_equal(rows[list(table.columns)], table)
    assert list(rows.columns) == [*table.columns, "withheld_fields", "data_kind", "release_id"]
    assert set(rows["data_kind"]) == {REAL}
    assert set(rows["release_id"]) == {real.release_id}


def test_simulated_rows_say_so_one_by_one(harmful: Publication) -> None:
    """A row copied out of a demonstration is still marked as simulated."""
    assert set(select(harmful, "territories", "02").rows["data_kind"]) == {SIMULATED}


@pytest.mark.parametrize("table", ["gaps", "territories"])
def test_every_column_is_explained(real: Publication, table: str) -> None:
    """The dictionary has one entry per exported column, in its order, with a label and a meaning in Spanish."""
    selection = select(real, table, None)
    dictionary = selection.dictionary()
    assert dictionary["Identificador"].tolist() == list(selection.rows.columns)
    assert dictionary["Columna"].is_unique
    for column in ("Columna", "Qué es"):
        assert dictionary[column].str.len().gt(0).all()


def test_every_figure_names_its_source(real: Publication) -> None:
    """The sources are those behind the rows, with publisher, year, licence and citation, and no others."""
    sources = select(real, "gaps", None).sources().set_index("Fuente")
    assert set(sources.index) <= set(load_catalog())
    assert {"internet_movil_2024", "censo_2017", "brechas_viales_2023", "ppa_2024"} <= set(sources.index)
    rows = select(real, "gaps", None).rows
    behind = {name for cell in rows["datasets"].dropna() for name in cell.split(", ")}
    assert set(sources.index) - behind <= {"ppa_2024", "superficie_agricola_2018"}
    assert sources.notna().all(axis=None)
    assert "centros_poblados" in set(select(real, "territories", None).sources()["Fuente"])


def test_parameters_say_release_filters_and_every_threshold(real: Publication, harmful: Publication) -> None:
    """With the file alone a reader knows release, date, region, definition of the Sierra and each judgement."""
    values = select(real, "gaps", "0101").parameters().set_index("Parámetro")["Valor"]
    assert values["Publicación"] == real.release_id
    assert values["Datos"] == REAL
    assert values["Región"] == "010100"
    assert values["Definición de Sierra"] == "capital_2000m"
    assert values["Filas"] == str(len(select(real, "gaps", "0101").rows))
    for standard in load_standards().values():
        told = values[f"Umbral: {standard.label}"]
        assert f"adecuado {standard.adequate:g}, crítico {standard.critical:g}" in told or "sin cifra" in told
    assert DEMO_NOTICE in select(harmful, "gaps", None).parameters()["Valor"].tolist()


def test_filters_of_a_page_travel_with_its_rows(real: Publication) -> None:
    """Rows chosen on a page are exported as they are, with the words of the filters that chose them."""
    chosen = real.table("gaps").query("severity == 'critical'")
    selection = selection_of(real, "gaps", chosen, {"Severidad": "crítica", "Bien": "todos"})
    assert len(selection.rows) == len(chosen)
    assert selection.rows.index.tolist() == list(range(len(chosen)))
    values = selection.parameters().set_index("Parámetro")["Valor"]
    assert (values["Severidad"], values["Bien"]) == ("crítica", "todos")


@pytest.mark.parametrize(
    ("region", "code"), [("01", "010000"), ("0102", "010200"), ("010102", "010102"), ("020000", "020000")]
)
def test_region_is_named_by_its_digits(region: str, code: str) -> None:
    """Two digits are a department, four a province; the padded code of six is understood as well."""
    assert require_region(region, KNOWN) == code


@pytest.mark.parametrize("region", ["03", "0103", "1", "010", "Cusco", "", "00", "000000", "-1", "٠١", "01 "])
def test_region_that_does_not_exist_is_refused_with_those_that_do(region: str) -> None:
    """Nothing is guessed from a wrong code: the answer lists the departments."""
    with pytest.raises(UserInputError, match=r"región desconocida.*un departamento \(01, 02\)"):
        require_region(region, KNOWN)


def test_a_file_names_what_it_withholds(workspace: Workspace) -> None:
    """A district of three producers leaves with an empty cell and the names of the figures that are reserved."""
    frames = tiny.layers()
    producers = frames["ppa_2024"]
    producers.loc[producers["ubigeo"].eq("010101"), "producers_count"] = 3.0
    with workspace.lock():
        build(workspace, frames, version="v", sierra="capital_2000m", notes={}, is_demo=False, sources={})
    rows = select(workspace.publication(), "territories", None).rows.set_index("ubigeo")
    assert rows.loc[["010101", "010102"], "ppa_producers_count"].isna().all()
    assert "Productores en el Padrón" in str(rows.loc["010101", "withheld_fields"])
    assert rows.loc["020101", "withheld_fields"] == ""

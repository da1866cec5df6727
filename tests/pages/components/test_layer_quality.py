"""What *Capas* knows: every finding counted, nothing attributed to who did not publish it, files that are safe."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geodata.quality import Finding
from geodata.workspace import Publication
from pages.components.layer_quality import (
    LayerEntry,
    absent_datasets,
    completeness_of,
    coverage_text,
    layer_entries,
)
from pages.components.layer_report import findings_table, layer_table, report_csv, report_json
from pages.text import section

SOURCE = {"retrieved_at": "2026-11-21T22:52:18+00:00", "sha256": "ab" * 32, "file": "ccpp.parquet", "origin": "pack"}
FOUND = Finding("null_geometry", "=geometrías nulas", 12, "error", "no entran al cálculo", "complételas", ("@a",))


def release(tmp_path: Path, quality: dict[str, Any], **changes: Any) -> Publication:
    provenance = {
        "release_id": "r1",
        "published_at": "2026-11-21T22:52:18+00:00",
        "is_demo": False,
        "simulated_datasets": [],
        "counts": {"districts": 1891},
        "quality": quality,
        "sources": {"centros_poblados": SOURCE},
    }
    return Publication(path=tmp_path, provenance=provenance | changes)


def entry(tmp_path: Path, quality: dict[str, Any], layer: str = "settlements", **changes: Any) -> LayerEntry:
    entries = {one.id: one for one in layer_entries(release(tmp_path, {layer: quality}, **changes))}
    return entries[layer]


def test_a_row_per_layer_with_source_and_version(tmp_path: Path) -> None:
    """Of when, from whom, under which licence, which file and when it was retrieved."""
    row = layer_table(layer_entries(release(tmp_path, {"settlements": {"rows_count": 94922}}))).iloc[0]
    words = section("layer_columns")
    assert list(words.values()) == row.index.tolist()
    assert row[words["layer"]] == "Centros poblados"
    assert (row[words["year"]], row[words["publisher"]]) == ("2017", "INEI")
    assert row[words["rows"]] == 94922
    assert row[words["retrieved"]] == "2026-11-21"
    assert row[words["version"]] == "ab" * 6
    assert "MIT" in row[words["licence"]]


def test_simulated_layers_name_nobody(tmp_path: Path) -> None:
    """A simulated figure has no publisher and no licence of a ministry; the others keep theirs."""
    one = entry(tmp_path, {}, simulated_datasets=["centros_poblados"])
    assert one.is_simulated
    assert (one.publishers, one.licences) == ("simulado", "simulado")


def test_what_does_not_fit_the_districts_is_a_finding(tmp_path: Path) -> None:
    """Unknown codes, absent districts, points outside and points elsewhere are counted with effect and repair."""
    counted = {"unknown_codes": ["140401", "200508"], "absent_districts_count": 39}
    one = entry(tmp_path, {**counted, "outside_count": 131, "in_another_district_count": 33})
    assert {finding.code: finding.count for finding in one.findings} == {
        "unknown_code": 2,
        "absent_district": 39,
        "outside_every_district": 131,
        "code_position_conflict": 33,
    }
    assert one.findings[0].examples == ("140401", "200508")
    assert all(finding.effect and finding.repair for finding in one.findings)
    assert one.completeness == "1,852 de 1,891 distritos"


def test_findings_of_the_layer_stand_first_by_gravity_and_are_not_counted_twice(tmp_path: Path) -> None:
    """What the layer itself reports wins over the general count of the same defect; errors come before the rest."""
    own = Finding("unknown_code", "códigos sin distrito", 3)
    hint = Finding("note", "dato menor", 1, "info")
    one = entry(tmp_path, {"unknown_codes": ["1"], "findings": [hint.as_dict(), own.as_dict(), FOUND.as_dict()]})
    assert [finding.count for finding in one.findings] == [1, 3, 12]
    table = findings_table(one.findings)
    assert table["Cuántos"].tolist() == [12, 3, 1]
    assert table["Gravedad"].tolist() == ["error", "aviso", "informativo"]
    assert one.findings_count == 2


def test_nobody_looked_is_not_nothing_found(tmp_path: Path) -> None:
    """A source without a quality record has no count of findings, and its row shows neither zero rows."""
    entries = layer_entries(release(tmp_path, {}))
    assert [one.id for one in entries] == ["settlements"]
    assert entries[0].findings_count is None
    row = layer_table(entries).iloc[0]
    assert pd.isna(row["Hallazgos"])
    assert pd.isna(row["Registros"])
    assert entry(tmp_path, {"rows_count": 1}).findings_count == 0


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (1.0, "covered"),
        (0.9999, "covered"),
        (0.4, "partly"),
        (0, "not"),
        (3174, "covered"),
        ("departamental y vecinal", "covered"),
        ("parcial: solo departamental", "partly"),
        ("Aproximada por puntos de ruta", "partly"),
        ("sin capa", "not"),
        ("Capa completa: donde no hay línea, no hay canal.", "covered"),
        ("Capa completa en 3 de 20 distritos; en los demás, la ausencia de línea no dice nada.", "partly"),
        ("La capa no es completa: la ausencia de línea no dice nada.", "partly"),
        ("La capa no tiene líneas en este departamento: no dice nada de él.", "not"),
        ("red departamental, nacional, vecinal", "covered"),
        ("red departamental", "partly"),
        ("1,110 de 1,110 centros poblados en la capa", "covered"),
        ("110 de 350 centros poblados en la capa", "partly"),
        ("168 distritos", "partly"),
        ("0 de 350 centros poblados en la capa", "not"),
        ("", "not"),
    ],
)
def test_how_a_department_is_covered(value: object, state: str) -> None:
    """Shares, counts and words are read the same way everywhere; silence is «no»."""
    assert completeness_of(value) == state


def test_how_coverage_reads() -> None:
    """A share is a percentage, a count says of what, words stay."""
    assert coverage_text(0.4) == "40 %"
    assert coverage_text(3174) == "3,174 registros"
    assert coverage_text("vecinal") == "vecinal"


def test_coverage_by_department_goes_before_districts(tmp_path: Path) -> None:
    """A layer that states its departments is as complete as they are."""
    one = entry(tmp_path, {"coverage": {"010000": 1.0, "020000": "parcial"}, "absent_districts_count": 5})
    assert one.completeness == "1 de 25 dptos.; 1 en parte"
    assert one.within("01") == ("covered", {"010000": 1.0})
    assert one.within("03") == ("not", {})


def test_a_whole_province_is_a_part_of_its_department(tmp_path: Path) -> None:
    """A layer of one province never makes its department look covered."""
    one = entry(tmp_path, {"coverage": {"150700": "350 de 350 centros poblados en la capa"}})
    assert one.within("15")[0] == "partly"
    assert one.completeness == "0 de 25 dptos.; 1 en parte"
    assert entry(tmp_path, {"coverage": {"150700": 0}}).within("15")[0] == "not"


def test_drawn_departments_stand_in_where_nothing_is_stated(tmp_path: Path) -> None:
    """Without a statement the files of the map say in which departments there is anything."""
    (tmp_path / "geometry").mkdir()
    index = {"settlements": {"departments": {"01": {"count": 3174}}}}
    (tmp_path / "geometry" / "overlays.json").write_text(json.dumps(index), encoding="utf-8")
    assert entry(tmp_path, {}).coverage == {"010000": 3174}


def test_the_census_is_a_layer_too(tmp_path: Path) -> None:
    """A census read through its own reader is listed with its version and its units."""
    census = {"version": "2012-abc", "units_count": 113045}
    entries = layer_entries(release(tmp_path, {}, census=census, simulated_datasets=["cenagro_2012"]))
    found = {one.id: one for one in entries}["producer_units_2012"]
    assert (found.version, found.quality["rows_count"], found.publishers) == ("2012-abc", 113045, "simulado")


def test_where_another_layer_is_complete_is_no_layer(tmp_path: Path) -> None:
    """A scope is shown with the layer that it speaks of, not as a layer of one row."""
    entries = layer_entries(release(tmp_path, {"mobile_coverage": {"rows_count": 2}, "mobile_coverage_scope": {}}))
    assert "mobile_coverage_scope" not in {one.id for one in entries}


def test_a_layer_made_from_the_dataset_of_another_names_it(tmp_path: Path) -> None:
    """Literacy comes from the file of the census: its publisher is the same."""
    one = entry(tmp_path, {"rows_count": 1}, "literacy_2017", sources={"censo_2017": SOURCE})
    assert (one.publishers, one.years) == ("INEI", "2017")


def test_unused_sources_are_told(tmp_path: Path) -> None:
    """What the catalog knows and the release does not use is listed; what it uses is not."""
    made = release(tmp_path, {"settlements": {}})
    absent = {dataset.id for dataset in absent_datasets(made, layer_entries(made))}
    assert "ppa_2024" in absent
    assert "centros_poblados" not in absent


def test_the_csv_runs_no_formula_and_names_its_source(tmp_path: Path) -> None:
    """Every finding with layer, year and publisher; text from a file never becomes a formula."""
    made = release(tmp_path, {"settlements": {"findings": [FOUND.as_dict()]}})
    text = report_csv(layer_entries(made))
    assert text.startswith(b"\xef\xbb\xbf")
    row = pd.read_csv(io.BytesIO(text)).iloc[0]
    assert (row["Capa"], row["De quién"], row["Cuántos"]) == ("Centros poblados", "INEI", 12)
    assert row["Hallazgo"] == "'=geometrías nulas"
    assert row["Ejemplos"] == "'@a"


def test_the_csv_of_a_clean_release_keeps_its_headings(tmp_path: Path) -> None:
    """Nothing found is an empty table, not a broken file."""
    table = pd.read_csv(io.BytesIO(report_csv(layer_entries(release(tmp_path, {"settlements": {"rows_count": 1}})))))
    assert table.empty
    assert {"Capa", "Hallazgo", "Cuántos"} <= set(table.columns)


def test_the_json_is_whole_and_says_what_is_simulated(tmp_path: Path) -> None:
    """Programs get every finding as it was kept, the coverage, and which datasets are simulated."""
    made = release(
        tmp_path,
        {"settlements": {"findings": [FOUND.as_dict()], "coverage": {"010000": 1.0}, "unknown_totals": {"x": 3.0}}},
        simulated_datasets=["centros_poblados"],
    )
    report = json.loads(report_json(made, layer_entries(made)))
    assert report["simulated_datasets"] == ["centros_poblados"]
    layer = report["layers"]["settlements"]
    assert layer["findings"] == [FOUND.as_dict()]
    assert layer["coverage"] == {"010000": 1.0}
    assert "unknown_totals" not in layer  # a total of one or two districts could name fewer than five producers

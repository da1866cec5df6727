"""The catalog: nothing enters a build without publisher, licence and checksum."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from geodata.catalog import Dataset, dataset, load_catalog
from geodata.contracts import LAYER_SCHEMAS
from geodata.errors import CatalogError

RECORD = """
[{key}]
title = "Un padrón"
publisher = "Una institución (UI)"
reference_year = 2024
issued = "2024"
licence = "CC-BY-4.0"
landing_page = "https://example.org"
citation = "Una institución, un padrón."
layer = "ppa_2024"
"""
FILE = """
[[{key}.distributions]]
pack_file = "padron.csv"
format = "CSV"
sha256 = "{sha256}"
"""
GOOD = RECORD.format(key="padron") + FILE.format(key="padron", sha256="0" * 64)

LAYERS = {*LAYER_SCHEMAS, "survey_2022"}
"""What sources feed: the layers with a contract, and the survey, which its own reader checks."""


def written(folder: Path, text: str) -> Path:
    path = folder / "catalog.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(folder: Path, text: str) -> dict[str, str]:
    """Return where -> repair of every problem of a catalog that must be refused."""
    with pytest.raises(CatalogError) as caught:
        load_catalog(written(folder, text))
    assert all(problem.expected and problem.found for problem in caught.value.problems)
    return {problem.where: problem.repair for problem in caught.value.problems}


def test_a_complete_record_is_read_whole(tmp_path: Path) -> None:
    """Every word of the record is there, and the file with its checksum."""
    record = load_catalog(written(tmp_path, GOOD + 'access_url = "https://example.org/padron.csv"\n'))["padron"]
    assert (record.id, record.licence, record.reference_year) == ("padron", "CC-BY-4.0", 2024)
    (file,) = record.distributions
    assert (file.pack_file, file.format, file.sha256) == ("padron.csv", "CSV", "0" * 64)
    assert file.access_url == "https://example.org/padron.csv"
    assert record.retrievable
    assert not record.embedded
    assert not record.optional


@pytest.mark.parametrize("word", ["licence", "publisher", "landing_page", "citation", "reference_year", "layer"])
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_a_record_without_a_required_word_is_refused(tmp_path: Path, word: str, how: str) -> None:
    """Without licence (or publisher, year, …) there is no build; an empty word is no word."""
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"{word} =")]
    if how == "empty":
        lines.insert(2, f'{word} = ""')
    assert problems_of(tmp_path, "\n".join(lines)) == {f"padron.{word}": f"complete «{word}» en geodata/catalog.toml"}


@pytest.mark.parametrize("checksum", ["", "abc", "0" * 63, "0" * 65, "G" * 64, "A" * 64])
def test_a_file_without_a_whole_checksum_is_refused(tmp_path: Path, checksum: str) -> None:
    """A checksum is 64 lower-case hexadecimal digits; anything else names the file and how to repair it."""
    text = RECORD.format(key="padron") + FILE.format(key="padron", sha256=checksum)
    assert "sha256" in problems_of(tmp_path, text)["padron/padron.csv"]


@pytest.mark.parametrize("word", ["pack_file", "format"])
def test_a_file_without_name_or_format_is_refused(tmp_path: Path, word: str) -> None:
    """A distribution that does not say which file it is, is a wrong record, not a crash."""
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{word} ="))
    assert f"padron.distributions.{word}" in problems_of(tmp_path, text)


def test_a_source_without_file_is_refused_unless_it_says_why(tmp_path: Path) -> None:
    """A record without distribution must be embedded (comes with the project) or optional (not here yet)."""
    text = RECORD.format(key="padron")
    assert "padron" in problems_of(tmp_path, text)
    for reason in ("embedded", "optional"):
        folder = tmp_path / reason
        folder.mkdir()
        assert not load_catalog(written(folder, f"{text}{reason} = true\n"))["padron"].retrievable


def test_all_wrong_records_are_reported_together(tmp_path: Path) -> None:
    """Three faults in two records are three problems in one refusal."""
    first = GOOD.replace('licence = "CC-BY-4.0"', "")
    second = (RECORD + FILE).format(key="otro", sha256="corto").replace('citation = "Una institución, un padrón."', "")
    assert set(problems_of(tmp_path, first + second)) == {"padron.licence", "otro.citation", "otro/padron.csv"}


def test_an_unknown_source_lists_the_known_ones() -> None:
    """A mistyped id is answered with the ids that exist."""
    with pytest.raises(CatalogError, match="ppa_2024") as caught:
        dataset("ppa_2042")
    assert "ppa_2042" in caught.value.problems[0].found
    assert dataset("ppa_2024").reference_year == 2024


def test_the_publisher_in_short() -> None:
    """A table has room for «INEI»; two publishers are joined; one without acronym keeps its name."""
    record = dataset("ppa_2024")
    assert replace(record, publisher="Instituto Nacional (INEI)").publisher_acronym == "INEI"
    assert replace(record, publisher="Economía (MEF); Transportes (MTC)").publisher_acronym == "MEF y MTC"
    assert replace(record, publisher="Natural Earth").publisher_acronym == "Natural Earth"


@pytest.mark.parametrize("record", load_catalog().values(), ids=lambda record: record.id)
def test_every_source_of_the_project_says_what_a_reader_must_know(record: Dataset) -> None:
    """Each source has a known layer, an address, at least one known defect, and one file unless it says why not."""
    assert record.layer in LAYERS
    assert record.landing_page.startswith("https://")
    assert record.known_defects
    assert all(defect.strip() for defect in record.known_defects)
    assert len(record.distributions) <= 1
    assert record.distributions or record.embedded or record.optional


def test_files_are_not_shared_between_sources() -> None:
    """One file, one record, one checksum."""
    files = [file for record in load_catalog().values() for file in record.distributions]
    assert len({file.pack_file for file in files}) == len(files) == len({file.sha256 for file in files})


def test_every_layer_has_a_source() -> None:
    """There is no layer whose origin the catalog does not tell; some are read from the file of another one."""
    told = {record.layer for record in load_catalog().values()}
    assert told == LAYERS - READ_FROM_ANOTHER


READ_FROM_ANOTHER = {"canals_scope", "mobile_coverage_scope", "literacy_2017"}


def test_shapes_declare_their_crs() -> None:
    """A source with geometry says its CRS; a table does not have one."""
    for record in load_catalog().values():
        has_place = any(file.format in ("GeoParquet", "GeoTIFF") for file in record.distributions)
        assert (record.crs is not None) == has_place

"""The two pages of a territory, read back as text."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from geodata.errors import UserInputError
from geodata.workspace import Publication
from pipelines.export.selection import DEMO_NOTICE
from pipelines.export.territory_content import NO_COST, content_of, cost_range, standing
from pipelines.export.territory_pdf import TERRITORIES_AT_MOST, write_territory_pdfs
from pipelines.export.territory_tables import TerritoryTables
from tests import tiny
from tests.pipelines.export.harm import HARMFUL

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
EVERY_LEVEL = ("010101", "010100", "010000")


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page in one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def briefing(publication: Publication, code: str, folder: Path) -> list[str]:
    """Write the briefing of a territory and return its pages."""
    write_territory_pdfs(publication, [code], folder / "ficha.pdf", MOMENT)
    return pages_of((folder / "ficha.pdf").read_bytes())


@pytest.mark.parametrize("code", EVERY_LEVEL)
@pytest.mark.parametrize("release", ["real", "harmful"])
def test_every_territory_has_two_pages(code: str, release: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Two pages whatever the level and the names; each carries release, date of the file and its number."""
    publication: Publication = request.getfixturevalue(release)
    pages = briefing(publication, code, tmp_path)
    assert len(pages) == 2
    for number, text in enumerate(pages, start=1):
        assert publication.release_id in text
        assert "2026-03-04T05:06:07" in text
        assert f"{number} de 2" in text
        assert (DEMO_NOTICE in text) == (release == "harmful")


def test_pages_say_figures_gaps_and_sources(real: Publication, tmp_path: Path) -> None:
    """Figures beside those of its province and department, its gaps with who answers and the cost, and the sources."""
    first, second = briefing(real, "010101", tmp_path)
    for words in ("Distrito 010101", "Provincia 0101", "Población (habitantes; 2025) 1,000 3,000 10,000"):
        assert words in first
    gaps = real.table("gaps")
    own = gaps[gaps["ubigeo"].eq("010101") & gaps["severity"].isin(["critical", "moderate"])]
    for label in own["label"].head(8):
        assert label in second
    for words in ("Responsable", "Costo estimado", NO_COST, "Fuentes", "INEI, 2017"):
        assert words in second


def test_figure_of_a_province_is_never_shown_as_a_districts(real: Publication) -> None:
    """A road gap known per province stands apart, under the name of the province, and never among the district's."""
    content = content_of("010101", TerritoryTables(real))
    assert all(gap["where"] == "" for gap in content["gaps"])
    assert content["above_title"] == "De su provincia y su departamento"
    assert {gap["where"] for gap in content["gaps_above"]} <= {
        "Provincia 0101 (provincia)",
        "Departamento 01 (departamento)",
    }
    roads = next(row for row in content["figures"] if row[0].startswith("Red vecinal en mal estado"))
    assert roads[1] == "no a este nivel"
    assert content_of("010000", TerritoryTables(real))["gaps_above"] == []


def test_headings_are_those_of_the_level(real: Publication) -> None:
    """A department is not compared with a province; every row has as many cells as there are headings."""
    tables = TerritoryTables(real)
    counts = {}
    for code in EVERY_LEVEL:
        content = content_of(code, tables)
        counts[code] = len(content["headings"])
        assert {len(row) for row in content["figures"]} == {counts[code]}
    assert list(counts.values()) == [5, 4, 3]


def test_withheld_figure_is_called_so(real: Publication) -> None:
    """Fewer than five producers: «reservado», which is neither unknown nor zero."""
    tables = TerritoryTables(real)
    tables.by_level["district"].loc[lambda table: table["ubigeo"].eq("010101"), "ppa_producers_count"] = float("nan")
    tables.__dict__["withheld"] = pd.DataFrame({"ubigeo": ["010101"], "field": ["ppa_producers_count"]})
    rows = {row[0].split(" (")[0]: row[1] for row in content_of("010101", tables)["figures"]}
    assert rows["Productores en el Padrón"] == "reservado"


def test_score_carries_its_range() -> None:
    """72, entre 66 y 77: a score without its range pretends to a certainty that it does not have."""
    row = pd.Series(
        {
            "ubigeo": "010101",
            "viability_score": 72.0,
            "potential_score": 80.0,
            "conditions_score": 64.0,
            "quadrant": "mesa_agenda",
            "viability_rank": 12.0,
        }
    )
    tried = pd.DataFrame(
        {
            "ubigeo": ["010101", "010101"],
            "scope": ["010000", "sierra"],
            "score_p05": [1.0, 66.0],
            "score_p95": [2.0, 77.0],
            "rank_p05": [1.0, 4.0],
            "rank_p95": [2.0, 30.0],
        }
    )
    assert standing(row, tried) == [
        "Viabilidad estimada: 72 de 100, entre 66 y 77 si los pesos fueran otros.",
        "Potencial 80 · Condiciones 64.",
        "Cuadrante: agenda de la Mesa.",
        "Puesto 12 en la Sierra, entre 4 y 30.",
    ]
    assert standing(row, tried.iloc[:0])[0] == "Viabilidad estimada: 72 de 100."
    closed = row.mask(row.index.isin(["viability_score", "viability_rank", "quadrant"]), None)
    closed["gate"] = "no_agricultural_land"
    assert standing(closed, tried)[0] == "No viable hoy: no registra superficie agrícola."


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (12e6, 48e6, "S/ 12.0–48.0 M"),
        (4000.0, 28000.0, "S/ 4,000–28,000"),
        (float("nan"), float("nan"), NO_COST),
    ],
)
def test_cost_is_a_range_or_is_not_known(low: float, high: float, said: str) -> None:
    """Never one figure, never a zero for what nobody knows."""
    assert cost_range(low, high) == said


def test_names_are_set_as_text_never_run(harmful: Publication, tmp_path: Path) -> None:
    """A name that is markup, a formula or an address is printed letter by letter, in the title and on the map."""
    for code, name in zip(tiny.CODES, HARMFUL, strict=True):
        first, _ = briefing(harmful, code, tmp_path)
        assert name.replace(" ", "") in first.replace(" ", "")
        reader = PdfReader(tmp_path / "ficha.pdf")
        assert all("/Annots" not in page for page in reader.pages)


def test_several_territories_are_a_zip_of_one_each(real: Publication, tmp_path: Path) -> None:
    """Each chosen territory once, in the order given; the same moment gives the same archive to the byte."""
    codes = ["020101", "010100", "020101"]
    for name in ("first", "second"):
        assert write_territory_pdfs(real, codes, tmp_path / f"{name}.zip", MOMENT) == 2
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        assert archive.namelist() == ["ficha-020101.pdf", "ficha-010100.pdf"]
        # a zip counts time in steps of two seconds
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 3, 4, 5, 6, 6)}
        alone = tmp_path / "alone.pdf"
        write_territory_pdfs(real, ["010100"], alone, MOMENT)
        assert archive.read("ficha-010100.pdf") == alone.read_bytes()


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ([], "cantidad de territorios"),
        (["999999"], "territorio desconocido"),
        (["01"], "territorio desconocido"),
        (["000000"], "territorio desconocido"),
        ([f"{number:06d}" for number in range(TERRITORIES_AT_MOST + 1)], "cantidad de territorios"),
    ],
)
def test_what_is_no_territory_is_refused(real: Publication, codes: list[str], told: str, tmp_path: Path) -> None:
    """An unknown code, none, or more than anybody reads: told, and no file."""
    with pytest.raises(UserInputError, match=told):
        write_territory_pdfs(real, codes, tmp_path / "ficha.pdf", MOMENT)
    assert list(tmp_path.iterdir()) == []

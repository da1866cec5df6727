"""The printable list, read back as text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from geodata.workspace import Publication
from pipelines.export import briefing
from pipelines.export.files import export_table, write_selection
from pipelines.export.selection import DEMO_NOTICE, select, selection_of
from tests.pipelines.export.harm import HARMFUL


def text_of(path: Path) -> str:
    """Return the text of a PDF in one line: where it breaks is the typesetter's business."""
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    return " ".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("region", [None, "02"])
def test_list_shows_the_gaps_that_need_action(real: Publication, region: str | None, tmp_path: Path) -> None:
    """Every critical or moderate gap is there by the name of its territory; what is met or unknown is not listed."""
    export_table(real, "gaps", "pdf", region, tmp_path / "list.pdf")
    text = text_of(tmp_path / "list.pdf")
    rows = select(real, "gaps", region).rows
    acting = rows[rows["severity"].isin(["critical", "moderate"])]
    for name in acting["name"].unique():
        assert name in text
    assert text.count("crítica") + text.count("moderada") == len(acting)
    for words in (real.release_id, "Lista de brechas estimadas", "Fuentes", "INEI, Censos Nacionales 2017"):
        assert words in text
    assert f"Región: {'020000' if region else 'todo el país'}" in text


def test_notice_is_printed_on_demonstrations_only(real: Publication, harmful: Publication, tmp_path: Path) -> None:
    """Simulated figures cannot be handed out without saying that they are."""
    export_table(harmful, "territories", "pdf", None, tmp_path / "demo.pdf")
    export_table(real, "territories", "pdf", None, tmp_path / "real.pdf")
    assert DEMO_NOTICE in text_of(tmp_path / "demo.pdf")
    assert DEMO_NOTICE not in text_of(tmp_path / "real.pdf")


def test_names_are_set_as_text_never_run(harmful: Publication, tmp_path: Path) -> None:
    """A name that is markup of the typesetter is printed letter by letter."""
    export_table(harmful, "territories", "pdf", None, tmp_path / "list.pdf")
    text = text_of(tmp_path / "list.pdf").replace(" ", "")
    for name in HARMFUL:
        assert name.replace(" ", "") in text


def test_territories_are_in_order_and_missing_is_said(real: Publication, tmp_path: Path) -> None:
    """The first is the one of highest viability; a figure that is not known is «sin dato», not a zero."""
    export_table(real, "territories", "pdf", None, tmp_path / "list.pdf")
    text = text_of(tmp_path / "list.pdf")
    ranked = real.table("territories").dropna(subset="viability_score").sort_values("viability_score", ascending=False)
    places = [text.index(name) for name in ranked["name"]]
    assert places == sorted(places)
    rows = real.table("territories").assign(viability_score=float("nan"))
    write_selection(selection_of(real, "territories", rows, {}), real, "pdf", tmp_path / "unknown.pdf")
    assert "sin dato" in text_of(tmp_path / "unknown.pdf")


def test_long_list_says_how_many_it_leaves_out(
    real: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond what one reads on paper the list says how many rows are left and where to find them."""
    monkeypatch.setattr(briefing, "ROWS_AT_MOST", 3)
    export_table(real, "territories", "pdf", None, tmp_path / "list.pdf")
    text = text_of(tmp_path / "list.pdf")
    assert "Quedan 5 filas fuera de esta lista: use la hoja de cálculo." in text


def test_every_page_has_its_header_and_number(real: Publication, tmp_path: Path) -> None:
    """A list of several pages repeats its headings, and each page says which of how many it is."""
    rows = pd.concat([real.table("territories")] * 12, ignore_index=True)
    selection = selection_of(real, "territories", rows, {"Región": "todo el país"})
    write_selection(selection, real, "pdf", tmp_path / "list.pdf")
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(tmp_path / "list.pdf").pages]
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert f"{number} de {len(pages)}" in text
        assert real.release_id in text
        has_rows = "Departamento 0" in text
        assert has_rows == ("Ubigeo" in text)
    assert "Departamento 0" in pages[1]

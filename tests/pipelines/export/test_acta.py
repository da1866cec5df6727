"""The acta of a session, read back from its files."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
from pypdf import PdfReader

from pipelines.export.acta import (
    CUT,
    LONGEST_IN_CELL,
    Acta,
    ActaAttendance,
    ActaEvidence,
    ActaRow,
    acta_bytes,
    shortened,
)
from tests.pipelines.export.harm import HARMFUL

MOMENT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
NOTICE = "Datos de demostración: límites aproximados, indicadores simulados"


def evidence(label: str = "Superficie con riego") -> ActaEvidence:
    """Return a figure of a district whose code starts with zero."""
    return ActaEvidence(label, "Chuschi", "050101", 12.3, "%", "2012", "20261122-demo")


def row(number: int = 1, title: str = "Destrabar el permiso de la antena") -> ActaRow:
    """Return a bottleneck that was promised again once."""
    return ActaRow(
        number,
        title,
        "comprometida",
        "rojo",
        "Municipalidad distrital",
        "Rosa Quispe, gerenta",
        "Firmar la resolución",
        date(2026, 12, 10),
        date(2026, 11, 20),
        1,
        (evidence(),),
    )


def acta(**changes: object) -> Acta:
    """Return an acta of one row."""
    made = Acta(
        mesa="Mesa de Ayacucho",
        territory="Ayacucho",
        session_date=date(2026, 11, 21),
        place="Huamanga",
        agenda="Revisar lo vencido",
        written_by="Facilitadora",
        moment=MOMENT,
        attendance=(ActaAttendance("PRONATEL", "Juan Pérez", "Director"),),
        rows=(row(),),
        notice=NOTICE,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def text_of(made: Acta) -> str:
    """Return the text of the PDF in one line."""
    pages = PdfReader(io.BytesIO(acta_bytes(made, "pdf"))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def book_of(made: Acta) -> openpyxl.Workbook:
    """Return the workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(acta_bytes(made, "xlsx")))


def test_the_workbook_holds_every_agreement_with_its_types() -> None:
    """Dates are dates, codes keep their zero, numbers are numbers; the original date stands beside the one in force."""
    book = book_of(acta())
    assert book.sheetnames == ["Acuerdos", "Asistencia", "Evidencia", "Sesión"]
    cells = dict(
        zip([cell.value for cell in book["Acuerdos"][1]], [cell.value for cell in book["Acuerdos"][2]], strict=True)
    )
    assert cells["Fecha vigente"] == datetime(2026, 12, 10)
    assert cells["Fecha original"] == datetime(2026, 11, 20)
    assert cells["Reprogramaciones"] == 1
    assert cells["Brecha"] == "Superficie con riego, Chuschi: 12.3 % (2012)"
    assert book["Acuerdos"].freeze_panes == "A2"
    assert book["Acuerdos"].auto_filter.ref == "A1:K2"
    assert [cell.value for cell in book["Evidencia"][2]][1] == "050101"
    assert [cell.value for cell in book["Asistencia"][2]][:3] == ["PRONATEL", "Juan Pérez", "Director"]


def test_the_paper_says_who_does_what_by_when() -> None:
    """Names, figure, dates, light and notice are printed."""
    text = text_of(acta())
    for words in (
        "Acta de la sesión",
        "Mesa de Ayacucho",
        "PRONATEL",
        "Destrabar el permiso de la antena",
        "Superficie con riego, Chuschi: 12.3 % (2012)",
        "Rosa Quispe, gerenta",
        "2026-12-10",
        "original 2026-11-20 · 1 reprogramación",
        "rojo",
        NOTICE,
    ):
        assert words in text


def test_an_open_session_gives_a_draft_and_real_data_no_notice() -> None:
    """Nobody hands out a draft as an acta, nor real figures as simulated."""
    text = text_of(acta(is_closed=False, notice=""))
    assert "Borrador de acta" in text
    assert NOTICE not in text


@pytest.mark.parametrize("harm", [*HARMFUL, "🚜 café 🌽", "línea uno\nlínea dos"])
def test_typed_text_is_never_run(harm: str) -> None:
    """Formulas, markup, scripts, emoji and line breaks come back letter by letter, in every field people type."""
    made = acta(
        mesa=harm,
        place=harm,
        agenda=harm,
        written_by=harm,
        attendance=(ActaAttendance(harm, harm, harm),),
        rows=(replace(row(title=harm), entity=harm, responsible=harm, agreement=harm, evidence=(evidence(harm),)),),
    )
    book = book_of(made)
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
    assert book["Acuerdos"]["B2"].value == harm
    assert book["Asistencia"]["A2"].value == harm
    printed = "".join(letter for letter in text_of(made) if not letter.isspace())
    if "🚜" not in harm:
        # the typesetter's fonts draw no emoji; hyphenation never touches what was typed
        assert "".join(harm.split()) in printed


def test_a_text_of_100_kb_is_cut_and_says_so() -> None:
    """Neither the cell's limit nor the page breaks the acta; the reader is told where the rest is."""
    made = acta(rows=(replace(row(), agreement="á" * 100_000),))
    value = book_of(made)["Acuerdos"]["G2"].value
    assert len(value) == LONGEST_IN_CELL
    assert value.endswith(CUT)
    assert len(PdfReader(io.BytesIO(acta_bytes(made, "pdf"))).pages) <= 3
    assert shortened("corto", 20) == "corto"


@pytest.mark.parametrize("file_format", ["xlsx", "pdf"])
def test_the_same_acta_gives_the_same_bytes(file_format: str) -> None:
    """Only the moment tells two actas of the same session apart."""
    assert acta_bytes(acta(), file_format) == acta_bytes(acta(), file_format)
    later = acta(moment=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert acta_bytes(acta(), file_format) != acta_bytes(later, file_format)


def test_an_empty_session_still_gives_an_acta() -> None:
    """Without rows or attendance both files open and say so."""
    made = acta(rows=(), attendance=())
    assert book_of(made)["Acuerdos"].max_row == 1
    assert "La sesión no vio ningún cuello de botella" in text_of(made)

"""
The acta of a session of a Mesa, as workbook and as PDF.

What people typed is written as text: nothing in it runs as a formula, as markup of the typesetter or as a link. A text
longer than a cell or a page bears is cut and says so; the whole text stays in the Mesa's records.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst
import xlsxwriter

from geodata.agenda.desk import PERU

TEMPLATE = Path(__file__).with_name("acta.typ")
LONGEST_IN_CELL = 32_000
"""Below the 32,767 characters that a cell of Excel holds."""

LONGEST_ON_PAPER = 1_200
"""About a quarter of a page: an acta is read and signed at the table."""

CUT = " […] (texto completo en la página de la Mesa)"
_NEVER_RUN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_EMPTY = "—"


@dataclass(frozen=True)
class ActaEvidence:
    """The figure of a gap, as it was when the bottleneck was written down."""

    label: str
    territory: str
    ubigeo: str
    value: float | None
    unit: str
    year: str
    release_id: str

    @property
    def in_words(self) -> str:
        """The figure as one reads it."""
        value = "sin dato" if self.value is None else f"{self.value:,.1f}".removesuffix(".0")
        return f"{self.label}, {self.territory}: {value} {self.unit} ({self.year})"


@dataclass(frozen=True)
class ActaRow:
    """A bottleneck with what was promised about it; words are already Spanish."""

    number: int
    title: str
    state: str
    light: str
    entity: str
    responsible: str
    agreement: str
    due: date | None
    original_due: date | None
    reprogrammings_count: int
    evidence: tuple[ActaEvidence, ...] = ()


@dataclass(frozen=True)
class ActaAttendance:
    """Who came, by entity; person and post are empty for readers who may not see them."""

    entity: str
    person: str = ""
    post: str = ""


@dataclass(frozen=True)
class Acta:
    """What an acta says. The notice is empty when no figure is simulated."""

    mesa: str
    territory: str
    session_date: date
    place: str
    agenda: str
    written_by: str
    moment: datetime
    attendance: tuple[ActaAttendance, ...]
    rows: tuple[ActaRow, ...]
    notice: str = ""
    is_closed: bool = True
    totals: str = ""

    @property
    def title(self) -> str:
        """The name of the document: an open session gives a draft."""
        return "Acta de la sesión" if self.is_closed else "Borrador de acta: la sesión sigue abierta"


_HEADINGS = (
    "N.º",
    "Cuello de botella",
    "Estado",
    "Semáforo",
    "Entidad responsable",
    "Persona responsable",
    "Acuerdo o acción siguiente",
    "Fecha vigente",
    "Fecha original",
    "Reprogramaciones",
    "Brecha",
)
_WIDTHS = (5, 44, 16, 12, 36, 26, 44, 13, 13, 16, 44)


def write_acta_xlsx(acta: Acta, path: Path) -> None:
    """
    Write the workbook: agreements, attendance, evidence and the session; dates are dates, codes are text.

    The same acta gives the same bytes: the date inside is its `moment`.
    """
    with xlsxwriter.Workbook(str(path), {**_NEVER_RUN, "in_memory": True}) as book:
        book.set_properties({"title": acta.title, "created": acta.moment.replace(tzinfo=None)})
        agreements = [
            (
                row.number,
                row.title,
                row.state,
                row.light,
                row.entity,
                row.responsible,
                row.agreement,
                row.due,
                row.original_due,
                row.reprogrammings_count,
                "; ".join(evidence.in_words for evidence in row.evidence),
            )
            for row in acta.rows
        ]
        _sheet(book, acta, "Acuerdos", _HEADINGS, _WIDTHS, agreements)
        came = [(one.entity, one.person, one.post, "") for one in acta.attendance]
        _sheet(book, acta, "Asistencia", ("Entidad", "Persona", "Cargo", "Firma"), (44, 30, 30, 24), came)
        evidence = [
            (row.number, one.ubigeo, one.territory, one.label, one.value, one.unit, one.year, one.release_id)
            for row in acta.rows
            for one in row.evidence
        ]
        headings = ("N.º", "Ubigeo", "Territorio", "Brecha", "Valor", "Unidad", "Año", "Publicación")
        _sheet(book, acta, "Evidencia", headings, (5, 9, 24, 44, 12, 24, 9, 30), evidence)
        _sheet(book, acta, "Sesión", ("Dato", "Valor"), (24, 80), _facts(acta))


def write_acta_pdf(acta: Acta, path: Path) -> None:
    """Write the acta as PDF, A4, with room to sign."""
    content = {
        "title": acta.title,
        "notice": acta.notice,
        "facts": [[name, _paper(value)] for name, value in _facts(acta)],
        "totals": acta.totals,
        "attendance": [[_paper(one.entity), _paper(one.person), _paper(one.post)] for one in acta.attendance],
        "rows": [_printed(row) for row in acta.rows],
        "footer": f"{acta.mesa[:80]} · {acta.session_date.isoformat()} · {_written_at(acta)}",
        "moment": [acta.moment.year, acta.moment.month, acta.moment.day],
    }
    # by file, not by argument: a system's command line and environment have a limit, a file has none
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        (root / "content.json").write_text(json.dumps(content), encoding="utf-8")
        typst.compile(
            str(root / TEMPLATE.name),
            output=str(path),
            root=str(root),
            format="pdf",
            timestamp=int(acta.moment.timestamp()),
        )


ACTA_WRITERS: dict[str, Callable[[Acta, Path], None]] = {"xlsx": write_acta_xlsx, "pdf": write_acta_pdf}


def acta_bytes(acta: Acta, file_format: str) -> bytes:
    """Return the acta in a format of `ACTA_WRITERS`, ready to be downloaded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"acta.{file_format}"
        ACTA_WRITERS[file_format](acta, path)
        return path.read_bytes()


def _facts(acta: Acta) -> list[tuple[str, str]]:
    facts = [
        ("Mesa", acta.mesa),
        ("Territorio", acta.territory),
        ("Fecha de la sesión", acta.session_date.isoformat()),
        ("Lugar", acta.place or _EMPTY),
        ("Agenda", acta.agenda or _EMPTY),
        ("Levantó el acta", acta.written_by),
        ("Acta emitida", _written_at(acta)),
        ("Estado del acta", acta.title),
    ]
    releases = sorted({one.release_id for row in acta.rows for one in row.evidence})
    facts.append(("Publicaciones de las cifras", ", ".join(releases) or _EMPTY))
    return facts + ([("Aviso", acta.notice)] if acta.notice else [])


def _written_at(acta: Acta) -> str:
    return f"{acta.moment.astimezone(PERU):%Y-%m-%d %H:%M} (hora del Perú)"


def _printed(row: ActaRow) -> dict[str, Any]:
    return {
        "number": str(row.number),
        "title": _paper(row.title),
        "evidence": [_paper(one.in_words) for one in row.evidence],
        "state": row.state,
        "light": row.light,
        "entity": _paper(row.entity) or _EMPTY,
        "responsible": _paper(row.responsible),
        "agreement": _paper(row.agreement) or _EMPTY,
        "due": row.due.isoformat() if row.due else _EMPTY,
        "original_due": row.original_due.isoformat() if row.original_due else "",
        "reprogrammings": row.reprogrammings_count,
    }


def _paper(text: str) -> str:
    return shortened(text, LONGEST_ON_PAPER)


def shortened(text: str, longest: int) -> str:
    """Return a text that fits, saying where the rest is when it was cut."""
    return text if len(text) <= longest else text[: longest - len(CUT)] + CUT


def _sheet(
    book: Any, acta: Acta, name: str, headings: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Any]]
) -> None:
    sheet = book.add_worksheet(name)
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EFEBE3"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "#,##0.##", "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.write_string(0, column, heading, header)
        sheet.set_column(column, column, width)
    for index, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, date):
                sheet.write_datetime(index, column, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, int | float):
                sheet.write_number(index, column, value, number)
            else:
                sheet.write_string(index, column, shortened(str(value), LONGEST_IN_CELL), text)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&C&B{acta.notice}" if acta.notice else "&CAtlas Sierra")
    sheet.set_footer("&C&P de &N")

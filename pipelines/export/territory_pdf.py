"""The briefing of a territory: two pages to forward, with map, figures, gaps, who answers for them and the sources."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typst

from geodata.errors import Problem, UserInputError
from geodata.workspace import Publication
from pipelines.export.files import written_whole
from pipelines.export.moment import export_moment, in_words
from pipelines.export.selection import DEMO_NOTICE, PARTLY_SIMULATED
from pipelines.export.territory_content import content_of
from pipelines.export.territory_map import draw
from pipelines.export.territory_tables import TerritoryTables

TEMPLATE = Path(__file__).with_name("territory.typ")

TERRITORIES_AT_MOST = 100
"""A briefing is for reading; who wants more wants the spreadsheet."""


def write_territory_pdfs(
    publication: Publication, codes: Sequence[str], to: Path, moment: datetime | None = None
) -> int:
    """
    Write the briefing of a territory as PDF, or those of several as a zip with a PDF each; return how many.

    Parameters
    ----------
    codes
        Six-character codes of any level, in the order in which they are written; a repeated one counts once.
    moment
        What the files carry as their date; now, unless somebody says so.

    Raises
    ------
    UserInputError
        If a code is no territory, they are none or too many, or the disk does not take the file. Then none is left.
    """
    tables, made = TerritoryTables(publication), moment or export_moment()
    chosen = list(dict.fromkeys(codes))
    _refuse_unusable(chosen, tables)
    with written_whole(to) as beside:
        if len(chosen) == 1:
            beside.write_bytes(territory_pdf(chosen[0], tables, made))
        else:
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
                for code in chosen:
                    entry = zipfile.ZipInfo(f"ficha-{code}.pdf", made.timetuple()[:6])
                    archive.writestr(entry, territory_pdf(code, tables, made), zipfile.ZIP_DEFLATED)
    return len(chosen)


def territory_pdf(ubigeo: str, tables: TerritoryTables, moment: datetime) -> bytes:
    """Return the briefing of a territory, two pages of A4; the same moment gives the same bytes."""
    publication = tables.publication
    content = content_of(ubigeo, tables) | {
        "notice": DEMO_NOTICE if publication.is_demo else "",
        "kind": PARTLY_SIMULATED if publication.simulated_datasets and not publication.is_demo else "",
        "release": publication.release_id,
        "published_at": str(publication.provenance["published_at"]),
        "sierra": str(publication.provenance.get("sierra_definition", "")),
        "date": in_words(moment),
        "map": draw(ubigeo, tables.districts, tables.provinces, tables.departments, tables.names),
    }
    made = typst.compile(
        str(TEMPLATE),
        sys_inputs={"content": json.dumps(content)},
        format="pdf",
        timestamp=int(moment.timestamp()),
    )
    return bytes(made)


def _refuse_unusable(codes: Sequence[str], tables: TerritoryTables) -> None:
    unknown = [code for code in codes if not tables.exists(code)]
    problems = [
        _problem("territorio desconocido", "códigos de 6 dígitos de la publicación", repr(one)) for one in unknown
    ]
    if not 0 < len(codes) <= TERRITORIES_AT_MOST:
        problems.append(_problem("cantidad de territorios", f"de 1 a {TERRITORIES_AT_MOST}", str(len(codes))))
    if problems:
        raise UserInputError(problems)


def _problem(what: str, expected: str, found: str) -> Problem:
    return Problem(
        what=what,
        where="--territory",
        expected=expected,
        found=found,
        repair="elija distritos (080101), provincias (080100) o departamentos (080000) de la lista",
    )

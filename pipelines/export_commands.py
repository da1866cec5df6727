"""What the command `export` does: the same files as the page, from the same functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.columns import load_columns
from geodata.errors import Problem, UserInputError
from geodata.workspace import Publication, Workspace
from layers.gaps import words_of
from pipelines.export.choice import Choice
from pipelines.export.files import export_table, write_selection
from pipelines.export.selection import require_region, selection_of
from pipelines.export.territory_pdf import write_territory_pdfs

_OPTIONS = {
    "goods": ("--good", "good"),
    "severities": ("--severity", "severity"),
    "levels": ("--level", "level"),
    "quadrants": ("--quadrant", "quadrant"),
    "entities": ("--entity", "entities"),
    "products": ("--product", "products"),
}
"""Filter -> option and column of the gap list whose words it takes."""


def export_gaps(publication: Publication, choice: Choice, file_format: str, to: Path) -> int:
    """Write the gaps of a choice; return how many. This is what the page calls as well."""
    rows = choice.rows(publication.table("gaps"))
    filters = choice.in_words(territory_names(publication))
    write_selection(selection_of(publication, "gaps", rows, filters), publication, file_format, to)
    return len(rows)


def export(
    workspace: Workspace,
    table: str,
    file_format: str,
    to: Path,
    *,
    region: str | None = None,
    filters: Mapping[str, Sequence[str]] | None = None,
    territories: Sequence[str] = (),
) -> int:
    """
    Write a list, or the briefings of some territories; return the number of rows or briefings.

    Parameters
    ----------
    filters
        Words by filter (`goods`, `severities`, `levels`, `quadrants`, `entities`, `products`), in Spanish or as the
        table has them; for gaps only.
    territories
        Codes whose two-page briefing is asked for instead of a list; as PDF only.

    Raises
    ------
    UserInputError
        With every word, region, code or combination that is not understood. Then no file is written.
    """
    publication = workspace.publication()
    given = {name: words for name, words in (filters or {}).items() if words}
    _refuse_mixtures(table, file_format, region, given, territories)
    if territories:
        return write_territory_pdfs(publication, territories, to)
    if table != "gaps":
        return export_table(publication, table, file_format, region, to)
    gaps = publication.table("gaps")
    understood: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, words in given.items():
        option, column = _OPTIONS[name]
        understood[name], wrong = _understood(words, gaps, option, column)
        problems += wrong
    if problems:
        raise UserInputError(problems)
    known = publication.table("territories", ["ubigeo"])["ubigeo"]
    territory = None if region is None else require_region(region, known)
    choice = replace(Choice(territory=territory), **understood)
    return export_gaps(publication, choice, file_format, to)


def territory_names(publication: Publication) -> dict[str, str]:
    """Return the name of every department, province and district by its code."""
    tables = [publication.table(name, ["ubigeo", "name"]) for name in ("departments", "provinces", "territories")]
    return {code: name for table in tables for code, name in table.itertuples(index=False, name=None)}


def _understood(
    words: Sequence[str], gaps: pd.DataFrame, option: str, column: str
) -> tuple[tuple[str, ...], list[Problem]]:
    """Return words as the table has them, and a problem for each that it does not have."""
    spanish = load_columns()[column].values
    present = words_of(gaps[column]) if column in gaps else []
    known = {_plain(spanish.get(word, word)): word for word in (*spanish, *present)}
    known |= {_plain(word): word for word in list(known.values())}
    problems = [
        Problem(
            what="filtro que no existe",
            where=option,
            expected=", ".join(dict.fromkeys(spanish.get(word, word) for word in known.values())),
            found=repr(word),
            repair="use una de esas palabras; la opción se puede repetir",
        )
        for word in words
        if _plain(word) not in known
    ]
    return tuple(dict.fromkeys(known[_plain(word)] for word in words if _plain(word) in known)), problems


def _plain(word: str) -> str:
    """Return a word without accents and capitals, as it is typed in a terminal."""
    return word.strip().lower().translate(str.maketrans("áéíóúñ", "aeioun"))


def _refuse_mixtures(
    table: str, file_format: str, region: str | None, filters: Mapping[str, Sequence[str]], territories: Sequence[str]
) -> None:
    problems = []
    if filters and (table != "gaps" or territories):
        options = ", ".join(_OPTIONS[name][0] for name in filters)
        problems.append(_mixture(options, "solo con la lista de brechas (gaps)", "quite esas opciones"))
    if territories and file_format != "pdf":
        problems.append(_mixture("--territory", "--format pdf", "pida las fichas de dos páginas en PDF"))
    if territories and region is not None:
        problems.append(_mixture("--territory", "sin --region", "use --region para una lista, --territory para fichas"))
    if problems:
        raise UserInputError(problems)


def _mixture(where: str, expected: str, repair: str) -> Problem:
    return Problem(what="opciones que no van juntas", where=where, expected=expected, found="ambas", repair=repair)

"""Priorities on the command line: bring a list that an analyst keeps in a CSV."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from unicodedata import combining, normalize

import pandas as pd

from geodata.crop_windows import CropWindow, windows_of
from geodata.errors import ContractError, Problem, UserInputError, raise_if_any
from geodata.priorities import Priority, add_priorities, priorities_file, read_priorities, repeated_problems
from geodata.priority_contract import EARLIEST_ACT, Draft, draft_problems
from geodata.readers.table import read_table
from geodata.ubigeo import LEVELS, Level
from geodata.workspace import Workspace

COLUMNS = {
    "ubigeo": "ubigeo",
    "producto": "product",
    "norma": "act",
    "fecha": "act_date",
    "nivel": "level",
    "registra": "who",
}
"""Header of the CSV -> part of a priority."""

_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y")
_TABLE_OF_LEVEL: dict[Level, str] = {"district": "territories", "province": "provinces", "department": "departments"}
_FIRST_ROW = 2
"""Line of the first row under the header, as a spreadsheet counts."""


def import_csv(path: Path, workspace: Workspace, *, now: datetime | None = None) -> list[Priority]:
    """
    Register every priority of a CSV, all or none; return them as kept.

    Parameters
    ----------
    path
        UTF-8 with the columns `ubigeo`, `producto` (key or name), `norma`, `fecha` (2024-05-31 or 31/05/2024), `nivel`
        (distrital, provincial, regional) and `registra`.
    workspace
        Its publication says which territories exist, and its `crop_windows.toml` which products.
    now
        The moment of entry, UTC; no act may be of a later date.

    Raises
    ------
    UserInputError
        With everything that is wrong in every row. Then nothing is registered.
    WorkspaceError
        If nothing is published, or the register cannot be written.
    """
    rows = _read(path)
    windows, codes = windows_of(workspace.root), published_codes(workspace)
    keys, moment = _keys(windows), now or datetime.now(UTC)
    problems: list[Problem] = []
    drafts: list[Draft] = []
    for number, row in enumerate(rows.to_dict("records"), start=_FIRST_ROW):
        where = f"{path.name}, línea {number}"
        cells = {COLUMNS[str(name)]: str(value).strip() for name, value in row.items()}
        act_date = _date(cells["act_date"])
        if act_date is None:
            problems.append(_wrong_date(where, cells["act_date"]))
        draft = Draft(
            ubigeo=cells["ubigeo"],
            product=keys.get(_plain(cells["product"]), cells["product"]),
            act=cells["act"],
            # the rest of a row without a date is looked at too: nobody repairs a file twice
            act_date=act_date or EARLIEST_ACT,
            level=cells["level"].lower(),
            who=cells["who"],
            where=where,
        )
        problems += draft_problems(draft, codes, list(windows), moment.date())
        drafts.append(draft)
    file = priorities_file(workspace.root)
    problems += repeated_problems(drafts, read_priorities(file).in_force)
    raise_if_any(problems, ContractError)
    return add_priorities(file, drafts, codes=codes, products=list(windows), now=moment)


def published_codes(workspace: Workspace) -> set[str]:
    """Return the codes of every published territory, of the three levels."""
    release = workspace.publication()
    return {code for level in LEVELS for code in release.table(_TABLE_OF_LEVEL[level], ["ubigeo"])["ubigeo"]}


def _read(path: Path) -> pd.DataFrame:
    try:
        return read_table(path, columns=list(COLUMNS)).fillna("")
    except OSError as error:
        problem = Problem(
            what="no se puede leer el archivo",
            where=path.name,
            expected="un CSV que exista",
            found=error.strerror or str(error),
            repair="revise la ruta y los permisos",
        )
        raise UserInputError([problem]) from error


def _keys(windows: Mapping[str, CropWindow]) -> dict[str, str]:
    """Return what a person may write -> key of the product."""
    return {_plain(name): key for key, window in windows.items() for name in (window.label, key)}


def _plain(text: str) -> str:
    letters = (letter for letter in normalize("NFD", text.casefold()) if not combining(letter))
    return " ".join("".join(letters).replace("_", " ").split())


def _date(text: str) -> date | None:
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _wrong_date(where: str, text: str) -> Problem:
    return Problem(
        what="prioridad no válida",
        where=f"{where}, fecha",
        expected="una fecha como 2024-05-31 o 31/05/2024",
        found=repr(text),
        repair="corrija la fecha de la norma",
    )

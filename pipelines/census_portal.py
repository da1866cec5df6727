"""
What INEI's portal has of the IV CENAGRO, and whether what it sent is that.

The PyPI package `inei-microdatos` carries the catalogue of the portal: which file is which, and where. Its downloads
are not used: they start every file again from zero, without checksum, and do not say why one failed.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inei_microdatos.catalog import filter_catalog, load_catalog  # type: ignore[import-untyped]
from inei_microdatos.client import DOWNLOAD_BASE  # type: ignore[import-untyped]

from geodata.errors import Problem, RetrievalError, raise_if_any

MODULES = ("rec01", "rec02", "rec02a", "rec04", "rec04b", "rec05a")
"""What the project reads; the portal has five more."""

# survey 337 is Amazonas (01) ... 361 Ucayali (25), in ubigeo order (docs: cenagro-dictionary)
_SURVEY_BEFORE_AMAZONAS, _DEPARTMENTS = 336, 25
_BY_HAND = "descárguelo con un navegador del portal de microdatos del INEI y déjelo en la carpeta con ese nombre"


@dataclass(frozen=True)
class CensusZip:
    """One file of the portal: `department` is the two digits of its ubigeo, `module` as in `MODULES`."""

    department: str
    module: str
    name: str
    url: str


def census_zips(
    departments: Iterable[str] | None = None, modules: Iterable[str] = MODULES, base_url: str | None = None
) -> list[CensusZip]:
    """
    Return the files of the portal, by department and then by module, without asking anybody.

    Parameters
    ----------
    departments
        Two digits each ("08"); all 25 by default.
    modules
        Such as "rec01".
    base_url
        What stands before `SPSS/337-Modulo229.zip`; the portal by default.

    Raises
    ------
    RetrievalError
        With every department and module that the portal does not have.
    """
    known = _portal()
    chosen = list(dict.fromkeys(known if departments is None else departments))
    wanted = list(dict.fromkeys(modules))
    offered = list(dict.fromkeys(module for of_department in known.values() for module in of_department))
    problems = [_unknown("departamento", item, known) for item in chosen if item not in known]
    problems += [_unknown("módulo", item, offered) for item in wanted if item not in offered]
    problems += [
        _unknown("módulo", f"{module} del departamento {department}", known[department])
        for department in chosen
        for module in wanted
        if department in known and module in offered and module not in known[department]
    ]
    raise_if_any(problems, RetrievalError)
    base = (DOWNLOAD_BASE if base_url is None else base_url).rstrip("/")
    return [
        CensusZip(
            department, module, f"{known[department][module]}.zip", f"{base}/SPSS/{known[department][module]}.zip"
        )
        for department in chosen
        for module in wanted
    ]


def zip_problems(path: Path, where: str) -> list[Problem]:
    """Return what makes a file no zip of SPSS: an error page, something cut short or damaged, no `.sav` inside."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        found = f"{_looks_like(path)} de {path.stat().st_size:,} bytes ({error})"
        return [_not_a_zip(where, found)]
    if damaged is not None:
        return [_not_a_zip(where, f"un zip dañado en «{damaged}»")]
    if not any(name.lower().endswith(".sav") for name in names):
        return [_not_a_zip(where, f"un zip sin ningún .sav ({', '.join(names[:5]) or 'vacío'})")]
    return []


def _looks_like(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html")) or b"<html" in start:
        return "una página web (HTML)"
    return "un zip cortado o dañado" if start.startswith(b"pk") else "un archivo que no es un zip"


def _portal() -> dict[str, dict[str, str]]:
    """Return the portal's code of each module ("337-Modulo229"), by department and module, in ubigeo order."""
    found: dict[str, dict[str, str]] = {}
    for module in _modules_of_2012():
        department = int(module["survey_code"]) - _SURVEY_BEFORE_AMAZONAS
        if 1 <= department <= _DEPARTMENTS and module["spss_code"]:
            # "REC02A : Prg_36 hasta Prg_40 CAP IV - Pag04"
            name = module["module_name"].partition(":")[0].strip().lower()
            found.setdefault(f"{department:02d}", {})[name] = module["spss_code"]
    return dict(sorted(found.items()))


def _modules_of_2012() -> Iterator[dict[str, Any]]:
    """Yield the modules of the census in the catalogue that the package carries."""
    for survey in filter_catalog(load_catalog(), survey="cenagro", year_min=2012, year_max=2012):
        for periods in survey["years"].values():
            for period in periods.values():
                yield from period["modules"]


def _unknown(what: str, found: str, known: Iterable[str]) -> Problem:
    return Problem(
        what=f"{what} que el portal no tiene",
        where="IV CENAGRO 2012",
        expected=f"uno de: {', '.join(known)}",
        found=f"«{found}»",
        repair="escríbalo como en la lista",
    )


def _not_a_zip(where: str, found: str) -> Problem:
    repair = f"repita la orden más tarde, o {_BY_HAND}"
    return Problem("lo que envió el portal no sirve", where, "un zip con un .sav", found, repair)

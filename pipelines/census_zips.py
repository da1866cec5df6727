"""Which zips of a folder are the census: told by the names that INEI's portal gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from geodata.census import Census, load_census
from geodata.errors import Problem

_NAME = re.compile(r"(\d+)-modulo(\d+)\.zip", re.IGNORECASE)

Announce = Callable[[str], None]


def find_zips(
    folder: Path, departments: Collection[str] | None, announce: Announce
) -> tuple[dict[tuple[str, str], Path], list[Problem]]:
    """Return the zips by department and module, and what is wrong with the set of them."""
    census = load_census()
    found: dict[tuple[str, str], list[Path]] = {}
    problems = []
    for path in sorted(folder.rglob("[!.]*")):
        if path.suffix.lower() != ".zip" or not path.is_file():
            continue
        match = _NAME.fullmatch(path.name)
        if match is None:
            problems.append(_renamed(path, folder))
            continue
        department, module = census.department_of(int(match[1])), census.module_of(int(match[2]))
        if department is None or module is None:
            announce(f"{path.name}: de otra encuesta o de un módulo que no se usa; se pasa por alto")
        elif departments is None or department in departments:
            found.setdefault((department, module.name), []).append(path)
    problems += [_twice(key, paths, folder, census) for key, paths in found.items() if len(paths) > 1]
    wanted = set(departments) if departments is not None else {department for department, _ in found}
    problems += [_incomplete(code, found, folder, census) for code in sorted(wanted) if _lacking(code, found, census)]
    if not found and not problems:
        problems.append(_nothing(folder))
    return {key: paths[0] for key, paths in found.items()}, problems


def _lacking(department: str, found: Collection[tuple[str, str]], census: Census) -> list[str]:
    return [module for module in census.modules if (department, module) not in found]


def _renamed(path: Path, folder: Path) -> Problem:
    return Problem(
        what="zip sin el nombre del INEI",
        where=str(path.relative_to(folder)),
        expected="un nombre como «344-Modulo229.zip» (encuesta y módulo)",
        found=path.name,
        repair="devuélvale el nombre con que se descargó, o sáquelo de la carpeta si no es del censo",
    )


def _twice(key: tuple[str, str], paths: Sequence[Path], folder: Path, census: Census) -> Problem:
    return Problem(
        what="un departamento dos veces",
        where=f"{census.label(key[0])}, {key[1].upper()}",
        expected="un solo zip por departamento y módulo",
        found=", ".join(str(path.relative_to(folder)) for path in paths),
        repair="deje uno solo, el de SPSS (.sav)",
    )


def _incomplete(department: str, found: Collection[tuple[str, str]], folder: Path, census: Census) -> Problem:
    lacking = _lacking(department, found, census)
    return Problem(
        what="faltan módulos de un departamento",
        where=f"{census.label(department) if department in census.departments else department}, {folder}",
        expected=", ".join(name.upper() for name in census.modules),
        found=f"{len(census.modules) - len(lacking)} de {len(census.modules)}",
        repair="descargue " + (_names(department, lacking, census) or "un departamento de 01 a 25"),
    )


def _names(department: str, modules: Sequence[str], census: Census) -> str:
    if department not in census.departments:
        return ""
    return ", ".join(f"{module.upper()} ({census.zip_name(department, module)})" for module in modules)


def _nothing(folder: Path) -> Problem:
    return Problem(
        what="no hay zips del censo",
        where=str(folder),
        expected="los zips del INEI, p. ej. «344-Modulo229.zip»",
        found="ninguno" if folder.is_dir() else "la carpeta no existe",
        repair="indique la carpeta donde los descargó",
    )

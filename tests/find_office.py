"""
Find LibreOffice for the tests that recompute a workbook, and get it when the machine has none.

`python -m tests.find_office` prints the path of the program on standard output and nothing else there; what it does
meanwhile, and why it failed, goes to standard error.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.find_browser import install_with_apt, is_debian_root, say, starts

COMMANDS = ("soffice", "libreoffice")
PLACES = (
    Path("/usr/lib/libreoffice/program/soffice"),
    Path("/opt/libreoffice/program/soffice"),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
)
PACKAGE = "libreoffice-calc-nogui"


class NoOfficeError(Exception):
    """There is no LibreOffice, and none could be installed; the message says what to do."""


def installed_office() -> Path | None:
    """
    Return the LibreOffice this machine already has, or None.

    Raises
    ------
    NoOfficeError
        If `ATLAS_OFFICE` names a file that does not start: a choice is not silently replaced.
    """
    chosen = os.environ.get("ATLAS_OFFICE")
    if chosen:
        if not starts(Path(chosen)):
            raise NoOfficeError(f"ATLAS_OFFICE={chosen} no es un LibreOffice que se pueda ejecutar.")
        return Path(chosen)
    return next((path for path in candidates() if starts(path)), None)


def obtain_office() -> Path:
    """
    Return a LibreOffice, installing Debian's without windows if need be and allowed.

    Raises
    ------
    NoOfficeError
        If the machine has none and it could not be installed.
    """
    office = installed_office()
    if office is None and is_debian_root():
        install_with_apt(PACKAGE)
        office = installed_office()
    if office is None:
        raise NoOfficeError(
            "No hay LibreOffice para recalcular el libro y no se pudo instalar. Instálelo "
            f"(en Debian: sudo apt-get install {PACKAGE}) o indique el suyo con ATLAS_OFFICE=/ruta/soffice."
        )
    return office


def candidates() -> Iterator[Path]:
    """Yield the places where LibreOffice may lie, the best first; not all of them exist or work."""
    for command in COMMANDS:
        if found := shutil.which(command):
            yield Path(found)
    yield from PLACES


def is_demanded() -> bool:
    """Return whether a missing LibreOffice is a failure: where tests run for everybody, none is left out in silence."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def main() -> int:
    """Print the program's path and return 0, or say why there is none and return 1."""
    try:
        office = obtain_office()
    except NoOfficeError as error:
        say(str(error))
        return 1
    sys.stdout.write(f"{office}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

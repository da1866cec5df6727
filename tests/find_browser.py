"""
Find a Chromium browser for the tests and a way to drive it, and get them when the machine has none.

`python -m tests.find_browser` prints the path of the browser on standard output and nothing else there, so
that the Makefile can read it; what it does meanwhile, and why it failed, goes to standard error.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "Applications/Chromium.app/Contents/MacOS/Chromium",
)
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)
START_SECONDS = 60
INSTALL_SECONDS = 600


class NoBrowserError(Exception):
    """There is no browser, or nothing to drive it, and none could be installed; the message says what to do."""


def installed_browser() -> Path | None:
    """
    Return the browser this machine already has, or None.

    Raises
    ------
    NoBrowserError
        If `ATLAS_BROWSER` names a file that does not start: a choice is not silently replaced.
    """
    chosen = os.environ.get("ATLAS_BROWSER")
    if chosen:
        if not starts(Path(chosen)):
            raise NoBrowserError(f"ATLAS_BROWSER={chosen} no es un navegador que se pueda ejecutar.")
        return Path(chosen)
    return next((path for path in candidates() if starts(path)), None)


def obtain_browser() -> Path:
    """
    Return a browser, installing one with the system's packages or with Playwright if need be.

    Raises
    ------
    NoBrowserError
        If the machine has none and neither way gave one.
    """
    browser = installed_browser()
    if browser is None and is_debian_root():
        install_with_apt("chromium")
        browser = installed_browser()
    if browser is None:
        install_with_playwright()
        browser = installed_browser()
    if browser is None:
        raise NoBrowserError(
            "No hay un navegador para las pruebas y no se pudo instalar uno. Instale Google Chrome o "
            "Chromium (en Debian: sudo apt-get install chromium) o indique el suyo con ATLAS_BROWSER=/ruta."
        )
    return browser


def require_driver() -> None:
    """
    See to it that Playwright, which drives the browser, starts: a bare Debian lacks one of its libraries.

    Raises
    ------
    NoBrowserError
        If it does not start and the library could not be installed.
    """
    ask_version = [sys.executable, "-m", "playwright", "--version"]
    if run(ask_version, seconds=START_SECONDS, quiet=True):
        return
    if is_debian_root():
        install_with_apt("libatomic1")
    if not run(ask_version, seconds=START_SECONDS):
        raise NoBrowserError(
            "Playwright, que maneja el navegador, no arranca (arriba está el motivo). "
            "En Debian o Ubuntu suele faltarle una biblioteca: sudo apt-get install libatomic1"
        )


def candidates() -> Iterator[Path]:
    """Yield the places where a browser may lie, the best first; not all of them exist or work."""
    for command in COMMANDS:
        if found := shutil.which(command):
            yield Path(found)
    for application in APPLICATIONS:
        yield Path("/", application)
        yield Path.home() / application
    yield from playwright_browsers()


def playwright_browsers() -> Iterator[Path]:
    """Yield the browser that Playwright would start, whether or not it has been downloaded."""
    # in a process of its own: Playwright's driver does not start on a system that lacks one of its libraries
    finished = subprocess.run(
        [sys.executable, "-c", ASK_PLAYWRIGHT], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if finished.returncode == 0:
        yield Path(finished.stdout.strip())


def starts(path: Path) -> bool:
    """Return whether the file runs: Ubuntu's `chromium-browser` may be a stub that only asks for a snap."""
    if not path.is_file():
        return False
    return run([str(path), "--version"], seconds=START_SECONDS, quiet=True)


def is_debian_root() -> bool:
    """Return whether packages can be installed here without asking anybody."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_with_apt(package: str) -> None:
    """Install a Debian package; a failure shows in what is found afterwards."""
    say(f"Se instala {package} con apt-get, porque falta para las pruebas")
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    run([*apt, "update"], seconds=INSTALL_SECONDS)
    run([*apt, "install", "-y", "--no-install-recommends", package], seconds=INSTALL_SECONDS)


def install_with_playwright() -> None:
    """Download Playwright's own chromium; a failure shows in what is found afterwards."""
    say("Se descarga chromium con Playwright, porque falta un navegador para las pruebas")
    run([sys.executable, "-m", "playwright", "install", "chromium"], seconds=INSTALL_SECONDS)


def run(command: list[str], *, seconds: int, quiet: bool = False) -> bool:
    """Run a command without input, its errors shown unless quiet, and return whether it succeeded."""
    try:
        finished = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if quiet else None,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(str(error))
        return False
    return finished.returncode == 0


def say(sentence: str) -> None:
    """Write one line for the person who is watching."""
    sys.stderr.write(f"{sentence}\n")


def main() -> int:
    """Print the browser's path and return 0, or say why there is none and return 1."""
    try:
        browser = obtain_browser()
        require_driver()
    except NoBrowserError as error:
        say(str(error))
        return 1
    sys.stdout.write(f"{browser}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

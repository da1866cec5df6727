"""Getting a browser: the one on the machine first, then the two ways to install one, then a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import find_browser
from tests.find_browser import NoBrowserError, installed_browser, obtain_browser


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a program that answers `--version`."""
    path = tmp_path / "browser"
    path.write_text("#!/bin/sh\necho 'Chromium 1'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Leave the machine without browser; record the ways tried, none of which gives one."""
    tried: list[str] = []
    monkeypatch.delenv("ATLAS_BROWSER", raising=False)
    monkeypatch.setattr(find_browser, "candidates", lambda: iter(()))
    monkeypatch.setattr(find_browser, "install_with_apt", tried.append)
    monkeypatch.setattr(find_browser, "install_with_playwright", lambda: tried.append("playwright"))
    return tried


def test_the_chosen_browser_is_taken(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ATLAS_BROWSER decides."""
    monkeypatch.setenv("ATLAS_BROWSER", str(program))
    assert installed_browser() == program


@pytest.mark.parametrize("content", [None, "#!/bin/sh\nexit 3\n"])
def test_a_choice_that_does_not_start_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    """A wrong ATLAS_BROWSER is told by name, even when the machine has another browser."""
    path = tmp_path / "stub"
    if content is not None:
        path.write_text(content)
        path.chmod(0o755)
    monkeypatch.setenv("ATLAS_BROWSER", str(path))
    with pytest.raises(NoBrowserError, match=str(path)):
        installed_browser()


def test_the_first_that_starts_is_taken(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stub on PATH that only asks for something else does not count."""
    monkeypatch.delenv("ATLAS_BROWSER", raising=False)
    monkeypatch.setattr(find_browser, "candidates", lambda: iter([tmp_path / "absent", program]))
    assert obtain_browser() == program


@pytest.mark.parametrize(("is_root", "ways"), [(True, ["chromium", "playwright"]), (False, ["playwright"])])
def test_without_any_browser_every_way_is_tried_and_then_told(
    bare_machine: list[str], monkeypatch: pytest.MonkeyPatch, is_root: bool, ways: list[str]
) -> None:
    """Root on Debian tries apt, then everybody Playwright; if none works the sentence says what to do."""
    monkeypatch.setattr(find_browser, "is_debian_root", lambda: is_root)
    with pytest.raises(NoBrowserError, match="sudo apt-get install chromium"):
        obtain_browser()
    assert bare_machine == ways

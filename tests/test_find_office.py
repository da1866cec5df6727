"""Getting LibreOffice: the one on the machine first, then Debian's package, then a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import find_office
from tests.find_office import PACKAGE, NoOfficeError, installed_office, is_demanded, obtain_office


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a program that answers `--version`."""
    path = tmp_path / "soffice"
    path.write_text("#!/bin/sh\necho 'LibreOffice 7'\n")
    path.chmod(0o755)
    return path


def test_the_chosen_one_is_taken_and_never_replaced(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ATLAS_OFFICE decides; a wrong one is told by name."""
    monkeypatch.setenv("ATLAS_OFFICE", str(program))
    assert installed_office() == program
    monkeypatch.setenv("ATLAS_OFFICE", str(tmp_path / "absent"))
    with pytest.raises(NoOfficeError, match="absent"):
        installed_office()


def test_the_first_that_starts_is_taken(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place where nothing lies does not count."""
    monkeypatch.delenv("ATLAS_OFFICE", raising=False)
    monkeypatch.setattr(find_office, "candidates", lambda: iter([tmp_path / "absent", program]))
    assert obtain_office() == program


@pytest.mark.parametrize("is_root", [True, False])
def test_a_bare_machine_gets_the_package_or_a_sentence(is_root: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root on Debian installs it; anybody else is told what to install."""
    tried: list[str] = []
    monkeypatch.delenv("ATLAS_OFFICE", raising=False)
    monkeypatch.setattr(find_office, "candidates", lambda: iter(()))
    monkeypatch.setattr(find_office, "install_with_apt", tried.append)
    monkeypatch.setattr(find_office, "is_debian_root", lambda: is_root)
    with pytest.raises(NoOfficeError, match=PACKAGE):
        obtain_office()
    assert tried == ([PACKAGE] if is_root else [])


def test_where_tests_run_for_everybody_it_is_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In continuous integration a missing LibreOffice fails; at home the test is left out with a sentence."""
    monkeypatch.setenv("CI", "true")
    assert is_demanded()
    monkeypatch.delenv("CI")
    assert not is_demanded()

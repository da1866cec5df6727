"""What the portal has of the census, as the package's catalogue says, and what counts as one of its zips."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from geodata.errors import RetrievalError
from pipelines.census_portal import MODULES, census_zips, zip_problems


def zip_of(*members: str, content: bytes = b"$FL2" * 50) -> bytes:
    """Return a zip with those members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member, content)
    return buffer.getvalue()


def test_the_whole_census_is_25_departments_by_6_modules() -> None:
    """Surveys 337 to 361 in ubigeo order, modules 229 to 239, as the dictionary says; each file has one address."""
    zips = census_zips()
    assert len(zips) == len({file.url for file in zips}) == 25 * len(MODULES)
    assert [file.department for file in zips[:: len(MODULES)]] == [f"{code:02d}" for code in range(1, 26)]
    names = {(file.department, file.module): file.name for file in zips}
    assert names["01", "rec01"] == "337-Modulo229.zip"
    assert names["08", "rec02a"] == "344-Modulo232.zip"
    assert names["25", "rec05a"] == "361-Modulo239.zip"
    numbers = [int(names["08", module].removesuffix(".zip")[-3:]) for module in MODULES]
    assert numbers == [229, 231, 232, 235, 237, 239]


def test_addresses_are_those_of_the_portal_or_of_another_base() -> None:
    """By default INEI's host over https; with a base of one's own, the same path under it."""
    (official,) = census_zips(["08"], ["rec01"])
    assert official.url.startswith("https://proyectos.inei.gob.pe/")
    assert official.url.endswith("/SPSS/344-Modulo229.zip")
    (own,) = census_zips(["08"], ["rec01"], "http://127.0.0.1:1/base/")
    assert own.url == "http://127.0.0.1:1/base/SPSS/344-Modulo229.zip"


def test_order_is_as_asked_and_repeats_are_one() -> None:
    """Departments and modules come as they were given, each once."""
    files = census_zips(["09", "08", "09"], ["rec02", "rec01", "rec02"])
    assert [(file.department, file.module) for file in files] == [
        *(("09", "rec02"), ("09", "rec01"), ("08", "rec02"), ("08", "rec01")),
    ]


def test_all_that_the_portal_has_not_is_named() -> None:
    """A name for a code, a 26th department and a misspelt module are told together, with what there is."""
    with pytest.raises(RetrievalError) as error:
        census_zips(["08", "Cusco", "26"], ["rec01", "rec1"])
    assert [problem.found for problem in error.value.problems] == ["«Cusco»", "«26»", "«rec1»"]
    assert all("05" in problem.expected or "rec01" in problem.expected for problem in error.value.problems)


def test_a_zip_of_spss_is_taken_whatever_its_case_and_folders(tmp_path: Path) -> None:
    """INEI's zips differ in case and in folders inside; a `.sav` anywhere is enough."""
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of("344-Modulo229/REC01.SAV", "ficha.pdf"))
    assert zip_problems(path, "a.zip") == []


WHOLE = zip_of("REC01.sav", content=bytes(range(256)) * 40)
NOT_ZIPS = {
    "page": (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html><title>Object moved</title></html>", "HTML"),
    "cut": (WHOLE[: len(WHOLE) // 2], "cortado"),
    "empty": (b"", "0 bytes"),
    "other": (b"%PDF-1.7 ...", "no es un zip"),
    "no sav": (zip_of("REC01.dta"), "REC01.dta"),
    "nothing in it": (zip_of(), "vacío"),
    "damaged": (WHOLE[:60] + b"\xff\xff\xff\xff" + WHOLE[64:], "dañado"),
}


@pytest.mark.parametrize("kind", NOT_ZIPS)
def test_what_is_no_zip_of_spss_is_told(tmp_path: Path, kind: str) -> None:
    """An error page, a body cut short, damage inside or no `.sav`: found is said in words, with five parts."""
    content, found = NOT_ZIPS[kind]
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    (problem,) = zip_problems(path, "https://portal/a.zip")
    assert problem.where == "https://portal/a.zip"
    assert found in problem.found
    assert all(problem.as_dict().values())

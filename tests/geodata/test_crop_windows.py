"""Windows of products are editable records, whole and in order, and a region's own say where they come from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geodata.crop_windows import WINDOWS_FILE, CropWindow, load_windows, windows_of
from geodata.errors import CatalogError
from geodata.fields import programme_crops

PAPER = """
[{key}]
label = "{label}"
altitude_m = {altitude}
temperature_c = [10, 20]
water = "irrigated"
water_note = "riego"
frost = "-1 °C"
src = "v"
basis = "referencial"
source = "Dirección Regional de Agricultura, 2026"
crops = {crops}
census_codes = []
"""

SECTION_8 = {
    "quinua": (2300, 2800, 3900, 4050),
    "papa_nativa": (3000, 3300, 4000, 4300),
    "arandano": (1800, 2200, 2900, 3200),
    "frambuesa": (2000, 2400, 3200, 3500),
    "aguaymanto": (1500, 1800, 2800, 3300),
    "alcachofa": (2300, 2500, 3450, 3600),
    "palta": (800, 1200, 2400, 2700),
    "cafe": (700, 1000, 1900, 2100),
    "cacao": (100, 300, 1000, 1300),
    "tara": (700, 1000, 2800, 3000),
    "trucha": (1800, 2500, 4100, 4500),
    "kiwicha": (1300, 1700, 3100, 3300),
    "maca": (3700, 4000, 4400, 4500),
    "tarwi": (2500, 2800, 3800, 4000),
    "mango": (0, 0, 800, 1200),
    "pimientos": (0, 0, 2400, 2900),
    "arveja": (2000, 2400, 3200, 3500),
}


def entry(
    key: str = "quinua", label: str = "Quinua", altitude: str = "[2000, 2500, 3500, 4000]", crops: str = "[]"
) -> str:
    return PAPER.format(key=key, label=label, altitude=altitude, crops=crops)


def written(folder: Path, text: str) -> Path:
    (folder / WINDOWS_FILE.name).write_text(text, encoding="utf-8")
    return folder


def test_the_windows_are_those_of_the_domain() -> None:
    """The seventeen products of section 8 with its altitudes, in its order."""
    assert {key: window.altitude_m for key, window in load_windows().items()} == SECTION_8
    assert list(load_windows()) == list(SECTION_8)


@pytest.mark.parametrize("window", load_windows().values(), ids=lambda window: window.product)
def test_every_window_says_what_backs_it(window: CropWindow) -> None:
    """Every judgement carries its basis and source, and what is never recorded says why."""
    assert window.basis == "propuesto"
    assert window.source
    assert window.water_note
    assert window.crops or window.absence
    assert (window.rain_mm is not None) == (window.water == "rainfed")
    assert window.origin == "project"


def test_every_product_of_the_programme_has_a_window() -> None:
    """No product of the programme lacks a window, and windows count crops under the product that the programme does."""
    programme = programme_crops()
    windows = load_windows().values()
    assert {window.programme for window in windows if window.programme} == set(programme.values())
    for window in windows:
        assert {programme[crop] for crop in window.crops if crop in programme} <= {window.programme}


def test_a_region_replaces_and_adds_entries(tmp_path: Path) -> None:
    """Only the entries of its file change; each window says from which file it comes."""
    own = entry(crops='["QUINUA"]') + entry("oca", "Oca", "[2800, 3000, 3800, 4000]", '["OCA"]')
    windows = windows_of(written(tmp_path, own))
    assert windows["quinua"].altitude_m == (2000, 2500, 3500, 4000)
    assert windows["cafe"] == load_windows()["cafe"]
    assert {key for key, window in windows.items() if window.origin == "region"} == {"quinua", "oca"}
    assert list(windows) == [*SECTION_8, "oca"]


def test_without_a_file_the_project_windows_stand(tmp_path: Path) -> None:
    """A workspace without a file of its own uses the project's windows, and cannot change them."""
    windows_of(tmp_path).pop("quinua")
    assert windows_of(tmp_path) == load_windows()


def test_every_problem_of_a_region_file_is_told_at_once(tmp_path: Path) -> None:
    """Disorder, other lengths, other words, other types, missing and unknown parts: one sentence each."""
    text = (
        entry(altitude="[3000, 2500, 3500, 4000]")
        + entry("cafe", altitude="[1, 2, 3]")
        + entry("cacao", altitude="[0, 1, 2, 90000]")
        + entry("tara", altitude='["a", 1, 2, 3]')
        + entry("mango").replace('water = "irrigated"', 'water = "rainfed"')
        + entry("palta").replace('water = "irrigated"', 'water = "sea"')
        + entry("maca").replace('src = "v"', 'colour = "v"')
        + entry("oca", crops='"OCA"')
        + 'sueltos = 1\n[Oca-2]\nlabel = 3\norigin = "region"\n'
    )
    with pytest.raises(CatalogError) as refused:
        windows_of(written(tmp_path, text))
    told = {problem.where for problem in refused.value.problems}
    expected = {"quinua.altitude_m", "cafe.altitude_m", "cacao.altitude_m", "tara.altitude_m", "mango.rain_mm"}
    expected |= {
        "palta.water",
        "maca",
        "maca.colour",
        "oca.crops",
        "oca.sueltos",
        "Oca-2",
        "Oca-2.label",
        "Oca-2.origin",
    }
    assert told == expected
    order = next(problem for problem in refused.value.problems if problem.where == "quinua.altitude_m")
    assert "a <= b <= c <= d" in order.expected
    assert all(str(tmp_path) in problem.repair for problem in refused.value.problems)


@pytest.mark.parametrize("number", ["nan", "inf", "true"])
def test_only_finite_numbers_are_altitudes(tmp_path: Path, number: str) -> None:
    """TOML writes nan, inf and true where a number goes; none of them is an altitude."""
    with pytest.raises(CatalogError, match="4 números"):
        windows_of(written(tmp_path, entry(altitude=f"[0, 1, 2, {number}]")))


def test_equal_corners_are_in_order(tmp_path: Path) -> None:
    """A window with steps is a window."""
    windows = windows_of(written(tmp_path, entry(altitude="[2000, 2000, 3500, 3500]")))
    assert windows["quinua"].altitude_m == (2000, 2000, 3500, 3500)


def test_a_crop_belongs_to_one_product(tmp_path: Path) -> None:
    """A recorded crop that two products claim would be told twice: refused, naming both."""
    with pytest.raises(CatalogError, match=re.escape("«CAFE» en 2")) as refused:
        windows_of(written(tmp_path, entry("te", "Té", crops='["CAFE"]')))
    assert refused.value.problems[0].where == "cafe, te"


@pytest.mark.parametrize("content", [b"[quinua", b"\xff\xfe\x00"])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that cannot be read is told as such, not as missing fields."""
    (tmp_path / WINDOWS_FILE.name).write_bytes(content)
    with pytest.raises(CatalogError, match="TOML legible"):
        windows_of(tmp_path)

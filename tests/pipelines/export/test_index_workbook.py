"""The index recomputed by another program from the workbook alone, and compared with ours cell by cell."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from geodata.workspace import Publication, Workspace
from layers.viability import Scores, rescore
from pipelines.export.index_cells import (
    DATA,
    HEADER_ROWS,
    NORMALISED,
    NOTES,
    PARAMETERS,
    PILLARS,
    RANGES,
    RESULT,
    TREATED,
)
from pipelines.export.index_scores import score_publication
from pipelines.export.index_workbook import write_index_workbook
from pipelines.export.selection import DEMO_NOTICE
from tests.find_office import NoOfficeError, is_demanded, obtain_office
from tests.pipelines.export.harm import HARMFUL
from tests.pipelines.export.recomputed import columns, differences, expected, recompute, with_figures, with_weights
from tests.pipelines.index_release import (
    ABSENT,
    BOTH_GATES,
    FEW_PRODUCERS,
    NO_AXIS,
    NO_LAND,
    NO_PILLAR,
    NOTHING,
    ONE_GAP,
    PUBLISHED_AT,
    TWINS,
    TWO_GAPS,
    UNCOUNTED,
    figures,
    publish_index,
    reference_of,
)

COMPUTED = (TREATED, NORMALISED, PILLARS, RESULT)
COUNTRY_COUNT, LARGEST_BYTES, LONGEST_S = 1_891, 8_000_000, 15.0

IN_BOTH = {"AND", "EXP", "IF", "ISNUMBER", "LN", "MAX", "MIN", "NOT", "RANK", "ROUND", "SUM", "SUMPRODUCT"}
"""Functions that LibreOffice and Excel 2010 both have."""

OTHER_WEIGHTS = {"access": 3.0, "rai_pct": 0.0, "irrigation": 0.0, "potential": 40.0, "conditions": 60.0, "scale": 0.25}

ONE_AXIS = {"potential": 0.0}
"""The other axis alone: a district without anything in this one still has a score."""


@dataclass(frozen=True)
class Case:
    """A workbook as LibreOffice recomputed it, the index that it should show, and from which figures."""

    book: Workbook
    scores: Scores
    inputs: pd.DataFrame


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """Return a release of forty districts with gaps and closed gates."""
    return publish_index(Workspace(tmp_path_factory.mktemp("index") / "workspace"), figures())


@pytest.fixture(scope="module")
def written(release: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workbook of the release."""
    path = tmp_path_factory.mktemp("book") / "index.xlsx"
    write_index_workbook(score_publication(release), path)
    return path


@pytest.fixture(scope="module")
def cases(release: Publication, written: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Case]:
    """Return the workbook as written, with weights changed in it, and with figures changed in it, all recomputed."""
    try:
        office = obtain_office()
    except NoOfficeError as error:
        if is_demanded():
            raise
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("office")
    reference = reference_of(release)
    inputs = release.table("index_inputs")
    spoilt = changed_figures(inputs)
    books = {"frozen": openpyxl.load_workbook(written)}
    books["weights"] = with_weights(written, OTHER_WEIGHTS)
    books["axis"] = with_weights(written, ONE_AXIS)
    books["figures"] = with_figures(written, spoilt)
    for name, book in books.items():
        # openpyxl writes no values: what comes back was computed
        book.save(folder / f"{name}.xlsx")
    recompute(office, [folder / f"{name}.xlsx" for name in books], folder / "out")
    back = {name: openpyxl.load_workbook(folder / "out" / f"{name}.xlsx", data_only=True) for name in books}
    return {
        "frozen": Case(back["frozen"], rescore(inputs, reference), inputs),
        "weights": Case(back["weights"], rescore(inputs, reference, OTHER_WEIGHTS), inputs),
        "axis": Case(back["axis"], rescore(inputs, reference, ONE_AXIS), inputs),
        "figures": Case(back["figures"], rescore(spoilt, reference), spoilt),
    }


def changed_figures(inputs: pd.DataFrame) -> pd.DataFrame:
    """Return other figures: gates that open and close, gaps that fill and open, another best and another Sierra."""
    spoilt = inputs.copy()
    spoilt.loc[NO_LAND, "agricultural_area_ha"] = 500.0
    spoilt.loc[30, "ppa_producers_count"] = 0.0
    spoilt.loc[NO_PILLAR, "irrigated_area_best_pct"] = 55.0
    spoilt.loc[31, "irrigated_area_best_pct"] = np.nan
    spoilt.loc[32, "is_sierra"] = False
    return spoilt


@pytest.mark.timeout(900)
@pytest.mark.parametrize("case", ["frozen", "weights", "axis", "figures"])
@pytest.mark.parametrize("sheet", COMPUTED)
def test_another_program_computes_the_same(
    case: str, sheet: str, cases: Mapping[str, Case], release: Publication
) -> None:
    """LibreOffice, from the file alone, gives every cell of ours: as published, with other weights, other figures."""
    given = cases[case]
    wanted = expected(given.scores, given.inputs, reference_of(release), sheet)
    assert list(differences(columns(given.book, sheet), wanted)) == []


@pytest.mark.timeout(900)
def test_the_cases_are_not_the_same_thrice(cases: Mapping[str, Case]) -> None:
    """Other weights move places and quadrants, other figures open and close gates: there is something to compare."""
    frozen, weights, spoilt = (cases[name].scores.table for name in ("frozen", "weights", "figures"))
    assert (frozen["viability_rank"] != weights["viability_rank"]).sum() > 10
    assert (frozen["quadrant"] != weights["quadrant"]).any()
    assert frozen["viability_score"].isna()[NO_AXIS]
    assert cases["axis"].scores.table["viability_score"].notna()[NO_AXIS]
    assert frozen.loc[NO_LAND, "gate"] == "no_agricultural_land"
    assert spoilt["gate"].isna()[NO_LAND]
    assert spoilt.loc[30, "gate"] == "few_producers"


@pytest.mark.parametrize("sheet", COMPUTED)
def test_every_cell_under_a_code_is_a_formula_that_keeps_our_value(
    sheet: str, written: Path, release: Publication
) -> None:
    """A viewer that does not recompute shows the same figures; no result is typed in."""
    book = openpyxl.load_workbook(written)[sheet]
    for row in book.iter_rows(min_row=HEADER_ROWS + 1):
        assert {cell.data_type for cell in row} == {"f"}
    inputs = release.table("index_inputs")
    reference = reference_of(release)
    wanted = expected(rescore(inputs, reference), inputs, reference, sheet)
    assert list(differences(columns(openpyxl.load_workbook(written, data_only=True), sheet), wanted)) == []


def test_missing_is_told_from_zero(written: Path) -> None:
    """A gap that a pillar bears, one that withholds it, nothing at all, a gate, a count that is not known."""
    shown = columns(openpyxl.load_workbook(written, data_only=True), RESULT)
    assert [shown["viability_score"][row] is None for row in (ONE_GAP, TWO_GAPS, NO_PILLAR, NOTHING)] == [
        False,
        True,
        True,
        True,
    ]
    assert shown["data_share_pct"][NOTHING] == 0
    assert [shown["gate"][row] is None for row in (NO_LAND, FEW_PRODUCERS, BOTH_GATES, UNCOUNTED)] == [
        False,
        False,
        False,
        True,
    ]
    assert shown["gate"][BOTH_GATES] == shown["gate"][NO_LAND] != shown["gate"][FEW_PRODUCERS]
    assert shown["viability_rank"][TWINS[0]] == shown["viability_rank"][TWINS[1]] is not None


def test_only_functions_that_old_programs_have(written: Path) -> None:
    """No formula asks for a function, an array form or a prefix that Excel 2010 or LibreOffice lack."""
    asked = set()
    for sheet in openpyxl.load_workbook(written):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert isinstance(cell.value, str)
                    asked |= set(re.findall(r"([A-Z_][A-Z0-9_.]*)\(", cell.value))
    assert asked <= IN_BOTH


def test_text_of_people_runs_nowhere(written: Path) -> None:
    """A name that starts with = + - or @ is a text in the data; what refers to it is a reference and nothing else."""
    book = openpyxl.load_workbook(written)
    cells = [book[DATA].cell(row, 2) for row in range(HEADER_ROWS + 1, HEADER_ROWS + 1 + len(HARMFUL))]
    assert [(cell.data_type, cell.value) for cell in cells] == [("s", name) for name in HARMFUL]
    assert all(cell.hyperlink is None for sheet in book for row in sheet.iter_rows() for cell in row)
    named = [book[RESULT].cell(row, 2).value for row in range(HEADER_ROWS + 1, HEADER_ROWS + 3)]
    assert named == ["=Datos!B5", "=Datos!B6"]
    for name in (DATA, RANGES, NOTES):
        assert all(cell.data_type != "f" for row in book[name].iter_rows() for cell in row)


def test_codes_are_text_headers_stay_and_filters_work(written: Path) -> None:
    """010101 stays 010101; headings and names stay in sight; the filter covers all rows and columns."""
    book = openpyxl.load_workbook(written)
    codes = [book[DATA].cell(row, 1) for row in range(HEADER_ROWS + 1, book[DATA].max_row + 1)]
    assert {(cell.data_type, len(str(cell.value)), cell.number_format) for cell in codes} == {("s", 6, "@")}
    for name in (DATA, *COMPUTED, RANGES):
        sheet = book[name]
        assert sheet.freeze_panes == f"C{HEADER_ROWS + 1}"
        last = sheet.cell(sheet.max_row, sheet.max_column).coordinate
        assert sheet.auto_filter.ref == f"A{HEADER_ROWS}:{last}"


def test_parameters_say_scale_weight_and_source(written: Path, release: Publication) -> None:
    """Each indicator has its two bounds, in its unit too, its weight now and as published, and who publishes it."""
    rows = list(openpyxl.load_workbook(written, data_only=True)[PARAMETERS].iter_rows(values_only=True))
    by_code = {row[0]: row for row in rows}
    reference = reference_of(release)
    for code in reference.indicators:
        posts, row = reference.goalposts[code], by_code[code]
        assert row[8:10] == pytest.approx((posts.low, posts.high))
        ends = np.expm1([posts.low, posts.high]) if posts.transform == "log1p" else [posts.low, posts.high]
        assert row[10:12] == pytest.approx(list(ends))
        assert row[6] == posts.direction
        assert row[13] == row[14] == reference.weights[code]
        assert all(row[2:5])
    assert sum(by_code[code][16] for code in reference.indicators) == pytest.approx(1)


def test_notes_say_release_method_and_what_is_absent(written: Path, release: Publication) -> None:
    """The file says from which release it is, how it computes, and why an indicator of the model is not in it."""
    notes = list(openpyxl.load_workbook(written)[NOTES].iter_rows(min_row=2, values_only=True))
    assert ("Publicación", release.release_id) in notes
    assert ("Fecha de publicación (UTC)", PUBLISHED_AT) in notes
    assert any(ABSENT in str(text) and "no está en los datos" in str(text) for _, text in notes)
    assert not any(DEMO_NOTICE in str(text) for _, text in notes)
    assert any(str(label).startswith("Fuente: ") for label, _ in notes)


def test_demo_says_so_on_every_sheet(tmp_path: Path) -> None:
    """Simulated figures carry the notice on paper and on the first line of the notes, and name no publisher."""
    demo = publish_index(Workspace(tmp_path / "workspace"), figures(), is_demo=True)
    write_index_workbook(score_publication(demo), tmp_path / "demo.xlsx")
    book = openpyxl.load_workbook(tmp_path / "demo.xlsx")
    assert all(DEMO_NOTICE in str(sheet.oddHeader.center.text) for sheet in book)
    assert DEMO_NOTICE in str(book[NOTES]["B2"].value)


def test_places_are_as_sure_as_the_draws_say(written: Path, release: Publication) -> None:
    """The ranges are those of the seeded draws, for the scored districts of the Sierra and no others."""
    scored = score_publication(release)
    shown = columns(openpyxl.load_workbook(written), RANGES)
    ranked = scored.inputs.loc[scored.scores.table["viability_rank"].notna(), "ubigeo"]
    assert shown["ubigeo"] == ranked.tolist()
    for name in ("rank_p05", "rank_p95"):
        assert shown[name] == scored.ranges.loc[ranked, name].tolist()


def test_the_same_index_gives_the_same_bytes(written: Path, release: Publication, tmp_path: Path) -> None:
    """A checksum can vouch for the file; other weights make another file."""
    write_index_workbook(score_publication(release), tmp_path / "again.xlsx")
    write_index_workbook(score_publication(release, {"access": 2.0}), tmp_path / "other.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == written.read_bytes()
    assert (tmp_path / "other.xlsx").read_bytes() != written.read_bytes()


def test_the_country_fits(tmp_path: Path) -> None:
    """All districts of the country: at most 8 MB and 15 seconds."""
    country = publish_index(Workspace(tmp_path / "workspace"), figures(COUNTRY_COUNT))
    scored = score_publication(country)
    started = time.perf_counter()
    write_index_workbook(scored, tmp_path / "country.xlsx")
    assert time.perf_counter() - started <= LONGEST_S
    assert (tmp_path / "country.xlsx").stat().st_size <= LARGEST_BYTES

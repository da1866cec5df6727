"""Bringing the census from a stand-in of INEI's portal: whole or named, kept, compared with what came before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

import pytest

from geodata.errors import Problem, RetrievalError
from pipelines import census_retrieval
from pipelines.census_retrieval import RECORD, RetrievedZip, read_record, retrieve_census
from pipelines.download import ProgressCallback, download
from pipelines.retrieve import sha256_of
from tests.pipelines.http_server import Answer, MisbehavingServer, serving
from tests.pipelines.test_census_portal import zip_of

FIRST, SECOND, CHANGED = (zip_of(f"REC0{number}.sav", content=bytes([number]) * 3000) for number in (1, 2, 3))
PAGE = b"<html><head><title>Servicio no disponible</title></head></html>"
ATTEMPTS = 2
SILENT = Answer(stall_after=5, understands_ranges=False)
REC01, REC02 = "344-Modulo229.zip", "344-Modulo231.zip"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no server longer than a blink."""
    fast = partial(download, timeout_s=0.2, attempts=ATTEMPTS, sleep=lambda _: None)
    monkeypatch.setattr(census_retrieval, "download", fast)


@pytest.fixture
def portal() -> Iterator[MisbehavingServer]:
    """Serve a portal that gives the same sound zip at every address unless told otherwise."""
    with serving(FIRST) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the zips go; it does not exist yet."""
    return tmp_path / "census"


class Cusco:
    """Retrieve modules of Cusco from the stand-in, and keep what was told."""

    def __init__(self, portal: MisbehavingServer, folder: Path) -> None:
        self.base_url = portal.url.rpartition("/")[0]
        self.folder = folder
        self.told: list[str] = []

    def __call__(self, *modules: str, again: bool = False) -> list[RetrievedZip]:
        return retrieve_census(
            self.folder,
            departments=["08"],
            modules=modules,
            base_url=self.base_url,
            again=again,
            announce=self.told.append,
        )

    def fails(self, *modules: str, again: bool = False) -> tuple[Problem, ...]:
        """Return the problems, after checking that each says all five things."""
        with pytest.raises(RetrievalError) as error:
            self(*modules, again=again)
        for problem in error.value.problems:
            assert all(problem.as_dict().values())
        return error.value.problems


@pytest.fixture
def cusco(portal: MisbehavingServer, folder: Path) -> Cusco:
    return Cusco(portal, folder)


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_zips_come_whole_with_their_provenance(cusco: Cusco, portal: MisbehavingServer, folder: Path) -> None:
    """Each module under the portal's name, with address, checksum found, size and date in the record."""
    portal.script = [Answer(body=FIRST), Answer(body=SECOND)]
    first, second = cusco("rec01", "rec02")
    assert files_in(folder) == {REC01, REC02, RECORD}
    assert (folder / REC02).read_bytes() == SECOND
    assert [seen.path for seen in portal.seen] == [f"/SPSS/{REC01}", f"/SPSS/{REC02}"]
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))[REC02]
    assert record == {
        **{"department": "08", "module": "rec02", "origin": "portal", "insecure": False},
        **{"url": second.source.url, "sha256": sha256_of(folder / REC02), "size_bytes": len(SECOND)},
        "retrieved_at": second.retrieved_at.isoformat(timespec="seconds"),
    }
    assert (first.attempts, first.replaced_sha256) == (1, None)


def test_what_is_here_and_as_recorded_is_not_asked_for(cusco: Cusco, portal: MisbehavingServer) -> None:
    """A second call asks the portal for nothing and returns the same files."""
    (first,) = cusco("rec01")
    (second,) = cusco("rec01")
    assert len(portal.seen) == 1
    assert (second.sha256, second.attempts) == (first.sha256, 0)


def test_all_failures_are_told_at_once_and_the_others_kept(
    cusco: Cusco, portal: MisbehavingServer, folder: Path
) -> None:
    """
    Six modules: sound, not there, cut off, an error page, cut without declared length, sound.

    Four problems, each with its address and what was found; two files in the folder, both in the record; the next
    call asks only for the four.
    """
    cut = Answer(cut_after=40, understands_ranges=False)
    portal.script = [
        *(Answer(), Answer(status=404), *[cut] * ATTEMPTS, Answer(body=PAGE, headers={"Content-Type": "text/html"})),
        *(Answer(cut_after=len(FIRST) // 2, says_length=False, etag=None), Answer(body=SECOND)),
    ]
    problems = cusco.fails("rec01", "rec02", "rec02a", "rec04", "rec04b", "rec05a")
    assert [problem.where.rpartition("Modulo")[2] for problem in problems] == [
        "231.zip",
        "232.zip",
        "235.zip",
        "237.zip",
    ]
    for problem, found in zip(problems, ("HTTP 404", "cortó", "HTML", "cortado"), strict=True):
        assert found in problem.found
    assert files_in(folder) - {".incoming"} == {REC01, "344-Modulo239.zip", RECORD}
    assert set(read_record(folder)) == {REC01, "344-Modulo239.zip"}
    asked = len(portal.seen)
    assert len(cusco("rec01", "rec02", "rec02a", "rec04", "rec04b", "rec05a")) == 6
    assert len(portal.seen) == asked + 4
    assert not (folder / ".incoming").exists()


def test_a_cut_transfer_goes_on_at_the_next_call(cusco: Cusco, portal: MisbehavingServer, folder: Path) -> None:
    """What came before the line broke is not asked for again."""
    # the second attempt of the first call goes on from byte 40, and is answered by silence
    portal.script = [Answer(cut_after=40), Answer(stall_after=0)]
    cusco.fails("rec01")
    cusco("rec01")
    assert portal.seen[-1].range == "bytes=40-"
    assert (folder / REC01).read_bytes() == FIRST


def test_a_page_in_place_of_a_zip_never_stays(cusco: Cusco, portal: MisbehavingServer, folder: Path) -> None:
    """An error page leaves no file behind, neither a former sound zip replaced: the one that was there stays."""
    cusco("rec01")
    portal.default = Answer(body=PAGE)
    (problem,) = cusco.fails("rec01", again=True)
    assert "HTML" in problem.found
    assert (folder / REC01).read_bytes() == FIRST
    assert files_in(folder) == {REC01, RECORD}
    assert cusco("rec01")[0].attempts == 0


def test_a_file_that_inei_changed_is_said_and_remembered(cusco: Cusco, portal: MisbehavingServer, folder: Path) -> None:
    """Asked again, another checksum is told; the record has the new one and, behind it, the former."""
    (before,) = cusco("rec01")
    portal.body = CHANGED
    (after,) = cusco("rec01", again=True)
    assert after.replaced_sha256 == before.sha256 != after.sha256
    assert (folder / REC01).read_bytes() == CHANGED
    assert any("el INEI cambió el archivo" in line for line in cusco.told)
    record = read_record(folder)[REC01]
    assert [former["sha256"] for former in record["former"]] == [before.sha256]
    (same,) = cusco("rec01", again=True)
    assert same.replaced_sha256 is None
    assert len(read_record(folder)[REC01]["former"]) == 1


def test_a_deleted_zip_is_compared_with_its_record(cusco: Cusco, portal: MisbehavingServer, folder: Path) -> None:
    """Even without the file the record tells whether what comes now is what came then."""
    (before,) = cusco("rec01")
    (folder / REC01).unlink()
    portal.body = CHANGED
    assert cusco("rec01")[0].replaced_sha256 == before.sha256


def test_a_zip_altered_here_is_brought_again(cusco: Cusco, folder: Path) -> None:
    """A file that is not as recorded is replaced by the portal's, and nobody says that INEI changed it."""
    cusco("rec01")
    (folder / REC01).write_bytes(SECOND)
    (mended,) = cusco("rec01")
    assert (folder / REC01).read_bytes() == FIRST
    assert (mended.attempts, mended.replaced_sha256) == (1, None)


def test_a_zip_brought_by_hand_is_taken_if_sound(cusco: Cusco, portal: MisbehavingServer, folder: Path) -> None:
    """Downloaded with a browser into the folder, it is checked and recorded as such; an error page is not taken."""
    folder.mkdir()
    (folder / REC01).write_bytes(SECOND)
    (folder / REC02).write_bytes(PAGE)
    by_hand, from_portal = cusco("rec01", "rec02")
    assert (by_hand.attempts, from_portal.attempts) == (0, 1)
    assert [read_record(folder)[name]["origin"] for name in (REC01, REC02)] == ["folder", "portal"]
    assert [seen.path for seen in portal.seen] == [f"/SPSS/{REC02}"]


def test_a_dead_line_is_given_up_after_three_files(cusco: Cusco, portal: MisbehavingServer) -> None:
    """Without any answer for three files the others are not asked for, and the message says how many."""
    portal.default = SILENT
    problems = cusco.fails("rec01", "rec02", "rec02a", "rec04", "rec04b", "rec05a")
    assert len(problems) == 4
    assert problems[-1].where == "344-Modulo235.zip y 2 más"
    assert len({seen.path for seen in portal.seen}) == 3


def test_refusals_do_not_count_as_a_dead_line(cusco: Cusco, portal: MisbehavingServer) -> None:
    """A portal that answers 404 to all is asked for all: an answer is an answer."""
    portal.default = Answer(status=404)
    assert len(cusco.fails("rec01", "rec02", "rec02a", "rec04", "rec04b")) == 5


@pytest.mark.parametrize("answer", [Answer(), Answer(status=404)], ids=["sound", "refused"])
def test_any_answer_shows_that_the_line_lives(cusco: Cusco, portal: MisbehavingServer, answer: Answer) -> None:
    """Two files without answer, one with, two without: nobody gives up, and the last is asked for too."""
    silence = [SILENT] * ATTEMPTS
    portal.script = [*silence, *silence, answer, *silence, *silence]
    problems = cusco.fails("rec01", "rec02", "rec02a", "rec04", "rec04b", "rec05a")
    assert len(problems) == 4 + (answer.status == 404)
    assert portal.seen[-1].path == "/SPSS/344-Modulo239.zip"


def test_wrong_names_ask_nobody(cusco: Cusco, portal: MisbehavingServer, folder: Path) -> None:
    """A module that does not exist is refused before anything is asked for or written."""
    (problem,) = cusco.fails("rec01", "rec99")
    assert problem.found == "«rec99»"
    assert not portal.seen
    assert not folder.exists()


@pytest.mark.parametrize("content", ["", "[]", '{"344-Modulo229.zip": {}}', '{"344-Modulo229.zip": 3}'])
def test_a_record_that_cannot_be_read_says_how_to_go_on(cusco: Cusco, folder: Path, content: str) -> None:
    """Nothing is guessed; without the record, sound zips are recorded again without being brought."""
    cusco("rec01")
    (folder / RECORD).write_text(content, encoding="utf-8")
    (problem,) = cusco.fails("rec01")
    assert RECORD in problem.repair
    (folder / RECORD).unlink()
    assert cusco("rec01")[0].attempts == 0


def test_progress_is_shown_per_file(cusco: Cusco, portal: MisbehavingServer, folder: Path) -> None:
    """The bar of each zip ends at its size."""
    ends: dict[str, tuple[int, int | None]] = {}

    def progress_for(name: str) -> AbstractContextManager[ProgressCallback]:
        return nullcontext(lambda done, total: ends.update({name: (done, total)}))

    retrieve_census(folder, departments=["08"], modules=["rec01"], base_url=cusco.base_url, progress_for=progress_for)
    assert ends == {REC01: (len(FIRST), len(FIRST))}

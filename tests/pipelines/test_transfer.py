"""A line that is cut, a server that falls silent, a file that changes: resumed, and never joined wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.download import download
from tests.pipelines.download_bench import (
    BODY,
    CUT,
    OTHER,
    OTHER_SHA256,
    SHA256,
    Waits,
    get,
    names,
    ranges,
    refused,
)
from tests.pipelines.http_server import Answer, MisbehavingServer, serving

# short for a test, long enough for a loaded machine to answer
PATIENCE_S = 0.8


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """Serve BODY and follow the script each test writes."""
    with serving(BODY) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Name a file in a folder that does not exist yet."""
    return tmp_path / "sources" / "fuente.zip"


def test_truncated_body_is_resumed(server: MisbehavingServer, target: Path) -> None:
    """After a cut only the missing bytes are asked for and sent, if the version is still the same."""
    server.script = [Answer(cut_after=CUT)]
    waits = Waits()
    result = get(server, target, sleep=waits)
    assert target.read_bytes() == BODY
    assert ranges(server) == [None, f"bytes={CUT}-"]
    assert server.seen[1].headers["If-Range"] == '"v1"'
    assert [seen.sent_bytes for seen in server.seen] == [CUT, len(BODY) - CUT]
    assert (result.attempts, result.resumed_bytes, list(waits)) == (2, CUT, [1.0])
    assert names(target) == ["fuente.zip"]


def test_cut_in_a_chunked_body_is_noticed(server: MisbehavingServer, target: Path) -> None:
    """A cut is noticed without Content-Length too, and resumed."""
    server.script = [Answer(is_chunked=True, cut_after=CUT)]
    assert get(server, target, sha256=None).resumed_bytes == CUT
    assert target.read_bytes() == BODY


def test_range_shorter_than_asked_is_continued(server: MisbehavingServer, target: Path) -> None:
    """A range that ends before the file does is not taken for the end."""
    server.script = [Answer(cut_after=CUT), Answer(longest_range=50_000)]
    assert get(server, target, sha256=None).resumed_bytes == CUT + 50_000
    assert target.read_bytes() == BODY


def test_compressed_body_is_not_resumed(server: MisbehavingServer, target: Path) -> None:
    """A cut in a body compressed on the way starts again: its offsets are not those of the file."""
    server.script = [Answer(is_compressed=True, cut_after=CUT)]
    server.default = Answer(is_compressed=True)
    get(server, target)
    assert target.read_bytes() == BODY
    assert ranges(server) == [None, None]


def test_server_without_ranges_starts_again(server: MisbehavingServer, target: Path) -> None:
    """A 200 answer to a Range request is the whole file, never glued to the part."""
    server.default = Answer(understands_ranges=False)
    server.script = [Answer(understands_ranges=False, cut_after=CUT)]
    result = get(server, target)
    assert target.read_bytes() == BODY
    assert ranges(server) == [None, f"bytes={CUT}-"]
    assert (server.seen[1].sent_bytes, result.resumed_bytes) == (len(BODY), 0)


def test_attempts_run_out_and_a_later_call_goes_on(server: MisbehavingServer, target: Path) -> None:
    """Waits double, the error says what came and what to do, and the part serves the next call."""
    server.script = [Answer(cut_after=50_000)] * 4
    waits = Waits()
    problem = refused(server, target, sleep=waits)
    assert list(waits) == [1.0, 2.0, 4.0]
    assert problem.where == server.url
    assert "intento 4 de 4" in problem.found
    assert "200,000 bytes guardados" in problem.repair
    assert names(target) == ["fuente.zip.part", "fuente.zip.part.json"]
    assert get(server, target).resumed_bytes == 200_000
    assert target.read_bytes() == BODY


def test_stalling_server_is_abandoned_and_resumed(server: MisbehavingServer, target: Path) -> None:
    """A server that falls silent is left after the timeout, and every byte that came is kept."""
    server.script = [Answer(stall_after=CUT)]
    result = get(server, target, timeout_s=PATIENCE_S)
    assert target.read_bytes() == BODY
    assert (result.attempts, result.resumed_bytes) == (2, CUT)


def test_dripping_server_is_abandoned_and_resumed(server: MisbehavingServer, target: Path) -> None:
    """A byte now and then defeats a read timeout: the minimum speed catches it."""
    server.script = [Answer(drip_after=0)]
    result = get(server, target, timeout_s=PATIENCE_S)
    assert target.read_bytes() == BODY
    assert result.attempts == 2
    assert 0 < result.resumed_bytes < len(BODY) / 100


def test_silent_server_gives_a_sentence(server: MisbehavingServer, target: Path) -> None:
    """No answer at all: every attempt is made, and the error says it in Spanish."""
    server.default = Answer(stall_after=0)
    problem = refused(server, target, timeout_s=0.3, attempts=2)
    assert "no respondió en 0.3 s" in problem.found
    assert len(server.seen) == 2


def test_nobody_listening_is_retried(target: Path) -> None:
    """A refused connection is retried, then told in Spanish."""
    with serving(BODY) as gone:
        pass
    waits = Waits()
    problem = refused(gone, target, sleep=waits)
    assert "rechazó la conexión" in problem.found
    assert len(waits) == 3


@pytest.mark.parametrize("ignores_if_range", [False, True])
def test_changed_file_starts_again(server: MisbehavingServer, target: Path, ignores_if_range: bool) -> None:
    """When the file changes between two parts all of it comes again, even if If-Range is ignored."""
    server.script = [Answer(cut_after=CUT)]
    server.default = Answer(body=OTHER, etag='"v2"', ignores_if_range=ignores_if_range)
    result = get(server, target, sha256=None)
    assert target.read_bytes() == OTHER
    assert (result.sha256, result.resumed_bytes) == (OTHER_SHA256, 0)


def test_range_beyond_the_end_starts_again(server: MisbehavingServer, target: Path) -> None:
    """A 416 answer (the file is shorter now) discards the part within the same attempt."""
    server.script = [Answer(etag=None, cut_after=280_000)]
    server.default = Answer(body=OTHER, etag=None)
    result = get(server, target, sha256=OTHER_SHA256)
    assert target.read_bytes() == OTHER
    assert (result.attempts, ranges(server)) == (2, [None, "bytes=280000-", None])


def test_date_serves_where_there_is_only_a_weak_etag(server: MisbehavingServer, target: Path) -> None:
    """A weak ETag may not go in If-Range: the date does."""
    date = "Wed, 01 Jan 2025 00:00:00 GMT"
    server.script = [Answer(etag='W/"v1"', last_modified=date, cut_after=CUT)]
    server.default = Answer(etag='W/"v1"', last_modified=date)
    assert get(server, target, sha256=None).resumed_bytes == CUT
    assert server.seen[1].headers["If-Range"] == date
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("sha256", [None, SHA256])
def test_resume_needs_a_guard(server: MisbehavingServer, target: Path, sha256: str | None) -> None:
    """Without version and without checksum a part is not trusted; the checksum alone is guard enough."""
    server.script = [Answer(etag=None, cut_after=CUT)]
    server.default = Answer(etag=None)
    get(server, target, sha256=sha256)
    assert target.read_bytes() == BODY
    assert ranges(server) == [None, f"bytes={CUT}-" if sha256 else None]


def test_part_of_another_address_is_discarded(server: MisbehavingServer, target: Path) -> None:
    """A part that came from another address does not serve."""
    server.script = [Answer(cut_after=CUT)]
    refused(server, target, attempts=1)
    download(server.url + "?v=2", target, sha256=SHA256)
    assert target.read_bytes() == BODY
    assert ranges(server) == [None, None]


def test_complete_part_is_only_verified(server: MisbehavingServer, target: Path) -> None:
    """A run stopped between the last byte and the rename costs no request."""
    server.script = [Answer(cut_after=CUT)]
    refused(server, target, attempts=1)
    target.with_name("fuente.zip.part").write_bytes(BODY)
    assert get(server, target).resumed_bytes == len(BODY)
    assert target.read_bytes() == BODY
    assert len(server.seen) == 1


def test_wrong_checksum_is_retried_once_from_zero(server: MisbehavingServer, target: Path) -> None:
    """A wrong file is deleted, tried once more from zero, and refused with both checksums and the repair."""
    server.default = Answer(body=OTHER, headers={"Content-Type": "text/html"})
    problem = refused(server, target)
    assert ranges(server) == [None, None]
    assert names(target) == []
    assert problem.where == server.url
    assert SHA256 in problem.expected
    assert OTHER_SHA256 in problem.found
    assert "250,000 bytes, text/html" in problem.found
    assert "geodata/catalog.toml" in problem.repair


def test_damaged_part_is_repaired(server: MisbehavingServer, target: Path) -> None:
    """A part damaged on disk makes a wrong file once; the second try from zero makes it right."""
    server.script = [Answer(cut_after=CUT)]
    refused(server, target, attempts=1)
    target.with_name("fuente.zip.part").write_bytes(b"0" * CUT)
    result = get(server, target)
    assert target.read_bytes() == BODY
    assert ranges(server) == [None, f"bytes={CUT}-", None]
    assert (result.attempts, result.resumed_bytes) == (2, 0)

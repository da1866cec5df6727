"""One distribution over HTTP: what is asked for, what is accepted, and what a person is told."""

from __future__ import annotations

import errno
import io
import shutil
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from geodata.errors import RetrievalError
from pipelines import transfer
from pipelines.download import download
from tests.pipelines.download_bench import BODY, CUT, SHA256, Waits, get, names, refused
from tests.pipelines.http_server import Answer, MisbehavingServer, serving


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """Serve BODY and follow the script each test writes."""
    with serving(BODY) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Name a file in a folder that does not exist yet."""
    return tmp_path / "sources" / "fuente.zip"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for 127.0.0.1 that nobody has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("hace falta openssl para crear el certificado de prueba")
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    order = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    order += ["-keyout", str(pem), "-out", str(pem) + ".crt", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*order, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    pem.write_bytes(pem.read_bytes() + Path(f"{pem}.crt").read_bytes())
    return pem


def test_whole_file_arrives_and_is_recorded(server: MisbehavingServer, target: Path) -> None:
    """A well-behaved server: one request, the exact bytes, nothing else in the folder, a full record."""
    before = datetime.now(UTC) - timedelta(seconds=2)
    result = get(server, target)
    assert target.read_bytes() == BODY
    assert names(target) == ["fuente.zip"]
    assert (result.path, result.url) == (target, server.url)
    assert (result.sha256, result.size_bytes) == (SHA256, len(BODY))
    assert (result.attempts, result.resumed_bytes, result.insecure) == (1, 0, False)
    assert before <= result.retrieved_at <= datetime.now(UTC)
    assert len(server.seen) == 1
    assert "AtlasSierra" in server.seen[0].headers["User-Agent"]
    assert server.seen[0].headers["Accept-Encoding"] == "identity"


def test_present_file_is_not_asked_for_again(server: MisbehavingServer, target: Path) -> None:
    """A file that is there with the right checksum costs no request; the progress still ends at the total."""
    target.parent.mkdir()
    target.write_bytes(BODY)
    told: list[tuple[int, int | None]] = []
    result = get(server, target, sha256=SHA256.upper(), progress=lambda *step: told.append(step))
    assert server.seen == []
    assert (result.attempts, result.sha256, told) == (0, SHA256, [(len(BODY), len(BODY))])


def test_present_file_with_another_checksum_is_replaced(server: MisbehavingServer, target: Path) -> None:
    """An outdated file gives way only to the right one; when the server fails it stays as it was."""
    target.parent.mkdir()
    target.write_bytes(b"old")
    server.script = [Answer(status=404)]
    with pytest.raises(RetrievalError):
        get(server, target)
    assert target.read_bytes() == b"old"
    get(server, target)
    assert target.read_bytes() == BODY


def test_unknown_checksum_is_computed(server: MisbehavingServer, target: Path) -> None:
    """Without a known checksum the result carries the one of the file, now and when it is already there."""
    assert get(server, target, sha256=None).sha256 == SHA256
    assert get(server, target, sha256=None).sha256 == SHA256
    assert len(server.seen) == 1


NO_LENGTH = [Answer(is_compressed=True), Answer(is_chunked=True), Answer(says_length=False)]


@pytest.mark.parametrize("answer", NO_LENGTH)
def test_bodies_without_a_usable_length(server: MisbehavingServer, target: Path, answer: Answer) -> None:
    """Compressed on the way, in chunks, or ended by hanging up: the file on disk is the hashed one."""
    server.default = answer
    get(server, target)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("status", [403, 404, 410, 418])
def test_final_answers_are_not_repeated(server: MisbehavingServer, target: Path, status: int) -> None:
    """An answer that will not change is asked for once, and the error offers the way by hand."""
    server.default = Answer(status=status, body=b"<html>no</html>")
    waits = Waits()
    problem = refused(server, target, sleep=waits)
    assert f"HTTP {status} (" in problem.found
    assert "retrieve --pack" in problem.repair
    assert (len(server.seen), list(waits), names(target)) == (1, [], [])


def test_busy_server_is_given_time(server: MisbehavingServer, target: Path) -> None:
    """503 twice, then the file: growing waits between the three attempts."""
    server.script = [Answer(status=503)] * 2
    waits = Waits()
    assert get(server, target, sleep=waits).attempts == 3
    assert list(waits) == [1.0, 2.0]
    assert target.read_bytes() == BODY


def test_retry_after_is_honoured(server: MisbehavingServer, target: Path) -> None:
    """429 waits what the server asks, in seconds or until a date."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    server.script = [Answer(status=429, headers={"Retry-After": after}) for after in ("7", date, "soon")]
    waits = Waits()
    get(server, target, sleep=waits)
    assert waits[0] == 7.0
    assert 50 < waits[1] <= 60
    assert waits[2] == 4.0


def test_long_retry_after_is_told_instead_of_waited(server: MisbehavingServer, target: Path) -> None:
    """Nobody waits an hour in front of a terminal: the error says how long the server asks for."""
    server.default = Answer(status=429, headers={"Retry-After": "3600"})
    assert "3,600 s" in refused(server, target).found
    assert len(server.seen) == 1


def test_endless_redirect_is_refused(server: MisbehavingServer, target: Path) -> None:
    """A redirect to itself, or to a file of this machine, ends in a sentence."""
    server.default = Answer(status=302, headers={"Location": server.url})
    assert "TooManyRedirects" in refused(server, target).found
    server.default = Answer(status=302, headers={"Location": "file:///etc/hostname"})
    assert "InvalidSchema" in refused(server, target).found


NOT_WEB = ["file:///etc/hostname", "ftp://127.0.0.1/x", "fuente.zip", "http:///x", "http://[x"]


@pytest.mark.parametrize("url", NOT_WEB)
def test_only_web_addresses(target: Path, url: str) -> None:
    """Any other scheme is refused with a sentence before anything is opened."""
    with pytest.raises(RetrievalError, match="http:// o https://"):
        download(url, target, sha256=SHA256)
    assert not target.parent.exists()


def test_every_wrong_argument_is_told_at_once(tmp_path: Path) -> None:
    """Address, checksum, destination and certificates: four problems in one error."""
    with pytest.raises(RetrievalError) as caught:
        download("ftp://x", tmp_path, sha256="abc", ca_bundle=tmp_path / "missing.pem")
    assert len(caught.value.problems) == 4


def test_unknown_certificate_is_refused_unless_said_so(target: Path, certificate: Path) -> None:
    """TLS is verified: no retry, no file; a bundle makes it right, `insecure` is explicit and recorded."""
    with serving(BODY, certificate) as server:
        assert "ca_bundle" in refused(server, target).repair
        assert server.seen == []
        trusted = get(server, target, ca_bundle=Path(f"{certificate}.crt"))
        assert (trusted.insecure, target.read_bytes()) == (False, BODY)
        target.unlink()
        assert get(server, target, insecure=True).insecure
        assert not get(server, target, insecure=True).insecure, "nothing was asked for: nothing was insecure"


def test_redirect_to_http_is_refused(server: MisbehavingServer, target: Path, certificate: Path) -> None:
    """An https address that ends in http is not taken silently."""
    with serving(BODY, certificate) as encrypted:
        encrypted.default = Answer(status=302, headers={"Location": server.url})
        assert "desvío a http" in refused(encrypted, target, ca_bundle=Path(f"{certificate}.crt")).found


def test_progress_only_grows_and_ends_at_the_total(server: MisbehavingServer, target: Path) -> None:
    """Through a cut, a fresh start and a resume the progress never goes back."""
    server.script = [Answer(cut_after=CUT), Answer(understands_ranges=False, cut_after=50_000)]
    told: list[tuple[int, int | None]] = []
    get(server, target, progress=lambda *step: told.append(step))
    done = [step[0] for step in told]
    assert done == sorted(done)
    assert {step[1] for step in told} == {len(BODY)}
    assert told[-1] == (len(BODY), len(BODY))


def test_progress_without_length_ends_at_the_total(server: MisbehavingServer, target: Path) -> None:
    """An unknown total is told as unknown until the end."""
    server.default = Answer(says_length=False)
    told: list[tuple[int, int | None]] = []
    get(server, target, progress=lambda *step: told.append(step))
    assert told[0][1] is None
    assert told[-1] == (len(BODY), len(BODY))


def test_interrupted_download_goes_on_later(server: MisbehavingServer, target: Path) -> None:
    """Ctrl+C leaves the part, and nothing else, for the next call."""

    def interrupt(done_bytes: int, _total_bytes: int | None) -> None:
        if done_bytes >= CUT:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        get(server, target, progress=interrupt)
    assert names(target) == ["fuente.zip.part", "fuente.zip.part.json"]
    assert get(server, target).resumed_bytes >= CUT
    assert target.read_bytes() == BODY


def test_full_disk_keeps_the_part(server: MisbehavingServer, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is said as such, not retried, and the part is there to go on from."""

    class FullDisk(io.FileIO):
        def write(self, data: Any, /) -> int:
            if self.tell() + len(data) > CUT:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)

    monkeypatch.setattr(transfer, "open_part", lambda part: FullDisk(part, "ab"))
    waits = Waits()
    problem = refused(server, target, sleep=waits)
    monkeypatch.setattr(transfer, "open_part", lambda part: part.open("ab"))
    assert (problem.what, list(waits)) == ("el disco está lleno", [])
    kept_bytes = target.with_name("fuente.zip.part").stat().st_size
    assert 0 < kept_bytes <= CUT
    assert get(server, target).resumed_bytes == kept_bytes


def test_folder_that_cannot_be_made_is_told(server: MisbehavingServer, tmp_path: Path) -> None:
    """A file where a folder should be: a sentence, not a traceback."""
    (tmp_path / "sources").write_text("a file")
    with pytest.raises(RetrievalError, match="no se pudo guardar"):
        get(server, tmp_path / "sources" / "fuente.zip")

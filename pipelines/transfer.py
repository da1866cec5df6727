"""
A pooch downloader that survives bad lines: it streams to a part, retries, resumes and verifies.

The bytes go to `<target>.part`; `<target>.part.json` remembers which version of the remote file they belong
to, so that a later call, in this process or another, goes on with `Range` + `If-Range` and never joins two.
Left out: several connections at once, and a lock: the checksum is of the whole file, so two processes on one
target cost each other a second try, never a wrong file.
"""

from __future__ import annotations

import json
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

import pooch
import requests
import urllib3

from geodata.errors import RetrievalError
from pipelines.http_answer import (
    BY_HAND,
    Origin,
    TransientError,
    content_range,
    is_encoded,
    is_untrusted,
    refusal,
    require_status,
    tell,
)
from pipelines.progress import ProgressCallback

CHUNK_BYTES = 1 << 16
# Judgement: a tenth of a poor 2G line (about 1 kB/s). Below it a server is dripping, not sending.
MINIMUM_SPEED_BYTES_PER_S = 100
# Judgement: waits of 1, 2, 4... s let a restarting server recover; past a minute nobody is still watching.
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0

_log = logging.getLogger(__name__)


class _ChecksumError(TransientError):
    """The whole file came and is not the expected one."""


@dataclass
class Transfer:
    """
    One file from `url` to `target`, callable by pooch; afterwards it says how it went.

    `sha256` is lower case or `None`. `verify` is what requests understands: `True`, the path of a PEM bundle,
    or `False` for any certificate.
    """

    session: requests.Session
    url: str
    target: Path
    sha256: str | None
    attempts: int
    timeout_s: float
    progress: ProgressCallback | None
    sleep: Callable[[float], None]
    verify: bool | str
    attempts_made: int = field(default=0, init=False)
    resumed_bytes: int = field(default=0, init=False)
    found_sha256: str | None = field(default=None, init=False)
    _reported_bytes: int = field(default=0, init=False)
    _content_type: str = field(default="de tipo desconocido", init=False)

    @property
    def part(self) -> Path:
        """Where the bytes wait until they are all there."""
        return self.target.with_name(self.target.name + ".part")

    @property
    def _note(self) -> Path:
        return self.target.with_name(self.target.name + ".part.json")

    def __call__(self, _url: str, output_file: str, _pooch: object) -> None:
        """Give pooch the whole, verified file under the temporary name it chose."""
        temporary = Path(output_file)
        temporary.unlink()  # pooch makes it empty, and a killed process would leave it behind
        self._persist()
        self.part.replace(temporary)
        self._note.unlink(missing_ok=True)

    def _persist(self) -> None:
        """Attempt until the part is the whole, verified file."""
        was_wrong = False
        for attempt in range(1, self.attempts + 1):
            self.attempts_made = attempt
            try:
                self._attempt()
                self._verify()
                return
            except TransientError as failure:
                is_wrong = isinstance(failure, _ChecksumError)
                if attempt == self.attempts or (is_wrong and was_wrong):
                    raise self._surrender(failure) from failure
                was_wrong = was_wrong or is_wrong
                backoff_s = min(FIRST_WAIT_S * 2 ** (attempt - 1), LONGEST_WAIT_S)
                wait_s = backoff_s if failure.wait_s is None else failure.wait_s
                again = f"intento {attempt + 1} de {self.attempts} en {wait_s:.0f} s"
                _log.warning("%s: %s; %s", self.target.name, failure, again)
                self.sleep(wait_s)

    def _attempt(self) -> None:
        """Ask once for what is missing, or for everything if the part is not of what the server has now."""
        origin, offset = self._origin_of_part()
        if origin is not None and offset == origin.total_bytes:
            # stopped between the last byte and the rename: only the checksum is due
            self.resumed_bytes = offset
            self._report(offset, offset)
            return
        if origin is not None and self._resume(origin, offset):
            return
        with self._get({}) as response:
            require_status(response, 200, self.url)
            self._receive_whole(response)

    def _resume(self, origin: Origin, offset: int) -> bool:
        """Go on from the part; return whether the answer was of use."""
        headers = {"Range": f"bytes={offset}-"}
        if origin.validator:
            headers["If-Range"] = origin.validator
        with self._get(headers) as response:
            if response.status_code == 200:  # no ranges here, or the file changed: this is all of it
                self._receive_whole(response)
                return True
            now = Origin.of(self.url, response)
            is_next = content_range(response)[0] == offset and not is_encoded(response)
            is_same = origin.agrees_with(now)  # some servers ignore If-Range and go on with another version
            if response.status_code in (206, 416) and not (is_next and is_same):
                self._discard_part()
                return False
            require_status(response, 206, self.url)
            self.resumed_bytes = offset
            self._receive(response, offset, now.total_bytes or origin.total_bytes)
            return True

    def _receive_whole(self, response: requests.Response) -> None:
        """Start the part again from the first byte."""
        self._discard_part()
        self.resumed_bytes = 0
        origin = Origin.of(self.url, response)
        # no note, no resume: offsets in a compressed body are not those of the file
        if not is_encoded(response):
            self._note.write_text(json.dumps(asdict(origin)), encoding="utf-8")
        self._receive(response, 0, origin.total_bytes)

    def _receive(self, response: requests.Response, offset: int, total_bytes: int | None) -> None:
        """Append the body to the part, and check its length if the server said it."""
        self._content_type = response.headers.get("Content-Type", self._content_type)
        done_bytes = offset
        with open_part(self.part) as file:
            for chunk in self._chunks(response):
                file.write(chunk)
                done_bytes += len(chunk)
                self._report(done_bytes, total_bytes)
            file.flush()
            os.fsync(file.fileno())
        if total_bytes is None:
            self._report(done_bytes, done_bytes)
        elif done_bytes != total_bytes:
            raise TransientError(f"llegaron {done_bytes:,} de {total_bytes:,} bytes")

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        """Yield the body as it comes; raise on a cut, a silence, or `timeout_s` below the minimum speed."""
        span_start, span_bytes = time.monotonic(), 0
        while True:
            try:
                # read1 hands over what has come; read would lose up to a chunk when the line is cut
                chunk = response.raw.read1(CHUNK_BYTES, decode_content=True)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise TransientError(tell(error, self.timeout_s)) from error
            if not chunk:
                return
            yield chunk
            span_bytes += len(chunk)
            span_s = time.monotonic() - span_start
            if span_s >= self.timeout_s:
                if span_bytes < MINIMUM_SPEED_BYTES_PER_S * span_s:
                    raise TransientError(f"el servidor envía menos de {MINIMUM_SPEED_BYTES_PER_S} bytes/s")
                span_start, span_bytes = time.monotonic(), 0

    def _get(self, headers: dict[str, str]) -> requests.Response:
        """Send one request; a failing line is transient, a refused certificate or address is final."""
        try:
            with warnings.catch_warnings():  # no certificate: told in Spanish and recorded by download()
                warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
                response = self.session.get(
                    self.url, headers=headers, stream=True, timeout=self.timeout_s, verify=self.verify
                )
        except (requests.ConnectionError, requests.Timeout) as error:
            if is_untrusted(error):
                repair = f"indique el certificado de la entidad (ca_bundle), o {BY_HAND}"
                raise refusal(self.url, "un certificado verificable", "uno que no lo es", repair) from error
            raise TransientError(tell(error, self.timeout_s)) from error
        except requests.RequestException as error:
            found = f"una que no se puede seguir ({type(error).__name__})"
            raise refusal(self.url, "una dirección http o https", found, BY_HAND) from error
        was_encrypted = self.url.lower().startswith("https:")
        if was_encrypted and response.url.startswith("http:") and self.verify is not False:
            response.close()
            raise refusal(self.url, "https en todo el camino", "un desvío a http, sin cifrar", BY_HAND)
        return response

    def _verify(self) -> None:
        """Keep the checksum of the part, or discard the part if it is not the expected one."""
        self.found_sha256 = str(pooch.file_hash(str(self.part), alg="sha256"))
        if self.sha256 not in (None, self.found_sha256):
            found = f"sha256 {self.found_sha256} ({self.part.stat().st_size:,} bytes, {self._content_type})"
            self._discard_part()
            raise _ChecksumError(found)

    def _surrender(self, failure: TransientError) -> RetrievalError:
        """Return the error that ends the attempts."""
        found = f"{failure} (intento {self.attempts_made} de {self.attempts})"
        if isinstance(failure, _ChecksumError):
            new_version = "si la fuente publicó otra versión, actualice su sha256 en geodata/catalog.toml"
            return refusal(self.url, f"sha256 {self.sha256}", found, f"{new_version}; si no, {BY_HAND}")
        _, kept_bytes = self._origin_of_part()
        go_on = f"seguirá desde los {kept_bytes:,} bytes guardados" if kept_bytes else "empezará de nuevo"
        return refusal(self.url, "el archivo completo", found, f"repita la orden: {go_on}; o {BY_HAND}")

    def _origin_of_part(self) -> tuple[Origin | None, int]:
        """Return the version and size of the part; discard it if two versions could get joined."""
        try:
            origin = Origin(**json.loads(self._note.read_text(encoding="utf-8")))
            size_bytes = self.part.stat().st_size
        except (FileNotFoundError, ValueError, TypeError):
            self._discard_part()
            return None, 0
        is_guarded = origin.url == self.url and (origin.validator or self.sha256)
        is_longer = origin.total_bytes is not None and size_bytes > origin.total_bytes
        if is_guarded and size_bytes and not is_longer:
            return origin, size_bytes
        self._discard_part()
        return None, 0

    def _discard_part(self) -> None:
        # the part first: a note without its part is harmless, a part with another's note is not
        self.part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _report(self, done_bytes: int, total_bytes: int | None) -> None:
        """Tell the progress, never backwards: after a fresh start it waits until it is caught up with."""
        self._reported_bytes = max(self._reported_bytes, done_bytes)
        if total_bytes is not None:
            self._reported_bytes = min(self._reported_bytes, total_bytes)
        if self.progress is not None:
            self.progress(self._reported_bytes, total_bytes)


def open_part(part: Path) -> BinaryIO:
    """Open the part for appending."""
    return part.open("ab")

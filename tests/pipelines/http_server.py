"""A small HTTP server on the loopback that misbehaves on request and remembers what it was asked."""

from __future__ import annotations

import re
import ssl
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

_FROM = re.compile(r"bytes=(\d+)-")


@dataclass(frozen=True)
class Answer:
    """How to answer one request; the default sends the whole body and understands ranges."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    etag: str | None = '"v1"'
    last_modified: str | None = None
    understands_ranges: bool = True
    ignores_if_range: bool = False
    says_length: bool = True
    cut_after: int | None = None
    """Close the connection after this many bytes of body."""
    stall_after: int | None = None
    """Send this many bytes of body and then nothing more."""
    drip_after: int | None = None
    """Send this many bytes of body and then one every 20 ms."""
    longest_range: int | None = None
    """Give at most this many bytes of an asked range, properly declared."""
    is_compressed: bool = False
    is_chunked: bool = False


@dataclass
class Seen:
    """One request as the server saw it, and the bytes of body it sent back."""

    path: str
    headers: dict[str, str]
    sent_bytes: int = 0

    @property
    def range(self) -> str | None:
        return self.headers.get("Range")


class MisbehavingServer(ThreadingHTTPServer):
    """Serves `body` at every path, following `script` for the first requests and `default` for the rest."""

    daemon_threads = True

    def __init__(self, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body = body
        self.script: list[Answer] = []
        self.default = Answer()
        self.seen: list[Seen] = []
        self.is_closing = threading.Event()
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}/fuente.zip"

    def use_certificate(self, pem: Path) -> None:
        """Speak TLS with the key and the certificate in `pem`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "https"

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay quiet: clients that hang up are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: MisbehavingServer

    def do_GET(self) -> None:
        seen = Seen(self.path, dict(self.headers.items()))
        self.server.seen.append(seen)
        answer = self.server.script.pop(0) if self.server.script else self.server.default
        body = self.server.body if answer.body is None else answer.body
        body = zlib.compress(body) if answer.is_compressed else body
        if answer.is_chunked:
            self.protocol_version = "HTTP/1.1"
        if answer.status != 200:
            self._send_head(answer.status, answer, {"Content-Length": str(len(answer.body or b""))})
            self.wfile.write(answer.body or b"")
            return
        start = self._first_byte(answer)
        if start is not None and start >= len(body):
            self._send_head(416, answer, {"Content-Range": f"bytes */{len(body)}"})
            return
        is_short = start is not None and answer.longest_range is not None
        end = min(len(body), (start or 0) + (answer.longest_range or 0)) if is_short else len(body)
        headers = {"Content-Length": str(end - (start or 0))} if answer.says_length else {}
        if start is not None:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(body)}"
        if answer.is_compressed:
            headers["Content-Encoding"] = "deflate"
        if answer.is_chunked:
            headers = {"Transfer-Encoding": "chunked", "Connection": "close"}
        self._send_head(200 if start is None else 206, answer, headers)
        self._send_body(body[start or 0 : end], answer, seen)

    def _first_byte(self, answer: Answer) -> int | None:
        """Return where the asked range starts, or `None` to send everything."""
        match = _FROM.fullmatch(self.headers.get("Range", ""))
        condition = self.headers.get("If-Range")
        is_fresh = condition is None or condition in (answer.etag, answer.last_modified)
        if match is None or not answer.understands_ranges or not (is_fresh or answer.ignores_if_range):
            return None
        return int(match[1])

    def _send_head(self, status: int, answer: Answer, headers: dict[str, str]) -> None:
        self.send_response(status)
        if answer.status == 200:
            headers = {"Content-Type": "application/zip"} | headers
            headers |= {"ETag": answer.etag} if answer.etag else {}
            headers |= {"Last-Modified": answer.last_modified} if answer.last_modified else {}
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, body: bytes, answer: Answer, seen: Seen) -> None:
        faults = (answer.cut_after, answer.stall_after, answer.drip_after)
        limits = [limit for limit in faults if limit is not None]
        first = body[: min(limits)] if limits else body
        # counted before it is sent: the client may be done, and asking, before this thread runs again
        seen.sent_bytes = len(first)
        self.wfile.write(b"%x\r\n%b\r\n" % (len(first), first) if answer.is_chunked else first)
        self.wfile.flush()
        if answer.is_chunked and not limits:
            self.wfile.write(b"0\r\n\r\n")
        if answer.stall_after is not None:
            self.server.is_closing.wait(10)
        if answer.drip_after is not None:
            for byte in body[answer.drip_after :]:
                self.wfile.write(bytes([byte]))
                if self.server.is_closing.wait(0.02):
                    return

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test output clean."""


@contextmanager
def serving(body: bytes, pem: Path | None = None) -> Iterator[MisbehavingServer]:
    """Yield a running server on a free port of the loopback, over TLS if given a certificate."""
    server = MisbehavingServer(body)
    if pem is not None:
        server.use_certificate(pem)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NO_PROXY", "127.0.0.1")  # also on machines that browse through a proxy
            yield server
    finally:
        server.is_closing.set()
        server.shutdown()
        server.server_close()
        thread.join()

"""What an HTTP answer, or the lack of one, means for a download: final or not, same version or another."""

from __future__ import annotations

import email.utils
import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import requests

from geodata.errors import Problem, RetrievalError

# Judgement: five minutes is the most a person at a terminal should wait because a server asks for it.
LONGEST_RETRY_AFTER_S = 300.0

BY_HAND = "descargue el archivo con un navegador y use: python -m pipelines retrieve --pack CARPETA"
_STATUS_MEANING = {
    401: "el servidor pide una clave",
    403: "el servidor niega el acceso",
    404: "no hay nada en esa dirección",
    410: "el archivo fue retirado",
    418: "el servidor rechaza a los programas",
    429: "el servidor pide menos consultas",
}
_CAUSE_MEANING: dict[type[BaseException], str] = {
    socket.gaierror: "el nombre del servidor no se resuelve (¿hay internet?)",
    ConnectionRefusedError: "el servidor rechazó la conexión",
    ConnectionResetError: "el servidor cortó la conexión",
    http.client.IncompleteRead: "el servidor cortó el envío",
}
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class TransientError(Exception):
    """One attempt failed and another may not; `pipelines.transfer` makes the last one a RetrievalError."""

    def __init__(self, found: str, *, wait_s: float | None = None) -> None:
        super().__init__(found)
        self.wait_s = wait_s


@dataclass(frozen=True)
class Origin:
    """The version of a remote file that some bytes belong to."""

    url: str
    etag: str | None
    last_modified: str | None
    total_bytes: int | None

    @classmethod
    def of(cls, url: str, response: requests.Response) -> Origin:
        """Read the version from the headers of a 200 or 206 answer; its length unless it came compressed."""
        length = response.headers.get("Content-Length", "")
        total_bytes = int(length) if length.isdigit() and not is_encoded(response) else None
        if response.status_code == 206:
            total_bytes = content_range(response)[1]
        return cls(url, response.headers.get("ETag"), response.headers.get("Last-Modified"), total_bytes)

    @property
    def validator(self) -> str | None:
        """What `If-Range` may carry: a strong ETag, else the date (RFC 9110, 13.1.5)."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified

    def agrees_with(self, other: Origin) -> bool:
        """Return whether nothing that both declare differs."""
        pairs = zip(asdict(self).values(), asdict(other).values(), strict=True)
        return all(mine == theirs for mine, theirs in pairs if mine is not None and theirs is not None)


def is_encoded(response: requests.Response) -> bool:
    """Return whether the body was compressed on the way, so that its lengths are not those of the file."""
    return response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity")


def content_range(response: requests.Response) -> tuple[int | None, int | None]:
    """Return the first byte and the size of the whole file that a 206 answer declares."""
    match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    if match is None:
        return None, None
    return int(match[1]), None if match[2] == "*" else int(match[2])


def require_status(response: requests.Response, wanted: int, url: str) -> None:
    """
    Raise unless the answer has the `wanted` status.

    408, 429 and 5xx are transient, with the wait the server asks for. Everything else is final: asking a
    gob.pe server again after 403 or 418 only prolongs the refusal.
    """
    status = response.status_code
    if status == wanted:
        return
    found = f"HTTP {status} ({_STATUS_MEANING.get(status, response.reason or 'sin explicación')})"
    if status not in (408, 429) and status < 500:
        raise refusal(url, f"HTTP {wanted}", found, f"revise la dirección en el catálogo, o {BY_HAND}")
    wait_s = _retry_after_s(response.headers.get("Retry-After", ""))
    if wait_s is not None and wait_s > LONGEST_RETRY_AFTER_S:
        found += f", y pide esperar {wait_s:,.0f} s"
        raise refusal(url, f"HTTP {wanted}", found, f"repita la orden más tarde, o {BY_HAND}")
    raise TransientError(found, wait_s=wait_s)


def _retry_after_s(header: str) -> float | None:
    """Return the seconds of a `Retry-After` header, given as a number or as a date."""
    if header.strip().isdigit():
        return float(header)
    try:
        when = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    # a date without zone is in GMT (RFC 9110, 5.6.7)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def refusal(url: str, expected: str, found: str, repair: str) -> RetrievalError:
    """Return the error for a file that could not be obtained."""
    return RetrievalError([Problem("no se pudo descargar la fuente", url, expected, found, repair)])


def is_untrusted(error: BaseException) -> bool:
    """Return whether a connection failed because the certificate could not be verified."""
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))


def tell(error: BaseException, timeout_s: float) -> str:
    """Say in Spanish why a connection failed."""
    causes = list(_causes(error))
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return f"el servidor no respondió en {timeout_s:g} s"
    for cause in causes:
        for kind, meaning in _CAUSE_MEANING.items():
            if isinstance(cause, kind):
                return meaning
    return f"la conexión falló ({type(causes[-1]).__name__}: {causes[-1]})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what led to it, from the outside in."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__

"""What the tests of a download share: two bodies, a call without real waits, and what to look at after."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from geodata.errors import Problem, RetrievalError
from pipelines.download import DownloadResult, download
from tests.pipelines.http_server import MisbehavingServer

BODY = random.Random(1891).randbytes(300_000)
SHA256 = hashlib.sha256(BODY).hexdigest()
OTHER = random.Random(196).randbytes(250_000)
OTHER_SHA256 = hashlib.sha256(OTHER).hexdigest()
CUT = 120_000


class Waits(list[float]):
    """A sleep that only remembers."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def get(server: MisbehavingServer, target: Path, **options: Any) -> DownloadResult:
    """Download BODY without real waits."""
    usual: dict[str, Any] = {"sha256": SHA256, "timeout_s": 5.0, "sleep": Waits()}
    return download(server.url, target, **(usual | options))


def refused(server: MisbehavingServer, target: Path, **options: Any) -> Problem:
    """Return the only problem of a download that must fail and leave nothing at `target`."""
    with pytest.raises(RetrievalError) as caught:
        get(server, target, **options)
    assert not target.exists()
    (problem,) = caught.value.problems
    return problem


def names(target: Path) -> list[str]:
    """List the folder of `target`."""
    return sorted(path.name for path in target.parent.iterdir())


def ranges(server: MisbehavingServer) -> list[str | None]:
    """Return the Range header of every request, in order."""
    return [seen.range for seen in server.seen]

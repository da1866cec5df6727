"""
Eight people write at once: `python -m tests.bench_agenda` prints how long it took and whether anything is missing.

Eight processes write 200 commitments each to one traba, in SQLite (every commit on the disk) and in a PostgreSQL server
started for it. It ends with 1 when a commitment or a log entry is lost or doubled.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from geodata.agenda.store import Agenda
from tests.conftest import ROOT
from tests.geodata.agenda.people import committed
from tests.postgres import NoPostgresError, server

WRITERS = 8
COMMITMENTS = 200


def measure(kind: str, url: str, folder: Path) -> bool:
    """Let the writers write; print the seconds; return whether all is there, once."""
    agenda = Agenda.open(folder, url)
    traba = committed(agenda)
    names = [f"persona{number}" for number in range(WRITERS)]
    start = time.perf_counter()
    module = [sys.executable, "-m", "tests.geodata.agenda.writer", url, str(folder), str(traba.traba_id)]
    processes = [
        subprocess.Popen([*module, name, str(COMMITMENTS)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for name in names
    ]
    acknowledged = [number for process in processes for number in process.communicate()[0].split()]
    seconds = time.perf_counter() - start
    kept = agenda.commitments.all()
    entries = Counter(entry.object_id for entry in agenda.log.all() if entry.kind == "commitment")
    expected = Counter(f"{name} promete {number}" for name in names for number in range(COMMITMENTS))
    numbers = Counter(str(commitment.commitment_id) for commitment in kept)
    is_whole = Counter(commitment.text for commitment in kept) == expected
    is_whole &= numbers == entries == Counter(acknowledged)
    agenda.close()
    total = WRITERS * COMMITMENTS
    verdict = "nothing lost, nothing doubled, every log entry there" if is_whole else "LOST OR DOUBLED"
    rate = f"{1000 * seconds / total:.1f} ms each, start of the processes included"
    sys.stdout.write(f"{kind}: {WRITERS} writers x {COMMITMENTS}: {seconds:.1f} s ({rate}); {verdict}\n")
    return is_whole


def main() -> int:
    """Measure both databases."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        is_whole = measure("SQLite", f"sqlite:///{folder / 'agenda.sqlite'}", folder)
        try:
            with server() as address:
                is_whole &= measure("PostgreSQL", address, folder)
        except NoPostgresError as error:
            sys.stderr.write(f"{error}\n")
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main())

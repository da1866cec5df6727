"""
A process that writes commitments until it is done or killed.

`python -m tests.geodata.agenda.writer URL WORKSPACE TRABA WHO COUNT` prints the number of each commitment once it is
acknowledged, and not before.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from geodata.agenda.records import Actor, CommitmentDraft, Role
from geodata.agenda.store import Agenda


def main(url: str, root: str, traba_id: str, who: str, count: str) -> None:
    """Write `count` commitments."""
    agenda = Agenda.open(Path(root), url)
    actor = Actor(who, Role.FACILITADOR)
    for number in range(int(count)):
        draft = CommitmentDraft(int(traba_id), f"{who} promete {number}", "ana", date(2026, 12, 1))
        made = agenda.commitments.create(draft, form_key=f"{who}-{number}", actor=actor)
        sys.stdout.write(f"{made.commitment_id}\n")
        sys.stdout.flush()
    agenda.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

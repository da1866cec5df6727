"""What a conversion gives: a canonical layer and all that was noticed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from geodata.quality import Finding

Files = Mapping[str, Path]
"""Dataset id -> the file of its distribution."""


@dataclass
class Converted:
    """A canonical layer and what was noticed on the way, in Spanish."""

    frame: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class AbsentSourceError(LookupError):
    """A layer cannot be looked into, because the file of one of its sources is not there."""

"""How a release is called: the day on which it was published, in Peru, and the letters that tell it from others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from pages.text import say

_PERU = timezone(timedelta(hours=-5))
"""Peru keeps one hour all year."""

_FORM = "%Y%m%dT%H%M%SZ"


def release_name(release_id: str) -> str:
    """Return `20261122T013947Z-856d6c` as people read it: `21/11/2026 (856d6c)`; another form of id stays as it is."""
    moment, _, code = release_id.partition("-")
    try:
        published = datetime.strptime(moment, _FORM).replace(tzinfo=UTC).astimezone(_PERU)
    except ValueError:
        return release_id
    return say("app.release_name", date=f"{published:%d/%m/%Y}", code=code)

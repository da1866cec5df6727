"""Progress of long work: a bar on a terminal, a plain line every tenth in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

ProgressCallback = Callable[[int, int | None], None]
"""Called with the bytes obtained so far and the bytes of the whole, `None` while unknown."""

LOG_STEP_PCT = 10
# Judgement: with no known total a line every 10 MB; the biggest source (about 200 MB) then writes twenty.
LOG_STEP_BYTES = 10_000_000


@contextmanager
def console_progress(console: Console, label: str) -> Iterator[ProgressCallback]:
    """
    Yield a callback that shows the bytes of `label` on `console`.

    A terminal gets a moving bar. Anything else (a log, a pipe, CI) gets one line per tenth of the whole, or
    per 10 MB while the whole is unknown, and one for the end.
    """
    if not console.is_terminal:
        yield _log_lines(console, label)
        return
    name = TextColumn("{task.description}", markup=False)
    with Progress(name, BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=console) as bars:
        task = bars.add_task(label, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _log_lines(console: Console, label: str) -> ProgressCallback:
    """Return a callback that writes a line only when a new step is reached."""
    last_step = -1

    def show(done_bytes: int, total_bytes: int | None) -> None:
        nonlocal last_step
        if total_bytes is None:
            step, line = done_bytes // LOG_STEP_BYTES, f"{label}: {done_bytes / 1e6:,.1f} MB"
        else:
            pct = 100 * done_bytes // total_bytes if total_bytes else 100
            step = pct // LOG_STEP_PCT
            line = f"{label}: {pct} % ({done_bytes / 1e6:,.1f} de {total_bytes / 1e6:,.1f} MB)"
        if step > last_step:
            last_step = step
            console.print(line, markup=False, highlight=False, soft_wrap=True)

    return show

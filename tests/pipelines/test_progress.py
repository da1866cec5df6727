"""Progress on a terminal and in a log."""

from __future__ import annotations

import io

from rich.console import Console

from pipelines.progress import console_progress


def logged(total_bytes: int | None, steps: list[int]) -> list[str]:
    """Return the lines that a log gets."""
    console = Console(file=io.StringIO(), force_terminal=False, width=20)
    with console_progress(console, "límites [INEI]") as show:
        for done_bytes in steps:
            show(done_bytes, total_bytes)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_log_gets_a_line_per_tenth() -> None:
    """A thousand steps make eleven whole lines; the label is not taken for markup."""
    lines = logged(5_000_000, list(range(0, 5_000_001, 5_000)))
    assert len(lines) == 11
    assert lines[3] == "límites [INEI]: 30 % (1.5 de 5.0 MB)"
    assert lines[-1] == "límites [INEI]: 100 % (5.0 de 5.0 MB)"


def test_a_log_without_total_gets_a_line_per_10_mb() -> None:
    """While the total is unknown the lines say what has come."""
    assert logged(None, list(range(1_000_000, 26_000_000, 1_000_000))) == [
        "límites [INEI]: 1.0 MB",
        "límites [INEI]: 10.0 MB",
        "límites [INEI]: 20.0 MB",
    ]


def test_an_empty_file_is_complete() -> None:
    """No bytes of no bytes is 100 %."""
    assert logged(0, [0]) == ["límites [INEI]: 100 % (0.0 de 0.0 MB)"]


def test_a_terminal_gets_a_bar() -> None:
    """A terminal shows the label as written and the bytes."""
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with console_progress(console, "límites [INEI]") as show:
        show(5_000_000, 5_000_000)
    assert isinstance(console.file, io.StringIO)
    assert "límites [INEI]" in console.file.getvalue()
    assert "5.0/5.0 MB" in console.file.getvalue()

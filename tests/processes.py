"""
Other processes, real ones: to publish at the same time, and to be killed without notice.

They are forked from a server that has the libraries loaded already, so that each costs milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

_CONTEXT: ForkServerContext = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pytest", "pipelines.__main__", "tests.pipelines.tiny_pack"])

KILLED = -signal.SIGKILL
"""Exit code of a process that had no chance to clean up."""

LONGEST_S = 60.0

_CHANGES_FOLDERS = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink"}
"""Between two of these a file may be half-written, but under a name that nobody reads."""


def start(work: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    """Run a function of a module in another process; its arguments are pickled."""
    process = _CONTEXT.Process(target=_work, args=(work, arguments), daemon=True)
    process.start()
    return process


def finish(process: ForkServerProcess) -> int:
    """Wait for a process and return its exit code: 0, 1 after an exception, `KILLED` after SIGKILL."""
    process.join(LONGEST_S)
    if process.exitcode is None:
        process.kill()
        raise AssertionError(f"the process did not end within {LONGEST_S:.0f} s")
    return process.exitcode


def event() -> Any:
    """Return an event that two processes share."""
    return _CONTEXT.Event()


def die() -> None:
    """Send SIGKILL to oneself: no handler, no `finally`, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)


def killed_before_step(step: int, work: Callable[..., None], *arguments: Any) -> int:
    """Run `work` in a process that dies just before its `step`-th change of a folder; return its exit code."""
    return finish(start(_work_until, step, work, arguments))


def no_flush(fd: Any) -> None:
    """Stand for `os.fsync`: what is written outlives its process without it; only a power cut asks for it."""


def _work(work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    os.fsync = no_flush
    work(*arguments)


def _work_until(step: int, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    steps = 0

    def watch(operation: str, _: object) -> None:
        nonlocal steps
        if operation in _CHANGES_FOLDERS:
            steps += 1
            if steps == step:
                die()

    sys.addaudithook(watch)
    work(*arguments)

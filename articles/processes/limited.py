"""Runs a module of ours as a program of limited memory and time, for input that may be made to exhaust both."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Limits:
    memory: int  # bytes of address space
    cpu: int  # seconds of a processor
    seconds: float  # on the clock
    written: int = 0  # bytes of a file


class OutOfTime(BaseException):
    """Raised in the program when it has used its seconds; it may still say what it has got."""


def run(
    module: str,
    *arguments: str,
    limits: Limits,
    output: IO[bytes],
    input: bytes = b"",
    pass_fds: Sequence[int] = (),
) -> str:
    """Runs the module, which must `confine` itself, and returns why it did not end well; '' if it did."""
    # The environment of the site, with its secrets, is not passed on. One arena keeps malloc within the memory limit.
    environment = {"MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        child = subprocess.run(
            [sys.executable, "-E", "-s", "-W", "ignore", "-m", module, *arguments],
            input=input,
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            env=environment,
            cwd=ROOT,
            pass_fds=pass_fds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"takes more than {limits.seconds:g} seconds"
    return "needs more memory or time than is given to it" if child.returncode else ""


def confine(limits: Limits) -> None:
    """Limits this process, the program."""

    def out_of_time(*_: Any) -> None:
        raise OutOfTime

    signal.signal(signal.SIGXCPU, out_of_time)
    for name, soft, hard in (
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu, limits.cpu + 2),
        (resource.RLIMIT_FSIZE, limits.written, limits.written),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        # Not every system has every limit.
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (soft, hard))

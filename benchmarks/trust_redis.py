"""Readers while Redis is stopped, full or hung: a server of its own on a free port, never the machine's."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import redis

from benchmarks import trust_clients
from benchmarks.figures import Figure
from benchmarks.sizes import TRUST_TROUBLE, left_out
from benchmarks.trust_clients import errors, milliseconds
from benchmarks.trust_site import PORT, Pages, served

READERS = 50
MOST = 300  # ms
BEFORE = 2  # seconds in which Redis still works


def figures(url: str, pages: Pages, pool: ProcessPoolExecutor) -> Iterator[Figure]:
    program = shutil.which("redis-server")
    if program is None:
        left_out("Redis: skipped, there is no redis-server")
        return
    for name, trouble in (("stopped", _stop), ("full", _fill), ("hung", _hang)):
        with _redis(program) as (port, process), served(url, CACHE_URL=f"redis://127.0.0.1:{port}/0") as server:
            trust_clients.warm(PORT, [kind[0] for kind in pages.without_lists().values()])
            asked = (PORT, pages.without_lists(), READERS, BEFORE)
            well, _ = pool.submit(trust_clients.read, *asked).result()
            trouble(port, process)
            answers, _ = pool.submit(trust_clients.read, *asked[:3], TRUST_TROUBLE).result()
            logged = [line for line in server.errors() if " ERROR " in line]
        yield Figure(f"trust: before Redis is {name}: readers, p95", milliseconds(well), "ms")
        yield from errors(f"trust: Redis {name}", answers)
        yield Figure(f"trust: Redis {name}: errors in the log", len(logged), "lines", 0)
        print(*logged[-5:], sep="", end="")
        yield Figure(f"trust: Redis {name}: readers, p95", milliseconds(answers), "ms", MOST)
        yield Figure(f"trust: Redis {name}: slowest", milliseconds(answers, 1), "ms")


def _stop(port: int, process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


def _hang(port: int, process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGSTOP)


def _fill(port: int, process: subprocess.Popen[bytes]) -> None:
    with redis.Redis(port=port) as client:
        # Full of what others keep there: pages that were kept before would answer for as long as they last.
        client.flushall()
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1mb")
        try:
            for number in range(10_000):
                client.set(f"filler-{number}", b"x" * 1_000)
        except redis.OutOfMemoryError:
            return
    raise RuntimeError("Redis does not get full")


@contextmanager
def _redis(program: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _until(lambda: _pings(port))
            yield port, process
        finally:
            # It ends a hung one too.
            process.kill()


def _pings(port: int) -> bool:
    try:
        with redis.Redis(port=port) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(100):
        if is_so():
            return
        time.sleep(0.05)
    raise RuntimeError("Redis does not start")

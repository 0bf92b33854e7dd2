"""What readers wait for: pages by one worker of the server, beside a bare answer of the same size by the same server.

BENCH_ARTICLES says how many articles are many (1,000,000). The server is the product's, with its own settings, on a
database of its own; what is measured is requests a second of one client after the other.
"""

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.imports import _environment
from benchmarks.rows import FEW, MANY

PORT, BARE_PORT = 8972, 8973
ROUNDS, REQUESTS = 7, 30
# Page: how many times slower than the bare answer it may be, among few and among many articles.
UNCACHED = {"front": (14, 15), "latest": (14, 15), "topic": (14, 15), "article": (10, 11)}
CACHED = 2
DEEP = 10_000  # the page of a list


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/site.sqlite3"
        _python(url, "manage.py", "migrate", "-v0")
        _python(url, "manage.py", "collectstatic", "--no-input", "-v0")
        for size, which in ((FEW, 0), (MANY, 1)):
            _python(url, "-m", "benchmarks.rows", str(size))
            pages = _pages(url)
            yield from _shares(url, pages, size, which)
        yield from _deep(url, pages)


def _shares(url: str, pages: dict[str, str], size: int, which: int) -> Iterator[Figure]:
    """How many times the requests a second of a bare answer are those of each page."""
    with _server(url, cache="dummycache://") as page_of, _bare() as bare:
        for name, limits in UNCACHED.items():
            slower, milliseconds, size_of_page = _against(page_of, pages[name], bare)
            yield Figure(f"site: {name}, {size:,} articles, uncached", milliseconds, "ms")
            yield Figure(f"site: bare ÷ {name}, {size:,} articles, uncached", slower, "", limits[which])
            if name == "front":
                yield Figure(f"site: front, {size:,} articles", size_of_page / 1024, "KB", 60)
    with _server(url, cache="locmemcache://") as page_of, _bare() as bare:
        for name in UNCACHED:
            slower, milliseconds, _ = _against(page_of, pages[name], bare)
            yield Figure(f"site: bare ÷ {name}, {size:,} articles, kept", slower, "", CACHED)


def _deep(url: str, pages: dict[str, str]) -> Iterator[Figure]:
    with _server(url, cache="dummycache://") as page_of:
        first, deep = [], []
        for _ in range(ROUNDS):
            first.append(_seconds(page_of, pages["latest"]))
            deep.append(_seconds(page_of, pages["deep"]))
        ratio = statistics.median(deep) / statistics.median(first)
        yield Figure(f"site: page {DEEP:,} of the latest ÷ the first", ratio, "", 1.2)


def _against(port: int, path: str, bare: int) -> tuple[float, float, int]:
    """How many times slower a page is than a bare answer of its size, its milliseconds, its bytes."""
    size = len(_get(port, path))
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(port, path))
        theirs.append(_seconds(bare, f"/{size}"))
    return statistics.median(ours) / statistics.median(theirs), statistics.median(ours) * 1000, size


def _seconds(port: int, path: str) -> float:
    """Of one request, by the mean of some."""
    started = time.perf_counter()
    for _ in range(REQUESTS):
        _get(port, path)
    return (time.perf_counter() - started) / REQUESTS


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    return body


def _pages(url: str) -> dict[str, str]:
    """The addresses to ask for: among them that of a page deep in the list."""
    out = _python(url, "-m", "benchmarks.rows", "addresses", str(DEEP))
    return dict(line.split(" ", 1) for line in out.splitlines())


def _python(url: str, *arguments: str, **environment: str) -> str:
    command = [sys.executable, *arguments]
    environment = _environment(url) | environment
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


@contextmanager
def _server(url: str, cache: str) -> Iterator[int]:
    with _gunicorn("newsroom.wsgi", PORT, _environment(url) | {"CACHE_URL": cache}):
        yield PORT


@contextmanager
def _bare() -> Iterator[int]:
    with _gunicorn("benchmarks.bare:application", BARE_PORT, dict(os.environ)):
        yield BARE_PORT


@contextmanager
def _gunicorn(application: str, port: int, environment: dict[str, str], *options: str) -> Iterator[None]:
    command = [sys.executable, "-m", "gunicorn", application, "-b", f"127.0.0.1:{port}", "-w", "1", *options]
    root = Path(__file__).parent.parent
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=root) as server,
    ):
        try:
            _until_it_answers(port)
            yield
        finally:
            server.terminate()


def _until_it_answers(port: int) -> None:
    for _ in range(200):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not start")

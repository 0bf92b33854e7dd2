"""What readers wait for: pages by one worker of the server, beside a bare answer of the same size by the same server.

The server is the product's, with its own settings, on a
database of its own; what is measured is requests a second of one client after the other.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.imports import _children, _environment
from benchmarks.sizes import ARTICLES, FEW, SITE_REQUESTS, SITE_ROUNDS

PORT, BARE_PORT = 8972, 8973
# Page: how many times slower than the bare answer it may be, among few and among many articles.
UNCACHED = {"front": (14, 15), "latest": (14, 15), "topic": (14, 15), "article": (10, 11), "story": (10, 11)}
MOST_SLOWER = 1.2  # of pages with stories, among many articles
CACHED = 2
DEEP = 10_000  # the page of a list


def figures() -> Iterator[Figure]:
    milliseconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/site.sqlite3"
        _python(url, "manage.py", "migrate", "-v0")
        _python(url, "manage.py", "collectstatic", "--no-input", "-v0")
        for size, which in ((FEW, 0), (ARTICLES, 1)):
            _python(url, "-m", "benchmarks.rows", str(size))
            pages = _pages(url)
            yield from _shares(url, pages, size, which, milliseconds)
        for page in ("front", "latest", "story"):
            few, many = milliseconds[page]
            yield Figure(f"site: {page}, {ARTICLES:,} ÷ {FEW:,} articles", many / few, "", MOST_SLOWER)
        yield from _deep(url, pages)
        yield from _machines(url, pages["deep_json"])


def _shares(
    url: str, pages: dict[str, str], size: int, which: int, milliseconds: dict[str, list[float]]
) -> Iterator[Figure]:
    """How many times the requests a second of a bare answer are those of each page."""
    with _server(url, cache="dummycache://") as page_of, _bare() as bare:
        for name, limits in UNCACHED.items():
            slower, took, size_of_page = _against(page_of, pages[name], bare)
            milliseconds.setdefault(name, []).append(took)
            yield Figure(f"site: {name}, {size:,} articles, uncached", took, "ms")
            yield Figure(f"site: bare ÷ {name}, {size:,} articles, uncached", slower, "", limits[which])
            if name == "front":
                yield Figure(f"site: front, {size:,} articles", size_of_page / 1024, "KB", 60)
    with _server(url, cache="locmemcache://") as page_of, _bare() as bare:
        for name in UNCACHED:
            slower, milliseconds, _ = _against(page_of, pages[name], bare)
            yield Figure(f"site: bare ÷ {name}, {size:,} articles, kept", slower, "", CACHED)


def _deep(url: str, pages: dict[str, str]) -> Iterator[Figure]:
    with _server(url, cache="dummycache://") as page_of:
        ratio = _ratio(page_of, pages["deep"], pages["latest"])
        yield Figure(f"site: page {DEEP:,} of the latest ÷ the first", ratio, "", 1.2)


def _machines(url: str, far: str) -> Iterator[Figure]:
    """Numbered pages of the JSON, far from the first; the largest files, beside the memory of the worker."""
    first = "/api/news/index.json"
    # The first who jumps there in an edition has the articles before it counted.
    with _server(url, cache="dummycache://") as port:
        jump = _ratio(port, far, first)
        yield Figure(f"site: a jump to page {DEEP:,} of the JSON ÷ the first", jump, "", 3)
    # A parameter that means nothing, so that no page is kept.
    environment = _environment(url) | {"CACHE_URL": "locmemcache://"}
    with _gunicorn("newsroom.wsgi", PORT, environment) as server:
        there = _ratio(PORT, f"{far}?_", f"{first}?_")
        yield Figure("site: … where somebody was before", there, "", 1.2)
        (worker,) = _children(server)
        before = _peak(worker)
        files = re.findall(r"/sitemap-articles-\d+\.xml", _get(PORT, "/sitemap.xml").decode())
        seconds = []
        for file in files:
            started = time.perf_counter()
            size = len(_get(PORT, file))
            seconds.append(time.perf_counter() - started)
        yield Figure(f"site: the slowest of {len(files)} sitemaps", max(seconds), "s", 5)
        yield Figure(f"site: memory for a sitemap of {size / 1024**2:.1f} MB", _peak(worker) - before, "MB", 50)


def _ratio(port: int, path: str, beside: str) -> float:
    of_path, of_other = [], []
    for _ in range(SITE_ROUNDS):
        of_path.append(_seconds(port, path))
        of_other.append(_seconds(port, beside))
    return statistics.median(of_path) / statistics.median(of_other)


def _peak(pid: int) -> float:
    """The most memory that a process ever had, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+)", status)[1]) / 1024


def _against(port: int, path: str, bare: int) -> tuple[float, float, int]:
    """How many times slower a page is than a bare answer of its size, its milliseconds, its bytes."""
    size = len(_get(port, path))
    ours, theirs = [], []
    for _ in range(SITE_ROUNDS):
        ours.append(_seconds(port, path))
        theirs.append(_seconds(bare, f"/{size}"))
    return statistics.median(ours) / statistics.median(theirs), statistics.median(ours) * 1000, size


def _seconds(port: int, path: str) -> float:
    """Of one request, by the mean of some."""
    started = time.perf_counter()
    for _ in range(SITE_REQUESTS):
        _get(port, path)
    return (time.perf_counter() - started) / SITE_REQUESTS


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
def _gunicorn(application: str, port: int, environment: dict[str, str], *options: str) -> Iterator[int]:
    """Its process, whose child is the worker."""
    command = [sys.executable, "-m", "gunicorn", application, "-b", f"127.0.0.1:{port}", "-w", "1", *options]
    root = Path(__file__).parent.parent
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=root) as server,
    ):
        try:
            _until_it_answers(port)
            yield server.pid
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

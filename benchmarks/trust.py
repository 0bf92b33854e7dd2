"""Whether people can trust the site: under load, under a flood of logins, without its Redis, and after a long day.

The server is started as the guide says and asked over real connections by processes that share the machine with it.
Behind a figure over its limit stand the answers that made it so. On SQLite, and the load on PostgreSQL too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from benchmarks import trust_clients, trust_memory, trust_redis
from benchmarks.documents import write_documents
from benchmarks.figures import Figure
from benchmarks.imports import _environment, postgres
from benchmarks.sizes import TRUST_ARTICLES, TRUST_DOCUMENTS, TRUST_LOAD, TRUST_TROUBLE, left_out
from benchmarks.trust_clients import Client, errors, milliseconds
from benchmarks.trust_site import PORT, Pages, made_site, served
from tests.__main__ import problem_with_postgres

READERS, EDITORS, FLOODERS = 50, 5, 8
READ, SAVED, KEPT = 200, 500, 20  # ms
# The clients may be a tenth of the least limit by themselves.
OWN = KEPT / 10  # ms
BYTES = 20_000  # of a page, as the client gets it


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(2, get_context("spawn")) as pool:
        folder = Path(name)
        # Whatever else works on the machine is in every figure below.
        yield Figure("trust: processes that want a processor before", os.getloadavg()[0], "of any kind")
        yield from _own(pool)
        url = f"sqlite:///{folder}/trust.sqlite3"
        pages = made_site(url, TRUST_ARTICLES, EDITORS)
        yield from _flood(url, pages, pool)
        yield from trust_redis.figures(url, pages, pool)
        yield from trust_memory.figures(url, pages, pool)
        yield from _load("SQLite", url, pages, folder, pool)
        if problem := problem_with_postgres():
            left_out(f"PostgreSQL: skipped, none answers at TEST_POSTGRES_URL ({problem})")
            return
        with postgres() as url:
            yield from _load("PostgreSQL", url, made_site(url, TRUST_ARTICLES, EDITORS), folder, pool)


def _own(pool: ProcessPoolExecutor) -> Iterator[Figure]:
    """What the readers take by themselves: as many as in the load ask a server that answers at once."""
    with ThreadingTCPServer(("127.0.0.1", 0), _AtOnce) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        answers, cpu = pool.submit(trust_clients.read, port, {"any": ["/"]}, READERS, TRUST_TROUBLE / 3).result()
        server.shutdown()
    yield from errors("trust: clients alone", answers)
    yield Figure("trust: clients alone: p95 of an answer", milliseconds(answers), "ms", OWN)
    yield Figure("trust: clients alone: processor of an answer", cpu / len(answers) * 1000, "ms", OWN)


class _AtOnce(StreamRequestHandler):
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {BYTES}\r\n\r\n".encode() + b"x" * BYTES

    def handle(self) -> None:
        while line := self.rfile.readline():
            if line == b"\r\n":
                self.wfile.write(self.answer)


def _flood(url: str, pages: Pages, pool: ProcessPoolExecutor) -> Iterator[Figure]:
    """Readers ask a handful of pages that are kept, while each try to log in costs half a second of a processor."""
    kept = {"kept": ["/", "/latest/", pages.topic[0], pages.article[0], "/feed.rss"]}
    with served(url):
        trust_clients.warm(PORT, kept["kept"])
        before, _ = pool.submit(trust_clients.read, PORT, kept, READERS, TRUST_TROUBLE / 3).result()
        readers = pool.submit(trust_clients.read, PORT, kept, READERS, TRUST_TROUBLE)
        flood = pool.submit(trust_clients.flood, PORT, FLOODERS, TRUST_TROUBLE)
        answers, guesses = readers.result()[0], [one for one in flood.result()[0] if one.kind == "guess"]
    checked = sum(one.status == 200 for one in guesses)
    yield Figure("trust: before the flood: kept pages, p95", milliseconds(before), "ms")
    yield Figure("trust: login flood: tries", len(guesses), "requests")
    yield Figure("trust: login flood: passwords that were checked", checked, "requests")
    yield from errors("trust: login flood: kept pages", answers)
    yield Figure("trust: login flood: kept pages, p50", milliseconds(answers, 0.5), "ms")
    yield Figure("trust: login flood: kept pages, p95", milliseconds(answers), "ms", KEPT)


def _load(database: str, url: str, pages: Pages, folder: Path, pool: ProcessPoolExecutor) -> Iterator[Figure]:
    """Readers, editors and an import after the other: every decision and every batch makes all kept pages old."""
    documents = folder / f"documents-{database}"
    write_documents(documents, TRUST_DOCUMENTS)
    with served(url) as server, ThreadPoolExecutor(1) as beside:
        trust_clients.warm(PORT, [kind[0] for kind in pages.by_kind().values()])
        editors = [_logged_in(number) for number in range(EDITORS)]
        before, _ = pool.submit(trust_clients.read, PORT, pages.by_kind(), READERS, TRUST_TROUBLE / 3).result()
        readers = pool.submit(trust_clients.read, PORT, pages.by_kind(), READERS, TRUST_LOAD)
        deciding = pool.submit(trust_clients.decide, PORT, editors, pages.reason, TRUST_LOAD)
        importing = beside.submit(_import_again_and_again, url, documents, TRUST_LOAD)
        read, cpu = readers.result()
        decided, _ = deciding.result()
        imported, failed = importing.result()
        logged = server.errors()
    name = f"trust: {database}, load"
    saves = [one for one in decided if one.kind == "save"]
    refused = [one for one in decided if one.status == 409]
    yield Figure(f"{name}: readers before anybody works, p95", milliseconds(before), "ms")
    yield Figure(f"{name}: imports", imported, "runs")
    yield Figure(f"{name}: imports that failed", len(failed), "runs", 0)
    for line in failed[-5:]:
        print(line)
    yield from errors(f"{name}: readers", read)
    yield from errors(f"{name}: editors", [one for one in decided if one.status != 409])
    yield Figure(f"{name}: errors in the log", len(logged), "lines", 0)
    print(*logged[-5:], sep="", end="")
    yield Figure(f"{name}: readers, p50", milliseconds(read, 0.5), "ms")
    yield Figure(f"{name}: readers, p95", milliseconds(read), "ms", READ)
    for kind in pages.by_kind():
        yield Figure(f"{name}: … of {kind}, p95", milliseconds([one for one in read if one.kind == kind]), "ms")
    yield Figure(f"{name}: saves refused, the article was another by then", len(refused), "answers")
    yield Figure(f"{name}: saves", len(saves), "answers")
    yield Figure(f"{name}: saves, p95", milliseconds(saves), "ms", SAVED)
    yield Figure(f"{name}: saves, slowest", milliseconds(saves, 1), "ms")
    yield Figure(f"{name}: processor of the readers, an answer", cpu / len(read) * 1000, "ms", OWN)


def _logged_in(number: int) -> dict[str, str]:
    client = Client(PORT, f"10.2.0.{number}", [])
    client.log_in(f"editor-{number}")
    return client.cookies


def _import_again_and_again(url: str, folder: Path, seconds: float) -> tuple[int, list[str]]:
    """Imports the documents until the time is over, each time with others changed; how often, and what went wrong."""
    until, runs, failed = time.monotonic() + seconds, 0, []
    files = sorted(folder.rglob("*.md"))
    command = [sys.executable, "manage.py", "import_articles", "-v0", str(folder)]
    while time.monotonic() < until:
        for file in files[runs % 10 :: 10]:
            lines = file.read_text(encoding="utf-8").split("\n")
            lines = [f"heat: {190 + runs}" if line.startswith("heat:") else line for line in lines]
            file.write_text("\n".join(lines), encoding="utf-8", newline="")
        run = subprocess.run(command, env=_environment(url), check=False, capture_output=True, text=True)
        runs += 1
        if run.returncode:
            failed.append(f"    exit status {run.returncode}: {(run.stdout + run.stderr).strip()[-300:]}")
    return runs, failed

"""Documents that 8 clients push at once: how fast, and whether all is as if one had imported the files."""

from __future__ import annotations

import http.client
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.documents import write_documents
from benchmarks.figures import Figure
from benchmarks.imports import _environment, manage, run_import
from benchmarks.site import PORT, _server
from benchmarks.sizes import PUSHES

CLIENTS = 8
SETUP = """
from django.contrib.auth.models import User
from articles.intake.tokens import make
from articles.models import DocumentFeed
boss = User.objects.create_superuser("boss")
feed = DocumentFeed.objects.create(name="pushed", kind="push", by=boss)
print(make(feed, client="bench", scopes=["documents"], days=1, by=boss)[1])
"""
CONTENT = (
    "SELECT path, slug, title, hex(source_digest), published, state, quality, heat FROM articles_article ORDER BY path"
)


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_documents(folder / "documents", PUSHES, seed=3)
        pushed, imported = (f"sqlite:///{folder}/{which}.sqlite3" for which in ("pushed", "imported"))
        for url in (pushed, imported):
            manage(url, "migrate", "-v0")
        secret = _secret(pushed)
        files = sorted((folder / "documents").rglob("*.md"))
        with _server(pushed, cache="locmemcache://"):
            begun = time.perf_counter()
            answers = _push(files, folder / "documents", secret)
            took = time.perf_counter() - begun
        run_import(imported, folder / "documents")
        verdicts = Counter(verdict for _, verdict, _ in answers)
        yield Figure(f"push: {PUSHES:,} documents by {CLIENTS} clients", PUSHES / took, "documents/s")
        yield Figure("push: the middle answer", statistics.median(t for *_, t in answers) * 1000, "ms")
        yield Figure("push: … that were no 201", sum(status != 201 for status, *_ in answers), "answers", 0)
        yield Figure("push: … that had another verdict than created", PUSHES - verdicts["created"], "answers", 0)
        differ = _content(folder / "pushed.sqlite3") ^ _content(folder / "imported.sqlite3")
        yield Figure("push: articles other than those of the files", len(differ), "articles", 0)


def _secret(url: str) -> str:
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", SETUP]
    done = subprocess.run(command, env=_environment(url), check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def _push(files: list[Path], root: Path, secret: str) -> list[tuple[int, str, float]]:
    """Returns status, verdict and seconds of each document."""

    def client(number: int) -> list[tuple[int, str, float]]:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
        answers = []
        for file in files[number::CLIENTS]:
            begun = time.perf_counter()
            address = f"/api/documents/{file.relative_to(root)}"
            connection.request("PUT", address, file.read_bytes(), {"Authorization": f"Bearer {secret}"})
            answer = connection.getresponse()
            body = json.loads(answer.read())
            answers.append((answer.status, body.get("verdict", ""), time.perf_counter() - begun))
        return answers

    with ThreadPoolExecutor(CLIENTS) as clients:
        return [answer for some in clients.map(client, range(CLIENTS)) for answer in some]


def _content(database: Path) -> set[tuple[object, ...]]:
    connection = sqlite3.connect(database)
    try:
        return set(connection.execute(CONTENT))
    finally:
        connection.close()

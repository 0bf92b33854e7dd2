"""The import, by its command: time against merely parsing the same files, memory, export, readers beside it."""

import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

import frontmatter
import psycopg

from articles.management.commands_of_ours import PARTLY
from benchmarks.documents import write_documents
from benchmarks.figures import Figure
from benchmarks.sizes import DOCUMENTS, left_out
from tests.__main__ import POSTGRES, problem_with_postgres

FEWER = max(DOCUMENTS // 10, 1)
CLIENTS = 8
PORT = 8971


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_documents(folder / "few", FEWER, seed=2)
        yield from _on_database("SQLite", f"sqlite:///{folder}/bench.sqlite3", folder, limit=1.0)
        if problem := problem_with_postgres():
            left_out(f"PostgreSQL: skipped, none answers at TEST_POSTGRES_URL ({problem})")
            return
        with postgres() as url:
            yield from _on_database("PostgreSQL", url, folder, limit=1.5)


def _on_database(name: str, url: str, folder: Path, *, limit: float) -> Iterator[Figure]:
    many, few = folder / "many", folder / "few"
    write_documents(many, DOCUMENTS)
    parsing = parse_only(many)
    yield Figure(f"{name}: parse only, python-frontmatter", DOCUMENTS / parsing, "documents/s")

    manage(url, "migrate", "-v0")
    first, _, memory = run_import(url, many)
    yield Figure(f"{name}: import", DOCUMENTS / first, "documents/s")
    yield Figure(f"{name}: import {DOCUMENTS:,} new ÷ parse only", first / parsing, "", limit)
    forming = seconds_to_form(url)
    yield Figure(f"{name}: import with stories ÷ without", first / (first - forming), "", 1.15)
    again = run_import(url, many).seconds
    yield Figure(f"{name}: the same again ÷ first import", again / first, "", 0.15)
    _change_a_tenth(many)
    changed = run_import(url, many).seconds
    yield Figure(f"{name}: a tenth changed ÷ first import", changed / first, "", 0.35)
    started = time.perf_counter()
    manage(url, "export_articles", str(folder / f"out-{name}"), "-v0")
    yield Figure(f"{name}: export ÷ first import", (time.perf_counter() - started) / first, "", 0.7)
    yield Figure(f"{name}: peak memory, both processes", memory, "MB", 300)

    manage(url, "flush", "--no-input", "-v0")
    smaller = run_import(url, few).memory
    yield Figure(f"{name}: memory at {DOCUMENTS:,} ÷ at {FEWER:,}", memory / smaller, "", 1.1)

    manage(url, "flush", "--no-input", "-v0")
    asked, failed, locked = _readers_during(url, few)
    yield Figure(f"{name}: {CLIENTS} readers during an import: answers", asked, "requests")
    yield Figure(f"{name}: … that were errors", failed, "requests", 0)
    if name == "SQLite":
        yield Figure(f"{name}: … that found the database locked", locked, "requests", 0)


def parse_only(folder: Path) -> float:
    files = sorted(folder.rglob("*.md"))
    started = time.perf_counter()
    for file in files:
        frontmatter.loads(file.read_text(encoding="utf-8"))
    return time.perf_counter() - started


def _environment(url: str) -> dict[str, str]:
    # What a product would run with, but for HTTPS.
    return os.environ | {
        "DATABASE_URL": url,
        "SECRET_KEY": "only-for-benchmarks-" + "0123456789" * 4,
        "NEWSROOM_HTTPS": "0",
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
    }


def manage(url: str, *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, env=_environment(url), check=True, stdout=subprocess.DEVNULL)


class Cost(NamedTuple):
    """Of a command and of the processes that work for it, together."""

    seconds: float
    cpu: float  # seconds
    memory: float  # MB at the peak


def cost_of(url: str, *arguments: str, partly: bool = False) -> Cost:
    """Runs a command of manage.py and returns what it cost. It is to do all of its work, or with `partly` a part."""
    started, before = time.perf_counter(), os.times()
    with subprocess.Popen(
        [sys.executable, "manage.py", *arguments], env=_environment(url), stdout=subprocess.DEVNULL
    ) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _megabytes(process.pid))
            time.sleep(0.1)
    if process.returncode not in ((0, PARTLY) if partly else (0,)):
        raise RuntimeError(f"{arguments[0]} ended with {process.returncode}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - started, cpu, peak)


def seconds_to_form(url: str) -> float:
    """The seconds for the stories of all articles, which an import into an empty database has formed."""
    command = [sys.executable, "-m", "benchmarks.stories"]
    return float(subprocess.run(command, env=_environment(url), check=True, stdout=subprocess.PIPE).stdout)


def run_import(url: str, folder: Path) -> Cost:
    return cost_of(url, "import_articles", "-v0", str(folder))


def _megabytes(pid: int) -> float:
    """Resident memory of a process and its children, pages that they share counted once."""
    total = 0.0
    for task in [pid, *_children(pid)]:
        try:
            lines = Path(f"/proc/{task}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
    return total


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _change_a_tenth(folder: Path) -> None:
    random = Random(3)  # noqa: S311 - test data
    for number, file in enumerate(sorted(folder.rglob("*.md"))):
        if number % 10 == 0:
            text = file.read_text(encoding="utf-8")
            lines = [
                f"heat: {random.randint(190, 999)}" if line.startswith("heat:") else line for line in text.split("\n")
            ]
            file.write_text("\n".join(lines), encoding="utf-8", newline="")


def _readers_during(url: str, folder: Path) -> tuple[int, int, int]:
    """Requests by CLIENTS readers while an import is at work: how many, how many failed, how many found it locked."""
    server = [sys.executable, "-m", "gunicorn", "newsroom.wsgi", "-b", f"127.0.0.1:{PORT}", "-w", "2", "--threads", "4"]
    manage(url, "collectstatic", "--no-input", "-v0")
    with tempfile.TemporaryFile("w+") as log:
        with subprocess.Popen(server, env=_environment(url), stdout=log, stderr=log) as gunicorn:
            _until_it_answers()
            done = threading.Event()
            counts = [[0, 0] for _ in range(CLIENTS)]
            clients = [threading.Thread(target=_read, args=(done, count)) for count in counts]
            for client in clients:
                client.start()
            run_import(url, folder)
            done.set()
            for client in clients:
                client.join()
            gunicorn.terminate()
        log.seek(0)
        return sum(c[0] for c in counts), sum(c[1] for c in counts), log.read().count("database is locked")


def _until_it_answers() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not start")


def _read(done: threading.Event, count: list[int]) -> None:
    while not done.is_set():
        for page in ("/", "/latest/", "/topics/", "/providers/"):
            count[0] += 1
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}{page}", timeout=30).close()
            except OSError:
                count[1] += 1


@contextmanager
def postgres() -> Iterator[str]:
    """A database of our own on the server of the tests."""
    name = f"newsroom_bench_{os.getpid()}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield POSTGRES.rpartition("/")[0] + f"/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

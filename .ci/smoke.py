"""`make run` in a clean clone: it serves a newspaper; started again it is quick, quiet and changes nothing."""

import hashlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

FIRST_START, SECOND_START = 300, 15


def main(clone: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    site = f"http://127.0.0.1:{port}"

    first = Site(clone, port)
    seconds = first.wait(f"{site}/admin/login/", FIRST_START)
    said = first.said()
    passwords = [line.split()[1] for line in said.splitlines() if line.startswith("  demo-")]
    expect(len(passwords) == 4, f"four passwords are printed, not {len(passwords)}", said)
    front = text(f"{site}/")
    stories, pictures = len(set(re.findall(r'href="(/articles/[^"/]+/)"', front))), front.count("/media/copies/")
    expect(stories >= 12, f"12 stories on the front page, not {stories}", said)
    expect(pictures >= 4, f"4 pictures on the front page, not {pictures}", said)
    expect(said.index("/desk/ ") < said.index("the front page"), "the desk is named first", said)
    taken = subprocess.run(["make", "run", f"PORT={port}"], cwd=clone, capture_output=True, text=True, env=bare())
    expect(taken.returncode != 0 and "is taken" in taken.stderr, "a taken port is said", taken.stderr)
    expect(until_idle(clone / "var/newsroom.sqlite3"), "the worker comes to an end", first.said())
    first.interrupt()
    print(f"First start, with a new .venv: {seconds:.0f} s")
    rows = contents(clone / "var/newsroom.sqlite3")
    expect(rows["articles_article"][0] >= 60, "a newspaper is there", str(rows["articles_article"]))

    second = Site(clone, port)
    seconds = second.wait(f"{site}/", SECOND_START)
    second.interrupt()
    expect(contents(clone / "var/newsroom.sqlite3") == rows, "the second start changes no row", second.said())
    expect(not any(word in second.said() for word in passwords), "no password is printed again", second.said())
    expect("Traceback" not in said + second.said(), "no traceback", said + second.said())
    print(f"Second start: {seconds:.1f} s, no row changed")


class Site:
    """`make run` in a process group of its own, as in a terminal: Ctrl-C reaches make and the server."""

    def __init__(self, clone: Path, port: int):
        self.log = clone / "start.log"
        self.process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=clone,
            env=bare(),
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self) -> str:
        return self.log.read_text()

    def wait(self, url: str, limit: int) -> float:
        start = time.monotonic()
        while status(url) is None:
            expect(self.process.poll() is None, "make run goes on", self.said())
            expect(time.monotonic() - start < limit, f"{url} answers within {limit} s", self.said())
            time.sleep(0.1)
        return time.monotonic() - start

    def interrupt(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(20)


def bare() -> dict[str, str]:
    """The environment without what this checkout or CI set for itself."""
    ours = ("SECRET_KEY", "DATABASE_URL", "CACHE_URL", "DEBUG", "MAKEFLAGS", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in ours}


def status(url: str) -> int | None:
    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310
            return answer.status
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return None


def text(url: str) -> str:
    with urlopen(url, timeout=10) as answer:  # noqa: S310
        return answer.read().decode()


def until_idle(database: Path) -> bool:
    """Waits for the tasks of the first start, such as fetching images: the second start would go on with them."""
    waiting = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING')"
    for _ in range(600):
        connection = sqlite3.connect(database)
        (number,) = connection.execute(waiting).fetchone()
        connection.close()
        if not number:
            return True
        time.sleep(0.1)
    return False


def contents(database: Path) -> dict[str, tuple[int, str]]:
    """Per table, the number of its rows and a digest of them."""
    connection = sqlite3.connect(database)
    # A virtual table holds nothing itself, and needs functions of ours to be read.
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    tables = [name for (name,) in connection.execute(query)]
    rows = {table: sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"'))) for table in tables}  # noqa: S608
    connection.close()
    return {table: (len(r), hashlib.sha256("\n".join(r).encode()).hexdigest()) for table, r in rows.items()}


def expect(condition: bool, what: str, said: str) -> None:
    if not condition:
        sys.exit(f"Expected: {what}. It said:\n{said}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

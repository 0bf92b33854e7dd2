"""`make run`: the site on this machine. What is there stays as it is; what is missing is made, then gunicorn serves.

An empty database gets a newspaper, or with DEMO=0 the seeds only. A worker beside it imports what the browser uploads.
"""

import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
APPS = ("articles", "providers")
HOST = "127.0.0.1"
# Seconds before a worker that died is started again: doubled after each short life.
SHORTEST_WAIT, LONGEST_WAIT, LONG_LIFE = 1, 60, 120


def main(port: str, *rest: str) -> None:
    os.chdir(BASE_DIR)
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    os.environ.setdefault("NEWSROOM_HTTPS", "0")
    os.environ.setdefault("NEWSROOM_WORKER", "1")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    require_data_of_this_version()
    if port == "manage":
        os.environ.setdefault("SECRET_KEY", secret_key())
        os.execv(sys.executable, [sys.executable, "manage.py", *rest])
    require_free(port)
    os.environ.setdefault("NEWSROOM_ORIGIN", f"http://{HOST}:{port}")
    os.environ.setdefault("SECRET_KEY", secret_key())
    prepare(f"http://{HOST}:{port}")
    serve(port)


def require_data_of_this_version() -> None:
    """End where the database knows migrations of ours that this version does not have. Nothing is changed."""
    file = VAR_DIR / "newsroom.sqlite3"
    if os.environ.get("DATABASE_URL") or not file.exists():
        return
    ours = {(app, path.stem) for app in APPS for path in (BASE_DIR / app / "migrations").glob("[0-9]*.py")}
    try:
        # Opened for reading only, SQLite would leave two files beside it.
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True)) as connection:
            applied = set(connection.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.DatabaseError:
        return  # It is empty, or no database: Django says so.
    if any(app in APPS for app, _ in applied - ours):
        sys.exit(
            f"{file} holds the data of another version of Newsroom, which this one cannot use: move {file.name}* away"
            " to start anew, or keep using the version that made it, whose export_articles writes the documents out."
        )


def require_free(port: str) -> None:
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"PORT={port} is no port: give a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(port)))
        except PermissionError:
            sys.exit(f"Port {port} is reserved on this machine: choose another with `make run PORT=8001`.")
        except OSError:
            sys.exit(f"Port {port} is taken: choose another with `make run PORT={int(port) % 65535 + 1}`.")


def secret_key() -> str:
    """The key in var/secret_key, made at the first start and readable by its owner only."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        # Written beside and moved: an interrupted start leaves no half of a key.
        half = path.with_suffix(".new")
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        half.write_text(secrets.token_urlsafe(50))
        half.replace(path)
    return path.read_text().strip()


def prepare(site: str) -> None:
    """Bring database, static files, articles and demo accounts up to date, and say where to look."""
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError, call_command
    from django.db import DatabaseError, connection

    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        collect_static()
        add_demo_accounts()
        add_articles()
        print(pages(site), flush=True)
    except (ImproperlyConfigured, CommandError) as error:
        sys.exit(f"Newsroom cannot start: {error}")
    except DatabaseError as error:
        sys.exit(f"Newsroom cannot use its {connection.vendor} database: {error}".strip())
    finally:
        connection.close()


def collect_static() -> None:
    """Collect the static files anew where one of ours, or the packages that bring the others, have changed since."""
    from django.core.management import call_command

    ours = BASE_DIR / "newsroom" / "static"
    manifest = VAR_DIR / "static" / "staticfiles.json"
    sources = [BASE_DIR / "requirements.lock", BASE_DIR / "newsroom" / "settings.py", ours, *ours.rglob("*")]
    if not manifest.exists() or manifest.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        call_command("collectstatic", interactive=False, verbosity=0)


def add_demo_accounts() -> None:
    """Add them to a database without any account: one that a person deleted does not come back."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    if not User.objects.exists():
        call_command("demo")


def add_articles() -> None:
    """Fill a database that holds no article yet, and took none that are deleted now."""
    from articles.models import Article, Tombstone

    if Article.objects.exists() or Tombstone.objects.exists():
        return
    if os.environ.get("DEMO", "1") not in ("0", "") and whole_demo_staff():
        make_newspaper()
    else:
        import_seeds()


def whole_demo_staff() -> bool:
    """Whether the people are there who work at the newspaper: in a database with accounts of its own they are not."""
    from django.contrib.auth.models import User

    from newsroom.demo.decisions import PEOPLE

    return User.objects.filter(username__in=PEOPLE).count() == len(PEOPLE)


def make_newspaper() -> None:
    from django.utils import timezone

    from newsroom.demo.week import live_through

    print("Writing a newspaper to try things with (`make run DEMO=0` leaves it out) …", flush=True)
    live_through(BASE_DIR / "seeds", VAR_DIR / "demo" / "documents", timezone.now())


def import_seeds() -> None:
    from django.core.management import CommandError, call_command

    try:
        call_command("import_articles", "seeds")
    except SystemExit as end:
        if end.code:
            raise CommandError(f"the import of seeds/ ended with status {end.code}.") from end


def pages(site: str) -> str:
    """What the terminal says: where staff work, and each demo account at the address where its work begins."""
    from django.contrib.auth.models import User
    from django.urls import reverse

    from articles.management.commands.demo import STARTS_AT

    there = set(User.objects.filter(username__in=STARTS_AT, is_active=True).values_list("username", flat=True))
    accounts = [f"    {name:<16} {site}{reverse(page)}" for name, page in STARTS_AT.items() if name in there]
    return "\n".join(
        [
            "",
            "Newsroom runs. Open",
            f"  {site}/desk/     where staff work{', logged in as one of' if accounts else ''}",
            *accounts,
            f"  {site}/          the front page, as readers see it",
            f"  {site}/admin/    upkeep: topics, providers, pictures, accounts",
            "The passwords were shown when the accounts were made. A new one:" if accounts else "A new password:",
            f'  make manage DO="changepassword {min(there) if there else "NAME"}"',
            "Ctrl-C ends it.",
        ]
    )


def serve(port: str) -> None:
    server = [sys.executable, "-m", "gunicorn", f"--bind={HOST}:{port}", "newsroom.wsgi"]
    if os.environ["NEWSROOM_WORKER"] in ("0", ""):
        os.execv(sys.executable, server)
    sys.exit(serve_beside_worker(server))


def serve_beside_worker(command: list[str]) -> int:
    """Serves until Ctrl-C or the end of the server. A worker that dies is started again, and takes nothing with it."""
    server = subprocess.Popen(command)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: server.terminate())
    worker = Worker()
    while server.poll() is None:
        worker.keep_alive()
        time.sleep(0.2)
    worker.end()
    return server.returncode


class Worker:
    """The process that works beside the server."""

    # In a session of its own: Ctrl-C in a terminal reaches this process, which asks the worker to end.
    command = (sys.executable, "manage.py", "db_worker", "--no-reload", "--verbosity=0")

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.wait = SHORTEST_WAIT
        self.started = self.due = time.monotonic()

    def keep_alive(self) -> None:
        """Starts it, and again when it has died: at once after a long life, later and later after short ones."""
        now = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                return
            self.wait = SHORTEST_WAIT if now - self.started > LONG_LIFE else min(self.wait * 2, LONGEST_WAIT)
            print(
                f"The worker has ended ({self.process.returncode}): a new one starts in {self.wait} s.", file=sys.stderr
            )
            self.process, self.due = None, now + self.wait
        elif now >= self.due:
            try:
                self.process = subprocess.Popen(self.command, start_new_session=True)
            except OSError as error:
                print(f"No worker can be started: {error}", file=sys.stderr)
                self.due = now + LONGEST_WAIT
            self.started = now

    def end(self) -> None:
        """Asked once, it ends what it has begun; asked again, it leaves the rest for the next start."""
        if self.process is None:
            return
        for ask in (self.process.terminate, self.process.terminate, self.process.kill):
            ask()
            try:
                self.process.wait(timeout=3)
                return
            except subprocess.TimeoutExpired:
                continue


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)

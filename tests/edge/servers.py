"""Real servers for a test: gunicorn as the guide starts it, HAProxy and nginx in front, a Redis of its own."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tests.conftest import ROOT

KEY = "a key for this test only, long enough to be taken: 0123456789"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def environment(database: str, **variables: str) -> dict[str, str]:
    """What the operator sets: nothing of the test's own settings gets in."""
    ours = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "CACHE_URL", "DEBUG", "SECRET_KEY")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"SECRET_KEY": KEY, "NEWSROOM_HTTPS": "0", "DEBUG": "0", "DATABASE_URL": database} | variables


def database_url() -> str:
    """The address of the test's own database, for another process."""
    of = settings.DATABASES["default"]
    name = of["TEST"]["NAME"] if "test" not in str(of["NAME"]) else of["NAME"]
    if "sqlite" in of["ENGINE"]:
        return f"sqlite:///{name}"
    return f"postgres://{of['USER']}:{of.get('PASSWORD') or ''}@{of['HOST']}:{of['PORT'] or 5432}/{name}"


@contextlib.contextmanager
def running(command: list[str], port: int, log: Path, **options) -> Iterator[subprocess.Popen]:
    """The process, when something listens on the port."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, **options)
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        else:
            raise AssertionError(f"nothing listens on {port}: {log.read_text()}")
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGCONT)
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def gunicorn(folder: Path, database: str, *options: str, **variables: str) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", *options, "newsroom.wsgi"]
    log = folder / "gunicorn.log"
    with running(command, port, log, cwd=ROOT, env=environment(database, **variables)):
        yield port


@contextlib.contextmanager
def haproxy(folder: Path, server: int, more: str = "") -> Iterator[int]:
    """HAProxy with its defaults, and what the guide says in addition."""
    port = free_port()
    config = folder / "haproxy.cfg"
    config.write_text(
        "defaults\n mode http\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n"
        f"frontend site\n bind 127.0.0.1:{port}\n default_backend newsroom\n{more}"
        f"backend newsroom\n server one 127.0.0.1:{server}\n"
    )
    with running([found("haproxy"), "-db", "-f", str(config)], port, folder / "haproxy.log"):
        yield port


@contextlib.contextmanager
def nginx(folder: Path, server: int) -> Iterator[int]:
    port = free_port()
    config = folder / "nginx.conf"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    config.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-errors.log;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n"
        f"server {{ listen 127.0.0.1:{port}; underscores_in_headers on;\n"
        f"location / {{ proxy_pass http://127.0.0.1:{server}; proxy_set_header Host $http_host; }} }} }}\n"
    )
    command = [found("nginx"), "-c", str(config), "-p", str(folder)]
    with running(command, port, folder / "nginx.log"):
        yield port


@contextlib.contextmanager
def redis(folder: Path, *options: str, port: int | None = None) -> Iterator[tuple[int, subprocess.Popen]]:
    port = port or free_port()
    command = [found("redis-server"), "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with running([*command, *options], port, folder / "redis.log") as process:
        yield port, process


def found(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin:/usr/local/sbin")


def ask(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest("GET", path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()

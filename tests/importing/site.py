"""A site with a database of its own, for real processes of manage.py: they can be killed, and race each other."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import batched, count
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

import psycopg
from django.db import connections
from django.db.utils import load_backend
from psycopg import sql

from articles.documents.parse import record_of
from articles.exporting.content import content_hash, record_content, row_content, whole_articles
from articles.exporting.write import topics_by_name
from articles.models import Article, ImportRun
from tests.conftest import ROOT

_numbers = count(1)


class Site:
    def __init__(self, folder: Path, like: Site | None = None):
        """An empty database, or a copy of another site's."""
        self.folder = folder
        self.config = dict(connections.databases["default"])
        self.postgres = self.config["ENGINE"].endswith("postgresql")
        number = next(_numbers)
        if self.postgres:
            self.config["NAME"] = f"test_newsroom_{os.getpid()}_site_{number}"
            template = sql.SQL(" TEMPLATE {}").format(sql.Identifier(like.config["NAME"])) if like else sql.SQL("")
            self._server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.config["NAME"])) + template)
        else:
            self.config["NAME"] = str(folder / f"site{number}.sqlite3")
            if like:
                with sqlite3.connect(like.config["NAME"]) as connection:
                    connection.execute("VACUUM INTO ?", [self.config["NAME"]])
                connection.close()
        if not like:
            assert self.run("migrate", "--verbosity", "0").returncode == 0

    def drop(self) -> None:
        if self.postgres:
            self._server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.config["NAME"])))

    @property
    def url(self) -> str:
        if not self.postgres:
            return f"sqlite:///{self.config['NAME']}"
        user, password = quote(self.config["USER"]), quote(self.config["PASSWORD"], safe="")
        return (
            f"postgres://{user}{':' * bool(password)}{password}@{self.config['HOST']}:{self.config['PORT'] or 5432}"
            f"/{self.config['NAME']}"
        )

    def start(self, *words: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error", "manage.py", *map(str, words)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "newsroom.settings"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A suite that a shell runs in the background hands on that Ctrl-C means nothing.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        process = self.start(*words)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    @contextmanager
    def opened(self) -> Iterator:
        """Within it, the default connection of this thread is one to this site's database."""
        usual = connections["default"]
        connections["default"] = load_backend(self.config["ENGINE"]).DatabaseWrapper(self.config, "default")
        try:
            yield connections["default"]
        finally:
            connections["default"].close()
            connections["default"] = usual

    def wait_for(self, articles: int) -> None:
        """Until a run is at work and so many articles are in."""
        deadline = monotonic() + 60
        with self.opened():
            while not ImportRun.objects.filter(status="running").exists() or Article.objects.count() < articles:
                assert monotonic() < deadline
                sleep(0.01)

    def hash(self) -> str:
        with self.opened():
            return content_hash()

    def runs(self) -> list[str]:
        with self.opened():
            return list(ImportRun.objects.order_by("pk").values_list("status", flat=True))

    def broken(self) -> list[str]:
        """What is wrong with the database: files that are not sound, articles that are not as their documents say."""
        with self.opened() as connection, connection.cursor() as cursor:
            found: list[str] = []
            if not self.postgres:
                cursor.execute("PRAGMA integrity_check")
                found += [row[0] for row in cursor.fetchall() if row[0] != "ok"]
            connection.check_constraints()
            for pks in batched(Article.objects.order_by("pk").values_list("pk", flat=True), 500, strict=False):
                rows = whole_articles(pks)
                topics = topics_by_name(rows)
                found += [str(row.path) for row in rows if record_content(record_of(row), topics) != row_content(row)]
            return found

    def _server(self, statement: sql.Composable) -> None:
        config = self.config
        with psycopg.connect(
            host=config["HOST"],
            port=config["PORT"] or 5432,
            user=config["USER"],
            password=config["PASSWORD"],
            dbname="postgres",
            autocommit=True,
        ) as connection:
            connection.execute(statement)

"""The site of `trust`: its rows and people, and the server as the guide starts it, on a port and a database of its own.

`python -m benchmarks.trust_site 4000 5` fills the database of DATABASE_URL with so many articles and editors, and
prints as JSON what clients ask for.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import django

from benchmarks.imports import _children, _environment, manage
from benchmarks.rows import fill
from benchmarks.site import _python, _until_it_answers

PORT = 8975
PASSWORD = "only-for-benchmarks"  # noqa: S105
SHOWN_ARTICLES, SHOWN = 200, 20
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Pages:
    """Addresses by what they are; every one answers 200 before anything is decided."""

    article: list[str]
    topic: list[str]
    provider: list[str]
    reason: str

    def by_kind(self) -> dict[str, list[str]]:
        lists = ["/latest/", "/topics/", "/providers/", "/archive/", *self.topic, *self.provider]
        return self.without_lists() | {"list": lists}

    def without_lists(self) -> dict[str, list[str]]:
        return {
            "front": ["/"],
            "article": self.article,
            "feed": ["/feed.rss", "/latest/feed.atom", "/feed.json"],
            "json": ["/api/news/index.json", "/api/news/page/2/index.json", "/api/topics/index.json"],
            "sitemap": ["/sitemap.xml", "/sitemap-news.xml", "/sitemap-pages.xml", "/sitemap-articles-0.xml"],
        }


@dataclass(frozen=True)
class Server:
    pid: int
    log: IO[str]

    @property
    def workers(self) -> list[int]:
        return _children(self.pid)

    def errors(self) -> list[str]:
        """The lines of its log that tell an error."""
        self.log.seek(0)
        return [line for line in self.log if " ERROR " in line or " CRITICAL " in line or "Error:" in line]


def made_site(url: str, articles: int, editors: int) -> Pages:
    """Fills the database of the URL. Editors are named editor-0 … and have the same password."""
    manage(url, "migrate", "-v0")
    manage(url, "collectstatic", "--no-input", "-v0")
    return Pages(**json.loads(_python(url, "-m", "benchmarks.trust_site", str(articles), str(editors))))


@contextmanager
def served(url: str, **environment: str) -> Iterator[Server]:
    """The server with `gunicorn.conf.py`; a proxy in front tells it where each request comes from."""
    command = [sys.executable, "-m", "gunicorn", "newsroom.wsgi", "--bind", f"127.0.0.1:{PORT}"]
    environment = {"CLIENT_ADDRESS_HEADER": "X-Forwarded-For", "CACHE_URL": "locmemcache://"} | environment
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(command, env=_environment(url) | environment, stdout=log, stderr=log, cwd=ROOT) as server,
    ):
        try:
            try:
                _until_it_answers(PORT)
            except RuntimeError as error:
                log.seek(0)
                raise RuntimeError(f"{error}: {log.read()[-1000:]}") from error
            yield Server(server.pid, log)
        finally:
            server.terminate()


def main(articles: str, editors: str) -> None:
    django.setup()
    from django.contrib.auth.models import Group, User

    from articles.models import Article, Reason, Topic
    from articles.public.queries import visible_providers

    fill(int(articles))
    group = Group.objects.get(name="Editors")
    people = [User.objects.create_user(f"editor-{n}", password=PASSWORD, is_staff=True) for n in range(int(editors))]
    group.user_set.add(*people)
    newest = Article.objects.visible().latest_first()[:SHOWN_ARTICLES]
    shown = {
        "article": [article.get_absolute_url() for article in newest],
        "topic": [topic.get_absolute_url() for topic in Topic.objects.order_by("pk")[:SHOWN]],
        "provider": [provider.get_absolute_url() for provider in visible_providers()[:SHOWN]],
        "reason": Reason.objects.offered()[0].slug,
    }
    print(json.dumps(shown))


if __name__ == "__main__":
    main(*sys.argv[1:])

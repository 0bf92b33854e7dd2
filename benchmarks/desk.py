"""The desk among few articles and many: the queue, a decision until the next article, the page of an article.

Half of the articles wait, and the log has an entry for each. Then what people look for among the many: words and
filters that hardly anything matches, in the queue and in the log, and the search over everything. On both databases.
`python -m benchmarks.desk` measures on the database of DATABASE_URL, which it fills.
"""

import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import django

from benchmarks.figures import Figure
from benchmarks.imports import _environment, manage, postgres
from benchmarks.rows import analyse, fill
from benchmarks.sizes import ARTICLES, DESK_STEPS, FEW, left_out
from tests.__main__ import problem_with_postgres

MOST_QUERIES = 15
MOST_SLOWER = 1.3
MOST_RARE = 300  # ms
MOST_FOR_AN_ITEM = {FEW: None, ARTICLES // 10: 60, ARTICLES: None}  # ms
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
RARE = {
    "/desk/queue/": (
        "words=999983", "words=harvest 31337", "words=no such word", "words=harv", "words=planet rocket",
        "type=video", "type=video&state=published", "category=sample", "claimed=me", "assigned=me", "reason=conflict",
        "reason=duplicate&provider=bench7.example", "reason=flagged&topic=subject-3", "state=withdrawn",
        "state=rejected&words=comet", "state=scheduled", "provider=bench49.example&words=satellite", "day=2001-01-02",
        "topic=subject-3&words=rocket&order=oldest", "topic=subject-5&type=video", "reason=live&order=newest&words=zz",
    ),
    "/desk/log/": (
        "article=999983", "article=harvest 31337", "article=no such word", "article=planet rocket", "channel=command",
        "channel=admin&verb=publish", "verb=delete", "reason=rights", "provider=bench7.example",
        "provider=none.example", "person=bench-desk", "until=2001-01-01", "verb=note&article=comet",
    ),
    "/desk/search/": (
        "q=999983", "q=harvest forest 31337", "q=no such word", "q=planit rocket", "q=comet sat", "q=bench7.example",
    ),
}  # fmt: skip


def figures() -> Iterator[Figure]:
    manage("sqlite://:memory:", "collectstatic", "--no-input", "-v0")
    with tempfile.TemporaryDirectory() as folder:
        yield from _on_database("SQLite", f"sqlite:///{folder}/desk.sqlite3")
    if problem := problem_with_postgres():
        left_out(f"PostgreSQL: skipped, none answers at TEST_POSTGRES_URL ({problem})")
        return
    with postgres() as url:
        yield from _on_database("PostgreSQL", url)


def _on_database(database: str, url: str) -> Iterator[Figure]:
    manage(url, "migrate", "-v0")
    command = [sys.executable, "-m", "benchmarks.desk"]
    run = subprocess.run(command, env=_environment(url), check=True, stdout=subprocess.PIPE, text=True)
    for name, value, unit, limit in map(json.loads, run.stdout.splitlines()):
        yield Figure(f"{database}: desk: {name}", value, unit, limit)


def measure() -> Iterator[tuple[str, float, str, float | None]]:
    """Yields name, value, unit and limit of each figure on the database of DATABASE_URL."""
    from django.contrib.auth.models import Group, User
    from django.test import Client

    client, user = Client(), User.objects.create_user("bench-desk", is_staff=True)
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)

    milliseconds: dict[str, list[float]] = {}
    items = {}
    for size in (FEW, ARTICLES // 10, ARTICLES):
        fill(size)
        _log_all(user)
        items[size], _ = _measure(_reader_of_items(client))
        yield f"queue item with what is like it, {size:,} articles, p95", items[size], "ms", MOST_FOR_AN_ITEM[size]
        if size == ARTICLES // 10:
            continue
        steps = {
            "queue page": lambda: _read(client, "/desk/queue/"),
            "decision until the next": _Decider(client),
            "article page": _reader_of_articles(client),
        }
        for name, step in steps.items():
            p95, queries = _measure(step)
            milliseconds.setdefault(name, []).append(p95)
            yield f"{name}, {size:,} articles, p95", p95, "ms", None
            yield f"{name}, {size:,} articles", queries, "queries", MOST_QUERIES
    for name, (few, many) in milliseconds.items():
        yield f"{name}, {ARTICLES:,} ÷ {FEW:,} articles", many / few, "", MOST_SLOWER
    slower = items[ARTICLES] / items[ARTICLES // 10]
    yield f"queue item, {ARTICLES:,} ÷ {ARTICLES // 10:,} articles", slower, "", 1.5
    for page, kinds in RARE.items():
        took = {kind: _middle(client, f"{page}?{quote(kind, safe='=&')}") for kind in kinds}
        slowest = max(took, key=took.__getitem__)
        yield f"{page}, rare filters, slowest: {slowest}", took[slowest], "ms", MOST_RARE


def _log_all(user) -> None:
    """Writes an event for each article that has none."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_event (at, article_id, title, by_id, channel, verb, before, after, version, note) "
            "SELECT created_at, id, title, %s, 'desk', 'note', '{}', '{}', version, '' FROM articles_article a "
            "WHERE NOT EXISTS (SELECT 1 FROM articles_event e WHERE e.article_id = a.id)",
            [user.pk],
        )
    analyse()


def _middle(client, address: str) -> float:
    took = []
    for _ in range(3):
        started = time.perf_counter()
        _read(client, address)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def _measure(step: Callable[[], None]) -> tuple[float, int]:
    """Milliseconds that 95 of 100 steps take at most, and the most queries of one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(5):
        step()
    took, asked = [], 0
    for _ in range(DESK_STEPS):
        started = time.perf_counter()
        step()
        took.append((time.perf_counter() - started) * 1000)
    for _ in range(5):
        with CaptureQueriesContext(connection) as queries:
            step()
        asked = max(asked, sum(not query["sql"].startswith(TRANSACTIONS) for query in queries))
    return sorted(took)[int(DESK_STEPS * 0.95) - 1], asked


def _read(client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200 or b'role="alert"' in answer.content:
        raise RuntimeError(f"{address} answers {answer.status_code}, or refuses a filter")


def _reader_of_items(client) -> Callable[[], None]:
    """Opens one article of a story in the queue after the other."""
    from articles.models import Article

    waiting = Article.objects.in_queue().filter(story_member__isnull=False).order_by("-pk")
    pks = itertools.cycle(list(waiting.values_list("pk", flat=True)[:50]))
    return lambda: _read(client, f"/desk/queue/?part=item&item={next(pks)}")


def _reader_of_articles(client) -> Callable[[], None]:
    from articles.models import Article

    pks = itertools.cycle(list(Article.objects.order_by("-pk").values_list("pk", flat=True)[:50]))
    return lambda: _read(client, f"/desk/articles/{next(pks)}/")


class _Decider:
    """Decides on the article that is open, as the page offers it: the answer holds the one after it.

    Publishes; what is published already (a flag brings it back into the queue) is withdrawn.
    """

    def __init__(self, client):
        from articles.models import Reason

        self.client, self.reason = client, Reason.objects.filter(active=True).first().slug
        self._see(client.post("/desk/queue/next/", {"next": "/desk/queue/", "part": "1"}))

    def __call__(self) -> None:
        data = {"version": self.version, "next": "/desk/queue/", "part": "1", "reason": self.reason}
        self._see(self.client.post(f"/desk/articles/{self.pk}/{self.verb}/", data))

    def _see(self, answer) -> None:
        if answer.status_code != 200 or not answer["X-Item"]:
            raise RuntimeError(f"the decision answers {answer.status_code}")
        item = answer.context["item"]
        self.pk, self.version = item.article.pk, item.article.version
        self.verb = "withdraw" if item.refusal("publish") else "publish"


if __name__ == "__main__":
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()  # the client's host is allowed, and its answers have their contexts
    for figure in measure():
        print(json.dumps(figure), flush=True)

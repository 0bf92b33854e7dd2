"""The queue of the desk: its page, and a decision until the next article is there, among few articles and many.

BENCH_ARTICLES says how many are many (1,000,000); half of them wait. The database is that of DATABASE_URL.
"""

import os
import time
from collections.abc import Callable, Iterator

from benchmarks.figures import Figure

FEW = 1_000
MANY = int(os.environ.get("BENCH_ARTICLES", "1000000"))
TIMES = 100
MOST_QUERIES = 15
MOST_SLOWER = 1.3
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")

# Per column, what differs from the article that all are copies of; `n` counts them.
COLUMNS = {
    "id": "{base} + n",
    "path": "'_news/bench-' || n || '.md'",
    "slug": "'bench-' || n",
    "title": "'Article ' || n || ' of the benchmark'",
    "canonical_key": "{base} + n",
    "quality": "(n * 31) % 190",
    "heat": "(n * 17) % 190",
    "priority": "((n * 7919) % 100003) / 1000.0",
    "rank": "((n * 104729) % 100003) / 1000.0",
    "published": "n % 10 >= 4 AND n % 10 < 9",
    "reviewed_by_id": "CASE WHEN n % 10 > 4 THEN {user} END",
    "reviewed_at": "CASE WHEN n % 10 > 4 THEN t.created_at END",
    "first_published_at": "CASE WHEN n % 10 >= 4 AND n % 10 < 9 THEN t.created_at END",
    "flag": "CASE WHEN n % 1000 = 1 THEN 'Look again' ELSE '' END",
    "duplicate_of_id": "CASE WHEN n % 500 = 2 THEN t.id END",
    "provider_id": "{provider} + n % 5",
    "published_at": {"sqlite": "datetime('2001-01-01', '+' || n || ' minutes')",
                     "postgresql": "timestamptz '2001-01-01 00:00Z' + n * interval '1 minute'"},
}  # fmt: skip


def figures() -> Iterator[Figure]:
    from django.contrib.auth.models import Group, User
    from django.test import Client

    client, user = Client(), User.objects.create_user("bench-desk", is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
    client.force_login(user)
    fill = _filler(user)

    milliseconds: dict[str, list[float]] = {}
    for size in (FEW, MANY):
        fill(size)
        for name, step in (("queue page", lambda: _read(client)), ("decision until the next", _Decider(client))):
            p95, queries = _measure(step)
            milliseconds.setdefault(name, []).append(p95)
            yield Figure(f"desk: {name}, {size:,} articles, p95", p95, "ms")
            yield Figure(f"desk: {name}, {size:,} articles", queries, "queries", MOST_QUERIES)
    for name, (few, many) in milliseconds.items():
        yield Figure(f"desk: {name}, {MANY:,} ÷ {FEW:,} articles", many / few, "", MOST_SLOWER)


def _filler(user) -> Callable[[int], None]:
    """Fills the table up to so many articles, in SQL: none of them comes by a document or a person."""
    from django.db import connection

    from articles.models import Article
    from tests.factories import make_article, make_image, make_provider, make_topic

    providers = [make_provider(domain=f"bench{number}.example") for number in range(5)]
    original = make_article(topics=[make_topic("Bench")], images=[make_image()], provider=providers[0])
    names = [field.column for field in Article._meta.concrete_fields if not field.generated]
    values = {name: COLUMNS.get(name, f"t.{name}") for name in names}
    values = {name: text[connection.vendor] if isinstance(text, dict) else text for name, text in values.items()}
    place = {"base": original.pk, "user": user.pk, "provider": providers[0].pk}
    there = 0

    def fill(size: int) -> None:
        nonlocal there
        columns = ", ".join(f'"{name}"' for name in names)
        selected = ", ".join(values[name].format(**place) for name in names)
        with connection.cursor() as cursor:
            # Numbers of our own; nothing of them comes from outside.
            cursor.execute(
                f"INSERT INTO articles_article ({columns}) "  # noqa: S608
                f"WITH RECURSIVE numbers(n) AS "
                f"(SELECT {there + 1} UNION ALL SELECT n + 1 FROM numbers WHERE n < {size}) "
                f"SELECT {selected} FROM numbers, articles_article t WHERE t.id = {original.pk}"
            )
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE articles_article")
        there = size

    return fill


def _measure(step: Callable[[], None]) -> tuple[float, int]:
    """Milliseconds that 95 of 100 take at most, and the most queries of one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(5):
        step()
    took, asked = [], 0
    for _ in range(TIMES):
        started = time.perf_counter()
        step()
        took.append((time.perf_counter() - started) * 1000)
    for _ in range(5):
        with CaptureQueriesContext(connection) as queries:
            step()
        asked = max(asked, sum(not query["sql"].startswith(TRANSACTIONS) for query in queries))
    return sorted(took)[int(TIMES * 0.95) - 1], asked


def _read(client) -> None:
    answer = client.get("/desk/queue/")
    if answer.status_code != 200:
        raise RuntimeError(f"the queue answers {answer.status_code}")


class _Decider:
    """Publishes the article that is open, as the page does: the answer holds the one after it."""

    def __init__(self, client):
        self.client = client
        self.pk = client.post("/desk/queue/next/", {"next": "/desk/queue/"}).url.partition("item=")[2]

    def __call__(self) -> None:
        # Nobody has written them before: all are in their first version.
        data = {"version": 1, "next": "/desk/queue/", "part": "1"}
        answer = self.client.post(f"/desk/articles/{self.pk}/publish/", data)
        if answer.status_code != 200 or not answer["X-Item"]:
            raise RuntimeError(f"the decision answers {answer.status_code}")
        self.pk = answer["X-Item"]

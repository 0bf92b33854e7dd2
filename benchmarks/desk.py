"""The queue of the desk: its page, and a decision until the next article is there, among few articles and many.

Half of the articles wait. The database is that of DATABASE_URL.
"""

import time
from collections.abc import Callable, Iterator

from benchmarks.figures import Figure
from benchmarks.rows import fill
from benchmarks.sizes import ARTICLES, DESK_STEPS, FEW

MOST_QUERIES = 15
MOST_SLOWER = 1.3
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def figures() -> Iterator[Figure]:
    from django.contrib.auth.models import Group, User
    from django.test import Client

    client, user = Client(), User.objects.create_user("bench-desk", is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
    client.force_login(user)

    milliseconds: dict[str, list[float]] = {}
    for size in (FEW, ARTICLES):
        fill(size)
        for name, step in (("queue page", lambda: _read(client)), ("decision until the next", _Decider(client))):
            p95, queries = _measure(step)
            milliseconds.setdefault(name, []).append(p95)
            yield Figure(f"desk: {name}, {size:,} articles, p95", p95, "ms")
            yield Figure(f"desk: {name}, {size:,} articles", queries, "queries", MOST_QUERIES)
    for name, (few, many) in milliseconds.items():
        yield Figure(f"desk: {name}, {ARTICLES:,} ÷ {FEW:,} articles", many / few, "", MOST_SLOWER)


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


def _read(client) -> None:
    answer = client.get("/desk/queue/")
    if answer.status_code != 200:
        raise RuntimeError(f"the queue answers {answer.status_code}")


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

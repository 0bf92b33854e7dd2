"""Asks whether the originals of articles are still there: rarely, one request at a time, and only where robots may.

Off unless NEWSROOM_CHECK_ORIGINALS is set. A dead original changes nothing by itself: people see it and decide.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import zip_longest
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, Q
from django.utils import timezone

from articles import editions
from articles.images.fetching import RULES, NotFetched, Rules, status_of
from articles.models import Article, OriginalCheck
from articles.originals.robots import Robots

Result = OriginalCheck.Result
BATCH = 20  # articles at once: a worker has other things to do
LOCK, LOCK_SECONDS = "originals", 1_800
PAUSE = 2.0  # seconds between two requests to one host
ALIVE_FOR = timedelta(days=30)  # until an original that answered is asked again
FIRST_RETRY, LAST_RETRY = timedelta(days=1), timedelta(days=32)  # doubled each time
# After so many failures in a row an original is dead: 404 and 410 are plain words (three days), a host that cannot be
# reached may come back (a month).
FAILURES_OF_GONE, FAILURES_OF_LOST = 3, 6
GONE = (404, 410)
# Some servers answer HEAD otherwise than GET, or not at all: only what GET says counts as a failure.
ASK = replace(RULES, agent="Newsroom (checks links)", seconds=20, redirects=5)
NOT_ALLOWED = "Its robots.txt does not let us ask."


def check_originals(
    limit: int = BATCH, *, now: datetime | None = None, rules: Rules = ASK, pause: float = PAUSE
) -> Iterator[OriginalCheck]:
    """Checks the originals of published articles that are due, new ones first, and yields what was found.

    It yields nothing while another process does so: no host gets two requests at once.
    """
    now = now or timezone.now()
    wait = Pauses(pause)
    robots = Robots(rules, wait)
    if not caches["editions"].add(LOCK, True, LOCK_SECONDS):
        return
    try:
        for article in in_turns(due(now, limit)):
            yield _store(article, *_ask(article.url, robots, rules, wait), now=now)
    finally:
        caches["editions"].delete(LOCK)


class Pauses:
    """Waits until a host may be asked again."""

    def __init__(self, seconds: float):
        self.seconds, self.last = seconds, dict[str, float]()

    def __call__(self, host: str) -> None:
        time.sleep(max(0.0, self.last.get(host, 0.0) + self.seconds - time.monotonic()))
        self.last[host] = time.monotonic()


def due(now: datetime, limit: int) -> list[Article]:
    """Returns the published articles whose originals are to be asked: new ones, then those whose time has come."""
    articles = Article.objects.exclude(Q(web_url="") & Q(original_url="")).filter(published=True)
    columns = ("pk", "path", "web_url", "original_url", "title", "published", "version")
    never = articles.filter(original_check=None).only(*columns).order_by("-published_at", "-pk")[:limit]
    found = list(never)
    if len(found) < limit:
        again = articles.filter(original_check__next_at__lte=now).only(*columns).order_by("original_check__next_at")
        found += list(again[: limit - len(found)])
    return found


def in_turns(articles: list[Article]) -> Iterator[Article]:
    """Yields the articles so that those of one host stand far from each other."""
    hosts: dict[str, list[Article]] = {}
    for article in articles:
        hosts.setdefault(urlsplit(article.url).hostname or "", []).append(article)
    for some in zip_longest(*hosts.values()):
        yield from (article for article in some if article is not None)


def _ask(url: str, robots: Robots, rules: Rules, wait: Callable[[str], None]) -> tuple[str, str, int]:
    """Returns a result, what was answered, and the failures in a row after which it is dead; 0 for no failure."""
    try:
        if not robots.allow(url):
            return Result.UNKNOWN, NOT_ALLOWED, 0
        for method in ("HEAD", "GET"):
            wait(urlsplit(url).hostname or "")
            status = status_of(url, method, rules)
            if status < 400:
                return Result.ALIVE, "", 0
        told = f"The server answered {status}."
        return (Result.DEAD, told, FAILURES_OF_GONE) if status in GONE else (Result.UNKNOWN, told, 0)
    except NotFetched as failure:
        return Result.DEAD, str(failure)[:200], FAILURES_OF_LOST
    except ValueError:
        return Result.UNKNOWN, "Its URL cannot be read.", 0


def _store(article: Article, result: str, problem: str, most_failures: int, *, now: datetime) -> OriginalCheck:
    check = OriginalCheck.objects.filter(article=article).first() or OriginalCheck(article=article)
    was_dead = check.result == Result.DEAD
    if check.url != article.url:
        check.failures, check.dead_since = 0, None
    check.url, check.problem, check.checked_at = article.url, problem, now
    if most_failures:
        check.failures += 1
        check.dead_since = check.dead_since or now
        check.result = Result.DEAD if check.failures >= most_failures else Result.UNKNOWN
        check.next_at = now + min(FIRST_RETRY * 2 ** min(check.failures - 1, 10), LAST_RETRY)
    else:
        check.failures, check.dead_since, check.result = 0, None, result
        check.next_at = now + ALIVE_FOR
    check.save()
    if was_dead != (check.result == Result.DEAD) and settings.MARK_DEAD_ORIGINALS:
        editions.new_on_commit()
    return check


def dead_by_provider() -> dict[int, int]:
    """Returns the number of articles with a dead original, by the key of their provider."""
    dead = OriginalCheck.objects.filter(result=Result.DEAD).values("article__provider")
    return dict(dead.annotate(number=Count("pk")).values_list("article__provider", "number"))

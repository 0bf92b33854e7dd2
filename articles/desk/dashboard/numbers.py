"""The numbers of the desk's first page. Each is read in bounded time, however many articles there are."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from statistics import median, quantiles
from typing import Any

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import Case, Count, IntegerField, Min, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from articles.models import Article, Event, Queue, Verb
from articles.moderation.verbs import buttons

CACHED_FOR = 60  # seconds
DAYS = 30
# The numbers are about so many of the newest articles, and of the newest decisions.
NEWEST_ARTICLES = 10_000
NEWEST_DECISIONS = 5_000
DECISIONS = tuple(verb.name for verb in buttons() if verb.settles)
BANDS = (0, 20, 40, 60, 80, 100)
TOP_PROVIDERS = 10
HOUR, DAY = 3600, 86_400  # seconds
WAITS = (
    ("under an hour", HOUR),
    ("1 to 4 hours", 4 * HOUR),
    ("4 to 24 hours", DAY),
    ("1 to 3 days", 3 * DAY),
    ("3 to 7 days", 7 * DAY),
    ("longer", float("inf")),
)


def numbers() -> dict[str, Any]:
    """Returns the numbers of the whole desk, the same for everyone who may decide; at most a minute old."""
    return _cached("dashboard", _read)


def done_today(user: User) -> list[tuple[str, int]]:
    """Returns what the person did since midnight, by verb: (label, how often); at most a minute old."""
    return _cached(f"dashboard-{user.pk}-{timezone.localdate()}", lambda: _done_since(_midnight(), user))


def _cached(key: str, read: Callable[[], Any]) -> Any:
    return cache.get_or_set(key, read, CACHED_FOR)


def _read() -> dict[str, Any]:
    newest = _newest_articles()
    return {
        "waiting": _waiting(),
        "days": _decisions_per_day(),
        "times": _times(),
        "bands": _by_band(newest),
        "providers": _by_provider(newest),
    }


def _midnight(day: date | None = None) -> datetime:
    return timezone.make_aware(datetime.combine(day or timezone.localdate(), time.min))


def _done_since(moment: datetime, user: User) -> list[tuple[str, int]]:
    events = Event.objects.filter(at__gte=moment, by=user).exclude(verb=Verb.IMPORT)
    counts = dict(events.order_by().values_list("verb").annotate(Count("pk")))
    return [(verb.label, counts[verb.value]) for verb in Verb if counts.get(verb.value)]


def _waiting() -> list[tuple[str, str, int, datetime]]:
    """By reason: (reason, label, how many, since when the oldest is here)."""
    # The oldest is the one that came first: its key is in the index of the queue, the time is not.
    rows = Article.objects.in_queue().order_by().values("queue").annotate(number=Count("pk"), first=Min("pk"))
    found = {row["queue"]: row for row in rows}
    times = dict(
        Article.objects.filter(pk__in=[row["first"] for row in found.values()]).values_list("pk", "created_at")
    )
    return [
        (reason.value, reason.label, found[reason.value]["number"], times[found[reason.value]["first"]])
        for reason in Queue
        if reason.value in found
    ]


def _decisions_per_day() -> list[tuple[date, dict[str, int]]]:
    """The last 30 days, today last: how often each decision was taken."""
    today = timezone.localdate()
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    events = Event.objects.filter(at__gte=_midnight(days[0]), verb__in=DECISIONS).order_by()
    counted: dict[date, dict[str, int]] = defaultdict(dict)
    for day, verb, number in events.values_list(TruncDate("at"), "verb").annotate(Count("pk")):
        counted[day][verb] = number
    return [(day, {verb: counted[day].get(verb, 0) for verb in DECISIONS}) for day in days]


def _times() -> dict[str, Any] | None:
    """From the arrival of an article until a person published or rejected it, in seconds; None without a decision."""
    events = Event.objects.filter(verb__in=(Verb.PUBLISH, Verb.REJECT), at__gte=_midnight() - timedelta(days=DAYS))
    # A rule decides at once: that says nothing of how long people take.
    events = events.exclude(by=None)
    rows = events.order_by("-at").values_list("at", "article__created_at")[:NEWEST_DECISIONS]
    seconds = [max(0.0, (at - came).total_seconds()) for at, came in rows]
    if not seconds:
        return None
    ranges = Counter(next(name for name, end in WAITS if wait < end) for wait in seconds)
    return {
        "count": len(seconds),
        "median": median(seconds),
        "p90": quantiles(seconds, n=10, method="inclusive")[-1] if len(seconds) > 1 else seconds[0],
        "ranges": [(name, ranges[name]) for name, _ in WAITS],
    }


def _newest_articles() -> list[tuple[str, int, str, int]]:
    """Of the articles that came last: (provider, band of quality, state, how many)."""
    before = Article.objects.order_by("-pk").values("pk")[NEWEST_ARTICLES : NEWEST_ARTICLES + 1]
    band = Case(*(When(quality__gte=low, then=Value(low)) for low in reversed(BANDS)), output_field=IntegerField())
    newest = Article.objects.filter(pk__gt=Coalesce(Subquery(before), 0)).order_by()
    return list(newest.values_list("provider__name", band, "state").annotate(Count("pk")))


def _by_band(newest) -> list[tuple[str, dict[str, int]]]:
    states = _states((band, state, number) for _, band, state, number in newest)
    return [(_name(band), states[band]) for band in reversed(BANDS) if band in states]


def _by_provider(newest) -> list[tuple[str, dict[str, int]]]:
    states = _states((provider, state, number) for provider, _, state, number in newest)
    return sorted(states.items(), key=lambda item: (-sum(item[1].values()), item[0]))[:TOP_PROVIDERS]


def _states(rows) -> dict[Any, dict[str, int]]:
    """How many articles of each kind readers see, wait, or were turned down: what another one covers, too."""
    counts: dict[Any, dict[str, int]] = {}
    for kind, state, number in rows:
        of_kind = counts.setdefault(kind, {"published": 0, "live": 0, "pending": 0, "refused": 0})
        of_kind[state if state in of_kind else "refused"] += number
    return counts


def _name(band: int) -> str:
    above = next((low for low in BANDS if low > band), None)
    return f"{band} to {above - 1}" if above else f"{band} and more"

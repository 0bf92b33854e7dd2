"""What came from providers and what became of it: the list in a fixed number of queries, and one provider by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import Count, F, Max, Q, Window
from django.db.models.functions import DenseRank, TruncMonth

from articles.desk.dashboard.charts import Figure, columns, share
from articles.models import Article, Silence
from articles.models.moments import possible
from articles.originals.checking import dead_by_provider
from articles.words import folded
from providers.models import Provider

# A rhythm is that of the last arrivals. An import writes its articles in batches: what comes within an hour is one.
ARRIVALS, MOMENTS = 61, 150
ONE_ARRIVAL = timedelta(hours=1)
MONTHS = 24
BY_PEOPLE = Q(reviewed_by__isnull=False)
BY_RULES = Q(ruled_by__isnull=False)


@dataclass
class ProviderRow:
    """A provider with its numbers; `aliases` are the domains that stand for it."""

    provider: Provider
    articles: int = 0
    waiting: int = 0
    decided: int = 0  # by people
    accepted: int = 0
    ruled: int = 0  # decided by rules, apart
    rules_accepted: int = 0
    last: datetime | None = None
    silent_since: datetime | None = None
    rhythm: timedelta | None = None
    dead: int = 0  # articles whose original is gone
    aliases: list[Provider] = field(default_factory=list)

    @property
    def acceptance(self) -> str:
        return share(self.accepted, self.decided)

    @property
    def rules_acceptance(self) -> str:
        return share(self.rules_accepted, self.ruled)

    def is_named(self, text: str) -> bool:
        names = [self.provider.name, self.provider.domain, *self.provider.other_names]
        names += [name for alias in self.aliases for name in (alias.name, alias.domain)]
        return any(text in folded(name) for name in names)


_FAR_PAST = -1.0
SORTS: dict[str, tuple[str, Any]] = {
    "name": ("name", lambda row: (folded(row.provider.name), row.provider.domain)),
    "articles": ("most articles", lambda row: -row.articles),
    "waiting": ("most waiting", lambda row: -row.waiting),
    "accepted": ("most accepted", lambda row: -(row.accepted / row.decided) if row.decided else 1),
    "last": ("last arrival", lambda row: -(row.last.timestamp() if row.last else _FAR_PAST)),
}


def provider_rows(text: str = "", sort: str = "name") -> list[ProviderRow]:
    """Returns the providers that have the text in a name or domain, in an order. Their rhythms are left out."""
    rows = {p.pk: ProviderRow(p) for p in Provider.objects.in_use().defer("source", "description")}
    _add_aliases(rows)
    _add_numbers(rows, Article.objects.all())
    _add_silences(rows)
    _add_dead(rows)
    typed = folded(text)
    found = [row for row in rows.values() if not typed or row.is_named(typed)]
    by_name = sorted(found, key=SORTS["name"][1])
    return by_name if sort == "name" else sorted(by_name, key=SORTS[sort][1])


def provider_row(provider: Provider) -> ProviderRow:
    """Returns one provider with all its numbers."""
    rows = {provider.pk: ProviderRow(provider)}
    _add_aliases(rows)
    _add_numbers(rows, Article.objects.filter(provider=provider))
    _add_silences(rows)
    _add_dead(rows)
    add_rhythms(rows.values())
    return rows[provider.pk]


def add_rhythms(rows: Iterable[ProviderRow]) -> None:
    """Sets the median gap between arrivals of the providers of a page, in one query."""
    by_key = {row.provider.pk: row for row in rows}
    moments: dict[int, list[datetime]] = defaultdict(list)
    newest = Window(DenseRank(), partition_by="provider", order_by=F("created_at").desc())
    arrivals = Article.objects.filter(provider__in=by_key).order_by().annotate(place=newest)
    for pk, moment in arrivals.filter(place__lte=MOMENTS).values_list("provider", "created_at").distinct():
        moments[pk].append(moment)
    for pk, found in moments.items():
        by_key[pk].rhythm = rhythm_of(found)


def rhythm_of(moments: Iterable[datetime]) -> timedelta | None:
    """Returns the median gap between arrivals; None where there were fewer than two."""
    arrivals: list[datetime] = []
    last: datetime | None = None
    for moment in sorted(moments):
        if last is None or moment - last > ONE_ARRIVAL:
            arrivals.append(moment)
        last = moment
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(arrivals[-ARRIVALS:])]
    return timedelta(seconds=median(gaps)) if gaps else None


def _add_aliases(rows: dict[int, ProviderRow]) -> None:
    for alias in Provider.objects.filter(merged_into__in=list(rows)).defer("source", "description"):
        rows[alias.merged_into_id or 0].aliases.append(alias)


def _add_numbers(rows: dict[int, ProviderRow], articles: Any) -> None:
    numbers = articles.order_by().values("provider").annotate(
        articles=Count("pk"),
        waiting=Count("pk", filter=~Q(queue="")),
        decided=Count("pk", filter=BY_PEOPLE),
        accepted=Count("pk", filter=BY_PEOPLE & Q(published=True)),
        ruled=Count("pk", filter=BY_RULES),
        rules_accepted=Count("pk", filter=BY_RULES & Q(published=True)),
        last=Max("created_at"),
    )  # fmt: skip
    for found in numbers:
        if row := rows.get(found.pop("provider")):
            for name, value in found.items():
                setattr(row, name, value)
            row.last = possible(found["last"])


def _add_silences(rows: dict[int, ProviderRow]) -> None:
    open_ones = Silence.objects.filter(closed_at=None, provider__in=list(rows))
    for pk, since in open_ones.values_list("provider", "since"):
        rows[pk or 0].silent_since = since


def _add_dead(rows: dict[int, ProviderRow]) -> None:
    for pk, number in dead_by_provider().items():
        if pk in rows:
            rows[pk].dead = number


# One provider, by month


@dataclass
class Month:
    """What came in a month, and what was decided in it."""

    start: datetime
    came: int = 0
    published: int = 0  # by people, as what follows
    refused: int = 0
    ruled: int = 0

    @property
    def decided(self) -> int:
        return self.published + self.refused


def months(provider: Provider) -> list[Month]:
    """Returns the last months in which something came or was decided, the earliest first."""
    found: dict[datetime, Month] = {}
    articles = Article.objects.filter(provider=provider).order_by()
    came = articles.annotate(month=TruncMonth("created_at")).values("month").annotate(n=Count("pk"))
    for month, number in came.values_list("month", "n"):
        found.setdefault(month, Month(month)).came = number
    decided = articles.filter(reviewed_at__isnull=False).annotate(month=TruncMonth("reviewed_at")).values("month")
    for month, published, refused, ruled in decided.annotate(
        good=Count("pk", filter=BY_PEOPLE & Q(published=True)),
        bad=Count("pk", filter=BY_PEOPLE & Q(published=False)),
        ruled=Count("pk", filter=BY_RULES),
    ).values_list("month", "good", "bad", "ruled"):
        one = found.setdefault(month, Month(month))
        one.published, one.refused, one.ruled = published, refused, ruled
    return sorted(found.values(), key=lambda month: month.start)[-MONTHS:]


def figures(provider: Provider) -> list[Figure]:
    """Returns the two charts of a provider: what came and became of it, and the share that people accepted."""
    last = months(provider)
    if not last:
        return []
    names = _names(last)
    came = columns([[("pending", month.came)] for month in last], names)
    stacks = [[("published", m.published), ("refused", m.refused), ("live", m.ruled)] for m in last]
    head = ["Month", "Came", "Published by people", "Turned down by people", "Decided by rules", "Accepted"]
    rows = [[f"{m.start:%B %Y}", m.came, m.published, m.refused, m.ruled, share(m.published, m.decided)] for m in last]
    legend = [("published", "published by people"), ("refused", "turned down by people"), ("live", "by rules")]
    accepted = columns([[("published", round(100 * m.published / m.decided) if m.decided else 0)] for m in last], names)
    number = sum(month.came for month in last)
    decisions = sum(month.decided + month.ruled for month in last)
    charts = [
        Figure("came", "What came", f"{number:,} articles arrived in these months.", came, [], head, rows),
        Figure(
            "decided", "What was decided", f"{decisions:,} decisions that stand, by the month they were made in.",
            columns(stacks, names), legend, head, rows,
        ),
        Figure(
            "acceptance", "Acceptance", "Of what people decided in a month, how many percent they published.", accepted,
            [], [head[0], head[-1]], [[row[0], row[-1]] for row in rows],
        ),
    ]  # fmt: skip
    # Nothing was decided: two empty charts would say no more.
    return charts if decisions else charts[:1]


def _names(last: Collection[Month]) -> list[str]:
    """Returns names of the months: where there are many, of every third only."""
    step = 1 if len(last) <= 6 else 3 if len(last) <= 12 else 6
    return [f"{month.start:%b %y}" if place % step == 0 else "" for place, month in enumerate(last)]

"""Forms stories of the articles that came, went or changed, and of those that people decided on.

The heart (`likeness`, `grouping`) is pure: a story follows from the texts of articles that are near in time, and from
what people said of them. So only the neighbourhood of what changed is looked at, and what comes of that is what forming
all stories anew would give. Nothing here is a fact: `rebuild` makes the same of the articles at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from itertools import batched, chain

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from articles import editions
from articles.models import Article, Likeness, StaleDay, Story, StoryMember
from articles.stories.grouping import Grouping, groups
from articles.stories.likeness import ONE_STORY, SUGGESTED, neighbourhood, walk
from articles.stories.likeness import Likeness as Pair
from articles.stories.reports import Report

LOCK_KEY = 0x73746F72  # "stor"
ROWS = 500  # of a statement
MOST_CHARACTERS = 500  # of key words
TRIES = 3
PUT_KEY_WORDS = (
    "INSERT INTO articles_keywords (article_id, words) VALUES (%s, %s)"
    " ON CONFLICT (article_id) DO UPDATE SET words = excluded.words"
)
NEVER = datetime.min.replace(tzinfo=UTC)
COLUMNS = (
    "pk",
    "canonical_url",
    "title",
    "excerpt",
    "provider__domain",
    "twin_key",
    "published_at",
    "created_at",
)


def form() -> int:
    """Forms the stories of all days whose articles have changed since; returns the number of these days.

    What is alike is worked out while others may write: only then they wait, for a moment. If articles changed
    meanwhile, it is worked out again, at last while nobody else forms stories.
    """
    for _ in range(TRIES):
        stale = list(StaleDay.objects.values_list("pk", "day"))
        if not stale:
            return 0
        days = {day for _, day in stale}
        work = _Work(_in(neighbourhood(days).load), days)
        with transaction.atomic():
            _lock()
            if max(stale) == max(StaleDay.objects.values_list("pk", "day"), default=None):
                return work.write(stale)
    with transaction.atomic():
        _lock()
        stale = list(StaleDay.objects.values_list("pk", "day"))
        days = {day for _, day in stale}
        return _Work(_in(neighbourhood(days).load), days).write(stale)


def rebuild() -> int:
    """Forms all stories anew, of all articles; returns the number of the articles that it looked at."""
    with transaction.atomic():
        _lock()
        stale = list(StaleDay.objects.values_list("pk", "day"))
        work = _Work(Article.objects.all(), None)
        work.write(stale)
    return len(work.dates)


class _Work:
    """What is alike among some articles; `days` are those that changed, None all of them."""

    def __init__(self, articles: QuerySet[Article], days: Collection[date] | None):
        self.days = days
        self.dates: dict[int, datetime] = {}
        self.found = walk(self._noted(articles), days)

    def _noted(self, articles: QuerySet[Article]) -> Iterator[Report]:
        for report in reports_of(articles):
            if report.date:
                self.dates[report.key] = report.date
            yield report

    def write(self, stale: Collection[tuple[int, date]]) -> int:
        """Writes what differs from before, groups that anew, and returns the number of days that are done with."""
        days, dates, pairs = self.days, self.dates, self.found.pairs
        spans = None if days is None else neighbourhood(days).replace
        replaced = {key for key, at in dates.items() if spans is None or _is_in(at.date(), spans)}
        touched = _replace_pairs(pairs, dates, replaced)
        # A pair may be as it was, and one of the two be of another hour now, or of another provider.
        touched |= {key for pair in pairs for key in pair[:2] if days is None or dates[key].date() in days}
        _replace_key_words(self.found.key_words)
        if days is None:
            touched |= set(StoryMember.objects.values_list("pk", flat=True))
        regroup(touched | _left_alone())
        for pks in _some(pk for pk, _ in stale):
            StaleDay.objects.filter(pk__in=pks).delete()
        return len({day for _, day in stale})


def regroup(keys: Collection[int]) -> None:
    """Groups these articles anew, and all that are connected with them, by what is known of their likeness."""
    with transaction.atomic():
        _lock()
        connected, pairs, together = _component(set(keys))
        known = {key for pair in pairs for key in pair[:2]} | {key for tie in together for key in tie}
        found = _grouping_of(known, pairs, together)
        _save(connected | known, [group for group in found.groups if len(group) > 1])


def suggested_stories() -> dict[int, int]:
    """Returns the number of a story by article, if all that is only suggested were one story. Writes nothing."""
    everything = set(StoryMember.objects.values_list("pk", flat=True))
    everything.update(chain.from_iterable(Likeness.objects.values_list("one", "other")))
    _, pairs, together = _component(everything)
    found = _grouping_of(everything, pairs, together, SUGGESTED).groups
    return {key: number for number, group in enumerate(found, start=1) if len(group) > 1 for key in group}


def _grouping_of(
    keys: Collection[int], pairs: Collection[Pair], together: Iterable[tuple[int, int]], enough: float = ONE_STORY
) -> Grouping:
    """Returns the groups of these articles, as the pairs and the verdicts of people say."""
    reports = [report for some in _some(keys) for report in reports_of(Article.objects.filter(pk__in=some))]
    said = chain.from_iterable(
        Article.objects.filter(pk__in=some).exclude(apart=[]).values_list("pk", "apart") for some in _some(keys)
    )
    apart = [(pk, other) for pk, others in said for other in others]
    return groups(reports, pairs, together, apart, enough)


def reports_of(articles: QuerySet[Article]) -> Iterator[Report]:
    """Yields what the heart has to know of these articles, first to last. One that came without a date has none."""
    rows = articles.order_by("published_at").values_list(*COLUMNS).iterator(chunk_size=500)
    hosts: dict[str, str] = {}
    for key, name, title, excerpt, host, twin, at, arrived in rows:
        date = None if at == arrived else at.astimezone(UTC)
        yield Report(key, name, title, excerpt, hosts.setdefault(host, host), str(twin), date)


def _lock() -> None:
    """One at a time forms stories. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])


# Pairs


def _replace_pairs(pairs: Iterable[Pair], dates: Mapping[int, datetime], replaced: Collection[int]) -> set[int]:
    """Writes the pairs whose later article is one of `replaced`; returns the articles of which any pair differs."""
    new = {tuple(sorted(pair[:2])): pair for pair in pairs}
    touched: set[int] = set()
    gone = []
    kept = set()
    # Into an empty newsroom thousands of articles come at once.
    for pk, one, other, score, words in _pairs_of(replaced, "pk") if Likeness.objects.exists() else ():
        # Of two that came at one moment, both are of the same day.
        later = max(one, other, key=lambda key: dates.get(key, NEVER))
        if later not in replaced and one in dates and other in dates:
            continue
        pair = new.get((one, other))
        if pair is not None and (pair.score, list(pair.shared)) == (score, words):
            kept.add((one, other))
        else:
            gone.append(pk)
            touched |= {one, other}
    for some in _some(gone):
        Likeness.objects.filter(pk__in=some).delete()
    added = [key for key in new if key not in kept]
    touched.update(chain.from_iterable(added))
    Likeness.objects.bulk_create(
        (
            Likeness(one_id=one, other_id=other, score=new[one, other].score, words=list(new[one, other].shared))
            for one, other in added
        ),
        batch_size=ROWS,
    )
    return touched


def _pairs_of(keys: Collection[int], *columns: str) -> Iterator[tuple]:
    """Yields each pair that one of the articles is in, once: the columns, then both keys, score and words."""
    for some in _some(keys):
        seen = set(some)
        for row in Likeness.objects.filter(Q(one__in=some) | Q(other__in=some)).values_list(
            *columns, "one", "other", "score", "words"
        ):
            one = row[-4]
            # Of two articles of which both are asked for, the lower key is in this part or in another one.
            if one in seen or one not in keys:
                yield row


def _component(keys: set[int]) -> tuple[set[int], list[Pair], set[tuple[int, int]]]:
    """Returns all articles that are connected with these by likeness, by what people said, or by a story; and both."""
    found: set[int] = set()
    pairs: dict[tuple[int, int], Pair] = {}
    together: set[tuple[int, int]] = set()
    new = keys
    while new:
        found |= new
        near: set[int] = set()
        for one, other, score, words in _pairs_of(new):
            pairs[one, other] = Pair(one, other, score, tuple(words))
            near |= {one, other}
        for some in _some(new):
            ties = Article.objects.filter(pk__in=some).exclude(together=[]).values_list("pk", "together")
            for pk, others in ties:
                together |= {(min(pk, other), max(pk, other)) for other in others}
                near.update(others)
            stories = StoryMember.objects.filter(article__in=some).values("story")
            near.update(StoryMember.objects.filter(story__in=stories).values_list("article", flat=True))
        new = near - found
    return found, list(pairs.values()), together


def _replace_key_words(key_words: Mapping[int, tuple[str, ...]]) -> None:
    """Writes the key words, by one statement for each row: as objects, thousands would take as long as finding them."""
    rows = [(key, " ".join(words)[:MOST_CHARACTERS]) for key, words in key_words.items()]
    with connection.cursor() as cursor:
        cursor.executemany(PUT_KEY_WORDS, rows)


# Stories


def _save(keys: Collection[int], wanted: list[tuple[int, ...]]) -> None:
    """Makes the groups stories: each the one that most of its articles were in, or a new one."""
    members = dict(
        chain.from_iterable(StoryMember.objects.filter(pk__in=some).values_list("pk", "story") for some in _some(keys))
    )
    new: dict[int, int] = {}
    taken: set[int] = set()
    unnamed = []
    for group in sorted(wanted, key=lambda group: (-len(group), min(group))):
        counts = Counter(members[key] for key in group if key in members and members[key] not in taken)
        if not counts:
            unnamed.append(group)
            continue
        best = min(counts, key=lambda story: (-counts[story], story))
        taken.add(best)
        new |= dict.fromkeys(group, best)
    for group, story in zip(unnamed, Story.objects.bulk_create(Story() for _ in unnamed), strict=True):
        new |= dict.fromkeys(group, story.pk)
    changed = {key for key in keys if members.get(key) != new.get(key)}
    if not changed:
        return
    left = {members[key] for key in changed if key in members}
    for some in _some(changed):
        StoryMember.objects.filter(pk__in=some).delete()
    StoryMember.objects.bulk_create(
        (StoryMember(article_id=key, story_id=new[key]) for key in sorted(changed) if key in new), batch_size=ROWS
    )
    for some in _some(left):
        Story.objects.filter(pk__in=some, members=None).delete()
    if any(_are_seen(some) for some in _some(changed)):
        editions.new_on_commit()


def _are_seen(keys: Collection[int]) -> bool:
    """Whether readers may see one of the articles, or see it listed under a story."""
    return Article.objects.filter(Q(published=True) | Q(cleared_as="covered"), pk__in=keys).exists()


def _left_alone() -> set[int]:
    """Returns the members of stories whose other articles were deleted."""
    alone = StoryMember.objects.order_by().values("story").annotate(n=Count("pk")).filter(n=1)
    return set(StoryMember.objects.filter(story__in=alone.values("story")).values_list("pk", flat=True))


def _in(spans: Iterable[tuple[date, date]]) -> QuerySet[Article]:
    """The articles of these days, of the first and the last one too."""
    inside = Q(pk__in=[])
    for first, last in spans:
        begin, end = datetime.combine(first, time.min, UTC), datetime.combine(last, time.max, UTC)
        inside |= Q(published_at__gte=begin, published_at__lte=end)
    return Article.objects.filter(inside)


def _is_in(day: date, spans: Iterable[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in spans)


def _some(keys: Iterable[int]) -> Iterator[list[int]]:
    return (list(some) for some in batched(sorted(keys), ROWS, strict=False))

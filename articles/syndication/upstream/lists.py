"""The lists of the upstream JSON: which articles, in which order, how many a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db.models import F, Func
from django.utils import timezone

from articles.documents.values import moment
from articles.models import Article, Category, Type
from articles.models.querysets import ArticleQuerySet
from articles.public.queries import of_topics

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class PathOrder(Func):
    """The path in the order of its characters, whatever the language of the database; none comes first."""

    template = "%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="COALESCE(%(expressions)s, '') COLLATE \"C\"")


BY_PATH = (PathOrder(F("path")).asc(), "pk")


@dataclass(frozen=True)
class JsonList:
    """A list of a collection. `size_of` is the name of its page size in the settings."""

    category: Category
    size_of: str
    title: str = ""
    folder: str = ""
    type: Type | None = None
    when: str = ""  # of events: past or future
    topic: int | None = None
    topic_has_many: bool = False

    @property
    def size(self) -> int:
        return int(settings.JSON_SIZES[self.size_of])

    @property
    def is_by_date(self) -> bool:
        """Newest first; else the hottest first, and events by their start."""
        return self.category in (Category.NEWS, Category.NEWSLETTER)

    @property
    def is_short(self) -> bool:
        """Whether keys without a value are left out, and the last page has no `nextPage`."""
        return self.category != Category.NEWS

    def articles(self) -> ArticleQuerySet:
        found = Article.objects.visible().filter(category=self.category)
        if self.type:
            found = found.filter(type=self.type)
        return of_topics(found, [self.topic], many=self.topic_has_many) if self.topic else found

    def head(self) -> dict[str, Any]:
        title = self.title.format(site=settings.SITE_NAME)
        return {"title": title, "path": self.folder} if self.is_short else {}


LISTS = {
    "news": JsonList(Category.NEWS, "news"),
    "learning": JsonList(Category.LEARNING, "learning", "Learning Resources", "_learning"),
    "learning/collections": JsonList(
        Category.LEARNING, "learning", "Learning Paths", "_learning/collections", type=Type.COLLECTION
    ),
    "learning/courses": JsonList(Category.LEARNING, "learning", "Courses", "_learning/courses", type=Type.COURSE),
    "learning/videos": JsonList(Category.LEARNING, "learning", "Videos", "_learning/videos", type=Type.VIDEO),
    "events": JsonList(Category.EVENT, "events", "Events", "_events"),
    "events/past": JsonList(Category.EVENT, "events", "Past Events", "_events", when="past"),
    "events/future": JsonList(Category.EVENT, "events", "Future Events", "_events", when="future"),
    "samples": JsonList(Category.SAMPLE, "samples", "Samples", "_samples"),
    "people": JsonList(Category.PEOPLE, "people", "People", "_people"),
    "communities": JsonList(Category.COMMUNITY, "communities", "Communities", "_communities"),
    "newsletters": JsonList(Category.NEWSLETTER, "newsletters", "{site} Newsletters", "_newsletters/"),
}
# Of one topic, where sites differ from the list of all.
SIZE_OF_TOPIC = {"news": "topics"}


def hottest_first(articles: ArticleQuerySet) -> ArticleQuerySet:
    return articles.order_by("-heat", *BY_PATH)


def newest_first(articles: ArticleQuerySet) -> ArticleQuerySet:
    return articles.order_by("-published_at", *BY_PATH)


# The same orders, for rows that were read already.


def by_heat(rows: Iterable[Article]) -> list[Article]:
    return sorted(rows, key=lambda row: (-row.heat, row.path or "", row.pk))


def by_date(rows: Iterable[Article]) -> list[Article]:
    by_path = sorted(rows, key=lambda row: (row.path or "", row.pk))
    return sorted(by_path, key=attrgetter("published_at"), reverse=True)


def event_keys(articles: ArticleQuerySet, when: str) -> Sequence[int]:
    """The primary keys of events by their start: those to come with the next one first, all others backwards.

    The times of an event stand in its document only. An event is past when it is over.
    """
    rows = articles.order_by(*BY_PATH).values_list("pk", "extra")
    events = [(_moment(extra, "startDateTime"), _moment(extra, "endDateTime"), pk) for pk, extra in rows]
    if when:
        now = timezone.now()
        timed = [(start, end, pk) for start, end, pk in events if start or end]
        events = [event for event in timed if ((event[1] or event[0] or now) < now) == (when == "past")]
    events.sort(key=lambda event: event[0] or event[1] or LONG_AGO, reverse=when != "future")
    return [pk for _, _, pk in events]


def _moment(extra: dict[str, Any], key: str) -> datetime | None:
    return moment(extra.get(key))[0] if extra.get(key) else None

"""What the queue shows: how many articles wait and why, one row, and one article with all that a decision needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, StringAgg, Subquery, Value, Window
from django.db.models.functions import Cast, Concat, JSONObject, RowNumber
from django.utils import timezone

from articles.desk.colleagues import colleagues
from articles.desk.queue.likes import Likes
from articles.documents.parse import record_of
from articles.documents.source import source_word_differences
from articles.history.diff import Difference
from articles.history.labels import label, short_text
from articles.history.snapshot import logged_value, value_of
from articles.importing.saving.take_source_values import sources_of
from articles.models import (
    Article,
    ArticleImage,
    ArticleTopic,
    Event,
    Image,
    KeyWords,
    Queue,
    Reason,
    State,
    StoryMember,
    Topic,
)
from articles.models.fields import SOURCE_FIELDS
from articles.models.querysets import ArticleQuerySet
from articles.moderation import CHANGE, VERBS
from articles.moderation.checks import LEAST_SCORES
from articles.moderation.colleague_verbs import Score
from articles.moderation.keywords import Keywords, topics_with_keywords
from articles.moderation.verbs import Verb, buttons
from articles.priority import parts
from articles.relevance import CUT
from providers.models import Provider

LAST_OF_PROVIDER = 100
DECIDED_STATES = (State.PUBLISHED, State.REJECTED, State.WITHDRAWN)
LAST_EVENTS = 8
RELATED_SHOWN = 5
IMAGE_VALUES = ("url", "file", "copy", "copy_width", "copy_height")  # what `src` depends on
PARTS = ("heat", "quality", "trust", "age", "waiting")
STEP = 5  # of quality and heat
MOST_OFFERED = 1_000  # names, in all the lists beside fields


class StatesOf(Subquery):
    """The states of a limited queryset, with commas between."""

    template = "(SELECT %(gather)s FROM (%(subquery)s) AS limited)"
    output_field = CharField()

    def as_sqlite(self, compiler, connection):
        return self.as_sql(compiler, connection, gather="GROUP_CONCAT(limited.state)")

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, gather="STRING_AGG(limited.state, ',')")


def offered_names() -> dict[str, list[tuple[str, str]]]:
    """Returns key and name of all that the page offers: providers, topics, people, reasons; one query."""

    def some(kind: str, place: Any, rows: QuerySet, key: str, name: str) -> QuerySet:
        columns = {"kind": Value(kind, CharField()), "key": F(key), "called": F(name), "place": place}
        return rows.order_by().annotate(**columns).values_list(*columns)

    before = Window(RowNumber(), order_by=["position", "pk"])  # as `offered` orders them
    found = some("reasons", before, Reason.objects.offered(), "slug", "label").union(
        some("people", Value(100_000), colleagues(), "username", "username"),
        some("topics", Value(100_001), Topic.objects.all(), "slug", "name"),
        some("providers", Value(100_002), Provider.objects.in_use(), "domain", "name"),
        all=True,
    )
    offered: dict[str, list[tuple[str, str]]] = {"providers": [], "topics": [], "people": [], "reasons": []}
    # Of very many providers not all are offered: a person who knows the name can type it.
    for kind, key, name, _ in sorted(found.order_by("place")[:MOST_OFFERED], key=lambda row: (row[3], row[2].lower())):
        offered[kind].append((key, name))
    return offered


def for_rows(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Adds all that rows of the queue show; one query."""
    topics = (
        ArticleTopic.objects.filter(article=OuterRef("pk"))
        .order_by()
        .values("article")
        # With their places: SQLite before 3.44 puts them together in no order.
        .values(names=StringAgg(Concat(Cast("position", CharField()), Value(" "), F("topic__name")), Value("\n")))
    )
    story = StoryMember.objects.order_by().filter(story__members=OuterRef("pk"))
    reports = story.values("story").annotate(number=Count("pk")).values("number")
    return (
        articles.select_related("provider", "claimed_by", "assigned_to")
        .annotate(topic_names=Subquery(topics), reports=Subquery(reports))
        .with_queue_order()
        .without_payload()
    )


def for_item(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Adds the same, the states of the provider's latest articles, key words, the first image, and the document."""
    latest = Article.objects.filter(provider=OuterRef("provider")).latest_first().values("state")[:LAST_OF_PROVIDER]
    key_words = KeyWords.objects.filter(pk=OuterRef("pk")).values("words")
    image = ArticleImage.objects.filter(article=OuterRef("pk")).order_by("position", "pk")
    image_values = image.values(values=JSONObject(**{name: f"image__{name}" for name in IMAGE_VALUES}))[:1]
    rows = for_rows(articles).annotate(
        words_of_key=Subquery(key_words), image_values=Subquery(image_values), states_of_provider=StatesOf(latest)
    )
    rows = rows.select_related("ruled_by")
    return rows.defer(None).defer("body", "secured", "source_digest", "extra")


class ScoreSteps(NamedTuple):
    """A score, what one step down and up makes of it, and the keys that do so."""

    name: str
    value: int
    least: int
    lower: int
    higher: int
    key_up: str
    key_down: str


@dataclass
class QueueRow:
    """An article in the queue: why it waits, and how its place there comes about."""

    article: Article
    by: User
    now: datetime = field(default_factory=timezone.now)

    @property
    def reasons(self) -> list[Queue]:
        """All reasons that hold, the main one first."""
        article = self.article
        undecided = article.reviewed_at is None and (article.published or not article.removed)
        matters = article.published or undecided
        holds = {
            Queue.FLAGGED: bool(article.flag),
            Queue.REMOVED: article.was_taken_back,
            Queue.CHANGED: article.changed_since_decision,
            Queue.CONFLICT: bool(article.conflicts) and matters,
            Queue.DUPLICATE: article.duplicate_of_id is not None and matters,
            Queue.LIVE: article.published and undecided,
            Queue.PENDING: not article.published and undecided,
            Queue.SECOND_LOOK: article.second_look,
        }
        return [reason for reason, does in holds.items() if does]

    @property
    def parts(self) -> list[tuple[str, float]]:
        """The points that make up the place of the article, rounded as they are shown, so that they sum up."""
        points = parts(self.article, self.now)
        return [(name, round(number, 1)) for name, number in zip(PARTS, points, strict=True)]

    @property
    def points(self) -> float:
        return round(sum(points for _, points in self.parts), 1)

    @property
    def topics(self) -> list[str]:
        article: Any = self.article  # with what `for_rows` adds
        placed = (line.partition(" ") for line in (article.topic_names or "").split("\n") if line)
        return [name for _, _, name in sorted(placed, key=lambda place: int(place[0]))]

    @property
    def reports(self) -> int:
        """How many articles tell its story; 0 for one that is alone."""
        article: Any = self.article
        return article.reports or 0

    @property
    def holder(self) -> User | None:
        """The colleague who works on it."""
        holder, until = self.article.claimed_by, self.article.claimed_until
        return holder if holder and holder != self.by and until and until > self.now else None

    @property
    def is_mine(self) -> bool:
        until = self.article.claimed_until
        return self.article.claimed_by_id == self.by.pk and until is not None and until > self.now

    @property
    def is_decided(self) -> bool:
        return not self.article.queue

    @property
    def buttons(self) -> list[tuple[Verb, str]]:
        """The verbs of the bar, each with why it is refused now."""
        return [(verb, verb.refusal(self.article, self.by)) for verb in buttons()]

    @property
    def asks_why(self) -> Verb | None:
        """The verb that can be carried out now and asks for a reason."""
        return next((verb for verb, refusal in self.buttons if verb.asks_reason and not refusal), None)

    def refusal(self, name: str) -> str:
        """Returns why a verb cannot be carried out now; '' if it can."""
        return VERBS[name]().refusal(self.article, self.by)

    @property
    def scores(self) -> list[ScoreSteps]:
        article = self.article
        return [
            ScoreSteps(
                name,
                value,
                LEAST_SCORES[name],
                max(value - STEP, LEAST_SCORES[name]),
                max(value, 0) + STEP,
                *Score.keys[name],
            )
            for name, value in (("heat", article.heat), ("quality", article.quality))
        ]


class Conflict(NamedTuple):
    """A field of which a person and the document disagree: which of how many, and whether the source's can be taken."""

    number: int
    of: int
    difference: Difference
    can_take: bool


@dataclass
class QueueItem(QueueRow):
    """The open article, with all that a person needs for a decision."""

    def __post_init__(self):
        article: Any = self.article  # with what `for_item` adds
        self.image = Image(**article.image_values) if article.image_values else None
        links = article.related.filter(hidden=False).select_related("page").most_relevant_first()
        # The numbers come with each of the first links: they cost no query of their own.
        seen = Count("pk", filter=Q(placed=True) | Q(relevance__gte=CUT))
        links = links.annotate(all_links=Window(Count("pk")), for_readers=Window(seen))
        self.related = list(links[:RELATED_SHOWN])
        self.events = list(
            Event.objects.filter(article=article).select_related("by", "reason", "run", "undone_by", "rule")[
                :LAST_EVENTS
            ]
        )
        self.suggested = suggested_topics(article, self.topics) if self.by.has_perm(CHANGE) else []
        self.likes = Likes(article, article.words_of_key)
        states = (article.states_of_provider or "").split(",")
        self.record = [(state.label, states.count(state.value)) for state in DECIDED_STATES]
        self.record_of = len(states)
        record = record_of(article) if article.state == State.PENDING else None
        self.says_published = record is not None and record.says_published
        # Of an article that only documents have written, no field that the source could settle differs.
        by_people = len(self.events) == LAST_EVENTS or any(event.by_id for event in self.events)
        self.differences = source_word_differences(article) if by_people or article.conflicts else []
        self.source = sources_of([article.pk]) if article.conflicts else ""
        self.conflicts = list(_conflicts(article, {each.name: each for each in self.differences}))
        self.differences = [each for each in self.differences if each.name not in article.conflicts]
        # Behind the digits of conflicts.
        self.likes.first_digit = len(self.conflicts) + 1 if len(self.conflicts) > 1 else 1


def suggested_topics(article: Article, existing: Collection[str]) -> list[Topic]:
    """Returns the topics that the title names, without those of these names, in one query."""
    topics = topics_with_keywords()
    named = Keywords.of_topics(topics.values()).topics_in(article.title)
    return [topics[pk] for pk in named if topics[pk].name not in existing]


def _conflicts(article: Article, differing: Mapping[str, Difference]) -> Iterator[Conflict]:
    names = [name for name in article.conflicts if name in SOURCE_FIELDS]
    for number, name in enumerate(names, start=1):
        difference = differing.get(name)
        if difference is None:
            # The document says nothing of it any more, or the same.
            current = short_text(logged_value(value_of(article, name)))
            yield Conflict(number, len(names), Difference(name, label(name), [(current, False)], []), can_take=False)
        else:
            yield Conflict(number, len(names), difference, can_take=True)

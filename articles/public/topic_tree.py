"""The topics that have visible articles, as a tree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.utils import timezone

from articles.models import Article, TopicEntry
from articles.models.querysets import Moment
from articles.public import queries
from articles.public.prepared_queries import prepared

COLUMNS = ("pk", "slug", "name", "short_name", "description", "parent_id")


class TopicValues(NamedTuple):
    """The values of a topic that pages show; `visible_count` does not include the topics below it."""

    pk: int
    slug: str
    name: str
    short_name: str
    description: str
    parent_id: int | None
    visible_count: int

    def get_absolute_url(self) -> str:
        return f"/topics/{self.slug}/"


@dataclass(eq=False)
class Node:
    """A topic with a visible article, or with such a topic below it."""

    topic: TopicValues
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def ancestors(self) -> list[Node]:
        """The nodes above it, from the root down."""
        return [*self.parent.ancestors, self.parent] if self.parent else []

    @property
    def branch(self) -> list[Node]:
        """The node itself and all nodes below it."""
        return [self, *(node for child in self.children for node in child.branch)]


def visible_tree(*, counted: bool = False) -> dict[str, Node]:
    """Topics with visible articles and the topics above them, by slug, in the order of their names.

    One query; three if `counted`. Otherwise the `visible_count` of a topic with visible articles is 1.
    """
    now = timezone.now()
    rows = {row[0]: TopicValues(*row) for row in _with_visibility(now=now)}
    if counted:
        counts = visible_counts(now)
        rows = {pk: topic._replace(visible_count=counts.get(pk, 0)) for pk, topic in rows.items()}
    kept: dict[int, Node] = {}
    for topic in rows.values():
        if topic.visible_count:
            _keep(topic, rows, kept)
    nodes = [kept[pk] for pk in rows if pk in kept]
    for node in nodes:
        if node.parent:
            node.parent.children.append(node)
    return {node.topic.slug: node for node in nodes}


def visible_counts(now: datetime) -> dict[int, int]:
    """The number of visible articles of each topic: all published ones less those out of schedule. Two queries."""
    counts = Counter(dict(_published()))
    counts.subtract(dict(_out_of_schedule(now=now)))
    return counts


def has_many(topics: list[int]) -> bool:
    """Whether the topics have MANY_ARTICLES or more, for `queries.of_topics`. One query."""
    return bool(_nth_entry(queries.MANY_ARTICLES, topics=topics))


@prepared
def _nth_entry(number: int, topics: Any) -> QuerySet:
    return TopicEntry.objects.filter(topic__in=topics).values_list("article")[number - 1 : number]


@prepared
def _published() -> QuerySet:
    return _count_by_topic(TopicEntry.objects.all())


@prepared
def _out_of_schedule(now: Moment) -> QuerySet:
    return _count_by_topic(
        TopicEntry.objects.filter(article__in=Article.objects.out_of_schedule(now).order_by().values("pk"))
    )


def _count_by_topic(entries: QuerySet) -> QuerySet:
    return entries.values("topic").annotate(number=Count("*")).values_list("topic", "number")


@prepared
def _with_visibility(now: Moment) -> QuerySet:
    return queries.topics_with_visibility(now).values_list(*COLUMNS, "is_visible")


def _keep(topic: TopicValues | None, rows: dict[int, TopicValues], kept: dict[int, Node]) -> None:
    chain: list[Node] = []
    while topic and topic.pk not in kept:
        node = kept[topic.pk] = Node(topic)
        if chain:
            chain[-1].parent = node
        chain.append(node)
        topic = rows.get(topic.parent_id) if topic.parent_id else None
    # If parents form a circle, the topic that closes it becomes a root.
    if topic and chain and kept[topic.pk] not in chain:
        chain[-1].parent = kept[topic.pk]

"""The topics that readers may know of, as a tree."""

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


class Subject(NamedTuple):
    """What pages show of a topic; `visible_count` is 0 where readers may see no article of its own."""

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
    """A topic with a visible article, or above one."""

    topic: Subject
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def ancestors(self) -> list[Node]:
        """From the root down to the parent."""
        return [*self.parent.ancestors, self.parent] if self.parent else []

    @property
    def branch(self) -> list[Node]:
        """The node and all below it."""
        return [self, *(node for child in self.children for node in child.branch)]


def visible_tree(*, counted: bool = False) -> dict[str, Node]:
    """Nodes by slug, in the order of their names: topics with visible articles, and those above them.

    One query, or three. Where they are not `counted`, a topic with visible articles has a `visible_count` of 1.
    """
    now = timezone.now()
    rows = {row[0]: Subject(*row) for row in _with_visibility(now=now)}
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
    """How many articles readers may see of each topic: two queries, which read no article that is visible."""
    counts = Counter(dict(_published()))
    counts.subtract(dict(_out_of_schedule(now=now)))
    return counts


def has_many(topics: list[int]) -> bool:
    """Whether the topics have so many articles that `of_topics` walks the index of dates for them. One query."""
    return bool(_at(queries.MANY_ARTICLES, topics=topics))


@prepared
def _at(number: int, topics: Any) -> QuerySet:
    return TopicEntry.objects.filter(topic__in=topics).values_list("article")[number - 1 : number]


@prepared
def _published() -> QuerySet:
    return _number(TopicEntry.objects.all())


@prepared
def _out_of_schedule(now: Moment) -> QuerySet:
    return _number(TopicEntry.objects.filter(article__in=Article.objects.out_of_schedule(now).order_by().values("pk")))


def _number(entries: QuerySet) -> QuerySet:
    return entries.values("topic").annotate(number=Count("*")).values_list("topic", "number")


@prepared
def _with_visibility(now: Moment) -> QuerySet:
    return queries.topics_with_visibility(now).values_list(*COLUMNS, "is_visible")


def _keep(topic: Subject | None, rows: dict[int, Subject], kept: dict[int, Node]) -> None:
    chain: list[Node] = []
    while topic and topic.pk not in kept:
        node = kept[topic.pk] = Node(topic)
        if chain:
            chain[-1].parent = node
        chain.append(node)
        topic = rows.get(topic.parent_id) if topic.parent_id else None
    # Parents that go round in a circle would hide each other: the last one met becomes a root.
    if topic and chain and kept[topic.pk] not in chain:
        chain[-1].parent = kept[topic.pk]

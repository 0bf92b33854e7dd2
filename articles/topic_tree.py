"""The topics that readers may know of, as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils import timezone

from articles.models import Topic
from articles.prepared import prepared

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
    """Nodes by slug, in the order of their names: topics with visible articles, and those above them. One query.

    Without `counted`, a topic with visible articles has a `visible_count` of 1.
    """
    query = _with_counts if counted else _with_visibility
    rows = {row[0]: Subject(*row) for row in query(now=timezone.now())}
    kept: dict[int, Node] = {}
    for topic in rows.values():
        if topic.visible_count:
            _keep(topic, rows, kept)
    nodes = [kept[pk] for pk in rows if pk in kept]
    for node in nodes:
        if node.parent:
            node.parent.children.append(node)
    return {node.topic.slug: node for node in nodes}


@prepared
def _with_counts(now):
    return Topic.objects.with_visible_count(now).values_list(*COLUMNS, "visible_count")


@prepared
def _with_visibility(now):
    return Topic.objects.with_visibility(now).values_list(*COLUMNS, "is_visible")


def _keep(topic: Subject | None, rows: dict[int, Subject], kept: dict[int, Node]) -> None:
    chain: list[Node] = []
    while topic and topic.pk not in kept:
        node = kept[topic.pk] = Node(topic)
        if chain:
            chain[-1].parent = node
        chain.append(node)
        topic = rows.get(topic.parent_id)
    # Parents that go round in a circle would hide each other: the last one met becomes a root.
    if topic and chain and kept[topic.pk] not in chain:
        chain[-1].parent = kept[topic.pk]

"""The topics that readers may know of, as a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from articles.models import Topic


@dataclass(eq=False)
class Node:
    """A topic with a visible article, or above one."""

    topic: Topic
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


def visible_tree(topics: Iterable[Topic], is_visible: Callable[[Topic], bool]) -> dict[str, Node]:
    """Nodes by slug, in the order of `topics`: those that are visible, and those above them."""
    rows = {topic.pk: topic for topic in topics}
    kept: dict[int, Node] = {}
    for topic in filter(is_visible, rows.values()):
        _keep(topic, rows, kept)
    nodes = [kept[pk] for pk in rows if pk in kept]
    for node in nodes:
        if node.parent:
            node.parent.children.append(node)
    return {node.topic.slug: node for node in nodes}


def _keep(topic: Topic | None, rows: dict[int, Topic], kept: dict[int, Node]) -> None:
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

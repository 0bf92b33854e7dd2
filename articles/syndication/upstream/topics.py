"""The list of topics in the upstream JSON, with the lists that each of them has."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from articles.models import Topic, TopicImage
from articles.public.topic_tree import Node, visible_tree
from articles.syndication.upstream.addresses import Addresses

IMAGES = Prefetch("image_links", TopicImage.objects.select_related("image"))


def topics_json(addresses: Addresses) -> dict[str, Any]:
    """The topics that readers can see, in the order in which they came. Three queries."""
    nodes = {node.topic.pk: node for node in visible_tree().values()}
    rows = Topic.objects.filter(pk__in=nodes).order_by("pk").prefetch_related(IMAGES)
    return {"value": [_topic(row, nodes[row.pk], addresses) for row in rows]}


def _topic(topic: Topic, node: Node, addresses: Addresses) -> dict[str, Any]:
    """The keys of upstream: a topic without a parent, or without pictures, has no such key."""
    images = [addresses.of_file(link.image.url) for link in topic.image_links.all()]
    said = topic.source.get("services") or [("news", addresses.of_list(f"news/{topic.slug}"))]
    return {
        "name": topic.name,
        "shortname": topic.short_name or topic.name,
        "id": topic.slug,
        **({"parent": node.parent.topic.name} if node.parent else {}),
        **({"images": images} if images else {}),
        "services": [{"name": name, "endpoint": addresses.of_service(url)} for name, url in said],
    }

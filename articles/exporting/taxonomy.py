"""Writes providers and topics as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from articles.documents import emit
from articles.documents.keys import place_front
from articles.exporting.content import ARTICLES_A_CHUNK
from articles.models import Topic
from providers.models import Provider, rows_by_domain


def taxonomy_documents() -> Iterator[tuple[str, bytes]]:
    """Yields path and bytes of the document of each provider and topic, without unknown keys such as services."""
    providers = Provider.objects.order_by("domain").prefetch_related("image_links__image")
    for domain, provider in rows_by_domain(providers).items():
        yield f"_data/organizations/{domain}.md", _text(_organization(provider, domain), fence="---\n")
    topics = Topic.objects.order_by("slug").select_related("parent").prefetch_related("image_links__image")
    for topic in topics.iterator(chunk_size=ARTICLES_A_CHUNK):
        yield f"_data/topics/{topic.slug}.yaml", _text(_topic(topic))


def _organization(provider: Provider, domain: str) -> Iterable[tuple[str, Any]]:
    return (
        ("taxonomy", "organization"),
        ("_id", domain),
        ("name", provider.name),
        ("otherNames", provider.other_names),
        ("domain", domain),
        ("description", provider.description),
        ("images", [place_front(place) for place in provider.image_links.all()]),
    )


def _topic(topic: Topic) -> Iterable[tuple[str, Any]]:
    return (
        ("taxonomy", "topic"),
        ("_id", topic.slug),
        ("name", topic.name),
        ("shortname", topic.short_name),
        ("parent", topic.parent.name if topic.parent else ""),
        ("description", topic.description),
        ("keywords", topic.keywords),
        ("hashtags", topic.hashtags),
        ("images", [place_front(place) for place in topic.image_links.all()]),
    )


def _text(front: Iterable[tuple[str, Any]], fence: str = "") -> bytes:
    lines = emit.mapping({key: value for key, value in front if value not in ("", [])}, 0)
    return (fence + "".join(line + "\n" for line in lines) + fence).encode()

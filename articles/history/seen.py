"""Whether readers see a change of an article: what moves its date in feeds, sitemaps and JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from articles.history.related import Part
from articles.models.fields import SEEN_BY_READERS, SEEN_OF_LINKS

# Of the document's other keys: the film on the page of an article, and what a collection holds.
SEEN_KEYS = ("featuredContent", "items")


def is_seen(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether readers see one of the changed fields, which are given as an event holds them."""
    return any(
        _is_seen_link(before[name], after[name]) if name == "related" else True
        for name in after
        if name in SEEN_BY_READERS
    )


def are_keys_seen(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """The same of a document's other keys."""
    return any(before.get(key) != after.get(key) for key in SEEN_KEYS)


def _is_seen_link(before: Part, after: Part) -> bool:
    """Links that came or went are seen unless they are hidden; of others, what they show, and their order."""
    for url, values in after.items():
        earlier = before[url]
        if values is None or earlier is None:
            if not (values or earlier or {}).get("hidden"):
                return True
        elif not SEEN_OF_LINKS.isdisjoint(values):
            return True
    return False

"""The ordered lists of an article's form as they were sent: rows `<prefix>-<n>-<field>` of a formset."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from articles.admin.mixins.refill import SentRow, rows_in
from articles.forms.fields import as_typed
from articles.forms.filters import is_key
from articles.history.images import IMAGE_TEXTS, image_in_words, logged_image, texts_in, url_in
from articles.history.labels import short_text
from articles.models import Image, Topic
from articles.models.keys import key_of

# The lists of an article, and the prefixes of their formsets.
LIST_PREFIXES = {"topics": "topic_links", "images": "image_links"}

Key = tuple[str, ...]  # the primary key, and of an image its texts


def rows_differ(name: str, logged: Any, data: QueryDict) -> bool:
    """Whether the rows that were sent differ from this list of the log, in rows, contents or order."""
    sent = [(_key(name, row), row.get("position", "")) for row in _sent(name, data)]
    logged_rows = [(key, str(place)) for place, key in enumerate(_logged_keys(name, logged or []), start=1)]
    return sent != logged_rows


def images_differ(logged: Any, data: QueryDict) -> bool:
    """Whether the pictures that were sent differ from these of the log, in their order: positions may have gaps."""
    return [_key("images", row) for row in _sent("images", data)] != _logged_keys("images", logged or [])


def rows_in_words(name: str, data: QueryDict) -> str:
    """Returns the rows that were sent, in words."""
    keys = [_key(name, row) for row in _sent(name, data)]
    pks = [int(pk) for pk, *_ in keys if is_key(pk)]
    if name == "images":
        urls = dict(Image.objects.filter(pk__in=pks).values_list("pk", "url"))
        return short_text([image_in_words(logged_image(_named(urls, pk), *said)) for pk, *said in keys])
    topics = Topic.objects.in_bulk(pks)
    return short_text([_named(topics, pk) for (pk,) in keys])


def _named(rows: Mapping[int, object], pk: str) -> str:
    return str(rows.get(int(pk), pk)) if is_key(pk) else pk


def _sent(name: str, data: QueryDict) -> list[SentRow]:
    """Returns the rows that are filled in, in the order of their numbers."""
    filled = {"topics": "topic", "images": "image"}[name]
    rows = [row for row in rows_in(data, LIST_PREFIXES[name]) if row.get(filled) and not row.get("DELETE")]
    return sorted(rows, key=lambda row: int(row["position"]) if is_key(row.get("position", "")) else 10**9)


def _key(name: str, row: SentRow) -> Key:
    if name == "topics":
        return (row["topic"],)
    return (row["image"], *(as_typed(row.get(text, "")) for text in IMAGE_TEXTS))


def _logged_keys(name: str, logged: list[Any]) -> list[Key]:
    if name == "topics":
        pks = dict(Topic.objects.filter(slug__in=logged).values_list("slug", "pk"))
        return [(str(pks.get(value, value)),) for value in logged]
    pks = dict(Image.objects.filter(url_key__in=map(key_of, map(url_in, logged))).values_list("url", "pk"))
    return [(str(pks.get(url_in(value), url_in(value))), *map(as_typed, texts_in(value).values())) for value in logged]

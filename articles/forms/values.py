"""Values of an article's fields as a person reads them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from articles.history.images import images_in_words
from articles.history.labels import label, short_text
from articles.models import Topic
from articles.models.fields import MOMENTS
from articles.models.moments import possible
from providers.models import Provider

MOST_LISTED = 10  # of a longer list of links, their number comes first


def value_in_words(name: str, value: Any) -> str:
    """Returns a value of the log, of a form or of a document as text."""
    if name in MOMENTS and isinstance(value, str):
        value = parse_datetime(value) or value
    if name == "images":
        value = images_in_words(value)
    match value:
        case datetime():
            return f"{localtime(possible(value)):%Y-%m-%d %H:%M:%S}"
        case Provider():
            return value.domain
        case [Topic(), *_]:
            return ", ".join(topic.name for topic in value)
        case [dict(), *_] if len(value) > MOST_LISTED:
            hidden = sum(bool(item.get("hidden")) for item in value)
            return f"{len(value)}{f', {hidden} of them hidden' if hidden else ''}: {short_text(value)}"
    return short_text(value)


def labels_of(names: Iterable[str]) -> str:
    return ", ".join(label(name) for name in names)

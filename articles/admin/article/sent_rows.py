"""The ordered lists of an article's form as they were sent: rows `<prefix>-<n>-<field>` of a formset."""

from typing import Any

from django.http import QueryDict

from articles.forms.fields import as_typed
from articles.forms.filters import is_key
from articles.forms.values import value_in_words
from articles.models import Image, Topic
from articles.models.fields import LINK_COLUMNS, MOMENTS
from articles.models.keys import key_of

# The lists of an article, and the prefixes of their formsets.
LIST_PREFIXES = {"topics": "topic_links", "images": "image_links", "related": "related"}
_TEXTS = tuple(name for name in LINK_COLUMNS if name not in MOMENTS)

SentRow = dict[str, str]


def rows_differ(name: str, logged: Any, data: QueryDict) -> bool:
    """Whether the rows that were sent differ from this list of the log, in rows, contents or order."""
    sent = [(_key(name, row), row.get("position", "")) for row in _sent(name, data)]
    logged_rows = [(key, str(place)) for place, key in enumerate(_logged_keys(name, logged or []), start=1)]
    return sent != logged_rows


def rows_in_words(name: str, data: QueryDict) -> str:
    """Returns the rows that were sent, in words."""
    rows = _sent(name, data)
    if name == "related":
        texts = [(row.get("title") or row.get("url", "")) + (" (hidden)" if row.get("hidden") else "") for row in rows]
    else:
        keys = [_key(name, row) for row in rows]
        known = (Topic if name == "topics" else Image).objects.in_bulk([int(key) for key in keys if is_key(key)])
        texts = [str(known.get(int(key), key)) if is_key(key) else str(key) for key in keys]
    return ", ".join(texts) or "—"


def rows_in(data: QueryDict, prefix: str) -> list[SentRow]:
    try:
        total = min(int(data.get(f"{prefix}-TOTAL_FORMS", 0)), 1000)
    except ValueError:
        return []
    starts = [f"{prefix}-{n}-" for n in range(total)]
    return [{k.removeprefix(s): str(v) for k, v in data.items() if k.startswith(s)} for s in starts]


def _sent(name: str, data: QueryDict) -> list[SentRow]:
    """Returns the rows that are filled in, in the order of their numbers."""
    filled = {"topics": "topic", "images": "image", "related": "url"}[name]
    rows = [row for row in rows_in(data, LIST_PREFIXES[name]) if row.get(filled) and not row.get("DELETE")]
    return sorted(rows, key=lambda row: int(row["position"]) if is_key(row.get("position", "")) else 10**9)


def _key(name: str, row: SentRow) -> Any:
    match name:
        case "topics":
            return row["topic"]
        case "images":
            return row["image"]
    when = f"{row.get('published_at_0', '')} {row.get('published_at_1', '')}".strip()
    return [*(as_typed(row.get(field, "")) for field in _TEXTS), bool(row.get("hidden")), when]


def _logged_keys(name: str, logged: list[Any]) -> list[Any]:
    match name:
        case "topics":
            pks = dict(Topic.objects.filter(slug__in=logged).values_list("slug", "pk"))
        case "images":
            pks = dict(Image.objects.filter(url_key__in=map(key_of, logged)).values_list("url", "pk"))
        case _:
            return [_link_key(link) for link in logged]
    return [str(pks.get(value, value)) for value in logged]


def _link_key(link: dict[str, Any]) -> list[Any]:
    when = link.get("published_at")
    date = value_in_words("published_at", when) if when else ""
    return [*(as_typed(str(link.get(field, ""))) for field in _TEXTS), bool(link.get("hidden")), date]

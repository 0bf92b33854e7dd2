"""The ordered lists of an article's form as they are sent: rows `<prefix>-<n>-<field>` of a formset."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from articles.models import Image, Topic
from articles.models.keys import key_of

LISTS = {"topics": "topic_links", "images": "image_links", "related": "related"}
_TEXTS = ("url", "title", "excerpt", "type", "quality", "amp_url", "cdn_amp_url")

Row = dict[str, str]
Put = Callable[[QueryDict, forms.BoundField], None]


def touched(name: str, logged: Any, data: QueryDict) -> bool:
    """Whether the rows that were sent are another list than this one of the log: other rows, contents or order."""
    sent = [(_key(name, row), row.get("position", "")) for row in _sent(name, data)]
    was = [(key, str(place)) for place, key in enumerate(_logged_keys(name, logged or []), start=1)]
    return sent != was


def shown(name: str, data: QueryDict) -> str:
    """The rows that were sent, in words."""
    rows = _sent(name, data)
    if name == "related":
        texts = [(row.get("title") or row.get("url", "")) + (" (hidden)" if row.get("hidden") else "") for row in rows]
    else:
        keys = [_key(name, row) for row in rows]
        known = (Topic if name == "topics" else Image).objects.in_bulk([int(key) for key in keys if _is_key(key)])
        texts = [str(known.get(int(key), key)) if _is_key(key) else str(key) for key in keys]
    return ", ".join(texts) or "—"


def take_rows(data: QueryDict, formset: forms.BaseFormSet, put: Put) -> None:
    """Let the form hold the rows that are there now."""
    rows = formset.initial_forms
    _clear(data, formset.prefix)
    _manage(data, formset.prefix, len(rows), len(rows))
    for form in rows:
        for bound in form:
            put(data, bound)


def keep_rows(data: QueryDict, formset: forms.BaseFormSet) -> None:
    """Let the form hold the rows that were sent; those whose row in the database is gone become new ones."""
    there = {str(form.instance.pk) for form in formset.initial_forms}
    rows = _rows(data, formset.prefix)
    old = [row for row in rows if row.get("id") in there]
    new = [{**row, "id": ""} for row in rows if row.get("id") not in there and not row.get("DELETE")]
    _clear(data, formset.prefix)
    _manage(data, formset.prefix, len(old), len(old) + len(new))
    for n, row in enumerate(old + new):
        data.update({f"{formset.prefix}-{n}-{name}": value for name, value in row.items()})


def _rows(data: QueryDict, prefix: str) -> list[Row]:
    try:
        total = min(int(data.get(f"{prefix}-TOTAL_FORMS", 0)), 1000)
    except ValueError:
        return []
    starts = [f"{prefix}-{n}-" for n in range(total)]
    return [{k.removeprefix(s): v for k, v in data.items() if k.startswith(s)} for s in starts]


def _sent(name: str, data: QueryDict) -> list[Row]:
    """The rows that hold something, in the order of their numbers."""
    filled = {"topics": "topic", "images": "image", "related": "url"}[name]
    rows = [row for row in _rows(data, LISTS[name]) if row.get(filled) and not row.get("DELETE")]
    return sorted(rows, key=lambda row: int(row["position"]) if _is_key(row.get("position", "")) else 10**9)


def _key(name: str, row: Row) -> Any:
    match name:
        case "topics":
            return row["topic"]
        case "images":
            return row["image"]
    when = f"{row.get('published_at_0', '')} {row.get('published_at_1', '')}".strip()
    return [*(_plain(row.get(field, "")) for field in _TEXTS), bool(row.get("hidden")), when]


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
    date = f"{localtime(parse_datetime(when)):%Y-%m-%d %H:%M:%S}" if when else ""
    return [*(_plain(link.get(field, "")) for field in _TEXTS), bool(link.get("hidden")), date]


def _plain(value: Any) -> str:
    return str(value).replace("\r\n", "\n").strip()


def _is_key(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19


def _clear(data: QueryDict, prefix: str) -> None:
    for key in [key for key in data if key.startswith(f"{prefix}-")]:
        del data[key]


def _manage(data: QueryDict, prefix: str, initial: int, total: int) -> None:
    data.update({f"{prefix}-INITIAL_FORMS": str(initial), f"{prefix}-TOTAL_FORMS": str(total)})
    data.update({f"{prefix}-MIN_NUM_FORMS": "0", f"{prefix}-MAX_NUM_FORMS": "1000"})

"""A form that was filled in on a version that is gone: what the person saw, what is there now, what they typed.

What they saw is told by the log: of a field that changed since, the oldest event holds the value before. A field that
they did not touch takes the value that is there now; one that they touched keeps what they typed, and is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from articles.admin.history import label, words
from articles.facts import as_json, value_of
from articles.models import Article, Event
from providers.models import Provider

LISTS = {"topics": "topic_links", "images": "image_links", "related": "related"}
DATES = ("published_at", "publish_at", "expires_at")


@dataclass(frozen=True)
class Clash:
    """A field that both the person and somebody else changed."""

    name: str
    label: str
    seen: str
    now: str
    typed: str
    event: Event | None


@dataclass(frozen=True)
class Conflict:
    """`data` is what the person sent, on the version that is there now, with what others changed beside them."""

    clashes: list[Clash]
    taken: list[str]
    since: list[Event]
    data: QueryDict


def use_theirs(data: QueryDict, now: forms.ModelForm, formsets: dict[str, forms.BaseFormSet]) -> QueryDict:
    """What was sent, with the value that is there now wherever the person chose it on the page of the conflict."""
    chosen = [key.removeprefix("use-") for key, value in data.items() if key.startswith("use-") and value == "theirs"]
    data = data.copy()
    for name in chosen:
        _take(data, name, now, formsets)
    return data


def conflict(
    article: Article,
    data: QueryDict,
    seen_version: int | None,
    now: forms.ModelForm,
    typed: forms.ModelForm,
    formsets: dict[str, forms.BaseFormSet],
) -> Conflict:
    data = data.copy()
    data["version"] = str(article.version)
    since = _since(article, seen_version)
    names = [*now.fields_of_the_article, *(n for n in LISTS if LISTS[n] in formsets)]
    clashes, taken = [], []
    for name in names:
        events = [event for event in since if name in event.after]
        if seen_version is not None and not events:
            continue
        # Nobody knows what was seen on a form without a version: whatever differs is shown.
        seen = events[-1].before.get(name) if events else None
        touched = not events or _touched(name, seen, typed, data)
        if not touched:
            _take(data, name, now, formsets)
            taken.append(label(name))
        elif _touched(name, as_json(value_of(article, name)), typed, data):
            clashes.append(_clash(article, name, seen, typed, data, events))
            if name in LISTS:
                _renumber(data, formsets[LISTS[name]])
        elif name in LISTS:
            _take(data, name, now, formsets)
    return Conflict(clashes, taken, since, data)


def _since(article: Article, version: int | None) -> list[Event]:
    if version is None:
        return []
    return list(Event.objects.filter(article=article, version__gt=version).select_related("by", "reason"))


def _touched(name: str, seen: object, typed: forms.ModelForm, data: QueryDict) -> bool:
    """Whether what was typed is something else than this value of the log."""
    if name in LISTS:
        return _listed(name, data) != _identities(name, seen)
    bound = typed[name]
    return bound.field.has_changed(_python(name, seen), bound.data)


def _clash(article, name: str, seen, typed: forms.ModelForm, data: QueryDict, events: list[Event]) -> Clash:
    return Clash(
        name,
        label(name),
        _words(name, seen) if events else "not known",
        _words(name, as_json(value_of(article, name))),
        ", ".join(_shown(name, data)) or "—" if name in LISTS else _typed(typed[name]),
        events[0] if events else None,
    )


def _words(name: str, value: object) -> str:
    if name in DATES and isinstance(value, str):
        return f"{localtime(parse_datetime(value)):%Y-%m-%d %H:%M:%S}"
    return words(value)


def _python(name: str, value: object) -> object:
    """A value of the log as the form would have it."""
    if name == "provider":
        return Provider.objects.filter(domain=value).values_list("pk", flat=True).first()
    if name in DATES and isinstance(value, str):
        return localtime(parse_datetime(value)).replace(microsecond=0)
    return value


def _typed(bound: forms.BoundField) -> str:
    try:
        value = bound.field.clean(bound.data)
    except forms.ValidationError:
        return words(bound.data)
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M:%S}"
    return words(value if isinstance(value, bool | None) else str(value))


# Lists: rows `<prefix>-<n>-<field>` of a formset

KEYS: dict[str, Callable[[dict[str, str]], str]] = {
    "topics": lambda row: row.get("topic", ""),
    "images": lambda row: row.get("image", ""),
    "related": lambda row: f"{row.get('url', '')} {'hidden' if row.get('hidden') else ''}".strip(),
}


def _rows(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    try:
        total = min(int(data.get(f"{prefix}-TOTAL_FORMS", 0)), 1000)
    except ValueError:
        return []
    starts = [f"{prefix}-{n}-" for n in range(total)]
    return [{k.removeprefix(s): v for k, v in data.items() if k.startswith(s)} for s in starts]


def _listed(name: str, data: QueryDict) -> list[str]:
    """What was typed, in its order, as the key of each row."""
    rows = [row for row in _rows(data, LISTS[name]) if not row.get("DELETE") and KEYS[name](row)]
    rows.sort(key=lambda row: int(row["position"]) if row.get("position", "").isdigit() else 10**9)
    return [KEYS[name](row) for row in rows]


def _identities(name: str, logged: object) -> list[str]:
    """A list of the log as the keys of rows."""
    from articles.models import Image, Topic

    values = logged or []
    match name:
        case "topics":
            pks = dict(Topic.objects.filter(slug__in=values).values_list("slug", "pk"))
        case "images":
            pks = dict(Image.objects.filter(url__in=values).values_list("url", "pk"))
        case _:
            return [f"{link['url']} {'hidden' if link['hidden'] else ''}".strip() for link in values]
    return [str(pks.get(value, value)) for value in values]


def _shown(name: str, data: QueryDict) -> list[str]:
    from articles.models import Image, Topic

    keys = _listed(name, data)
    model = {"topics": Topic, "images": Image}.get(name)
    if model is None:
        return keys
    known = model.objects.in_bulk([int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19])
    return [str(known.get(int(key), key)) if key.isdigit() else key for key in keys]


# Writing into what was sent


def _take(data: QueryDict, name: str, now: forms.ModelForm, formsets: dict[str, forms.BaseFormSet]) -> None:
    """Let the form hold what is there now."""
    if name in LISTS and LISTS[name] in formsets:
        _take_rows(data, formsets[LISTS[name]])
    elif name in now.fields:
        _put(data, now[name])


def _put(data: QueryDict, bound: forms.BoundField) -> None:
    widget, value = bound.field.widget, bound.value()
    if isinstance(widget, forms.MultiWidget):
        for n, part in enumerate(widget.decompress(value)):
            data[f"{bound.html_name}_{n}"] = "" if part is None else str(part)
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(bound.html_name, None)
        if value:
            data[bound.html_name] = "on"
    else:
        data[bound.html_name] = "" if value is None else str(value)


def _clear(data: QueryDict, prefix: str) -> None:
    for key in [key for key in data if key.startswith(f"{prefix}-")]:
        del data[key]


def _manage(data: QueryDict, prefix: str, initial: int, total: int) -> None:
    data.update({f"{prefix}-INITIAL_FORMS": str(initial), f"{prefix}-TOTAL_FORMS": str(total)})
    data.update({f"{prefix}-MIN_NUM_FORMS": "0", f"{prefix}-MAX_NUM_FORMS": "1000"})


def _take_rows(data: QueryDict, formset: forms.BaseFormSet) -> None:
    _clear(data, formset.prefix)
    rows = formset.initial_forms
    _manage(data, formset.prefix, len(rows), len(rows))
    for form in rows:
        for bound in form:
            _put(data, bound)


def _renumber(data: QueryDict, formset: forms.BaseFormSet) -> None:
    """Keep the typed rows; those whose row in the database is gone become new ones."""
    there = {str(form.instance.pk) for form in formset.initial_forms}
    rows = _rows(data, formset.prefix)
    old = [row for row in rows if row.get("id") in there]
    new = [{**row, "id": ""} for row in rows if row.get("id") not in there and not row.get("DELETE")]
    _clear(data, formset.prefix)
    _manage(data, formset.prefix, len(old), len(old) + len(new))
    for n, row in enumerate(old + new):
        data.update({f"{formset.prefix}-{n}-{name}": value for name, value in row.items()})

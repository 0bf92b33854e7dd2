"""A form that was filled in on a version that is gone: what the person saw, what is there now, what they typed.

What they saw is told by the log: of a field that changed since, the oldest event holds the value before. A field that
they did not touch takes the value that is there now; one that they touched keeps what they typed, and is shown.
"""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from articles.admin.article import conflict_rows
from articles.admin.article.conflict_rows import LISTS
from articles.history.labels import label, words
from articles.history.snapshot import as_json, value_of
from articles.models import Article, Event
from articles.models.fields import MOMENTS
from providers.models import Provider


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
                conflict_rows.keep_rows(data, formsets[LISTS[name]])
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
        return conflict_rows.touched(name, seen, data)
    bound = typed[name]
    return bound.field.has_changed(_python(name, seen), bound.data)


def _clash(article, name: str, seen, typed: forms.ModelForm, data: QueryDict, events: list[Event]) -> Clash:
    return Clash(
        name,
        label(name),
        _words(name, seen) if events else "not known",
        _words(name, as_json(value_of(article, name))),
        conflict_rows.shown(name, data) if name in LISTS else _typed(typed[name]),
        events[0] if events else None,
    )


def _words(name: str, value: object) -> str:
    if name in MOMENTS and isinstance(value, str):
        return f"{localtime(parse_datetime(value)):%Y-%m-%d %H:%M:%S}"
    return words(value)


def _python(name: str, value: object) -> object:
    """A value of the log as the form would have it."""
    if name == "provider":
        return Provider.objects.filter(domain=value).values_list("pk", flat=True).first()
    if name in MOMENTS and isinstance(value, str):
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


# Writing into what was sent


def _take(data: QueryDict, name: str, now: forms.ModelForm, formsets: dict[str, forms.BaseFormSet]) -> None:
    """Let the form hold what is there now."""
    if name in LISTS and LISTS[name] in formsets:
        conflict_rows.take_rows(data, formsets[LISTS[name]], _put)
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

"""Shows the form of a row again that was filled in on an earlier version.

As with articles: a field that the person did not touch takes the current value; one that they touched keeps what they
typed, with both values above the form.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.forms import BaseInlineFormSet
from django.http import QueryDict

from articles.admin.article.sent_rows import LIST_PREFIXES, images_differ, rows_in_words
from articles.admin.mixins.refill import keep_rows, put, take_rows
from articles.forms.conflict import NOT_KNOWN, Clash, Conflict, chosen_theirs
from articles.history.labels import short_text
from articles.moderation.refusals import VersionMissing
from articles.vocabulary.lists import IMAGES
from articles.vocabulary.since import changes_since
from articles.vocabulary.words import label, value_in_words
from articles.vocabulary.writer import logged

PREFIX = LIST_PREFIXES[IMAGES]
NO_VERSION = "The form does not say which version you saw: look at it again."
Formsets = dict[str, BaseInlineFormSet]


def with_theirs(data: QueryDict, current: forms.ModelForm, formsets: Formsets) -> QueryDict:
    """Returns what was sent, with the current value wherever the person chose it on the page of the conflict."""
    refilled = data.copy()
    for name in chosen_theirs(data):
        _take(refilled, name, current, formsets)
    return refilled


def conflict_and_data(
    row: models.Model, data: QueryDict, version: int | None, current: forms.ModelForm, typed: forms.ModelForm,
    formsets: Formsets,
) -> tuple[Conflict, QueryDict]:  # fmt: skip
    """Returns the conflict, and the sent data on the current version, with what others changed beside it."""
    since, now = changes_since(row, version), logged(row)
    names = [name for name in now if name in current.fields or (name == IMAGES and PREFIX in formsets)]
    refilled = data.copy()
    refilled["version"] = str(row.version)  # type: ignore[attr-defined]
    clashes, taken = [], []
    for name in names:
        if not _differs(typed, data, name, now[name]):
            continue
        if version is not None and not since.last_change(name):
            continue
        if name in since.seen and not _differs(typed, data, name, since.seen[name]):
            _take(refilled, name, current, formsets)
            taken.append(label(name))
            continue
        seen = value_in_words(type(row), name, since.seen[name]) if name in since.seen else NOT_KNOWN
        clashes.append(
            Clash(
                name, label(name), seen, value_in_words(type(row), name, now[name]), _typed(typed, data, row, name),
                since.last_change(name),
            )
        )  # fmt: skip
    if PREFIX in formsets and IMAGES not in taken:
        keep_rows(refilled, PREFIX, formsets[PREFIX])
    if version is None:
        return Conflict(clashes, message=NO_VERSION, status=VersionMissing.status), refilled
    return Conflict(clashes, since.events, taken=taken), refilled


def _differs(form: forms.ModelForm, data: QueryDict, name: str, value: Any) -> bool:
    if name == IMAGES:
        return images_differ(value, data)
    bound = form[name]
    return bool(bound.field.has_changed(value, bound.data))


def _typed(form: forms.ModelForm, data: QueryDict, row: models.Model, name: str) -> str:
    if name == IMAGES:
        return rows_in_words(name, data)
    bound = form[name]
    try:
        value = bound.field.clean(bound.data)
    except forms.ValidationError:
        return short_text(bound.data)
    return value_in_words(type(row), name, value.pk if isinstance(value, models.Model) else value)


def _take(data: QueryDict, name: str, current: forms.ModelForm, formsets: Formsets) -> None:
    """Puts the current value into the data."""
    if name == IMAGES and PREFIX in formsets:
        take_rows(data, PREFIX, formsets[PREFIX])
    elif name in current.fields and not isinstance(current.fields[name], forms.FileField):
        put(data, current[name])

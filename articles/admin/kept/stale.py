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
from articles.admin.mixins.refill import keep_all_rows, put, take_rows
from articles.forms.conflict import Conflict, chosen_theirs
from articles.forms.kept import NO_VERSION, SentFields, compared
from articles.moderation.refusals import VersionMissing
from articles.vocabulary.lists import IMAGES
from articles.vocabulary.since import changes_since
from articles.vocabulary.words import label
from articles.vocabulary.writer import logged

PREFIX = LIST_PREFIXES[IMAGES]
Formsets = dict[str, BaseInlineFormSet]


class SentRow(SentFields):
    """The fields, and the list of pictures."""

    def __init__(self, form: forms.ModelForm, data: QueryDict):
        super().__init__(form)
        self.data = data

    def differs(self, name: str, value: Any) -> bool:
        return images_differ(value, self.data) if name == IMAGES else super().differs(name, value)

    def typed(self, name: str) -> str:
        return rows_in_words(name, self.data) if name == IMAGES else super().typed(name)


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
    names = [name for name in logged(row) if name in current.fields or (name == IMAGES and PREFIX in formsets)]
    clashes, theirs = compared(row, version, SentRow(typed, data), names)
    refilled = data.copy()
    refilled["version"] = str(row.version)  # type: ignore[attr-defined]
    for name in theirs:
        _take(refilled, name, current, formsets)
    if PREFIX in formsets and IMAGES not in theirs:
        keep_all_rows(refilled, PREFIX, formsets[PREFIX], "image")
    if version is None:
        return Conflict(clashes, message=NO_VERSION, status=VersionMissing.status), refilled
    return Conflict(clashes, changes_since(row, version).events, taken=list(map(label, theirs))), refilled


def _take(data: QueryDict, name: str, current: forms.ModelForm, formsets: Formsets) -> None:
    """Puts the current value into the data."""
    if name == IMAGES and PREFIX in formsets:
        take_rows(data, PREFIX, formsets[PREFIX])
    elif name in current.fields and not isinstance(current.fields[name], forms.FileField):
        put(data, current[name])

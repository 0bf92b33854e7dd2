"""A form filled in on an earlier version of a row: what the person saw, what is there now, what they typed.

As `articles.forms.conflict` does it with articles; the admin and the desk show such a form again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from django import forms
from django.db import models

from articles.forms.conflict import NOT_KNOWN, Clash
from articles.history.labels import short_text
from articles.vocabulary.since import changes_since
from articles.vocabulary.words import label, value_in_words
from articles.vocabulary.writer import logged

NO_VERSION = "The form does not say which version you saw: look at it again."


class SentForm(Protocol):
    def differs(self, name: str, value: Any) -> bool:
        """Whether what was typed differs from this value of the log."""

    def typed(self, name: str) -> str:
        """Returns what was typed, in words."""


class SentFields:
    """The plain fields of a form."""

    def __init__(self, form: forms.ModelForm):
        self.form, self.model = form, type(form.instance)

    def differs(self, name: str, value: Any) -> bool:
        bound = self.form[name]
        return bool(bound.field.has_changed(value, bound.data))

    def typed(self, name: str) -> str:
        bound = self.form[name]
        try:
            value = bound.field.clean(bound.data)
        except forms.ValidationError:
            return short_text(bound.data)
        return value_in_words(self.model, name, value.pk if isinstance(value, models.Model) else value)


def compared(
    current: models.Model, version: int | None, sent: SentForm, names: Iterable[str]
) -> tuple[list[Clash], list[str]]:
    """Returns the fields that both the person and a colleague changed; and the names of those that only others did."""
    since, now = changes_since(current, version), logged(current)
    clashes, theirs = [], []
    for name in names:
        if not sent.differs(name, now[name]) or (version is not None and not since.last_change(name)):
            continue
        if name in since.seen and not sent.differs(name, since.seen[name]):
            theirs.append(name)
            continue
        seen = value_in_words(type(current), name, since.seen[name]) if name in since.seen else NOT_KNOWN
        theirs_now = value_in_words(type(current), name, now[name])
        clashes.append(Clash(name, label(name), seen, theirs_now, sent.typed(name), since.last_change(name)))
    return clashes, theirs

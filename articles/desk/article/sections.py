"""The sections of the article page's one form, and how each takes part in it.

A section reads its own fields of what was sent. `save` compares, checks and saves all of them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from articles.desk.article.fields import Problem
from articles.desk.article.forms import ColleaguesForm, ScheduleForm, ScoresForm, SeenForm, TextForm
from articles.desk.article.images import ImageRows
from articles.desk.article.related import RelatedRows
from articles.documents.source import differing_source_values
from articles.forms.conflict import Comparison, SentForm, chosen_theirs, compare
from articles.history.since import ChangesSince
from articles.models import Article
from articles.moderation import CHANGE, DECIDE
from articles.moderation.refusals import Impossible, Refused


class SectionForm(SentForm, Protocol):
    """The form of a section, as `save` uses it."""

    names: tuple[str, ...]
    changed_data: list[str]

    def is_valid(self) -> bool: ...

    def wanted(self, names: Iterable[str]) -> dict[str, Any]:
        """The new values of these fields, as `moderation.apply` takes them."""

    def refuse(self, refusal: Refused) -> None:
        """Shows what moderation refused."""

    @property
    def problems(self) -> list[Problem]:
        """What `is_valid` and `refuse` found."""

    def again(self, article: Article, names: Iterable[str]) -> Any:
        """The form of the current article, with what was typed in these fields."""


@dataclass(frozen=True)
class Section:
    """`fresh` makes its form of the current article, `sent` that of what was sent.

    A button with the name `<section>-do` is a step without script: the section's form is then that of
    `form.unsaved(value)`, and nothing is saved.
    """

    name: str
    label: str
    permission: str
    verbs: tuple[str, ...]
    fields: tuple[str, ...]
    fresh: Callable[[ChangesSince, Mapping[str, Any]], Any]
    sent: Callable[[HttpRequest, ChangesSince], Any]

    def is_in(self, sent: Iterable[str]) -> bool:
        """Returns whether any of these fields is one of the section."""
        return any(name in self.fields or name.startswith(f"{self.name}-") for name in sent)


def _of(form: type[SeenForm]) -> dict[str, Any]:
    return {
        "fields": tuple(form.base_fields),
        "fresh": lambda changes, source_values: form(changes, source_values=source_values),
        "sent": partial(_sent_fields, form),
    }


def _sent_fields(form: type[SeenForm], request, changes: ChangesSince) -> SeenForm:
    return form(changes, request.POST, source_values=differing_source_values(changes.article))


def _sent_related(request, changes: ChangesSince) -> RelatedRows:
    return RelatedRows(changes, request.POST, site=request.get_host())


def _sent_images(request, changes: ChangesSince) -> ImageRows:
    rows = ImageRows(changes, request.POST, request.FILES)
    rows.save_new_images()
    return rows


SECTIONS = (
    Section("text", "Text", CHANGE, ("edit",), **_of(TextForm)),
    Section(
        "related",
        "Related links",
        CHANGE,
        ("curate",),
        RelatedRows.names,
        lambda changes, _: RelatedRows(changes),
        _sent_related,
    ),
    Section(
        "images", "Pictures", CHANGE, ("edit",), ImageRows.names, lambda changes, _: ImageRows(changes), _sent_images
    ),
    Section("scores", "Scores", DECIDE, ("score",), **_of(ScoresForm)),
    Section("schedule", "Schedule", CHANGE, ("schedule",), **_of(ScheduleForm)),
    Section("colleagues", "For colleagues", DECIDE, ("note", "flag", "assign"), **_of(ColleaguesForm)),
)


def fresh_forms(changes: ChangesSince, source_values: Mapping[str, Any]) -> dict[str, Any]:
    return {section.name: section.fresh(changes, source_values) for section in SECTIONS}


def refuse_others(user: User, sent: Iterable[str]) -> None:
    """Raises PermissionDenied if something was sent of a section that the person may not change."""
    sent = list(sent)
    if any(section.is_in(sent) and not user.has_perm(section.permission) for section in SECTIONS):
        raise PermissionDenied


class Sent:
    """The sections that the person may change, as they were sent, and what was typed: without the fields `but`."""

    def __init__(self, request, changes: ChangesSince, but: Iterable[str] = ()):
        sections = [s for s in SECTIONS if request.user.has_perm(s.permission) and s.is_in(request.POST)]
        left_out = chosen_theirs(request.POST) | set(but)
        self.changes = changes
        self.forms: dict[str, Any] = {section.name: section.sent(request, changes) for section in sections}
        self.typed = {
            section: [name for name in form.changed_data if name not in left_out]
            for section, form in self.forms.items()
        }

    @property
    def dirty(self) -> set[str]:
        """The sections that hold something that is not saved."""
        return {section for section, names in self.typed.items() if names}

    def is_valid(self) -> bool:
        # Each is asked, so that each shows its errors.
        return not [form for form in self.forms.values() if not form.is_valid()]

    @cached_property
    def comparison(self) -> Comparison:
        """All sections, compared with what others changed since."""
        found = Comparison()
        for section, form in self.forms.items():
            one = compare(self.changes, form, self.typed[section])
            for part in ("mine", "unsaved", "clashes", "theirs"):
                getattr(found, part).extend(getattr(one, part))
        return found

    @property
    def wanted(self) -> dict[str, Any]:
        """The new values, as `moderation.apply` takes them."""
        values: dict[str, Any] = {}
        for form in self.forms.values():
            values |= form.wanted([name for name in form.names if name in self.comparison.unsaved])
        return values

    def again(self, article: Article) -> dict[str, Any]:
        """Returns the forms of the current article, with what was typed."""
        return {section: form.again(article, self.typed[section]) for section, form in self.forms.items()}

    def refuse(self, refusal: Refused) -> bool:
        """Shows a refusal in the section that it is about; returns whether there is one."""
        about = [s for s in SECTIONS if refusal.verb in s.verbs and s.name in self.forms]
        named = set(getattr(refusal, "errors", {}))
        section = next((s for s in about if named & set(s.fields)), about[0] if about else None)
        if section and isinstance(refusal, Impossible):
            self.forms[section.name].refuse(refusal)
            return True
        return False

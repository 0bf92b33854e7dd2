"""Saves a form of the article page.

A form carries the `version` that the person saw. If others have changed different fields since, both changes stand;
if the same one, the page shows all three values and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib import messages
from django.contrib.admin.models import CHANGE as CHANGED
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from articles import editions, moderation
from articles.desk.article.answers import gone, return_to, undo_tags
from articles.desk.article.forms import ScheduleForm, SeenForm, TextForm
from articles.desk.article.images import ImageRows
from articles.desk.article.loading import find
from articles.desk.article.page import article_page
from articles.desk.article.related import RelatedRows
from articles.documents.source import differing_source_values
from articles.forms.conflict import Comparison, Conflict, SentForm, chosen_theirs, compare, conflict_of, version_in
from articles.forms.values import labels_of
from articles.history.labels import label
from articles.history.since import ChangesSince, changes_since
from articles.models import Article, Event, Image
from articles.moderation.refusals import NotAllowed, Refused, Stale

# How often a colleague may be quicker between our reading and our writing.
TRIES = 3

# A row with an image, and what the person changed of the texts of that image.
TextChanges = Sequence[tuple[Any, dict[str, str]]]


class SectionForm(SentForm, Protocol):
    """What saving asks of a form of the page."""

    changed_data: list[str]
    # Images have texts that belong to no version of the article: what the person changed of them, and whether others
    # have changed the same.
    text_changes: TextChanges
    is_overtaken: bool

    def is_valid(self) -> bool: ...

    def wanted(self, names: Iterable[str]) -> dict[str, Any]:
        """The new values of these fields, as the verb takes them."""

    def refuse(self, refusal: Refused) -> None:
        """Show what moderation refused."""

    def again(self, article: Article, names: Iterable[str]) -> Any:
        """The form on the article as it is now, with what was typed in these fields."""


@dataclass(frozen=True)
class Section:
    """A form of the page: its name there, and the verb that takes what it wants."""

    name: str
    form: Callable[[HttpRequest, ChangesSince], Any]
    write: Callable[..., Event | None]


def text_form(request, changes: ChangesSince) -> SeenForm:
    return TextForm(changes, request.POST, said=differing_source_values(changes.article))


def schedule_form(request, changes: ChangesSince) -> SeenForm:
    return ScheduleForm(changes, request.POST, said=differing_source_values(changes.article))


def related_rows(request, changes: ChangesSince) -> RelatedRows:
    return RelatedRows(changes, request.POST, request.FILES, site=request.get_host())


def image_rows(request, changes: ChangesSince) -> ImageRows:
    rows = ImageRows(changes, request.POST, request.FILES)
    rows.receive()
    return rows


TEXT = Section("text", text_form, moderation.edit)
SCHEDULE = Section("schedule", schedule_form, moderation.schedule)
RELATED = Section("related", related_rows, moderation.curate)
IMAGES = Section("images", image_rows, moderation.edit)


def save(request, pk: int, section: Section):
    """Save what the person changed beside what others changed since; where that cannot be, show the page again."""
    version = version_in(request.POST)
    for tries_left in reversed(range(TRIES)):
        article = find(pk)
        if article is None:
            return gone(request, pk, version)
        changes = changes_since(article, version)
        form: SectionForm = section.form(request, changes)
        if not form.is_valid():
            return _show(request, article, section, form, 409 if form.is_overtaken else 422)
        names = [name for name in form.changed_data if name not in chosen_theirs(request.POST)]
        comparison, texts = compare(changes, form, names), form.text_changes
        if conflict := _conflict(section, changes, comparison, texts, version):
            return _show(request, article, section, form.again(article, comparison.mine), conflict.status, conflict)
        try:
            with transaction.atomic():
                event = _write(request, section, article, form, comparison.unsaved)
                described = _describe(request, texts)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            if isinstance(refusal, Stale) and tries_left:
                continue
            form.refuse(refusal)
            return _show(request, find(pk) or article, section, form, refusal.status)
        return _saved(request, changes, comparison, event, described)
    raise AssertionError("a loop that always returns")


def _show(request, article: Article, section: Section, form: Any, status: int, conflict: Conflict | None = None):
    """The page with this form in place of a fresh one."""
    return article_page(request, article, status=status, conflict=conflict, **{section.name: form})


def _conflict(section, changes: ChangesSince, comparison: Comparison, texts, version) -> Conflict | None:
    """What to show where what was typed cannot stand beside what others did since."""
    if not changes.is_stale:
        return None
    # Whoever typed nothing on a page that is out of date is shown the new one.
    if changes.is_known and not comparison.clashes and (comparison.mine or texts):
        return None
    return conflict_of(changes, comparison.clashes, version, section=section.name)


def _write(request, section: Section, article: Article, form: SectionForm, names: list[str]) -> Event | None:
    if not names:
        return None
    return section.write(article, by=request.user, version=article.version, **form.wanted(names))


def _describe(request, changes: TextChanges) -> list[str]:
    """Write the texts of images: every article with the image shows them. Returns which texts were changed."""
    for form, texts in changes:
        Image.objects.filter(pk=form.image.pk).update(**texts)
        LogEntry.objects.log_actions(request.user.pk, [form.image], CHANGED, f"Changed {', '.join(texts)}.")
    if changes:
        editions.new_on_commit()
    return sorted({name for _, texts in changes for name in texts})


def _saved(request, changes: ChangesSince, comparison: Comparison, event: Event | None, described: list[str]):
    page = return_to(request, changes.article.pk)
    if event or described:
        names = {"title": "the alternative text", "attribution": "the credit"}
        what = [labels_of(comparison.unsaved)] * bool(event) + [names[name] for name in described]
        text = f"Saved: {', '.join(what)}.{_beside(changes, comparison)}"
        messages.success(request, text, extra_tags=undo_tags(event, page) if event else "")
    elif comparison.mine:
        messages.info(request, "This is saved already: the article says just that.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    return redirect(page)


def _beside(changes: ChangesSince, comparison: Comparison) -> str:
    """Who changed what else since the version that the person saw."""
    if not changes.events:
        return ""
    saved = {label(name) for name in comparison.unsaved}
    others = sorted({label(name) for event in changes.events for name in event.after} - saved)
    people = sorted({event.by.username if event.by else "an import" for event in changes.events})
    return f" Meanwhile {', '.join(people)} changed {', '.join(others)}; both stand."

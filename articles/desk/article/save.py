"""Saves a form of the article page.

A form carries the `version` that the person saw. If others have changed different fields since, both changes stand;
if the same one, the page shows all three values and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect

from articles import moderation
from articles.desk.article.answers import gone, return_to, undo_tags
from articles.desk.article.forms import ScheduleForm, SeenForm, TextForm
from articles.desk.article.images import ImageRows
from articles.desk.article.loading import find_article
from articles.desk.article.page import article_page
from articles.desk.article.related import RelatedRows
from articles.documents.source import differing_source_values
from articles.forms.conflict import Comparison, Conflict, SentForm, chosen_theirs, compare, conflict_of, version_in
from articles.forms.values import labels_of
from articles.history.labels import label
from articles.history.since import ChangesSince, changes_since
from articles.models import Article, Event
from articles.moderation.refusals import NotAllowed, Refused, Stale

# How often a colleague may write between our reading and our writing.
TRIES = 3


class SectionForm(SentForm, Protocol):
    """A form of the page as `save_section` uses it."""

    changed_data: list[str]

    def is_valid(self) -> bool: ...

    def wanted(self, names: Iterable[str]) -> dict[str, Any]:
        """The new values of these fields, as the verb takes them."""

    def refuse(self, refusal: Refused) -> None:
        """Shows what moderation refused."""

    def again(self, article: Article, names: Iterable[str]) -> Any:
        """The form of the current article, with what was typed in these fields."""


@dataclass(frozen=True)
class Section:
    """A form of the page: its name there, how it is read, and the verb that writes it."""

    name: str
    form: Callable[[HttpRequest, ChangesSince], Any]
    write: Callable[..., Event | None]


def text_form(request, changes: ChangesSince) -> SeenForm:
    return TextForm(changes, request.POST, source_values=differing_source_values(changes.article))


def schedule_form(request, changes: ChangesSince) -> SeenForm:
    return ScheduleForm(changes, request.POST, source_values=differing_source_values(changes.article))


def related_rows(request, changes: ChangesSince) -> RelatedRows:
    return RelatedRows(changes, request.POST, request.FILES, site=request.get_host())


def image_rows(request, changes: ChangesSince) -> ImageRows:
    rows = ImageRows(changes, request.POST, request.FILES)
    rows.save_new_images()
    return rows


TEXT_SECTION = Section("text", text_form, moderation.edit)
SCHEDULE_SECTION = Section("schedule", schedule_form, moderation.schedule)
RELATED_SECTION = Section("related", related_rows, moderation.curate)
IMAGES_SECTION = Section("images", image_rows, moderation.edit)


def save_section(request, pk: int, section: Section):
    """Saves what the person changed beside what others changed since; shows the page if both changed the same."""
    version = version_in(request.POST)
    for tries_left in reversed(range(TRIES)):
        article = find_article(pk)
        if article is None:
            return gone(request, pk, version)
        changes = changes_since(article, version)
        form: SectionForm = section.form(request, changes)
        if not form.is_valid():
            return _show(request, article, section, form, 422)
        names = [name for name in form.changed_data if name not in chosen_theirs(request.POST)]
        comparison = compare(changes, form, names)
        if conflict := _conflict(section, changes, comparison, version):
            return _show(request, article, section, form.again(article, comparison.mine), conflict.status, conflict)
        try:
            event = _write(request, section, article, form, comparison.unsaved)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            if isinstance(refusal, Stale) and tries_left:
                continue
            form.refuse(refusal)
            return _show(request, find_article(pk) or article, section, form, refusal.status)
        return _saved(request, changes, comparison, event)
    raise AssertionError("a loop that always returns")


def _show(request, article: Article, section: Section, form: Any, status: int, conflict: Conflict | None = None):
    """Returns the page with this form in place of a fresh one."""
    return article_page(request, article, status=status, conflict=conflict, **{section.name: form})


def _conflict(section, changes: ChangesSince, comparison: Comparison, version) -> Conflict | None:
    """Returns the conflict if what was typed cannot stand beside what others changed since."""
    if not changes.is_stale:
        return None
    # Who typed nothing on a page that is out of date is shown the new one.
    if changes.is_known and not comparison.clashes and comparison.mine:
        return None
    return conflict_of(changes, comparison.clashes, version, section=section.name)


def _write(request, section: Section, article: Article, form: SectionForm, names: list[str]) -> Event | None:
    if not names:
        return None
    return section.write(article, by=request.user, version=article.version, **form.wanted(names))


def _saved(request, changes: ChangesSince, comparison: Comparison, event: Event | None):
    page = return_to(request, changes.article.pk)
    if event:
        text = f"Saved: {labels_of(comparison.unsaved)}.{_beside(changes, comparison)}"
        messages.success(request, text, extra_tags=undo_tags(event, page))
    elif comparison.mine:
        messages.info(request, "This is saved already: the article says just that.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    return redirect(page)


def _beside(changes: ChangesSince, comparison: Comparison) -> str:
    """Returns a sentence about what others changed since the version that the person saw."""
    if not changes.events:
        return ""
    saved = {label(name) for name in comparison.unsaved}
    others = sorted({label(name) for event in changes.events for name in event.after} - saved)
    people = sorted({event.by.username if event.by else "an import" for event in changes.events})
    return f" Meanwhile {', '.join(people)} changed {', '.join(others)}; both stand."

"""POST /desk/articles/<pk>/<verb>/: what an editor changes on the page of one article.

A form carries the `version` that the person saw. If others have changed different fields since, both changes stand;
if the same one, the page shows all three values and keeps what was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE as CHANGED
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from articles import editions, moderation
from articles.desk.access import staff_only, version_in, way_back
from articles.desk.article.forms import ScheduleForm, TextForm, named, shown
from articles.desk.article.images import PictureRows
from articles.desk.article.loading import find
from articles.desk.article.related import RelatedRows
from articles.desk.article.views import Clash, Conflict, page
from articles.desk.queue.rows import Undo
from articles.documents.source import differing_source_values
from articles.history.labels import label
from articles.history.since import Meanwhile, since
from articles.models import Article, Event, Image
from articles.moderation import CHANGE
from articles.moderation.refusals import NotAllowed, Refused, Stale, VersionMissing

# How often a colleague may be quicker between our reading and our writing.
TRIES = 3


@dataclass(frozen=True)
class Section:
    """A form of the page: its name there, and the verb that takes what it wants."""

    name: str
    form: Callable[..., Any]
    write: Callable[..., Event | None]


# Forms whose fields merge


def _text(request, meanwhile):
    return TextForm(meanwhile, request.POST, said=differing_source_values(meanwhile.article))


def _schedule(request, meanwhile):
    return ScheduleForm(meanwhile, request.POST, said=differing_source_values(meanwhile.article))


def _related(request, meanwhile):
    return RelatedRows(meanwhile, request.POST, request.FILES, site=request.get_host())


TEXT = Section("text", _text, moderation.edit)
SCHEDULE = Section("schedule", _schedule, moderation.schedule)
RELATED = Section("related", _related, moderation.curate)
IMAGES = Section("images", lambda r, m: PictureRows(m, r.POST, r.FILES), moderation.edit)


@require_POST
@staff_only(CHANGE)
def edit(request, pk):
    return _save(request, pk, TEXT)


@require_POST
@staff_only(CHANGE)
def schedule(request, pk):
    return _save(request, pk, SCHEDULE)


@require_POST
@staff_only(CHANGE)
def related(request, pk):
    """Save the related links; or show them moved, searched for, added to: unsaved, for browsers without script."""
    asked = {"move", "search", "add", "more"} & request.POST.keys()
    article = find(pk)
    if article is None or not asked or version_in(request.POST) is None:
        return _save(request, pk, RELATED)
    rows = _related(request, since(article, version_in(request.POST)))
    search = request.POST.get("q", "")
    more, moved = [], None
    if "move" in asked:
        moved = rows.move(request.POST["move"])
    if "add" in asked and (found := find_added(request.POST["add"])):
        more = [{"url": found.url, "title": found.title, "excerpt": found.excerpt, "type": found.type}]
    again = rows.shown_again(more)
    again.moved, again.direction = moved, request.POST.get("move", "").rpartition("-")[2]
    return page(request, article, related=again, search=search if "search" in asked or "add" in asked else "")


def find_added(pk: str) -> Article | None:
    return Article.objects.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None


@require_POST
@staff_only(CHANGE)
def images(request, pk):
    article = find(pk)
    if article is not None and "move" in request.POST and version_in(request.POST) is not None:
        rows = PictureRows(since(article, version_in(request.POST)), request.POST, request.FILES)
        rows.receive()
        moved = rows.move(request.POST["move"])
        again = rows.shown_again()
        again.moved, again.direction = moved, request.POST["move"].rpartition("-")[2]
        return page(request, article, images=again)
    return _save(request, pk, IMAGES)


def _save(request, pk: int, section: Section):
    version = version_in(request.POST)
    for attempt in range(TRIES):
        article = find(pk)
        if article is None:
            return gone(request, pk, version)
        meanwhile = since(article, version)
        form = section.form(request, meanwhile)
        if section is IMAGES:
            form.receive()
        if not form.is_valid():
            return page(request, article, status=409 if form.is_overtaken else 422, **{section.name: form})
        mine = [name for name in form.changed_data if request.POST.get(f"use-{name}") != "theirs"]
        differing = [name for name in mine if form.differs(name, meanwhile.now(name))]
        texts = form.text_changes if section is IMAGES else []
        if conflict := _conflict(section, meanwhile, form, mine, differing, version, others=bool(texts)):
            again = form.again(meanwhile, mine)
            return page(request, article, status=conflict[0], conflict=conflict[1], **{section.name: again})
        try:
            with transaction.atomic():
                event = _write(request, section, article, form, differing)
                described = _describe(request, texts)
        except Stale:
            if attempt < TRIES - 1:
                continue
            raise
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            form.refuse(refusal)
            return page(request, find(pk), status=refusal.status, **{section.name: form})
        return _saved(request, article, event, differing, mine, meanwhile, described)
    raise AssertionError("a loop that always returns")


def _write(request, section, article, form, names):
    if not names:
        return None
    return section.write(article, by=request.user, version=article.version, **form.wanted(names))


def _conflict(section, meanwhile: Meanwhile, form, mine, differing, version, *, others) -> tuple[int, Conflict] | None:
    """Status and what to show, where what was typed cannot stand beside what others did since."""
    if not meanwhile.is_stale:
        return None
    clashing = [name for name in differing if not meanwhile.is_known or meanwhile.last_change(name)]
    # Whoever typed nothing on a page that is out of date is shown the new one.
    if meanwhile.is_known and not clashing and (mine or others):
        return None
    clashes = [
        Clash(
            name,
            label(name),
            shown(name, meanwhile.seen(name)) if meanwhile.is_known else "not known",
            shown(name, meanwhile.now(name)),
            form.typed(name),
            meanwhile.last_change(name),
        )
        for name in clashing
    ]
    if version is None:
        message = str(VersionMissing("The form does not say which version of the article you saw."))
        return 422, Conflict(section.name, [], clashes, message)
    return 409, Conflict(section.name, meanwhile.events, clashes)


def _describe(request, changes) -> list[str]:
    """Write the texts of pictures: every article with the picture shows them."""
    for picture, texts in changes:
        Image.objects.filter(pk=picture.image.pk).update(**texts)
        LogEntry.objects.log_actions(request.user.pk, [picture.image], CHANGED, f"Changed {', '.join(texts)}.")
    if changes:
        editions.new_on_commit()
    return sorted({name for _, texts in changes for name in texts})


def _saved(request, article, event, differing, mine, meanwhile, described):
    if event or described:
        names = {"title": "the alternative text", "attribution": "the credit"}
        what = [named(differing)] * bool(event) + [names[name] for name in described]
        others = sorted({label(name) for e in meanwhile.events for name in e.after} - {label(n) for n in differing})
        who = sorted({e.by.username if e.by else "an import" for e in meanwhile.events})
        beside = f" Meanwhile {', '.join(who)} changed {', '.join(others)}; both stand." if meanwhile.events else ""
        undo = _undo(event, return_to(request, article.pk)) if event else ""
        messages.success(request, f"Saved: {', '.join(what)}.{beside}", extra_tags=undo)
    elif mine:
        messages.info(request, "This is saved already: the article says just that.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    return redirect(return_to(request, article.pk))


# One fact each, on the version that was seen or one that differs elsewhere


# Answers


def _undo(event: Event, page: str) -> str:
    """For the message: how to take back what it tells of."""
    return str(Undo(reverse("desk_event_undo", args=[event.pk]), page))


def gone(request, pk: int, version: int | None):
    """The article was deleted while the form was open: what was typed is shown, so that it is not lost."""
    told = Event.objects.filter(article=pk, verb="delete").select_related("by").first()
    silent = ("csrfmiddlewaretoken", "version", "next")
    typed = [(name, value) for name, value in request.POST.items() if name not in silent and value.strip()]
    status = 404 if told is None else 422 if version is None else 409
    return TemplateResponse(
        request, "desk/article_gone.html", {"event": told, "typed": typed, "pk": pk, "section": "queue"}, status=status
    )


def return_to(request, pk: int) -> str:
    """The page of our site that the form names, else the article's."""
    return way_back(request, reverse("desk_article", args=[pk]))

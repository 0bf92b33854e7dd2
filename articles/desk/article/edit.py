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
from articles.desk.article.forms import ScheduleForm, TextForm, named, shown
from articles.desk.article.rows import PictureRows, RelatedRows
from articles.desk.article.views import Clash, Conflict, find, page
from articles.desk.dashboard.views import staff_only, version_in, way_back
from articles.desk.queue.rows import Undo
from articles.documents.source import ADOPTABLE, differences
from articles.history.labels import label
from articles.history.since import Meanwhile, since
from articles.importing.saving.adopt import source_values
from articles.models import Article, Event, Image
from articles.moderation import CHANGE, DELETE
from articles.moderation.refusals import Impossible, NotAllowed, Refused, Stale, VersionMissing
from articles.moderation.restore import earlier_value

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
    return TextForm(meanwhile, request.POST, said=differences(meanwhile.article))


def _related(request, meanwhile):
    return RelatedRows(meanwhile, request.POST, request.FILES, site=request.get_host())


TEXT = Section("text", _text, moderation.edit)
SCHEDULE = Section("schedule", lambda r, m: ScheduleForm(m, r.POST, said=differences(m.article)), moderation.schedule)
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


@require_POST
@staff_only(CHANGE)
def duplicate(request, pk):
    typed = request.POST.get("of", "").strip()
    other = _other(typed)

    def write(article, **seen):
        if typed and other is None:
            raise Impossible(f"There is no article “{typed}”: give its number, or the link to its original.")
        return moderation.mark_duplicate(article, of=other, **seen)

    return _one_fact(request, pk, "duplicate_of", write, "The mark as a duplicate was changed.")


def _other(typed: str) -> Article | None:
    """The article with this number, or this page of the desk."""
    number = typed.rstrip("/").rpartition("/")[2]
    return find_added(number)


@require_POST
@staff_only(CHANGE)
def pin(request, pk):
    pinned = request.POST.get("pinned") == "1"
    done = "Pinned: it leads the front page." if pinned else "No longer pinned."
    return _one_fact(request, pk, "pinned_at", lambda a, **seen: moderation.pin(a, pinned=pinned, **seen), done)


@require_POST
@staff_only(CHANGE)
def adopt(request, pk):
    """Take the source's value of the fields that the button names; what else was typed in the form stays there."""
    names = [name for name in request.POST.getlist("field") if name in ADOPTABLE]
    if "keep" in request.POST:
        return _keep(request, pk, request.POST.getlist("keep"))

    def write(article, **seen):
        values = source_values(article, names)
        if not values:
            raise Impossible("The source says nothing of this.")
        events = moderation.apply(article, **values, **seen)
        return events[-1] if events else None

    def typed(article, meanwhile):
        form = _text(request, meanwhile)
        others = [name for name in form.changed_data if name not in names]
        return {"text": form.again(Meanwhile(article), others)} if others else {}

    return _one_fact(request, pk, names, write, f"Taken from the source: {named(names)}.", typed)


def _keep(request, pk, names):
    """What the article says stands, though its source says something else: that is no conflict any more."""
    return _one_fact(
        request, pk, names, lambda a, **seen: moderation.keep(a, names=names, **seen), f"Kept: {named(names)}."
    )


@require_POST
@staff_only(CHANGE)
def restore(request, pk):
    """Let a field say again what it said before an entry of the history."""
    name, number = request.POST.get("field", ""), request.POST.get("event", "")
    event = Event.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None

    def write(article, **seen):
        if event is None:
            raise Impossible("This entry of the history is not there.")
        events = moderation.apply(article, **{name: earlier_value(article, event, name)}, **seen)
        return events[-1] if events else None

    return _one_fact(request, pk, name, write, f"Restored: {label(name)}.")


def _one_fact(request, pk, names, write, done: str, typed=lambda article, meanwhile: {}):
    """Carry out `write` if nobody has changed these fields since the version that was seen."""
    names = [names] if isinstance(names, str) else names
    version, article = version_in(request.POST), find(pk)
    if article is None:
        return gone(request, pk, version)
    meanwhile = since(article, version)
    try:
        if version is None:
            raise VersionMissing("The form does not say which version of the article you saw: look at it again.")
        if not meanwhile.is_known or any(meanwhile.last_change(name) for name in names):
            raise Stale(article, version)
        # With what it made for that, topics and pictures; and nobody else writes meanwhile.
        with transaction.atomic():
            event = write(article, by=request.user, version=article.version, at=moderation.Context())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        clashes = [
            Clash(name, label(name), shown(name, meanwhile.seen(name)), shown(name, meanwhile.now(name)), "", e)
            for name in names
            if (e := meanwhile.last_change(name))
        ]
        said = "" if isinstance(refusal, Stale) else str(refusal)
        conflict = Conflict("", meanwhile.events if isinstance(refusal, Stale) else [], clashes, said)
        now = find(pk)
        return page(request, now, status=refusal.status, conflict=conflict, **typed(now, Meanwhile(now)))
    if event is None:
        messages.info(request, "Nothing was changed: it is like that already.")
        return redirect(return_to(request, pk))
    messages.success(request, done, extra_tags=_undo(event, return_to(request, pk)))
    if forms := typed(now := find(pk), meanwhile):
        messages.warning(request, "What else you typed is below, and not saved yet.")
        return page(request, now, **forms)
    return redirect(return_to(request, pk))


@require_POST
@staff_only(DELETE)
def delete(request, pk):
    """Ask once more, then delete the article and leave a tombstone."""
    version, article = version_in(request.POST), find(pk)
    if article is None:
        return gone(request, pk, version)
    try:
        if version is None:
            raise VersionMissing("The form does not say which version of the article you saw: look at it again.")
        if version != article.version:
            raise Stale(article, version)
        if "sure" not in request.POST:
            return _ask_to_delete(request, article)
        moderation.delete(article, by=request.user, version=version)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        article = find(pk)
        return gone(request, pk, version) if article is None else _ask_to_delete(request, article, refusal)
    messages.success(request, f"“{article}” was deleted: no import brings it back until its tombstone is lifted.")
    return redirect(reverse("desk_article_history", args=[pk]))


def _ask_to_delete(request, article, refusal=None):
    context = {"article": article, "refusal": refusal, "since": getattr(refusal, "since", []), "section": "queue"}
    context["links"] = article.linked_from.count()
    return TemplateResponse(request, "desk/article/delete.html", context, status=refusal.status if refusal else 200)


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
        request, "desk/article/gone.html", {"event": told, "typed": typed, "pk": pk, "section": "queue"}, status=status
    )


def return_to(request, pk: int) -> str:
    """The page of our site that the form names, else the article's."""
    return way_back(request, reverse("desk_article", args=[pk]))

"""/desk/articles/<pk>/: one article, whole. Read here; `editing` and `deciding` take what is sent."""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import links
from articles.desk.article.forms import ScheduleForm, TextForm, shown
from articles.desk.article.rows import PictureRows, RelatedRows
from articles.desk.dashboard.views import staff_only
from articles.desk.queue.rows import staff
from articles.documents.source import ADOPTABLE, differences
from articles.history.diff import as_text
from articles.history.labels import SILENT, label, words
from articles.history.since import Meanwhile
from articles.models import Article, Event, Queue, Reason, Topic
from articles.models.keys import key_of
from articles.moderation import CHANGE, DECIDE
from articles.moderation.restore import RESTORABLE
from articles.public.article_page import any_story
from articles.public.search import LONGEST, parse
from articles.public.search import find as find_visible
from articles.word_diff import Piece, compare
from providers.models import Provider

LAST_EVENTS = 6
EVENTS_PER_PAGE = 40
MOST_FOUND = 10
LOOKED_THROUGH = 20_000
MOST_OFFERED = 10

# By state: what a person may decide.
OFFERS = {
    "pending": ("publish", "reject"),
    "live": ("publish", "withdraw"),
    "published": ("withdraw", "reopen"),
    "rejected": ("publish", "reopen"),
    "withdrawn": ("publish", "reopen"),
}


@dataclass
class Clash:
    """A field that both the person and somebody else changed."""

    name: str
    label: str
    seen: str
    now: str
    typed: str
    event: Event | None = None


@dataclass
class Conflict:
    """Why a form was not saved: others have written the article since, or nobody knows what the person saw."""

    section: str
    since: list[Event] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    message: str = ""


def find(pk: int) -> Article | None:
    """The article with all that its page shows of it; `secured` stays where it is."""
    people = ("provider", "reviewed_by", "claimed_by", "assigned_to", "duplicate_of")
    return (
        Article.objects.select_related(*people)
        .prefetch_related("topic_links__topic", "image_links__image", "duplicates")
        .defer("secured", "extra", *(f"duplicate_of__{n}" for n in ("body", "secured", "source", "extra", "excerpt")))
        .filter(pk=pk)
        .first()
    )


@require_safe
@staff_only(DECIDE)
def article(request, pk):
    found = find(pk)
    if found is None:
        raise Http404
    return page(request, found)


def page(request, article: Article, *, status=200, conflict: Conflict | None = None, search="", **forms: Any):
    """The page, with the `forms` (text, schedule, images, related) that were just sent in place of fresh ones."""
    meanwhile, said = Meanwhile(article), differences(article)
    may_edit = request.user.has_perm(CHANGE)
    now = timezone.now()
    sections = {
        "text": TextForm(meanwhile, said=said),
        "schedule": ScheduleForm(meanwhile, said=said),
        "images": PictureRows(meanwhile),
        "related": RelatedRows(meanwhile),
    }
    context = {
        **sections,
        **forms,
        "article": article,
        "section": "queue",
        "conflict": conflict,
        "problem": "" if conflict or status < 400 else next(iter(forms), ""),
        "may_edit": may_edit,
        "why": Queue(article.queue).label if article.queue else "",
        "holder": article.claimed_by if article.claimed_until and article.claimed_until > now else None,
        "offers": OFFERS[article.state],
        "reasons": Reason.objects.filter(active=True),
        "people": staff().order_by("username"),
        "is_visible": Article.objects.visible(now).filter(pk=article.pk).exists(),
        "time_zone": settings.TIME_ZONE,
        "events": _told(Event.objects.filter(article=article), article, LAST_EVENTS),
        "same_link": _same_link(article),
        "said": {name: shown(name, value) for name, value in said.items()},
        "unsettled": [(n, label(n), shown(n, said[n]) if n in said else "") for n in article.conflicts],
        "adoptable": [name for name in said if name in ADOPTABLE],
        "search": search,
        "found": search_articles(search, but=article) if search else [],
    }
    return TemplateResponse(request, "desk/article/article.html", context, status=status)


def _same_link(article: Article) -> list[Article]:
    others = {other.pk: other for other in article.duplicates.all()}
    same = Article.objects.filter(canonical_key=article.canonical_key).exclude(pk=article.pk).without_payload()
    return list((others | {other.pk: other for other in same[:MOST_FOUND]}).values())


# Preview


@require_safe
@staff_only(DECIDE)
def preview(request, pk):
    """The public page of the article, as readers will see it, whatever its state."""
    found, facts = any_story(pk), Article.objects.only("state", "published").filter(pk=pk).first()
    if found is None or facts is None:
        raise Http404
    visible = Article.objects.visible().filter(pk=pk).exists()
    return render(request, "desk/article/preview.html", {"article": found, "facts": facts, "is_visible": visible})


# History


@dataclass
class Change:
    name: str
    label: str
    pieces: list[Piece]
    before: str
    can_restore: bool


def _told(events, article: Article | None, most: int = EVENTS_PER_PAGE, start: int = 0) -> list[Event]:
    """The events, each with its `changes` and whether it can be undone."""
    events = list(events.with_undoable().select_related("by", "reason", "run", "undone_by__by")[start : start + most])
    facts = Meanwhile(article) if article else None
    names = {name for event in events for name in event.after if name in RESTORABLE}
    now = {name: facts.now(name) for name in names} if facts else {}
    for event in events:
        event.changes = [
            Change(
                name,
                label(name),
                compare(_plain(name, event.before.get(name)), _plain(name, event.after[name])),
                words(_plain(name, event.before.get(name))),
                name in now and name in event.before and event.before[name] != now[name],
            )
            for name in event.after
            if name not in SILENT
        ]
    return events


def _plain(name: str, value: Any) -> Any:
    return shown(name, value) if name.endswith("_at") else value


@require_safe
@staff_only(DECIDE)
def history(request, pk):
    """All that happened to the article; the log outlives it."""
    found = find(pk)
    events = Event.objects.filter(article=pk)
    paginator = Paginator(events, EVENTS_PER_PAGE)
    if found is None and not paginator.count:
        raise Http404
    shown_page = paginator.get_page(request.GET.get("page"))
    told = _told(events, found, start=max(0, shown_page.start_index() - 1))
    deleted = told[0] if found is None and told else None
    context = {
        "article": found,
        "pk": pk,
        "title": found.title if found else told[0].title,
        "deleted": deleted,
        "was": [(label(name), as_text(value)) for name, value in deleted.before.items()] if deleted else [],
        "page": shown_page,
        "events": told,
        "section": "queue",
        "may_edit": request.user.has_perm(CHANGE),
    }
    return TemplateResponse(request, "desk/article/history.html", context)


# What fields offer while a person types


@require_safe
@staff_only(DECIDE)
def search(request):
    """Articles whose titles hold all the words, as the results that the form of related links shows."""
    words = request.GET.get("q", "")
    but = Article(pk=int(pk)) if (pk := request.GET.get("but", "")).isdecimal() and len(pk) < 19 else None
    context = {"found": search_articles(words, but=but), "search": words}
    return TemplateResponse(request, "desk/article/related.html#found", context)


def search_articles(text: str, *, but: Article | None = None) -> list[Article]:
    """Articles by words of their titles, or by their link; the newest first."""
    articles = Article.objects.select_related("provider").without_payload().latest_first()
    if but is not None:
        articles = articles.exclude(pk=but.pk)
    if text.strip() and not links.problem_with(text.strip()):
        return list(articles.filter(canonical_key=key_of(links.canonical(text.strip())))[:MOST_FOUND])
    words = [word for word in text.replace("\x00", " ").split() if word][:6]
    if not words:
        return []
    # The index knows what readers may see; of the rest, the newest are looked through.
    newest = articles.order_by("-published_at", "-pk").values("pk")[:LOOKED_THROUGH]
    titled = Article.objects.filter(pk__in=newest)
    for word in words:
        titled = titled.filter(title__icontains=word)
    found = {one.pk: one for one in titled.select_related("provider").without_payload().latest_first()[:MOST_FOUND]}
    if len(found) < MOST_FOUND:
        best = [one.article for one in find_visible(parse(text))[: MOST_FOUND + 1]] if len(text) <= LONGEST else []
        indexed = articles.in_bulk(best)
        found = found | {pk: indexed[pk] for pk in best if pk in indexed}
    return list(found.values())[:MOST_FOUND]


@require_safe
@staff_only(CHANGE)
def topics(request):
    return _offered(request, Topic.objects.order_by("name"), "name", ("name", "short_name", "slug"))


@require_safe
@staff_only(CHANGE)
def providers(request):
    return _offered(request, Provider.objects.order_by("domain"), "domain", ("name", "domain"))


def _offered(request, rows, value, names):
    """What a field may hold, as `[{value, label}]`: those that begin with what was typed come first."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = {}
    for lookup in ("istartswith", "icontains"):
        for name in names:
            if len(found) < MOST_OFFERED:
                matching = rows.filter(**{f"{name}__{lookup}": typed})[:MOST_OFFERED]
                found |= {getattr(row, value): row.name for row in matching if getattr(row, value) not in found}
    offered = islice(found.items(), MOST_OFFERED)
    return JsonResponse({"offered": [{"value": value, "label": name} for value, name in offered]})

"""/desk/articles/<pk>/: one article, whole. Read here; `editing` and `deciding` take what is sent."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.desk.access import staff_only
from articles.desk.article.forms import ScheduleForm, TextForm, shown
from articles.desk.article.history import _told
from articles.desk.article.images import PictureRows
from articles.desk.article.loading import find
from articles.desk.article.related import RelatedRows
from articles.desk.article.suggest import MOST_FOUND, search_articles
from articles.desk.queue.rows import staff
from articles.documents.source import ADOPTABLE, differences
from articles.history.labels import label
from articles.history.since import Meanwhile
from articles.models import Article, Event, Queue, Reason
from articles.moderation import CHANGE, DECIDE
from articles.moderation.verbs import offered
from articles.public.article_page import any_story

LAST_EVENTS = 6


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
        "offers": offered(article, request.user),
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
    return TemplateResponse(request, "desk/article.html", context, status=status)


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
    return render(request, "desk/article_preview.html", {"article": found, "facts": facts, "is_visible": visible})


# History


# What fields offer while a person types

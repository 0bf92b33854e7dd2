"""The article page: its context, whichever form was sent."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.template.response import TemplateResponse
from django.utils import timezone

from articles.desk.article.events import events_with_changes
from articles.desk.article.forms import ScheduleForm, TextForm
from articles.desk.article.images import ImageRows
from articles.desk.article.lookup import MOST_FOUND, search_articles
from articles.desk.article.related import RelatedRows
from articles.desk.colleagues import colleagues
from articles.documents.source import differing_source_values
from articles.forms.conflict import Conflict
from articles.forms.values import value_in_words
from articles.history.labels import label
from articles.history.since import ChangesSince
from articles.models import Article, Event, Queue, Reason
from articles.models.fields import SOURCE_FIELDS
from articles.moderation import CHANGE
from articles.moderation.verbs import offered

LAST_EVENTS = 6


def article_page(request, article: Article, *, status=200, conflict: Conflict | None = None, search="", **forms: Any):
    """Returns the page, with the `forms` (text, schedule, images, related) that were sent in place of fresh ones."""
    source_values = differing_source_values(article)
    context = {
        "section": "queue",
        "article": article,
        "conflict": conflict,
        "problem": "" if conflict or status < 400 else next(iter(forms), ""),
        "may_edit": request.user.has_perm(CHANGE),
        "search": search,
        "found": search_articles(search, but=article) if search else [],
        **_forms(article, source_values),
        **forms,
        **_state(article, request.user),
        **_source(article, source_values),
        "events": events_with_changes(Event.objects.filter(article=article), article, LAST_EVENTS),
        "same_link": _same_link(article),
    }
    return TemplateResponse(request, "desk/article/article.html", context, status=status)


def _forms(article: Article, source_values: dict[str, object]) -> dict[str, Any]:
    """The forms on the current version."""
    changes = ChangesSince(article)
    return {
        "text": TextForm(changes, source_values=source_values),
        "schedule": ScheduleForm(changes, source_values=source_values),
        "images": ImageRows(changes),
        "related": RelatedRows(changes),
        "time_zone": settings.TIME_ZONE,
    }


def _state(article: Article, user: User) -> dict[str, Any]:
    """The state of the article, and what can be decided."""
    now = timezone.now()
    return {
        "why": Queue(article.queue).label if article.queue else "",
        "holder": article.claimed_by if article.claimed_until and article.claimed_until > now else None,
        "offers": offered(article, user),
        "reasons": Reason.objects.offered(),
        "people": colleagues().order_by("username"),
        "is_visible": Article.objects.visible(now).filter(pk=article.pk).exists(),
    }


def _source(article: Article, source_values: dict[str, object]) -> dict[str, Any]:
    """The values of the source that differ, and the conflicts that are not settled."""
    texts = {name: value_in_words(name, value) for name, value in source_values.items()}
    return {
        "source_values": texts,
        "unsettled": [(name, label(name), texts.get(name, "")) for name in article.conflicts],
        "takeable": [name for name in source_values if name in SOURCE_FIELDS],
    }


def _same_link(article: Article) -> list[Article]:
    others = {other.pk: other for other in article.duplicates.all()}
    same = Article.objects.filter(twin_key=article.twin_key).exclude(pk=article.pk).without_payload()
    return list((others | {other.pk: other for other in same[:MOST_FOUND]}).values())

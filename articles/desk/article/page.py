"""The article page: its context, whatever was sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from articles.desk.article.decision import Decision
from articles.desk.article.events import events_with_changes
from articles.desk.article.place import ListPlace, uses_keys
from articles.desk.article.sections import fresh_forms
from articles.desk.queue.counts import COUNTED
from articles.desk.queue.likes import Likes
from articles.desk.queue.rows import suggested_topics
from articles.documents.source import differing_source_values
from articles.forms.conflict import Conflict
from articles.forms.values import value_in_words
from articles.history.labels import label
from articles.history.since import ChangesSince
from articles.models import Article, Event, Queue, Topic
from articles.models.fields import SOURCE_FIELDS
from articles.moderation import CHANGE
from articles.moderation.colleague_verbs import Score

LAST_EVENTS = 6


@dataclass(frozen=True)
class Unsaved:
    """What was sent and is not saved: the `forms` of its sections, and which of them are `dirty`.

    `version` is the one that the person saw, where that is not the current one; `decision` was asked for.
    """

    forms: Mapping[str, Any] = field(default_factory=dict)
    dirty: Collection[str] = ()
    version: int | None = None
    decision: Decision | None = None


NOTHING = Unsaved()


def article_page(
    request,
    article: Article,
    unsaved: Unsaved = NOTHING,
    *,
    status: int = 200,
    conflict: Conflict | None = None,
    refused: str = "",
):
    """Returns the page, with what is not saved in place of fresh forms; `refused` says why nothing was done."""
    source_values = differing_source_values(article)
    asked = [*unsaved.forms.values(), *([unsaved.decision] if unsaved.decision else [])]
    context = {
        "section": "queue",
        **_place(article, request),
        "article": article,
        "seen_version": unsaved.version or article.version,
        "conflict": conflict,
        "refused": refused,
        "decision": unsaved.decision,
        "problems": [problem for form in asked for problem in form.problems] if status == 422 else [],
        "may_edit": request.user.has_perm(CHANGE),
        "suggested_topics": _suggested(article, request),
        **fresh_forms(ChangesSince(article), source_values),
        **unsaved.forms,
        "dirty": unsaved.dirty,
        "score_keys": Score.keys,
        "time_zone": settings.TIME_ZONE,
        **_state(article, request),
        **_source(article, source_values),
        "events": events_with_changes(Event.objects.filter(article=article), article, LAST_EVENTS),
        "story": Likes(article, getattr(article, "words_of_key", "")),
    }
    return TemplateResponse(request, "desk/article/article.html", context, status=status)


def _suggested(article: Article, request) -> list[Topic]:
    names = [topic.name for topic in article.ordered_topics]
    return suggested_topics(article, names) if request.user.has_perm(CHANGE) else []


def _place(article: Article, request) -> dict[str, Any]:
    """The address of this page, and what is beside the article in the list that it was opened from."""
    place = ListPlace.of(request)
    if place is None:
        return {"here": reverse("desk_article", args=[article.pk]), "keys": uses_keys(request.user)}
    around = place.around(article, request.user)
    return {
        "here": place.address(article),
        "place": place,
        "back": place.back(article),
        "next_in_list": place.address_of(around.next),
        "previous_in_list": place.address_of(around.previous),
        "total": around.total,
        "counted": COUNTED,
        "keys": around.keys,
    }


def _state(article: Article, request) -> dict[str, Any]:
    """The state of the article, and what can be decided."""
    now = timezone.now()
    return {
        "why": Queue(article.queue).label if article.queue else "",
        "holder": article.claimed_by if article.claimed_until and article.claimed_until > now else None,
        "offers": Decision.offers(article, request),
        "is_visible": getattr(article, "is_visible", False),  # added by `find_article`
    }


def _source(article: Article, source_values: dict[str, object]) -> dict[str, Any]:
    """The values of the source that differ, and the conflicts that are not settled."""
    texts = {name: value_in_words(name, value) for name, value in source_values.items()}
    return {
        "source_values": texts,
        "unsettled": [(name, label(name), texts.get(name, "")) for name in article.conflicts],
        "takeable": [name for name in source_values if name in SOURCE_FIELDS],
    }

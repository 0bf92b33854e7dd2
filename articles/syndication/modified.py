"""When an article last changed for readers; `changed_at` also counts changes that only the desk sees."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from articles.models import Article, Event
from articles.models.querysets import ArticleQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Modified(TypedDict):
        modified_at: datetime

    # An article of a queryset that went through `with_modified`.
    ModifiedArticle = WithAnnotations[Article, _Modified]

SEEN_BY_READERS = ["publish", "edit", "curate", "import", "undo"]


def with_modified(articles: ArticleQuerySet) -> QuerySet[ModifiedArticle]:
    """Articles with `modified_at`: the time of the last event that readers could notice. No query of its own."""
    events = Event.objects.filter(article=OuterRef("pk"), verb__in=SEEN_BY_READERS).order_by("-at", "-pk")
    return articles.annotate(
        modified_at=Coalesce(
            Subquery(events.values("at")[:1]),
            F("first_published_at"),
            F("published_at"),
            output_field=Article._meta.get_field("published_at"),
        )
    )

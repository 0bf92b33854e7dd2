"""When what readers see of an article last changed. `changed_at` would tell when the desk wrote a note, too."""

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from articles.models import Event
from articles.models.querysets import ArticleQuerySet

SEEN_BY_READERS = ["publish", "edit", "curate", "import", "undo"]


def with_modified(articles: ArticleQuerySet) -> ArticleQuerySet:
    """With `modified_at`, in the same query."""
    events = Event.objects.filter(article=OuterRef("pk"), verb__in=SEEN_BY_READERS).order_by("-at", "-pk")
    return articles.annotate(
        modified_at=Coalesce(Subquery(events.values("at")[:1]), F("first_published_at"), F("published_at"))
    )

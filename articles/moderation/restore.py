"""Reads an earlier value of a field from the log, to restore it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from articles.history.since import ChangesSince, rolled_back
from articles.history.snapshot import SnapshotRows
from articles.models import Article, Event
from articles.models.fields import EDITED_LINK_FIELDS, FORM_VERBS, fields_of
from articles.moderation.refusals import Impossible

RESTORABLE = frozenset(fields_of(*FORM_VERBS))


def earlier_value(article: Article, event: Event, name: str) -> Any:
    """Returns what the field was before the event, as `moderation.apply` takes it."""
    if name not in RESTORABLE or name not in event.before or event.article_id != article.pk:
        raise Impossible("This entry of the history holds no earlier value that can be restored.")
    if name == "related":
        later = Event.objects.filter(article=article, version__gte=event.version).order_by("-version")
        return _links(article, rolled_back(ChangesSince(article).current_value(name), later))
    stored = event.before[name]
    try:
        return SnapshotRows([{name: stored}]).value(name, stored)
    except LookupError as error:
        raise Impossible(f"There is no {error.args[0]} any more.") from error


def _links(article: Article, stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    existing = dict(article.related.values_list("page__url", "pk"))
    return [
        {name: _link_value(name, link[name]) for name in EDITED_LINK_FIELDS if name in link}
        | {"pk": existing.get(link["url"])}
        for link in stored
    ]


def _link_value(name: str, stored: Any) -> Any:
    return datetime.fromisoformat(stored) if name == "published_at" and stored else stored

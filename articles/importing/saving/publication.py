"""Says whether a document publishes its article: the one place where an import lets readers see something."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from articles.documents.records import ArticleRecord
from articles.models import Article

DECIDED = "decided by a person: the decision stays"
RULED = "decided by a rule: the decision stays until a person decides otherwise"
EXPIRED = "not published: the date until which readers would see it is past"
WAITS = "the document says published: waits until a person publishes it"


def publishes(record: ArticleRecord) -> bool:
    """Returns whether the document publishes an article that nobody has reviewed (`NEWSROOM_PUBLISH_IMPORTED`)."""
    return settings.PUBLISH_IMPORTED and record.says_published


def set_published(
    row: Article, base: ArticleRecord | None, record: ArticleRecord, now: datetime
) -> tuple[str, list[str]]:
    """Sets `published` from the document unless the article was reviewed, has expired, or waits for a person.

    Only what the document says anew counts: what waits goes on waiting when `NEWSROOM_PUBLISH_IMPORTED` is turned on.
    Returns what prevented it, and the fields by which the source takes back what a person published.
    """
    if base is None:
        return "", []
    before, after = base.says_published, record.says_published
    if row.reviewed_at:
        taken_back = [
            name
            for name, did in (
                ("removed", record.removed and not base.removed),
                ("published", base.published and not record.published),
            )
            if did and row.published
        ]
        decided = RULED if row.ruled_by_id else DECIDED
        return decided if before != after and row.published != after else "", taken_back
    if after and not before and row.expires_at and row.expires_at <= max(now, row.publish_at or now):
        return EXPIRED, []
    if after and not before and not row.published and not publishes(record):
        return WAITS, []
    if before != after:
        row.published = after
        if row.first_published_at and row.first_published_at > now:
            # That moment has not come: readers have not seen it.
            row.first_published_at = None
        if row.published and not row.first_published_at:
            row.first_published_at = max(now, row.publish_at or now)
    return "", []

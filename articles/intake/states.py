"""The state of a feed, derived from what is known of it: never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from articles.importing.uploads.preview import Status
from articles.intake.silence import gaps_of_feed, usual_gap
from articles.models import DocumentFeed, ImportUpload, Silence

# A look may wait for a long import before it.
OVERDUE = timedelta(minutes=15)
OVER = (Status.DONE, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class FeedState:
    """`name`: fine, late, silent, held or off. `says`: why, in words."""

    name: str
    says: str
    held: ImportUpload | None = None
    silence: Silence | None = None


def held_uploads() -> QuerySet[ImportUpload]:
    """Returns the uploads of feeds that wait for a person."""
    waiting = ImportUpload.objects.filter(feed__isnull=False).exclude(digest="").exclude(status__in=OVER)
    return waiting.select_related("feed", "by").order_by("created_at")


def states_of(feeds: Iterable[DocumentFeed], now: datetime | None = None) -> list[tuple[DocumentFeed, FeedState]]:
    """Returns the feeds with their states."""
    now = now or timezone.now()
    feeds = list(feeds)
    held = {upload.feed_id: upload for upload in held_uploads().filter(feed__in=feeds)}
    silent = {alert.feed_id: alert for alert in Silence.objects.filter(closed_at=None, feed__in=feeds)}
    return [(feed, _state(feed, held.get(feed.pk), silent.get(feed.pk), now)) for feed in feeds]


def state_of(feed: DocumentFeed, now: datetime | None = None) -> FeedState:
    return states_of([feed], now)[0][1]


def _state(feed: DocumentFeed, held: ImportUpload | None, alert: Silence | None, now: datetime) -> FeedState:
    if held:
        return FeedState("held", held.notice or held.get_status_display(), held, alert)
    if not feed.is_on:
        return FeedState("off", "nobody looks at it", None, alert)
    if alert:
        return FeedState("silent", "nothing has come for longer than its rhythm explains", None, alert)
    if why := _late(feed, now):
        return FeedState("late", why)
    return FeedState("fine", "")


def _late(feed: DocumentFeed, now: datetime) -> str:
    if feed.problem:
        return feed.problem
    if feed.kind != feed.Kind.PUSH and now - feed.next_look_at > OVERDUE:
        return "its look is overdue: is a worker running?"
    if feed.last_arrival_at and now - feed.last_arrival_at > usual_gap(gaps_of_feed(feed, now)):
        return "the last arrival is longer ago than usual"
    return ""

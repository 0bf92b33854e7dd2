"""The edition: what readers may see, between two changes of it. Pages are kept for one edition.

Every process must hear of a new one: its name lies in the shared cache or, where there is none, in a file
(settings.CACHES["editions"]).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.core.cache import caches
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from articles.models import Article

# What a page says of "today" may be as old as that.
LONGEST = 60  # seconds


def current() -> str:
    """The name of the edition; a new one where the last was forgotten."""
    name: str | None = caches["editions"].get("edition")
    return name or new()


def new() -> str:
    name = uuid4().hex
    caches["editions"].set("edition", name, timeout=None)
    return name


def now() -> str:
    """What readers see at this moment, by a name: another one whenever an article starts or expires, too."""
    moment = timezone.now()
    published = Article.objects.filter(published=True)
    turns = [
        published.filter(**{f"{name}__lte": moment}).order_by(f"-{name}").values_list(name, flat=True).first()
        for name in ("publish_at", "expires_at")
    ]
    return " ".join([current(), *map(str, turns)])


def new_on_commit() -> None:
    """Let the next request of every reader see what this transaction changes."""
    # Robust: it has happened, even where the cache is away. Pages are then true again after LONGEST at the latest.
    transaction.on_commit(new, robust=True)


def seconds_left(edition: str) -> float:
    """How long a page of this edition is true: until an article starts or expires, and at most LONGEST."""
    now = timezone.now()
    key = f"until:{edition}"
    until: datetime | None = caches["editions"].get(key)
    if until is None or until <= now:
        until = _next_turn(now)
        caches["editions"].set(key, until, timeout=LONGEST)
    return min(LONGEST, (until - now).total_seconds())


def _next_turn(now: datetime) -> datetime:
    published = Article.objects.order_by().filter(published=True)
    turns = [
        published.filter(**{f"{name}__gt": now}).aggregate(next=Min(name))["next"]
        for name in ("publish_at", "expires_at")
    ]
    return min([turn for turn in turns if turn] + [now + timedelta(seconds=LONGEST)])

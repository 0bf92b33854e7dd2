"""The edition: a name for what readers see, replaced whenever that changes. Cached pages last for one edition.

All processes must use the same edition, so its name is in the shared cache or, without Redis, in a file
(settings.CACHES["editions"]).
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.cache import caches
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from articles.models import Article

# A cached page may say "Today" for so long after midnight.
MAX_PAGE_AGE = 60  # seconds


# Whether this process began an edition that the cache did not take: once it does, it must not give out the last one.
_is_untold = threading.Event()


def current() -> str:
    """The name of the edition; begins a new one if the cache has forgotten the last."""
    name: str | None = None if _is_untold.is_set() else caches["editions"].get("edition")
    return name or new()


def new() -> str:
    """Begins a new edition and returns its name."""
    name = uuid4().hex
    caches["editions"].set("edition", name, timeout=None)
    if caches["editions"].get("edition") is None:
        _is_untold.set()
    else:
        _is_untold.clear()
    return name


def fingerprint() -> str:
    """A text that differs whenever readers see something else: by edition, and by the last start and expiry."""
    moment = timezone.now()
    published = Article.objects.filter(published=True)
    turns = [
        published.filter(**{f"{name}__lte": moment}).order_by(f"-{name}").values_list(name, flat=True).first()
        for name in ("publish_at", "expires_at")
    ]
    return " ".join([current(), *map(str, turns)])


def new_on_commit() -> None:
    """Begins a new edition when the transaction is committed, so that readers see its changes with the next request."""
    # Robust: if the cache is unreachable, the change is committed all the same, and pages follow after MAX_PAGE_AGE.
    transaction.on_commit(new, robust=True)


def seconds_left(edition: str) -> float:
    """How long a page of this edition may be kept: until an article starts or expires, at most MAX_PAGE_AGE."""
    now = timezone.now()
    key = f"until:{edition}"
    until: datetime | None = caches["editions"].get(key)
    if until is None or until <= now:
        until = _next_turn(now)
        caches["editions"].set(key, until, timeout=MAX_PAGE_AGE)
    return min(MAX_PAGE_AGE, (until - now).total_seconds())


def _next_turn(now: datetime) -> datetime:
    """The next moment at which an article starts or expires, at most MAX_PAGE_AGE from now."""
    published = Article.objects.order_by().filter(published=True)
    turns = [
        published.filter(**{f"{name}__gt": now}).aggregate(next=Min(name))["next"]
        for name in ("publish_at", "expires_at")
    ]
    return min([turn for turn in turns if turn] + [now + timedelta(seconds=MAX_PAGE_AGE)])

"""The order of the queue: the priority of an article is a sum of points, each of which its row shows.

All articles gain the same points per day of waiting, so the order of two articles never changes. `priority` therefore
contains the time of arrival instead of the waiting time, and is stored once (docs/decisions/0008). How many points
there are for what is a row that editors can change: `QueueOrder`.
"""

from __future__ import annotations

from datetime import datetime
from math import log2
from typing import NamedTuple

from articles.models import Article, QueueOrder

DAY = 86_400  # seconds


class Parts(NamedTuple):
    """The points of an article; their sum is its priority at one moment."""

    heat: float
    quality: float
    trust: float
    age: float
    waiting: float


def parts(article: Article, now: datetime) -> Parts:
    """The points of an article at the moment `now`. Reads its provider, and the order: see `with_queue_order`."""
    order = order_of(article)
    waiting = (now - article.created_at).total_seconds() / DAY * order.waiting
    return Parts(*_standing(order, *_facts(article)), waiting)


def priority(
    order: QueueOrder, *, heat: int, quality: int, trust: int, published_at: datetime, arrived: datetime
) -> float:
    """The stored priority: the sum of the points as of 1970-01-01, which gives the same order as at any moment."""
    return (
        sum(_standing(order, heat, quality, trust, published_at, arrived)) - arrived.timestamp() / DAY * order.waiting
    )


def order_of(article: Article) -> QueueOrder:
    """The order that came with the article, or one read now where it was queried without."""
    if "queue_order" not in article.__dict__:
        return QueueOrder.in_force()
    return QueueOrder.from_column(article.__dict__["queue_order"])


def priority_of(article: Article) -> float:
    heat, quality, trust, published_at, arrived = _facts(article)
    return priority(
        order_of(article), heat=heat, quality=quality, trust=trust, published_at=published_at, arrived=arrived
    )


def age_on_arrival(published_at: datetime, arrived: datetime) -> float | None:
    """The age of the original when it came, in days; None without a date, in whose place its arrival was stored."""
    return None if published_at == arrived else max((arrived - published_at).total_seconds() / DAY, 0)


def _facts(article: Article) -> tuple[int, int, int, datetime, datetime]:
    return article.heat, article.quality, article.provider.trust, article.published_at, article.created_at


def _standing(
    order: QueueOrder, heat: int, quality: int, trust: int, published_at: datetime, arrived: datetime
) -> tuple[float, float, float, float]:
    days = age_on_arrival(published_at, arrived)
    return (
        log2(1 + max(heat, 0)) * order.heat,
        order.quality if order.quality_from <= quality <= order.quality_to else 0.0,
        trust * order.trust,
        (order.undated_days if days is None else days) * order.age,
    )

"""The order of the queue: the priority of an article is a sum of points for heat, quality, trust and waiting time.

All articles gain the same points per day of waiting, so the order of two articles never changes. `priority` therefore
contains the time of arrival instead of the waiting time, and is stored once (docs/decisions/0008).
"""

from __future__ import annotations

from datetime import datetime
from math import log2
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from articles.models import Article

# Two days of waiting count like twice the heat, so that no article waits for ever.
POINTS_A_DAY = 0.5
# Articles of lower quality are mostly rejected, of higher quality published: here the decision matters most.
UNDECIDED_QUALITY = (50, 90)
DAY = 86_400  # seconds


class Parts(NamedTuple):
    """The points of an article; their sum is its priority at one moment."""

    heat: float
    quality: float
    trust: float
    age: float


def parts(article: Article, now: datetime) -> Parts:
    """The points of an article at the moment `now`. Reads its provider, which should be loaded already."""
    age = (now - article.created_at).total_seconds() / DAY * POINTS_A_DAY
    return Parts(*_standing(article.heat, article.quality, article.provider.trust), age)


def priority(*, heat: int, quality: int, trust: int, arrived: datetime) -> float:
    """The stored priority: the sum of the points as of 1970-01-01, which gives the same order as at any moment."""
    return sum(_standing(heat, quality, trust)) - arrived.timestamp() / DAY * POINTS_A_DAY


def priority_of(article: Article) -> float:
    trust = article.provider.trust
    return priority(heat=article.heat, quality=article.quality, trust=trust, arrived=article.created_at)


def _standing(heat: int, quality: int, trust: int) -> tuple[float, float, float]:
    low, high = UNDECIDED_QUALITY
    return log2(1 + max(heat, 0)), 2.0 if low <= quality <= high else 0.0, float(trust)

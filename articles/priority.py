"""The order of the queue: what is worth a person's look first, and why, in points that sum up.

Points for waiting grow by the same for every article, so the order of two never changes with time: `priority` leaves
them out but for the arrival, and is stored once (docs/decisions/0008).
"""

from __future__ import annotations

from datetime import datetime
from math import log2
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from articles.models import Article

# A day of waiting outweighs half of twice the heat: whatever comes in, nothing waits for ever.
POINTS_A_DAY = 0.5
# Below, an article is hardly published, above hardly rejected: in between a person makes the difference.
UNDECIDED_QUALITY = (50, 90)
DAY = 86_400  # seconds


class Parts(NamedTuple):
    """Points; their sum is the priority of the article at one moment."""

    heat: float
    quality: float
    trust: float
    age: float


def parts(article: Article, now: datetime) -> Parts:
    """Why an article stands where it does; its provider must be at hand."""
    age = (now - article.created_at).total_seconds() / DAY * POINTS_A_DAY
    return Parts(*_standing(article.heat, article.quality, article.provider.trust), age)


def priority(*, heat: int, quality: int, trust: int, arrived: datetime) -> float:
    """What the database orders by: the sum of the parts at the beginning of 1970, which orders as at any moment."""
    return sum(_standing(heat, quality, trust)) - arrived.timestamp() / DAY * POINTS_A_DAY


def priority_of(article: Article) -> float:
    trust = article.provider.trust
    return priority(heat=article.heat, quality=article.quality, trust=trust, arrived=article.created_at)


def _standing(heat: int, quality: int, trust: int) -> tuple[float, float, float]:
    low, high = UNDECIDED_QUALITY
    return log2(1 + max(heat, 0)), 2.0 if low <= quality <= high else 0.0, float(trust)

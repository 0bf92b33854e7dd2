"""Keeps the priorities of waiting articles in step with what they are made of: trust in providers, and the order.

Other articles get their priority when a write brings them into the queue.
"""

from itertools import batched

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F

from articles.models import Article, QueueOrder
from articles.models.queue_order import POINTS
from articles.moderation.access import permit
from articles.moderation.refusals import Refused
from articles.priority import priority_of
from providers.models import Provider

ORDER = "articles.change_queueorder"
ROWS = 1_000


class OrderChanged(Refused):
    """A colleague has changed the order since the form was shown."""

    def __init__(self, order: QueueOrder) -> None:
        super().__init__(f"{order.changed_by} has changed the order meanwhile: look at the points that hold now.")


def follow_trust(provider: Provider, *, before: int) -> None:
    """Changes the priority of a provider's articles in the queue by what its trust has changed, in one UPDATE."""
    if provider.trust != before:
        waiting = Article.objects.in_queue().filter(provider=provider)
        waiting.update(priority=F("priority") + (provider.trust - before) * QueueOrder.in_force().trust)


def set_order(order: QueueOrder, *, by: User, version: int) -> int:
    """Stores the points, and places every waiting article by them. Returns how many there are.

    Raises OrderChanged if the order in force has another version than the one that the person saw.
    """
    permit(by, ORDER)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # Whoever writes articles has read the order already, or reads it after this.
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE articles_article IN EXCLUSIVE MODE")
        current = QueueOrder.in_force()
        if current.version != version:
            raise OrderChanged(current)
        points = {name: getattr(order, name) for name in POINTS}
        QueueOrder.objects.create(**points, version=version + 1, changed_by=by)
        return _place_all()


def _place_all() -> int:
    placed = 0
    pks = Article.objects.in_queue().order_by("pk").values_list("pk", flat=True)
    for some in batched(list(pks), ROWS, strict=False):
        articles = Article.objects.filter(pk__in=some).select_related("provider").with_queue_order()
        rows = list(articles.only("heat", "quality", "provider__trust", "published_at", "created_at"))
        for row in rows:
            row.priority = priority_of(row)
        placed += Article.objects.bulk_update(rows, ["priority"], batch_size=250)
    return placed

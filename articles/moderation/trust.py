"""The trust in a provider is a part of the priority of its articles."""

from django.db.models import F

from articles.models import Article
from providers.models import Provider


def follow_trust(provider: Provider, *, before: int) -> None:
    """Move what waits of a provider up or down the queue, by as much as its trust has changed; in one UPDATE.

    What is not in the queue is placed by the write that brings it there.
    """
    if provider.trust != before:
        waiting = Article.objects.in_queue().filter(provider=provider)
        waiting.update(priority=F("priority") + (provider.trust - before))
